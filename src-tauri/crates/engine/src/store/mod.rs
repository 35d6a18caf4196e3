//! The store: a SQLite database that is derived from the journal and the logs of runs and holds
//! nothing else. It can be deleted at any time; [`crate::rebuild`] makes it again. This module
//! opens and checks the store and lists its areas; each area is one file. [`mod@write`] applies
//! facts to the store, [`read`] answers queries, and [`crate::writer`] is the only thread that
//! writes.
//!
//! A column is filled either from the journal or from the events of runs, never from both, so the
//! order in which the two are applied does not matter. One table, `open_questions`, depends on
//! both: it ends up the same whichever of the two is applied last. If the logs of a run were
//! deleted, the journal has what stays in place of its events, and its events do not count any more
//! (module `kept`).

mod area;
pub(crate) mod checkpoints;
pub(crate) mod comments;
pub(crate) mod edits;
mod events;
pub(crate) mod forecasts;
mod journal;
mod kept;
mod limits;
mod question_names;
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

/// The version of the schema. Increase it with every change of the schema: a store of another
/// version is made again, never migrated.
pub const SCHEMA_VERSION: i64 = 22;

/// All areas. Their order has no meaning.
const AREAS: &[Area] = &[
    journal::AREA,
    stories::AREA,
    runs::AREA,
    events::AREA,
    edits::AREA,
    questions::AREA,
    limits::AREA,
    usage::AREA,
    rereading::AREA,
    checkpoints::AREA,
    comments::AREA,
    forecasts::AREA,
    kept::AREA,
];

/// All tables, for comparing two stores.
pub fn tables() -> impl Iterator<Item = Table> {
    AREAS.iter().flat_map(|area| area.tables).copied()
}

/// The suffixes of the store's file and of the files that SQLite keeps beside it.
const SIDES: [&str; 3] = ["", "-wal", "-shm"];

/// The longest write-ahead log that is kept when it is empty (bytes); in normal use it is shorter.
const LONGEST_LOG: i64 = 16 * 1024 * 1024;

/// How many free pages are given back at once: a few megabytes, so that facts do not wait for long.
const PAGES_AT_ONCE: u32 = 256;

/// Identifies the file at a path, so that a file that was replaced at the same path is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId(u64, u64);

impl FileId {
    /// The identity of the file that is at `path` now; `None` if there is none.
    #[cfg(unix)]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let found = std::fs::metadata(path).ok()?;
        Some(Self(found.dev(), found.ino()))
    }

    /// On Windows an open file cannot be replaced, so every existing file has the same identity.
    #[cfg(not(unix))]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        path.exists().then_some(Self(0, 0))
    }
}

/// The result of opening a store.
#[derive(Debug)]
pub enum Opened {
    /// The store has this version. Its pages were not checked for damage.
    Usable(Connection),
    /// The store is missing, has another version or is damaged. The text is the reason, for a
    /// person.
    Unusable(String),
}

/// Opens the store at `path` for writing. The time that this takes does not depend on the store's
/// size.
pub fn open(path: &Path) -> Result<Opened> {
    let files = SIDES.map(|side| with_suffix(path, side));
    // `symlink_metadata`, because a link with no target also has to be moved out of the way.
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

/// Creates an empty store at `path`, where no file may exist.
pub fn create(path: &Path) -> Result<Connection> {
    drop(
        crate::data_dir::private_file()
            .create(true)
            .append(true)
            .open(path)
            .map_err(Error::io("create", path))?,
    );
    let db = Connection::open(path)?;
    // The events of one step have a few kilobytes. Most of them fit into a page of 8 KiB, twice the
    // default size, so half as many pages are written.
    db.pragma_update(None, "page_size", 8192)?;
    // Free pages can then be given back to the disk a few at a time ([`shrink`]).
    db.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    tune(&db)?;
    for area in AREAS {
        db.execute_batch(area.schema)?;
    }
    db.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Ok(db)
}

/// Opens the store at `path` for reading. The writer can write at the same time.
pub fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(Duration::from_secs(5))?;
    check_last_page(&db, path)?;
    Ok(db)
}

/// Fails if the file ends within its last page: SQLite itself accepts such a file and reads zeros
/// for the missing bytes.
fn check_last_page(db: &Connection, path: &Path) -> rusqlite::Result<()> {
    let page: u64 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    match std::fs::metadata(path) {
        Ok(file) if file.len() % page.max(1) != 0 => {
            let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
            let words = "its last page is cut".to_owned();
            Err(rusqlite::Error::SqliteFailure(corrupt, Some(words)))
        }
        // The next read reports a missing file.
        _ => Ok(()),
    }
}

/// Renames the files of an unusable store, so that a new one can be made. Returns the new path of
/// the main file, or `None` if only SQLite's side files existed.
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

/// Appends `suffix` to the last component of `path`.
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

/// The first damage that SQLite finds in the store's pages; `None` if there is none. It reads every
/// page.
pub(crate) fn damage(db: &Connection) -> rusqlite::Result<Option<String>> {
    let check = db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match check {
        Ok(check) => Ok((check != "ok").then_some(check)),
        Err(error) if is_damage(&error) => Ok(Some(error.to_string())),
        Err(error) => Err(error),
    }
}

/// How far the store's file shrank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shrunk {
    /// There are more free pages.
    Partly,
    /// No page is free, but a reader still uses a part of the write-ahead log, so the file did not shrink yet.
    UpToTheLog,
    /// Nothing is left to do.
    Whole,
}

/// Gives some free pages of the store's file back to the disk, without waiting for readers.
pub(crate) fn shrink(db: &Connection) -> rusqlite::Result<Shrunk> {
    let free = || db.pragma_query_value(None, "freelist_count", |row| row.get::<_, i64>(0));
    if free()? > 0 {
        let mut step = db.prepare(&format!("PRAGMA incremental_vacuum({PAGES_AT_ONCE})"))?;
        let mut freed = step.query([])?;
        while freed.next()?.is_some() {}
        return Ok(Shrunk::Partly);
    }
    // The file shrinks when the whole write-ahead log was written into it.
    let (log, written): (i64, i64) =
        db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok((row.get(1)?, row.get(2)?)))?;
    Ok(if log == written { Shrunk::Whole } else { Shrunk::UpToTheLog })
}

/// The error for a new store that cannot be used.
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
    // The store can be rebuilt, so writes that a power cut loses do no harm.
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "trusted_schema", "OFF")?;
    // Giving pages back can make the write-ahead log long; it is cut when it is used again.
    db.pragma_update(None, "journal_size_limit", LONGEST_LOG)?;
    db.pragma_update(None, "cell_size_check", "ON")?;
    Ok(())
}
