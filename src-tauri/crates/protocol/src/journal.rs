//! The journal: every fact that Musher or a person makes, written and synced before its effect.
//! Entries are never rewritten, so every arm and field here must be readable for ever.

use crate::{
    AccountId, Actor, AgentId, Answer, DecoderId, IgnoredFiles, NotificationKind, Outcome, Pos,
    Profile, QuestionId, Reason, RunId, RunKind, Seq, SessionId, Slug, StateDetail, Stop,
    StopReason, StoryId, StoryState, Timestamp, UsageTotals, earlier,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(from = "earlier::JournalEntry")]
pub struct JournalEntry {
    /// Its number in this data directory, dense, from 1.
    pub seq: Seq,
    /// When it was written.
    pub at: Timestamp,
    /// The story it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story: Option<StoryId>,
    /// The run it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The fact.
    pub event: JournalEvent,
}

/// What is sent to an agent, for the words on a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// The opening words of the conversation's protocol.
    Hello,
    /// A later step of the protocol, or a reply to a request of the agent that needs no person.
    Protocol,
    /// A prompt.
    Prompt,
    /// An answer to a question.
    Answer,
    /// An interrupt of the turn.
    Interrupt,
    /// The end of input: nothing more will come.
    Close,
}

/// How a run's agent takes prompts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InputMode {
    /// Any number, also while it works; its input is ended when nothing is left to say.
    #[default]
    TwoWay,
    /// One, then the end of its input. Another prompt is for the next run.
    OnePrompt,
}

/// The fixed properties of a run, known before its process is started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct RunSpec {
    /// Its name for people.
    pub slug: Slug,
    /// What it is for.
    pub kind: RunKind,
    /// The agent.
    pub agent: AgentId,
    /// The decoder that it began with; the newest of this family reads it.
    pub decoder: DecoderId,
    /// The account it spends from.
    pub account: Option<AccountId>,
    /// The conversation.
    pub session: Option<SessionId>,
    /// Whether the conversation goes on rather than begins.
    pub resumes: bool,
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// The conversation's account before this run.
    pub usage_baseline: UsageTotals,
    /// The gate's number from 1, for runs of kind gate.
    #[serde(default)]
    pub gate: Option<u32>,
    /// How it takes prompts.
    #[serde(default)]
    pub input: InputMode,
    /// The agent could not save a part of the conversation that this run goes on with.
    #[serde(default)]
    pub incomplete: bool,
}

/// A prompt that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(from = "earlier::Queued")]
pub struct PromptQueued {
    /// Its id, the same as that of the input that will carry it.
    pub id: String,
    /// The prompt.
    pub text: String,
    /// Whose words they are.
    pub by: Actor,
}

/// What a state rests on. Each part links to where it can be read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Evidence {
    /// The sentence that sums it up.
    pub summary: String,
    /// The agent's last result in the run's streams.
    pub result: Option<Pos>,
    /// The limit or error event that decided.
    pub cause: Option<Pos>,
    /// The exit code.
    pub exit_code: Option<i32>,
    /// The signal.
    pub signal: Option<i32>,
    /// Who asked for the stop, and why.
    pub stop: Option<Stop>,
    /// The last words on standard error.
    pub stderr: Option<String>,
    /// Whether all output was read before the end was recorded.
    pub drained: Option<bool>,
    /// What a stop had to use beyond the agent's own interrupt.
    pub forced: Vec<String>,
    /// Processes that are still there, with the reason why they were left.
    pub left: Vec<String>,
}

/// A worktree that was made for a story: what went wrong, and what it does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct NewWorktree {
    /// What the repository's own hook for checkouts printed when it failed. The files are all there.
    pub failed_hook: Option<String>,
    /// The submodules without files, by their paths: nothing of them is on this machine to make them from.
    pub empty_submodules: Vec<String>,
    /// How many changed and untracked files the folder has that it was made from; `None` when git did not say.
    pub changed: Option<u32>,
    /// The files there that git ignores.
    pub ignored: IgnoredFiles,
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum JournalEvent {
    /// A process began to own this data directory.
    OwnerStarted {
        /// Musher's version.
        version: String,
        /// The process id.
        pid: u32,
        /// What sort of program: `mush run`, `app`.
        role: String,
    },
    /// The owner released the directory in an orderly way.
    OwnerEnded {
        /// Why: `done`, `yielded`.
        why: String,
    },
    /// A story was made.
    StoryCreated {
        /// Its name for people.
        slug: Slug,
        /// What it is about.
        title: String,
        /// The repository's common directory, or the working directory.
        project: String,
        /// The working directory.
        dir: String,
        /// The root of the worktree that it is in, or the directory itself where there is no repository, with
        /// links followed. One agent works there at a time. `None` in entries that are older than this field;
        /// `dir` is used for them.
        #[serde(default)]
        #[ts(optional)]
        root: Option<String>,
        /// The branch checked out there.
        branch: Option<String>,
        /// The agent.
        agent: AgentId,
        /// How the agent is started.
        profile: Profile,
        /// The commands that must pass.
        gates: Vec<String>,
        /// Whether it waits for a limit's reset and then resumes by itself.
        #[serde(default)]
        resume_on_reset: bool,
        /// What is to be known of the worktree that was made for it; `None` where none was made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        made: Option<NewWorktree>,
    },
    /// A new worktree is about to be made for a story, which is recorded once it is there. When the same
    /// story is requested again, this shows what a kill or a full disk left behind.
    WorktreeWanted {
        /// The story's name, which is the worktree's too.
        slug: Slug,
        /// The new branch.
        branch: String,
    },
    /// A prompt is to be sent once the agent is idle.
    PromptQueued(PromptQueued),
    /// A queued prompt was taken back before it was sent.
    PromptDropped {
        /// Its id.
        id: String,
    },
    /// A person asked for a story that rests to go on with the prompts that wait, or to be tried now.
    ResumeRequested {
        /// The request's id; the same request is granted once.
        id: String,
        /// Whether its next run is to be tried now, although its account is held.
        #[serde(default)]
        now: bool,
    },
    /// An account was used for the first time.
    AccountSeen {
        /// Its id.
        account: AccountId,
        /// The agent.
        agent: AgentId,
        /// The agent's configuration directory; `None` is the usual one.
        config_dir: Option<String>,
        /// The agent's word for the method.
        method: Option<String>,
        /// The name (never the value) of the variable that holds the credential.
        credential_variable: Option<String>,
    },
    /// A run is about to be started.
    RunStarting(Box<RunSpec>),
    /// The run's process was started.
    RunStarted {
        /// The agent's process id.
        pid: u32,
    },
    /// Bytes are about to be written to the agent.
    Input {
        /// The id under which the keeper writes them exactly once.
        id: String,
        /// What they are.
        kind: InputKind,
        /// The bytes as text; empty for [`InputKind::Close`].
        text: String,
        /// The question that they answer.
        #[serde(default)]
        question: Option<QuestionId>,
        /// The answer in Musher's own form.
        #[serde(default)]
        answer: Option<Answer>,
        /// Who answered.
        #[serde(default)]
        by: Option<Actor>,
    },
    /// A stop was requested.
    StopRequested {
        /// Who.
        by: Actor,
        /// Why.
        #[serde(deserialize_with = "earlier::stop_reason")]
        why: StopReason,
    },
    /// The run is over.
    RunEnded {
        /// How.
        outcome: Outcome,
        /// What that rests on.
        evidence: Box<Evidence>,
        /// A question was closed although no person answered it.
        #[serde(default)]
        question_lost: bool,
        /// When, by the keeper's clock.
        #[serde(default)]
        ended_at: Option<Timestamp>,
    },
    /// A story's state changed.
    StateChanged {
        /// The state now.
        state: StoryState,
        /// Why.
        reason: Option<Reason>,
        /// The rest of the reason, for a person.
        #[serde(default)]
        detail: Option<String>,
        /// The same as facts.
        #[serde(default)]
        about: Option<StateDetail>,
        /// Since when, by the event that caused it.
        since: Timestamp,
        /// When the state is expected to end by itself.
        #[serde(default)]
        until: Option<Timestamp>,
        /// What it rests on.
        evidence: Box<Evidence>,
        /// The notification that it called for; its words are made where it is shown.
        #[serde(default, alias = "notification", deserialize_with = "crate::earlier::notifies")]
        notifies: Option<NotificationKind>,
    },
    /// A live run of an earlier owner was taken over.
    RunAdopted {
        /// How many bytes of output it had by then.
        log_bytes: u64,
    },
    /// An account, or one model of it, is held until its limit resets, because of the run that was limited.
    HoldStarted {
        /// The account.
        account: AccountId,
        /// The model that alone is held, as the limit names it; `None` holds the whole account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        model: Option<String>,
        /// Until when; only earlier versions recorded none.
        until: Option<Timestamp>,
    },
    /// A hold ended.
    HoldEnded {
        /// The account.
        account: AccountId,
        /// The model that alone was held.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        model: Option<String>,
    },
    /// A limit's reset was claimed for resuming this story, exactly once.
    ResumeClaimed {
        /// The reset that passed.
        reset: Option<Timestamp>,
    },
    /// Something about the data directory that a person should know.
    Warning {
        /// What happened.
        text: String,
    },
    /// A configuration was put in force.
    ConfigAccepted {
        /// SHA-256 of `text`, in hexadecimal digits, as `sha256sum config.accepted.json` prints it.
        hash: String,
        /// The configuration: what `config.accepted.json` holds.
        text: String,
        /// A person, or Musher for a change by hand that gives agents no more power.
        by: Actor,
    },
}

impl JournalEvent {
    /// The word in its `type` field.
    pub fn word(&self) -> &'static str {
        match self {
            Self::OwnerStarted { .. } => "owner_started",
            Self::OwnerEnded { .. } => "owner_ended",
            Self::StoryCreated { .. } => "story_created",
            Self::WorktreeWanted { .. } => "worktree_wanted",
            Self::PromptQueued(_) => "prompt_queued",
            Self::PromptDropped { .. } => "prompt_dropped",
            Self::ResumeRequested { .. } => "resume_requested",
            Self::AccountSeen { .. } => "account_seen",
            Self::RunStarting(_) => "run_starting",
            Self::RunStarted { .. } => "run_started",
            Self::Input { .. } => "input",
            Self::StopRequested { .. } => "stop_requested",
            Self::RunEnded { .. } => "run_ended",
            Self::StateChanged { .. } => "state_changed",
            Self::RunAdopted { .. } => "run_adopted",
            Self::HoldStarted { .. } => "hold_started",
            Self::HoldEnded { .. } => "hold_ended",
            Self::ResumeClaimed { .. } => "resume_claimed",
            Self::Warning { .. } => "warning",
            Self::ConfigAccepted { .. } => "config_accepted",
        }
    }
}
