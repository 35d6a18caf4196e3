//! Stops reading a run whose events the store does not take for now, so that the queue in memory stays
//! small however much the run prints. Such a run counts as behind, so nothing is concluded from it;
//! commands, above all a stop, still work.

use super::Actor;
use crate::error::Result;
use crate::run::messages::Report;
use std::time::Duration;

/// How soon the writer is asked again whether it has capacity.
pub(super) const POLL_CAPACITY: Duration = Duration::from_millis(20);

impl<R: FnMut(Report)> Actor<R> {
    /// Whether the store's writer takes the next events; a run that was read to its end needs no
    /// capacity. If the store refuses, callers of `catch_up` are released once, because the refusal can
    /// last as long as the disk is full.
    pub(super) fn has_capacity(&mut self) -> Result<bool> {
        self.full = !self.run.writer.has_capacity() && self.run.tail.has_more()?;
        if self.full {
            self.behind = true;
            if !self.held_reported && self.run.writer.is_refused() {
                self.held_reported = true;
                (self.report)(Report::Held);
            }
        }
        Ok(!self.full)
    }
}
