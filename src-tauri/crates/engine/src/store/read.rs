//! [`Reader`], a read-only connection to the store. It answers the queries of the commands and of
//! the page. It needs no owner of the data directory and never delays the writer. Its queries are
//! in the files of their areas. Every list has a fixed order, so that the same facts always print
//! the same bytes.

use super::FileId;
use super::text::json;
use crate::error::{Error, Result};
use protocol::ErrorCode;
use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};

/// How many existing names are suggested at most for a name that does not exist.
const MOST_NAMES: usize = 5;

/// A read-only connection to the store.
#[derive(Debug)]
pub struct Reader {
    db: Connection,
    path: PathBuf,
    file: Option<FileId>,
}

impl Reader {
    /// Opens the store at `path`.
    pub fn open(path: &Path) -> Result<Self> {
        let file = FileId::of(path);
        Ok(Self { db: super::open_reader(path)?, path: path.to_owned(), file })
    }

    /// The connection, for queries in other modules.
    pub(crate) fn db(&self) -> &Connection {
        &self.db
    }

    /// Whether the file that this reader has open is still the one at the store's path; the store
    /// may have been replaced.
    pub(crate) fn is_in_place(&self) -> bool {
        FileId::of(&self.path) == self.file
    }

    /// A number that changes when another process or connection has committed something.
    pub fn version(&self) -> Result<i64> {
        Ok(self.db.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Whether the store has this version's tables.
    pub fn is_current(&self) -> Result<bool> {
        let version: i64 = self.db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok(version == super::SCHEMA_VERSION)
    }

    /// Existing names that begin with `name`, which does not exist. They are only shown, never
    /// used: acting on a guess could stop the wrong run.
    pub(super) fn near(&self, names: &str, name: &str) -> Result<Vec<String>> {
        if name.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT slug FROM ({names}) WHERE substr(slug, 1, length(?1)) = ?1
             ORDER BY length(slug), slug LIMIT ?2"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![name, MOST_NAMES], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// The error for a name that does not exist. It suggests the names in `near`; `lists` is the command
/// of `mush` that lists all of them.
pub(super) fn not_found(what: &str, name: &str, near: &[String], lists: &str) -> Error {
    let hint = match near {
        [] => "Check the name.".to_owned(),
        near => format!("Did you mean {}?", near.join(", ")),
    };
    Error::refused(ErrorCode::NotFound, format!("there is no {what} \"{name}\""), hint)
        .on_terminal(format!("`mush {lists}` lists them."))
}

/// All rows of one table as text, in the order of its key, for comparing two stores.
pub fn dump(db: &Connection, table: &str, key: &str) -> Result<Vec<String>> {
    let mut statement = db.prepare(&format!("SELECT * FROM {table} ORDER BY {key}"))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let rows = statement.query_map([], |row| {
        let mut fields = serde_json::Map::new();
        for (index, column) in columns.iter().enumerate() {
            fields.insert(column.clone(), value(row.get_ref(index)?));
        }
        Ok(json(fields))
    })?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
}

fn value(value: rusqlite::types::ValueRef<'_>) -> serde_json::Value {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => serde_json::Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            String::from_utf8_lossy(text).into_owned().into()
        }
    }
}
