//! Requests of the program: approval of commands, file changes and permissions, its own questions, and
//! questions of MCP servers. One struct has the fields of every request.

use crate::lenient;
use serde::Deserialize;
use serde_json::Value;

/// The parameters of a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Ask {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) item_id: Option<String>,
    /// Why it asks: the sandbox forbids something, or a command failed in it.
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) reason: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) command: Option<String>,
    /// A folder that may be written to for the rest of the session.
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) grant_root: Option<String>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) network_approval_context: Option<Network>,
    #[serde(default, deserialize_with = "lenient::objects")]
    pub(in crate::codex) questions: Option<Vec<Option<OwnQuestion>>>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) server_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) message: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) url: Option<String>,
    #[serde(default, rename = "_meta", deserialize_with = "lenient::object")]
    pub(in crate::codex) meta: Option<Meta>,
}

/// The host that a command wants to reach.
#[derive(Deserialize)]
pub(in crate::codex) struct Network {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) host: Option<String>,
}

/// One of the agent's own questions. The other fields are read when it is answered.
#[derive(Deserialize)]
pub(in crate::codex) struct OwnQuestion {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) question: Option<String>,
}

/// The metadata of an MCP server's question. If a tool of the server waits for permission, it names the
/// tool.
#[derive(Deserialize)]
pub(in crate::codex) struct Meta {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) codex_approval_kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) tool_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) tool_description: Option<String>,
    #[serde(default)]
    pub(in crate::codex) tool_params: Value,
}

/// `serverRequest/resolved`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Resolved<'a> {
    #[serde(default, borrow)]
    pub(in crate::codex) request_id: Option<&'a serde_json::value::RawValue>,
}
