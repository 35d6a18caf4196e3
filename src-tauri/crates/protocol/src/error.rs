//! Errors that cross a border: to the page, to another program over `engine.sock`, to a terminal with
//! `--json`. Readers branch on `code`, never on text.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// The kind of an error, as far as a caller can act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request itself is wrong; nothing was done.
    BadInput,
    /// The thing that the request names does not exist.
    NotFound,
    /// The thing that the request names is in a state that does not allow it.
    WrongState,
    /// The question was answered already, here or elsewhere.
    AlreadyAnswered,
    /// Another process owns the data directory and does not answer.
    Busy,
    /// The agent program or its working directory cannot be used.
    CannotStart,
    /// The data directory cannot be read or written.
    DataDir,
    /// The disk is full.
    DiskFull,
    /// The store is damaged and could not be rebuilt.
    Store,
    /// A run's keeper cannot be reached.
    Keeper,
    /// Git refused or did not answer.
    Git,
    /// The window's settings cannot be read or written.
    Settings,
    /// `config.json` cannot be used.
    Config,
    /// It was stopped before it was done, and what was made of it was taken away.
    Stopped,
    /// A fault in Musher.
    Internal,
}

/// An error, for a person and a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Fault {
    /// The code that a program branches on.
    pub code: ErrorCode,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do now. Empty only if nothing can be done.
    pub hint: String,
}

impl Fault {
    /// Makes an error with its next step.
    pub fn new(code: ErrorCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.hint.is_empty() {
            write!(f, "\n{}", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
