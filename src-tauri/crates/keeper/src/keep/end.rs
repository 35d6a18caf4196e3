//! The progress of a run's end: whether the process has ended, how many of its streams are still open,
//! and who requested a stop. Threads report here and wait here; `run` and `ladder` decide what follows.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::{Moment, wall_ms};
use crate::facts::{Phase, Stop};
use crate::process::Ended;
use crate::rundir::RunDir;

/// The progress of a run's end.
pub(crate) struct End {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    ended: Option<(Option<Ended>, Moment)>,
    open_streams: usize,
    requests: u32,
    /// A stop request that could not be written to the disk yet.
    unwritten: Option<Stop>,
}

impl End {
    /// Begins with a process that lives and `streams` open streams.
    pub(crate) fn new(streams: usize) -> End {
        let state = State { ended: None, open_streams: streams, requests: 0, unwritten: None };
        End { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Reports that the process has ended, or cannot be waited for any more.
    pub(crate) fn report_ended(&self, ended: Option<Ended>, at: Moment) {
        self.lock().ended.get_or_insert((ended, at));
        self.changed.notify_all();
    }

    /// Reports that one of the streams was read to its end.
    pub(crate) fn report_stream_end(&self) {
        self.lock().open_streams -= 1;
        self.changed.notify_all();
    }

    /// Takes a stop request. The first request while the process lives is on disk when this returns,
    /// unless the disk refuses; then it is kept and written later.
    pub(crate) fn request_stop(&self, by: String, why: String, dir: &RunDir) {
        let mut state = self.lock();
        if state.requests == 0 && state.ended.is_none() {
            let stop = Stop { by, why, at_ms: wall_ms() };
            if dir.write(&dir.stop_path(), &stop).is_err() {
                state.unwritten = Some(stop);
            }
        }
        state.requests = state.requests.saturating_add(1);
        self.changed.notify_all();
    }

    /// Returns a stop request that is still to be written.
    pub(crate) fn unwritten_stop(&self) -> Option<Stop> {
        self.lock().unwritten.clone()
    }

    /// Waits until the process has ended or a stop was requested.
    pub(crate) fn wait_for_any(&self) {
        let mut state = self.lock();
        while state.ended.is_none() && state.requests == 0 {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for the process's end until the deadline; returns whether it has ended. In a `graceful` step
    /// an urgent stop ends the wait at once.
    pub(crate) fn wait_ended(&self, deadline: Instant, graceful: bool) -> bool {
        let mut state = self.lock();
        while state.ended.is_none() && !(graceful && state.requests >= 2) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.wait_at_most(state, left);
        }
        state.ended.is_some()
    }

    /// Waits until all streams have ended, for `limit` at most; returns whether they have.
    pub(crate) fn wait_streams(&self, limit: Duration) -> bool {
        let state = self.lock();
        if state.open_streams == 0 {
            return true;
        }
        self.wait_at_most(state, limit).open_streams == 0
    }

    /// Whether a stop was requested.
    pub(crate) fn is_stopping(&self) -> bool {
        self.lock().requests > 0
    }

    /// Whether another stop was requested during a stop.
    pub(crate) fn is_urgent(&self) -> bool {
        self.lock().requests >= 2
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.lock().ended.is_some()
    }

    /// Returns how and when the process ended.
    pub(crate) fn ended(&self) -> Option<(Option<Ended>, Moment)> {
        self.lock().ended
    }

    pub(crate) fn phase(&self) -> Phase {
        if self.is_ended() { Phase::Ending } else { Phase::Running }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_at_most<'a>(
        &self,
        state: MutexGuard<'a, State>,
        limit: Duration,
    ) -> MutexGuard<'a, State> {
        self.changed.wait_timeout(state, limit).unwrap_or_else(PoisonError::into_inner).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_that_was_urgent_before_is_not_waited_for() {
        let root = tempfile::tempdir().unwrap();
        let dir = RunDir::new(root.path().to_owned());
        let end = End::new(0);
        let soon = || Instant::now() + Duration::from_millis(50);
        let late = Instant::now() + Duration::from_secs(60);
        end.request_stop("you".to_owned(), "first".to_owned(), &dir);
        assert!(!end.wait_ended(soon(), true));
        end.request_stop("you".to_owned(), "second".to_owned(), &dir);
        assert!(!end.wait_ended(late, true));
        assert!(Instant::now() < late, "an urgent stop skips graceful steps");
        assert!(!end.wait_ended(soon(), false));
    }
}
