//! The envelope: what every event has in common. `mush run` and `mush events` print these.

use crate::{Event, JournalEvent, Pos, RunId, Seq, StoryId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where an event comes from, with the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "source", content = "event", rename_all = "snake_case")]
pub enum Source {
    /// Decoded from a run's streams.
    Run(Event),
    /// A fact that Musher or a person made.
    Journal(JournalEvent),
}

/// An event with who, when and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Envelope {
    /// The story it belongs to; journal entries about the whole directory have none.
    pub story: Option<StoryId>,
    /// The run it belongs to.
    pub run: Option<RunId>,
    /// Its number: within the run, or within the journal.
    pub seq: Seq,
    /// Its lasting name, for run events.
    pub pos: Option<Pos>,
    /// Wall-clock time: of the bytes for run events, of the entry for journal events.
    pub at: Timestamp,
    /// The event.
    #[serde(flatten)]
    pub source: Source,
}
