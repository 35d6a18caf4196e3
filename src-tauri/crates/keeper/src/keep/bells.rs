//! Doorbells: connections that only want to know that something grew. A ring is one byte, one for
//! any number of changes, and is dropped when the connection is full; whoever listens looks at the
//! files, so a lost ring costs nothing but time.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::sys::Conn;

/// Least time between two rings; changes in between share the later one.
const REST: Duration = Duration::from_millis(4);

/// Most connections that can listen.
const LIMIT: usize = 32;

/// All listening connections.
#[derive(Default)]
pub(crate) struct Bells {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    listeners: Vec<Conn>,
    last: Option<Instant>,
    owed: bool,
}

impl Bells {
    /// Takes a connection; it is dropped, and so closed, when there are too many.
    pub(crate) fn add(&self, listener: Conn) -> io::Result<()> {
        listener.never_wait()?;
        let mut state = self.lock();
        if state.listeners.len() >= LIMIT {
            state.ring();
        }
        if state.listeners.len() < LIMIT {
            state.listeners.push(listener);
        }
        Ok(())
    }

    /// Rings, or owes a ring if the last one was a moment ago.
    pub(crate) fn ring(&self) {
        let mut state = self.lock();
        if state.last.is_some_and(|last| last.elapsed() < REST) {
            state.owed = true;
        } else {
            state.ring();
        }
    }

    /// When an owed ring is due.
    pub(crate) fn due(&self) -> Option<Duration> {
        let state = self.lock();
        let last = state.last.filter(|_| state.owed)?;
        Some(REST.saturating_sub(last.elapsed()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn ring(&mut self) {
        self.owed = false;
        self.last = Some(Instant::now());
        self.listeners.retain_mut(|listener| match listener.write(b"\n") {
            Ok(count) => count > 0,
            Err(error) => {
                matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
            }
        });
    }
}
