//! Tokens and cost: in the streamed events, in results, and stored in a session.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::talk::{Place, of_type, result};

const CLASSES: &[&str] =
    &["input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];

/// The usage of the main conversation's messages up to each result: the last one per message, from
/// `message_delta` or from an unstreamed answer.
fn streamed(lines: &[Value]) -> BTreeMap<&'static str, u64> {
    let mut by_message: BTreeMap<String, &Value> = BTreeMap::new();
    for line in lines.iter().filter(|line| line["parent_tool_use_id"].is_null()) {
        let (id, usage) = match line["event"]["type"].as_str() {
            Some("message_start") => (&line["api_message_id"], &line["event"]["message"]["usage"]),
            Some("message_delta") => (&line["api_message_id"], &line["event"]["usage"]),
            _ if line["message"]["stop_reason"] == "end_turn" => {
                (&line["message"]["id"], &line["message"]["usage"])
            }
            _ => continue,
        };
        by_message.insert(id.to_string(), usage);
    }
    let sum = |class: &str| by_message.values().filter_map(|usage| usage[class].as_u64()).sum();
    CLASSES.iter().map(|class| (*class, sum(class))).collect()
}

fn of_result(ended: &Value) -> BTreeMap<&'static str, u64> {
    CLASSES
        .iter()
        .map(|class| (*class, ended["usage"][class].as_u64().expect("a number")))
        .collect()
}

fn total(ended: &Value, field: &str) -> f64 {
    let models = ended["modelUsage"].as_object().expect("an object");
    models.values().map(|usage| usage[field].as_f64().expect("a number")).sum()
}

#[test]
fn the_usage_of_a_result_is_the_sum_of_what_was_streamed() {
    for scene in ["plain", "tools", "retry", "disconnect", "sse_error", "max_output", "refusal"] {
        let (lines, _) = Place::new().once(&format!("[[demo:{scene}]]"), &[]);
        assert_eq!(of_result(result(&lines)), streamed(&lines), "{scene}");
    }
}

#[test]
fn the_totals_of_a_finished_turn_are_its_usage_and_cost_their_list_price() {
    let (lines, _) = Place::new().once("[[demo:tools]]", &["--model", "sonnet"]);
    let ended = result(&lines);
    let usage = streamed(&lines);
    let model = &ended["modelUsage"]["claude-sonnet-5-5"];
    assert_eq!(model["inputTokens"], usage["input_tokens"]);
    assert_eq!(model["outputTokens"], usage["output_tokens"]);
    let nanos = usage["input_tokens"] * 2_000
        + usage["output_tokens"] * 10_000
        + usage["cache_creation_input_tokens"] * 2_500
        + usage["cache_read_input_tokens"] * 100;
    let dollars = ended["total_cost_usd"].as_f64().expect("a number");
    assert_eq!(format!("{:.0}", dollars * 1e9), nanos.to_string());
    assert_eq!(model["costBasis"], "list");
}

#[test]
fn an_unknown_model_has_a_cost_that_says_so() {
    let (lines, _) = Place::new().once("[[demo:plain]]", &["--model", "own-model"]);
    assert_eq!(result(&lines)["modelUsage"]["own-model"]["costBasis"], "unknown");
}

#[test]
fn results_of_one_run_carry_running_totals() {
    let (lines, _) = Place::new().once("[[demo:subagent]]", &[]);
    let results = of_type(&lines, "result");
    let since = |at: usize| {
        let models = results[at]["model_usage_since_last_result"].as_object().expect("an object");
        models.values().map(|usage| usage["outputTokens"].as_f64().expect("a number")).sum::<f64>()
    };
    assert!((since(0) + since(1) - total(results[1], "outputTokens")).abs() < 0.5);
    assert!(total(results[1], "outputTokens") > total(results[0], "outputTokens"));
}

#[test]
fn a_resumed_session_continues_its_totals() {
    let place = Place::new();
    let (first, _) = place.once("[[demo:plain]]", &["--session-id", "s-1"]);
    let (second, _) = place.once("[[demo:plain]]", &["--resume", "s-1"]);
    let (first, second) = (result(&first), result(&second));
    assert_eq!(second["session_id"], "s-1");
    let fresh = second["model_usage_since_last_result"]["claude-opus-5-5"]["outputTokens"].as_f64();
    let sum = total(first, "outputTokens") + fresh.expect("a number");
    assert!((total(second, "outputTokens") - sum).abs() < 0.5);
    assert!(second["total_cost_usd"].as_f64() > first["total_cost_usd"].as_f64());
}

#[test]
fn older_versions_begin_their_totals_anew() {
    let place = Place::new();
    let (first, _) = place.once("[[demo:plain]]", &["--session-id", "s-1"]);
    let (second, _) = place.once("[[demo:plain restart_totals=1]]", &["--resume", "s-1"]);
    let outputs = [&first, &second].map(|lines| total(result(lines), "outputTokens"));
    assert_eq!(outputs[0].to_string(), outputs[1].to_string());
}

#[test]
fn two_runs_of_one_session_share_no_id() {
    let place = Place::new();
    let (first, _) = place.once("[[demo:plain]]", &["--session-id", "s-1"]);
    let (second, _) = place.once("[[demo:plain]]", &["--resume", "s-1"]);
    assert!(first.iter().all(|line| second.iter().all(|other| other["uuid"] != line["uuid"])));
}

#[test]
fn an_interrupted_request_costs_although_its_usage_is_not_reported() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.prompt("[[demo:slow ms=1]]");
    talk.until(|line| line["event"]["delta"]["text"] == "word9 ");
    talk.control("int-1", "interrupt");
    let ended = talk.next("result");
    assert_eq!(ended["usage"]["output_tokens"], 0);
    assert!(total(&ended, "outputTokens") >= 10.0);
}

#[test]
fn a_session_nobody_began_cannot_be_resumed() {
    let (lines, code) = Place::new().once("[[demo:plain]]", &["--resume", "nobody"]);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["subtype"], "error_during_execution");
    assert_eq!(lines[0]["errors"][0], "No conversation found with session ID: nobody");
    assert_eq!(code, 1);
}

#[test]
fn a_session_cannot_begin_twice() {
    let place = Place::new();
    place.once("[[demo:plain]]", &["--session-id", "s-1"]);
    let (lines, code) = place.once("[[demo:plain]]", &["--session-id", "s-1"]);
    assert!(lines.is_empty());
    assert_eq!(code, 1);
}
