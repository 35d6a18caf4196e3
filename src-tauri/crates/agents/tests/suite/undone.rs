//! What a turn is worth in which nobody seems to have worked: the program calls each of them a success.

use crate::capture::{self, Chunk, decode};
use agents::Decoded;
use protocol::{Event, Stream, Turn};
use serde_json::{Value, json};

const RESULT: &str = "00000000-0000-4000-8000-0000000000ff";

/// The meaning and the words of the turn that this prompt began, with these lines before its result.
fn turn(prompt: &str, before: &[Value], result: Value) -> (Turn, String) {
    let prompt = json!({"type": "user", "message": {"role": "user", "content": prompt}});
    let mut end = json!({"type": "result", "subtype": "success", "is_error": false,
        "num_turns": 0, "duration_api_ms": 0, "uuid": RESULT});
    end.as_object_mut().unwrap().extend(result.as_object().unwrap().clone());
    let line = |line: &Value| format!("{line}\n").into_bytes();
    let mut chunks: Vec<Chunk> = vec![(Stream::Stdin, line(&prompt))];
    chunks.extend(before.iter().map(|one| (Stream::Stdout, line(one))));
    chunks.push((Stream::Stdout, line(&end)));
    let mut ends = decode(&chunks, 1000).into_iter().filter_map(|decoded| match decoded {
        Decoded::Event(_, Event::TurnEnded(end)) => Some((end.turn, end.text)),
        _ => None,
    });
    ends.next().unwrap()
}

fn by_program(words: &str) -> Value {
    said("<synthetic>", words)
}

fn said(model: &str, words: &str) -> Value {
    json!({"type": "assistant", "uuid": words, "message": {"id": "m", "role": "assistant",
        "model": model, "content": [{"type": "text", "text": words}]}})
}

fn printed(tag: &str, words: &str) -> Value {
    json!({"type": "user", "uuid": words, "message": {"role": "user",
        "content": format!("<{tag}>{words}</{tag}>")}})
}

fn words(words: &str) -> Value {
    json!({"result": words})
}

#[test]
fn a_turn_in_which_nothing_was_done_failed_in_the_programs_words() {
    let compact_failed = json!({"type": "system", "subtype": "status", "status": null, "uuid": "s",
        "compact_result": "failed", "compact_error": "too_few_groups"});
    let table: [(&str, Vec<Value>, Value, &str); 9] = [
        ("/revew it", vec![], words("Unknown command: /revew. Did you mean /review?"), ""),
        ("/revew it", vec![], words("Unknown skill: revew"), ""),
        ("/revew", vec![], json!({"num_turns": 1, "result": "Unknown slash command: revew"}), ""),
        ("/help", vec![], words("/help isn't available in this environment."), ""),
        ("/compact", vec![], words("Not enough messages to compact."), ""),
        ("/compact", vec![compact_failed], words("The conversation is too short."), ""),
        (
            "/deploy",
            vec![printed("local-command-stderr", "no such host")],
            words("no such host"),
            "",
        ),
        // A skill whose preamble failed says nothing at all.
        ("/my-skill", vec![], words(""), "The agent did nothing and said nothing about it."),
        ("fix it", vec![], words("Your plan has no access to this."), ""),
    ];
    for (prompt, mut before, result, expected) in table {
        let said = result["result"].as_str().unwrap().to_owned();
        if !said.is_empty() {
            before.push(by_program(&said));
        }
        let expected = if expected.is_empty() { said } else { expected.to_owned() };
        let got = turn(prompt, &before, result.clone());
        assert_eq!(got, (Turn::Failed, expected), "{prompt} {result}");
    }
}

#[test]
fn a_turn_that_did_what_was_asked_is_complete() {
    let compacted = json!({"type": "system", "subtype": "compact_boundary", "uuid": "b",
        "compact_metadata": {"trigger": "manual", "pre_tokens": 9, "post_tokens": 1}});
    let reset = json!({"type": "conversation_reset", "trigger": "clear", "uuid": "r"});
    let shown = json!({"type": "system", "subtype": "local_command_output", "uuid": "o",
        "content": "Context: 12 %"});
    let model = |text: &str| said("claude-opus-5-5", text);
    let table: [(&str, Vec<Value>, Value); 8] = [
        ("/compact", vec![compacted], words("")),
        ("/compact", vec![printed("local-command-stdout", "Compacted")], words("")),
        ("/clear", vec![reset], words("")),
        ("/clear", vec![by_program("(no content)")], words("")),
        ("/context", vec![shown], words("")),
        ("/cost", vec![by_program("Total cost: $0.55")], words("Total cost: $0.55")),
        // The words of a model are no words of the program.
        ("why?", vec![model("Unknown command: /x")], words("Unknown command: /x")),
        (
            "/review",
            vec![model("Error: 2 found")],
            json!({"num_turns": 3, "result": "Error: 2 found"}),
        ),
    ];
    for (prompt, before, result) in table {
        assert_eq!(turn(prompt, &before, result.clone()).0, Turn::Completed, "{prompt} {result}");
    }
}

#[test]
fn a_recorded_compaction_failed_or_was_done() {
    let turns = |name: &str| -> Vec<Turn> {
        let events = capture::one(name).decoded().into_iter();
        let ends = events.filter_map(|decoded| match decoded {
            Decoded::Event(_, Event::TurnEnded(end)) => Some(end.turn),
            _ => None,
        });
        ends.collect()
    };
    let (done, failed) = (Turn::Completed, Turn::Failed);
    assert_eq!(turns("2.1.197/compact"), [done, failed, done], "too few messages");
    assert_eq!(turns("2.1.330/compact"), [done, done, done]);
    assert_eq!(turns("2.1.197/clear"), [done, done, done]);
    assert_eq!(turns("2.1.330/clear"), [done, done, done]);
}
