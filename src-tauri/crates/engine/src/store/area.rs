//! What an area of the store is: a few tables, what journal entries and events of runs leave in them, and how
//! their columns are read. Each area is one file, with its queries as methods of
//! [`Reader`](super::read::Reader). [`super::AREAS`] lists the areas; writing, checking and comparing go over
//! that list and know none of them.

use crate::record::RunCommit;
use protocol::{JournalEntry, RunId};
use rusqlite::{Connection, Result, Row};

/// A table of the projection.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns that order its rows, for comparing two stores.
    pub key: &'static str,
}

/// Reads what a query makes of a row, to find out whether it can be read.
pub(super) type ReadRow = fn(&Row<'_>) -> Result<()>;

/// An area. What it does nothing for, it takes from [`Area::NONE`].
pub(super) struct Area {
    /// Its tables and indexes, as SQL.
    pub(super) schema: &'static str,
    /// Its tables.
    pub(super) tables: &'static [Table],
    /// Applies a journal entry that was not applied before.
    pub(super) entry: fn(&Connection, &JournalEntry) -> Result<()>,
    /// Applies new events of a run; those that were applied before change nothing.
    pub(super) commit: fn(&Connection, &RunCommit) -> Result<()>,
    /// Takes back everything that the events of a run left.
    pub(super) forget: fn(&Connection, &RunId) -> Result<()>,
    /// Every column that a query reads, with how it is read.
    pub(super) values: &'static [(&'static str, ReadRow)],
}

impl Area {
    /// An area of nothing.
    pub(super) const NONE: Self = Self {
        schema: "",
        tables: &[],
        entry: |_, _| Ok(()),
        commit: |_, _| Ok(()),
        forget: |_, _| Ok(()),
        values: &[],
    };
}

/// A table with its key.
pub(super) const fn table(name: &'static str, key: &'static str) -> Table {
    Table { name, key }
}

/// Deletes every row of `table` that came from a run's events.
pub(super) fn delete_of_run(db: &Connection, table: &'static str, run: &RunId) -> Result<()> {
    // SQLite takes no parameter for the name.
    db.prepare_cached(&format!("DELETE FROM {table} WHERE run = ?"))?.execute([run.as_str()])?;
    Ok(())
}
