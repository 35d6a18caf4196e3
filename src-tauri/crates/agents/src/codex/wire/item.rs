//! Items: the pieces of a turn. One struct has the fields of every type, because the type may be anywhere
//! in the object; no field that is used here has two meanings.

use crate::lenient;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// A piece of a turn.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Item<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::codex) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) id: Option<Cow<'a, str>>,
    /// `inProgress`, `completed`, `failed`, `declined`.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) status: Option<Cow<'a, str>>,

    // userMessage
    /// The id that Musher gave the prompt.
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) client_id: Option<String>,

    // agentMessage, plan
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) text: Option<Cow<'a, str>>,

    // reasoning
    #[serde(default, deserialize_with = "lenient::strings")]
    pub(in crate::codex) summary: Option<Vec<String>>,
    /// Also the content of a userMessage, which is no list of strings.
    #[serde(default, deserialize_with = "lenient::strings")]
    pub(in crate::codex) content: Option<Vec<String>>,

    // commandExecution
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) command: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) aggregated_output: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::float")]
    pub(in crate::codex) exit_code: Option<f64>,

    // fileChange
    #[serde(default, borrow, deserialize_with = "lenient::objects")]
    pub(in crate::codex) changes: Option<Vec<Option<Change<'a>>>>,

    // mcpToolCall, dynamicToolCall, collabAgentToolCall
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) server: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) tool: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::codex) result: Option<ToolReturn<'a>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::codex) error: Option<ToolError<'a>>,
    #[serde(default, borrow, deserialize_with = "lenient::objects")]
    pub(in crate::codex) content_items: Option<Vec<Option<Content<'a>>>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) prompt: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::strings")]
    pub(in crate::codex) receiver_thread_ids: Option<Vec<String>>,
    /// The states of subagents, by thread.
    #[serde(default)]
    pub(in crate::codex) agents_states: Value,

    // subAgentActivity: its own `kind` is started, interacted, interrupted or completed
    #[serde(default, borrow, rename = "kind", deserialize_with = "lenient::text")]
    pub(in crate::codex) activity: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) agent_thread_id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) agent_path: Option<Cow<'a, str>>,

    // webSearch, imageView, imageGeneration, review modes, functionCallOutput
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) query: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) path: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) review: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) name: Option<Cow<'a, str>>,

    // hookPrompt
    #[serde(default, borrow, deserialize_with = "lenient::objects")]
    pub(in crate::codex) fragments: Option<Vec<Option<Content<'a>>>>,
}

/// A change of one file.
#[derive(Deserialize)]
pub(in crate::codex) struct Change<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) path: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::codex) kind: Option<ChangeKind<'a>>,
    /// For an update a unified diff without file headers, else the whole content.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) diff: Option<Cow<'a, str>>,
}

/// The kind of change.
#[derive(Deserialize)]
pub(in crate::codex) struct ChangeKind<'a> {
    /// `add`, `delete`, `update`.
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::codex) kind: Option<Cow<'a, str>>,
}

/// The result of an MCP server's tool.
#[derive(Deserialize)]
pub(in crate::codex) struct ToolReturn<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::objects")]
    pub(in crate::codex) content: Option<Vec<Option<Content<'a>>>>,
}

/// Why a tool failed.
#[derive(Deserialize)]
pub(in crate::codex) struct ToolError<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) message: Option<Cow<'a, str>>,
}

/// A piece of a tool's result.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Content<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::codex) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) text: Option<Cow<'a, str>>,
    /// The base64 text of a picture.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) data: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) mime_type: Option<Cow<'a, str>>,
}
