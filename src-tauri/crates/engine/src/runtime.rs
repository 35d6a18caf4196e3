//! The one asynchronous runtime of a process, made when it is first needed. Programs are run on it,
//! followers of a story wait on it, and the window system runs its commands on it. Threads that
//! read, decode and write the store are no part of it: they are busy all the time, or block.

use std::future::Future;
use std::io;
use std::sync::{Mutex, PoisonError};
use tokio::runtime::{Builder, Handle, Runtime};

/// Threads that run what waits.
const WORKERS: usize = 2;

/// Threads for what blocks: files, reads of the store. More work waits for one of them.
const BLOCKING: usize = 8;

/// Never dropped, because dropping a runtime waits for what blocks on it.
static RUNTIME: Mutex<Option<&'static Runtime>> = Mutex::new(None);

/// The runtime of this process.
///
/// # Errors
/// When the system gives no thread; whoever asks next tries again.
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

/// Does what blocks on one of the threads for that.
///
/// # Errors
/// When `work` panicked.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)
}

/// Waits for `work` on the caller's own thread, which is none of the workers.
///
/// # Errors
/// When there is no runtime, see [`handle`].
pub fn wait<T>(work: impl Future<Output = T>) -> io::Result<T> {
    Ok(handle()?.block_on(work))
}
