//! Applies facts to the store: one function for a journal entry, one for new events of a run. The
//! live engine and a rebuild call the same two functions, so both make the same store. Each area
//! decides what it stores of a fact.

use super::{AREAS, journal, kept};
use crate::record::RunCommit;
use protocol::{JournalEntry, JournalEvent, KeptRun, RunId};
use rusqlite::{Connection, Result};

/// Applies one journal entry. Applying it again changes nothing.
pub fn journal(db: &Connection, entry: &JournalEntry) -> Result<()> {
    if !journal::insert(db, entry)? {
        return Ok(());
    }
    AREAS.iter().try_for_each(|area| (area.entry)(db, entry))?;
    match &entry.event {
        JournalEvent::LogsDeleted { runs, .. } => runs.iter().try_for_each(|run| keep(db, run)),
        _ => Ok(()),
    }
}

/// Applies new events of a run. Events that are there already are left as they are, and those of a run whose
/// logs were deleted do not count.
pub fn run(db: &Connection, commit: &RunCommit) -> Result<()> {
    match kept::is_deleted(db, &commit.run)? {
        true => Ok(()),
        false => apply(db, commit),
    }
}

/// Deletes everything that the events of a run wrote, so that its log can be read again. Returns whether it
/// can be: the logs of the run were not deleted.
pub fn forget_run(db: &Connection, run: &RunId) -> Result<bool> {
    let has_logs = !kept::is_deleted(db, run)?;
    if has_logs {
        forget(db, run)?;
    }
    Ok(has_logs)
}

/// Replaces what the events of a run wrote by what stays of it.
fn keep(db: &Connection, run: &KeptRun) -> Result<()> {
    forget(db, &run.run)?;
    kept::commit(db, run)?.map_or(Ok(()), |commit| apply(db, &commit))
}

fn apply(db: &Connection, commit: &RunCommit) -> Result<()> {
    AREAS.iter().try_for_each(|area| (area.commit)(db, commit))
}

fn forget(db: &Connection, run: &RunId) -> Result<()> {
    AREAS.iter().try_for_each(|area| (area.forget)(db, run))
}
