//! Checks the pages of a store while its owner answers requests. Every page is read, which takes
//! long for a large store, so one thread with the lowest priority does it. It is started if the
//! previous owner did not end properly, because a power cut can damage any page; other damage is
//! found when it is read. The writer of a damaged store makes it again.

use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::store;
use crate::threads;
use crate::writer::StoreWriter;
use rusqlite::InterruptHandle;
use std::thread::JoinHandle;
use std::time::Duration;

/// The interval at which an interrupt is repeated: SQLite ignores one that comes before the check
/// has begun.
const AGAIN: Duration = Duration::from_millis(1);

/// The thread that checks. It holds a sender of the store's writer, so it must be stopped before
/// the directory is released.
pub(crate) struct Checking {
    interrupt: InterruptHandle,
    thread: JoinHandle<()>,
}

impl Checking {
    /// Begins to check the store that `writer` writes.
    ///
    /// # Errors
    /// If the store cannot be opened, or the system cannot start a thread.
    pub(crate) fn start(dir: &DataDir, writer: StoreWriter) -> Result<Self> {
        let generation = writer.generation();
        let db = store::open_reader(&dir.store())?;
        let interrupt = db.get_interrupt_handle();
        let check = move || {
            threads::step_back();
            match store::damage(&db) {
                Ok(None) => tracing::info!("the store's pages are whole"),
                // If the writer has ended, the next owner checks again.
                Ok(Some(why)) => drop(writer.damaged(why, generation)),
                Err(error) => tracing::info!(%error, "the store's pages were not all checked"),
            }
        };
        let thread = threads::spawn("check", check).map_err(Error::Thread)?;
        Ok(Self { interrupt, thread })
    }

    /// Stops the check, however far it is, and waits until the thread has ended.
    pub(crate) fn stop(self) {
        while !self.thread.is_finished() {
            self.interrupt.interrupt();
            std::thread::sleep(AGAIN);
        }
        if self.thread.join().is_err() {
            tracing::error!("the check of the store panicked");
        }
    }
}
