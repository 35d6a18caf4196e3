//! All errors of `cargo xtask`, with a text for a person and an exit code.

use crate::bench::BenchFailure;
use std::fmt;

/// Why a command of xtask failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is invalid.
    Usage(String),
    /// A program could not be started, or a file could not be read or written.
    Io { doing: String, source: std::io::Error },
    /// A program exited with another code than 0.
    Command { command: String, code: Option<i32> },
    /// A stage of `test` failed.
    Stage { name: &'static str, repeat: String, cause: Box<Failure> },
    /// Benchmarks could not be run or compared, or something is worse.
    Bench(BenchFailure),
    /// Something is missing on the machine and was not installed.
    Lacking(Vec<&'static str>),
    /// The output of `cargo metadata` was not as expected.
    Metadata(String),
}

impl Failure {
    /// 2 for a wrong command line, the code of a comparison of benchmarks, else the exit code of
    /// the program that failed, else 1.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Bench(failure) => failure.exit_code(),
            Failure::Command { code: Some(code), .. } => u8::try_from(*code).unwrap_or(1),
            _ => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(text) => write!(f, "{text}; `cargo xtask help` lists the commands"),
            Failure::Io { doing, source } => write!(f, "{doing}: {source}"),
            Failure::Command { command, code: Some(code) } => {
                write!(f, "exited with {code}: {command}")
            }
            Failure::Command { command, code: None } => write!(f, "ended by a signal: {command}"),
            Failure::Stage { name, repeat, cause } => {
                write!(f, "stage `{name}` failed ({cause})\nrepeat it: {repeat}")
            }
            Failure::Bench(failure) => failure.fmt(f),
            Failure::Lacking(what) => write!(f, "still missing: {}", what.join(", ")),
            Failure::Metadata(text) => write!(f, "cargo metadata: {text}"),
        }
    }
}
