//! What came in a story since a person looked at it.

use crate::{Cost, Timestamp, Tokens};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What came in a story since a person looked at it, or sent it a prompt. What is not known is not there: `None` is
/// not 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SinceLooked {
    /// When they looked; `None` if they never did: then it is everything since the beginning.
    pub looked: Option<Timestamp>,
    /// How many files differ; `None` if nothing is held of them.
    pub files: Option<u32>,
    /// How many commands the agent ran, or asked to run; `None` if logs were deleted or are being read again.
    pub commands: Option<u32>,
    /// How many questions it asked; `None` as for commands.
    pub questions: Option<u32>,
    /// How many gates passed.
    pub gates_passed: u32,
    /// How many gates failed, or came to no end of their own.
    pub gates_failed: u32,
    /// The tokens of the results that came since, and of the turn that goes on.
    pub tokens: Tokens,
    /// What they cost.
    pub cost: Cost,
    /// Whether tokens and cost are a lower bound.
    pub is_partial: bool,
}

impl SinceLooked {
    /// Whether it is known that nothing came.
    pub fn is_nothing(&self) -> bool {
        let counts = [self.files, self.commands, self.questions];
        counts.iter().all(|count| *count == Some(0))
            && self.gates_passed + self.gates_failed == 0
            && self.tokens == Tokens::default()
            && self.cost.micros == 0
            && !self.is_partial
    }
}
