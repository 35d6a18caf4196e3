//! The area of events: every event of every run, as its decoder made it. Other areas store what
//! follows from an event.

use super::area::{Area, delete_of_run, table};
use super::read::Reader;
use super::text::{conversion, from_word, json, raw_json};
use crate::error::Result;
use crate::record::RunCommit;
use protocol::{
    Envelope, Event, Pos, RawEnvelope, RawSource, RunId, Seq, SessionId, StoryId, Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(super) const AREA: Area = Area {
    schema: "
-- With rowids, because only in such a table does a row of some kilobytes lie on one page.
CREATE TABLE events (
    run TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, stream TEXT NOT NULL,
    offset INTEGER NOT NULL, len INTEGER NOT NULL, line_index INTEGER NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (run, seq)
) STRICT;
-- Not `IN`: for a list of more than two words every insert into the table would make a table of them.
CREATE INDEX conversations ON events (run, seq)
    WHERE type = 'message_usage' OR type = 'compacted' OR type = 'conversation_reset';
CREATE INDEX turns ON events (run, seq) WHERE type = 'prompt' OR type = 'turn_ended';
-- Conversations of which an agent said that it could not save a part.
CREATE TABLE incomplete (session TEXT NOT NULL, run TEXT NOT NULL, PRIMARY KEY (session, run)) STRICT, WITHOUT ROWID;
CREATE INDEX incomplete_by_run ON incomplete (run);
",
    tables: &[table("events", "run, seq"), table("incomplete", "session, run")],
    commit,
    forget: |db, run| {
        delete_of_run(db, "events", run)?;
        delete_of_run(db, "incomplete", run)
    },
    values: &[(EVENTS, |row| {
        let run = RunId::new("any");
        envelope(row, None, &run).and_then(parsed).map(drop)
    })],
    ..Area::NONE
};

/// The columns that [`envelope`] reads.
const EVENTS: &str = "SELECT seq, at, stream, offset, len, line_index, event FROM events";

fn commit(db: &Connection, commit: &RunCommit) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO events (run, seq, at, type, stream, offset, len, line_index, event)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for numbered in &commit.events {
        insert.execute(params![
            commit.run.as_str(),
            numbered.seq.0,
            numbered.at.millis(),
            numbered.event.word(),
            numbered.pos.stream.word(),
            numbered.pos.offset,
            numbered.pos.len,
            numbered.pos.index,
            json(&numbered.event)
        ])?;
        if let Event::ConversationIncomplete { sessions } = &numbered.event {
            incomplete(db, &commit.run, sessions)?;
        }
    }
    Ok(())
}

fn incomplete(db: &Connection, run: &RunId, sessions: &[SessionId]) -> rusqlite::Result<()> {
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO incomplete (session, run) VALUES (?, ?)")?;
    for session in sessions {
        insert.execute([session.as_str(), run.as_str()])?;
    }
    Ok(())
}

/// Reads a row of [`EVENTS`]. The rows have neither story nor run, so the caller passes both.
fn envelope(row: &Row<'_>, story: Option<&StoryId>, run: &RunId) -> rusqlite::Result<RawEnvelope> {
    Ok(RawEnvelope {
        story: story.cloned(),
        run: Some(run.clone()),
        seq: Seq(row.get(0)?),
        at: Timestamp::from_millis(row.get(1)?),
        pos: Some(Pos {
            stream: from_word(row.get(2)?)?,
            offset: row.get(3)?,
            len: row.get(4)?,
            index: row.get(5)?,
        }),
        source: RawSource::Run,
        event: raw_json(row.get(6)?)?,
    })
}

fn parsed(envelope: RawEnvelope) -> rusqlite::Result<Envelope> {
    envelope.parsed().map_err(conversion)
}

impl Reader {
    /// Events of a run after `after`, at most `most` of them, as unparsed JSON, for callers that
    /// only pass them on.
    pub fn raw_events(&self, of: &RunId, after: Seq, most: usize) -> Result<Vec<RawEnvelope>> {
        self.events_by(of, after, most, Ok)
    }

    /// Like [`Self::raw_events`], but parsed.
    pub fn events(&self, of: &RunId, after: Seq, most: usize) -> Result<Vec<Envelope>> {
        self.events_by(of, after, most, parsed)
    }

    fn events_by<E>(
        &self,
        of: &RunId,
        after: Seq,
        most: usize,
        make: impl Fn(RawEnvelope) -> rusqlite::Result<E>,
    ) -> Result<Vec<E>> {
        let story: Option<String> = self
            .db()
            .prepare_cached("SELECT story FROM runs WHERE id = ?")?
            .query_row([of.as_str()], |row| row.get(0))
            .optional()?;
        let story = story.map(StoryId::new);
        let mut statement = self
            .db()
            .prepare_cached(&format!("{EVENTS} WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?"))?;
        let rows = statement.query_map(params![of.as_str(), after.0, most], |row| {
            make(envelope(row, story.as_ref(), of)?)
        })?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// Where the turns of a run ended.
    pub(crate) fn turn_ends(&self, of: &RunId) -> Result<Vec<Seq>> {
        // The index of turns has this condition.
        let mut statement = self.db().prepare_cached(
            "SELECT seq FROM events WHERE run = ? AND (type = 'prompt' OR type = 'turn_ended')
                AND type = 'turn_ended' ORDER BY seq",
        )?;
        let rows = statement.query_map([of.as_str()], |row| Ok(Seq(row.get(0)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The events of these types of a run after one, up to another, oldest first.
    pub(crate) fn events_of_types(
        &self,
        of: &RunId,
        after: Seq,
        last: Seq,
        types: &[&str],
        take: &mut dyn FnMut(Envelope),
    ) -> Result<()> {
        let sql = format!(
            "{EVENTS} WHERE run = ? AND seq > ? AND seq <= ? AND instr(?, ',' || type || ',') ORDER BY seq"
        );
        let types = format!(",{},", types.join(","));
        let mut statement = self.db().prepare_cached(&sql)?;
        let rows = statement.query_map(params![of.as_str(), after.0, last.0, types], |row| {
            envelope(row, None, of).and_then(parsed)
        })?;
        for row in rows {
            take(row?);
        }
        Ok(())
    }

    /// The newest tool calls and results of a run, at most `most` of them, newest first.
    pub(crate) fn newest_calls(
        &self,
        of: &RunId,
        most: usize,
        take: &mut dyn FnMut(Envelope),
    ) -> Result<()> {
        let mut statement = self.db().prepare_cached(&format!(
            "{EVENTS} WHERE run = ? AND (type = 'tool_call' OR type = 'tool_result')
                ORDER BY seq DESC LIMIT ?"
        ))?;
        let rows = statement.query_map(params![of.as_str(), most], |row| {
            envelope(row, None, of).and_then(parsed)
        })?;
        for row in rows {
            take(row?);
        }
        Ok(())
    }

    /// Whether an agent reported that it could not save a part of this conversation.
    pub fn is_incomplete(&self, session: &SessionId) -> Result<bool> {
        let mut statement = self
            .db()
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM incomplete WHERE session = ?)")?;
        Ok(statement.query_row([session.as_str()], |row| row.get(0))?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::assert_found;

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        assert_found("events", &["event = '{'", "stream = 'stdouf'", "offset = -1"]);
    }
}
