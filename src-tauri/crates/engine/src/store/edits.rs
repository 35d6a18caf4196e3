//! The area of edits: the tool calls of runs that say which files they change, and whether they did. What really
//! changed is in checkpoints.

use super::area::{Area, delete_of_run, table};
use super::read::Reader;
use super::text::{from_json, json};
use crate::error::Result;
use crate::record::RunCommit;
use protocol::{Event, FileChange, RunId, Seq, StoryId, Subject, Timestamp};
use rusqlite::{Connection, Row, params};

pub(super) const AREA: Area = Area {
    schema: "
CREATE TABLE edits (
    run TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, call TEXT NOT NULL, paths TEXT NOT NULL,
    ended_at INTEGER, has_failed INTEGER NOT NULL, PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX edits_by_call ON edits (run, call);
",
    tables: &[table("edits", "run, seq")],
    commit,
    forget: |db, run| delete_of_run(db, "edits", run),
    values: &[(EDITS, |row| edit(row).map(drop))],
    ..Area::NONE
};

/// The columns that [`edit`] reads.
const EDITS: &str = "SELECT run, seq, at, ended_at, has_failed, paths FROM edits";

/// Records the result of a call. SQLite would rather go through all calls of the run, by the primary key, than use the
/// index, so a long run would cost the square of its calls.
const ENDED: &str = "UPDATE edits INDEXED BY edits_by_call SET ended_at = ?, has_failed = ?
    WHERE run = ? AND call = ? AND ended_at IS NULL AND seq < ?";

/// A tool call that says which files it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) run: RunId,
    pub(crate) seq: Seq,
    pub(crate) at: Timestamp,
    /// When its result came.
    pub(crate) ended_at: Option<Timestamp>,
    /// Whether it was refused, or failed.
    pub(crate) has_failed: bool,
    /// The paths as the agent writes them.
    pub(crate) paths: Vec<String>,
}

fn commit(db: &Connection, commit: &RunCommit) -> rusqlite::Result<()> {
    let run = commit.run.as_str();
    for numbered in &commit.events {
        let (seq, at) = (numbered.seq.0, numbered.at.millis());
        match &numbered.event {
            Event::ToolCall { call, subject: Subject::Change { files }, .. } => {
                let paths = json(files.iter().flat_map(paths).collect::<Vec<_>>());
                db.prepare_cached(
                    "INSERT OR IGNORE INTO edits (run, seq, at, call, paths, has_failed)
                     VALUES (?, ?, ?, ?, ?, 0)",
                )?
                .execute(params![run, seq, at, call, paths])?;
            }
            Event::ToolResult { call, ok, denied, cut, .. } => {
                // Of a call that was cut off it is not known what it did.
                let has_failed = *denied || !(*ok || *cut);
                db.prepare_cached(ENDED)?.execute(params![at, has_failed, run, call, seq])?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn paths(file: &FileChange) -> impl Iterator<Item = &String> {
    std::iter::once(&file.path).chain(&file.moved_to)
}

fn edit(row: &Row<'_>) -> rusqlite::Result<Edit> {
    Ok(Edit {
        run: RunId::new(row.get::<_, String>("run")?),
        seq: Seq(row.get("seq")?),
        at: Timestamp::from_millis(row.get("at")?),
        ended_at: row.get::<_, Option<i64>>("ended_at")?.map(Timestamp::from_millis),
        has_failed: row.get("has_failed")?,
        paths: from_json(&row.get::<_, String>("paths")?)?,
    })
}

impl Reader {
    /// The tool calls of a story's runs that say which files they change.
    pub(crate) fn edits(&self, of: &StoryId) -> Result<Vec<Edit>> {
        let sql =
            format!("{EDITS} WHERE run IN (SELECT id FROM runs WHERE story = ?) ORDER BY run, seq");
        let mut statement = self.db().prepare_cached(&sql)?;
        let rows = statement.query_map([of.as_str()], edit)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{assert_found, filled};
    use super::*;

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        assert_found("edits", &["paths = '{'", "seq = -seq"]);
    }

    #[test]
    fn a_result_finds_its_call_among_many_without_going_through_them() {
        let (_dir, db) = filled();
        let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {ENDED}")).unwrap();
        let steps = plan.query_map([1, 0, 1, 1, 1], |row| row.get::<_, String>("detail")).unwrap();
        let steps: Vec<_> = steps.map(|step| step.unwrap()).collect();
        assert_eq!(steps, ["SEARCH edits USING INDEX edits_by_call (run=? AND call=? AND seq<?)"]);
    }

    #[test]
    fn a_call_says_which_files_it_changes_and_whether_it_did() {
        let (_dir, db) = filled();
        let edits: Vec<Edit> =
            db.prepare(EDITS).and_then(|mut all| all.query_map([], edit)?.collect()).unwrap();
        let shown: Vec<_> = edits
            .iter()
            .map(|edit| (edit.paths.join(" "), edit.has_failed, edit.ended_at.is_some()))
            .collect();
        let expected = [("a.rs b.rs", false, true), ("c.rs", true, true), ("d.rs", false, false)];
        let expected = expected.map(|(paths, failed, ended)| (paths.to_owned(), failed, ended));
        assert_eq!(shown, expected);
    }
}
