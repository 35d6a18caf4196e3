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

/// What a window counts, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct WindowName {
    /// Its name, shown unchanged: `requests per day`, `extra usage`. Empty where the length is name enough.
    pub label: String,
    /// How long it lasts (milliseconds); `None` when that is not known.
    pub length_ms: Option<u64>,
    /// The one model that it counts: `Opus`; `None` when it counts all.
    pub model: Option<String>,
    /// It is paid extra usage, which serves when the other windows are full.
    pub is_extra: bool,
}

impl WindowName {
    /// A window that its length says all about.
    pub fn lasting(length_ms: u64) -> Self {
        Self { length_ms: Some(length_ms), ..Self::default() }
    }

    /// A window whose length is not known or does not say what it is.
    pub fn called(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// `5 h`, `7 d Opus`, `extra usage`. `gap` separates a figure from its unit.
    pub fn words(&self, gap: char) -> String {
        let length = self.length_ms.filter(|_| self.label.is_empty()).map(|ms| length(ms, gap));
        let label = Some(self.label.clone()).filter(|label| !label.is_empty());
        let parts = [label.or(length), self.model.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// A length in the largest unit in which it is a whole number.
fn length(ms: u64, gap: char) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min")];
    let whole = UNITS.into_iter().find(|(unit, _)| ms >= *unit && ms.is_multiple_of(*unit));
    let (unit, name) = whole.unwrap_or((1_000, "s"));
    format!("{}{gap}{name}", ms / unit)
}

/// One window as one report describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LimitWindow {
    /// The id that distinguishes it from the account's other windows; never shown.
    pub window: String,
    /// What it counts.
    #[serde(default)]
    pub name: WindowName,
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
    /// What that window counts; `None` when the report names none.
    #[serde(default)]
    pub name: Option<WindowName>,
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
    /// The account's name, shown next to its agent's; `None` when the account is not known.
    #[serde(default)]
    pub account_name: Option<String>,
    /// The id that distinguishes it from the account's other windows; never shown.
    pub window: String,
    /// What it counts.
    #[serde(default)]
    pub name: WindowName,
    /// What was said last.
    pub status: LimitStatus,
    /// Fraction used, last known. Reports that do not have it do not change it.
    pub utilization: Option<f64>,
    /// When it resets. In the past means "reset, awaiting confirmation".
    pub resets_at: Option<Timestamp>,
    /// When this was last reported.
    pub seen_at: Timestamp,
    /// The run that reported it.
    pub source: RunId,
}

impl Limit {
    /// Whether it was refused, so that it holds work until it resets. Extra usage that is refused holds nothing: it
    /// only serves when another window is full, and that one holds.
    pub fn holds(&self) -> bool {
        self.status == LimitStatus::Rejected && !self.name.is_extra
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_named_by_what_says_most() {
        const HOUR: u64 = 3_600_000;
        let opus = WindowName { model: Some("Opus".to_owned()), ..WindowName::lasting(168 * HOUR) };
        let labelled =
            WindowName { label: "requests per day".to_owned(), ..WindowName::lasting(24 * HOUR) };
        let table = [
            (WindowName::lasting(5 * HOUR), "5 h"),
            (WindowName::lasting(24 * HOUR), "1 d"),
            (WindowName::lasting(36 * HOUR), "36 h"),
            (WindowName::lasting(HOUR * 3 / 2), "90 min"),
            (WindowName::lasting(90_500), "90 s"),
            (WindowName::lasting(0), "0 s"),
            (opus, "7 d Opus"),
            (labelled, "requests per day"),
            (WindowName::called("extra usage"), "extra usage"),
            (WindowName::default(), ""),
        ];
        for (name, words) in table {
            assert_eq!(name.words(' '), words);
        }
    }

    #[test]
    fn records_without_a_name_are_read() {
        let window = r#"{"window": "five_hour", "status": "allowed", "utilization": null, "resets_at": null}"#;
        let window: LimitWindow = serde_json::from_str(window).unwrap();
        assert_eq!(window.name, WindowName::default());
        let outcome = r#"{"kind": "limited", "window": "five_hour", "until": null}"#;
        let outcome: crate::Outcome = serde_json::from_str(outcome).unwrap();
        let window = Some("five_hour".to_owned());
        assert_eq!(
            outcome,
            crate::Outcome::Limited { window, name: None, until: None, model: None }
        );
    }
}
