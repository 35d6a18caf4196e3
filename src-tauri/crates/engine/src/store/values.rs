//! Checks that every value of a store can be read. SQLite's own check covers pages and rows, but
//! not a value in a row that was overwritten with a wrong one. Each area lists queries and the
//! functions that read their rows; they are called row by row, and nothing is kept in memory.

use super::AREAS;
use super::area::ReadRow;
use crate::error::is_damage;
use rusqlite::{Connection, Result};

/// The first value that cannot be read, as text for a person; `None` if all can be read.
pub(crate) fn damage(db: &Connection) -> Result<Option<String>> {
    for (rows, read) in AREAS.iter().flat_map(|area| area.values) {
        match each(db, rows, *read) {
            Ok(()) => {}
            Err(error) if is_damage(&error) => {
                return Ok(Some(format!("a value cannot be read: {error}")));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn each(db: &Connection, sql: &str, read: ReadRow) -> Result<()> {
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        read(row)?;
    }
    Ok(())
}
