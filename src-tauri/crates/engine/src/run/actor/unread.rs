//! A run whose files cannot be read: what is still done for it (it can be stopped, and is read again),
//! and how it ends. An unreadable run whose keeper is gone is `lost`; nothing else is concluded from it.

use super::{Actor, Step, outcome};
use crate::record::Ending;
use crate::run::messages::Report;
use keeper::facts::{LeftProcess, LeftReason};
use keeper::rundir::Liveness;
use protocol::Evidence;
use std::time::{Duration, Instant};

/// How long to wait before files that could not be read are read again; doubled each time.
const READ_AGAIN: Duration = Duration::from_millis(500);

/// The longest such wait.
const READ_AGAIN_AT_MOST: Duration = Duration::from_secs(60);

/// Reading failed.
pub(super) struct Broken {
    why: String,
    /// When it is tried again.
    pub(super) at: Instant,
    /// How long to wait after the next failure.
    wait: Duration,
}

impl<R: FnMut(Report)> Actor<R> {
    /// What cannot be read now can perhaps be read later, from its beginning. A run that is over and
    /// whose files are damaged is lost: nobody can say how it ended.
    pub(super) fn cannot_read(&mut self, why: String) -> Step {
        if self.broken.is_some() && self.is_gone() {
            let exit = self.exit();
            let told = self.run.dir.read_stop().unwrap_or_default();
            let stop = told.as_ref().map(outcome::stop_of).or_else(|| self.stopped.clone());
            let known = exit.as_ref().ok().and_then(Option::as_ref);
            let (outcome, mut evidence) = outcome::decide_unread(known, stop.as_ref(), &why);
            // A word that cannot be read is not the same as none: it may say what was left on purpose.
            if matches!(exit, Ok(None)) {
                self.sweep(&mut evidence);
            }
            self.run.writer.feed().forget(&self.run.run);
            let at = self.run.tail.last_time();
            let ending = Ending { outcome, evidence, question_lost: false, at: Some(at) };
            (self.report)(Report::Over(Box::new(ending)));
            return Step::Done;
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
        // There may be more to read, but not before that.
        self.behind = false;
        self.run.tail = self.run.tail.again();
        Step::Go
    }

    /// Whether nothing of a run that cannot be read is there any more. With its directory goes the
    /// keeper's lock; then only what its processes carry can tell.
    fn is_gone(&self) -> bool {
        match (self.run.dir.liveness(), &self.marker) {
            (Liveness::Free, _) => true,
            (Liveness::Unknown, Some(marker)) if !self.run.dir.path().exists() => {
                // A daemon that others share lives on by right.
                let own = |process: &LeftProcess| process.why != LeftReason::SharedDaemon;
                keeper::sweep::marked(marker).is_ok_and(|found| !found.iter().any(own))
            }
            _ => false,
        }
    }

    /// Its end was asked for, and its directory was deleted, and with it the way to its
    /// keeper: what carries its marker is ended from here.
    pub(super) fn stop_without_keeper(&self) {
        if let (Some(_), Some(marker)) = (&self.stopped, &self.marker)
            && !self.run.dir.path().exists()
            && let Err(error) = keeper::sweep::end_marked(marker)
        {
            tracing::error!(run = %self.run.run, %error, "its processes cannot be looked for");
        }
    }

    /// Ends what is left of a run whose keeper is gone: nobody reads what it prints any more, and it
    /// would spend money unseen.
    pub(super) fn sweep(&self, evidence: &mut Evidence) {
        let Some(marker) = &self.marker else { return };
        match keeper::sweep::end_marked(marker) {
            Ok(swept) => outcome::add_swept(evidence, &swept),
            Err(error) => evidence.left.push(format!("unknown: {error}")),
        }
    }
}
