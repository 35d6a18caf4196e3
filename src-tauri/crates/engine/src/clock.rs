//! The wall clock, passed in so that tests can make it jump. Durations and order never come from
//! here: keepers record a monotonic clock for that.

use protocol::Timestamp;
use std::sync::Arc;
use std::time::SystemTime;

/// Gives the wall-clock time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(chrono::Utc::now().timestamp_millis())
    }
}

/// A time of the system, as that of a file, as a wall-clock time.
pub(crate) fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::from_millis(chrono::DateTime::<chrono::Utc>::from(time).timestamp_millis())
}

/// A clock that can be shared between threads.
pub type SharedClock = Arc<dyn Clock>;
