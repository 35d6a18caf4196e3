//! The facts behind a story's state, in addition to its reason: which question, which gate, which
//! account, who stopped it.

use crate::{
    AccountId, Actor, Evidence, Outcome, QuestionId, QuestionKind, Stop, StopReason, ToolKind,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The facts behind a state. [`crate::Story::detail`] is the text of them for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StateDetail {
    /// Waiting: the agent's question.
    Question {
        /// The question.
        question: QuestionId,
        /// The kind of answer that is wanted.
        asks: QuestionKind,
        /// The tool that asks, by the agent's name.
        tool: String,
        /// The kind of that tool.
        tool_kind: ToolKind,
        /// What the question is about, in one line: the command, the path, the question itself.
        subject: String,
    },
    /// Gating, or a gate failed.
    Gate {
        /// The gate's number, from 1.
        number: u32,
        /// How many gates the story has.
        of: u32,
        /// The gate's command.
        command: String,
        /// How the gate ended; `None` while it runs.
        outcome: Option<Outcome>,
        /// The gate's exit code, if it ended with one.
        exit_code: Option<i32>,
        /// How the gate ended, for a person; empty while it runs.
        words: String,
    },
    /// Starting, or a set-up command failed.
    SetUp {
        /// The command's number, from 1.
        number: u32,
        /// How many there are.
        of: u32,
        /// The command.
        command: String,
        /// How it ended, for a person; empty while it runs.
        words: String,
    },
    /// Limited: what the limit holds.
    Held {
        /// The account.
        account: AccountId,
        /// The id of the window that refused; absent if the agent named none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        window: Option<String>,
        /// The one model that is held, as the limit names it; absent if the whole account is held.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        model: Option<String>,
    },
    /// Stopped.
    Stopped {
        /// Who stopped the story.
        by: Actor,
        /// Why it was stopped.
        why: StopReason,
    },
}

impl StateDetail {
    /// Describes the gate with this number, from 1, and its end if it has ended; `None` if the story has
    /// no gate of that number.
    pub fn gate(
        number: u32,
        gates: &[String],
        ended: Option<(&Outcome, &Evidence)>,
    ) -> Option<Self> {
        let index = usize::try_from(number).unwrap_or(usize::MAX).checked_sub(1)?;
        let command = gates.get(index)?.clone();
        let of = u32::try_from(gates.len()).unwrap_or(u32::MAX);
        let (outcome, evidence) = ended.unzip();
        Some(Self::Gate {
            number,
            of,
            command,
            outcome: outcome.cloned(),
            exit_code: evidence.and_then(|evidence| evidence.exit_code),
            words: evidence.map_or(String::new(), |evidence| evidence.summary.clone()),
        })
    }

    /// Describes the set-up command with this number, from 1, and its end if it has ended; `None` if there is no
    /// command of that number.
    pub fn set_up(number: u32, commands: &[String], ended: Option<&Evidence>) -> Option<Self> {
        let index = usize::try_from(number).unwrap_or(usize::MAX).checked_sub(1)?;
        let command = commands.get(index)?.clone();
        let of = u32::try_from(commands.len()).unwrap_or(u32::MAX);
        let words = ended.map_or(String::new(), |evidence| evidence.summary.clone());
        Some(Self::SetUp { number, of, command, words })
    }

    /// Describes who stopped a run with this outcome and why; `None` for other outcomes. If no stop is
    /// recorded, the run's turn was interrupted.
    pub fn stopped(outcome: &Outcome, stop: Option<&Stop>) -> Option<Self> {
        let Outcome::Stopped { by } = outcome else { return None };
        let why = stop.map_or(StopReason::Interrupted, |stop| stop.why.clone());
        Some(Self::Stopped { by: *by, why })
    }
}

/// What an agent is doing now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Activity {
    /// The tool, by the agent's name.
    pub tool: String,
    /// The kind of the tool.
    pub kind: ToolKind,
    /// What the call is about, in one line; empty if the call does not tell.
    pub subject: String,
}
