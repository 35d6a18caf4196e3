//! Replaces the store by a new one, in one order of steps: check that the journal is whole, close the old
//! store and keep it aside, make a new one and open it. The owner of the directory does it, at opening, at
//! work or for the moment of a command; `rebuild` decides what a store is made from.

use crate::clock::{Clock, SystemClock};
use crate::data_dir::DataDir;
use crate::error::Result;
use crate::integrity;
use crate::journal::{self, Journal};
use crate::owner::{OwnerRecord, Owning, try_own};
use crate::rebuild::{self, Rebuilt};
use crate::store::{self, Opened};
use crate::writer::Recover;
use protocol::{Seq, Timestamp};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// What becomes of the store that is there.
pub(crate) enum Old<'a> {
    /// It cannot be used and is kept aside.
    Unusable {
        /// For its name there.
        at: Timestamp,
        /// Its open connection, if there is one.
        open: &'a mut Option<Connection>,
    },
    /// It is replaced, because it says what the new one says.
    Replaced,
}

/// The result of a recovery.
pub(crate) struct Recovered {
    /// The new one, opened.
    pub(crate) db: Connection,
    /// What it was made from.
    pub(crate) rebuilt: Rebuilt,
    /// Where the old one is kept, if there was one.
    pub(crate) aside: Option<PathBuf>,
}

/// How a store is made: from journal and runs, or for a beginning from the journal alone.
pub(crate) type Build = fn(&DataDir, &Path) -> Result<Rebuilt>;

/// Makes the store again from a journal that ends at `last`, of which at least `known` was recorded.
pub(crate) fn recover(
    dir: &DataDir,
    last: Seq,
    known: Seq,
    old: Old<'_>,
    build: Build,
) -> Result<Recovered> {
    let path = dir.store();
    // A journal that lost a part must not replace the last copy of it.
    integrity::check(dir, last, known)?;
    let aside = put_away(&path, old)?;
    let rebuilt = build(dir, &path)?;
    match store::open(&path)? {
        Opened::Usable(db) => Ok(Recovered { db, rebuilt, aside }),
        Opened::Unusable(reason) => Err(store::unusable(&reason)),
    }
}

fn put_away(path: &Path, old: Old<'_>) -> Result<Option<PathBuf>> {
    match old {
        Old::Unusable { at, open } => {
            // Closed first: closing removes its side files by their names.
            drop(open.take());
            store::set_aside(path, at.millis())
        }
        Old::Replaced => Ok(None),
    }
}

/// The recovery of the store of `dir` as its writer calls it.
pub(crate) fn for_writer(dir: DataDir) -> Recover {
    Box::new(move |known, open| {
        let last = journal::last(&dir.journal())?;
        let old = Old::Unusable { at: SystemClock.now(), open };
        Ok(recover(&dir, last, known, old, rebuild::build)?.db)
    })
}

/// What asking for a rebuild gave.
pub enum Rebuilding {
    /// The store was rebuilt.
    Done(Rebuilt),
    /// Another process owns the directory, so nothing was done; its record if the lock's file could be read.
    Owned(Option<OwnerRecord>),
}

/// Makes the store of a directory again, owning the directory meanwhile.
pub fn rebuild_store(dir: &DataDir, role: &str) -> Result<Rebuilding> {
    owning(dir, role, Old::Replaced)
}

/// The same for a store in which a query met damage; the damaged file is kept aside.
pub fn recover_store(dir: &DataDir, role: &str) -> Result<Rebuilding> {
    owning(dir, role, Old::Unusable { at: SystemClock.now(), open: &mut None })
}

/// Makes the store again for a process that is no owner yet.
fn owning(dir: &DataDir, role: &str, old: Old<'_>) -> Result<Rebuilding> {
    dir.create()?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let facts = OwnerRecord { pid: std::process::id(), role: role.to_owned(), version };
    let lock = match try_own(dir, &facts)? {
        Owning::Mine(lock) => lock,
        Owning::Another(facts) => return Ok(Rebuilding::Owned(facts)),
    };
    // Cuts a torn tail off, so that the journal is whole before it is read.
    let last = Journal::open(&dir.journal(), |_| ())?.last();
    let rebuilt = recover(dir, last, integrity::known_to_store(dir), old, rebuild::build)?.rebuilt;
    drop(lock);
    Ok(Rebuilding::Done(rebuilt))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with an empty store and a journal that ends at 0.
    fn with_store() -> (tempfile::TempDir, DataDir, Connection) {
        let root = tempfile::tempdir().unwrap();
        let dir = DataDir::at(&root.path().join("data")).unwrap();
        dir.create().unwrap();
        let db = store::create(&dir.store()).unwrap();
        (root, dir, db)
    }

    #[test]
    fn a_journal_that_lost_a_part_leaves_the_old_store_as_it_is() {
        let (_root, dir, db) = with_store();
        let mut open = Some(db);
        let mut refused = |known| {
            let old = Old::Unusable { at: Timestamp::from_millis(1), open: &mut open };
            recover(&dir, Seq(0), known, old, rebuild::build)
                .err()
                .expect("it is refused")
                .to_string()
        };
        assert!(refused(Seq(3)).contains("3 were recorded"));
        let run = dir.runs().join("a");
        std::fs::create_dir(&run).unwrap();
        std::fs::write(run.join("spec.json"), "{}").unwrap();
        assert!(refused(Seq(0)).contains("there are runs"));
        assert!(open.is_some() && dir.store().is_file(), "whoever has it open can go on with it");
    }

    #[test]
    fn an_unusable_store_is_kept_and_a_replaced_one_is_not() {
        let (_root, dir, db) = with_store();
        let mut open = Some(db);
        let old = Old::Unusable { at: Timestamp::from_millis(7), open: &mut open };
        let made = recover(&dir, Seq(0), Seq(0), old, rebuild::build).unwrap();
        let kept = made.aside.clone().expect("there was one");
        assert!(open.is_none() && kept.is_file(), "{}", kept.display());
        drop(made);
        assert!(
            recover(&dir, Seq(0), Seq(0), Old::Replaced, rebuild::build_from_journal)
                .unwrap()
                .aside
                .is_none()
        );
    }
}
