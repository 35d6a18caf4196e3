//! The only asynchronous runtime of a process, created when it is first needed. It runs programs,
//! the waits of followers, and the commands of the window. The threads that read, decode and write
//! the store do not use it: they are always busy, or block.

use std::future::Future;
use std::io;
use std::sync::{Mutex, PoisonError};
use tokio::runtime::{Builder, Handle, Runtime};

/// The number of worker threads.
const WORKERS: usize = 2;

/// The number of threads for blocking work: files, reads of the store. Further work waits for one
/// of them.
const BLOCKING: usize = 8;

/// Never dropped, because dropping a runtime waits for its blocking work.
static RUNTIME: Mutex<Option<&'static Runtime>> = Mutex::new(None);

/// The runtime of this process.
///
/// # Errors
/// If the system cannot start a thread; a later call tries again.
pub fn handle() -> io::Result<&'static Handle> {
    let mut made = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = match *made {
        Some(runtime) => runtime,
        None => made.insert(Box::leak(Box::new(build()?))),
    };
    Ok(runtime.handle())
}

fn build() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .max_blocking_threads(BLOCKING)
        .thread_name("runtime")
        .enable_all()
        .build()
}

/// Runs blocking work on a thread for that.
///
/// # Errors
/// If `work` panicked.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)
}

/// Waits for `work` on the caller's thread, which must not be a worker.
///
/// # Errors
/// If there is no runtime, see [`handle`].
pub fn wait<T>(work: impl Future<Output = T>) -> io::Result<T> {
    Ok(handle()?.block_on(work))
}
