//! Scenes about rate limits: a warning, extra usage, a block, and a block whose end is stored in a
//! file beside the session, so that a later process finds it over.

use std::fs;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::stage::Play;
use crate::turn::{ApiError, Turn};
use crate::wire::{self, outcome::Ending};

const FIVE_HOURS: &str = "five_hour";
const SEVEN_DAYS: &str = "seven_day";

/// The report of a limit that does not block; `status` is `allowed` or `allowed_warning`.
pub(super) fn report(turn: &Turn<'_>, status: &str, utilization: f64) -> Value {
    // All reports of one window have the same reset.
    let began = turn.talk.began.div_euclid(600) * 600;
    let (resets, week) = (began + 2 * 3600 + 1200, began + 3 * 86_400);
    let mut window = json!({"utilization": utilization, "resetsAt": resets, "status": status});
    let mut info = json!({
        "status": status,
        "resetsAt": resets,
        "rateLimitType": FIVE_HOURS,
        "isUsingOverage": false,
    });
    if status == "allowed_warning" {
        window["surpassedThreshold"] = json!(0.9);
        info["utilization"] = json!(utilization);
        info["surpassedThreshold"] = json!(0.9);
    }
    info["unifiedWindows"] = json!({
        FIVE_HOURS: window,
        SEVEN_DAYS: {"utilization": 0.42, "resetsAt": week, "status": "allowed"},
    });
    info
}

fn in_seconds(seconds: i64) -> i64 {
    Utc::now().timestamp().saturating_add(seconds)
}

/// The 5-hour limit is nearly used up; work continues.
pub(super) fn warn(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.news = Some(report(turn, "allowed_warning", 0.91));
    turn.reply("Near the 5-hour limit.")?;
    Ok(turn.answer())
}

/// The limit is used up and extra usage pays: the status is rejected, but work continues.
pub(super) fn overage(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let resets = in_seconds(3600);
    let mut info = rejected(FIVE_HOURS, &json!(resets));
    info["isUsingOverage"] = json!(true);
    info["overageStatus"] = json!("allowed");
    info["overageResetsAt"] = json!(in_seconds(9 * 86_400));
    info["overageInUse"] = json!(true);
    turn.news = Some(info);
    turn.reply("Served from extra usage.")?;
    Ok(turn.answer())
}

/// A block of `window` (five_hour) for `until` seconds (3600), or with any `resets_at`.
pub(super) fn reject(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let seconds = turn.keys.number("until").unwrap_or(3600);
    let resets = match turn.keys.text("resets_at") {
        Some(odd) => odd.parse::<i64>().map_or_else(|_| json!(odd), |time| json!(time)),
        None => json!(in_seconds(seconds)),
    };
    let window = turn.keys.text("window").unwrap_or(FIVE_HOURS).to_owned();
    block(turn, &window, &resets)
}

/// A block that ends `until` seconds (20) after it first occurred in this session.
pub(super) fn until(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let file = turn.talk.session.beside("limit");
    let saved = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok());
    let resets = saved.unwrap_or_else(|| in_seconds(turn.keys.number("until").unwrap_or(20)));
    if saved.is_none() {
        crate::report(fs::write(&file, resets.to_string()), "the time of the demo's limit");
    }
    if resets > Utc::now().timestamp() {
        return block(turn, FIVE_HOURS, &json!(resets));
    }
    turn.news = Some(report(turn, "allowed", 0.01));
    turn.reply("The limit is over; work goes on.")?;
    Ok(turn.answer())
}

fn rejected(window: &str, resets: &Value) -> Value {
    let other = if window == FIVE_HOURS { SEVEN_DAYS } else { FIVE_HOURS };
    let mut windows = json!({});
    windows[window] = json!({"utilization": 1, "resetsAt": resets, "status": "rejected"});
    windows[other] =
        json!({"utilization": 0.6, "resetsAt": in_seconds(3 * 86_400), "status": "allowed"});
    json!({
        "status": "rejected",
        "resetsAt": resets,
        "rateLimitType": window,
        "isUsingOverage": false,
        "unifiedWindows": windows,
    })
}

fn block(turn: &mut Turn<'_>, window: &str, resets: &Value) -> Play<Ending> {
    turn.system("status", json!({"status": "requesting"}));
    turn.pause(400)?;
    let info = rejected(window, resets);
    turn.emit(wire::rate_limit(info.clone()));
    let mut short = info;
    if let Some(fields) = short.as_object_mut() {
        fields.remove("unifiedWindows");
    }
    let (name, form) = match window {
        FIVE_HOURS => ("5-hour", "%-I:%M%P"),
        _ => ("weekly", "%b %-d, %-I:%M%P"),
    };
    let text = format!("You've hit your {name} limit · resets {} (UTC)", clock(resets, form));
    let mut error = ApiError::new("rate_limit", &text).status(429, "rate_limit_error");
    error.extra["api_error"] = json!("usage_limit_reached");
    error.line_only = json!({"api_error_params": {"rate_limit_info": short}});
    Ok(turn.api_error(&error))
}

/// A time in the format of the error text: `10:32am`, `Nov 27, 9:32am`.
fn clock(resets: &Value, form: &str) -> String {
    let time = resets.as_i64().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    time.map_or_else(|| resets.to_string(), |time| time.format(form).to_string())
}
