//! The area of the journal: every entry as it was recorded, without what stays of runs. Other areas store
//! what follows from an entry.

use super::area::{Area, table};
use super::read::Reader;
use super::text::{from_json, json};
use crate::error::Result;
use protocol::{Envelope, JournalEntry, JournalEvent, RunId, Seq, Source, StoryId};
use rusqlite::{Connection, Row, params};
use std::borrow::Cow;

pub(super) const AREA: Area = Area {
    schema: "
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, story TEXT, run TEXT, type TEXT NOT NULL, entry TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_story ON journal (story, seq);
CREATE INDEX holds ON journal (seq) WHERE type IN ('hold_started', 'hold_ended');
",
    tables: &[table("journal", "seq")],
    values: &[("SELECT entry FROM journal", |row| entry(row).map(drop))],
    ..Area::NONE
};

/// Stores an entry. Returns whether it is new; an entry that is already there is not stored again.
pub(super) fn insert(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<bool> {
    let inserted = db
        .prepare_cached("INSERT OR IGNORE INTO journal (seq, at, story, run, type, entry) VALUES (?, ?, ?, ?, ?, ?)")?
        .execute(params![
            entry.seq.0,
            entry.at.millis(),
            entry.story.as_ref().map(StoryId::as_str),
            entry.run.as_ref().map(RunId::as_str),
            entry.event.word(),
            json(&*without_runs(entry))
        ])?;
    Ok(inserted > 0)
}

/// The entry as it is stored: what stays of runs whose logs were deleted is in the tables of other areas.
fn without_runs(entry: &JournalEntry) -> Cow<'_, JournalEntry> {
    let JournalEvent::LogsDeleted { bytes, .. } = entry.event else { return Cow::Borrowed(entry) };
    let event = JournalEvent::LogsDeleted { bytes, runs: Vec::new() };
    let JournalEntry { seq, at, story, run, .. } = entry;
    let (story, run) = (story.clone(), run.clone());
    Cow::Owned(JournalEntry { seq: *seq, at: *at, story, run, event })
}

/// Reads the column `entry` of `journal`.
pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<JournalEntry> {
    from_json(&row.get::<_, String>(0)?)
}

impl Reader {
    /// Journal entries of a story after `after`, in order.
    pub fn journal(&self, of: &StoryId, after: Seq) -> Result<Vec<Envelope>> {
        let mut statement = self
            .db()
            .prepare_cached("SELECT entry FROM journal WHERE story = ? AND seq > ? ORDER BY seq")?;
        let rows = statement.query_map(params![of.as_str(), after.0], entry)?;
        let entries = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(entries.into_iter().map(enveloped).collect())
    }

    /// The number of the last journal entry that was applied.
    pub fn last_journal(&self) -> Result<Seq> {
        let last: Option<u64> =
            self.db().query_row("SELECT max(seq) FROM journal", [], |row| row.get(0))?;
        Ok(Seq(last.unwrap_or(0)))
    }
}

/// Converts a journal entry to an envelope.
fn enveloped(entry: JournalEntry) -> Envelope {
    Envelope {
        story: entry.story,
        run: entry.run,
        seq: entry.seq,
        pos: None,
        at: entry.at,
        source: Source::Journal(entry.event),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::assert_found;

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        assert_found("journal", &["entry = '{'"]);
    }
}
