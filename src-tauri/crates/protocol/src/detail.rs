//! What a state refers to in addition to its reason, as values: which question, which gate, which account,
//! who stopped it.

use crate::{
    AccountId, Actor, Evidence, Outcome, QuestionId, QuestionKind, Stop, StopReason, ToolKind,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a state refers to. [`crate::Story::detail`] is the text of it for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StateDetail {
    /// Waiting: what the agent asks.
    Question {
        /// The question.
        question: QuestionId,
        /// What kind of answer is wanted.
        asks: QuestionKind,
        /// The tool that asks, by the agent's name.
        tool: String,
        /// What sort of tool that is.
        tool_kind: ToolKind,
        /// What it is about, in one line: the command, the path, the question itself.
        subject: String,
    },
    /// Gating, or a gate did not pass: which one.
    Gate {
        /// Its number, from 1.
        number: u32,
        /// How many gates the story has.
        of: u32,
        /// Its command.
        command: String,
        /// How it ended; `None` while it runs.
        outcome: Option<Outcome>,
        /// Its exit code, if it ended by one.
        exit_code: Option<i32>,
        /// How it ended, for a person; empty while it runs.
        words: String,
    },
    /// Limited: what is held because another run was limited.
    Held {
        /// The account.
        account: AccountId,
        /// The model that alone is held, as the limit names it; absent where the whole account is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        model: Option<String>,
    },
    /// Stopped: by whom and why.
    Stopped {
        /// Who.
        by: Actor,
        /// Why.
        why: StopReason,
    },
}

impl StateDetail {
    /// The gate with this number, from 1, and how it ended if it did; `None` where the story has none of that
    /// number.
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

    /// Who stopped a run that ended so, and why; `None` for another end. Without a stop on record its turn
    /// was interrupted.
    pub fn stopped(outcome: &Outcome, stop: Option<&Stop>) -> Option<Self> {
        let Outcome::Stopped { by } = outcome else { return None };
        let why = stop.map_or(StopReason::Interrupted, |stop| stop.why.clone());
        Some(Self::Stopped { by: *by, why })
    }
}

/// What an agent does now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Activity {
    /// The tool, by the agent's name.
    pub tool: String,
    /// What sort of tool it is.
    pub kind: ToolKind,
    /// What it is about, in one line; empty where the call does not say.
    pub subject: String,
}
