//! Handles a run whose files cannot be read: it can still be stopped, it is read again later, and its end
//! is decided here. An unreadable run whose keeper is gone is `lost`; nothing else is concluded from it.

use super::{Actor, Round, outcome};
use crate::record::Ending;
use crate::run::messages::Report;
use keeper::facts::{LeftProcess, LeftReason};
use keeper::rundir::Liveness;
use protocol::Evidence;
use std::time::{Duration, Instant};

/// How long to wait before unreadable files are read again; doubled each time.
const READ_AGAIN: Duration = Duration::from_millis(500);

/// The longest such wait.
const READ_AGAIN_AT_MOST: Duration = Duration::from_secs(60);

/// The last failed reading.
pub(super) struct Broken {
    why: String,
    /// When the files are read again.
    pub(super) at: Instant,
    /// How long to wait after the next failure.
    wait: Duration,
}

impl<R: FnMut(Report)> Actor<R> {
    /// Schedules another attempt from the beginning of the run's files. A run that is over and whose
    /// files are damaged is lost: how it ended cannot be found out.
    pub(super) fn cannot_read(&mut self, why: String) -> Round {
        if self.broken.is_some() && self.is_gone() {
            let exit = self.exit();
            let recorded = self.run.dir.read_stop().unwrap_or_default();
            let stop = recorded.as_ref().map(outcome::stop_of).or_else(|| self.stopped.clone());
            let known = exit.as_ref().ok().and_then(Option::as_ref);
            let (outcome, mut evidence) = outcome::decide_unreadable(known, stop.as_ref(), &why);
            // An `exit.json` that cannot be read may list processes that were left alive on purpose; a
            // missing one does not.
            if matches!(exit, Ok(None)) {
                self.sweep(&mut evidence);
            }
            self.run.writer.feed().forget(&self.run.run);
            let at = self.run.tail.last_time();
            let ending =
                Ending { outcome, evidence, question_lost: false, at: Some(at), prompts: None };
            (self.report)(Report::Over(Box::new(ending)));
            return Round::Finished;
        }
        let (known, wait) = match self.broken.take() {
            Some(broken) => (broken.why == why, broken.wait),
            None => (false, READ_AGAIN),
        };
        if !known {
            (self.report)(Report::Unreadable(why.clone()));
        }
        self.broken = Some(Broken {
            why,
            at: Instant::now() + wait,
            wait: (wait * 2).min(READ_AGAIN_AT_MOST),
        });
        self.read_to_end = false;
        // There may be more to read, but not before the next attempt.
        self.behind = false;
        self.run.tail = self.run.tail.again();
        Round::Continue
    }

    /// Whether nothing of an unreadable run is left. If its directory was deleted, the keeper's lock is
    /// gone too, so the run's processes are looked for by their marker.
    fn is_gone(&self) -> bool {
        match (self.run.dir.liveness(), &self.marker) {
            (Liveness::Free, _) => true,
            (Liveness::Unknown, Some(marker)) if !self.run.dir.path().exists() => {
                // A shared daemon may outlive the run.
                let own = |process: &LeftProcess| process.why != LeftReason::SharedDaemon;
                keeper::sweep::marked(marker).is_ok_and(|found| !found.iter().any(own))
            }
            _ => false,
        }
    }

    /// Ends the processes that carry the run's marker, if a stop was requested and the run directory, and
    /// with it the keeper's socket, was deleted.
    pub(super) fn stop_without_keeper(&self) {
        if let (Some(_), Some(marker)) = (&self.stopped, &self.marker)
            && !self.run.dir.path().exists()
            && let Err(error) = keeper::sweep::end_marked(marker)
        {
            tracing::error!(run = %self.run.run, %error, "its processes cannot be looked for");
        }
    }

    /// Ends the remaining processes of a run whose keeper is gone: their output is no longer recorded,
    /// and they would spend money unseen.
    pub(super) fn sweep(&self, evidence: &mut Evidence) {
        let Some(marker) = &self.marker else { return };
        match keeper::sweep::end_marked(marker) {
            Ok(swept) => outcome::add_swept(evidence, &swept),
            Err(error) => evidence.left.push(format!("unknown: {error}")),
        }
    }
}
