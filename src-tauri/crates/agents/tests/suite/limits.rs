//! What the windows of limits are called, of every agent that reports some.

use crate::capture::{Chunk, decode_as};
use crate::wire::{limit, out};
use agents::Decoded;
use protocol::{
    ApiErrorKind, Event, LimitObservation, LimitStatus, Stream, Timestamp, Turn, WindowName,
};
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
        decode_as("codex/2", &chunks, 1000).into_iter().find_map(|decoded| match decoded {
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

/// The limit and the meaning of a result with these words, after a sentence of the program or of a model.
fn stated(words: &str, fields: Value, model: &str) -> (Option<LimitObservation>, Turn) {
    let mut end = json!({"type": "result", "subtype": "success", "is_error": true, "num_turns": 1,
        "result": words});
    end.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let init = json!({"type": "system", "subtype": "init", "model": "claude-opus-5-5"});
    let said = json!({"type": "assistant", "message": {"id": "m", "role": "assistant",
        "model": model, "content": [{"type": "text", "text": words}]}});
    let (mut limit, mut turn) = (None, None);
    for event in out(&[init, said, end]) {
        match event {
            Event::Limit { limit: stated } => limit = Some(stated),
            Event::TurnEnded(end) => turn = Some(end.turn),
            _ => {}
        }
    }
    (limit, turn.unwrap())
}

#[test]
fn a_limit_that_is_told_only_in_a_sentence_is_a_limit() {
    let at = |seconds: i64| Some(Timestamp::from_millis(seconds * 1000));
    for (words, window, until, model) in [
        ("Claude AI usage limit reached|1762952400", None, at(1_762_952_400), None),
        (
            "Claude usage limit reached. Your limit will reset at 9am (America/Chicago).",
            None,
            None,
            None,
        ),
        ("5-hour limit reached \u{2219} resets 2am", Some("five_hour"), None, None),
        ("Weekly limit reached \u{2219} resets Oct 9 at 5pm", Some("seven_day"), None, None),
        ("Opus weekly limit reached", Some("seven_day_opus"), None, Some("claude-opus-5-5")),
        ("You've hit your limit \u{b7} resets 8:20pm (Asia/Singapore)", None, None, None),
        ("You\u{2019}ve hit your session limit \u{b7} resets 1pm", Some("five_hour"), None, None),
        ("You've reached your weekly limit.", Some("seven_day"), None, None),
        ("You've hit your Sonnet limit", Some("seven_day_sonnet"), None, Some("claude-opus-5-5")),
        ("You're out of extra usage \u{b7} resets 1pm (America/Los_Angeles)", None, None, None),
        ("API Error: Claude AI usage limit reached|1762952400000", None, at(1_762_952_400), None),
    ] {
        for (fields, by) in
            [(json!({}), "claude-opus-5-5"), (json!({"is_error": false}), "<synthetic>")]
        {
            let (limit, turn) = stated(words, fields, by);
            let limit = limit.unwrap_or_else(|| panic!("{words}"));
            assert_eq!(turn, Turn::Error(ApiErrorKind::RateLimit), "{words}");
            assert_eq!(
                (limit.window.as_deref(), limit.resets_at, limit.only_model.as_deref()),
                (window, until, model),
                "{words}"
            );
            assert_eq!(limit.status, LimitStatus::Rejected, "{words}");
        }
    }
}

#[test]
fn a_sentence_tells_a_reset_as_the_time_of_a_clock() {
    let on_clock = |words: &str| stated(words, json!({}), "<synthetic>").0.unwrap().resets_on_clock;
    let clock = on_clock("You've hit your limit \u{b7} resets 8:20pm (Asia/Singapore)").unwrap();
    assert_eq!((clock.hour, clock.minute, clock.zone.as_deref()), (20, 20, Some("Asia/Singapore")));
    assert_eq!(on_clock("You've reached your weekly limit."), None);
    assert_eq!(on_clock("You've hit your limit \u{b7} resets soon"), None);
}

#[test]
fn codexs_refusal_tells_a_reset_that_no_report_had() {
    let refused = |report: Value| {
        let error = json!({"message": "You've hit your usage limit. Try again at 4:30 AM.",
            "codexErrorInfo": "usageLimitExceeded"});
        let lines = [
            json!({"method": "account/rateLimits/updated", "params": {"rateLimits": report}}),
            json!({"method": "error", "params": {"error": error, "willRetry": false}}),
        ];
        let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        let decoded = decode_as("codex/2", &[(Stream::Stdout, text.into_bytes())], 1000);
        let limits = decoded.into_iter().filter_map(|decoded| match decoded {
            Decoded::Event(_, Event::Limit { limit }) => Some(limit),
            _ => None,
        });
        limits.last().unwrap()
    };
    let full = json!({"usedPercent": 100, "windowDurationMins": 300});
    let on_clock = refused(json!({"limitId": "codex", "primary": full}));
    assert_eq!(on_clock.status, LimitStatus::Rejected);
    assert_eq!(on_clock.resets_on_clock.map(|clock| (clock.hour, clock.minute)), Some((4, 30)));
    let full = json!({"usedPercent": 100, "windowDurationMins": 300, "resetsAt": 1_762_952_400});
    let reported = refused(json!({"limitId": "codex", "primary": full}));
    assert_eq!((reported.resets_at.is_some(), reported.resets_on_clock), (true, None));
}

#[test]
fn words_about_limits_are_no_limit() {
    for (words, fields) in [
        ("Claude AI usage limit reached|1762952400 is what it prints.", json!({"is_error": false})),
        ("Limit reached in the loop: I fixed it.", json!({"is_error": false})),
        ("You've hit your head on a rate limit", json!({})),
        ("Prompt is too long", json!({})),
    ] {
        let (limit, _) = stated(words, fields, "claude-opus-5-5");
        assert_eq!(limit, None, "{words}");
    }
}

#[test]
fn a_limit_that_an_event_reported_is_not_told_twice() {
    let event = json!({"type": "rate_limit_event", "rate_limit_info":
        {"status": "rejected", "rateLimitType": "seven_day", "resetsAt": 1_762_952_400}});
    let end = json!({"type": "result", "subtype": "success", "is_error": true,
        "result": "You've hit your weekly limit"});
    let limits = out(&[event, end]).into_iter().filter(|it| matches!(it, Event::Limit { .. }));
    assert_eq!(limits.count(), 1);
}
