//! What makes the store whole again while the owner serves: the thread that reads runs again, the thread that checks
//! the store's pages, and what is to be done when the store was made again at work.

use super::{Director, Input};
use crate::recovery::RecoveryReport;
use crate::reread::{Progress, Rereading};
use protocol::JournalEvent;

impl Director {
    /// Takes the progress of reading runs again.
    pub(super) fn reread(&mut self, progress: Progress) {
        match progress {
            // One that was stopped for another one may have come to its end before.
            Progress::Done => drop(self.rereading.take_if(|rereading| rereading.is_done())),
            Progress::Damaged(run, damage) => {
                self.warn(format!("run {run} is read up to its damage only: {damage}"));
                self.damaged.push((run, damage));
            }
        }
    }

    /// The store was made again from its journal, so the runs that are over are read again, all of them.
    pub(super) fn store_recovered(&mut self, made: RecoveryReport) {
        self.generation += 1;
        if let Some(text) = made.warning {
            self.warn(text);
        }
        self.damaged.clear();
        let inputs = self.inputs.clone();
        // A director that is gone needs no word.
        let report = move |done| drop(inputs.send(Input::Reread(done)));
        let (dir, writer, earlier) = (self.dir.clone(), self.writer.clone(), self.rereading.take());
        match Rereading::start(dir, writer, made.to_read, earlier, report) {
            Ok(rereading) => self.rereading = Some(rereading),
            Err(error) => tracing::error!(%error, "the next owner reads the runs again"),
        }
    }

    /// Notifies those who wait until every run was read again.
    pub(super) fn notify_all_read(&mut self) {
        // A store that was made again is one of which nothing was read yet.
        let is_whole = self.rereading.is_none() && self.generation == self.writer.generation();
        if !is_whole {
            return;
        }
        for notify in std::mem::take(&mut self.reading_all) {
            // The receiver may be gone.
            let _ = notify.send(self.damaged.clone());
        }
    }

    /// Ends the threads; the next owner goes on with what is left.
    pub(super) fn stop_reading(&mut self) {
        if let Some(rereading) = self.rereading.take() {
            rereading.stop();
        }
        if let Some(checking) = self.checking.take() {
            checking.stop();
        }
    }

    fn warn(&mut self, text: String) {
        if let Err(error) = self.record(None, None, JournalEvent::Warning { text }) {
            tracing::error!(%error, "the journal refuses");
        }
    }
}
