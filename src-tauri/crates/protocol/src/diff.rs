//! Changes of text, line by line, independent of the agent that made them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The changes of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Diff {
    /// The changed parts, each with the lines around it; empty if no change is known.
    pub hunks: Vec<Hunk>,
}

/// One changed part of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hunk {
    /// The line numbers where it begins, before and after the change; `None` if they are not known.
    pub start: Option<HunkStart>,
    /// The agent's heading for the place: the function around it. Often empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub heading: String,
    /// The lines of the part, in order.
    pub pieces: Vec<Piece>,
}

/// Where a part of a text begins, as line numbers from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HunkStart {
    /// The line number before the change.
    pub old: u32,
    /// The line number after the change.
    pub new: u32,
}

/// Consecutive lines on the same side of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Piece {
    /// The side of these lines.
    pub side: Side,
    /// The lines, separated by newlines, without one at the end.
    pub text: String,
}

/// The side of a change that lines are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Unchanged lines.
    Same,
    /// Removed lines.
    Removed,
    /// Added lines.
    Added,
}
