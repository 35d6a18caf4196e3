//! The decisions that an agent offers for a question: whether something may happen, and for how long.

use crate::AnswerBehavior;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// A decision that an agent offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct QuestionOption {
    /// The decision's id, unique in the question.
    pub id: String,
    /// The effect of the decision.
    pub does: Decision,
    /// What it covers beyond this one time, one line each, exactly as the agent reports it: rules,
    /// folders, modes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub covers: Vec<String>,
    /// The value that the agent wants back with it, in its own format.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[ts(skip)]
    pub reply: Value,
}

impl QuestionOption {
    /// Whether a plain yes or no means this decision.
    pub fn is_plain(&self) -> bool {
        matches!(self.does, Decision::AllowOnce | Decision::Deny)
    }

    /// Makes a decision for this one time, for which the agent needs only the id.
    pub fn once(id: &str, does: Decision) -> Self {
        Self { id: id.to_owned(), does, covers: Vec::new(), reply: Value::Null }
    }
}

/// The effect of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Allow, this one time.
    AllowOnce,
    /// Allow this and similar things until the agent's process ends.
    AllowSession,
    /// Allow this and similar things from now on: the agent saves it in its settings.
    AllowAlways,
    /// Deny; the turn continues.
    Deny,
    /// Deny and end the turn.
    DenyAndEnd,
}

impl Decision {
    /// All decisions.
    pub const ALL: [Self; 5] =
        [Self::AllowOnce, Self::AllowSession, Self::AllowAlways, Self::Deny, Self::DenyAndEnd];

    /// The text of the decision on screen.
    pub fn words(self) -> &'static str {
        match self {
            Self::AllowOnce => "Allow once",
            Self::AllowSession => "Allow for this session",
            Self::AllowAlways => "Always allow",
            Self::Deny => "Deny",
            Self::DenyAndEnd => "Deny and end the turn",
        }
    }

    /// Whether the decision allows or denies.
    pub fn behavior(self) -> AnswerBehavior {
        match self {
            Self::AllowOnce | Self::AllowSession | Self::AllowAlways => AnswerBehavior::Allow,
            Self::Deny | Self::DenyAndEnd => AnswerBehavior::Deny,
        }
    }
}
