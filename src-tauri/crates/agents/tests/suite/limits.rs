//! What the windows of limits are called, of every agent that reports some.

use crate::capture::{Chunk, decode_as};
use crate::wire::limit;
use agents::Decoded;
use protocol::{Event, LimitObservation, Stream, WindowName};
use serde_json::{Value, json};

const MINUTE: u64 = 60_000;
const WEEK: u64 = 7 * 24 * 60 * MINUTE;

fn of_model(model: &str, name: WindowName) -> WindowName {
    WindowName { model: Some(model.to_owned()), ..name }
}

/// What Codex says of one limit.
fn codex(limits: &Value) -> LimitObservation {
    let news = json!({"method": "account/rateLimits/updated", "params": {"rateLimits": limits}});
    let chunks: [Chunk; 1] = [(Stream::Stdout, format!("{news}\n").into_bytes())];
    let observed =
        decode_as("codex/1", &chunks, 1000).into_iter().find_map(|decoded| match decoded {
            Decoded::Event(_, Event::Limit { limit }) => Some(limit),
            _ => None,
        });
    observed.unwrap()
}

#[test]
fn claudes_windows_are_named_by_a_table() {
    let with_extra = WindowName {
        label: "weekly limit with extra usage".to_owned(),
        ..WindowName::lasting(WEEK)
    };
    let extra = WindowName { is_extra: true, ..WindowName::called("extra usage") };
    let table = [
        ("five_hour", WindowName::lasting(300 * MINUTE)),
        ("seven_day", WindowName::lasting(WEEK)),
        ("seven_day_opus", of_model("Opus", WindowName::lasting(WEEK))),
        ("seven_day_sonnet", of_model("Sonnet", WindowName::lasting(WEEK))),
        ("seven_day_overage_included", with_extra),
        ("overage", extra.clone()),
        // Its length is not read out of its id.
        ("seven_day_haiku", WindowName::called("seven day haiku")),
        ("requests_per_day", WindowName::called("requests per day")),
    ];
    for (id, name) in table {
        let deciding = limit(json!({"status": "rejected", "rateLimitType": id}));
        assert_eq!(deciding.name.as_ref(), Some(&name), "{id}");
        assert_eq!((deciding.windows.len(), &deciding.windows[0].name), (1, &name), "{id}");
        let listed =
            limit(json!({"status": "allowed", "unifiedWindows": {id: {"utilization": 0.1}}}));
        assert_eq!(listed.name, None, "{id}");
        assert_eq!(listed.windows[0].name, name, "{id}");
    }
    let beside = limit(json!({"status": "rejected", "overageStatus": "rejected"}));
    assert_eq!(beside.windows[0].name, extra);
}

#[test]
fn codexs_windows_are_named_by_their_length() {
    let of_account = |minutes: Value| {
        json!({"limitId": "codex", "limitName": null,
            "primary": {"usedPercent": 9, "windowDurationMins": minutes}})
    };
    let table = [
        (json!(300), WindowName::lasting(300 * MINUTE)),
        (json!(10_080), WindowName::lasting(WEEK)),
        (json!(1440), WindowName::lasting(1440 * MINUTE)),
        (json!(47), WindowName::lasting(47 * MINUTE)),
        (json!(0), WindowName::called("limit")),
        (json!(null), WindowName::called("limit")),
        (json!(u64::MAX), WindowName::called("limit")),
    ];
    for (minutes, name) in table {
        let observed = codex(&of_account(minutes.clone()));
        assert_eq!(
            (observed.name.as_ref(), &observed.windows[0].name),
            (Some(&name), &name),
            "{minutes}"
        );
    }
}

#[test]
fn codexs_limits_of_one_model_name_it() {
    let observed = |limits: Value| codex(&limits).windows[0].name.clone();
    let five_hours = json!({"usedPercent": 9, "windowDurationMins": 300});
    let endless = json!({"usedPercent": 9});
    assert_eq!(
        observed(json!({"limitId": "x1", "limitName": "GPT-5.5 Spark", "primary": five_hours})),
        of_model("GPT-5.5 Spark", WindowName::lasting(300 * MINUTE))
    );
    assert_eq!(
        observed(json!({"limitId": "x1", "limitName": "GPT-5.5 Spark", "primary": endless})),
        of_model("GPT-5.5 Spark", WindowName::called("limit"))
    );
    // Without a name the id is all that is said.
    assert_eq!(
        observed(json!({"limitId": "x1", "primary": five_hours})),
        of_model("x1", WindowName::lasting(300 * MINUTE))
    );
    // The name of the account's own limit is no model.
    let own = json!({"limitId": "codex", "limitName": "requests per day", "primary": endless});
    assert_eq!(observed(own), WindowName::called("requests per day"));
}

#[test]
fn the_fullest_window_gives_the_observation_its_name() {
    let observed = codex(&json!({"limitId": "codex",
        "primary": {"usedPercent": 9, "windowDurationMins": 300},
        "secondary": {"usedPercent": 90, "windowDurationMins": 10_080}}));
    assert_eq!(observed.name, Some(WindowName::lasting(WEEK)));
}
