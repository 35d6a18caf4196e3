//! The envelope: what every event has in common. `mush run` and `mush events` print these.

use crate::{Event, JournalEvent, Pos, RunId, Seq, StoryId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
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

/// The envelope of an event of a run that was not parsed: the event is the JSON text as it is stored. Its JSON
/// is that of [`Envelope`], so a reader of bytes sees no difference.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RawEnvelope {
    /// The story it belongs to.
    pub story: Option<StoryId>,
    /// The run it belongs to.
    pub run: Option<RunId>,
    /// Its number within the run.
    pub seq: Seq,
    /// Its lasting name.
    pub pos: Option<Pos>,
    /// Wall-clock time of the bytes.
    pub at: Timestamp,
    /// Where it comes from.
    pub source: RawSource,
    /// The event's JSON.
    pub event: Box<RawValue>,
}

/// Where an event comes from that was not parsed: the `source` of [`Source`] without its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawSource {
    /// Decoded from a run's streams.
    Run,
}

impl RawEnvelope {
    /// The same with its event parsed.
    ///
    /// # Errors
    /// When its JSON is no event.
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
