//! Messages that come again, are replaced, break off or grow: what an answer is in the end. Written by
//! hand from the types of the agent SDK 0.3.330.

use crate::wire::{out, task};
use protocol::{Event, NoticeLevel};
use serde_json::{Value, json};

pub(crate) fn assistant(id: &str, uuid: &str, block: Value, rest: Value) -> Value {
    let mut line = json!({"type": "assistant", "uuid": uuid, "parent_tool_use_id": null,
        "message": {"id": id, "role": "assistant", "model": "m", "content": [block],
                    "usage": {"input_tokens": 1}}});
    line.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    line
}

pub(crate) fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn texts(events: &[Event]) -> Vec<(u32, &str)> {
    let text = |event| match event {
        &Event::Text { block, ref text, .. } => Some((block, text.as_str())),
        _ => None,
    };
    events.iter().filter_map(text).collect()
}

#[test]
fn a_block_that_comes_again_is_emitted_once() {
    let call = json!({"type": "tool_use", "id": "c", "name": "Bash", "input": {"command": "ls"}});
    let events = out(&[
        assistant("m1", "u1", text("one"), json!({})),
        assistant("m1", "u1", text("one"), json!({})),
        assistant("m1", "u2", call.clone(), json!({})),
        assistant("m1", "u2", call, json!({})),
        assistant("m1", "u3", text("two"), json!({})),
        assistant("m2", "u4", text("one"), json!({})),
    ]);
    assert_eq!(texts(&events), [(0, "one"), (2, "two"), (0, "one")]);
    let calls = events.iter().filter(|event| matches!(event, Event::ToolCall { .. })).count();
    assert_eq!(calls, 1);
}

#[test]
fn a_message_that_is_printed_again_means_nothing_new() {
    let ask = json!({"subtype": "can_use_tool", "tool_name": "Bash", "input": {"command": "ls"}});
    let messages = [
        assistant("m", "u1", text("Hello."), json!({})),
        json!({"type": "user", "uuid": "u2", "message": {"content": [
            {"type": "tool_result", "tool_use_id": "t", "content": "done"},
        ]}}),
        json!({"type": "system", "subtype": "api_retry", "uuid": "u3", "attempt": 1}),
        task("task_notification", json!({"uuid": "u4", "status": "completed"})),
        json!({"type": "rate_limit_event", "uuid": "u5", "rate_limit_info": {"status": "allowed"}}),
        json!({"type": "control_request", "request_id": "r", "request": ask}),
        json!({"type": "result", "uuid": "u6", "subtype": "success", "is_error": false}),
    ];
    for message in &messages {
        let once = out(std::slice::from_ref(message));
        assert_eq!(out(&[message.clone(), message.clone()]), once, "{message}");
        assert!(!once.is_empty(), "{message}");
    }
    let twice: Vec<Value> = messages.iter().chain(&messages).cloned().collect();
    assert_eq!(out(&twice), out(&messages));
}

#[test]
fn a_stream_that_is_printed_twice_line_by_line_is_one_answer() {
    let lines = [
        stream(json!({"type": "message_start", "message": {"id": "m", "model": "m"}})),
        stream(json!({"type": "content_block_start", "index": 0,
                      "content_block": {"type": "text", "text": ""}})),
        stream(json!({"type": "content_block_delta", "index": 0,
                      "delta": {"type": "text_delta", "text": "Hello."}})),
        assistant("m", "u1", text("Hello."), json!({})),
        stream(json!({"type": "content_block_stop", "index": 0})),
        stream(json!({"type": "message_stop"})),
        json!({"type": "result", "uuid": "u2", "subtype": "success", "is_error": false}),
    ];
    let twice: Vec<Value> = lines.iter().flat_map(|line| [line.clone(), line.clone()]).collect();
    assert_eq!(texts(&out(&twice)), [(0, "Hello.")]);
}

#[test]
fn messages_that_differ_in_their_id_alone_are_both_emitted() {
    let retry =
        |uuid| json!({"type": "system", "subtype": "api_retry", "uuid": uuid, "attempt": 1});
    assert_eq!(out(&[retry("a"), retry("b"), retry("a")]).len(), 2);
}

#[test]
fn a_superseded_answer_is_void() {
    let events = out(&[
        assistant("m1", "u1", text("kept"), json!({})),
        assistant("m1", "u2", text("refused"), json!({})),
        assistant("m2", "u3", text("instead"), json!({"supersedes": ["u2", "unknown"]})),
    ]);
    let void = Event::Abandoned { message: "m1".to_owned(), from_block: 1 };
    assert!(events.contains(&void), "{events:?}");

    let retracted = json!({"type": "system", "subtype": "model_refusal_fallback",
        "original_model": "a", "fallback_model": "b", "content": "", "retracted_message_uuids": ["u1"]});
    let events = out(&[assistant("m1", "u1", text("x"), json!({})), retracted]);
    assert_eq!(events[2], Event::Abandoned { message: "m1".to_owned(), from_block: 0 });
    let words = "a refused; b answers instead.".to_owned();
    assert_eq!(events[3], Event::Notice { level: NoticeLevel::Warning, text: words });
}

pub(crate) fn stream(event: Value) -> Value {
    json!({"type": "stream_event", "event": event, "parent_tool_use_id": null})
}

#[test]
fn text_that_nothing_finished_is_kept_when_the_run_ends() {
    let start = stream(
        json!({"type": "message_start", "message": {"id": "m1", "model": "m", "usage": {}}}),
    );
    let open = stream(
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text"}}),
    );
    let delta = |words| {
        stream(json!({"type": "content_block_delta", "index": 0,
                      "delta": {"type": "text_delta", "text": words}}))
    };
    let events = out(&[start, open, delta("half an "), delta("answ")]);
    assert_eq!(texts(&events), [(0, "half an answ")]);
}

#[test]
fn tokens_of_a_message_grow_and_missing_classes_stay() {
    let usage = json!({"input_tokens": 7, "output_tokens": 1, "cache_read_input_tokens": 5});
    let events = out(&[
        stream(
            json!({"type": "message_start", "message": {"id": "m1", "model": "m", "usage": usage}}),
        ),
        stream(json!({"type": "message_delta", "delta": {}, "usage": {"output_tokens": 42}})),
    ]);
    let [Event::MessageUsage { last: false, .. }, Event::MessageUsage { tokens, last: true, .. }] =
        events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!((tokens.input, tokens.output, tokens.cache_read), (7, 42, 5));
}
