//! Runs: one process from start to exit, its state and its end.

use crate::{
    Actor, AgentId, CostBasis, DecoderId, RunId, SessionId, Slug, StoryId, Timestamp, Tokens,
    WindowName,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The purpose of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// An agent at work.
    Agent,
    /// A gate: a command that must pass.
    Gate,
    /// A command that prepares a worktree.
    Setup,
    /// A terminal that a person has taken over.
    Terminal,
}

/// The state of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Recorded in the journal; its process is being started.
    Starting,
    /// The process lives.
    Running,
    /// Over; `outcome` tells how.
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
    /// The answer reached the model's output limit.
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
    /// Any other reason; the evidence has the system's words.
    Other,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// The agent reported success and exited in an orderly way.
    Succeeded,
    /// The agent reported a failure.
    Failed {
        /// The kind of failure.
        why: FailedKind,
    },
    /// A rate limit stopped it.
    Limited {
        /// The window's id; never shown.
        window: Option<String>,
        /// The window's name; `None` if it is not known.
        #[serde(default)]
        name: Option<WindowName>,
        /// When the window resets, if that is known.
        until: Option<Timestamp>,
        /// The one model that is blocked; `None` blocks the whole account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        model: Option<String>,
    },
    /// The run was stopped.
    Stopped {
        /// Who stopped the run.
        by: Actor,
    },
    /// The process never ran.
    StartFailed {
        /// Why.
        why: StartFailedKind,
    },
    /// The process ended with an exit code or a signal although no stop was requested.
    Crashed {
        /// The exit code, if there was one.
        code: Option<i32>,
        /// The signal's number, if there was one.
        signal: Option<i32>,
    },
    /// The process ended in an orderly way without a result.
    NoResult,
    /// The run took longer than its time limit.
    TimedOut,
    /// The run's keeper is gone and left no record of the end.
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
    /// The run's id.
    pub id: RunId,
    /// The run's name for people: `login-fix-2.3`.
    pub slug: Slug,
    /// The story that the run belongs to.
    pub story: StoryId,
    /// The purpose of the run.
    pub kind: RunKind,
    /// The agent, for agent runs.
    pub agent: AgentId,
    /// The agent's version, once the agent has reported it.
    pub agent_version: Option<String>,
    /// The model, once the agent named it.
    pub model: Option<String>,
    /// The agent's conversation.
    pub session: Option<SessionId>,
    /// The agent's process id, once the process was started.
    pub pid: Option<u32>,
    /// The run's state.
    pub state: RunState,
    /// How it ended, in one word.
    pub outcome: Option<OutcomeWord>,
    /// How it ended, with all details.
    pub ending: Option<Outcome>,
    /// The exit code, if it ended with one.
    pub exit_code: Option<i32>,
    /// The signal, if one ended it.
    pub signal: Option<i32>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Tokens of this run alone.
    pub tokens: Tokens,
    /// Cost of this run alone, in micro-dollars.
    pub cost_micros: u64,
    /// The basis of the cost.
    pub cost_basis: CostBasis,
    /// Whether the tokens are a lower bound, which the basis of the cost does not say: a part of what was used is not reported,
    /// or not yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub is_partial: bool,
    /// How many turns it has in every sum: each result is one, and what was used since the last one is one.
    #[serde(default)]
    pub turns: u32,
    /// Bytes in the run's output log.
    pub log_bytes: u64,
    /// Events decoded from the run's logs.
    pub events: u64,
    /// The decoder that the run began with.
    pub decoder: DecoderId,
    /// The gate's number, from 1; only for gates.
    #[serde(default)]
    pub gate: Option<u32>,
    /// Whether its logs are being read again. Until that is done its events are not shown, and the values
    /// folded from them (session, version, model, tokens, cost) are lower bounds or missing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub rereading: bool,
    /// When its logs were deleted; then only a few of its events are left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub logs_deleted: Option<Timestamp>,
}
