//! Compares the ground-truth file with what was printed to stdout and written to stdin.

use serde_json::{Value, json};

use crate::talk::{Place, Talk};

fn noted(place: &Place, kind: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(place.file("truth")).expect("it was written");
    let all: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let counted = all.iter().enumerate().all(|(at, note)| note["n"] == at + 1);
    assert!(counted, "the notes are numbered without a gap");
    all.into_iter().filter(|note| note["kind"] == kind).collect()
}

fn directive(place: &Place) -> String {
    format!("ground_truth={}", place.file("truth").display())
}

#[test]
fn every_printed_line_is_noted_once_in_its_order() {
    let place = Place::new();
    let mut talk = Talk::inside(&place, crate::talk::FLAGS, &directive(&place));
    talk.prompt("[[demo:tools]] [[demo:subagent]]");
    talk.close();
    let mut hashes = Vec::new();
    while let Some(line) = talk.line() {
        hashes.push(json!(demo_agent::content_hash(line.as_bytes())));
    }
    assert_eq!(talk.code(), 0);
    let noted: Vec<Value> = noted(&place, "line").iter().map(|note| note["hash"].clone()).collect();
    assert_eq!(noted, hashes);
}

#[test]
fn prompts_and_answers_are_noted_with_their_hashes() {
    let place = Place::new();
    let mut talk = Talk::inside(&place, crate::talk::FLAGS, &directive(&place));
    talk.prompt("[[demo:ask]]");
    let asked = talk.next("control_request");
    let response = json!({"behavior": "deny", "message": "No"});
    talk.answer(&asked, &response);
    talk.answer(&asked, &response);
    talk.next("result");
    talk.close();
    talk.rest();
    assert_eq!(talk.code(), 0);
    let prompts = noted(&place, "prompt");
    assert_eq!(prompts.len(), 1);
    assert_eq!(prompts[0]["hash"], demo_agent::content_hash(b"[[demo:ask]]"));
    let answers = noted(&place, "answer");
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0]["request_id"], asked["request_id"]);
    let hash = demo_agent::content_hash(response.to_string().as_bytes());
    assert_eq!(answers[0]["hash"], hash);
    assert_eq!(noted(&place, "answer_unasked").len(), 1);
}
