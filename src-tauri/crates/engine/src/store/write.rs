//! Applying facts to the store: one function for a journal entry, one for new events of a run. Live
//! running and rebuilding call the same two, so they cannot disagree. Nothing is decided here, and what a
//! fact leaves in which table is up to the areas.

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

/// Takes back everything that a run's events said, so that it can be read anew.
pub fn forget_run(db: &Connection, run: &RunId) -> Result<()> {
    AREAS.iter().try_for_each(|area| (area.forget)(db, run))
}
