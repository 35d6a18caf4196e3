//! Runs the programs of a comparison: each is waited for with all of its descendants, can be
//! interrupted, and is ended together with them. Ctrl-C and requests to end are handled here, so
//! that no process is left and git's files are not left half written. On Linux orphaned descendants
//! become children of this process; on other systems a process that leaves its process group is not
//! followed.
//!
//! Children must be started and waited for by one thread only, because this module waits for any
//! child.

use crate::failure::Failure;
use crate::step::Step;
use std::fs::File;
use std::io;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::failure::BenchFailure;

/// The interval at which a wait checks whether a program has ended.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a program may take to end after it was asked to.
const TO_END: Duration = Duration::from_secs(5);
/// How long descendants may outlive the program: keepers and desktops end in that time.
const TO_LEAVE: Duration = Duration::from_secs(15);

/// The children of this process, and whether they should end.
pub(super) struct Children {
    interrupted: Arc<AtomicBool>,
}

/// The files for a program's output; the terminal if there is none.
#[derive(Default)]
pub(super) struct Output {
    pub(super) stdout: Option<File>,
    pub(super) stderr: Option<File>,
}

/// How a program ended.
pub(super) enum Ended {
    By(ExitStatus),
    /// It exceeded its time limit and was ended.
    TooLong,
}

impl Children {
    /// From now on signals that end a process only end its children, and orphaned descendants
    /// become children of this process.
    pub(super) fn adopt() -> Result<Self, Failure> {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in SIGNALS {
            signal_hook::flag::register(*signal, Arc::clone(&interrupted)).map_err(|source| {
                Failure::Io { doing: String::from("cannot listen to signals"), source }
            })?;
        }
        adopt_orphans();
        Ok(Children { interrupted })
    }

    /// Whether an interrupt was requested.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Runs a program until it and all of its descendants have ended.
    pub(super) fn run(
        &self,
        step: &Step,
        output: Output,
        limit: Duration,
    ) -> Result<Ended, Failure> {
        if self.is_interrupted() {
            return Err(BenchFailure::Interrupted.into());
        }
        let mut command = step.command();
        command.stdin(Stdio::null());
        command.stdout(output.stdout.map_or_else(Stdio::inherit, Stdio::from));
        command.stderr(output.stderr.map_or_else(Stdio::inherit, Stdio::from));
        in_its_own_group(&mut command);
        let mut child = command.spawn().map_err(|source| step.not_started(source))?;
        let waited = self.wait(&mut child, limit);
        let is_over = matches!(waited, Ok(Some(_)));
        if !is_over {
            end(&mut child);
        }
        collect(if is_over { TO_LEAVE } else { Duration::ZERO });
        if self.is_interrupted() {
            return Err(BenchFailure::Interrupted.into());
        }
        let waited = waited
            .map_err(|source| Failure::Io { doing: format!("cannot wait for {step}"), source })?;
        Ok(waited.map_or(Ended::TooLong, Ended::By))
    }

    /// Runs a program with its output on the terminal. An exit code other than 0 is a failure.
    pub(super) fn build(&self, step: &Step, stdout: Option<File>) -> Result<(), Failure> {
        println!("$ {step}");
        match self.run(step, Output { stdout, stderr: None }, Duration::MAX)? {
            Ended::By(status) if status.success() => Ok(()),
            Ended::By(status) => {
                Err(Failure::Command { command: step.to_string(), code: status.code() })
            }
            Ended::TooLong => Err(Failure::Command { command: step.to_string(), code: None }),
        }
    }

    /// The exit status; `None` if the time limit passed or an interrupt was requested.
    fn wait(&self, child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
        let began = Instant::now();
        while !self.is_interrupted() && began.elapsed() < limit {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            sleep(PAUSE);
        }
        child.try_wait()
    }
}

#[cfg(unix)]
const SIGNALS: &[i32] =
    &[signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP];

#[cfg(not(unix))]
const SIGNALS: &[i32] = &[signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];

/// Starts the command in its own process group, so that Ctrl-C reaches it only through this
/// process, and the whole group can be ended.
#[cfg(unix)]
fn in_its_own_group(command: &mut std::process::Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn in_its_own_group(_command: &mut std::process::Command) {}

fn adopt_orphans() {
    // If the kernel refuses, CPU time of orphans counts as that of other processes. That can only
    // make a comparison report that it must be repeated.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Ends a running program: interrupts its group like Ctrl-C, and kills it after [`TO_END`].
fn end(child: &mut Child) {
    ask_group(child);
    let began = Instant::now();
    while matches!(child.try_wait(), Ok(None)) {
        if began.elapsed() >= TO_END {
            let _ = child.kill();
            let _ = child.wait();
        }
        sleep(PAUSE);
    }
    kill_group(child);
}

#[cfg(unix)]
fn ask_group(child: &Child) {
    signal_group(child, rustix::process::Signal::INT);
}

#[cfg(unix)]
fn kill_group(child: &Child) {
    signal_group(child, rustix::process::Signal::KILL);
}

#[cfg(unix)]
fn signal_group(child: &Child, signal: rustix::process::Signal) {
    let pid = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(pid) = pid {
        // Error ignored: the group may have ended.
        let _ = rustix::process::kill_process_group(pid, signal);
    }
}

#[cfg(not(unix))]
fn ask_group(_child: &Child) {}

#[cfg(not(unix))]
fn kill_group(_child: &Child) {}

/// Waits until no descendant is left, so that their CPU time is known; those that live longer are
/// killed.
#[cfg(target_os = "linux")]
fn collect(grace: Duration) {
    use rustix::process::{WaitOptions, wait};
    let began = Instant::now();
    // A process that cannot be killed in this time is waiting for a disk, and is left.
    while began.elapsed() < grace + TO_END {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) => continue,
            Ok(None) if began.elapsed() >= grace => kill_children(),
            Ok(None) => {}
            Err(_) => return,
        }
        sleep(PAUSE);
    }
}

#[cfg(not(target_os = "linux"))]
fn collect(_grace: Duration) {}

/// Kills all direct children; their children become children of this process and are killed next.
/// No other thread waits for a direct child, so a process id cannot have been reused.
#[cfg(target_os = "linux")]
fn kill_children() {
    use rustix::process::{Pid, Signal, kill_process};
    let own = std::process::id().to_string();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_str().and_then(|name| name.parse().ok());
        let Some(pid) = pid.and_then(Pid::from_raw) else { continue };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1));
        if parent == Some(own.as_str()) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}
