//! Stories: their state with its reason, their profile, and the notifications about changes.

use crate::{
    AccountId, AgentId, CostBasis, FailedKind, LogsDeleted, RunId, SessionId, Slug, StateDetail,
    StoryId, Timestamp, Tokens, Work,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The state of a story. Its [`Reason`] has the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StoryState {
    /// Written down, but not requested to start.
    Draft,
    /// Requested to start, waiting for its turn.
    Queued,
    /// The run's process is being started.
    Starting,
    /// The agent works.
    Running,
    /// The agent waits for a person.
    Waiting,
    /// A rate limit holds the story.
    Limited,
    /// The story's gates run.
    Gating,
    /// A person works in the story's terminal.
    InTerminal,
    /// Finished.
    Done,
    /// The story cannot continue without a person.
    NeedsYou,
    /// The story was stopped.
    Stopped,
    /// Archived.
    Archived,
}

/// Why a story is in its state: one word, the same in JSON, SQL and on screen. The details (which signal,
/// whose words) are in [`Story::detail`] and in the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Waiting: a question is open.
    Question,
    /// Waiting: the agent was interrupted and waits for a prompt.
    Prompt,
    /// Done: every gate passed.
    Checked,
    /// Done: there is no gate.
    Unchecked,
    /// Done: the run ended badly, but its committed work passes the gates.
    Recovered,
    /// Needs you: not signed in, or the credential was refused.
    Login,
    /// Needs you: the account cannot pay.
    Billing,
    /// Needs you: the model does not exist or may not be used.
    Model,
    /// Needs you: the conversation no longer fits the model.
    PromptTooLong,
    /// Needs you: the answer reached the model's output limit.
    MaxOutput,
    /// Needs you: the model refused.
    Refusal,
    /// Needs you: the turn limit that the run was given is reached.
    MaxTurns,
    /// Needs you: the money limit that the run was given is reached.
    AgentBudget,
    /// Needs you: the provider is overloaded.
    Overloaded,
    /// Needs you: the provider cannot be reached.
    Network,
    /// Needs you: another error of the provider.
    Api,
    /// Needs you: the agent reported a failure in its own words.
    Other,
    /// Needs you: the process never ran.
    StartFailed,
    /// Needs you: the process ended with an exit code or a signal although no stop was requested.
    Crashed,
    /// Needs you: the agent exited in an orderly way without a result.
    NoResult,
    /// Needs you: the run took longer than its time limit.
    TimedOut,
    /// Needs you: the run's keeper is gone and left no record of the end.
    Lost,
    /// Needs you: a gate failed.
    GateFailed,
    /// Needs you: a question was closed although no person answered it.
    QuestionLost,
    /// Needs you: the set-up command failed.
    SetupFailed,
    /// Needs you: the story's money limit is reached.
    Budget,
    /// Needs you: the limit that stopped it is over, and it does not resume by itself.
    LimitOver,
    /// Stopped by a person.
    You,
    /// Stopped by Musher itself; the detail tells why.
    Engine,
    /// Stopped by something outside Musher: the system at a shutdown, another program.
    System,
}

impl From<FailedKind> for Reason {
    fn from(why: FailedKind) -> Self {
        match why {
            FailedKind::Login => Self::Login,
            FailedKind::Billing => Self::Billing,
            FailedKind::Model => Self::Model,
            FailedKind::PromptTooLong => Self::PromptTooLong,
            FailedKind::MaxOutput => Self::MaxOutput,
            FailedKind::Refusal => Self::Refusal,
            FailedKind::MaxTurns => Self::MaxTurns,
            FailedKind::AgentBudget => Self::AgentBudget,
            FailedKind::Overloaded => Self::Overloaded,
            FailedKind::Network => Self::Network,
            FailedKind::Api => Self::Api,
            FailedKind::Other => Self::Other,
        }
    }
}

/// How it is known when a limit lets a story go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ResetBasis {
    /// The agent reported the time.
    #[default]
    Reported,
    /// Musher chose the time of the next try, because the agent reported none that is credible.
    Guessed,
    /// A run of the account was served at that time, so the limit is gone.
    Served,
}

impl ResetBasis {
    /// Whether the agent reported the time.
    pub fn is_reported(&self) -> bool {
        *self == Self::Reported
    }
}

/// What an agent may do without asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum PermissionChoice {
    /// A person is asked for everything that the agent's own rules do not allow.
    #[default]
    Ask,
    /// Everything that the agent's own rules do not allow is denied, without a question to a person.
    Deny,
    /// Edits of files in the working directory are allowed; everything else is asked.
    AcceptEdits,
    /// Nothing is asked, and no sandbox of the agent restricts it. It has to be chosen explicitly, for
    /// one story.
    FullAccess,
}

/// How an agent is started for a story.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Profile {
    /// The model to ask for; `None` lets the agent choose.
    pub model: Option<String>,
    /// What the agent may do without asking.
    pub permission: PermissionChoice,
    /// Tools that the agent may use without asking, in the agent's own rule language.
    pub allowed_tools: Vec<String>,
    /// Directories that the agent may use in addition to the working directory.
    pub add_dirs: Vec<String>,
    /// Arguments that are passed to the agent unchanged.
    pub extra_args: Vec<String>,
    /// The program to run instead of the one that is found.
    pub bin: Option<String>,
    /// Whether to end the processes that the agent leaves behind when it exits by itself.
    pub end_descendants: bool,
}

/// What is to be changed of a profile; the rest stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ProfileChange {
    /// Another model to ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub model: Option<String>,
    /// Another program to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub bin: Option<String>,
    /// Other arguments, in the place of all that there were.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub extra_args: Option<Vec<String>>,
}

impl ProfileChange {
    /// Whether nothing is to be changed.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The profile with the change.
    pub fn applied_to(self, profile: &Profile) -> Profile {
        let Profile { model, bin, extra_args, .. } = profile.clone();
        Profile {
            model: self.model.or(model),
            bin: self.bin.or(bin),
            extra_args: self.extra_args.unwrap_or(extra_args),
            ..profile.clone()
        }
    }
}

/// The kind of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A story is done.
    Finished,
    /// A story needs a person.
    Failed,
    /// An agent asks.
    Asks,
    /// A limit holds a story.
    Limited,
}

/// One story, as queries show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Story {
    /// The story's id.
    pub id: StoryId,
    /// The story's name for people.
    pub slug: Slug,
    /// The title: the first line of the prompt, or what a person wrote.
    pub title: String,
    /// The repository's common directory, or the working directory if there is no repository.
    pub project: String,
    /// The working directory.
    pub dir: String,
    /// The branch that was checked out when the story was made.
    pub branch: Option<String>,
    /// The agent.
    pub agent: AgentId,
    /// How the agent is started.
    pub profile: Profile,
    /// The commands that must pass, in order.
    pub gates: Vec<String>,
    /// The story's state.
    pub state: StoryState,
    /// Why the story is in that state; `None` if the state needs no reason.
    pub reason: Option<Reason>,
    /// A sentence that completes the reason: which signal, which gate, the provider's words.
    pub detail: Option<String>,
    /// The facts behind the state, if there are some.
    #[serde(default)]
    pub about: Option<StateDetail>,
    /// When the state began.
    pub since: Timestamp,
    /// When the state is expected to end by itself (a limit's reset).
    pub until: Option<Timestamp>,
    /// How that end is known.
    #[serde(default, skip_serializing_if = "ResetBasis::is_reported")]
    #[ts(optional, as = "Option<ResetBasis>")]
    pub reset: ResetBasis,
    /// Whether the story resumes by itself when a limit that holds it resets.
    #[serde(default)]
    pub resume_on_reset: bool,
    /// When the story was made.
    pub created_at: Timestamp,
    /// The story's runs, oldest first.
    pub runs: Vec<RunId>,
    /// The agent's conversation that a follow-up would resume.
    pub session: Option<SessionId>,
    /// Whether the agent could not save a part of that conversation; then a resumed run may lack a part
    /// of what was said.
    #[serde(default)]
    pub incomplete: bool,
    /// How many prompts wait for the agent to be idle.
    pub queued_prompts: u32,
    /// How many questions wait for an answer.
    pub open_questions: u32,
    /// How many background tasks of its agent go on although the turn is over, 0 if none does; `None` if a
    /// turn is in progress, or no agent is live. The next prompt goes out beside them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tasks_after_turn: Option<u32>,
    /// Tokens of all the story's runs.
    pub tokens: Tokens,
    /// Cost of all the story's runs, in micro-dollars.
    pub cost_micros: u64,
    /// The weakest basis among the story's runs.
    pub cost_basis: CostBasis,
    /// Whether the tokens are a lower bound, which the basis of the cost does not say: a part of what was used is not reported,
    /// or not yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub is_partial: bool,
    /// Whether the logs of at least one run are being read again; then the sums are lower bounds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub rereading: bool,
    /// How its work stands, as of its last turn or run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub work: Option<Work>,
    /// When the person looked last, or sent a prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub looked: Option<Looked>,
    /// The deletion of logs of its runs. Runs after it have logs again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub logs_deleted: Option<LogsDeleted>,
}

/// When a person looked at a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Looked {
    /// When.
    pub at: Timestamp,
    /// The newest checkpoint then; `None` if there was none.
    pub checkpoint: Option<u32>,
}

impl Story {
    /// Whether it goes on by itself while a process owns the data directory, at once or after a limit.
    pub fn goes_on_by_itself(&self) -> bool {
        use StoryState as S;
        match self.state {
            S::Queued | S::Starting | S::Running | S::Waiting | S::Gating => true,
            S::Limited => self.resume_on_reset || self.queued_prompts > 0,
            _ => false,
        }
    }

    /// Whether a limit holds it whose reset is still to come.
    pub fn waits_for_reset(&self, now: Timestamp) -> bool {
        self.state == StoryState::Limited && self.until.is_some_and(|until| until.since(now) > 0)
    }

    /// Whether the limit that stopped it is over, it does not resume by itself, and no process has recorded yet that
    /// it needs a person ([`Reason::LimitOver`]), because none owned the data directory at the reset.
    pub fn is_limit_over(&self, now: Timestamp) -> bool {
        self.state == StoryState::Limited && !self.goes_on_by_itself() && !self.waits_for_reset(now)
    }
}

/// A prompt that was not written to its agent yet, and can be changed or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WaitingPrompt {
    /// The story.
    pub story: StoryId,
    /// The prompt's id.
    pub id: String,
    /// The prompt.
    pub text: String,
}

/// Whether an agent is signed in, as far as that can be known without reading secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LoginState {
    /// The agent reports that it is signed in.
    SignedIn {
        /// The agent's name of the authentication method.
        method: String,
    },
    /// The agent reports that it is not signed in.
    SignedOut {
        /// The command that signs in.
        how: String,
    },
    /// The agent was not asked or did not answer.
    Unknown {
        /// Why the login state is not known.
        why: String,
    },
}

/// An agent program on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentStatus {
    /// The agent.
    pub agent: AgentId,
    /// The agent's name for people.
    pub name: String,
    /// Absolute path of the program; `None` when it was not found.
    pub path: Option<String>,
    /// The program's version, as it reports it.
    pub version: Option<String>,
    /// Whether the agent is signed in.
    pub login: LoginState,
    /// How to get the program, if it was not found.
    pub how_to_get: String,
    /// What is wrong with the program that was found.
    pub problem: Option<String>,
}

/// An account that runs have used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Account {
    /// The account's id.
    pub id: AccountId,
    /// The agent.
    pub agent: AgentId,
    /// The agent's configuration directory; `None` is the usual one.
    pub config_dir: Option<String>,
    /// The agent's name of the authentication method.
    pub method: Option<String>,
    /// The name (never the value) of the variable that holds the credential.
    pub credential_variable: Option<String>,
    /// When the account was first seen.
    pub first_seen: Timestamp,
}

impl Account {
    /// The account's name, shown next to its agent's: the name of its configuration directory, or the
    /// method if the directory is the usual one.
    pub fn name(&self) -> &str {
        let directory = self.config_dir.as_deref().unwrap_or_default();
        let directory = directory.rsplit(['/', '\\']).find(|part| !part.is_empty());
        let own = directory.unwrap_or_default().trim_start_matches('.');
        let own = own.strip_prefix(self.agent.as_str()).unwrap_or(own).trim_start_matches('-');
        let method = self.credential_variable.as_deref().or(self.method.as_deref());
        if own.is_empty() { method.unwrap_or("login") } else { own }
    }
}
