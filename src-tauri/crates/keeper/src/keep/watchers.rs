//! Watchers: connections that are notified when the logs grow. A notification is one byte for any number
//! of changes. It is dropped when the connection is full: a watcher also polls the files, so a lost
//! notification only delays it.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::sys::Conn;

/// The least time between two notifications; changes in between share the later one.
const INTERVAL: Duration = Duration::from_millis(4);

/// The most connections that can watch.
const LIMIT: usize = 32;

/// All watching connections.
#[derive(Default)]
pub(crate) struct Watchers {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    connections: Vec<Conn>,
    last: Option<Instant>,
    is_due: bool,
}

impl Watchers {
    /// Adds a connection; it is dropped, and so closed, if there are too many.
    pub(crate) fn add(&self, connection: Conn) -> io::Result<()> {
        connection.never_wait()?;
        let mut state = self.lock();
        if state.connections.len() >= LIMIT {
            state.notify();
        }
        if state.connections.len() < LIMIT {
            state.connections.push(connection);
        }
        Ok(())
    }

    /// Notifies all watchers, or marks a notification as due if the last one was too recent.
    pub(crate) fn notify(&self) {
        let mut state = self.lock();
        if state.last.is_some_and(|last| last.elapsed() < INTERVAL) {
            state.is_due = true;
        } else {
            state.notify();
        }
    }

    /// Returns the time until a notification is due, if one is.
    pub(crate) fn due(&self) -> Option<Duration> {
        let state = self.lock();
        let last = state.last.filter(|_| state.is_due)?;
        Some(INTERVAL.saturating_sub(last.elapsed()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn notify(&mut self) {
        self.is_due = false;
        self.last = Some(Instant::now());
        self.connections.retain_mut(|connection| match connection.write(b"\n") {
            Ok(count) => count > 0,
            Err(error) => {
                matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
            }
        });
    }
}
