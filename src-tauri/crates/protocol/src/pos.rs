//! The lasting name of a run event: the place in the run's streams that it came from. It stays the same
//! in all decoder versions, so permalinks, questions and search rows use it instead of a sequence number.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One of the three byte streams that a keeper records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// What the agent printed on standard output.
    Stdout,
    /// What the agent printed on standard error.
    Stderr,
    /// What was written to the agent's standard input.
    Stdin,
}

impl Stream {
    /// The value's word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::Stdin => "stdin",
        }
    }
}

/// The position of an event in its run: event `index` of the line that begins at byte `offset` of
/// `stream`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct Pos {
    /// The stream whose line gave the event.
    pub stream: Stream,
    /// Byte offset of the line's first byte in that stream's log.
    pub offset: u64,
    /// Length of the line in bytes, without its newline.
    pub len: u64,
    /// Which event of that line, from 0. Journals of earlier versions call it `k`.
    #[serde(alias = "k")]
    pub index: u32,
}
