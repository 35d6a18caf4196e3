//! The errors of the engine, with what to do about each. Decoding has no errors, and a failed agent
//! is a state, so all of them are about files, processes and requests.

use keeper::words;
use protocol::{ErrorCode, Fault};
use std::io;
use std::path::{Path, PathBuf};

/// The engine's error: its kind, by which callers may branch, and its cause.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or directory of the data directory could not be used.
    #[error("cannot {doing} {path}: {}", words(source), path = .path.display())]
    DataDir {
        /// The operation: `read`, `write`, `create`.
        doing: &'static str,
        /// The path.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// SQLite reported an error.
    #[error("the store cannot be used: {0}")]
    Store(#[from] rusqlite::Error),
    /// The journal has an invalid line that is not an incomplete last line.
    #[error("line {line} of {path} is not a journal entry: {source}", path = .path.display())]
    Journal {
        /// The segment.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The parser's error.
        source: serde_json::Error,
    },
    /// Entries of the journal are missing.
    #[error("in {path} entry {found} of the journal follows entry {after}: what was between them is missing", path = .path.display())]
    JournalGap {
        /// The segment.
        path: PathBuf,
        /// The last entry before the gap.
        after: u64,
        /// The first entry after the gap.
        found: u64,
    },
    /// A keeper could not be started or reached.
    #[error("the run's keeper: {0}")]
    Keeper(String),
    /// The system cannot start a thread.
    #[error("the system gives no more threads: {}", words(.0))]
    Thread(io::Error),
    /// The engine is ending or has ended.
    #[error("the engine has ended")]
    Ended,
    /// A request that is refused.
    #[error("{0}")]
    Refused(Fault),
}

impl Error {
    /// A refusal with a hint.
    pub fn refused(code: ErrorCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused(Fault::new(code, message, hint))
    }

    /// Adds to a refusal what to do on the command line.
    pub fn on_terminal(self, advice: impl Into<String>) -> Self {
        match self {
            Self::Refused(fault) => Self::Refused(fault.on_terminal(advice)),
            other => other,
        }
    }

    /// Whether a query found damage in the store's file, so that the store must be recovered.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Store(error) if is_damage(error))
    }

    /// Whether the disk is full.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::DataDir { source, .. } if is_full(source.kind()))
    }

    /// Wraps an I/O error about `path`.
    pub fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::DataDir { doing, path, source }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Refused(fault) => fault,
            Error::DataDir { source, .. } if is_full(source.kind()) => {
                Fault::new(ErrorCode::DiskFull, message, FREE_SPACE)
            }
            Error::DataDir { source, path, .. } => {
                of_data_dir(message, next_step(source.kind(), &path))
            }
            Error::Store(error) => store_fault(&error, message),
            Error::Journal { .. } => Fault::new(
                ErrorCode::DataDir,
                message,
                "The journal is never rewritten by Musher; restore the file from a backup or remove the line by hand.",
            ),
            Error::JournalGap { .. } => Fault::new(
                ErrorCode::DataDir,
                message,
                "The journal is never rewritten by Musher; restore its files from a backup.",
            ),
            Error::Keeper(_) => {
                Fault::new(ErrorCode::Keeper, message, "Check the agents that were found.")
                    .on_terminal("`mush doctor` shows what is wrong.")
            }
            Error::Thread(_) => Fault::new(
                ErrorCode::Internal,
                message,
                "End other programs, or raise the limit on processes, and try again.",
            ),
            Error::Ended => Fault::new(ErrorCode::Internal, message, "Try again."),
        }
    }
}

fn of_data_dir(message: String, hint: impl Into<String>) -> Fault {
    Fault::new(ErrorCode::DataDir, message, hint)
        .on_terminal("Or name another data directory with --data-dir.")
}

/// Whether an error can only come from a damaged file, because Musher writes only complete values
/// of the right type.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::{Error as E, ErrorCode};
    let broken = [ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase];
    error.sqlite_error_code().is_some_and(|code| broken.contains(&code))
        || matches!(
            error,
            E::FromSqlConversionFailure(..)
                | E::IntegralValueOutOfRange(..)
                | E::InvalidColumnType(..)
                | E::Utf8Error(..)
        )
}

/// What to do about a store that refuses.
pub(crate) const STORE_REFUSES: &str =
    "Verify the data directory; the store can be made again from journal and logs.";

const FREE_SPACE: &str = "Free some space; what is written so far is safe.";

fn is_full(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn next_step(kind: io::ErrorKind, path: &Path) -> String {
    use io::ErrorKind as Kind;
    let shown = path.display();
    match kind {
        Kind::AlreadyExists | Kind::NotADirectory | Kind::IsADirectory => {
            format!("Something else is at {shown}: move it away.")
        }
        Kind::InvalidFilename => "Choose a shorter path.".to_owned(),
        Kind::ReadOnlyFilesystem => "Make its disk writable.".to_owned(),
        _ => format!("Check that {shown} exists and that you may write there."),
    }
}

/// The fault for an error of SQLite. Making the store again does not help against every one.
fn store_fault(error: &rusqlite::Error, message: String) -> Fault {
    use rusqlite::ErrorCode as Code;
    match error.sqlite_error_code() {
        Some(Code::DiskFull) => Fault::new(ErrorCode::DiskFull, message, FREE_SPACE),
        Some(Code::CannotOpen | Code::ReadOnly | Code::PermissionDenied) => {
            of_data_dir(message, "Check that you may read and write it.")
        }
        _ => Fault::new(ErrorCode::Store, message, STORE_REFUSES)
            .on_terminal("`mush rebuild` makes the store again from journal and logs."),
    }
}

/// The engine's result.
pub type Result<T> = std::result::Result<T, Error>;
