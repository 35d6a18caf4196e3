//! Defines [`Area`]: a part of the store with its tables, the functions that write journal entries
//! and run events into them, and the functions that read their columns. Each area is one file,
//! which also has its queries as methods of [`Reader`](super::read::Reader). [`super::AREAS`] lists
//! all areas; the code that writes, checks and compares stores goes over that list and depends on
//! no single area.

use crate::record::RunCommit;
use protocol::{JournalEntry, RunId};
use rusqlite::{Connection, Result, Row};

/// A table of the store, by name and key.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns that order its rows when two stores are compared.
    pub key: &'static str,
}

/// Reads one row of a query and fails if a value in it cannot be read.
pub(super) type ReadRow = fn(&Row<'_>) -> Result<()>;

/// An area. An area takes the fields that it does not need from [`Area::NONE`].
pub(super) struct Area {
    /// Its tables and indexes, as SQL.
    pub(super) schema: &'static str,
    /// Its tables.
    pub(super) tables: &'static [Table],
    /// Applies a journal entry. It is called once per entry.
    pub(super) entry: fn(&Connection, &JournalEntry) -> Result<()>,
    /// Applies new events of a run. Events that were applied before change nothing.
    pub(super) commit: fn(&Connection, &RunCommit) -> Result<()>,
    /// Deletes everything that the events of a run wrote.
    pub(super) forget: fn(&Connection, &RunId) -> Result<()>,
    /// Queries that together select every column that is read later, each with the function that
    /// reads its rows.
    pub(super) values: &'static [(&'static str, ReadRow)],
}

impl Area {
    /// An area without tables, which ignores entries and events.
    pub(super) const NONE: Self = Self {
        schema: "",
        tables: &[],
        entry: |_, _| Ok(()),
        commit: |_, _| Ok(()),
        forget: |_, _| Ok(()),
        values: &[],
    };
}

/// Makes a [`Table`].
pub(super) const fn table(name: &'static str, key: &'static str) -> Table {
    Table { name, key }
}

/// Deletes all rows of `table` that came from the events of `run`.
pub(super) fn delete_of_run(db: &Connection, table: &'static str, run: &RunId) -> Result<()> {
    // SQLite accepts no parameter for a table's name.
    db.prepare_cached(&format!("DELETE FROM {table} WHERE run = ?"))?.execute([run.as_str()])?;
    Ok(())
}
