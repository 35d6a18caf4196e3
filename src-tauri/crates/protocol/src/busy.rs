//! What an agent is busy with, and why it summarised its conversation.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What an agent is busy with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Busy {
    /// The agent sent a request to its model and waits for the answer.
    Requesting,
    /// The agent summarises the conversation, so that it fits.
    Compacting,
    /// A turn goes on; the agent does not report what it is doing.
    Working,
    /// An activity that this version does not know.
    Other {
        /// The agent's own words for it.
        words: String,
    },
}

/// Why an agent summarised its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CompactTrigger {
    /// The agent did it by itself, because the conversation became too long.
    Automatic,
    /// A person asked for it.
    Asked,
    /// The agent gives no reason, or one that this version does not know.
    Unknown,
}
