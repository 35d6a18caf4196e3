//! The two clocks of a run: a monotonic clock that counts from the keeper's start, for order and
//! durations, and the wall clock, which may jump and is only for display.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A point in time on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) mono_us: u64,
    pub(crate) wall_ms: i64,
}

/// Where the monotonic clock of one run begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        Clock { start: Instant::now() }
    }

    pub(crate) fn now(&self) -> Moment {
        let mono_us = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        Moment { mono_us, wall_ms: wall_ms() }
    }
}

/// Milliseconds since 1970; negative before.
pub(crate) fn wall_ms() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    }
}
