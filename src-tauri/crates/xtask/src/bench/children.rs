//! Programs that a comparison starts: each is waited for with all that it leaves behind, can be
//! interrupted, and is ended as a whole. Ctrl-C and a request to end are noted and obeyed here, so that
//! nothing is left running and files of git are whole. On Linux orphaned descendants become children of
//! this process; elsewhere what leaves its process group goes its own way.
//!
//! Children must be started and waited for in one thread only, because any child is waited for.

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

/// How often is looked whether a program has ended.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a program that is to end has for its own affairs.
const TO_END: Duration = Duration::from_secs(5);
/// How long descendants may go on after the program that was started: keepers and desktops end then.
const TO_LEAVE: Duration = Duration::from_secs(15);

/// The children of this process, and whether they are to end.
pub(super) struct Children {
    interrupted: Arc<AtomicBool>,
}

/// Where a program's output goes; to the terminal when there is no file.
#[derive(Default)]
pub(super) struct Output {
    pub(super) stdout: Option<File>,
    pub(super) stderr: Option<File>,
}

/// How a program ended.
pub(super) enum Ended {
    By(ExitStatus),
    /// It took longer than it may and was ended.
    TooLong,
}

impl Children {
    /// From here on signals that end a process only end its children, and orphans come to it.
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

    /// Runs it to its end and until what it left behind is gone.
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

    /// Runs it with its output on the terminal; an exit code other than 0 is a failure.
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

    /// The status once it has ended; none when it is to be ended.
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

/// So that Ctrl-C reaches it from here alone, and all of it can be ended.
#[cfg(unix)]
fn in_its_own_group(command: &mut std::process::Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn in_its_own_group(_command: &mut std::process::Command) {}

fn adopt_orphans() {
    // A kernel that refuses leaves their CPU time with the others', where it makes a comparison less
    // believed, never more.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Ends a program that still runs: asks its group as Ctrl-C does, and does not wait for ever.
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
        // A group that is gone is what is wanted.
        let _ = rustix::process::kill_process_group(pid, signal);
    }
}

#[cfg(not(unix))]
fn ask_group(_child: &Child) {}

#[cfg(not(unix))]
fn kill_group(_child: &Child) {}

/// Waits until no descendant is left, so that its CPU time is known; those that stay longer are killed.
#[cfg(target_os = "linux")]
fn collect(grace: Duration) {
    use rustix::process::{WaitOptions, wait};
    let began = Instant::now();
    // What cannot be killed within this waits for a disk, and is left to it.
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

/// Kills all direct children; theirs become children of this process and are next. No other thread waits for
/// a direct child, so that its process id cannot be another's.
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
