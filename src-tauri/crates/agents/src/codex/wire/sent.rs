//! What Musher writes to the program, as far as the input log is read back.

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

/// The parameters of `thread/start` and `thread/resume`: what the program is held to.
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
    /// To a command or a file change: a word, or an object of one word with its details.
    #[serde(default)]
    pub(in crate::codex) decision: Value,
    /// To an MCP server: `accept`, `decline`, `cancel`.
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) action: Option<String>,
    /// To an MCP server: what was filled in.
    #[serde(default)]
    pub(in crate::codex) content: Value,
    /// To the agent's own questions, by their ids.
    #[serde(default)]
    pub(in crate::codex) answers: Value,
    /// To a request for permissions: what is granted.
    #[serde(default)]
    pub(in crate::codex) permissions: Value,
}
