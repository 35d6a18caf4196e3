//! What agents are busy with, and why they summarise their conversations.

use crate::capture::{Chunk, decode_as};
use crate::wire::out;
use agents::Decoded;
use protocol::{Busy, CompactTrigger, Event, Stream};
use serde_json::{Value, json};

#[test]
fn claudes_words_are_translated_to_ours() {
    let other = |words: &str| Busy::Other { words: words.to_owned() };
    for (word, busy) in [
        ("requesting", Busy::Requesting),
        ("compacting", Busy::Compacting),
        ("checking_files", other("checking files")),
    ] {
        let line = json!({"type": "system", "subtype": "status", "status": word});
        assert_eq!(out(&[line]), [Event::Status { busy }], "{word}");
    }
    for (state, busy) in [("running", Busy::Working), ("dreaming", other("dreaming"))] {
        let line = json!({"type": "system", "subtype": "session_state_changed", "state": state});
        assert_eq!(out(&[line]), [Event::Status { busy }], "{state}");
    }
}

#[test]
fn claude_says_why_it_summarised() {
    for (word, trigger) in [
        (json!("auto"), CompactTrigger::Automatic),
        (json!("manual"), CompactTrigger::Asked),
        (json!("nightly"), CompactTrigger::Unknown),
        (json!(null), CompactTrigger::Unknown),
    ] {
        let line = json!({"type": "system", "subtype": "compact_boundary",
            "compact_metadata": {"trigger": word}});
        let compacted = Event::Compacted { trigger, before: None, after: None };
        assert_eq!(out(&[line]), [compacted], "{word}");
    }
}

#[test]
fn codex_summarised_by_itself_unless_it_was_asked() {
    let ask = |id: &str| {
        let request = json!({"id": id, "method": "thread/compact/start", "params": {}});
        (Stream::Stdin, format!("{request}\n").into_bytes())
    };
    let print = |message: Value| (Stream::Stdout, format!("{message}\n").into_bytes());
    let refuse = |id: &str| print(json!({"id": id, "error": {"code": -1, "message": "no"}}));
    let summary = |id: &str| {
        let item = json!({"type": "contextCompaction", "id": id});
        print(json!({"method": "item/completed", "params": {"item": item, "threadId": "t"}}))
    };
    let chunks: Vec<Chunk> = vec![
        summary("i1"),
        ask("c1"),
        summary("i2"),
        summary("i3"),
        ask("c2"),
        refuse("c2"),
        summary("i4"),
    ];
    let decoded = decode_as("codex/2", &chunks, 1000);
    let triggers: Vec<CompactTrigger> = decoded
        .into_iter()
        .filter_map(|decoded| match decoded {
            Decoded::Event(_, Event::Compacted { trigger, .. }) => Some(trigger),
            _ => None,
        })
        .collect();
    use CompactTrigger::{Asked, Automatic};
    assert_eq!(triggers, [Automatic, Asked, Automatic, Automatic]);
}
