//! Checks a process before it is started: program, interpreter, architecture, working directory,
//! arguments, environment. So a problem is a typed failure with a next step instead of a shell's exit
//! code. It also cleans the environment that the process inherits. It starts nothing itself.

use crate::words;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::Path;

use super::program;
use crate::MARKER_VARIABLE;
use crate::facts::StartFailure;
use crate::spec::{Interrupt, Spec, Transport};
use crate::sys::{self, Start};

/// Why a process cannot be started.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    pub(crate) kind: StartFailure,
    pub(crate) message: String,
}

impl Failure {
    pub(super) fn new(kind: StartFailure, message: impl Into<String>) -> Failure {
        Failure { kind, message: message.into() }
    }
}

/// Checks everything that can be known before the start.
pub(crate) fn check(
    spec: &Spec,
    env: Vec<(OsString, OsString)>,
    umask: u32,
) -> Result<Start<'_>, Failure> {
    check_words(spec)?;
    let (program, args) =
        spec.argv.split_first().ok_or_else(|| bad("The run names no program to start."))?;
    let program = Path::new(program);
    let env = clean_environment(env, &spec.marker, &spec.cwd)?;
    program::check(program, path_of(&env))?;
    let cwd = open_cwd(&spec.cwd)?;
    let has_terminal = spec.kind.has_terminal();
    Ok(Start { program, args, env, cwd, umask, has_terminal })
}

fn bad(message: impl Into<String>) -> Failure {
    Failure::new(StartFailure::BadArgument, message)
}

fn check_words(spec: &Spec) -> Result<(), Failure> {
    if spec.transport == Transport::Interactive {
        return Err(bad("Interactive runs come with the terminal view."));
    }
    if spec.argv.iter().any(|word| word.contains('\0')) {
        return Err(bad("An argument contains a zero byte, which no program can be given."));
    }
    if spec.marker.is_empty() || spec.marker.contains('\0') {
        return Err(bad("The run has no usable marker."));
    }
    if let Interrupt::Signal { name } = &spec.interrupt {
        name.parse::<crate::Signal>().map_err(|unknown| bad(unknown.to_string()))?;
    }
    Ok(())
}

fn open_cwd(cwd: &Path) -> Result<sys::Cwd, Failure> {
    let shown = cwd.display();
    let fail = |why: String| Failure::new(StartFailure::Cwd, why);
    if !cwd.is_absolute() {
        return Err(fail(format!("The working directory {shown} is not an absolute path.")));
    }
    sys::open_dir(cwd).map_err(|error| {
        fail(format!(
            "The working directory {shown} cannot be opened ({}). Put it back: a story works in one folder.",
            words(&error)
        ))
    })
}

/// Makes the environment of the process: with the marker, its own directory as PWD, and a PATH without
/// relative entries, because a relative entry could run programs of the repository.
fn clean_environment(
    mut env: Vec<(OsString, OsString)>,
    marker: &str,
    cwd: &Path,
) -> Result<Vec<(OsString, OsString)>, Failure> {
    for (name, value) in &mut env {
        let text = name.as_encoded_bytes();
        let value_bytes = value.as_encoded_bytes();
        if text.is_empty() || text[1..].contains(&b'=') || [text, value_bytes].concat().contains(&0)
        {
            let shown = name.to_string_lossy();
            return Err(bad(format!("The environment variable {shown:?} cannot be passed on.")));
        }
        if is_path(name) {
            *value = absolute_entries(value);
        }
    }
    env.retain(|(name, _)| name != MARKER_VARIABLE && name != "PWD" && name != "OLDPWD");
    env.push((MARKER_VARIABLE.into(), marker.into()));
    env.push(("PWD".into(), cwd.into()));
    Ok(env)
}

fn is_path(name: &OsStr) -> bool {
    if cfg!(windows) { name.eq_ignore_ascii_case("PATH") } else { name == "PATH" }
}

fn absolute_entries(path: &OsStr) -> OsString {
    let entries = std::env::split_paths(path).filter(|entry| entry.is_absolute());
    std::env::join_paths(entries).unwrap_or_default()
}

fn path_of(env: &[(OsString, OsString)]) -> &OsStr {
    let last = env.iter().rev().find(|(name, _)| is_path(name));
    last.map_or(OsStr::new("/usr/bin:/bin"), |(_, value)| value)
}

/// Translates the system's refusal to start the checked program.
pub(crate) fn refused(program: &Path, error: &io::Error) -> Failure {
    let shown = program.display();
    let there = fs::metadata(program).is_ok();
    let (kind, why) = match error.kind() {
        io::ErrorKind::NotFound if there => (
            StartFailure::Interpreter,
            "The loader it was built for is missing; install its build for this system.",
        ),
        io::ErrorKind::NotFound => (StartFailure::Missing, "It is not there any more."),
        io::ErrorKind::PermissionDenied => {
            (StartFailure::NotExecutable, "Check its permissions and those of its disk.")
        }
        io::ErrorKind::ArgumentListTooLong => {
            (StartFailure::BadArgument, "Its arguments are too long; send the text as input.")
        }
        io::ErrorKind::InvalidInput => {
            (StartFailure::BadArgument, "An argument cannot be passed to it.")
        }
        _ => by_number(error),
    };
    Failure::new(kind, format!("{shown} cannot be started ({}). {why}", words(error)))
}

#[cfg(unix)]
fn by_number(error: &io::Error) -> (StartFailure, &'static str) {
    /// "Bad CPU type in executable", on macOS.
    const EBADARCH: i32 = 86;
    match error.raw_os_error() {
        Some(libc::ENOEXEC) => (StartFailure::NotExecutable, "It is no program of this system."),
        Some(EBADARCH) if cfg!(target_os = "macos") => {
            (StartFailure::WrongArchitecture, "Install its build for this processor.")
        }
        _ => (StartFailure::Other, "Try again, or look at what the system says."),
    }
}

#[cfg(windows)]
fn by_number(error: &io::Error) -> (StartFailure, &'static str) {
    const ERROR_BAD_EXE_FORMAT: i32 = 193;
    const ERROR_EXE_MACHINE_TYPE_MISMATCH: i32 = 216;
    match error.raw_os_error() {
        Some(ERROR_BAD_EXE_FORMAT) => {
            (StartFailure::NotExecutable, "It is no program of this system.")
        }
        Some(ERROR_EXE_MACHINE_TYPE_MISMATCH) => {
            (StartFailure::WrongArchitecture, "Install its build for this processor.")
        }
        _ => (StartFailure::Other, "Try again, or look at what the system says."),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn cleaned(env: &[(&str, &str)]) -> Result<Vec<(OsString, OsString)>, Failure> {
        let env = env.iter().map(|(name, value)| (name.into(), value.into())).collect();
        clean_environment(env, "m", Path::new("/w"))
    }

    #[test]
    fn nothing_relative_stays_on_the_path() {
        let env = cleaned(&[("PATH", ":/usr/bin::.:bin:/bin:"), ("A", "b")]).unwrap();
        assert_eq!(path_of(&env), "/usr/bin:/bin");
        assert!(env.contains(&("A".into(), "b".into())));
    }

    #[test]
    fn the_marker_and_the_directory_are_the_runs_own() {
        let env = cleaned(&[("MUSHER_RUN", "other"), ("PWD", "/x"), ("OLDPWD", "/y")]).unwrap();
        let expected = [("MUSHER_RUN", "m"), ("PWD", "/w")];
        assert_eq!(env, expected.map(|(name, value)| (name.into(), value.into())));
    }

    #[test]
    fn names_and_values_that_cannot_be_passed_on_are_refused() {
        for (name, value) in [("", "x"), ("a=b", "x"), ("a\0", "x"), ("a", "x\0")] {
            let failure = cleaned(&[(name, value)]).unwrap_err();
            assert_eq!(failure.kind, StartFailure::BadArgument, "{name:?}={value:?}");
        }
    }
}
