//! When a person looked at a story, and how its work stands.

use super::super::text::json;
use protocol::{Actor, Looked, PromptQueued, StoryId, Timestamp, Work};
use rusqlite::{Connection, Result, Row, params};

pub(super) fn looked(
    db: &Connection,
    id: &StoryId,
    at: Timestamp,
    checkpoint: Option<u32>,
) -> Result<()> {
    db.prepare_cached("UPDATE stories SET looked_at = ?, looked_checkpoint = ? WHERE id = ?")?
        .execute(params![at.millis(), checkpoint, id.as_str()])?;
    Ok(())
}

/// Who says what comes next has looked.
pub(super) fn by_prompt(
    db: &Connection,
    id: &StoryId,
    at: Timestamp,
    prompt: &PromptQueued,
) -> Result<()> {
    if prompt.by != Actor::You {
        return Ok(());
    }
    // The newest is always kept.
    let newest = db
        .prepare_cached("SELECT max(n) FROM checkpoints WHERE story = ?")?
        .query_row([id.as_str()], |row| row.get(0))?;
    looked(db, id, at, newest)
}

/// Keeps how the work stands.
pub(super) fn measured(db: &Connection, id: &StoryId, work: &Work) -> Result<()> {
    db.prepare_cached("UPDATE stories SET work = ? WHERE id = ?")?
        .execute(params![json(work), id.as_str()])?;
    Ok(())
}

/// When a person looked, by a row of `stories`.
pub(super) fn of(row: &Row<'_>) -> Result<Option<Looked>> {
    let at: Option<i64> = row.get("looked_at")?;
    let checkpoint = row.get("looked_checkpoint")?;
    Ok(at.map(|at| Looked { at: Timestamp::from_millis(at), checkpoint }))
}
