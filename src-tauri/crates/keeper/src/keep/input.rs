//! Sends input to the process. Each input is logged with its id and made durable before a byte of it
//! reaches the process; an id that was seen before is acknowledged without being written again. One
//! thread writes to the process directly from `input.log`, so a process that does not read blocks no
//! other thread, and large inputs take no memory.

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::body::Body;
use super::log_file::LogFile;
use super::logs::Logs;
use crate::clock::Clock;
use crate::index::Stream;
use crate::inputs::InputRecord;
use crate::rundir::RunDir;

/// The most bytes written to the process at once.
const PIECE: usize = 64 * 1024;

/// Why an input was not accepted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    #[error("the process takes no more input")]
    Closed,
    #[error("the input could not be logged, so it was not sent: {0}")]
    Disk(#[from] io::Error),
}

/// All input of one process.
pub(crate) struct Inputs {
    log: LogFile,
    ids: LogFile,
    clock: Clock,
    /// The ids of logged inputs; locked while an input is logged.
    seen: Mutex<HashSet<String>>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Bytes of `input.log` that may be sent.
    accepted: u64,
    closing: bool,
    closed: bool,
}

impl Inputs {
    /// Creates the files of a new run.
    pub(crate) fn create(dir: &RunDir, clock: Clock) -> io::Result<Inputs> {
        Ok(Inputs {
            log: LogFile::create(&dir.log_path(Stream::Stdin))?,
            ids: LogFile::create(&dir.inputs_path())?,
            clock,
            seen: Mutex::default(),
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    /// Accepts an input; returns true if its id was seen before and nothing was done.
    pub(crate) fn accept(&self, id: &str, mut body: Body, logs: &Logs) -> Result<bool, InputError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.contains(id) {
            return Ok(true);
        }
        if !self.is_open() {
            return Err(InputError::Closed);
        }
        let (offset, ids) = (self.log.len(), self.ids.len());
        if let Err(error) = self.log_input(id, offset, &mut body) {
            // Neither the bytes nor the id count, so that a second attempt starts anew.
            self.log.cut(offset).and_then(|()| self.ids.cut(ids))?;
            return Err(error.into());
        }
        seen.insert(id.to_owned());
        let len = self.log.len() - offset;
        logs.note_input(len, self.clock.now());
        self.lock().accepted = self.log.len();
        self.changed.notify_all();
        Ok(false)
    }

    fn log_input(&self, id: &str, offset: u64, body: &mut Body) -> io::Result<()> {
        body.each_piece(|piece| self.log.append(piece).1)?;
        self.log.sync()?;
        let record = InputRecord { id: id.to_owned(), offset, len: self.log.len() - offset };
        self.ids.append(&record.line()).1?;
        self.ids.sync()
    }

    /// Closes the process's stdin after everything accepted so far.
    pub(crate) fn close(&self) {
        self.lock().closing = true;
        self.changed.notify_all();
    }

    /// Notes that the process has ended and takes no more input.
    pub(crate) fn process_ended(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Whether the process can still be sent input.
    pub(crate) fn is_open(&self) -> bool {
        let state = self.lock();
        !state.closing && !state.closed
    }

    /// Bytes in `input.log`.
    pub(crate) fn len(&self) -> u64 {
        self.lock().accepted
    }

    /// Sends accepted input until input is closed or the process takes no more. Runs on the thread that
    /// owns the process's stdin.
    pub(crate) fn send_until_closed(&self, mut stdin: Box<dyn Write + Send>) {
        let mut sent = 0;
        let mut buffer = Vec::new();
        while let Some(until) = self.next_to_send(sent) {
            let piece = usize::try_from(until - sent).map_or(PIECE, |left| left.min(PIECE));
            buffer.resize(piece, 0);
            let read = self.log.read_at(&mut buffer, sent);
            let Ok(count @ 1..) = read else { break };
            if stdin.write_all(&buffer[..count]).is_err() {
                break;
            }
            sent += count as u64;
        }
        drop(stdin);
        self.lock().closed = true;
    }

    /// Waits until more than `sent` bytes may be sent and returns how many; `None` if no more will come.
    fn next_to_send(&self, sent: u64) -> Option<u64> {
        let mut state = self.lock();
        while state.accepted <= sent {
            if state.closing || state.closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Some(state.accepted)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
