//! The store: SQLite as a projection of journal and runs, nothing else. It can be deleted at any time;
//! [`crate::rebuild`] makes it again. This module opens and checks it and lists its areas; each area is one
//! file. [`mod@write`] applies facts to it, [`read`] answers queries; its one writing thread is
//! [`crate::writer`].
//!
//! Columns of one table come either from the journal or from events of runs, never from both, so the order in
//! which the two are applied does not matter. One table follows from both, `open_questions`; whichever comes
//! last leaves the same in it.

mod area;
mod events;
mod journal;
mod limits;
mod questions;
pub mod read;
pub(crate) mod rereading;
mod runs;
#[cfg(test)]
mod scene;
mod stories;
pub mod text;
pub(crate) mod usage;
pub(crate) mod values;
pub mod write;

pub use area::Table;
pub(crate) use runs::RunEnd;

use crate::error::{Error, Result, is_damage};
use area::Area;
use protocol::{ErrorCode, Fault};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Grows with every change of the schema; an older or newer store is rebuilt, never migrated.
pub const SCHEMA_VERSION: i64 = 15;

/// Every area. Their order makes no difference.
const AREAS: &[Area] = &[
    journal::AREA,
    stories::AREA,
    runs::AREA,
    events::AREA,
    questions::AREA,
    limits::AREA,
    usage::AREA,
    rereading::AREA,
];

/// The tables of the projection, for comparing two stores.
pub fn tables() -> impl Iterator<Item = Table> {
    AREAS.iter().flat_map(|area| area.tables).copied()
}

/// The suffixes of the store's file and of SQLite's files beside it.
const SIDES: [&str; 3] = ["", "-wal", "-shm"];

/// The identity of the file at a path: another one after it was deleted or replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId(u64, u64);

impl FileId {
    /// The file at `path` now, if there is one.
    #[cfg(unix)]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let found = std::fs::metadata(path).ok()?;
        Some(Self(found.dev(), found.ino()))
    }

    /// On Windows an open file cannot be replaced, so any file is the same one.
    #[cfg(not(unix))]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        path.exists().then_some(Self(0, 0))
    }
}

/// What opening a store found.
#[derive(Debug)]
pub enum Opened {
    /// It is of this version. Whether its pages are whole is not known.
    Usable(Connection),
    /// It is missing, of another version or damaged; the reason is for a person.
    Unusable(String),
}

/// Opens the store at `path` for writing. What it looks at does not grow with the store.
pub fn open(path: &Path) -> Result<Opened> {
    let files = SIDES.map(|side| with_suffix(path, side));
    // A link that leads nowhere is something to be moved away too.
    let there: Vec<_> = files.iter().filter(|file| file.symlink_metadata().is_ok()).collect();
    if let Some(odd) = there.iter().find(|file| !file.is_file()) {
        return Ok(Opened::Unusable(format!("{} is no file", odd.display())));
    }
    if !there.contains(&&files[0]) {
        return Ok(Opened::Unusable("there is no store yet".to_owned()));
    }
    match open_there(path) {
        Ok(opened) => Ok(opened),
        Err(error) if is_damage(&error) => Ok(Opened::Unusable(format!("it is damaged: {error}"))),
        Err(error) => Err(error.into()),
    }
}

/// Makes an empty store at `path`, which must not exist.
pub fn create(path: &Path) -> Result<Connection> {
    drop(
        crate::data_dir::private_file()
            .create(true)
            .append(true)
            .open(path)
            .map_err(Error::io("create", path))?,
    );
    let db = Connection::open(path)?;
    // Steps are some kilobytes; with pages of twice the usual size most fit into one, and half as many pages
    // are written.
    db.pragma_update(None, "page_size", 8192)?;
    tune(&db)?;
    for area in AREAS {
        db.execute_batch(area.schema)?;
    }
    db.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Ok(db)
}

/// Opens the store at `path` for reading, while its writer may write.
pub fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(Duration::from_secs(5))?;
    check_last_page(&db, path)?;
    Ok(db)
}

/// SQLite takes a file whose last page was cut for whole and reads zeros where the rest was.
fn check_last_page(db: &Connection, path: &Path) -> rusqlite::Result<()> {
    let page: u64 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    match std::fs::metadata(path) {
        Ok(file) if file.len() % page.max(1) != 0 => {
            let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
            let words = "its last page is cut".to_owned();
            Err(rusqlite::Error::SqliteFailure(corrupt, Some(words)))
        }
        // A missing file is reported by the next read.
        _ => Ok(()),
    }
}

/// Moves a store that cannot be used out of the way, with its side files; gives the new place of it, if there was more
/// than side files.
pub fn set_aside(path: &Path, stamp: i64) -> Result<Option<PathBuf>> {
    let mut moved = None;
    for suffix in SIDES {
        let from = with_suffix(path, suffix);
        if from.symlink_metadata().is_err() {
            continue;
        }
        let to = with_suffix(path, &format!(".unusable-{stamp}{suffix}"));
        std::fs::rename(&from, &to).map_err(Error::io("move", &from))?;
        if suffix.is_empty() {
            moved = Some(to);
        }
    }
    Ok(moved)
}

/// `path` with `suffix` behind its last component.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn open_there(path: &Path) -> rusqlite::Result<Opened> {
    let db = Connection::open(path)?;
    check_last_page(&db, path)?;
    tune(&db)?;
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != SCHEMA_VERSION {
        return Ok(Opened::Unusable(format!(
            "it has version {version}, this is version {SCHEMA_VERSION}"
        )));
    }
    Ok(Opened::Usable(db))
}

/// The first damage of a store's pages, if there is any. Every page is read for it.
pub(crate) fn damage(db: &Connection) -> rusqlite::Result<Option<String>> {
    let check = db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match check {
        Ok(check) => Ok((check != "ok").then_some(check)),
        Err(error) if is_damage(&error) => Ok(Some(error.to_string())),
        Err(error) => Err(error),
    }
}

/// A new store cannot be used.
pub(crate) fn unusable(reason: &str) -> Error {
    Error::Refused(Fault::new(
        ErrorCode::Store,
        format!("a store that was just made cannot be used: {reason}"),
        "Check the disk.",
    ))
}

fn tune(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // Rebuildable, so what a power cut takes from it costs nothing.
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "trusted_schema", "OFF")?;
    db.pragma_update(None, "cell_size_check", "ON")?;
    Ok(())
}
