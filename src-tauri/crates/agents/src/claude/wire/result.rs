//! `result`: the end of a turn, with the cumulative usage totals of the conversation.

use crate::lenient;
use protocol::ModelUsage;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A line of type `result`.
#[derive(Deserialize)]
pub(in crate::claude) struct ResultLine<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) uuid: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) subtype: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::claude) is_error: Option<bool>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) terminal_reason: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) stop_reason: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) startup_failure_reason: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) api_error: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) api_error_status: Option<u64>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) result: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::strings")]
    pub(in crate::claude) errors: Option<Vec<String>>,
    #[serde(default, deserialize_with = "lenient::float")]
    pub(in crate::claude) total_cost_usd: Option<f64>,
    #[serde(default, rename = "modelUsage", deserialize_with = "lenient::object")]
    pub(in crate::claude) model_usage: Option<ModelUsages>,
    #[serde(
        default,
        rename = "model_usage_since_last_result",
        deserialize_with = "lenient::object"
    )]
    pub(in crate::claude) since_last: Option<ModelUsages>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) num_turns: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) result_index: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) queued_turn_count: Option<u64>,
    #[serde(default, borrow, deserialize_with = "lenient::object")]
    pub(in crate::claude) origin: Option<Origin<'a>>,
    #[serde(default, borrow, deserialize_with = "lenient::objects")]
    pub(in crate::claude) permission_denials: Option<Vec<Option<Denial<'a>>>>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) duration_ms: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    pub(in crate::claude) duration_api_ms: Option<u64>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) credential_expires_at: Option<Cow<'a, str>>,
}

/// The origin of the turn.
#[derive(Deserialize)]
pub(in crate::claude) struct Origin<'a> {
    /// `task-notification` if a background task began the turn.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
}

/// A call that was refused in the turn.
#[derive(Deserialize)]
pub(in crate::claude) struct Denial<'a> {
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) tool_name: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) tool_use_id: Option<Cow<'a, str>>,
}

/// `modelUsage`: the usage by model, under the program's name of the model.
#[derive(Default, Deserialize)]
#[serde(transparent)]
pub(in crate::claude) struct ModelUsages(BTreeMap<String, WireUsage>);

impl ModelUsages {
    /// Converts the usage to the types of `protocol`.
    pub(in crate::claude) fn into_models(self) -> BTreeMap<String, ModelUsage> {
        self.0.into_iter().map(|(model, usage)| (model, usage.into())).collect()
    }
}

#[derive(Default)]
struct WireUsage(Fields);

impl<'de> Deserialize<'de> for WireUsage {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(lenient::object(deserializer)?.unwrap_or_default()))
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    #[serde(default, deserialize_with = "lenient::count")]
    input_tokens: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    output_tokens: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    cache_read_input_tokens: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    cache_creation_input_tokens: Option<u64>,
    #[serde(default, rename = "costUSD", deserialize_with = "lenient::float")]
    cost: Option<f64>,
    /// `list`, `managed`, or `unknown` when a default price was taken; since 2.1.330.
    #[serde(default, deserialize_with = "lenient::owned")]
    cost_basis: Option<String>,
    /// Tokens; the model's context window as it was used.
    #[serde(default, deserialize_with = "lenient::count")]
    context_window: Option<u64>,
}

impl From<WireUsage> for ModelUsage {
    fn from(WireUsage(usage): WireUsage) -> Self {
        Self {
            tokens: protocol::Tokens {
                input: usage.input_tokens.unwrap_or(0),
                output: usage.output_tokens.unwrap_or(0),
                cache_read: usage.cache_read_input_tokens.unwrap_or(0),
                cache_write: usage.cache_creation_input_tokens.unwrap_or(0),
            },
            cost_micros: usage.cost.map(micros),
            price_unknown: usage.cost_basis.as_deref() == Some("unknown"),
            context_window: usage.context_window.filter(|&tokens| tokens > 0),
        }
    }
}

/// Converts US dollars to the nearest micro-dollar; a value that is no amount gives 0.
pub(in crate::claude) fn micros(dollars: f64) -> u64 {
    // `as` takes NaN and negatives to 0 and saturates.
    (dollars * 1e6).round() as u64
}
