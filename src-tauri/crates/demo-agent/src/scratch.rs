//! The scratch project of the demo: a tiny parcel tracker with a shell script, a table and a check,
//! committed to a new git repository. The engine creates it for the demo story; `scenario::story`
//! uses its files. Nothing outside of the given directory is changed, and user settings of git that
//! could interfere are overridden.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use thiserror::Error;

/// The project's files.
const FILES: &[(&str, &str)] = &[
    ("README.md", include_str!("scratch/README.md")),
    ("parcel.sh", include_str!("scratch/parcel.sh")),
    ("parcels.tsv", include_str!("scratch/parcels.tsv")),
    ("test.sh", include_str!("scratch/test.sh")),
    (".gitattributes", "* text=auto eol=lf\n"),
];

/// Settings of the repository: an author for later commits, and nothing that could ask or fail.
const SETTINGS: &[(&str, &str)] = &[
    ("user.name", "Parcel Demo"),
    ("user.email", "demo@localhost"),
    ("commit.gpgSign", "false"),
    ("core.autocrlf", "false"),
];

/// Why the scratch project could not be created.
#[derive(Debug, Error)]
pub enum ScratchError {
    /// The `git` program is not installed or not in the search path.
    #[error("git is not installed; the demo needs it for its scratch project")]
    GitMissing,
    /// `git` failed; with its own message.
    #[error("git {command} failed: {message}")]
    Git {
        /// The git command, for example `init`.
        command: String,
        /// What git wrote on stderr.
        message: String,
    },
    /// The directory exists and is not empty.
    #[error("the folder for the demo's scratch project is not empty")]
    Occupied,
    /// A file or folder could not be written.
    #[error("the demo's scratch project cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Creates the scratch project with its first commit in `dir`, which must not exist or be empty,
/// with the program `git`.
///
/// # Errors
///
/// See [`ScratchError`]. Files that were already written are kept.
pub fn scratch_repository(dir: &Path, git: &Path) -> Result<(), ScratchError> {
    fs::create_dir_all(dir)?;
    if fs::read_dir(dir)?.next().is_some() {
        return Err(ScratchError::Occupied);
    }
    for (name, content) in FILES {
        fs::write(dir.join(name), content)?;
    }
    let run = |args: &[&str]| run(git, dir, args);
    run(&["init", "--quiet", "--initial-branch=main"])?;
    for (key, value) in SETTINGS {
        run(&["config", key, value])?;
    }
    run(&["add", "--all"])?;
    run(&["commit", "--quiet", "--no-verify", "-m", "parcel: list and status"])
}

fn run(git: &Path, dir: &Path, args: &[&str]) -> Result<(), ScratchError> {
    let mut git = Command::new(git);
    git.arg("-C").arg(dir).args(args).stdin(Stdio::null());
    git.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
    // Otherwise a repository named in the environment would be changed instead of the new one.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(name);
    }
    let output = git.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ScratchError::GitMissing,
        _ => ScratchError::Io(error),
    })?;
    if output.status.success() {
        return Ok(());
    }
    let command = args.first().map_or_else(String::new, |word| (*word).to_owned());
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(ScratchError::Git { command, message })
}

/// Whether `dir` is a scratch project.
pub(crate) fn is_scratch(dir: &Path) -> bool {
    FILES.iter().take(4).all(|(name, _)| dir.join(name).is_file())
        && fs::read_to_string(dir.join("README.md"))
            .is_ok_and(|text| text.starts_with("# Parcel\n"))
}
