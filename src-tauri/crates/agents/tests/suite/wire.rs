//! Messages that no recording holds: forms of the published types, old and future encodings, and
//! lines that a terminal or a crash has damaged. Written by hand from the types of the agent SDK
//! 0.3.330.

use crate::answers::{assistant, stream, text};
use crate::capture::{Chunk, decode};
use agents::{Decoded, MAX_LINE};
use protocol::{
    ApiErrorKind, Busy, DraftUpdate, Event, LimitObservation, LimitStatus, NoticeLevel, Stream,
    TaskKind, TaskStatus, Turn, UnrecognizedWhy,
};
use serde_json::{Value, json};

pub(crate) fn out(lines: &[Value]) -> Vec<Event> {
    let text: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
    raw(&text.iter().map(String::as_str).collect::<Vec<_>>())
}

fn raw(texts: &[&str]) -> Vec<Event> {
    let chunks: Vec<Chunk> =
        texts.iter().map(|text| (Stream::Stdout, text.as_bytes().to_vec())).collect();
    events(decode(&chunks, 1000))
}

fn events(decoded: Vec<Decoded>) -> Vec<Event> {
    let event = |decoded| match decoded {
        Decoded::Event(_, event) => Some(event),
        Decoded::Draft(_) => None,
    };
    decoded.into_iter().filter_map(event).collect()
}

fn unrecognized(why: UnrecognizedWhy, what: &str) -> Event {
    Event::Unrecognized { why, what: what.to_owned() }
}

fn requesting() -> Event {
    Event::Status { busy: Busy::Requesting }
}

const STATUS: &str = r#"{"type":"system","subtype":"status","status":"requesting"}"#;

pub(crate) fn limit(info: Value) -> LimitObservation {
    let events = out(&[json!({"type": "rate_limit_event", "rate_limit_info": info})]);
    match events.as_slice() {
        [Event::Limit { limit }] => limit.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn rejected_is_a_block_only_when_nothing_serves_the_requests() {
    use LimitStatus::{Allowed, Overage, Rejected, Unknown, Warning};
    for (info, expected) in [
        (json!({"status": "allowed"}), Allowed),
        (json!({"status": "allowed_warning", "utilization": 0.26}), Warning),
        (json!({"status": "rejected"}), Rejected),
        (json!({"status": "rejected", "isUsingOverage": true}), Overage),
        (json!({"status": "rejected", "overageStatus": "allowed"}), Overage),
        (
            json!({"status": "rejected", "overageStatus": "allowed", "isUsingOverage": false}),
            Rejected,
        ),
        (json!({"status": "rejected", "overageStatus": "rejected"}), Rejected),
        (json!({"status": "queued"}), Unknown),
    ] {
        assert_eq!(limit(info.clone()).status, expected, "{info}");
    }
}

#[test]
fn every_window_is_reported_with_the_deciding_one() {
    let seen = limit(json!({
        "status": "rejected", "rateLimitType": "seven_day_opus", "resetsAt": 1_795_343_534,
        "utilization": 1.02, "overageStatus": "rejected", "overageResetsAt": "2026-11-22T10:32:14Z",
        "overageDisabledReason": "out_of_credits",
        "unifiedWindows": {
            "five_hour": {"utilization": 0.4, "resetsAt": 1_795_343_534_000_u64, "status": "allowed"},
            "new_window": {"utilization": 0.1}, "broken": 7,
        },
    }));
    assert_eq!(seen.overage_disabled.as_deref(), Some("out_of_credits"));
    let windows: Vec<_> = seen
        .windows
        .iter()
        .map(|w| (w.window.as_str(), w.status, w.utilization, w.resets_at.map(|at| at.to_string())))
        .collect();
    let at = Some("2026-11-22T10:32:14.000Z".to_owned());
    assert_eq!(
        windows,
        [
            ("five_hour", LimitStatus::Allowed, Some(0.4), at.clone()),
            ("new_window", LimitStatus::Unknown, Some(0.1), None),
            ("seven_day_opus", LimitStatus::Rejected, Some(1.02), at.clone()),
            ("overage", LimitStatus::Rejected, None, at),
        ]
    );
}

#[test]
fn a_window_of_one_model_blocks_only_that_model() {
    let seen = |window: &str| limit(json!({"status": "rejected", "rateLimitType": window}));
    assert_eq!(seen("seven_day_opus").only_model.as_deref(), Some("unknown"));
    assert_eq!(seen("seven_day").only_model, None);
}

#[test]
fn a_model_that_needs_credits_blocks_only_itself() {
    let events = out(&[
        json!({"type": "system", "subtype": "init", "model": "claude-x"}),
        json!({"type": "rate_limit_event",
               "rate_limit_info": {"status": "rejected", "errorCode": "credits_required"}}),
    ]);
    let Event::Limit { limit } = &events[1] else { panic!("{events:?}") };
    assert_eq!(limit.only_model.as_deref(), Some("claude-x"));
}

pub(crate) fn task(subtype: &str, rest: Value) -> Value {
    let mut line = json!({"type": "system", "subtype": subtype, "task_id": "t"});
    line.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    line
}

fn ended(status: TaskStatus, summary: &str) -> Event {
    Event::TaskEnded { task: "t".to_owned(), status, summary: summary.to_owned() }
}

fn set(ids: &[&str]) -> Value {
    let tasks: Vec<Value> = ids.iter().map(|id| json!({"task_id": id})).collect();
    json!({"type": "system", "subtype": "background_tasks_changed", "tasks": tasks})
}

#[test]
fn a_task_missing_from_the_set_has_ended() {
    let start = task("task_started", json!({"task_type": "local_bash", "is_backgrounded": true}));
    let events = out(&[set(&["t"]), start.clone(), set(&["t", "u"]), set(&["u"])]);
    assert_eq!(events[1..], [ended(TaskStatus::Unknown, "")]);

    let killed = task("task_updated", json!({"patch": {"status": "killed"}}));
    let events = out(&[set(&["t"]), start, killed, set(&[])]);
    assert_eq!(events[1..], [ended(TaskStatus::Stopped, "")]);
}

#[test]
fn a_task_that_is_over_ends_at_the_latest_with_its_turn_or_run() {
    let start = task("task_started", json!({"subagent_type": "x"}));
    let failed = task("task_updated", json!({"patch": {"status": "failed", "error": "boom"}}));
    let events = out(&[start.clone(), failed.clone()]);
    assert_eq!(events[2], ended(TaskStatus::Failed, ""));
    let result = json!({"type": "result", "subtype": "success", "is_error": false});
    let events = out(&[start, failed, result]);
    assert_eq!(events[2], ended(TaskStatus::Failed, ""));
    assert!(matches!(events[3], Event::TurnEnded(_)));
}

#[test]
fn a_task_that_moves_to_the_background_starts_again_there() {
    let events = out(&[
        task(
            "task_started",
            json!({"task_type": "local_agent", "is_backgrounded": false, "description": "d"}),
        ),
        task("task_updated", json!({"patch": {"is_backgrounded": true}})),
        task("task_updated", json!({"patch": {"is_backgrounded": true}})),
        task("task_notification", json!({"status": "completed", "summary": "s"})),
    ]);
    let started = |background| Event::TaskStarted {
        task: "t".to_owned(),
        call: None,
        kind: TaskKind::Agent,
        description: "d".to_owned(),
        background,
    };
    assert_eq!(events, [started(false), started(true), ended(TaskStatus::Completed, "s")]);
}

#[test]
fn housekeeping_is_no_task() {
    let ambient = task("task_started", json!({"ambient": true}));
    let over = task("task_notification", json!({"status": "completed", "summary": "s"}));
    assert_eq!(out(&[set(&["t"]), ambient, set(&[]), over])[..], []);
}

fn turn(result: Value) -> Turn {
    let mut line = json!({"type": "result"});
    line.as_object_mut().unwrap().extend(result.as_object().unwrap().clone());
    match out(&[line]).as_slice() {
        [Event::TurnEnded(end)] => end.turn,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_result_means_what_its_reason_says() {
    let failed = "error_during_execution";
    for (result, expected) in [
        (json!({"subtype": "success", "is_error": false}), Turn::Completed),
        (json!({"subtype": "success"}), Turn::Completed),
        (json!({"subtype": "success", "is_error": true}), Turn::Error(ApiErrorKind::Unknown)),
        (
            json!({"subtype": "success", "is_error": true, "api_error_status": 503}),
            Turn::Error(ApiErrorKind::Server),
        ),
        (
            json!({"subtype": "success", "is_error": true, "terminal_reason": "blocking_limit"}),
            Turn::Error(ApiErrorKind::PromptTooLong),
        ),
        (
            json!({"subtype": "success", "is_error": false, "terminal_reason": "hook_stopped"}),
            Turn::Failed,
        ),
        (
            json!({"subtype": "success", "is_error": false,
                   "result": "UserPromptSubmit operation blocked by hook: no"}),
            Turn::Failed,
        ),
        (
            json!({"subtype": failed, "is_error": true, "terminal_reason": "interrupted"}),
            Turn::Interrupted,
        ),
        (
            json!({"subtype": failed, "is_error": true, "terminal_reason": "aborted_tools"}),
            Turn::Interrupted,
        ),
        (
            json!({"subtype": failed, "is_error": true, "startup_failure_reason": "proxy_invalid"}),
            Turn::Failed,
        ),
        (
            json!({"subtype": failed, "errors": ["No conversation found with session ID: x"]}),
            Turn::SessionMissing,
        ),
        (json!({"subtype": "error_max_structured_output_retries", "is_error": true}), Turn::Failed),
        (json!({"subtype": "brand_new"}), Turn::Failed),
    ] {
        assert_eq!(turn(result.clone()), expected, "{result}");
    }
}

#[test]
fn an_interrupt_that_only_the_conversation_tells_of_is_one() {
    let words = json!({"type": "user", "message": {"role": "user", "content": "[Request interrupted by user]"}});
    let result = json!({"type": "result", "subtype": "error_during_execution", "is_error": true});
    let events = out(&[words, result.clone(), result]);
    let turns: Vec<Turn> = events
        .iter()
        .filter_map(|event| match event {
            Event::TurnEnded(end) => Some(end.turn),
            _ => None,
        })
        .collect();
    assert_eq!(turns, [Turn::Interrupted, Turn::Failed]);
}

#[test]
fn money_is_rounded_to_micro_dollars_and_unknown_prices_say_so() {
    let events = out(&[json!({
        "type": "result", "subtype": "success", "total_cost_usd": 0.007_559_999_999_999_999,
        "modelUsage": {"m": {"inputTokens": 3, "costUSD": 0.000_000_5, "costBasis": "unknown"}, "n": {}},
    })]);
    let [Event::TurnEnded(end)] = events.as_slice() else { panic!("{events:?}") };
    let totals = end.usage.as_ref().unwrap().amounts();
    assert_eq!(totals.cost_micros, Some(7560));
    assert_eq!((totals.models["m"].cost_micros, totals.models["m"].price_unknown), (Some(1), true));
    assert_eq!((totals.models["n"].cost_micros, totals.models["n"].price_unknown), (None, false));
}

#[test]
fn what_the_program_says_of_itself_is_a_notice() {
    let notice = |rest: Value| {
        let mut line = json!({"type": "system"});
        line.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        out(&[line])
    };
    use NoticeLevel::{Info, Warning};
    for (line, expected) in [
        (
            json!({"subtype": "informational", "level": "warning", "content": "w"}),
            Some((Warning, "w")),
        ),
        (json!({"subtype": "notification", "priority": "low", "text": "n"}), Some((Info, "n"))),
        (json!({"subtype": "local_command_output", "content": "o"}), Some((Info, "o"))),
        (json!({"subtype": "mirror_error", "error": "e"}), Some((Warning, "e"))),
        (json!({"subtype": "hook_response", "outcome": "success"}), None),
        (
            json!({"subtype": "hook_response", "hook_name": "h", "outcome": "error", "stderr": "bad\n"}),
            Some((Warning, "Hook h: error: bad")),
        ),
        (
            json!({"subtype": "plugin_install", "status": "failed", "name": "p", "error": "e"}),
            Some((Warning, "Plugin p could not be installed: e")),
        ),
        (json!({"subtype": "plugin_install", "status": "installed"}), None),
        (
            json!({"subtype": "files_persisted", "failed": [{"filename": "f"}]}),
            Some((Warning, "Files not kept: f")),
        ),
        (
            json!({"subtype": "worker_shutting_down", "reason": "host_exit"}),
            Some((Warning, "The agent is shutting down: host_exit.")),
        ),
        (json!({"subtype": "hook_started"}), None),
    ] {
        let expected: Vec<Event> = expected
            .map(|(level, text)| Event::Notice { level, text: text.to_owned() })
            .into_iter()
            .collect();
        assert_eq!(notice(line.clone()), expected, "{line}");
    }
}

#[test]
fn small_types_tell_only_news() {
    let retry = json!({"agent_id": "a", "attempt": 2, "max_retries": 10, "retry_delay_ms": 600,
                       "error_status": 529, "error_category": "overloaded"});
    let events = out(&[
        json!({"type": "tool_progress", "tool_use_id": "c", "tool_name": "Bash"}),
        json!({"type": "tool_progress", "tool_use_id": "c", "subagent_retry": retry}),
        json!({"type": "auth_status", "isAuthenticating": false, "output": []}),
        json!({"type": "auth_status", "isAuthenticating": false, "error": "expired"}),
        json!({"type": "keep_alive"}),
        json!({"type": "conversation_reset", "new_conversation_id": "n"}),
        json!({"type": "system", "subtype": "session_state_changed", "state": "idle"}),
        json!({"type": "control_response", "response": {"subtype": "error", "request_id": "r", "error": "no"}}),
        json!({"type": "control_request", "request_id": "r", "request": {"subtype": "hook_callback"}}),
        json!({"type": "system", "subtype": "brand_new"}),
        json!({"type": "brand_new"}),
        json!({"no": "type"}),
    ]);
    assert_eq!(
        events,
        [
            Event::Retry {
                attempt: 2,
                max: Some(10),
                delay_ms: 600,
                status: Some(529),
                error: ApiErrorKind::Overloaded
            },
            Event::Notice { level: NoticeLevel::Error, text: "expired".to_owned() },
            Event::ConversationReset { trigger: None },
            Event::ControlReply { request: "r".to_owned(), error: Some("no".to_owned()) },
            unrecognized(UnrecognizedWhy::UnknownType, "control_request/hook_callback"),
            unrecognized(UnrecognizedWhy::UnknownType, "system/brand_new"),
            unrecognized(UnrecognizedWhy::UnknownType, "brand_new"),
            unrecognized(UnrecognizedWhy::UnknownShape, "a message without a type"),
        ]
    );
}

#[test]
fn a_search_of_the_providers_own_is_a_call_with_a_result() {
    let call = json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "q"}});
    let found = json!({"type": "web_search_tool_result", "tool_use_id": "s",
                       "content": [{"type": "web_search_result", "url": "https://x"}]});
    let events =
        out(&[assistant("m", "u1", call, json!({})), assistant("m", "u2", found, json!({}))]);
    assert!(matches!(&events[1], Event::ToolCall { title, .. } if title == "q"), "{events:?}");
    let Event::ToolResult { call, ok: true, text, duration_ms: Some(1), .. } = &events[2] else {
        panic!("{events:?}")
    };
    assert_eq!((call.as_str(), text.as_str()), ("s", "https://x"));
}

#[test]
fn a_tool_of_the_providers_own_that_fails_or_prints_says_so() {
    let result = |kind: &str, content: Value| {
        let block = json!({"type": kind, "tool_use_id": "s", "content": content});
        match out(&[assistant("m", "u", block, json!({}))]).pop() {
            Some(Event::ToolResult { ok, text, .. }) => (ok, text),
            other => panic!("{other:?}"),
        }
    };
    let failed = json!({"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"});
    assert_eq!(result("web_search_tool_result", failed), (false, "max_uses_exceeded".to_owned()));
    let ran = json!({"type": "bash_code_execution_result", "stdout": "a\nb\n", "stderr": "",
                     "return_code": 0, "content": []});
    assert_eq!(result("bash_code_execution_tool_result", ran), (true, "a\nb".to_owned()));
}

#[test]
fn what_the_agents_own_rules_refuse_is_a_denial_with_its_reason() {
    let denied = |source: &str, reason_type: Value| {
        let decision = json!({"decision": "reject", "source": source, "reason_type": reason_type});
        let result = json!({"type": "user", "message": {"content": [
                {"type": "tool_result", "tool_use_id": "t", "content": "no", "is_error": true}]},
            "tool_result_meta": [{"id": "t", "permission_decision": decision}]});
        let call = json!({"type": "tool_use", "id": "t", "name": "Bash", "input": {}});
        let events = out(&[assistant("m", "u", call, json!({})), result]);
        assert!(
            matches!(events.last(), Some(Event::ToolResult { denied: true, .. })),
            "{events:?}"
        );
        let denial = Event::Denied {
            tool: "Bash".to_owned(),
            call: Some("t".to_owned()),
            message: "no".to_owned(),
        };
        events.contains(&denial)
    };
    assert!(denied("hook", json!("hook")));
    assert!(denied("config", json!("rule")));
    assert!(!denied("user_reject", Value::Null));
    // The request failed; it was not denied.
    assert!(!denied("config", json!("other")));
}

#[test]
fn a_failure_without_a_word_of_its_own_is_known_by_its_sentence() {
    use ApiErrorKind::*;
    for (class, api_error, message, expected) in [
        ("unknown", "", "API Error: 400 messages.1: wrong", InvalidRequest),
        ("unknown", "", "API Error: 402 Payment required", Billing),
        ("unknown", "", "API Error: Socket is closed", Network),
        ("server_error", "", "API Error: 529 Overloaded", Overloaded),
        ("server_error", "", "API Error: 500 Internal server error", Server),
        ("server_error", "", "API Error: Connection closed mid-response. ...", Network),
        ("server_error", "connection_failed", "API Error: Can't reach the API server", Network),
        ("invalid_request", "", "Request too large (max 32MB). Try a smaller file.", PromptTooLong),
        ("invalid_request", "org_disabled_credential", "Your key ...", Login),
        ("invalid_request", "", "Your ANTHROPIC_API_KEY belongs to a disabled organization", Login),
        (
            "max_output_tokens",
            "max_output_tokens",
            "API Error: The model has reached its context window limit.",
            PromptTooLong,
        ),
        (
            "max_output_tokens",
            "max_output_tokens",
            "API Error: Claude's response exceeded the 64000 output token maximum.",
            MaxOutput,
        ),
    ] {
        let error = json!({"error": class, "api_error": api_error});
        let events = out(&[assistant("m", "u", text(message), error)]);
        let [Event::ApiError { error, .. }] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!(*error, expected, "{class} {message}");
    }
}

#[test]
fn pictures_leave_their_bytes_in_the_log() {
    let data = "A".repeat(5000);
    let picture = json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}});
    let events = out(&[
        json!({"type": "user", "tool_use_result": [picture], "message": {"role": "user",
        "content": [{"type": "tool_result", "tool_use_id": "c", "content": [text("see"), picture]}]}}),
    ]);
    let [Event::ToolResult { text, images, output, .. }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!((text.as_str(), images[0].base64_len), ("see", 5000));
    let kept = format!("{output:?}");
    assert!(kept.contains("[5000 characters]") && !kept.contains("AAAA"), "{kept}");
}

#[test]
fn what_surrounds_a_message_is_distinguished() {
    let not_json = |what| unrecognized(UnrecognizedWhy::NotJson, what);
    let resets =
        "\u{1b}[?1006l\u{1b}[?1003l\u{1b}(B\u{f}\u{1b}[>4m\u{1b}[<u\u{1b}]0;\u{7}\u{1b}[?25h";
    assert_eq!(raw(&[&format!("{resets}{STATUS}\r\n")]), [requesting()]);
    assert_eq!(raw(&[&format!("^C{STATUS}\n")]), [not_json("^C"), requesting()]);
    assert_eq!(raw(&[&format!("{STATUS}{STATUS}\n")]), [requesting(), requesting()]);
    assert_eq!(raw(&[&format!("{STATUS}{resets}\n")]), [requesting()]);
    assert_eq!(
        raw(&[&format!("say {{x}} {STATUS} end\n")]),
        [not_json("say {x}"), requesting(), not_json("end")]
    );
    assert_eq!(raw(&[resets]), []);
    assert_eq!(raw(&[STATUS]), [requesting()]);
    assert_eq!(raw(&["\n", "\r\n", "  \n"]), []);
}

#[test]
fn what_is_no_message_is_shown() {
    let text = |text: &str| Event::Output { stream: Stream::Stdout, text: text.to_owned() };
    assert_eq!(raw(&["\u{1b}[33mNow using node v22\u{1b}[0m\n"]), [text("Now using node v22")]);
    assert_eq!(raw(&["a {\"b\":1} c\n"]), [text("a {\"b\":1} c")]);
    assert_eq!(
        raw(&["{\"type\":\"sys\n"]),
        [unrecognized(UnrecognizedWhy::NotJson, "{\"type\":\"sys")]
    );
    assert_eq!(
        raw(&["{\"type\":\"sys"]),
        [unrecognized(UnrecognizedWhy::CutOff, "{\"type\":\"sys")]
    );
    let deep = format!("{}1{}\n", "{\"a\":".repeat(300), "}".repeat(300));
    assert!(matches!(raw(&[&deep])[..], [Event::Unrecognized { .. }]));
}

#[test]
fn a_line_beyond_the_limit_is_named_by_its_place() {
    let mut line = vec![b'x'; MAX_LINE + 1];
    line.push(b'\n');
    let chunks = [(Stream::Stdout, line), (Stream::Stdout, format!("{STATUS}\n").into_bytes())];
    let decoded = decode(&chunks, 0);
    let Decoded::Event(pos, Event::Unrecognized { why: UnrecognizedWhy::Oversized, what }) =
        &decoded[0]
    else {
        panic!("{decoded:?}")
    };
    assert_eq!((pos.offset, pos.len), (0, MAX_LINE as u64 + 1));
    assert_eq!(what, "a line of 16777217 bytes");
    assert_eq!(events(decoded)[1], requesting());
}

#[test]
fn a_result_beyond_the_limit_ends_its_turn_with_its_account() {
    let result = |text: &str| {
        let usage = json!({"m": {"inputTokens": 3, "outputTokens": 4_000_000, "costUSD": 0.5}});
        let line = json!({
            "type": "result", "subtype": "success", "is_error": false, "result": text,
            "total_cost_usd": 0.5, "modelUsage": usage,
        });
        // As the program prints it: the kind of the result comes first, the usage totals last.
        let keys = ["type", "subtype", "is_error", "result", "total_cost_usd", "modelUsage"];
        let fields: Vec<String> = keys.map(|key| format!("\"{key}\":{}", line[key])).into();
        raw(&[&format!("{{{}}}\n", fields.join(","))])
    };
    let long = |piece: &str| piece.repeat(MAX_LINE / piece.len() + 1);
    for text in
        [long("words \u{e9}\u{1f600}"), long("a line of words,\nand another "), long("\u{5b57}")]
    {
        let events = result(&text);
        let [Event::Unrecognized { why: UnrecognizedWhy::Oversized, .. }, Event::TurnEnded(end)] =
            &events[..]
        else {
            panic!("{events:?}")
        };
        assert_eq!(end.turn, Turn::Completed);
        let totals = end.usage.as_ref().unwrap().amounts();
        assert_eq!(totals.cost_micros, Some(500_000));
        let (before, after) = end.text.split_once("\n\n[...]\n\n").unwrap();
        assert!(text.starts_with(before) && text.ends_with(after));
    }
    let events = result(&long("\\"));
    assert!(matches!(events[..], [Event::Unrecognized { .. }]), "it cannot be cut: {events:?}");
}

#[test]
fn the_type_may_stand_anywhere() {
    let tail = r#"{"status":"requesting","uuid":"u","subtype":"status","type":"system"}"#;
    assert_eq!(raw(&[&format!("{tail}\n")]), [requesting()]);
    let nested = r#"{"type":"stream_event","type2":1,"event":{"type":"ping"}}"#;
    assert_eq!(raw(&[&format!("{nested}\n")]), []);
}

#[test]
fn drafts_name_their_tool_and_close_with_the_finished_step() {
    let lines = [
        stream(
            json!({"type": "message_start", "message": {"id": "m1", "model": "m", "usage": {}}}),
        ),
        stream(json!({"type": "content_block_start", "index": 3,
                      "content_block": {"type": "tool_use", "id": "c", "name": "Bash", "input": {}}})),
        stream(json!({"type": "content_block_delta", "index": 3,
                      "delta": {"type": "input_json_delta", "partial_json": "{\"co"}})),
        assistant(
            "m1",
            "u",
            json!({"type": "tool_use", "id": "c", "name": "Bash", "input": {}}),
            json!({}),
        ),
    ];
    let chunks: Vec<Chunk> =
        lines.iter().map(|line| (Stream::Stdout, format!("{line}\n").into_bytes())).collect();
    let drafts: Vec<DraftUpdate> = decode(&chunks, 0)
        .into_iter()
        .filter_map(|decoded| match decoded {
            Decoded::Draft(update) => Some(update),
            Decoded::Event(..) => None,
        })
        .collect();
    let message: std::sync::Arc<str> = "m1".into();
    let kind = protocol::DraftKind::ToolInput;
    assert_eq!(
        drafts,
        [
            DraftUpdate::Open {
                message: message.clone(),
                block: 3,
                kind,
                tool: Some("Bash".to_owned())
            },
            DraftUpdate::Append { message: message.clone(), block: 3, text: "{\"co".to_owned() },
            DraftUpdate::Close { message, block: 3 },
        ]
    );
}
