//! The keeper process itself, behind `mush keep --run-dir DIR`: it detaches from its launcher, takes the
//! run's lock, starts the process, reports to the launcher and keeps the run to its end. Programs enter
//! through [`keep_main`], the only public function here; `launch` is the other end.

mod body;
mod control;
mod end;
mod input;
mod ladder;
mod log_file;
mod logs;
mod pending;
mod program;
mod run;
mod start;
mod watchers;

use crate::words;
use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::clock::{Clock, wall_ms};
use crate::daemons::KEEPER_NAME;
use crate::env_block;
use crate::facts::{ChildIdentity, Exit, KeeperRecord, Outcome, Phase, Seen};
use crate::launch::Report;
use crate::rundir::{RunDir, RunDirError};
use crate::spec::Spec;
use crate::sys::{self, Agent, Listener};
use crate::wire::PROTOCOL;
use input::Inputs;
use logs::Logs;
use run::Run;
use start::Failure;

/// How long to wait for another process that only tests the lock.
const LOCK_LIMIT: Duration = Duration::from_secs(1);

/// Stack of each of the keeper's threads, in bytes.
const STACK: usize = 256 * 1024;

/// Why a keeper did not begin to keep a run.
#[derive(Debug, thiserror::Error)]
enum KeepError {
    #[error("usage: keep --run-dir DIR")]
    Usage,
    #[error("{what}: {}", words(source))]
    Io { what: &'static str, source: io::Error },
    #[error(transparent)]
    RunDir(#[from] RunDirError),
    #[error("another keeper holds this run")]
    Held,
    #[error("this run had a keeper before; a run is kept once")]
    Used,
}

/// Adds to a system error what was being done.
fn doing(what: &'static str) -> impl FnOnce(io::Error) -> KeepError {
    move |source| KeepError::Io { what, source }
}

/// Runs the whole keeper; `args` are the arguments after `keep`. A program must call it first, before it
/// has other threads or open files.
pub fn keep_main(args: impl Iterator<Item = OsString>) -> ExitCode {
    sys::close_inherited();
    let done = Orders::parse(args).and_then(|orders| match orders.umask {
        None => detach(&orders.run_dir),
        Some(umask) => keep(orders.run_dir, umask),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            Report::Refused { message: error.to_string() }.send();
            ExitCode::FAILURE
        }
    }
}

/// The command line.
struct Orders {
    run_dir: PathBuf,
    /// The launcher's file mask; only the second stage gets it.
    umask: Option<u32>,
}

impl Orders {
    fn parse(mut args: impl Iterator<Item = OsString>) -> Result<Orders, KeepError> {
        let (mut run_dir, mut umask) = (None, None);
        while let Some(option) = args.next() {
            let value = args.next().ok_or(KeepError::Usage)?;
            match option.to_str() {
                Some("--run-dir") => run_dir = Some(PathBuf::from(value)),
                Some("--detached") => umask = value.to_str().and_then(|mask| mask.parse().ok()),
                _ => return Err(KeepError::Usage),
            }
        }
        Ok(Orders { run_dir: run_dir.ok_or(KeepError::Usage)?, umask })
    }
}

/// Runs the first stage: makes a new session, and a second process in it that cannot get a terminal and
/// whose parent ends. That process inherits the pipes to the launcher.
fn detach(run_dir: &std::path::Path) -> Result<(), KeepError> {
    let umask = sys::set_umask(0o077);
    sys::leave_session();
    let program = sys::own_program().map_err(doing("cannot find the keeper's program"))?;
    let mut command = Command::new(program);
    sys::prepare_stage(&mut command, KEEPER_NAME);
    command.arg("keep").arg("--run-dir").arg(run_dir).arg("--detached").arg(umask.to_string());
    command.stderr(Stdio::null());
    command.spawn().map_err(doing("cannot start the keeper"))?;
    Ok(())
}

/// Runs the second stage: everything up to the end of the run.
fn keep(run_dir: PathBuf, umask: u32) -> Result<(), KeepError> {
    let clock = Clock::start();
    sys::tame_allocator();
    sys::prepare_signals();
    sys::set_umask(0o077);
    let env = env_block::read(&mut io::stdin().lock()).map_err(doing("cannot read environment"))?;
    std::env::set_current_dir(&run_dir).map_err(doing("cannot enter the run directory"))?;
    // From here on all paths are relative, so the directory may be renamed and its path may have any
    // length.
    let dir = RunDir::new(PathBuf::from("."));
    let _lock = take_lock(&dir)?;
    let spec = dir.read_spec()?;
    if dir.keeper_path().exists() || dir.exit_path().exists() {
        return Err(KeepError::Used);
    }
    let mut facts = facts(&spec);
    dir.write(&dir.keeper_path(), &facts)?;
    let listener = Listener::bind_here().map_err(doing("cannot listen"))?;
    let files = (
        Logs::create(&dir).map_err(doing("cannot create the logs"))?,
        Inputs::create(&dir, clock).map_err(doing("cannot create the logs"))?,
    );
    sys::adopt_orphans();
    sys::enter_scope(&spec.run);
    let agent = match start_agent(&spec, env, umask) {
        Ok(agent) => agent,
        Err(failure) => return never_started(&dir, clock, failure),
    };
    facts.phase = Phase::Running;
    facts.child = Some(agent.leader.identity());
    let marker = spec.marker.clone();
    let run = begin(&dir, spec, clock, files, agent, &facts)
        .and_then(|run| serve(&run, listener).map(|()| run))
        .inspect_err(|_| end_unkept(&marker))?;
    Report::Running.send();
    // This fails if no descriptor is free. Then a launcher that waits for the end of this stream, instead
    // of the report, waits for the whole run. That is better than no run.
    let _ = sys::silence_stdio();
    run.keep();
    Listener::unbind_here();
    Ok(())
}

fn take_lock(dir: &RunDir) -> Result<File, KeepError> {
    let options = OpenOptions::new().read(true).write(true).open(dir.lock_path());
    let file = options.map_err(doing("cannot open the lock"))?;
    let deadline = Instant::now() + LOCK_LIMIT;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(doing("cannot take the lock")(error)),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                return Err(KeepError::Held);
            }
            // Another process may only be testing whether the lock is held.
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

fn facts(spec: &Spec) -> KeeperRecord {
    let pid = std::process::id();
    KeeperRecord {
        phase: Phase::Starting,
        pid,
        start_time: sys::identity_of(pid).map_or(0, |identity| identity.start_time),
        boot_id: sys::boot_id(),
        child: None::<ChildIdentity>,
        marker: spec.marker.clone(),
        protocol: PROTOCOL,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at_ms: wall_ms(),
    }
}

fn start_agent(spec: &Spec, env: Vec<(OsString, OsString)>, umask: u32) -> Result<Agent, Failure> {
    let start = start::check(spec, env, umask)?;
    let program = start.program;
    sys::spawn(start).map_err(|error| start::refused(program, &error))
}

/// Records the process and starts to keep it.
fn begin(
    dir: &RunDir,
    spec: Spec,
    clock: Clock,
    files: (Logs, Inputs),
    agent: Agent,
    facts: &KeeperRecord,
) -> Result<Arc<Run>, KeepError> {
    dir.write(&dir.keeper_path(), facts)?;
    Run::begin(dir.clone(), spec, clock, files, agent).map_err(doing("cannot start a thread"))
}

/// Ends a process that cannot be kept, because it must not continue.
fn end_unkept(marker: &str) {
    // If this could not end a process, nothing more is known than before.
    let _ = crate::sweep::end_marked(marker);
}

fn serve(run: &Arc<Run>, listener: Listener) -> Result<(), KeepError> {
    let served = Arc::clone(run);
    thread("control", move || control::serve(&served, &listener))
        .map_err(doing("cannot start a thread"))
}

/// Starts one of the keeper's threads.
fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let builder = std::thread::Builder::new().name(name.to_owned()).stack_size(STACK);
    builder.spawn(work).map(drop)
}

fn never_started(dir: &RunDir, clock: Clock, failure: Failure) -> Result<(), KeepError> {
    let Failure { kind, message } = failure;
    let at = clock.now();
    let exit = Exit {
        outcome: Outcome::StartFailed { kind, message: message.clone() },
        seen: Seen::NeverStarted,
        drained: true,
        forced: Vec::new(),
        left: Vec::new(),
        at_ms: at.wall_ms,
        mono_us: at.mono_us,
    };
    dir.write(&dir.exit_path(), &exit)?;
    Listener::unbind_here();
    Report::StartFailed { kind, message }.send();
    Ok(())
}

impl Report {
    /// Reports to the launcher. If the launcher is gone, the run continues anyway.
    fn send(&self) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(&crate::wire::line(self)).and_then(|()| out.flush());
    }
}
