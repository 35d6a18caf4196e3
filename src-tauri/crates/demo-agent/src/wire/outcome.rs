//! The `result` line that ends a turn. Its fields depend on how the turn ended: an answer or an API
//! error has `result`, an error of the program has `errors`; both have the running totals of the
//! session.

use serde::Serialize;
use serde_json::{Value, json};

use crate::price::{Ledger, Tokens};

/// The `usage` of a result: of this turn and the main conversation only.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TurnUsage {
    input_tokens: u64,
    cache_creation_input_tokens: u64,
    cache_read_input_tokens: u64,
    output_tokens: u64,
    output_tokens_details: Value,
    server_tool_use: Value,
    service_tier: &'static str,
    cache_creation: Value,
    inference_geo: &'static str,
    iterations: [(); 0],
    speed: &'static str,
    fallback_credit: Option<()>,
}

impl From<Tokens> for TurnUsage {
    fn from(tokens: Tokens) -> Self {
        Self {
            input_tokens: tokens.input,
            cache_creation_input_tokens: tokens.cache_write,
            cache_read_input_tokens: tokens.cache_read,
            output_tokens: tokens.output,
            output_tokens_details: json!({"thinking_tokens": tokens.thinking}),
            server_tool_use: json!({"web_search_requests": 0, "web_fetch_requests": 0}),
            service_tier: "standard",
            cache_creation: json!({
                "ephemeral_1h_input_tokens": 0,
                "ephemeral_5m_input_tokens": tokens.cache_write,
            }),
            inference_geo: "",
            iterations: [],
            speed: "standard",
            fallback_credit: None,
        }
    }
}

/// How a turn ended.
#[derive(Debug, Clone)]
pub(crate) enum Ending {
    /// The model's answer.
    Answer { text: String },
    /// An error of the model's side. The real program reports it as a success with `is_error`.
    ApiError {
        text: String,
        stop_reason: &'static str,
        terminal_reason: &'static str,
        status: Option<u16>,
        /// `api_error_type` and `api_error`, if there are any.
        extra: Value,
    },
    /// The program stopped: `error_during_execution`, `error_max_turns`, `error_max_budget_usd`.
    Broken {
        subtype: &'static str,
        terminal_reason: &'static str,
        stop_reason: Option<&'static str>,
        errors: Vec<String>,
    },
}

impl Ending {
    pub(crate) fn is_error(&self) -> bool {
        !matches!(self, Self::Answer { .. })
    }
}

/// The counts of a turn.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted {
    pub(crate) usage: Tokens,
    pub(crate) num_turns: u32,
    pub(crate) begun: Vec<String>,
    pub(crate) denials: Vec<Value>,
    pub(crate) api_ms: u64,
    pub(crate) total_ms: u64,
    pub(crate) first_ms: u64,
}

/// `subagent_stats`.
#[derive(Debug, Clone, Default)]
pub(crate) struct SubagentStats {
    pub(crate) spawned: u32,
    pub(crate) completed: u32,
    pub(crate) killed: u32,
}

impl SubagentStats {
    fn wire(&self) -> Value {
        let by_type = match self.spawned {
            0 => json!({}),
            spawned => json!({"general-purpose": spawned}),
        };
        json!({
            "spawned": self.spawned,
            "requested": {"background": 0, "foreground": 0, "unset": self.spawned},
            "started_in_background": self.spawned,
            "max_depth": u32::from(self.spawned > 0),
            "spawned_by_subagents": 0,
            "completed": self.completed,
            "failed": 0,
            "killed": {"parent": 0, "user": self.killed, "system": 0},
            "refused": {"depth_limit": 0, "concurrency_limit": 0, "budget": 0},
            "by_type": by_type,
        })
    }
}

/// The parts of a `result` line.
pub(crate) struct Outcome<'a> {
    pub(crate) ending: &'a Ending,
    pub(crate) counted: &'a Counted,
    pub(crate) subagents: &'a SubagentStats,
    /// The session's totals after the turn.
    pub(crate) totals: &'a Ledger,
    /// The session's totals at the previous result.
    pub(crate) earlier: &'a Ledger,
    pub(crate) index: u32,
    pub(crate) queued: usize,
    /// The `run_id` of the background task that started this turn.
    pub(crate) task_run: Option<&'a str>,
}

/// Makes the `result` line.
pub(crate) fn result(outcome: &Outcome<'_>) -> Value {
    let counted = outcome.counted;
    let mut line = json!({
        "type": "result",
        "is_error": outcome.ending.is_error(),
        "duration_api_ms": counted.api_ms,
        "duration_ms": counted.total_ms,
        "num_turns": counted.num_turns,
        "total_cost_usd": outcome.totals.dollars(),
        "usage": TurnUsage::from(counted.usage),
        "modelUsage": outcome.totals.wire(),
        "model_usage_since_last_result": outcome.totals.since(outcome.earlier).wire(),
        "permission_denials": counted.denials,
        "fast_mode_state": "off",
        "fast_mode_disabled_reason": "sdk_opt_in_required",
        "subagent_stats": outcome.subagents.wire(),
        "safety_stops": 0,
        "begun_message_ids": counted.begun,
        "queued_turn_count": outcome.queued,
        "result_index": outcome.index,
    });
    super::merge(&mut line, ending_fields(outcome.ending, counted));
    if let Some(run) = outcome.task_run {
        line["origin"] =
            json!({"kind": "task-notification", "producer": "session-task", "runId": run});
    }
    line
}

fn ending_fields(ending: &Ending, counted: &Counted) -> Value {
    match ending {
        Ending::Answer { text } => json!({
            "subtype": "success",
            "stop_reason": "end_turn",
            "terminal_reason": "completed",
            "api_error_status": null,
            "result": text,
            "ttft_ms": counted.first_ms,
            "ttft_stream_ms": counted.first_ms,
            "time_to_request_ms": 0,
            "first_content_frame_ms": counted.first_ms,
        }),
        Ending::ApiError { text, stop_reason, terminal_reason, status, extra } => {
            let mut fields = json!({
                "subtype": "success",
                "stop_reason": stop_reason,
                "terminal_reason": terminal_reason,
                "api_error_status": status,
                "result": text,
            });
            super::merge(&mut fields, extra.clone());
            fields
        }
        Ending::Broken { subtype, terminal_reason, stop_reason, errors } => json!({
            "subtype": subtype,
            "stop_reason": stop_reason,
            "terminal_reason": terminal_reason,
            "errors": errors,
        }),
    }
}

/// The only line after `--resume` with an unknown session. It has fewer fields than other results.
pub(crate) fn no_conversation(session: &str) -> Value {
    json!({
        "type": "result",
        "subtype": "error_during_execution",
        "duration_ms": 0,
        "duration_api_ms": 0,
        "is_error": true,
        "num_turns": 0,
        "stop_reason": null,
        "total_cost_usd": 0,
        "usage": TurnUsage::from(Tokens::default()),
        "modelUsage": {},
        "permission_denials": [],
        "errors": [format!("No conversation found with session ID: {session}")],
        "result_index": 0,
    })
}
