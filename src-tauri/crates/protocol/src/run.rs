//! Runs: one process from start to exit, its state and its end.

use crate::{
    Actor, AgentId, CostBasis, DecoderId, RunId, SessionId, Slug, StoryId, Timestamp, Tokens,
    WindowName,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// An agent at work.
    Agent,
    /// A command that must pass.
    Gate,
    /// A command that prepares a worktree.
    Setup,
    /// A terminal taken over by a person.
    Terminal,
}

/// The state of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Recorded in the journal; its process is being started.
    Starting,
    /// Its process lives.
    Running,
    /// Over; `outcome` says how.
    Ended,
}

/// Why an agent's run failed although its process ended in an orderly way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FailedKind {
    /// Not signed in, or the credential was refused.
    Login,
    /// The account cannot pay.
    Billing,
    /// The model does not exist or may not be used.
    Model,
    /// The conversation no longer fits the model.
    PromptTooLong,
    /// The model ran into its output limit.
    MaxOutput,
    /// The model refused.
    Refusal,
    /// The turn limit that the run was given is reached.
    MaxTurns,
    /// The money limit that the run was given is reached.
    AgentBudget,
    /// The provider is overloaded.
    Overloaded,
    /// The provider cannot be reached.
    Network,
    /// Another error of the provider.
    Api,
    /// Anything else; the evidence has the agent's words.
    Other,
}

/// Why a process never ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StartFailedKind {
    /// The program does not exist.
    Missing,
    /// The program is not an executable file, or is made for another machine.
    NotExecutable,
    /// The program's interpreter does not exist.
    Interpreter,
    /// The working directory cannot be used.
    Cwd,
    /// The program refused its arguments.
    BadArgument,
    /// The session cannot be resumed, or another process has it.
    Session,
    /// Musher ended before it started the process; the start can be asked for again.
    NeverStarted,
    /// Anything else; the evidence has the system's words.
    Other,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// The agent reported success and left in an orderly way.
    Succeeded,
    /// The agent reported a failure.
    Failed {
        /// Why.
        why: FailedKind,
    },
    /// A rate limit held it.
    Limited {
        /// The window; never shown.
        window: Option<String>,
        /// What the window counts; `None` when that is not known.
        #[serde(default)]
        name: Option<WindowName>,
        /// When the window resets, if that is known.
        until: Option<Timestamp>,
        /// The model that alone is blocked; `None` blocks the whole account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        model: Option<String>,
    },
    /// It was stopped.
    Stopped {
        /// Who.
        by: Actor,
    },
    /// It never ran.
    StartFailed {
        /// Why.
        why: StartFailedKind,
    },
    /// It ended by an exit code or a signal although no stop was requested.
    Crashed {
        /// The exit code, if there was one.
        code: Option<i32>,
        /// The signal's number, if there was one.
        signal: Option<i32>,
    },
    /// It ended in an orderly way and never gave a result.
    NoResult,
    /// It took longer than it was given.
    TimedOut,
    /// Its keeper is gone and left no word.
    Lost,
}

/// How a run ended, in one word. [`Outcome`] has the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeWord {
    /// [`Outcome::Succeeded`]
    Succeeded,
    /// [`Outcome::Failed`]
    Failed,
    /// [`Outcome::Limited`]
    Limited,
    /// [`Outcome::Stopped`]
    Stopped,
    /// [`Outcome::StartFailed`]
    StartFailed,
    /// [`Outcome::Crashed`]
    Crashed,
    /// [`Outcome::NoResult`]
    NoResult,
    /// [`Outcome::TimedOut`]
    TimedOut,
    /// [`Outcome::Lost`]
    Lost,
}

impl Outcome {
    /// The outcome without its details.
    pub fn word(&self) -> OutcomeWord {
        match self {
            Self::Succeeded => OutcomeWord::Succeeded,
            Self::Failed { .. } => OutcomeWord::Failed,
            Self::Limited { .. } => OutcomeWord::Limited,
            Self::Stopped { .. } => OutcomeWord::Stopped,
            Self::StartFailed { .. } => OutcomeWord::StartFailed,
            Self::Crashed { .. } => OutcomeWord::Crashed,
            Self::NoResult => OutcomeWord::NoResult,
            Self::TimedOut => OutcomeWord::TimedOut,
            Self::Lost => OutcomeWord::Lost,
        }
    }
}

/// One run, as queries show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Its name for people: `login-fix-2.3`.
    pub slug: Slug,
    /// The story it works for.
    pub story: StoryId,
    /// What it is for.
    pub kind: RunKind,
    /// The agent, for agent runs.
    pub agent: AgentId,
    /// The agent's version, once it said so.
    pub agent_version: Option<String>,
    /// The model, once the agent named it.
    pub model: Option<String>,
    /// The agent's conversation.
    pub session: Option<SessionId>,
    /// The process id of the agent, once it was started.
    pub pid: Option<u32>,
    /// Its state.
    pub state: RunState,
    /// How it ended, in one word.
    pub outcome: Option<OutcomeWord>,
    /// How it ended, with the details of the word.
    pub ending: Option<Outcome>,
    /// The exit code, if it ended by one.
    pub exit_code: Option<i32>,
    /// The signal, if it ended by one.
    pub signal: Option<i32>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Tokens of this run alone.
    pub tokens: Tokens,
    /// Cost of this run alone, in micro-dollars.
    pub cost_micros: u64,
    /// Where the cost comes from.
    pub cost_basis: CostBasis,
    /// Bytes in its output log.
    pub log_bytes: u64,
    /// Events decoded from it.
    pub events: u64,
    /// The decoder it began with.
    pub decoder: DecoderId,
    /// The gate's number from 1, for runs of kind gate.
    #[serde(default)]
    pub gate: Option<u32>,
    /// Its logs are being read again. Until that is done its events are not shown, and what is folded from them
    /// (session, version, model, tokens, cost) is a lower bound or missing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub rereading: bool,
}
