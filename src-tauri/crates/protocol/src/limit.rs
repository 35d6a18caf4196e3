//! Rate limits of an account: an agent's reports about each window.

use crate::{AccountId, AgentId, RunId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The provider's status of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LimitStatus {
    /// Requests are served.
    Allowed,
    /// Requests are served, but usage is faster than the window's pace. This does not mean "almost used
    /// up".
    Warning,
    /// The window is full, but paid extra usage serves requests.
    Overage,
    /// Requests are refused until the reset.
    Rejected,
    /// A status this version does not know.
    Unknown,
}

/// The name of a limit's window, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct WindowName {
    /// The label, shown unchanged: `requests per day`, `extra usage`. Empty if the length is name enough.
    pub label: String,
    /// The window's length (milliseconds); `None` if it is not known.
    pub length_ms: Option<u64>,
    /// The one model that the window counts: `Opus`; `None` if it counts all models.
    pub model: Option<String>,
    /// Whether this is paid extra usage, which serves when the other windows are full.
    pub is_extra: bool,
}

impl WindowName {
    /// Names a window by its length.
    pub fn lasting(length_ms: u64) -> Self {
        Self { length_ms: Some(length_ms), ..Self::default() }
    }

    /// Names a window whose length is unknown or not enough.
    pub fn called(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// Formats the name: `5 h`, `7 d Opus`, `extra usage`. `gap` separates a number from its unit.
    pub fn words(&self, gap: char) -> String {
        let length = self.length_ms.filter(|_| self.label.is_empty()).map(|ms| length(ms, gap));
        let label = Some(self.label.clone()).filter(|label| !label.is_empty());
        let parts = [label.or(length), self.model.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Formats a length in the largest unit in which it is a whole number.
fn length(ms: u64, gap: char) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min")];
    let whole = UNITS.into_iter().find(|(unit, _)| ms >= *unit && ms.is_multiple_of(*unit));
    let (unit, name) = whole.unwrap_or((1_000, "s"));
    format!("{}{gap}{name}", ms / unit)
}

/// One window, as one report describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LimitWindow {
    /// The id that distinguishes it from the account's other windows; never shown.
    pub window: String,
    /// The window's name.
    #[serde(default)]
    pub name: WindowName,
    /// The window's reported status.
    pub status: LimitStatus,
    /// Fraction used, 0 to 1, more than 1 in overage; `None` if the report lacks it.
    pub utilization: Option<f64>,
    /// When the window resets; `None` if the report lacks it.
    pub resets_at: Option<Timestamp>,
}

/// The time that a clock shows, as a sentence tells it: `3:30pm (Europe/Berlin)`, `Oct 9 at 5pm`. Which
/// instant that is follows from when the sentence was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClockTime {
    /// The hour, 0 to 23.
    pub hour: u32,
    /// The minute.
    pub minute: u32,
    /// The date; `None` if the agent reports only the time of day.
    pub date: Option<ClockDate>,
    /// The IANA name of the zone; `None` is the zone of the machine.
    pub zone: Option<String>,
}

/// The date of a [`ClockTime`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClockDate {
    /// The month, 1 to 12.
    pub month: u32,
    /// The day of the month.
    pub day: u32,
    /// The year; `None` if it is not told.
    pub year: Option<i32>,
}

/// One report of an agent about its account's limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LimitObservation {
    /// Whether requests are served now, considering all windows.
    pub status: LimitStatus,
    /// The deciding window's id, if the report names it.
    pub window: Option<String>,
    /// The deciding window's name; `None` if the report names no window.
    #[serde(default)]
    pub name: Option<WindowName>,
    /// When the deciding window resets.
    pub resets_at: Option<Timestamp>,
    /// When the deciding window resets, if the report says it only as the time of a clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub resets_on_clock: Option<ClockTime>,
    /// The one model that is blocked; `None` if the whole account is.
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
    /// The account that the window belongs to.
    pub account: AccountId,
    /// The account's agent; `None` when the account is not known.
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// The account's name, shown next to its agent's; `None` when the account is not known.
    #[serde(default)]
    pub account_name: Option<String>,
    /// The id that distinguishes it from the account's other windows; never shown.
    pub window: String,
    /// The window's name.
    #[serde(default)]
    pub name: WindowName,
    /// The status last reported.
    pub status: LimitStatus,
    /// The last reported fraction used. A report without a fraction does not change it.
    pub utilization: Option<f64>,
    /// When the window resets. A time in the past means "reset, not confirmed yet".
    pub resets_at: Option<Timestamp>,
    /// When the window was last reported.
    pub seen_at: Timestamp,
    /// The run whose agent reported it.
    pub source: RunId,
    /// Whether it is known to refuse no more: its hold ended since, or a run of the account that began
    /// later succeeded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub is_over: bool,
}

impl Limit {
    /// Whether it was refused, so that it holds work until it resets. Extra usage that is refused holds nothing: it
    /// only serves when another window is full, and that one holds.
    pub fn holds(&self) -> bool {
        self.status == LimitStatus::Rejected && !self.name.is_extra && !self.is_over
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
