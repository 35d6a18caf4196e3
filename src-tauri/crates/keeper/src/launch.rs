//! Starts a keeper, from the engine's side. The program that keepers are started from is a private copy,
//! so an upgrade never replaces the file under a running keeper. The start returns when the process runs,
//! or when the reason why it does not is known. Other programs that are to stay are started by
//! [`start_apart`].

use crate::words;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::env_block;
use crate::facts::{KeeperRecord, StartFailure};
use crate::files;
use crate::rundir::{RunDir, RunDirError};
use crate::sys;

/// How long a keeper may take to report.
const LIMIT: Duration = Duration::from_secs(30);

/// Variables of the launcher that a keeper needs itself; it gets no others, so that it holds no secrets.
const PASSED_ON: &[&str] = &[
    "DBUS_SESSION_BUS_ADDRESS",
    "LOCALAPPDATA",
    "PATH",
    "SystemRoot",
    "TEMP",
    "TMP",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
];

/// What a keeper reports to its launcher, as one line of JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Report {
    Running,
    StartFailed { kind: StartFailure, message: String },
    Refused { message: String },
}

/// Why a run did not start.
#[derive(Debug, Error)]
pub enum LaunchError {
    /// The process could not be started; `exit.json` has the reason too.
    #[error("{message}")]
    StartFailed {
        /// The kind of failure.
        kind: StartFailure,
        /// The failure and what to do, for a person.
        message: String,
    },
    /// The keeper's own program could not be started.
    #[error("cannot start the keeper {program}: {}{}", words(source), next_step(source))]
    Keeper {
        /// The keeper's program.
        program: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The keeper refused the run, because the run has or had a keeper.
    #[error("the keeper refused the run: {message}")]
    Refused {
        /// The message for a person.
        message: String,
    },
    /// The keeper ended, or stayed silent for 30 seconds, without a report, or it reported a running
    /// process and left no record. Only the run directory can show whether the process runs.
    #[error("the keeper did not report")]
    Silent,
    /// The keeper reported a running process, but its record cannot be read.
    #[error(transparent)]
    RunDir(#[from] RunDirError),
}

/// Tells what a person can do about a refusal with one known reason.
fn next_step(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::PermissionDenied => {
            "; if its disk forbids programs (noexec), choose another data directory"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; free some space",
        _ => "",
    }
}

/// Copies `exe` to `bin_dir/keep-<version>-<hash of its content>` unless that file exists, and returns
/// the copy's path. Creates `bin_dir` if necessary.
pub fn install(exe: &Path, bin_dir: &Path) -> io::Result<PathBuf> {
    let hash = hash(&mut File::open(exe)?)?;
    let name =
        format!("keep-{}-{hash:016x}{}", env!("CARGO_PKG_VERSION"), std::env::consts::EXE_SUFFIX);
    let installed = bin_dir.join(name);
    if installed.is_file() {
        return Ok(installed);
    }
    match files::create_private_dir(bin_dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let temporary = bin_dir.join(format!(".keep-{}", std::process::id()));
    let copied = copy_program(exe, &temporary).and_then(|()| fs::rename(&temporary, &installed));
    if let Err(error) = copied {
        // The failed copy is useless; the first error matters more.
        let _ = fs::remove_file(&temporary);
        let said = format!("it cannot be copied to {}: {}", bin_dir.display(), words(&error));
        return Err(io::Error::new(error.kind(), said));
    }
    files::sync_dir(bin_dir)?;
    Ok(installed)
}

/// Copies the program. A link would change together with the file that it names.
fn copy_program(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    #[cfg(unix)]
    fs::set_permissions(to, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    File::options().write(true).open(to)?.sync_all()
}

/// A hash that tells builds apart (FNV-1a over words of eight bytes). It is no proof of origin.
fn hash(from: &mut impl Read) -> io::Result<u64> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut block = vec![0; 256 * 1024];
    loop {
        let mut filled = 0;
        while filled < block.len() {
            match from.read(&mut block[filled..])? {
                0 => break,
                count => filled += count,
            }
        }
        if filled == 0 {
            return Ok(hash);
        }
        block[filled..].fill(0);
        for word in block.as_chunks::<8>().0 {
            hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x0000_0100_0000_01b3);
            hash ^= hash >> 29;
        }
    }
}

/// Starts a keeper for the run in `run_dir`, which was just created, and gives the process exactly the
/// environment `env`, plus `MUSHER_RUN`. The process gets the file creation mask of the caller. Returns
/// when the process runs.
pub fn launch(
    keep_exe: &Path,
    run_dir: &RunDir,
    env: Vec<(OsString, OsString)>,
) -> Result<KeeperRecord, LaunchError> {
    let failed = |source| LaunchError::Keeper { program: keep_exe.to_owned(), source };
    let path = std::path::absolute(run_dir.path()).map_err(failed)?;
    let mut command = Command::new(keep_exe);
    command.arg("keep").arg("--run-dir").arg(path);
    command
        .env_clear()
        .envs(PASSED_ON.iter().filter_map(|&name| Some((name, std::env::var_os(name)?))));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = sys::spawn_keeper(&mut command).map_err(failed)?;
    let report = converse(&mut child, &env);
    // The first stage has ended by now or is about to; on Windows it is the keeper itself.
    sys::forget_keeper(child);
    match report {
        Some(Report::Running) => run_dir.read_keeper()?.ok_or(LaunchError::Silent),
        Some(Report::StartFailed { kind, message }) => {
            Err(LaunchError::StartFailed { kind, message })
        }
        Some(Report::Refused { message }) => Err(LaunchError::Refused { message }),
        None => Err(LaunchError::Silent),
    }
}

/// Starts a program that outlives this process and its terminal: in a session of its own, with the caller's
/// environment and without streams. On Windows it has no window and leaves the caller's job if that is allowed.
pub fn start_apart(command: &mut Command) -> io::Result<Child> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    sys::spawn_apart(command)
}

/// Closes every file that this process inherited beyond its standard streams, so that a program that stays
/// holds nothing of the one that started it. Must run before this process opens files of its own.
pub fn close_inherited() {
    sys::close_inherited();
}

fn converse(child: &mut Child, env: &[(OsString, OsString)]) -> Option<Report> {
    let mut stdin = child.stdin.take()?;
    let stdout = child.stdout.take()?;
    // A keeper that refuses does not read the environment; then its report counts.
    let _ = env_block::write(&mut stdin, env);
    drop(stdin);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(read_report(stdout)));
    receiver.recv_timeout(LIMIT).ok()?
}

fn read_report(from: ChildStdout) -> Option<Report> {
    let mut line = String::new();
    BufReader::new(from).read_line(&mut line).ok()?;
    serde_json::from_str(&line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_copied_once_and_a_changed_one_again() {
        let dir = tempfile::tempdir().unwrap();
        let (exe, bin) = (dir.path().join("exe"), dir.path().join("bin"));
        fs::write(&exe, "one").unwrap();
        let first = install(&exe, &bin).unwrap();
        let seen = first.metadata().unwrap().modified().unwrap();
        assert_eq!(install(&exe, &bin).unwrap(), first);
        assert_eq!(first.metadata().unwrap().modified().unwrap(), seen);
        fs::write(&exe, "two").unwrap();
        let second = install(&exe, &bin).unwrap();
        assert_ne!(first, second);
        assert_eq!(fs::read(&first).unwrap(), b"one");
        assert_eq!(fs::read(&second).unwrap(), b"two");
        assert_eq!(fs::read_dir(&bin).unwrap().count(), 2);
    }
}
