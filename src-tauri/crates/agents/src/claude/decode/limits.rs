//! Rate limits as the program reports them, converted to the types of `protocol`. The top-level status
//! decides: `rejected` while extra usage serves the requests is no block, a full window alone is none
//! either, and `allowed_warning` only warns about the pace of use.

use super::ClaudeDecoder;
use super::instant::instant;
use super::read::unknown_shape;
use crate::claude::wire::limit::{LimitInfo, LimitLine, WindowFields};
use crate::decoder::Sink;
use protocol::{Event, LimitObservation, LimitStatus, LimitWindow, Timestamp, WindowName};
use serde_json::Value;

/// Windows that count one model alone: when one is full, other models still work.
const OF_ONE_MODEL: [&str; 3] =
    ["seven_day_opus", "seven_day_sonnet", "seven_day_overage_included"];

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// Our name for a window that the program calls `five_hour`, `seven_day` and so on.
pub(super) fn name(window: &str) -> WindowName {
    let week_of =
        |model: &str| WindowName { model: Some(model.to_owned()), ..WindowName::lasting(7 * DAY) };
    match window {
        "five_hour" => WindowName::lasting(5 * HOUR),
        "seven_day" => WindowName::lasting(7 * DAY),
        "seven_day_opus" => week_of("Opus"),
        "seven_day_sonnet" => week_of("Sonnet"),
        "seven_day_overage_included" => WindowName {
            label: "weekly limit with extra usage".to_owned(),
            ..WindowName::lasting(7 * DAY)
        },
        "overage" => WindowName { is_extra: true, ..WindowName::called("extra usage") },
        other => WindowName::called(other.replace('_', " ")),
    }
}

impl ClaudeDecoder {
    pub(super) fn limit(&mut self, line: LimitLine<'_>, sink: &mut Sink<'_>) {
        let Some(info) = line.info.filter(|info| info.status.is_some()) else {
            return unknown_shape("rate_limit_event", sink);
        };
        let one_model = info.error_code.as_deref() == Some("credits_required")
            || info.rate_limit_type.as_deref().is_some_and(|name| OF_ONE_MODEL.contains(&name));
        let model = || self.model.clone().unwrap_or_else(|| "unknown".to_owned());
        let limit = LimitObservation { only_model: one_model.then(model), ..observation(&info) };
        self.turn.limit_reported |= limit.status == LimitStatus::Rejected;
        sink.event(Event::Limit { limit });
    }
}

fn observation(info: &LimitInfo<'_>) -> LimitObservation {
    let overage = in_overage(info);
    let status = status(info.status.as_deref(), overage);
    LimitObservation {
        status,
        window: info.rate_limit_type.as_deref().map(str::to_owned),
        name: info.rate_limit_type.as_deref().map(name),
        resets_at: resets_at(info.resets_at.as_ref()),
        resets_on_clock: None,
        only_model: None,
        overage_disabled: info.overage_disabled_reason.as_deref().map(str::to_owned),
        windows: windows(info, status, overage),
    }
}

/// Whether paid extra usage serves the requests. Older versions have no single field for it.
fn in_overage(info: &LimitInfo<'_>) -> bool {
    let served = matches!(info.overage_status.as_deref(), Some("allowed" | "allowed_warning"));
    info.is_using_overage.or(info.overage_in_use).unwrap_or(served)
}

fn status(word: Option<&str>, overage: bool) -> LimitStatus {
    match word {
        Some("allowed") => LimitStatus::Allowed,
        Some("allowed_warning") => LimitStatus::Warning,
        Some("rejected") if overage => LimitStatus::Overage,
        Some("rejected") => LimitStatus::Rejected,
        _ => LimitStatus::Unknown,
    }
}

fn resets_at(value: Option<&Value>) -> Option<Timestamp> {
    value.and_then(instant)
}

fn windows(info: &LimitInfo<'_>, deciding: LimitStatus, overage: bool) -> Vec<LimitWindow> {
    let listed = info.unified_windows.as_ref().map(|windows| &windows.0);
    let mut windows: Vec<LimitWindow> = listed
        .into_iter()
        .flatten()
        .filter_map(|(id, window)| Some(unified(id, window.0.as_ref()?, overage)))
        .collect();
    if let Some(id) = info.rate_limit_type.as_deref() {
        add_deciding(&mut windows, id, info, deciding);
    }
    let has_overage = windows.iter().any(|window| window.window == "overage");
    if info.overage_status.is_some() && !has_overage {
        windows.push(LimitWindow {
            window: "overage".to_owned(),
            name: name("overage"),
            status: status(info.overage_status.as_deref(), false),
            utilization: None,
            resets_at: resets_at(info.overage_resets_at.as_ref()),
        });
    }
    windows
}

fn unified(id: &str, window: &WindowFields, overage: bool) -> LimitWindow {
    LimitWindow {
        window: id.to_owned(),
        name: name(id),
        status: status(window.status.as_deref(), overage),
        utilization: window.utilization,
        resets_at: resets_at(window.resets_at.as_ref()),
    }
}

/// Merges the top-level fields into the deciding window's entry; they have at least as much as the entry.
fn add_deciding(
    windows: &mut Vec<LimitWindow>,
    id: &str,
    info: &LimitInfo<'_>,
    status: LimitStatus,
) {
    let resets_at = resets_at(info.resets_at.as_ref());
    match windows.iter_mut().find(|window| window.window == id) {
        Some(window) => {
            window.utilization = info.utilization.or(window.utilization);
            window.resets_at = resets_at.or(window.resets_at);
            if window.status == LimitStatus::Unknown {
                window.status = status;
            }
        }
        None => windows.push(LimitWindow {
            window: id.to_owned(),
            name: name(id),
            status,
            utilization: info.utilization,
            resets_at,
        }),
    }
}
