//! Tells how long a live run's program has printed nothing, once that is long enough to be shown. Nothing is
//! concluded from it: agents think, and commands run, for minutes.

use super::Director;
use protocol::WaitsFor;

/// A shorter silence is not shown, in milliseconds.
const LONG: i64 = 5 * 60_000;

impl Director {
    /// Adds since when nothing came, if that is long ago.
    pub(super) fn with_long_silence(&self, waits_for: WaitsFor) -> WaitsFor {
        match self.with_silence(waits_for) {
            WaitsFor::Run { run, slug, silent_since } => {
                let is_long = |since: &_| self.clock.now().since(*since) >= LONG;
                WaitsFor::Run { run, slug, silent_since: silent_since.filter(is_long) }
            }
            other => other,
        }
    }
}
