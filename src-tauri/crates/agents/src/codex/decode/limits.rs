//! The account's limits. Reports are sparse, so each is merged into the earlier reports of the same
//! limit. An account can have several limits: its own, and others for single models. Whether requests are
//! served is taken from the program's own status, never from a percentage.

use crate::clock_time;
use crate::codex::wire::account::{Credits, Limits, LimitsNews, LimitsRead, Window};
use crate::decoder::Sink;
use crate::unrecognized::unknown_shape;
use protocol::{
    Event, LimitObservation, LimitStatus, LimitWindow, NoticeLevel, Timestamp, WindowName,
};
use std::collections::BTreeMap;

/// The id of the account's own limit.
const OWN: &str = "codex";

/// The merged reports of each limit, by its id.
#[derive(Default)]
pub(super) struct Merged(BTreeMap<String, Limits>);

impl Merged {
    /// Takes a change of one limit.
    pub(super) fn update(&mut self, news: LimitsNews, sink: &mut Sink<'_>) {
        match news.rate_limits {
            Some(limits) => self.take(limits, None, sink),
            None => unknown_shape("account/rateLimits/updated", sink),
        }
    }

    /// Takes the answer with all limits.
    pub(super) fn read(&mut self, read: &LimitsRead, sink: &mut Sink<'_>) {
        let listed = read.rate_limits_by_limit_id.as_object();
        let mut all: Vec<Limits> = listed
            .into_iter()
            .flat_map(|limits| limits.values())
            .filter(|limits| limits.is_object())
            .filter_map(|limits| serde_json::from_value(limits.clone()).ok())
            .collect();
        if all.is_empty() {
            all.extend(read.rate_limits.clone());
        }
        for limits in all {
            self.take(limits, read.ordinary_usage_allowed, sink);
        }
        let resets = read.rate_limit_reset_credits.as_ref().and_then(|r| r.available_count);
        if let Some(count @ 1..) = resets {
            let text = match count {
                1 => "The account can reset a limit once.".to_owned(),
                _ => format!("The account can reset a limit {count} times."),
            };
            sink.event(Event::Notice { level: NoticeLevel::Info, text });
        }
    }

    /// Reports that requests are refused because the account's limit is used up, with the reset that the
    /// refusal's words tell if no report had one.
    pub(super) fn reached(&mut self, words: &str, sink: &mut Sink<'_>) {
        let limits = self.0.get(OWN).cloned().unwrap_or_default();
        let observed = observation(&limits);
        let limit = LimitObservation {
            status: LimitStatus::Rejected,
            resets_on_clock: clock_time::reset(words).filter(|_| observed.resets_at.is_none()),
            ..observed
        };
        sink.event(Event::Limit { limit });
    }

    fn take(&mut self, news: Limits, served: Option<bool>, sink: &mut Sink<'_>) {
        let id = news.limit_id.clone().unwrap_or_else(|| OWN.to_owned());
        let known = self.0.entry(id).or_default();
        merge(known, news);
        let mut limit = observation(known);
        if served == Some(false) && limit.only_model.is_none() {
            limit.status = LimitStatus::Rejected;
        }
        if !limit.windows.is_empty() || limit.status == LimitStatus::Rejected {
            sink.event(Event::Limit { limit });
        }
    }
}

fn merge(known: &mut Limits, news: Limits) {
    known.limit_id = news.limit_id.or(known.limit_id.take());
    known.limit_name = news.limit_name.or(known.limit_name.take());
    known.primary = merged(known.primary, news.primary);
    known.secondary = merged(known.secondary, news.secondary);
    known.credits = news.credits.or(known.credits);
    // A missing value means that requests are served again.
    known.rate_limit_reached_type = news.rate_limit_reached_type;
}

fn merged(known: Option<Window>, news: Option<Window>) -> Option<Window> {
    let Some(news) = news else { return known };
    let known = known.unwrap_or_default();
    Some(Window {
        used_percent: news.used_percent.or(known.used_percent),
        window_duration_mins: news.window_duration_mins.or(known.window_duration_mins),
        resets_at: news.resets_at.or(known.resets_at),
    })
}

fn observation(limits: &Limits) -> LimitObservation {
    let of_one_model = limits.limit_id.as_deref().filter(|id| *id != OWN);
    let model = of_one_model.map(|id| limits.limit_name.as_deref().unwrap_or(id));
    let windows: Vec<LimitWindow> = [limits.primary, limits.secondary]
        .into_iter()
        .flatten()
        .map(|window| limit_window(window, model, limits))
        .collect();
    let fullest = windows.iter().max_by(|one, other| {
        one.utilization.unwrap_or(0.0).total_cmp(&other.utilization.unwrap_or(0.0))
    });
    let reached = limits.rate_limit_reached_type.is_some();
    LimitObservation {
        status: if reached { LimitStatus::Rejected } else { LimitStatus::Allowed },
        window: fullest.map(|window| window.window.clone()),
        name: fullest.map(|window| window.name.clone()),
        resets_at: fullest.and_then(|window| window.resets_at),
        only_model: model.map(str::to_owned),
        resets_on_clock: None,
        overage_disabled: None,
        windows,
    }
}

fn limit_window(window: Window, model: Option<&str>, limits: &Limits) -> LimitWindow {
    let full = window.used_percent.is_some_and(|percent| percent >= 100.0);
    LimitWindow {
        window: id(window, model),
        name: name(window, model, limits.limit_name.as_deref()),
        status: match full {
            false => LimitStatus::Allowed,
            true if has_credits(limits.credits) => LimitStatus::Overage,
            true => LimitStatus::Rejected,
        },
        utilization: window.used_percent.map(|percent| percent / 100.0),
        resets_at: window.resets_at.and_then(seconds),
    }
}

/// The id that distinguishes the window from the account's other windows.
fn id(window: Window, model: Option<&str>) -> String {
    let length = match window.window_duration_mins {
        Some(300) => "five_hour".to_owned(),
        Some(10_080) => "seven_day".to_owned(),
        Some(minutes) if minutes % 1440 == 0 => format!("{}_days", minutes / 1440),
        Some(minutes) if minutes % 60 == 0 => format!("{}_hours", minutes / 60),
        Some(minutes) => format!("{minutes}_minutes"),
        None => "window".to_owned(),
    };
    model.map_or_else(|| length.clone(), |model| format!("{length}_{model}"))
}

/// The window's name. `called` is the program's name of the limit, which is used if the window's length
/// is not known; for the limit of one model it is the model's name.
fn name(window: Window, model: Option<&str>, called: Option<&str>) -> WindowName {
    let minutes = window.window_duration_mins.filter(|minutes| *minutes > 0);
    let length_ms = minutes.and_then(|minutes| minutes.checked_mul(60_000));
    let label = match length_ms {
        Some(_) => "",
        None => called.filter(|_| model.is_none()).unwrap_or("limit"),
    };
    WindowName { length_ms, model: model.map(str::to_owned), ..WindowName::called(label) }
}

fn has_credits(credits: Option<Credits>) -> bool {
    credits
        .is_some_and(|credits| credits.has_credits == Some(true) || credits.unlimited == Some(true))
}

/// Converts Unix seconds; 0 is no instant.
fn seconds(unix: u64) -> Option<Timestamp> {
    let millis = i64::try_from(unix).ok()?.checked_mul(1000)?;
    (millis > 0).then(|| Timestamp::from_millis(millis))
}
