//! Tells how long a live run's program has printed nothing, once that is long enough to be shown. Nothing is
//! concluded from it: agents think, and commands run, for minutes.

use super::Director;
use protocol::WaitsFor;

/// A shorter silence is not shown, in milliseconds.
const LONG: i64 = 5 * 60_000;

impl Director {
    /// What is published of what a story waits for. That its run goes on is said by its state, and a board of
    /// working stories would send it every second, so it is left out until the run was silent for long.
    pub(super) fn worth_showing(&self, waits_for: WaitsFor) -> Option<WaitsFor> {
        let is_long = |since: &_| self.clock.now().since(*since) >= LONG;
        match self.with_silence(waits_for) {
            WaitsFor::Run { silent_since, .. } if !silent_since.as_ref().is_some_and(is_long) => {
                None
            }
            other => Some(other),
        }
    }
}
