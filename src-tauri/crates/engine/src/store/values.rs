//! Checks that every value of a store can be read. SQLite's own check is of pages and rows; it does not see a
//! value in a row that was overwritten with something else. Values are read as queries read them, row by row,
//! and nothing is kept. Each area says how its values are read.

use super::AREAS;
use super::area::ReadRow;
use crate::error::is_damage;
use rusqlite::{Connection, Result};

/// What cannot be read, if anything cannot.
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
