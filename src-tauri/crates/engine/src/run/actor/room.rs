//! A run whose events the store does not take for now: it is read no further, so that what waits in
//! memory stays small whatever it prints. It counts as behind, so nothing is concluded from it;
//! commands, and above all a stop, go on.

use super::Actor;
use crate::error::Result;
use crate::run::messages::Report;
use std::time::Duration;

/// How soon it is looked again whether there is room.
pub(super) const LOOK_FOR_ROOM: Duration = Duration::from_millis(20);

impl<R: FnMut(Report)> Actor<R> {
    /// Whether the store's writer takes the next events; a run that was read to its end needs no room. When the
    /// store refuses, callers of `catch_up` are released, once: the refusal can last as long as the disk is full.
    pub(super) fn has_room(&mut self) -> Result<bool> {
        self.full = !self.run.writer.has_capacity() && self.run.tail.has_more()?;
        if self.full {
            self.behind = true;
            if !self.excused && self.run.writer.is_refused() {
                self.excused = true;
                (self.report)(Report::Unread);
            }
        }
        Ok(!self.full)
    }
}
