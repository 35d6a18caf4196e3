//! Starting threads that have a name. A system that gives no more of them is no reason to end: whoever
//! wanted one is told, and says so or tries again.

use std::io;
use std::thread::{Builder, JoinHandle};

/// Has `work` done on a thread of its own.
pub(crate) fn spawn<T: Send + 'static>(
    name: impl Into<String>,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.into()).spawn(work)
}
