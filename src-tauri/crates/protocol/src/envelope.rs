//! The envelope: the fields that all events share. `mush run` and `mush events` print envelopes.

use crate::{Event, JournalEvent, Pos, RunId, Seq, StoryId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use ts_rs::TS;

/// The origin of an event, with the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "source", content = "event", rename_all = "snake_case")]
pub enum Source {
    /// Decoded from a run's streams.
    Run(Event),
    /// A fact that the journal records of Musher or a person.
    Journal(JournalEvent),
}

/// An event with its story, run, number and time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Envelope {
    /// The story that the event belongs to; journal entries about the whole directory have none.
    pub story: Option<StoryId>,
    /// The run that the event belongs to.
    pub run: Option<RunId>,
    /// The event's number: within the run, or within the journal.
    pub seq: Seq,
    /// The event's lasting name; journal events have none.
    pub pos: Option<Pos>,
    /// Wall-clock time: of the bytes for run events, of the entry for journal events.
    pub at: Timestamp,
    /// The event.
    #[serde(flatten)]
    pub source: Source,
}

/// The envelope of a run event whose JSON is passed on as it is stored, without parsing. It is written as
/// the same JSON as an [`Envelope`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RawEnvelope {
    /// The story that the event belongs to.
    pub story: Option<StoryId>,
    /// The run that the event belongs to.
    pub run: Option<RunId>,
    /// The event's number within the run.
    pub seq: Seq,
    /// The event's lasting name.
    pub pos: Option<Pos>,
    /// Wall-clock time of the bytes.
    pub at: Timestamp,
    /// The event's origin.
    pub source: RawSource,
    /// The event's JSON.
    pub event: Box<RawValue>,
}

/// The origin of an event that was not parsed: [`Source`] without the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawSource {
    /// Decoded from a run's streams.
    Run,
}

impl RawEnvelope {
    /// Parses the event.
    ///
    /// # Errors
    /// If its JSON is no event.
    pub fn parsed(self) -> serde_json::Result<Envelope> {
        let Self { story, run, seq, pos, at, source: RawSource::Run, event } = self;
        let source = Source::Run(serde_json::from_str(event.get())?);
        Ok(Envelope { story, run, seq, pos, at, source })
    }
}

impl PartialEq for RawEnvelope {
    fn eq(&self, other: &Self) -> bool {
        let Self { story, run, seq, pos, at, source, event } = self;
        (story, run, seq, pos, at, source, event.get())
            == (
                &other.story,
                &other.run,
                &other.seq,
                &other.pos,
                &other.at,
                &other.source,
                other.event.get(),
            )
    }
}
