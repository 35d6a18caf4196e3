//! Changes of text, line by line, independent of the agent that made them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What changes in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Diff {
    /// The parts that change, each with the lines around it; empty where nothing is known to change.
    pub hunks: Vec<Hunk>,
}

/// One part that changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hunk {
    /// Where it begins: line numbers before and after the change, from 1; `None` where that is not said.
    pub start: Option<HunkStart>,
    /// What the agent says of the place: the function around it. Often empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub heading: String,
    /// Its lines in their order.
    pub pieces: Vec<Piece>,
}

/// Where a part of a text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HunkStart {
    /// The line before the change.
    pub old: u32,
    /// The line after it.
    pub new: u32,
}

/// Lines that follow each other and have the same fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Piece {
    /// Which.
    pub side: Side,
    /// The lines, a newline between each two and none at the end.
    pub text: String,
}

/// The side of a change that lines are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// They stay.
    Same,
    /// They go.
    Removed,
    /// They come.
    Added,
}
