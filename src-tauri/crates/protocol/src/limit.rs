//! Rate limits of an account: what an agent reported about a window, when, and what it means.

use crate::{AccountId, AgentId, RunId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the provider said about a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LimitStatus {
    /// Requests are served.
    Allowed,
    /// Requests are served, but usage runs ahead of the window's pace. Not "almost out".
    Warning,
    /// The window is full, but paid extra usage goes on: requests are served.
    Overage,
    /// Requests are refused until the reset.
    Rejected,
    /// A status this version does not know.
    Unknown,
}

/// One window as one report describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LimitWindow {
    /// The agent's name of the window: `five_hour`, `seven_day`, `seven_day_opus`, `overage`, ...
    pub window: String,
    /// What was said about it.
    pub status: LimitStatus,
    /// Fraction used, 0 to 1, more than 1 in overage; `None` when the report does not say.
    pub utilization: Option<f64>,
    /// When the window resets; `None` when the report does not say.
    pub resets_at: Option<Timestamp>,
}

/// One report of an agent about its account's limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LimitObservation {
    /// Whether requests are served now, all windows considered.
    pub status: LimitStatus,
    /// The window that decides, if the report names one.
    pub window: Option<String>,
    /// When the deciding window resets.
    pub resets_at: Option<Timestamp>,
    /// The one model that is blocked, when the block is not of the whole account.
    #[serde(default)]
    pub only_model: Option<String>,
    /// Why extra usage is not available, in the agent's word.
    #[serde(default)]
    pub overage_disabled: Option<String>,
    /// Every window the report describes, the deciding one included.
    pub windows: Vec<LimitWindow>,
}

/// The newest known state of one window of one account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Limit {
    /// Whose window it is.
    pub account: AccountId,
    /// The account's agent; `None` when the account is not known.
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// The account's name beside its agent's; `None` when the account is not known.
    #[serde(default)]
    pub account_name: Option<String>,
    /// The agent's name of the window.
    pub window: String,
    /// What was said last.
    pub status: LimitStatus,
    /// Fraction used, last known. It is kept over reports that do not say it.
    pub utilization: Option<f64>,
    /// When it resets. In the past means "reset, awaiting confirmation".
    pub resets_at: Option<Timestamp>,
    /// When this was last heard.
    pub seen_at: Timestamp,
    /// The run that reported it.
    pub source: RunId,
}
