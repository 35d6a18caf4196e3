//! One run from its started process to `exit.json`: its threads, when the stop ladder begins, how long to
//! wait for a stream that another process still holds, and the order of the last writes.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::end::End;
use super::input::Inputs;
use super::ladder::{self, Ladder};
use super::logs::Logs;
use crate::clock::{Clock, Moment};
use crate::facts::{Exit, ForcedStep, LeftProcess, Outcome, Seen};
use crate::index::Stream;
use crate::process::Ended;
use crate::rundir::{RunDir, RunDirError};
use crate::spec::Spec;
use crate::sys::{self, Agent, Leader, RunProcesses};
use crate::wire::Status;

/// The most bytes read from a stream at once.
const CHUNK: usize = 64 * 1024;

/// A stream without data for this long after the process's end is given up.
const IDLE: Duration = Duration::from_millis(300);

/// Every stream is given up this long after the process's end.
const DRAIN: Duration = Duration::from_secs(2);

/// How often a last write that the disk refuses is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// Poll interval for the process tree, on systems that do not give orphans to the keeper.
const REMEMBER: Duration = Duration::from_secs(1);

/// A started run.
pub(crate) struct Run {
    pub(crate) dir: RunDir,
    pub(crate) spec: Spec,
    pub(crate) clock: Clock,
    pub(crate) logs: Logs,
    pub(crate) inputs: Inputs,
    pub(crate) leader: Arc<Leader>,
    pub(crate) end: End,
    processes: Mutex<RunProcesses>,
}

impl Run {
    /// Puts the parts together and starts every thread that moves bytes or waits.
    pub(crate) fn begin(
        dir: RunDir,
        spec: Spec,
        clock: Clock,
        files: (Logs, Inputs),
        agent: Agent,
    ) -> io::Result<Arc<Run>> {
        let (logs, inputs) = files;
        let leader = Arc::new(agent.leader);
        let processes = Mutex::new(RunProcesses::new(Arc::clone(&leader), &spec.marker));
        let run =
            Arc::new(Run { dir, spec, clock, logs, inputs, leader, end: End::new(2), processes });
        run.thread("write", |run| run.logs.write_until_closed())?;
        run.thread("sync", |run| run.logs.sync_until_closed())?;
        run.thread("wait", Run::wait_for_process)?;
        run.thread("stdout", move |run| run.read(Stream::Stdout, agent.stdout))?;
        run.thread("stderr", move |run| run.read(Stream::Stderr, agent.stderr))?;
        run.thread("stdin", move |run| run.inputs.send_until_closed(agent.stdin))?;
        run.thread("term", Run::stop_on_term)?;
        if !sys::ADOPTS_ORPHANS {
            run.thread("processes", Run::remember_processes)?;
        }
        Ok(run)
    }

    pub(crate) fn thread(
        self: &Arc<Run>,
        name: &str,
        work: impl FnOnce(&Run) + Send + 'static,
    ) -> io::Result<()> {
        let run = Arc::clone(self);
        super::thread(name, move || work(&run))
    }

    /// Keeps the run until it is over; returns when `exit.json` is written.
    pub(crate) fn keep(&self) {
        self.end.wait_for_any();
        let mut forced = Vec::new();
        let mut left = None;
        if !self.end.is_ended() {
            let (steps, remaining) = Ladder::new(self, &mut self.processes()).stop();
            (forced, left) = (steps, Some(remaining));
        }
        let drained = self.drain();
        if left.is_none() && (self.spec.end_descendants || self.end.is_stopping()) {
            let (steps, remaining) = Ladder::new(self, &mut self.processes()).end_rest();
            (forced, left) = (steps, Some(remaining));
        }
        let left = left.unwrap_or_else(|| ladder::left_alone(&mut self.processes()));
        self.leader.let_go();
        self.finish(drained, forced, left);
    }

    /// The status that a client gets.
    pub(crate) fn status(&self) -> Status {
        let mut sizes = self.logs.sizes();
        sizes.stdin = self.inputs.len();
        Status {
            phase: self.end.phase(),
            child_alive: !self.end.is_ended(),
            input_open: self.inputs.is_open(),
            stopping: self.end.is_stopping(),
            paused: self.logs.pause(),
            sync_failed: self.logs.sync_failed(),
            sizes,
        }
    }

    /// Copies one stream to its log until it ends. An error counts as its end: a terminal reports an
    /// error when its last holder is gone.
    fn read(&self, stream: Stream, mut from: Box<dyn Read + Send>) {
        let mut chunk = vec![0; CHUNK];
        loop {
            match from.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => {
                    if !self.logs.push(stream, &chunk[..count], self.clock.now()) {
                        break;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        self.end.report_stream_end();
    }

    fn wait_for_process(&self) {
        let ended = self.leader.wait();
        self.inputs.process_ended();
        self.end.report_ended(ended, self.clock.now());
        self.leader.reap_rest();
    }

    /// Stops the run in an orderly way when the machine shuts down, which sends SIGTERM to every process.
    fn stop_on_term(&self) {
        while sys::wait_for_term() {
            self.end.request_stop("system".into(), "SIGTERM".into(), &self.dir);
        }
    }

    fn remember_processes(&self) {
        while !self.end.is_ended() {
            // If one look fails, the next one finds the same processes.
            let _ = self.processes().find();
            std::thread::sleep(REMEMBER);
        }
    }

    /// Waits for the rest of both streams after the process's end; returns whether they were read to
    /// their end. Silence while the disk refuses does not count.
    fn drain(&self) -> bool {
        let mut begun = Instant::now();
        loop {
            if self.end.wait_streams(Duration::from_millis(50)) {
                return true;
            }
            let (idle, refused) = self.logs.idle();
            if refused {
                begun = Instant::now();
            }
            let waited = begun.elapsed();
            let quiet = idle.map_or(waited, |idle| idle.min(waited));
            if waited >= DRAIN || quiet >= IDLE {
                return false;
            }
        }
    }

    fn finish(&self, drained: bool, forced: Vec<ForcedStep>, left: Vec<LeftProcess>) {
        self.logs.close();
        let (ended, at) = self.end.ended().unwrap_or((None, self.clock.now()));
        let exit = exit(ended, at, drained, forced, left);
        while let Err(error) = self.write_last(&exit) {
            if is_gone(&error) {
                return;
            }
            std::thread::sleep(RETRY);
        }
    }

    fn write_last(&self, exit: &Exit) -> Result<(), RunDirError> {
        if let Some(stop) = self.end.unwritten_stop() {
            self.dir.write(&self.dir.stop_path(), &stop)?;
        }
        self.dir.write(&self.dir.exit_path(), exit)
    }

    fn processes(&self) -> MutexGuard<'_, RunProcesses> {
        self.processes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the run directory was removed, so that writing to it is useless.
fn is_gone(error: &RunDirError) -> bool {
    matches!(error, RunDirError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
}

fn exit(
    ended: Option<Ended>,
    at: Moment,
    drained: bool,
    forced: Vec<ForcedStep>,
    left: Vec<LeftProcess>,
) -> Exit {
    let (outcome, seen) = match ended {
        Some(Ended::Code(code)) => (Outcome::Code(code), Seen::Reaped),
        Some(Ended::Signal(number)) => (Outcome::Signal(number), Seen::Reaped),
        None => (Outcome::Unknown, Seen::Vanished),
    };
    Exit { outcome, seen, drained, forced, left, at_ms: at.wall_ms, mono_us: at.mono_us }
}
