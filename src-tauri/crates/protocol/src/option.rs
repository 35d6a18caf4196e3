//! The decisions that an agent offers for a question: whether something may happen, and for how long.

use crate::AnswerBehavior;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// One of the decisions that an agent offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct QuestionOption {
    /// Its id, unique in the question.
    pub id: String,
    /// What it does.
    pub does: Decision,
    /// What it covers beyond this once, a line each, exactly as the agent reports it: rules, folders, modes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub covers: Vec<String>,
    /// What the agent wants back with it, in its own form.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[ts(skip)]
    pub reply: Value,
}

impl QuestionOption {
    /// Whether a plain yes or no means this decision.
    pub fn is_plain(&self) -> bool {
        matches!(self.does, Decision::AllowOnce | Decision::Deny)
    }

    /// A decision that covers this once and needs nothing but its id.
    pub fn once(id: &str, does: Decision) -> Self {
        Self { id: id.to_owned(), does, covers: Vec::new(), reply: Value::Null }
    }
}

/// What a decision does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes, this once.
    AllowOnce,
    /// Yes, and the like of it until the conversation's process ends.
    AllowSession,
    /// Yes, and the like of it from now on: the agent keeps it in its settings.
    AllowAlways,
    /// No; the turn goes on.
    Deny,
    /// No, and the turn ends.
    DenyAndEnd,
}

impl Decision {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::AllowOnce, Self::AllowSession, Self::AllowAlways, Self::Deny, Self::DenyAndEnd];

    /// The words for it on screen.
    pub fn words(self) -> &'static str {
        match self {
            Self::AllowOnce => "Allow once",
            Self::AllowSession => "Allow for this session",
            Self::AllowAlways => "Always allow",
            Self::Deny => "Deny",
            Self::DenyAndEnd => "Deny and end the turn",
        }
    }

    /// Whether it is a yes.
    pub fn behavior(self) -> AnswerBehavior {
        match self {
            Self::AllowOnce | Self::AllowSession | Self::AllowAlways => AnswerBehavior::Allow,
            Self::Deny | Self::DenyAndEnd => AnswerBehavior::Deny,
        }
    }
}
