//! The journal: every fact that Musher or a person makes, written and synced before its effect. Entries
//! are never rewritten, so every variant and field here must stay readable for ever.

use crate::{
    AccountId, Actor, AgentId, Answer, CheckpointCause, CommentAnchor, CommentChange, CommentId,
    DecoderId, Fault, FinishDone, FinishStep, KeptRun, LeftOut, NewWorktree, NotificationKind,
    Outcome, Pos, Profile, QuestionId, Reason, ResetBasis, Restored, RunId, RunKind, Seq,
    SessionId, SharedFiles, Slug, StateDetail, Stop, StopReason, StoryForecast, StoryId,
    StoryState, Timestamp, UsageTotals, Work, WorktreePatterns, earlier,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(from = "earlier::JournalEntry")]
pub struct JournalEntry {
    /// The entry's number in this data directory, from 1 without gaps.
    pub seq: Seq,
    /// When it was written.
    pub at: Timestamp,
    /// The story that the entry is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story: Option<StoryId>,
    /// The run that the entry is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The fact.
    pub event: JournalEvent,
}

/// The kind of an input to an agent, for the words on a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// The message that opens the conversation's protocol.
    Hello,
    /// A later step of the handshake, or a reply to a request of the agent that needs no person.
    Protocol,
    /// A prompt.
    Prompt,
    /// An answer to a question.
    Answer,
    /// An interrupt of the turn.
    Interrupt,
    /// The end of input: nothing more is written.
    Close,
}

/// How a run's agent takes prompts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InputMode {
    /// Any number of prompts, also during a turn; the input is closed when nothing is left to send.
    #[default]
    TwoWay,
    /// One prompt, then the end of input. Further prompts wait for the next run.
    OnePrompt,
}

/// The fixed properties of a run, known before its process is started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct RunSpec {
    /// The run's name for people.
    pub slug: Slug,
    /// The purpose of the run.
    pub kind: RunKind,
    /// The agent.
    pub agent: AgentId,
    /// The decoder that it began with; the newest decoder of the same family reads it.
    pub decoder: DecoderId,
    /// The account that the run spends from.
    pub account: Option<AccountId>,
    /// The agent's id of the conversation.
    pub session: Option<SessionId>,
    /// Whether the run resumes an existing conversation.
    pub resumes: bool,
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// The conversation's usage totals before this run.
    pub usage_baseline: UsageTotals,
    /// The gate's number, from 1; only for gates.
    #[serde(default)]
    pub gate: Option<u32>,
    /// The number of the set-up command, from 1; only for set-ups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub set_up: Option<u32>,
    /// How the run's agent takes prompts.
    #[serde(default)]
    pub input: InputMode,
    /// Whether the agent could not save a part of the resumed conversation.
    #[serde(default)]
    pub incomplete: bool,
}

/// A prompt that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(from = "earlier::Queued")]
pub struct PromptQueued {
    /// The prompt's id, which is also the id of the input that carries it.
    pub id: String,
    /// The prompt.
    pub text: String,
    /// Who wrote the prompt.
    pub by: Actor,
    /// The comments that it sends, if it is a review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<CommentId>>")]
    pub comments: Vec<CommentId>,
}

/// What a state rests on. Each part shows where it can be read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Evidence {
    /// A sentence that sums it up.
    pub summary: String,
    /// The agent's last result in the run's streams.
    pub result: Option<Pos>,
    /// The limit or error event that decided the outcome.
    pub cause: Option<Pos>,
    /// The exit code.
    pub exit_code: Option<i32>,
    /// The signal.
    pub signal: Option<i32>,
    /// Who requested the stop, and why.
    pub stop: Option<Stop>,
    /// The last lines of standard error.
    pub stderr: Option<String>,
    /// Whether all output had been read when the end was recorded.
    pub drained: Option<bool>,
    /// The steps that a stop needed beyond the agent's own interrupt.
    pub forced: Vec<String>,
    /// Processes that still run, with the reason why they were left.
    pub left: Vec<String>,
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum JournalEvent {
    /// A process became the owner of this data directory.
    OwnerStarted {
        /// Musher's version.
        version: String,
        /// The process id.
        pid: u32,
        /// The kind of program: `mush run`, `app`.
        role: String,
    },
    /// The owner released the directory in an orderly way.
    OwnerEnded {
        /// Why: `done`, `yielded`.
        why: String,
    },
    /// A story was made.
    StoryCreated {
        /// The story's name for people.
        slug: Slug,
        /// The story's title.
        title: String,
        /// The repository's common directory, or the working directory.
        project: String,
        /// The working directory.
        dir: String,
        /// The root of the story's worktree, or the directory itself if there is no repository, with
        /// links resolved. One agent works there at a time. `None` in entries older than this field; for
        /// them `dir` is used.
        #[serde(default)]
        #[ts(optional)]
        root: Option<String>,
        /// The branch checked out in the worktree.
        branch: Option<String>,
        /// The agent.
        agent: AgentId,
        /// How the agent is started.
        profile: Profile,
        /// The commands that must pass.
        gates: Vec<String>,
        /// The commands that prepare the new worktree before the agent starts, in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<String>>")]
        set_up: Vec<String>,
        /// Whether the story resumes by itself when a limit resets.
        #[serde(default)]
        resume_on_reset: bool,
        /// What is to be known of the worktree that was made for it; `None` where none was made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        made: Option<Box<NewWorktree>>,
        /// The names of the variables that the story's runs need: those that the request set, and those
        /// that the configuration asks for. Values are never recorded.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<String>>")]
        environment: Vec<String>,
    },
    /// A person had the story start although its set-up did not pass.
    SetUpSkipped {},
    /// A person asked to run the gates of a story again.
    GatesRequested {},
    /// A person gave a story another title. Its name for people, its branch and its folder stay.
    StoryRenamed {
        /// The title.
        title: String,
    },
    /// A person looked at a story: what comes from now on is new to them.
    StoryLooked {
        /// The newest checkpoint then.
        checkpoint: Option<u32>,
    },
    /// A person commented on what a story changed.
    CommentMade {
        /// The comment's id.
        id: CommentId,
        /// What it is on.
        anchor: Box<CommentAnchor>,
        /// What they say.
        text: String,
    },
    /// A person changed something in a comment.
    CommentChanged {
        /// The comment's id.
        id: CommentId,
        /// What.
        change: CommentChange,
    },
    /// A person reviewed a changed file, or takes that back.
    FileReviewed {
        /// The file's path.
        path: String,
        /// What it was then, by [`crate::ChangedFile::content`]; `None` takes it back.
        content: Option<String>,
    },
    /// A person took a story out of the archive: it stands as it stood before it was archived.
    StoryUnarchived {},
    /// A person deleted the logs of runs of a story. From now on the runs are what stays of them; the files
    /// are removed after this entry.
    LogsDeleted {
        /// The sizes of the files (bytes).
        bytes: u64,
        /// What stays of each run. The store keeps it in its tables, so it is empty in an entry from there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(skip)]
        runs: Vec<KeptRun>,
    },
    /// The files of all deleted logs of a story are gone.
    LogsRemoved {},
    /// A new worktree is about to be made for a story; the story is recorded when the worktree exists. If
    /// the same story is requested again, this shows what a kill or a full disk left behind.
    WorktreeWanted {
        /// The name of the story and of its worktree.
        slug: Slug,
        /// The new branch.
        branch: String,
        /// The patterns that were in force, which decide where it is. Earlier versions did not record them.
        #[serde(default)]
        patterns: Option<WorktreePatterns>,
    },
    /// A prompt is to be sent once the agent is idle.
    PromptQueued(PromptQueued),
    /// A queued prompt was removed before it was sent.
    PromptDropped {
        /// The prompt's id.
        id: String,
    },
    /// A queued prompt was changed before it was sent; it keeps its place.
    PromptEdited {
        /// The prompt's id.
        id: String,
        /// The prompt.
        text: String,
    },
    /// A person asked that a resting story resume with its queued prompts, or try now.
    ResumeRequested {
        /// The request's id; a request with the same id is granted once.
        id: String,
        /// Whether the next run is tried now, although its account is held.
        #[serde(default)]
        now: bool,
    },
    /// A person changed with what the story's next runs are started.
    ProfileChanged {
        /// How the agent is started from now on.
        profile: Profile,
    },
    /// An account was used for the first time.
    AccountSeen {
        /// The account's id.
        account: AccountId,
        /// The agent.
        agent: AgentId,
        /// The agent's configuration directory; `None` is the usual one.
        config_dir: Option<String>,
        /// The agent's name of the authentication method.
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
        /// The kind of input.
        kind: InputKind,
        /// The bytes as text; empty for [`InputKind::Close`].
        text: String,
        /// The question that the input answers.
        #[serde(default)]
        question: Option<QuestionId>,
        /// The answer as Musher's own type.
        #[serde(default)]
        answer: Option<Answer>,
        /// Who answered.
        #[serde(default)]
        by: Option<Actor>,
    },
    /// A stop was requested.
    StopRequested {
        /// Who requested the stop.
        by: Actor,
        /// Why the stop was requested.
        #[serde(deserialize_with = "earlier::stop_reason")]
        why: StopReason,
    },
    /// The run is over.
    RunEnded {
        /// How the run ended.
        outcome: Outcome,
        /// The evidence of that outcome.
        evidence: Box<Evidence>,
        /// A question was closed although no person answered it.
        #[serde(default)]
        question_lost: bool,
        /// When the run ended, by the keeper's clock.
        #[serde(default)]
        ended_at: Option<Timestamp>,
        /// The prompts that the run was given and no model took, by their ids, in order. They wait again, before
        /// those that came later.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<String>>")]
        unheard: Vec<String>,
    },
    /// A story's state changed.
    StateChanged {
        /// The new state.
        state: StoryState,
        /// The reason of the state.
        reason: Option<Reason>,
        /// A sentence that completes the reason, for a person.
        #[serde(default)]
        detail: Option<String>,
        /// The facts behind the state.
        #[serde(default)]
        about: Option<StateDetail>,
        /// When the state began, by the event that caused it.
        since: Timestamp,
        /// When the state is expected to end by itself.
        #[serde(default)]
        until: Option<Timestamp>,
        /// How that end is known.
        #[serde(default, skip_serializing_if = "ResetBasis::is_reported")]
        #[ts(optional, as = "Option<ResetBasis>")]
        reset: ResetBasis,
        /// The evidence of the state.
        evidence: Box<Evidence>,
        /// The notification that the change calls for; its text is made where it is shown.
        #[serde(default, alias = "notification", deserialize_with = "crate::earlier::notifies")]
        notifies: Option<NotificationKind>,
    },
    /// An owner took over a live run of an earlier owner.
    RunAdopted {
        /// How many bytes of output the run had then.
        log_bytes: u64,
    },
    /// An account, or one model of it, is held until its limit resets; the entry's run was limited.
    HoldStarted {
        /// The account.
        account: AccountId,
        /// The one model that is held, as the limit names it; `None` holds the whole account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        model: Option<String>,
        /// When the hold ends; `None` only in entries of earlier versions.
        until: Option<Timestamp>,
        /// How that end is known.
        #[serde(default, skip_serializing_if = "ResetBasis::is_reported")]
        #[ts(optional, as = "Option<ResetBasis>")]
        reset: ResetBasis,
    },
    /// A hold ended.
    HoldEnded {
        /// The account.
        account: AccountId,
        /// The one model that was held; `None` for the whole account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        model: Option<String>,
    },
    /// A limit's reset was claimed for resuming this story, which happens once per reset.
    ResumeClaimed {
        /// The reset that has passed.
        reset: Option<Timestamp>,
    },
    /// A warning about the data directory for a person.
    Warning {
        /// What happened.
        text: String,
    },
    /// The files of a story's worktree are held by a commit. The entry's run is the one during or after
    /// which it was made.
    Checkpoint {
        /// The number of the checkpoint in the story, from 1.
        n: u32,
        /// The commit, `refs/musher/STORY/N` of the repository.
        commit: String,
        /// The commit's tree.
        tree: String,
        /// Why it was made.
        because: CheckpointCause,
        /// The prompt before which it was made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        prompt: Option<String>,
        /// What it does not hold, at most 100 of them.
        #[serde(default)]
        left_out: Vec<LeftOut>,
        /// How many more it does not hold.
        #[serde(default)]
        more_left_out: u32,
    },
    /// A checkpoint could not be made.
    CheckpointFailed {
        /// Why it was to be made.
        because: CheckpointCause,
        /// The prompt before which it was to be made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        prompt: Option<String>,
        /// Why it could not be made.
        fault: Fault,
    },
    /// It was measured how the work of a story stands. The entry is about no story, because it is no part of what
    /// happened in it.
    WorkMeasured {
        /// The story.
        story: StoryId,
        /// How it stands.
        work: Work,
    },
    /// The newest checkpoint of a story was compared with those of the others of its project. The entry is about no
    /// story, because it is no part of what happened in it.
    ForecastMade {
        /// What came of it.
        forecast: Box<StoryForecast>,
    },
    /// The work of a story came to conflict with that of another one. It is recorded once for each of the two, and again
    /// only after it did not conflict any more.
    CollisionFound {
        /// The other story.
        with: StoryId,
        /// The other story's title at that time.
        title: String,
        /// The files, those that conflict first.
        files: SharedFiles,
    },
    /// Checkpoints of a story are not kept any more, because they are older, or more, than the configuration
    /// says. From now on nothing is restored from them; their references are removed after this entry.
    CheckpointsPruned {
        /// Their numbers.
        numbers: Vec<u32>,
    },
    /// The references of all pruned checkpoints of a story are gone.
    PrunedRemoved {},
    /// Files are about to be restored. Without a later end the restore was cut off; the same restore
    /// again completes it.
    RestoreStarted {
        /// The checkpoint from which they are restored.
        n: u32,
        /// The checkpoint that holds the state before it.
        before: u32,
        /// The files and folders; all if there are none.
        paths: Vec<String>,
    },
    /// A restore is over.
    RestoreEnded {
        /// The checkpoint from which files were restored.
        n: u32,
        /// What was done.
        restored: Restored,
        /// Why it failed, if it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        fault: Option<Fault>,
    },
    /// A story went back to a checkpoint: its files were restored. What came between stays as it is.
    WentBack {
        /// The checkpoint.
        n: u32,
        /// The checkpoint that holds the state before it.
        before: u32,
        /// The runs whose conversation the next one goes on with. Without any it begins a new one.
        goes_on: Vec<RunId>,
    },
    /// Something is about to be done with the story's branch. Without a later end it was cut off, and it is not known
    /// whether it was done.
    FinishStarted {
        /// The checkpoint that holds the story's files from before it.
        n: u32,
        /// The commit that was checked out when the person was shown it.
        head: Option<String>,
        /// What.
        step: FinishStep,
    },
    /// That is over.
    FinishEnded {
        /// The checkpoint that holds the story's files from before it.
        n: u32,
        /// What was done; `None` if nothing was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        done: Option<FinishDone>,
        /// Why nothing was done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        fault: Option<Fault>,
        /// What git and the repository's hooks printed; its last 16 KiB.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        #[ts(optional, as = "Option<String>")]
        output: String,
    },
    /// A configuration came into force.
    ConfigAccepted {
        /// SHA-256 of `text`, in hexadecimal digits, as `sha256sum config.accepted.json` prints it.
        hash: String,
        /// The configuration, as written to `config.accepted.json`.
        text: String,
        /// A person; or Musher, for a manual change that gives agents no more power.
        by: Actor,
    },
}

impl JournalEvent {
    /// The value of its `type` field.
    pub fn word(&self) -> &'static str {
        match self {
            Self::OwnerStarted { .. } => "owner_started",
            Self::OwnerEnded { .. } => "owner_ended",
            Self::StoryCreated { .. } => "story_created",
            Self::SetUpSkipped {} => "set_up_skipped",
            Self::GatesRequested {} => "gates_requested",
            Self::StoryRenamed { .. } => "story_renamed",
            Self::StoryLooked { .. } => "story_looked",
            Self::CommentMade { .. } => "comment_made",
            Self::CommentChanged { .. } => "comment_changed",
            Self::FileReviewed { .. } => "file_reviewed",
            Self::StoryUnarchived {} => "story_unarchived",
            Self::LogsDeleted { .. } => "logs_deleted",
            Self::LogsRemoved {} => "logs_removed",
            Self::WorktreeWanted { .. } => "worktree_wanted",
            Self::PromptQueued(_) => "prompt_queued",
            Self::PromptDropped { .. } => "prompt_dropped",
            Self::PromptEdited { .. } => "prompt_edited",
            Self::ResumeRequested { .. } => "resume_requested",
            Self::ProfileChanged { .. } => "profile_changed",
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
            Self::Checkpoint { .. } => "checkpoint",
            Self::CheckpointFailed { .. } => "checkpoint_failed",
            Self::WorkMeasured { .. } => "work_measured",
            Self::ForecastMade { .. } => "forecast_made",
            Self::CollisionFound { .. } => "collision_found",
            Self::CheckpointsPruned { .. } => "checkpoints_pruned",
            Self::PrunedRemoved {} => "pruned_removed",
            Self::RestoreStarted { .. } => "restore_started",
            Self::RestoreEnded { .. } => "restore_ended",
            Self::FinishStarted { .. } => "finish_started",
            Self::FinishEnded { .. } => "finish_ended",
            Self::WentBack { .. } => "went_back",
            Self::ConfigAccepted { .. } => "config_accepted",
        }
    }
}
