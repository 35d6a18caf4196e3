//! The parts of Musher's own lines that are read back from the input log.

use crate::lenient;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// The parameters of `turn/start` and `turn/steer`.
#[derive(Deserialize)]
pub(in crate::codex) struct Prompt<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::objects")]
    pub(in crate::codex) input: Option<Vec<Option<Input<'a>>>>,
}

/// The parameters of `thread/start` and `thread/resume`: the requested restrictions.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Thread {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) approval_policy: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) approvals_reviewer: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) sandbox: Option<String>,
}

/// A part of a prompt.
#[derive(Deserialize)]
pub(in crate::codex) struct Input<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) text: Option<Cow<'a, str>>,
}

/// An answer to one of the program's requests.
#[derive(Deserialize)]
pub(in crate::codex) struct Answer {
    /// For a command or a file change: a word, or an object of one word with its details.
    #[serde(default)]
    pub(in crate::codex) decision: Value,
    /// For an MCP server: `accept`, `decline`, `cancel`.
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) action: Option<String>,
    /// For an MCP server: the filled-in values.
    #[serde(default)]
    pub(in crate::codex) content: Value,
    /// For the agent's own questions: the answers, by the questions' ids.
    #[serde(default)]
    pub(in crate::codex) answers: Value,
    /// For a request for permissions: the granted ones.
    #[serde(default)]
    pub(in crate::codex) permissions: Value,
}
