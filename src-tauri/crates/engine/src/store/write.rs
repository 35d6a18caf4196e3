//! Applies facts to the store: one function for a journal entry, one for new events of a run. The
//! live engine and a rebuild call the same two functions, so both make the same store. Each area
//! decides what it stores of a fact.

use super::{AREAS, journal};
use crate::record::RunCommit;
use protocol::{JournalEntry, RunId};
use rusqlite::{Connection, Result};

/// Applies one journal entry. Applying it again changes nothing.
pub fn journal(db: &Connection, entry: &JournalEntry) -> Result<()> {
    if !journal::insert(db, entry)? {
        return Ok(());
    }
    AREAS.iter().try_for_each(|area| (area.entry)(db, entry))
}

/// Applies new events of a run. Events that are there already are left as they are.
pub fn run(db: &Connection, commit: &RunCommit) -> Result<()> {
    AREAS.iter().try_for_each(|area| (area.commit)(db, commit))
}

/// Deletes everything that the events of a run wrote, so that its log can be read again.
pub fn forget_run(db: &Connection, run: &RunId) -> Result<()> {
    AREAS.iter().try_for_each(|area| (area.forget)(db, run))
}
