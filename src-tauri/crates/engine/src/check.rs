//! Checks the pages of a store while its owner serves: every page is read for it, which takes long for a large store.
//! One thread does it and steps back for everybody else. It is started after an owner that did not come to its end,
//! because a loss of power can damage any page; other damage is met when it is read. A damaged store is made again by
//! its writer.

use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::store;
use crate::threads;
use crate::writer::StoreWriter;
use rusqlite::InterruptHandle;
use std::thread::JoinHandle;
use std::time::Duration;

/// How soon an interrupt is repeated: one that comes before the check began is not noticed.
const AGAIN: Duration = Duration::from_millis(1);

/// The thread that checks. It holds a sending end of the store's writer, so it is stopped before the directory is
/// released.
pub(crate) struct Checking {
    interrupt: InterruptHandle,
    thread: JoinHandle<()>,
}

impl Checking {
    /// Begins to check the store that `writer` writes.
    ///
    /// # Errors
    /// When the store cannot be opened, or the system gives no more threads.
    pub(crate) fn start(dir: &DataDir, writer: StoreWriter) -> Result<Self> {
        let generation = writer.generation();
        let db = store::open_reader(&dir.store())?;
        let interrupt = db.get_interrupt_handle();
        let check = move || {
            threads::step_back();
            match store::damage(&db) {
                Ok(None) => tracing::info!("the store's pages are whole"),
                // A writer that has ended leaves it to the next owner.
                Ok(Some(why)) => drop(writer.damaged(why, generation)),
                Err(error) => tracing::info!(%error, "the store's pages were not all checked"),
            }
        };
        let thread = threads::spawn("check", check).map_err(Error::Thread)?;
        Ok(Self { interrupt, thread })
    }

    /// Ends it, wherever it is.
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
