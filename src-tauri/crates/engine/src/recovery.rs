//! Replaces the store by a new one, always in the same order: checks that the journal is complete,
//! closes the old store and keeps it under another name, makes a new one from the journal and opens
//! it. The owner of the directory does this, when it opens the directory or later. Logs of ended
//! runs are not decoded for it; `reread` does that while the owner runs.

use crate::clock::{Clock, SystemClock};
use crate::data_dir::DataDir;
use crate::error::Result;
use crate::integrity;
use crate::journal;
use crate::rebuild::{self, LiveRuns, StartedRun};
use crate::store::{self, Opened};
use crate::writer::Recover;
use protocol::{Seq, Timestamp};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// What to do with the old store.
pub(crate) enum Old<'a> {
    /// It cannot be used and is kept under another name.
    Unusable {
        /// The time, for that name.
        at: Timestamp,
        /// Its open connection, if there is one.
        open: &'a mut Option<Connection>,
    },
    /// It is deleted, because the new one has the same contents.
    Replaced,
}

/// The result of a recovery.
pub(crate) struct Recovered {
    /// The new one, opened.
    pub(crate) db: Connection,
    /// The ended runs, whose events it does not have yet, the newest story first.
    pub(crate) to_read: Vec<StartedRun>,
    /// Where the old one is kept, if there was one.
    pub(crate) aside: Option<PathBuf>,
}

/// Makes the store again from a journal that ends at `last`, of which at least `known` was
/// recorded.
pub(crate) fn recover(
    dir: &DataDir,
    last: Seq,
    known: Seq,
    old: Old<'_>,
    live: LiveRuns,
) -> Result<Recovered> {
    let path = dir.store();
    // If the journal is incomplete, the old store is the last copy of the missing entries and must
    // be kept.
    integrity::check(dir, last, known)?;
    let aside = put_away(&path, old)?;
    let to_read = rebuild::build_from_journal(dir, &path, live)?;
    match store::open(&path)? {
        Opened::Usable(db) => Ok(Recovered { db, to_read, aside }),
        Opened::Unusable(reason) => Err(store::unusable(&reason)),
    }
}

fn put_away(path: &Path, old: Old<'_>) -> Result<Option<PathBuf>> {
    match old {
        Old::Unusable { at, open } => {
            // Closed first, because closing removes its side files by name.
            drop(open.take());
            store::set_aside(path, at.millis())
        }
        Old::Replaced => Ok(None),
    }
}

/// The warning in the journal about an existing store that could not be used.
pub(crate) fn warning(reason: &str, aside: &Path) -> String {
    format!(
        "the store could not be used ({reason}) and was made again; the old one is kept as {}",
        aside.display()
    )
}

/// A report about a store that its writer made again.
pub(crate) struct RecoveryReport {
    /// The runs that are to be read again, the newest story first.
    pub(crate) to_read: Vec<StartedRun>,
    /// The warning for the journal, if there was an old store.
    pub(crate) warning: Option<String>,
}

/// The recovery of the store of `dir` for its writer; `report` is called on the writer's thread and
/// must not block.
pub(crate) fn for_writer(
    dir: DataDir,
    mut report: impl FnMut(RecoveryReport) + Send + 'static,
) -> Recover {
    Box::new(move |known, reason, open| {
        let last = journal::last(&dir.journal())?;
        let old = Old::Unusable { at: SystemClock.now(), open };
        let Recovered { db, to_read, aside } = recover(&dir, last, known, old, LiveRuns::AtOnce)?;
        report(RecoveryReport { to_read, warning: aside.map(|aside| warning(reason, &aside)) });
        Ok(db)
    })
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
            recover(&dir, Seq(0), known, old, LiveRuns::AtOnce)
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
        let made = recover(&dir, Seq(0), Seq(0), old, LiveRuns::AtOnce).unwrap();
        let kept = made.aside.clone().expect("there was one");
        assert!(open.is_none() && kept.is_file(), "{}", kept.display());
        drop(made);
        assert!(
            recover(&dir, Seq(0), Seq(0), Old::Replaced, LiveRuns::ByActors)
                .unwrap()
                .aside
                .is_none()
        );
    }
}
