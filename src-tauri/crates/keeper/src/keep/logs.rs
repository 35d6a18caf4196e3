//! The logs of a run: readers add chunks, one thread writes them, another makes them durable. Readers
//! wait only when memory is full as well: after some hundred milliseconds of output while the disk works,
//! and after 8 MiB while it refuses. It knows nothing of processes or clients.

use crate::words;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::log_file::LogFile;
use super::pending::{Batch, Pending};
use super::watchers::Watchers;
use crate::clock::{Moment, wall_ms};
use crate::index::Stream;
use crate::rundir::RunDir;
use crate::wire::{Pause, Sizes};

/// Memory for bytes that wait to be written while the disk works; readers wait when it is full.
const WORKING_LIMIT: usize = 1536 * 1024;

/// Memory for bytes while the disk refuses writes; the process is not read any more when it is full.
const REFUSED_LIMIT: usize = 8 * 1024 * 1024;

/// How often a refused write is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// How often written bytes are made durable.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// Why the logs could not be made durable on request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SyncError {
    #[error("the disk refuses the logs: {0}")]
    Paused(String),
    #[error("the logs could not be made durable: {0}")]
    Failed(String),
}

/// The logs of one run.
pub(crate) struct Logs {
    dir: RunDir,
    out: LogFile,
    err: LogFile,
    index: LogFile,
    pub(crate) watchers: Watchers,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    pending: Pending,
    /// Memory of the batch that the writer holds.
    in_hand: usize,
    /// How many batches the writer was given, and how many it has finished.
    handed: u64,
    finished: u64,
    pause: Option<(String, i64)>,
    last_chunk: Option<Instant>,
    /// The clock of the last record. Records are in the order of the index, so this clock never goes
    /// back.
    last_us: u64,
    unsynced: bool,
    sync_failed: Option<String>,
    closed: bool,
}

impl Logs {
    /// Creates the log files of a new run.
    pub(crate) fn create(dir: &RunDir) -> io::Result<Logs> {
        crate::files::create_private(&dir.flowing_path())?;
        Ok(Logs {
            out: LogFile::create(&dir.log_path(Stream::Stdout))?,
            err: LogFile::create(&dir.log_path(Stream::Stderr))?,
            index: LogFile::create(&dir.index_path())?,
            dir: dir.clone(),
            watchers: Watchers::default(),
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    /// Takes a chunk from a reader; waits while memory is full. After [`close`](Logs::close) it returns
    /// false.
    pub(crate) fn push(&self, stream: Stream, chunk: &[u8], at: Moment) -> bool {
        let mut state = self.lock();
        while !state.closed && state.is_full() {
            state = self.wait(state);
        }
        if state.closed {
            return false;
        }
        let at = state.in_order(at);
        state.pending.push(stream, chunk, at);
        state.last_chunk = Some(Instant::now());
        self.changed.notify_all();
        true
    }

    /// Records that an input of this length is in its log.
    pub(crate) fn note_input(&self, len: u64, at: Moment) {
        let mut state = self.lock();
        let at = state.in_order(at);
        state.pending.push_written(at, len);
        self.changed.notify_all();
    }

    /// Writes until the logs are closed and everything is on disk. Runs on the writer thread.
    pub(crate) fn write_until_closed(&self) {
        while let Some(mut batch) = self.next_batch() {
            while let Err(error) = batch.write(&self.out, &self.err, &self.index) {
                self.refused(&error, &batch);
                std::thread::sleep(RETRY);
            }
            self.finish(batch);
            self.watchers.notify();
        }
    }

    /// Makes written bytes durable once a second, if there are new ones. Runs on the syncing thread.
    pub(crate) fn sync_until_closed(&self) {
        loop {
            let mut state = self.lock();
            while !state.unsynced && !state.closed {
                state = self.wait(state);
            }
            if state.closed {
                return;
            }
            drop(state);
            std::thread::sleep(SYNC_EVERY);
            // The failure is kept for the status; the bytes themselves are written.
            let _ = self.sync_files();
        }
    }

    /// Waits until everything taken so far is written, then makes it durable.
    pub(crate) fn sync(&self, limit: Duration) -> Result<(), SyncError> {
        let deadline = Instant::now() + limit;
        let mut state = self.lock();
        let wanted = state.handed + u64::from(!state.pending.is_empty());
        while state.finished < wanted {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let reason = state.pause.as_ref().map_or("it is too slow", |pause| &pause.0);
                return Err(SyncError::Paused(reason.to_owned()));
            }
            state = self.wait_at_most(state, left);
        }
        drop(state);
        self.sync_files()
    }

    /// Makes the files durable. A failure is final: the system may have thrown away what it once failed
    /// to write.
    fn sync_files(&self) -> Result<(), SyncError> {
        let mut state = self.lock();
        state.unsynced = false;
        if let Some(said) = state.sync_failed.clone() {
            return Err(SyncError::Failed(said));
        }
        drop(state);
        for file in [&self.out, &self.err, &self.index] {
            if let Err(error) = file.sync() {
                let said = words(&error);
                self.lock().sync_failed = Some(said.clone());
                return Err(SyncError::Failed(said));
            }
        }
        Ok(())
    }

    /// Refuses further chunks and waits until the others are written and durable, however long the disk
    /// takes.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        self.changed.notify_all();
        while !state.pending.is_empty() || state.finished < state.handed {
            state = self.wait(state);
        }
        drop(state);
        // The end of the run is recorded anyway, and the status has the failure.
        let _ = self.sync_files();
    }

    /// Returns how long no chunk has come, and whether the reason is that none is accepted.
    pub(crate) fn idle(&self) -> (Option<Duration>, bool) {
        let state = self.lock();
        (state.last_chunk.map(|at| at.elapsed()), state.is_full() || state.pause.is_some())
    }

    /// The sizes of the files, except `input.log`.
    pub(crate) fn sizes(&self) -> Sizes {
        Sizes { stdout: self.out.len(), stderr: self.err.len(), index: self.index.len(), stdin: 0 }
    }

    /// Describes the pause while the disk refuses; `None` otherwise.
    pub(crate) fn pause(&self) -> Option<Pause> {
        let state = self.lock();
        let (reason, since_ms) = state.pause.clone()?;
        let held = (state.in_hand + state.pending.cost()) as u64;
        Some(Pause { reason, since_ms, held, reading: !state.is_full() })
    }

    /// The system's error when a log could not be made durable.
    pub(crate) fn sync_failed(&self) -> Option<String> {
        self.lock().sync_failed.clone()
    }

    fn next_batch(&self) -> Option<Batch> {
        let mut state = self.lock();
        while state.pending.is_empty() {
            if state.closed {
                return None;
            }
            match self.watchers.due() {
                Some(due) => state = self.wait_at_most(state, due),
                None => state = self.wait(state),
            }
            if self.watchers.due() == Some(Duration::ZERO) {
                self.watchers.notify();
            }
        }
        state.handed += 1;
        state.in_hand = state.pending.cost();
        Some(std::mem::take(&mut state.pending).into_batch())
    }

    fn finish(&self, batch: Batch) {
        let mut state = self.lock();
        state.finished += 1;
        state.in_hand = 0;
        state.unsynced = true;
        if state.pending.is_empty() {
            state.pending = batch.recycle();
        }
        if state.pause.take().is_some() {
            // For readers without a connection; `Status::paused` has the same.
            let _ = std::fs::rename(self.dir.paused_path(), self.dir.flowing_path());
        }
        self.changed.notify_all();
    }

    fn refused(&self, error: &io::Error, batch: &Batch) {
        let mut state = self.lock();
        state.in_hand = batch.left();
        if state.pause.is_none() {
            state.pause = Some((reason(error), wall_ms()));
            // A new file might not fit on a full disk; renaming an existing one works.
            let _ = std::fs::rename(self.dir.flowing_path(), self.dir.paused_path());
            self.changed.notify_all();
            drop(state);
            self.watchers.notify();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_at_most<'a>(
        &self,
        state: MutexGuard<'a, State>,
        limit: Duration,
    ) -> MutexGuard<'a, State> {
        self.changed.wait_timeout(state, limit).unwrap_or_else(PoisonError::into_inner).0
    }
}

impl State {
    fn in_order(&mut self, at: Moment) -> Moment {
        self.last_us = self.last_us.max(at.mono_us);
        Moment { mono_us: self.last_us, ..at }
    }

    fn is_full(&self) -> bool {
        let limit = if self.pause.is_some() { REFUSED_LIMIT } else { WORKING_LIMIT };
        self.in_hand + self.pending.cost() >= limit
    }
}

/// The reason of a refusal, for a person.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        io::ErrorKind::FileTooLarge => "the file has reached the largest size allowed".to_owned(),
        _ => format!("the disk refuses: {}", words(error)),
    }
}
