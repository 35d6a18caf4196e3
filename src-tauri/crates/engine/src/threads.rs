//! Starts named threads. If the system cannot start one, the program continues: the caller gets the
//! error and reports it or tries again.

use std::io;
use std::thread::{Builder, JoinHandle};

/// Runs `work` on a new thread.
pub(crate) fn spawn<T: Send + 'static>(
    name: impl Into<String>,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.into()).spawn(work)
}

/// Gives the calling thread the lowest priority, on systems that support this for a single thread.
pub(crate) fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, LOWEST) {
        tracing::debug!(%error, "a thread keeps its priority");
    }
}

/// The lowest priority of a thread.
#[cfg(target_os = "linux")]
const LOWEST: i32 = 19;
