//! The account's limits. A report may omit anything that did not change; null means the same.

use crate::lenient;
use serde::Deserialize;
use serde_json::Value;

/// `account/rateLimits/updated`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct LimitsNews {
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) rate_limits: Option<Limits>,
}

/// The answer to `account/rateLimits/read`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct LimitsRead {
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::codex) ordinary_usage_allowed: Option<bool>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) rate_limits: Option<Limits>,
    /// An object of limits by their ids.
    #[serde(default)]
    pub(in crate::codex) rate_limits_by_limit_id: Value,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) rate_limit_reset_credits: Option<ResetCredits>,
}

/// One limit: windows, credits, the plan.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Limits {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) limit_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) limit_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) primary: Option<Window>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) secondary: Option<Window>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::codex) credits: Option<Credits>,
    /// Why no more requests are served.
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::codex) rate_limit_reached_type: Option<String>,
}

/// A window of a limit.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Window {
    /// 0 to 100.
    #[serde(default, deserialize_with = "lenient::float")]
    pub(in crate::codex) used_percent: Option<f64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::codex) window_duration_mins: Option<u64>,
    /// Unix seconds.
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::codex) resets_at: Option<u64>,
}

/// Resets that the account may spend.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct ResetCredits {
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::codex) available_count: Option<u64>,
}

/// Paid usage beyond the windows.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::codex) struct Credits {
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::codex) has_credits: Option<bool>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::codex) unlimited: Option<bool>,
}
