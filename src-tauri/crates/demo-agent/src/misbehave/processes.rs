//! Misbehaviours with processes: dying by a signal, and leaving children behind. Every process that
//! is started here sleeps for `seconds` (60 by default) and then ends, so that a failed test leaves
//! nothing behind for long. Unix only.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, setrlimit, setsid};

use super::give_up;
use crate::markers::Keys;
use crate::stage::{Halt, Play, Stage};

/// The most children at once, whatever the marker requests.
const MOST_CHILDREN: u32 = 500;

/// A process that writes its id to the file `$P` and sleeps `$S` seconds.
const SLEEPER: &str = r#"echo $$ >> "$P"; exec sleep "$S""#;

/// Three such processes, each the parent of the next.
const THREE_DEEP: &str = r#"echo $$ >> "$P"
sh -c 'echo $$ >> "$P"; sh -c "echo \$\$ >> \"\$P\"; exec sleep \$S" & exec sleep "$S"' &
exec sleep "$S""#;

/// Three such processes, whose parent has ended.
const ORPHANS: &str = r#"sh -c "$T" & exit 0"#;

/// How a process is started.
#[derive(Clone, Copy)]
struct Manner {
    /// In a session of its own.
    detached: bool,
    /// It ignores TERM, HUP and INT.
    stubborn: bool,
    /// It keeps the agent's stdout open.
    holds_stdout: bool,
}

/// Starts the processes of `children`, `tree` and `leftover`, and waits until they exist.
pub(super) fn start(stage: &mut Stage, keys: &Keys) -> Play<()> {
    let mut expected = 0;
    if let Some(count) = keys.number::<u32>("children") {
        for _ in 0..count.min(MOST_CHILDREN) {
            run(SLEEPER, keys, Manner { detached: false, stubborn: false, holds_stdout: false })?;
            expected += 1;
        }
    }
    if let Some(count) = keys.number::<u32>("leftover") {
        for _ in 0..count.min(MOST_CHILDREN) {
            run(SLEEPER, keys, Manner { detached: true, stubborn: false, holds_stdout: false })?;
            expected += 1;
        }
    }
    if keys.has("tree") {
        run(THREE_DEEP, keys, Manner { detached: false, stubborn: true, holds_stdout: false })?;
        run(THREE_DEEP, keys, Manner { detached: true, stubborn: true, holds_stdout: false })?;
        run(ORPHANS, keys, Manner { detached: true, stubborn: true, holds_stdout: false })?;
        expected += 9;
    }
    match keys.text("pids") {
        Some(file) => until_noted(stage, Path::new(file), expected),
        None => Ok(()),
    }
}

/// Leaves the processes of `grandchild` and `late` behind, at the end of the process.
pub(super) fn leave(keys: &Keys) -> Play<()> {
    if let Some(seconds) = keys.text("grandchild") {
        let script = format!(r#"echo $$ >> "$P"; exec sleep {seconds}"#);
        run(&script, keys, Manner { detached: false, stubborn: true, holds_stdout: true })?;
    }
    if keys.has("late") {
        let script = r#"sleep 0.4; echo '{"type":"system","subtype":"demo_late"}'"#;
        run(script, keys, Manner { detached: false, stubborn: true, holds_stdout: true })?;
    }
    Ok(())
}

fn run(script: &str, keys: &Keys, manner: Manner) -> Play<()> {
    let seconds = keys.number::<u32>("seconds").unwrap_or(60).to_string();
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(script).stdin(Stdio::null()).stderr(Stdio::null());
    shell.env("P", keys.text("pids").unwrap_or("/dev/null")).env("S", seconds);
    shell.env("T", THREE_DEEP);
    if !manner.holds_stdout {
        shell.stdout(Stdio::null());
    }
    // SAFETY: only setsid and signal are called, which are async-signal-safe.
    unsafe { shell.pre_exec(move || prepare(manner)) };
    match shell.spawn() {
        // It is deliberately not waited for.
        Ok(_) => Ok(()),
        Err(error) => Err(give_up(&format!("error: sh cannot be started: {error}"))),
    }
}

/// Called between fork and exec.
fn prepare(manner: Manner) -> io::Result<()> {
    if manner.detached {
        setsid()?;
    }
    if manner.stubborn {
        for signal in [libc::SIGTERM, libc::SIGHUP, libc::SIGINT] {
            // SAFETY: SIG_IGN needs no handler.
            unsafe { libc::signal(signal, libc::SIG_IGN) };
        }
    }
    Ok(())
}

/// Waits until `file` has a line for each of the `expected` processes.
fn until_noted(stage: &mut Stage, file: &Path, expected: usize) -> Play<()> {
    let deadline = Instant::now() + Duration::from_secs(20);
    while fs::read_to_string(file).map_or(0, |text| text.lines().count()) < expected {
        if Instant::now() > deadline {
            return Err(give_up("error: the demo's processes did not start"));
        }
        stage.pause_exactly(Duration::from_millis(10))?;
    }
    Ok(())
}

const SIGNALS: &[(&str, libc::c_int)] = &[
    ("KILL", libc::SIGKILL),
    ("TERM", libc::SIGTERM),
    ("HUP", libc::SIGHUP),
    ("INT", libc::SIGINT),
    ("SEGV", libc::SIGSEGV),
    ("ABRT", libc::SIGABRT),
    ("BUS", libc::SIGBUS),
];

fn signal_of(word: &str) -> Option<libc::c_int> {
    let name = word.trim_start_matches("SIG");
    let named = SIGNALS.iter().find(|(known, _)| *known == name);
    named.map(|(_, signal)| *signal).or_else(|| {
        let number: libc::c_int = word.parse().ok()?;
        SIGNALS.iter().map(|(_, signal)| *signal).find(|signal| *signal == number)
    })
}

/// Whether this is a signal that ends a process.
pub(super) fn can_crash_by(word: &str) -> bool {
    signal_of(word).is_some()
}

/// Dies by a signal, without a core file. Returns only if the signal did not work.
pub(super) fn crash(word: &str) -> Halt {
    // A core file would only cost time and space.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    if let Some(signal) = signal_of(word) {
        die_by(signal);
    }
    give_up(&format!("error: the signal '{word}' had no effect"))
}

fn die_by(signal: libc::c_int) {
    let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: the set is initialised by sigemptyset before it is used; raise has no preconditions.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, set.as_ptr(), std::ptr::null_mut());
        libc::raise(signal);
    }
}
