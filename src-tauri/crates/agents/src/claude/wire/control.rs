//! The control protocol: requests of either side, responses, and withdrawals.

use crate::lenient;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// A line of type `control_request`, `control_response` or `control_cancel_request`.
#[derive(Deserialize)]
pub(in crate::claude) struct ControlLine<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) request_id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) request: Option<ControlRequest<'a>>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) response: Option<ControlResponse<'a>>,
}

/// The body of a control request.
#[derive(Deserialize)]
pub(in crate::claude) struct ControlRequest<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) subtype: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) tool_name: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(in crate::claude) input: Option<Value>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) tool_use_id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) title: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) description: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) decision_reason: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) decision_reason_type: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) blocked_path: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(in crate::claude) permission_suggestions: Option<Value>,
    /// Whether the suggestions must not be offered.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::claude) suppress_always_allow_rule: Option<bool>,

    // elicitation
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) mcp_server_name: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) message: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) mode: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) url: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(in crate::claude) requested_schema: Option<Value>,
    /// The names of the form's fields in the server's order (2.1.330 and later).
    #[serde(default, deserialize_with = "lenient::strings")]
    pub(in crate::claude) property_order: Option<Vec<String>>,
}

/// The envelope of a response, of either side.
#[derive(Deserialize)]
pub(in crate::claude) struct ControlResponse<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) subtype: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) request_id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) error: Option<Cow<'a, str>>,
    /// The response's body: in Musher's lines to a permission request, in the program's lines to
    /// `mcp_status`.
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) response: Option<Answered<'a>>,
}

/// The body of a response; one struct for all kinds.
#[derive(Deserialize)]
pub(in crate::claude) struct Answered<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) behavior: Option<Cow<'a, str>>,
    /// The decision about a form: `accept`, `decline`, `cancel`.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) action: Option<Cow<'a, str>>,
    /// The filled-in values.
    #[serde(default)]
    pub(in crate::claude) content: Option<Value>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) message: Option<Cow<'a, str>>,
    #[serde(default, rename = "updatedInput", deserialize_with = "lenient::object")]
    pub(in crate::claude) updated_input: Option<UpdatedInput>,
    #[serde(default, borrow, rename = "mcpServers", deserialize_with = "lenient::objects")]
    pub(in crate::claude) mcp_servers: Option<Vec<Option<ServerStatus<'a>>>>,
}

/// The state of an MCP server, in an answer to `mcp_status`.
#[derive(Deserialize)]
pub(in crate::claude) struct ServerStatus<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) name: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) status: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) error: Option<Cow<'a, str>>,
}

/// The input that goes with an allowance; only the answers to questions matter here.
#[derive(Deserialize)]
pub(in crate::claude) struct UpdatedInput {
    #[serde(default)]
    pub(in crate::claude) answers: Option<Value>,
}
