//! A story's title, and how a story stood before it was archived: what the archive gives back.

use super::super::text::{from_json, json, word};
use super::{began, story};
use protocol::{JournalEntry, Reason, StateDetail, StoryId, StoryState, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use serde::{Deserialize, Serialize};

/// The columns of [`before`].
pub(super) const BEFORE: &str = "SELECT before_archive FROM stories";

/// How a story stood.
#[derive(Serialize, Deserialize)]
pub(super) struct Before {
    state: StoryState,
    reason: Option<Reason>,
    detail: Option<String>,
    about: Option<StateDetail>,
    since: Timestamp,
    evidence: Box<serde_json::value::RawValue>,
}

/// `before_archive` of `stories`.
pub(super) fn before(row: &Row<'_>) -> Result<Option<Before>> {
    row.get::<_, Option<String>>(0)?.map(|text| from_json(&text)).transpose()
}

pub(super) fn renamed(db: &Connection, id: &StoryId, title: &str) -> Result<()> {
    db.prepare_cached("UPDATE stories SET title = ? WHERE id = ?")?
        .execute([title, id.as_str()])?;
    Ok(())
}

/// Keeps how a story stands, which is about to be archived.
pub(super) fn keep(db: &Connection, id: &StoryId) -> Result<()> {
    let stands = db
        .prepare_cached("SELECT * FROM stories WHERE id = ?")?
        .query_row([id.as_str()], |row| {
            let evidence: String = row.get("evidence")?;
            let story = story(row)?;
            Ok(Before {
                state: story.state,
                reason: story.reason,
                detail: story.detail,
                about: story.about,
                since: story.since,
                evidence: from_json(&evidence)?,
            })
        })
        .optional()?;
    db.prepare_cached("UPDATE stories SET before_archive = ? WHERE id = ?")?
        .execute(params![stands.map(json), id.as_str()])?;
    Ok(())
}

/// Has a story stand again as it stood before it was archived. The state goes on from now in the states over
/// time, where it was archived meanwhile.
pub(super) fn unarchived(db: &Connection, id: &StoryId, entry: &JournalEntry) -> Result<()> {
    let known = db
        .prepare_cached(&format!("{BEFORE} WHERE id = ?"))?
        .query_row([id.as_str()], before)
        .optional()?;
    let Some(Some(stood)) = known else { return Ok(()) };
    db.prepare_cached(
        "UPDATE stories SET state = ?, reason = ?, detail = ?, about = ?, since = ?, evidence = ?,
            before_archive = NULL WHERE id = ?",
    )?
    .execute(params![
        word(stood.state),
        stood.reason.map(word),
        stood.detail,
        stood.about.map(json),
        stood.since.millis(),
        stood.evidence.get(),
        id.as_str()
    ])?;
    began(db, id, entry, (stood.state, stood.reason, entry.at))
}
