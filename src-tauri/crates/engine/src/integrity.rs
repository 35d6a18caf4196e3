//! Detects a truncated journal. A journal that was emptied or removed looks like that of a new
//! directory, and a store made from it would replace the only other copy of the lost entries. The
//! store and the run directories show that entries are missing. It only reads; opening and
//! rebuilding call it.

use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::store::read::Reader;
use protocol::{ErrorCode, Seq};

/// Refuses a journal that ends at `last` although entries up to `known` exist, and an empty one although
/// there are runs.
pub(crate) fn check(dir: &DataDir, last: Seq, known: Seq) -> Result<()> {
    if known > last {
        let why = format!("ends at entry {}, but {} were recorded", last.0, known.0);
        return Err(refused(dir, why, format!("move {} away", dir.store().display())));
    }
    if last == Seq(0) && has_runs(dir)? {
        let way = format!("move {} away", dir.root().display());
        return Err(refused(dir, "is empty, but there are runs".to_owned(), way));
    }
    Ok(())
}

/// The last entry that the store has; 0 for a store that cannot be read.
pub(crate) fn known_to_store(dir: &DataDir) -> Seq {
    let store = dir.store();
    if !store.is_file() {
        return Seq::default();
    }
    Reader::open(&store).and_then(|store| store.last_journal()).unwrap_or_default()
}

fn refused(dir: &DataDir, why: String, way: String) -> Error {
    let journal = dir.journal();
    let journal = journal.display();
    Error::refused(
        ErrorCode::DataDir,
        format!("the journal in {journal} {why}: part of it is missing"),
        format!("Restore its files from a backup; to go on with what is left, {way}."),
    )
}

/// Whether there are run directories. A run is recorded before its directory is made, so with
/// directories the journal cannot be empty.
fn has_runs(dir: &DataDir) -> Result<bool> {
    let runs = std::fs::read_dir(dir.runs()).map_err(Error::io("read", dir.runs()))?;
    Ok(runs.flatten().any(|entry| entry.path().join("spec.json").exists()))
}
