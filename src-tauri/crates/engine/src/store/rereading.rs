//! The area of runs whose logs are to be decoded again: either the store does not have all of their
//! events, because it was made from the journal alone, or it has the events of an older decoder.
//! This area describes the store and not the runs, so a comparison of two stores leaves it out.

use super::area::Area;
use super::read::Reader;
use crate::error::Result;
use protocol::{JournalEvent, RunId, StoryId, Timestamp};
use rusqlite::{Connection, params};

pub(super) const AREA: Area = Area {
    schema: "
CREATE TABLE rereading (run TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
",
    entry: |db, entry| match (&entry.event, &entry.run) {
        // The end of a run is recorded only after its whole log was read, or when there is nothing
        // to read.
        (JournalEvent::RunEnded { .. }, Some(run)) => done(db, run),
        // What stays of these runs is in the entry, and there is nothing left to read.
        (JournalEvent::LogsDeleted { runs, .. }, _) => {
            runs.iter().try_for_each(|kept| done(db, &kept.run))
        }
        _ => Ok(()),
    },
    ..Area::NONE
};

/// Marks a run as to be read again.
pub(crate) fn mark(db: &Connection, run: &RunId) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO rereading (run) VALUES (?)")?
        .execute([run.as_str()])?;
    Ok(())
}

/// Removes the mark of a run whose log was read.
pub(crate) fn done(db: &Connection, run: &RunId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM rereading WHERE run = ?")?.execute([run.as_str()])?;
    Ok(())
}

/// The marked runs, ordered by id.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<RunId>> {
    let mut statement = db.prepare("SELECT run FROM rereading ORDER BY run")?;
    let runs = statement.query_map([], |row| row.get::<_, String>(0).map(RunId::new))?;
    runs.collect()
}

/// How many marked runs were active at some time between `from` and `to`.
pub(crate) fn between(db: &Connection, from: Timestamp, to: Timestamp) -> rusqlite::Result<u32> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM rereading u JOIN runs ON runs.id = u.run
         WHERE runs.started_at < ?2 AND coalesce(runs.ended_at, ?2) >= ?1",
    )?;
    statement.query_row(params![from.millis(), to.millis()], |row| row.get(0))
}

impl Reader {
    /// How many marked runs have ended.
    pub fn count_rereading(&self) -> Result<u64> {
        let sql = "SELECT count(*) FROM rereading u JOIN runs ON runs.id = u.run
             WHERE runs.state = 'ended'";
        Ok(self.db().query_row(sql, [], |row| row.get(0))?)
    }

    /// Whether any run is marked: of the story `of`, or of all stories.
    pub fn is_rereading(&self, of: Option<&StoryId>) -> Result<bool> {
        let mut statement = self.db().prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM rereading u LEFT JOIN runs ON runs.id = u.run
                WHERE ?1 IS NULL OR runs.story = ?1)",
        )?;
        Ok(statement.query_row([of.map(StoryId::as_str)], |row| row.get(0))?)
    }
}
