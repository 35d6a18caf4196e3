//! Rate limits on the streams.

use serde_json::{Value, json};

use crate::talk::{Place, of_type, result};

fn info(lines: &[Value]) -> &Value {
    &of_type(lines, "rate_limit_event")[0]["rate_limit_info"]
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.expect("after 1970").as_secs()).expect("for a while")
}

#[test]
fn a_warning_lets_work_go_on() {
    let (lines, code) = Place::new().once("[[demo:limit_warn]]", &[]);
    assert_eq!(info(&lines)["status"], "allowed_warning");
    assert_eq!(info(&lines)["unifiedWindows"]["five_hour"]["surpassedThreshold"], 0.9);
    assert!(info(&lines)["resetsAt"].as_i64().expect("a time") > now() + 3600);
    assert_eq!(code, 0);
}

#[test]
fn extra_usage_is_a_rejection_that_lets_work_go_on() {
    let (lines, code) = Place::new().once("[[demo:limit_overage]]", &[]);
    assert_eq!(info(&lines)["status"], "rejected");
    assert_eq!(info(&lines)["overageInUse"], true);
    assert_eq!(code, 0);
}

#[test]
fn a_hard_block_names_its_window_and_its_end() {
    let prompt = "[[demo:limit_reject until=90 window=seven_day]]";
    let (lines, code) = Place::new().once(prompt, &[]);
    let left = info(&lines)["resetsAt"].as_i64().expect("a time") - now();
    assert!((30..=90).contains(&left));
    assert_eq!(info(&lines)["rateLimitType"], "seven_day");
    assert_eq!(result(&lines)["api_error"], "usage_limit_reached");
    assert_eq!(result(&lines)["api_error_status"], 429);
    assert_eq!(code, 1);
}

#[test]
fn any_nonsense_can_stand_for_the_end_of_a_block() {
    let cases = [
        ("0", json!(0)),
        ("9223372036854775807", json!(i64::MAX)),
        ("NaN", json!("NaN")),
        ("\"1pm (Etc/GMT+5)\"", json!("1pm (Etc/GMT+5)")),
    ];
    for (word, value) in cases {
        let (lines, _) = Place::new().once(&format!("[[demo:limit_reject resets_at={word}]]"), &[]);
        assert_eq!(info(&lines)["resetsAt"], value, "{word}");
    }
}

#[test]
fn a_block_until_a_time_is_over_for_a_later_process() {
    let place = Place::new();
    let (first, _) = place.once("[[demo:limit_until until=3600]]", &["--session-id", "s-1"]);
    let (second, _) = place.once("[[demo:limit_until]]", &["--resume", "s-1"]);
    assert_eq!(info(&first)["resetsAt"], info(&second)["resetsAt"]);
    assert_eq!(result(&second)["is_error"], true);
    let (first, _) = place.once("[[demo:limit_until until=0]]", &["--session-id", "s-2"]);
    assert_eq!(result(&first)["is_error"], false);
}
