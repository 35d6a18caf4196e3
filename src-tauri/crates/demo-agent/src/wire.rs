//! The lines on stdout, with the fields of Claude Code 2.1.330 in two-way mode. Every function
//! makes one line as a JSON object without `session_id` and `uuid`, which `stage` adds when it
//! prints. Scenes and `turn` decide what is printed when.

pub(crate) mod escape;
pub(crate) mod init;
pub(crate) mod outcome;

use serde::Serialize;
use serde_json::{Value, json};

use crate::price::Tokens;

/// `usage` inside a message and of `message_delta`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MessageUsage {
    input_tokens: u64,
    cache_creation_input_tokens: u64,
    cache_read_input_tokens: u64,
    cache_creation: CacheCreation,
    output_tokens: u64,
    service_tier: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct CacheCreation {
    ephemeral_5m_input_tokens: u64,
    ephemeral_1h_input_tokens: u64,
}

impl From<Tokens> for MessageUsage {
    fn from(tokens: Tokens) -> Self {
        Self {
            input_tokens: tokens.input,
            cache_creation_input_tokens: tokens.cache_write,
            cache_read_input_tokens: tokens.cache_read,
            cache_creation: CacheCreation {
                ephemeral_5m_input_tokens: tokens.cache_write,
                ephemeral_1h_input_tokens: 0,
            },
            output_tokens: tokens.output,
            service_tier: "standard",
        }
    }
}

/// A content block of a message.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Block {
    Text { text: String },
    Thinking { thinking: String, signature: String },
    ToolUse { id: String, name: String, input: Value },
}

/// What a stream event adds to a block.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type")]
pub(crate) enum Delta {
    #[serde(rename = "text_delta")]
    Text { text: String },
    #[serde(rename = "thinking_delta")]
    Thinking { thinking: String },
    #[serde(rename = "signature_delta")]
    Signature { signature: String },
    #[serde(rename = "input_json_delta")]
    InputJson { partial_json: String },
}

/// `event` of a `stream_event`.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Event {
    MessageStart { message: Value },
    ContentBlockStart { index: usize, content_block: Block },
    ContentBlockDelta { index: usize, delta: Delta },
    ContentBlockStop { index: usize },
    MessageDelta { delta: Value, usage: Value },
    MessageStop,
}

/// The subagent's tool call that a message belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Parent {
    pub(crate) tool_use_id: String,
    pub(crate) agent_id: String,
    pub(crate) kind: String,
    pub(crate) description: String,
}

impl Parent {
    fn mark(&self, line: &mut Value) {
        line["parent_tool_use_id"] = json!(self.tool_use_id);
        line["agent_id"] = json!(self.agent_id);
        line["subagent_type"] = json!(self.kind);
        line["task_description"] = json!(self.description);
    }
}

/// A `stream_event` line of the message `id`.
pub(crate) fn stream(id: &str, event: &Event) -> Value {
    json!({"type": "stream_event", "event": event, "parent_tool_use_id": null, "api_message_id": id})
}

/// `message` of `message_start`.
pub(crate) fn started_message(id: &str, model: &str, tokens: Tokens) -> Value {
    json!({
        "id": id,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": null,
        "stop_sequence": null,
        "usage": MessageUsage::from(tokens),
    })
}

/// The parts of an `assistant` line with one finished block.
pub(crate) struct Assistant<'a> {
    pub(crate) id: &'a str,
    pub(crate) model: &'a str,
    pub(crate) request: &'a str,
    pub(crate) block: Block,
    pub(crate) stop_reason: Option<&'static str>,
    pub(crate) tokens: Tokens,
    pub(crate) parent: Option<&'a Parent>,
}

/// Makes the line of an [`Assistant`].
pub(crate) fn assistant(said: Assistant<'_>) -> Value {
    let mut message = started_message(said.id, said.model, said.tokens);
    message["content"] = json!([said.block]);
    message["stop_reason"] = json!(said.stop_reason);
    message["context_management"] = Value::Null;
    let mut line = json!({
        "type": "assistant",
        "message": message,
        "parent_tool_use_id": null,
        "request_id": said.request,
        "timestamp": now(),
    });
    if let Some(parent) = said.parent {
        parent.mark(&mut line);
    }
    line
}

/// An `assistant` line that the program itself writes to report an error (`model: "<synthetic>"`).
pub(crate) fn synthetic(message_id: &str, text: &str, stop_reason: &str, extra: Value) -> Value {
    let mut line = json!({
        "type": "assistant",
        "message": {
            "diagnostics": null,
            "id": message_id,
            "container": null,
            "model": "<synthetic>",
            "role": "assistant",
            "stop_details": null,
            "stop_reason": stop_reason,
            "stop_sequence": "",
            "type": "message",
            "usage": no_usage(),
            "content": [{"type": "text", "text": text}],
            "context_management": null,
        },
        "parent_tool_use_id": null,
        "timestamp": now(),
        "is_api_error_message": true,
    });
    merge(&mut line, extra);
    line
}

/// `usage` of a synthetic message.
fn no_usage() -> Value {
    json!({
        "output_tokens_details": null,
        "input_tokens": 0,
        "output_tokens": 0,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
        "service_tier": null,
        "cache_creation": {"ephemeral_1h_input_tokens": 0, "ephemeral_5m_input_tokens": 0},
        "inference_geo": null,
        "iterations": null,
        "speed": null,
        "fallback_credit": null,
    })
}

/// A `user` line with one text; `synthetic` is whether the program itself sends it to its model.
pub(crate) fn user_text(text: &str, synthetic: bool) -> Value {
    let mut line = json!({
        "type": "user",
        "message": {"role": "user", "content": [{"type": "text", "text": text}]},
        "parent_tool_use_id": null,
        "timestamp": now(),
    });
    if synthetic {
        line["isSynthetic"] = json!(true);
    }
    line
}

/// The result of a tool call, for the model and for the screen.
#[derive(Debug, Clone)]
pub(crate) struct ToolResult {
    /// `content` of the `tool_result` block.
    pub(crate) content: Value,
    /// `is_error`; missing for some tools.
    pub(crate) is_error: Option<bool>,
    /// `tool_use_result`; missing in subagents.
    pub(crate) detail: Option<Value>,
    /// The fields of `tool_result_meta[0]` besides `id`; the list is missing if this is empty.
    pub(crate) meta: Value,
}

/// A `user` line with one `tool_result`.
pub(crate) fn tool_result(
    tool_use_id: &str,
    result: &ToolResult,
    parent: Option<&Parent>,
) -> Value {
    let mut block = json!({
        "type": "tool_result",
        "tool_use_id": tool_use_id,
        "content": result.content,
    });
    if let Some(is_error) = result.is_error {
        block["is_error"] = json!(is_error);
    }
    let mut line = json!({
        "type": "user",
        "message": {"role": "user", "content": [block]},
        "parent_tool_use_id": null,
        "timestamp": now(),
    });
    if let Some(parent) = parent {
        parent.mark(&mut line);
    } else if let Some(detail) = &result.detail {
        line["tool_use_result"] = detail.clone();
    }
    if result.meta.as_object().is_some_and(|fields| !fields.is_empty()) {
        let mut meta = json!({"id": tool_use_id});
        merge(&mut meta, result.meta.clone());
        line["tool_result_meta"] = json!([meta]);
    }
    line
}

/// A `system` line.
pub(crate) fn system(subtype: &str, fields: Value) -> Value {
    let mut line = json!({"type": "system", "subtype": subtype});
    merge(&mut line, fields);
    line
}

/// A `rate_limit_event` line.
pub(crate) fn rate_limit(info: Value) -> Value {
    json!({"type": "rate_limit_event", "rate_limit_info": info})
}

/// A question to the person: `control_request` of subtype `can_use_tool`.
pub(crate) fn can_use_tool(request_id: &str, request: Value) -> Value {
    let mut asked = json!({"subtype": "can_use_tool"});
    merge(&mut asked, request);
    json!({"type": "control_request", "request_id": request_id, "request": asked})
}

/// The withdrawal of a question.
pub(crate) fn cancel_question(request_id: &str) -> Value {
    json!({"type": "control_cancel_request", "request_id": request_id})
}

/// The response to a control request.
pub(crate) fn control_success(request_id: &str, response: Value) -> Value {
    let response = json!({"subtype": "success", "request_id": request_id, "response": response});
    json!({"type": "control_response", "response": response})
}

/// The response to a control request that is not supported.
pub(crate) fn control_error(request_id: &str, error: &str) -> Value {
    let response = json!({"subtype": "error", "request_id": request_id, "error": error});
    json!({"type": "control_response", "response": response})
}

/// Adds the fields of `extra` to the object `line`.
pub(crate) fn merge(line: &mut Value, extra: Value) {
    if let (Some(fields), Value::Object(extra)) = (line.as_object_mut(), extra) {
        fields.extend(extra);
    }
}

/// The present time in the format of the wire.
pub(crate) fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
