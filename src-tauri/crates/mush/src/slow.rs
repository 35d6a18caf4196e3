//! Says what is being done when it takes long.

use crate::text::announce;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How long something takes at most without a word about it.
pub(crate) const QUIET: Duration = Duration::from_secs(2);

/// Does `work`; if it is not done after a moment, says on standard error what is being done.
pub(crate) fn saying<T>(what: impl FnOnce() -> String + Send, work: impl FnOnce() -> T) -> T {
    let (working, done) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if done.recv_timeout(QUIET) == Err(RecvTimeoutError::Timeout) {
                announce(&what());
            }
        });
        let result = work();
        drop(working);
        result
    })
}
