//! What stays of a run when a person deletes its logs. The journal records it before the first file is
//! removed, so that every sum, every question and every limit is the same without the bytes.

use crate::{Cost, DecoderId, Event, ModelShare, Pos, RunId, Seq, SessionId, Timestamp, Tokens};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// When the logs of a story were deleted, and how large they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LogsDeleted {
    /// When the last of them were deleted.
    pub at: Timestamp,
    /// The sizes of the deleted files (bytes), of all deletions together.
    pub bytes: u64,
}

/// What stays of a run whose logs are deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptRun {
    /// The run.
    pub run: RunId,
    /// The sizes of the deleted files (bytes).
    pub bytes: u64,
    /// The decoder that read the logs last.
    pub decoder: DecoderId,
    /// The size of its output log (bytes).
    pub output_bytes: u64,
    /// How many events were decoded from its logs.
    pub events: u64,
    /// How many tools were called.
    pub tool_calls: u64,
    /// When tools were called, as the board shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Timestamp>,
    /// The conversation, if the agent named it.
    pub session: Option<SessionId>,
    /// The agent's version, if the agent reported it.
    pub agent_version: Option<String>,
    /// The model, if the agent named it.
    pub model: Option<String>,
    /// Tokens of the run alone.
    pub tokens: Tokens,
    /// Cost of the run alone.
    pub cost: Cost,
    /// Tokens by model.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub models: BTreeMap<String, Tokens>,
    /// What each turn used, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<KeptTurn>,
    /// The events that stay: those for which [`KeptEvent::stays`] is true.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<KeptEvent>,
}

impl KeptRun {
    /// Makes what stays of a run of which there were no logs.
    pub fn nothing_of(run: RunId, decoder: DecoderId) -> Self {
        Self {
            run,
            bytes: 0,
            decoder,
            output_bytes: 0,
            events: 0,
            tool_calls: 0,
            calls: Vec::new(),
            session: None,
            agent_version: None,
            model: None,
            tokens: Tokens::default(),
            cost: Cost::default(),
            models: BTreeMap::new(),
            turns: Vec::new(),
            kept: Vec::new(),
        }
    }
}

/// What one turn of a run used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptTurn {
    /// The result's event; `None` for what was used after the last result.
    pub seq: Option<Seq>,
    /// When the result came, or when usage was last reported.
    pub at: Timestamp,
    /// The shares by model.
    pub shares: Vec<ModelShare>,
}

/// An event that stays, with its number, time and position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptEvent {
    /// Its number in the run.
    pub seq: Seq,
    /// Wall-clock time of the bytes that completed it.
    pub at: Timestamp,
    /// Where it stood in the logs.
    pub pos: Pos,
    /// The event. It is in the journal, so its fields must stay readable for ever.
    pub event: Event,
}

impl KeptEvent {
    /// The `type` of the events that stay: what a person wrote, was asked and answered, the result of each
    /// turn, limits, and which conversations are not complete.
    pub const WORDS: [&'static str; 7] = [
        "prompt",
        "question",
        "question_withdrawn",
        "answered",
        "turn_ended",
        "limit",
        "conversation_incomplete",
    ];

    /// Whether an event stays when the logs of its run are deleted.
    pub fn stays(event: &Event) -> bool {
        Self::WORDS.contains(&event.word())
    }
}
