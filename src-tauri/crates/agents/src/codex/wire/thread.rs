//! Threads (conversations), their turns, and reports during a turn.

use crate::lenient;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The answer to `initialize`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Initialized {
    /// `CLIENT/VERSION (SYSTEM) ...`.
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) user_agent: Option<String>,
}

/// The answer to `thread/start` and `thread/resume`, and the parameters of `thread/started`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct ThreadOpened {
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) thread: Option<Thread>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) model: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) model_provider: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) cwd: Option<String>,
    /// A word, or an object with one field for each of several policies.
    #[serde(default)]
    pub(in crate::codex) approval_policy: Value,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) approvals_reviewer: Option<String>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) sandbox: Option<Typed>,
}

/// A value of which only the `type` matters.
#[derive(Deserialize)]
pub(in crate::codex) struct Typed {
    #[serde(default, rename = "type", deserialize_with = "lenient::owned")]
    pub(in crate::codex) kind: Option<String>,
}

/// A conversation.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Thread {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) id: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) model: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) cwd: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) cli_version: Option<String>,
}

/// `thread/settings/updated`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct SettingsUpdated {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) thread_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) thread_settings: Option<Settings>,
}

/// The settings of a thread that may change.
#[derive(Deserialize)]
pub(in crate::codex) struct Settings {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) model: Option<String>,
}

/// `model/rerouted`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Rerouted {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) thread_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) from_model: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) to_model: Option<String>,
}

/// `turn/started`, `turn/completed`, and the answer to `turn/start`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct TurnNews<'a> {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) thread_id: Option<String>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::codex) turn: Option<Turn<'a>>,
}

/// A turn.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Turn<'a> {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) id: Option<String>,
    /// `completed`, `interrupted`, `failed`, `inProgress`.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) status: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) error: Option<TurnError>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::codex) duration_ms: Option<u64>,
}

/// `error`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct ErrorNews {
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) error: Option<TurnError>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::codex) will_retry: Option<bool>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) thread_id: Option<String>,
}

/// What went wrong in a turn.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct TurnError {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) message: Option<String>,
    /// A word, or an object of one word with its details.
    #[serde(default)]
    pub(in crate::codex) codex_error_info: Value,
}

/// `item/started` and `item/completed`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct ItemNews<'a> {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) thread_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) turn_id: Option<String>,
    #[serde(default, borrow)]
    pub(in crate::codex) item: Option<&'a RawValue>,
}

/// A piece of text that is added to an item.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Delta<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) thread_id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) item_id: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) delta: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::codex) summary_index: Option<u64>,
}

/// `thread/tokenUsage/updated`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct UsageNews {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) thread_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) token_usage: Option<TokenUsage>,
}

/// Tokens of a thread.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct TokenUsage {
    /// The whole thread's total, earlier runs included.
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) total: Option<Breakdown>,
    /// The last request's usage.
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) last: Option<Breakdown>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::codex) model_context_window: Option<u64>,
}

/// Tokens by class. `input` includes tokens read from and written to the cache.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Breakdown {
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::codex) input_tokens: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::codex) cached_input_tokens: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::codex) cache_write_input_tokens: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::codex) output_tokens: Option<u64>,
}

/// `turn/plan/updated`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct PlanNews<'a> {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) thread_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) explanation: Option<String>,
    #[serde(default, borrow, deserialize_with = "lenient::objects")]
    pub(in crate::codex) plan: Option<Vec<Option<PlanStep<'a>>>>,
}

/// A step of a plan.
#[derive(Deserialize)]
pub(in crate::codex) struct PlanStep<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) step: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::codex) status: Option<Cow<'a, str>>,
}

/// Everything that the program says about itself: warnings, notices, states of servers and hooks.
#[derive(Deserialize)]
pub(in crate::codex) struct Words {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) message: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) summary: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) details: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) name: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) status: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) error: Option<String>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) run: Option<HookRun>,
}

/// A hook's run.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct HookRun {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) event_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) status: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) status_message: Option<String>,
}
