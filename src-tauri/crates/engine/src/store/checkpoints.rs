//! The area of checkpoints: the commits that hold the files of stories' worktrees.

use super::area::{Area, table};
use super::read::Reader;
use super::text::{from_json, from_word, json, word};
use crate::error::{Error, Result};
use protocol::{Checkpoint, ErrorCode, JournalEntry, JournalEvent, StoryId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(super) const AREA: Area = Area {
    schema: "
CREATE TABLE checkpoints (
    story TEXT NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, commit_id TEXT NOT NULL,
    tree TEXT NOT NULL, because TEXT NOT NULL, left_out TEXT NOT NULL, more_left_out INTEGER NOT NULL,
    PRIMARY KEY (story, n)
) STRICT, WITHOUT ROWID;
",
    tables: &[table("checkpoints", "story, n")],
    entry,
    values: &[(CHECKPOINTS, |row| checkpoint(row).map(drop))],
    ..Area::NONE
};

/// The columns that [`checkpoint`] reads.
const CHECKPOINTS: &str =
    "SELECT story, n, at, commit_id, tree, because, left_out, more_left_out FROM checkpoints";

fn entry(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<()> {
    match (&entry.story, &entry.event) {
        (Some(story), JournalEvent::Checkpoint { .. }) => made(db, story, entry),
        (Some(story), JournalEvent::CheckpointsPruned { numbers }) => pruned(db, story, numbers),
        _ => Ok(()),
    }
}

fn made(db: &Connection, story: &StoryId, entry: &JournalEntry) -> rusqlite::Result<()> {
    let JournalEvent::Checkpoint { n, commit, tree, because, left_out, more_left_out, .. } =
        &entry.event
    else {
        return Ok(());
    };
    db.prepare_cached(
        "INSERT OR IGNORE INTO checkpoints
            (story, n, at, commit_id, tree, because, left_out, more_left_out)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        story.as_str(),
        n,
        entry.at.millis(),
        commit,
        tree,
        word(because),
        json(left_out),
        more_left_out
    ])?;
    Ok(())
}

fn pruned(db: &Connection, story: &StoryId, numbers: &[u32]) -> rusqlite::Result<()> {
    let mut remove = db.prepare_cached("DELETE FROM checkpoints WHERE story = ? AND n = ?")?;
    numbers.iter().try_for_each(|n| remove.execute(params![story.as_str(), n]).map(drop))
}

fn checkpoint(row: &Row<'_>) -> rusqlite::Result<Checkpoint> {
    Ok(Checkpoint {
        story: StoryId::new(row.get::<_, String>("story")?),
        n: row.get("n")?,
        at: Timestamp::from_millis(row.get("at")?),
        commit: row.get("commit_id")?,
        tree: row.get("tree")?,
        because: from_word(row.get("because")?)?,
        left_out: from_json(&row.get::<_, String>("left_out")?)?,
        more_left_out: row.get("more_left_out")?,
    })
}

impl Reader {
    /// The checkpoints of a story, oldest first.
    pub fn checkpoints(&self, of: &StoryId) -> Result<Vec<Checkpoint>> {
        let sql = format!("{CHECKPOINTS} WHERE story = ? ORDER BY n");
        let mut statement = self.db().prepare_cached(&sql)?;
        let rows = statement.query_map([of.as_str()], checkpoint)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One checkpoint of a story.
    pub fn checkpoint(&self, of: &StoryId, n: u32) -> Result<Checkpoint> {
        let sql = format!("{CHECKPOINTS} WHERE story = ? AND n = ?");
        let mut statement = self.db().prepare_cached(&sql)?;
        let found = statement.query_row(params![of.as_str(), n], checkpoint).optional()?;
        found.ok_or_else(|| no_checkpoint(n))
    }
}

/// The refusal of a number that no checkpoint of a story has.
pub(crate) fn no_checkpoint(n: u32) -> Error {
    let message = format!("the story has no checkpoint {n}");
    Error::refused(ErrorCode::NotFound, message, "Choose one of its checkpoints.")
        .on_terminal("`mush checkpoints STORY` lists them.")
}

#[cfg(test)]
mod tests {
    use super::super::scene::assert_found;

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        assert_found("checkpoints", &["because = 'x'", "left_out = '{'", "n = -1"]);
    }
}
