//! The wall clock, which is passed in so that tests can make it jump. It is not used for durations
//! or order: for these, keepers record a monotonic clock.

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

/// Converts a time of the system, such as that of a file, to a timestamp.
pub(crate) fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::from_millis(chrono::DateTime::<chrono::Utc>::from(time).timestamp_millis())
}

/// A clock that can be shared between threads.
pub type SharedClock = Arc<dyn Clock>;
