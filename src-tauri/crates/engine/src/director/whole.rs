//! Completes the store while the owner runs: manages the thread that reads runs again and the
//! thread that checks the store's pages, and reacts when the store was made again.

use super::{Director, Input};
use crate::rebuild::StartedRun;
use crate::recovery::RecoveryReport;
use crate::reread::{Progress, Rereading};
use protocol::JournalEvent;

impl Director {
    /// Handles the progress of reading runs again.
    pub(super) fn reread(&mut self, progress: Progress) {
        match progress {
            // Only if the present thread is done: the report may come from a thread that was
            // replaced.
            Progress::Done => drop(self.rereading.take_if(|rereading| rereading.is_done())),
            Progress::Damaged(run, damage) => {
                self.warn(format!("run {run} is read up to its damage only: {damage}"));
                self.damaged.push((run, damage));
            }
        }
    }

    /// The store was made again from its journal, so all ended runs are read again.
    pub(super) fn store_recovered(&mut self, made: RecoveryReport) {
        self.generation += 1;
        if let Some(text) = made.warning {
            self.warn(text);
        }
        self.damaged.clear();
        let inputs = self.inputs.clone();
        // If the director has ended, it needs no report.
        let report = move |done| drop(inputs.send(Input::Reread(done)));
        let (dir, writer, earlier) = (self.dir.clone(), self.writer.clone(), self.rereading.take());
        // Logs may have been deleted since the store was made.
        let has_logs = |run: &StartedRun| {
            self.state.runs.get(&run.run).is_none_or(|record| !record.has_no_logs)
        };
        let to_read = made.to_read.into_iter().filter(has_logs).collect();
        match Rereading::start(dir, writer, to_read, earlier, report) {
            Ok(rereading) => self.rereading = Some(rereading),
            Err(error) => tracing::error!(%error, "the next owner reads the runs again"),
        }
    }

    /// Notifies the callers that wait until every run was read again.
    pub(super) fn notify_all_read(&mut self) {
        // If the store was made again since, nothing was read into it yet.
        let is_whole = self.rereading.is_none() && self.generation == self.writer.generation();
        if !is_whole {
            return;
        }
        for notify in std::mem::take(&mut self.reading_all) {
            // The receiver may be gone.
            let _ = notify.send(self.damaged.clone());
        }
    }

    /// Stops the threads; the next owner continues.
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
