//! The order and the format of the lines of a conversation.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::talk::{FLAGS, Place, Talk, of_type, program, result};

/// A short name for the kind of a line.
fn kind(line: &Value) -> String {
    let word = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    match line["type"].as_str().unwrap_or_default() {
        "system" => word("subtype"),
        "stream_event" => line["event"]["type"].as_str().unwrap_or_default().to_owned(),
        other => other.to_owned(),
    }
}

fn kinds(lines: &[Value]) -> Vec<String> {
    let mut kinds: Vec<String> = lines.iter().map(kind).collect();
    kinds.dedup();
    kinds
}

#[test]
fn a_plain_turn_has_the_lines_of_the_real_program_in_their_order() {
    let (lines, code) = Place::new().once("[[demo:plain]]", &[]);
    let text = ["content_block_start", "content_block_delta", "assistant", "content_block_stop"];
    let kinds = kinds(&lines);
    assert_eq!(kinds[..3], ["init", "status", "message_start"]);
    assert_eq!(kinds[3..6], ["content_block_start", "thinking_tokens", "content_block_delta"]);
    assert_eq!(kinds[kinds.len() - 7..kinds.len() - 3], text);
    assert_eq!(kinds[kinds.len() - 3..], ["message_delta", "message_stop", "result"]);
    assert_eq!(code, 0);
}

#[test]
fn every_line_names_the_session_and_has_an_id_of_its_own() {
    let (lines, _) = Place::new().once("[[demo:tools]]", &["--session-id", "s-1"]);
    let ids: BTreeSet<&str> =
        lines.iter().map(|line| line["uuid"].as_str().expect("an id")).collect();
    assert_eq!(ids.len(), lines.len());
    assert!(lines.iter().all(|line| line["session_id"] == "s-1"));
}

#[test]
fn the_same_session_gives_the_same_ids() {
    let ids = || {
        let (lines, _) = Place::new().once("[[demo:plain]]", &["--session-id", "s-1"]);
        lines.iter().map(|line| line["uuid"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(), ids());
}

#[test]
fn the_deltas_of_a_block_add_up_to_its_assistant_line() {
    let (lines, _) = Place::new().once("[[demo:unicode]] [[demo:long size=9000]]", &[]);
    let mut streamed = String::new();
    let mut compared = 0;
    for line in &lines {
        let delta = &line["event"]["delta"];
        streamed += delta["text"].as_str().or_else(|| delta["thinking"].as_str()).unwrap_or("");
        if line["type"] == "assistant" {
            let block = &line["message"]["content"][0];
            let whole = block["text"].as_str().or_else(|| block["thinking"].as_str());
            assert_eq!(Some(streamed.as_str()), whole);
            streamed.clear();
            compared += 1;
        }
    }
    assert_eq!(compared, 3);
}

#[test]
fn queued_prompts_have_a_turn_each_and_another_scene_may_follow() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.prompt("[[demo:plain]]");
    talk.prompt("[[demo:echo]] abc");
    talk.close();
    let lines = talk.rest();
    let results = of_type(&lines, "result");
    assert_eq!(results.len(), 2);
    assert_eq!((&results[0]["result_index"], &results[1]["result_index"]), (&json!(0), &json!(1)));
    let hash = demo_agent::content_hash(b"[[demo:echo]] abc");
    assert_eq!(results[1]["result"], format!("17 bytes, hash {hash}"));
    assert_eq!(lines.iter().filter(|line| kind(line) == "init").count(), 2);
    assert_eq!(talk.code(), 0);
}

#[test]
fn scenes_of_one_prompt_are_played_in_one_turn() {
    let (lines, _) = Place::new().once("[[demo:retry n=1]] and [[demo:tools]]", &[]);
    assert_eq!(lines.iter().filter(|line| kind(line) == "api_retry").count(), 1);
    assert!(result(&lines)["result"].as_str().expect("text").starts_with("Done: `hello.txt`"));
}

#[test]
fn initialize_is_answered_before_any_prompt() {
    let place = Place::new();
    let mut talk = place.talk(&["--permission-mode", "plan"]);
    talk.control("i-1", "initialize");
    let answer = talk.next("control_response");
    assert_eq!(answer["response"]["request_id"], "i-1");
    assert_eq!(answer["response"]["response"]["current_permission_mode"], "plan");
    talk.control("x-1", "no_such_thing");
    assert_eq!(talk.next("control_response")["response"]["subtype"], "error");
    talk.close();
    assert!(talk.rest().is_empty());
    assert_eq!(talk.code(), 0);
}

#[test]
fn an_interrupt_ends_the_turn_and_the_conversation_goes_on() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.prompt("[[demo:slow ms=1]]");
    talk.until(|line| line["event"]["delta"]["text"] == "word3 ");
    talk.control("int-1", "interrupt");
    let lines = talk.until(|line| line["type"] == "result");
    let after: Vec<String> =
        kinds(&lines).into_iter().skip_while(|kind| kind != "control_response").collect();
    let end = ["content_block_stop", "message_delta", "message_stop", "result"];
    assert_eq!(after[..3], ["control_response", "assistant", "user"]);
    assert_eq!(after[3..], end);
    let aborted = of_type(&lines, "assistant").pop().expect("the partial text");
    assert_eq!(aborted["aborted"], true);
    let ended = lines.last().expect("a result");
    assert_eq!(ended["subtype"], "error_during_execution");
    assert_eq!(ended["terminal_reason"], "aborted_streaming");
    assert!(ended.get("result").is_none());
    talk.prompt("[[demo:plain]]");
    assert_eq!(talk.next("result")["is_error"], false);
    talk.close();
    assert_eq!(talk.code(), 0);
}

#[test]
fn an_interrupt_kills_a_running_command() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.prompt("[[demo:sleep seconds=600]]");
    talk.until(|line| kind(line) == "message_stop");
    talk.control("int-1", "interrupt");
    let lines = talk.until(|line| line["type"] == "result");
    assert_eq!(lines.last().expect("a result")["terminal_reason"], "aborted_tools");
    let rejected = of_type(&lines, "user");
    assert_eq!(rejected[0]["tool_use_result"], "User rejected tool use");
    talk.close();
    assert_eq!(talk.code(), 1);
}

#[test]
fn an_interrupt_between_turns_is_only_acknowledged() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.control("int-1", "interrupt");
    let answer = talk.next("control_response");
    assert_eq!(answer["response"]["response"], json!({"still_queued": []}));
    talk.close();
    assert_eq!(talk.code(), 0);
}

#[test]
fn background_work_brings_a_second_result() {
    for (scene, lines_of_task) in [("subagent", "local_agent"), ("bgbash", "local_bash")] {
        let (lines, code) = Place::new().once(&format!("[[demo:{scene}]]"), &[]);
        let results = of_type(&lines, "result");
        assert_eq!(results.len(), 2, "{scene}");
        assert!(results[0].get("origin").is_none());
        assert_eq!(results[1]["origin"]["kind"], "task-notification");
        let started = lines.iter().find(|line| kind(line) == "task_started").expect("started");
        assert_eq!(started["task_type"], lines_of_task);
        assert_eq!(results[1]["origin"]["runId"], started["run_id"]);
        let open = lines.iter().rfind(|line| kind(line) == "background_tasks_changed");
        assert_eq!(open.expect("a line")["tasks"], json!([]));
        assert_eq!(code, 0);
    }
}

#[test]
fn an_interrupt_stops_background_work_without_a_second_result() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.prompt("[[demo:ask2]]");
    talk.until(|line| line["type"] == "control_request");
    talk.next("control_request");
    talk.control("int-1", "interrupt");
    let lines = talk.until(|line| line["type"] == "control_response");
    assert_eq!(of_type(&lines, "control_cancel_request").len(), 2);
    let killed = lines.iter().filter(|line| line["patch"]["status"] == "killed");
    assert_eq!(killed.count(), 2);
    talk.close();
    assert!(of_type(&talk.rest(), "result").is_empty());
}

#[test]
fn subagents_speak_in_whole_lines_under_their_tool_call() {
    let (lines, _) = Place::new().once("[[demo:subagent]]", &[]);
    let theirs: Vec<&Value> =
        lines.iter().filter(|line| line["parent_tool_use_id"].is_string()).collect();
    assert!(theirs.len() >= 4);
    assert!(theirs.iter().all(|line| line["type"] != "stream_event"));
    let launched = lines.iter().find(|line| line["tool_use_result"]["isAsync"] == true);
    let call = &launched.expect("launched")["message"]["content"][0]["tool_use_id"];
    assert!(theirs.iter().all(|line| &line["parent_tool_use_id"] == call));
}

#[test]
fn a_broken_stream_is_abandoned_and_answered_again() {
    let (lines, _) = Place::new().once("[[demo:disconnect]]", &[]);
    let abandoned = lines.iter().find(|line| line.get("abandoned_blocks").is_some()).expect("one");
    let dead = &abandoned["abandoned_blocks"]["api_message_id"];
    let answers = of_type(&lines, "assistant");
    let texts: Vec<_> =
        answers.iter().filter(|line| line["message"]["content"][0]["type"] == "text").collect();
    assert!(texts.iter().all(|line| &line["message"]["id"] != dead));
    assert_eq!(texts[0]["message"]["content"][0]["text"], result(&lines)["result"]);
}

#[test]
fn failures_are_reported_as_the_real_program_does() {
    let cases = [
        ("login", "authentication_failed", "api_error"),
        ("billing", "billing_error", "api_error"),
        ("model", "model_not_found", "api_error"),
        ("prompt_too_long", "invalid_request", "prompt_too_long"),
        ("max_output", "max_output_tokens", "api_error"),
        ("refusal", "invalid_request", "api_error"),
        ("overloaded", "server_error", "api_error"),
    ];
    for (scene, error, terminal) in cases {
        let (lines, code) = Place::new().once(&format!("[[demo:{scene}]]"), &[]);
        let ended = result(&lines);
        assert_eq!(ended["subtype"], "success", "{scene}");
        assert_eq!(ended["is_error"], true, "{scene}");
        assert_eq!(ended["terminal_reason"], terminal, "{scene}");
        let line = of_type(&lines, "assistant").pop().expect("a synthetic line");
        assert_eq!(line["error"], error, "{scene}");
        assert_eq!(line["message"]["model"], "<synthetic>", "{scene}");
        assert_eq!(code, 1, "{scene}");
    }
    for (scene, subtype) in [("budget", "error_max_budget_usd"), ("maxturns", "error_max_turns")] {
        let (lines, code) = Place::new().once(&format!("[[demo:{scene}]]"), &[]);
        assert_eq!(result(&lines)["subtype"], subtype);
        assert!(result(&lines)["errors"][0].is_string());
        assert_eq!(code, 1);
    }
}

#[test]
fn half_surrogates_and_invisible_characters_are_escaped() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.prompt("[[demo:surrogate]] [[demo:unicode]]");
    talk.close();
    let mut text = String::new();
    while let Some(line) = talk.line() {
        text += &line;
    }
    assert!(text.contains(r"[\ud83d]") && text.contains(r"\u202eoverride\u202c"));
    assert!(!text.contains('\u{2028}') && !text.contains('\u{7f}') && text.contains('漢'));
}

#[test]
fn without_the_flag_there_are_no_stream_events() {
    let place = Place::new();
    let flags: Vec<&str> =
        FLAGS.iter().copied().filter(|flag| *flag != "--include-partial-messages").collect();
    let mut talk = Talk::inside(&place, &flags, "");
    talk.prompt("[[demo:plain]]");
    talk.close();
    let lines = talk.rest();
    assert!(of_type(&lines, "stream_event").is_empty());
    assert_eq!(of_type(&lines, "assistant").len(), 2);
}

#[test]
fn the_program_talks_over_its_own_streams() {
    let place = Place::new();
    let mut talk = Talk::process(&place, &["--session-id", "s-1"]);
    talk.prompt("[[demo:plain]]");
    assert_eq!(talk.next("result")["session_id"], "s-1");
    talk.prompt("[[demo:login]]");
    talk.close();
    assert_eq!(result(&talk.rest())["terminal_reason"], "api_error");
    assert_eq!(talk.code(), 1);
}

#[test]
fn the_program_says_who_it_is() {
    let place = Place::new();
    let version = program(&place).arg("--version").output().expect("it runs");
    assert_eq!(version.stdout, b"2.1.330 (Musher demo agent)\n");
    let auth = program(&place).args(["auth", "status", "--json"]).output().expect("it runs");
    let auth: Value = serde_json::from_slice(&auth.stdout).expect("JSON");
    assert_eq!((&auth["loggedIn"], &auth["authMethod"]), (&json!(true), &json!("demo")));
}

#[test]
fn a_bad_command_line_leaves_stdout_empty() {
    let place = Place::new();
    let output = program(&place).args(FLAGS).arg("--no-such-flag").output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert_eq!(output.stderr, b"error: unknown option '--no-such-flag'\n");
}

#[test]
fn a_prompt_on_the_command_line_is_one_turn() {
    let place = Place::new();
    let args = ["-p", "[[demo:plain]]", "--output-format", "stream-json", "--verbose"];
    let output = program(&place).args(args).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).expect("text");
    let last: Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["type"], "result");
}

#[test]
fn an_unknown_wish_ends_the_process_with_a_message() {
    let place = Place::new();
    let args = ["-p", "[[demo:plian]]", "--output-format", "stream-json", "--verbose"];
    let output = program(&place).args(args).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stderr, b"error: unknown demo directive 'plian'\n");
}
