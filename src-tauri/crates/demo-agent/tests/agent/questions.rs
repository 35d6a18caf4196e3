//! Questions and the effects of their answers.

use serde_json::{Value, json};

use crate::talk::{FLAGS, Place, Talk, of_type, result};

/// Plays the scene with a permission and answers it with `response`. Returns all lines and the
/// place.
fn answered(response: &Value, more: &[&str]) -> (Vec<Value>, Place) {
    let place = Place::new();
    let mut talk = place.talk(more);
    talk.prompt("[[demo:ask]]");
    let asked = talk.next("control_request");
    talk.answer(&asked, response);
    talk.close();
    let mut lines = vec![asked];
    lines.extend(talk.rest());
    (lines, place)
}

#[test]
fn an_allowed_command_runs() {
    let (lines, place) = answered(&json!({"behavior": "allow"}), &[]);
    let asked = &lines[0]["request"];
    assert_eq!(asked["subtype"], "can_use_tool");
    assert_eq!(asked["tool_name"], "Bash");
    assert_eq!(asked["input"]["command"], "echo allowed > allowed.txt");
    assert!(place.work().join("allowed.txt").is_file());
    assert_eq!(result(&lines)["result"], "The command ran: `allowed.txt` is there.");
    assert_eq!(result(&lines)["permission_denials"], json!([]));
}

#[test]
fn a_denied_command_does_not_run_and_the_turn_goes_on() {
    let (lines, place) = answered(&json!({"behavior": "deny", "message": "Not today"}), &[]);
    assert!(!place.work().join("allowed.txt").exists());
    let ended = result(&lines);
    assert_eq!(ended["result"], "The command did not run: Not today");
    assert_eq!(ended["is_error"], false);
    assert_eq!(ended["permission_denials"][0]["tool_name"], "Bash");
    let refused = of_type(&lines, "user")[0];
    assert_eq!(refused["tool_use_result"], "Error: Not today");
}

#[test]
fn a_denial_can_stop_the_turn() {
    let (lines, _) =
        answered(&json!({"behavior": "deny", "message": "Stop", "interrupt": true}), &[]);
    let ended = result(&lines);
    assert_eq!(ended["terminal_reason"], "aborted_tools");
    assert_eq!(ended["permission_denials"][0]["tool_name"], "Bash");
}

#[test]
fn a_changed_input_is_what_runs() {
    let input = json!({"command": "echo other > other.txt"});
    let (_, place) = answered(&json!({"behavior": "allow", "updatedInput": input}), &[]);
    assert!(place.work().join("other.txt").is_file());
    assert!(!place.work().join("allowed.txt").exists());
}

#[test]
fn a_rule_in_the_answer_spares_the_next_question() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.prompt("[[demo:ask]]");
    let asked = talk.next("control_request");
    let rules = &asked["request"]["permission_suggestions"];
    talk.answer(&asked, &json!({"behavior": "allow", "updatedPermissions": rules}));
    talk.next("result");
    talk.prompt("[[demo:ask]]");
    let lines = talk.until(|line| line["type"] == "result");
    assert!(of_type(&lines, "control_request").is_empty());
    assert_eq!(lines.last().expect("a result")["is_error"], false);
}

#[test]
fn a_question_at_the_end_of_stdin_becomes_a_denial_that_looks_like_success() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.prompt("[[demo:ask]]");
    talk.next("control_request");
    talk.close();
    let lines = talk.rest();
    let closed = of_type(&lines, "user")[0]["message"]["content"][0]["content"].as_str();
    assert!(closed.expect("text").contains("stream closed before response received"));
    assert_eq!(result(&lines)["is_error"], false);
    assert_eq!(result(&lines)["permission_denials"][0]["tool_name"], "Bash");
    assert_eq!(talk.code(), 0);
}

#[test]
fn without_anybody_to_ask_the_command_is_denied_at_once() {
    let place = Place::new();
    let mut talk = Talk::inside(&place, &FLAGS[..FLAGS.len() - 2], "");
    talk.prompt("[[demo:ask]]");
    talk.close();
    let lines = talk.rest();
    assert!(lines.iter().any(|line| line["subtype"] == "permission_denied"));
    assert!(!place.work().join("allowed.txt").exists());
}

#[test]
fn an_interrupt_withdraws_the_question() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.prompt("[[demo:ask]]");
    let asked = talk.next("control_request");
    talk.control("int-1", "interrupt");
    let lines = talk.until(|line| line["type"] == "result");
    assert_eq!(lines[0]["type"], "control_cancel_request");
    assert_eq!(lines[0]["request_id"], asked["request_id"]);
    assert_eq!(lines[1]["type"], "control_response");
    assert_eq!(lines.last().expect("a result")["terminal_reason"], "aborted_tools");
}

#[test]
fn two_questions_are_open_at_once_and_answered_in_any_order() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.prompt("[[demo:ask2]]");
    let left = talk.next("control_request");
    let right = talk.next("control_request");
    assert_ne!(left["request"]["agent_id"], right["request"]["agent_id"]);
    talk.answer(&right, &json!({"behavior": "deny", "message": "Not right"}));
    let lines = talk.until(|line| line["subtype"] == "background_tasks_changed");
    assert_eq!(lines.last().expect("a line")["tasks"].as_array().expect("a list").len(), 1);
    talk.allow(&left);
    talk.close();
    talk.rest();
    assert!(place.work().join("left.txt").is_file());
    assert!(!place.work().join("right.txt").exists());
}

#[test]
fn a_choice_comes_back_with_the_answers() {
    let place = Place::new();
    let mut talk = place.talk(&[]);
    talk.prompt("[[demo:choice]]");
    let asked = talk.next("control_request");
    assert_eq!(asked["request"]["requires_user_interaction"], true);
    let mut input = asked["request"]["input"].clone();
    input["answers"] = json!({"How should overdue parcels be shown?": "In red"});
    talk.answer(&asked, &json!({"behavior": "allow", "updatedInput": input}));
    talk.close();
    let lines = talk.rest();
    let reply = of_type(&lines, "user")[0];
    assert_eq!(
        reply["tool_use_result"]["answers"]["How should overdue parcels be shown?"],
        "In red"
    );
    let text = reply["message"]["content"][0]["content"].as_str().expect("text");
    assert!(text.contains("\"How should overdue parcels be shown?\"=\"In red\""));
}

#[test]
fn an_approved_plan_changes_the_mode() {
    let place = Place::new();
    let mut talk = place.talk(&["--permission-mode", "plan"]);
    talk.prompt("[[demo:plan]]");
    let asked = talk.next("control_request");
    assert_eq!(asked["request"]["tool_name"], "ExitPlanMode");
    assert_eq!(asked["request"]["input"], json!({}));
    talk.allow(&asked);
    let lines = talk.until(|line| line["type"] == "result");
    assert!(lines.iter().any(|line| line["permissionMode"] == "default"));
    talk.prompt("[[demo:plan]]");
    let again = talk.next("control_request");
    talk.answer(&again, &json!({"behavior": "deny", "message": "Too short"}));
    assert_eq!(talk.next("result")["result"], "The plan is not approved: Too short");
}
