//! The area of forecasts: how the work of stories would come together, as it was found out last. All from the journal.

use super::area::{Area, table};
use super::read::Reader;
use super::text::{from_json, json};
use crate::error::Result;
use protocol::{
    Collision, ForecastStanding, JournalEntry, JournalEvent, Overlap, StoryForecast, StoryId,
    StoryState, Timestamp,
};
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};
use std::collections::HashMap;

pub(super) const AREA: Area = Area {
    schema: "
CREATE TABLE forecasts (
    story TEXT PRIMARY KEY, checkpoint INTEGER NOT NULL, at INTEGER NOT NULL, standing TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- What was found of two stories, the smaller id first.
CREATE TABLE overlaps (
    one TEXT NOT NULL, other TEXT NOT NULL, one_checkpoint INTEGER NOT NULL, other_checkpoint INTEGER NOT NULL,
    overlap TEXT NOT NULL, conflicts INTEGER NOT NULL,
    PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX overlaps_of_other ON overlaps (other);
",
    tables: &[table("forecasts", "story"), table("overlaps", "one, other")],
    entry,
    values: &[
        (FORECASTS, |row| forecast(row).map(drop)),
        (OVERLAPS, |row| overlap(row).map(drop)),
    ],
    ..Area::NONE
};

/// The columns that [`forecast`] reads.
const FORECASTS: &str = "SELECT checkpoint, at, standing FROM forecasts";

/// The columns that [`overlap`] reads.
const OVERLAPS: &str =
    "SELECT one, other, one_checkpoint, other_checkpoint, overlap, conflicts FROM overlaps";

/// What was found of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    /// The number of its checkpoint.
    pub(crate) checkpoint: u32,
    pub(crate) at: Timestamp,
    pub(crate) standing: ForecastStanding,
}

/// What was found of two stories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) stories: [StoryId; 2],
    /// The numbers of their checkpoints.
    pub(crate) checkpoints: [u32; 2],
    pub(crate) overlap: Overlap,
}

fn entry(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<()> {
    match (&entry.event, &entry.story) {
        (JournalEvent::ForecastMade { forecast }, _) => made(db, forecast, entry.at),
        (JournalEvent::StateChanged { state: StoryState::Archived, .. }, Some(story)) => {
            db.prepare_cached("DELETE FROM forecasts WHERE story = ?")?
                .execute([story.as_str()])?;
            forget(db, story)
        }
        _ => Ok(()),
    }
}

fn made(db: &Connection, made: &StoryForecast, at: Timestamp) -> rusqlite::Result<()> {
    let StoryForecast { story, checkpoint, standing, pairs } = made;
    db.prepare_cached("INSERT OR REPLACE INTO forecasts VALUES (?, ?, ?, ?)")?.execute(params![
        story.as_str(),
        checkpoint,
        at.millis(),
        json(standing)
    ])?;
    if matches!(standing, ForecastStanding::NothingNew | ForecastStanding::NoWorktree) {
        return forget(db, story);
    }
    for pair in pairs {
        let (own, theirs) = ((story, *checkpoint), (&pair.with, pair.checkpoint));
        let (one, other) = if story <= &pair.with { (own, theirs) } else { (theirs, own) };
        match &pair.overlap {
            Some(overlap) => db
                .prepare_cached("INSERT OR REPLACE INTO overlaps VALUES (?, ?, ?, ?, ?, ?)")?
                .execute(params![
                    one.0.as_str(),
                    other.0.as_str(),
                    one.1,
                    other.1,
                    json(overlap),
                    matches!(overlap, Overlap::Conflicts { .. })
                ])?,
            None => db
                .prepare_cached(
                    "UPDATE overlaps SET one_checkpoint = ?, other_checkpoint = ?
                     WHERE one = ? AND other = ?",
                )?
                .execute(params![one.1, other.1, one.0.as_str(), other.0.as_str()])?,
        };
    }
    Ok(())
}

/// What was found of a story and others does not count any more.
fn forget(db: &Connection, story: &StoryId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM overlaps WHERE one = ?1 OR other = ?1")?
        .execute([story.as_str()])?;
    Ok(())
}

fn forecast(row: &Row<'_>) -> rusqlite::Result<Compared> {
    Ok(Compared {
        checkpoint: row.get("checkpoint")?,
        at: Timestamp::from_millis(row.get("at")?),
        standing: from_json(&row.get::<_, String>("standing")?)?,
    })
}

fn overlap(row: &Row<'_>) -> rusqlite::Result<Found> {
    let _conflicts: bool = row.get("conflicts")?;
    Ok(Found {
        stories: [row.get::<_, String>("one")?, row.get("other")?].map(StoryId::new),
        checkpoints: [row.get("one_checkpoint")?, row.get("other_checkpoint")?],
        overlap: from_json(&row.get::<_, String>("overlap")?)?,
    })
}

impl Reader {
    /// What was found of a story, if it was compared.
    pub(crate) fn compared(&self, story: &StoryId) -> Result<Option<Compared>> {
        let mut statement = self.db().prepare_cached(&format!("{FORECASTS} WHERE story = ?"))?;
        Ok(statement.query_row([story.as_str()], forecast).optional()?)
    }

    /// What was found of a story and others.
    pub(crate) fn overlaps(&self, story: &StoryId) -> Result<Vec<Found>> {
        let sql = format!("{OVERLAPS} WHERE one = ?1 OR other = ?1 ORDER BY one, other");
        let mut statement = self.db().prepare_cached(&sql)?;
        let rows = statement.query_map([story.as_str()], overlap)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The collisions of all stories, or of one.
    pub(crate) fn collisions(
        &self,
        of: Option<&StoryId>,
    ) -> Result<HashMap<StoryId, Vec<Collision>>> {
        let which = of.map_or("TRUE", |_| "(one = ?1 OR other = ?1)");
        let sql = format!("{OVERLAPS} WHERE conflicts AND {which} ORDER BY one, other");
        let mut statement = self.db().prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(of.map(StoryId::as_str)), overlap)?;
        let mut found: HashMap<StoryId, Vec<Collision>> = HashMap::new();
        for known in rows {
            let Found { stories: [one, other], overlap, .. } = known?;
            let Overlap::Conflicts { files } = overlap else { continue };
            for (story, with) in [(&one, &other), (&other, &one)] {
                let collision = Collision { with: with.clone(), files: files.clone() };
                found.entry(story.clone()).or_default().push(collision);
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::assert_found;

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        assert_found("forecasts", &["checkpoint = -1", "standing = '{'"]);
        let wrong = ["one_checkpoint = -1", "other_checkpoint = -1", "overlap = '{'"];
        assert_found("overlaps", &wrong);
    }
}
