//! `rate_limit_event`: the provider's report about the account's limits. The program prints it only when
//! signed in with a subscription.

use crate::lenient;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A line of type `rate_limit_event`.
#[derive(Deserialize)]
pub(in crate::claude) struct LimitLine<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(in crate::claude) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) uuid: Option<Cow<'a, str>>,
    #[serde(default, borrow, rename = "rate_limit_info", deserialize_with = "lenient::object")]
    pub(in crate::claude) info: Option<LimitInfo<'a>>,
}

/// The observation.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::claude) struct LimitInfo<'a> {
    /// `allowed`, `allowed_warning` or `rejected`.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) status: Option<Cow<'a, str>>,
    /// The deciding window: `five_hour`, `seven_day`, ...
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) rate_limit_type: Option<Cow<'a, str>>,
    /// Unix seconds in this message; other encodings are tolerated.
    #[serde(default)]
    pub(in crate::claude) resets_at: Option<Value>,
    /// Used fraction of the deciding window, 0 to 1, more in overage.
    #[serde(default, deserialize_with = "lenient::float")]
    pub(in crate::claude) utilization: Option<f64>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) overage_status: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(in crate::claude) overage_resets_at: Option<Value>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) overage_disabled_reason: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::claude) is_using_overage: Option<bool>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(in crate::claude) overage_in_use: Option<bool>,
    /// `credits_required`: one model needs credits; the account is not blocked.
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(in crate::claude) error_code: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(in crate::claude) unified_windows: Option<Windows>,
}

/// All windows at once, since 2.1.330.
#[derive(Default, Deserialize)]
#[serde(transparent)]
pub(in crate::claude) struct Windows(pub(in crate::claude) BTreeMap<String, Window>);

/// One window; `None` when it is no object.
#[derive(Default)]
pub(in crate::claude) struct Window(pub(in crate::claude) Option<WindowFields>);

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::object(deserializer).map(Self)
    }
}

/// The report about one window.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::claude) struct WindowFields {
    #[serde(default, deserialize_with = "lenient::owned")]
    pub(in crate::claude) status: Option<String>,
    #[serde(default, deserialize_with = "lenient::float")]
    pub(in crate::claude) utilization: Option<f64>,
    #[serde(default)]
    pub(in crate::claude) resets_at: Option<Value>,
}
