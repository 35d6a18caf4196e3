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
    /// What a story is to begin from could not be fetched. Asked for without fetching, it begins from what is there.
    Fetch,
    /// The host of a repository, or its program, refuses or does not answer.
    Host,
    /// A branch or a worktree is not as it was shown any more; nothing was done. What is so now is to be looked at first.
    Moved,
    /// Files conflict; nothing was done.
    Conflicts,
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
    /// What to do now, wherever the error is shown. Empty only if nothing can be done.
    pub hint: String,
    /// What to do on the command line: the command of `mush` or its option that helps. Only `mush` shows it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(skip)]
    pub on_terminal: String,
}

impl Fault {
    /// Makes an error with its next step.
    pub fn new(code: ErrorCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let (message, hint) = (message.into(), hint.into());
        Self { code, message, hint, on_terminal: String::new() }
    }

    /// Adds what to do on the command line.
    pub fn on_terminal(self, advice: impl Into<String>) -> Self {
        Self { on_terminal: advice.into(), ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let advice = [&self.hint, &self.on_terminal];
        advice
            .into_iter()
            .filter(|advice| !advice.is_empty())
            .try_for_each(|it| write!(f, "\n{it}"))
    }
}

impl std::error::Error for Fault {}
