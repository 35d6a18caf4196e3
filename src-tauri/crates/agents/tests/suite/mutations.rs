//! Recorded lines with each field dropped, renamed or given another shape: nothing panics and no line
//! is lost. What gave an event before gives one after, if only the notice that its shape is unknown;
//! and a missing detail never costs a result its meaning.

use crate::capture::{self, decode};
use agents::Decoded;
use protocol::{Event, Stream};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Fields that decide whether a line says anything at all: without them (or with another value) a
/// line can rightly become one that is left out by name.
const DECIDING: [&str; 2] = ["/type", "/subtype"];

#[test]
fn a_changed_field_never_loses_a_line() {
    let mut fields = BTreeSet::new();
    for capture in capture::all() {
        for (stream, bytes) in capture.chunks() {
            let Some(message) = message(&bytes).filter(|_| bytes.len() < 8000) else { continue };
            let mut new = paths(&message);
            new.retain(|path| fields.insert((stream, kind(&message), path.clone())));
            let has_events = || !decode(&[(stream, bytes.clone())], 0).is_empty();
            if new.is_empty() || !has_events() {
                continue;
            }
            for (path, mutant) in new.iter().flat_map(|path| mutants(&message, path)) {
                let after = decode(&[(stream, format!("{mutant}\n").into_bytes())], 0);
                let may_be_silent =
                    DECIDING.contains(&path.as_str()) || may_silence(&message, &path);
                assert!(!after.is_empty() || may_be_silent, "{}: {path}: {mutant}", capture.name);
            }
        }
    }
    assert!(fields.len() > 1000, "only {} fields", fields.len());
}

#[test]
fn a_result_keeps_its_meaning_without_its_details() {
    let capture = capture::one("2.1.330/plain");
    let result = capture
        .chunks()
        .into_iter()
        .filter_map(|(_, bytes)| message(&bytes))
        .find(|message| message["type"] == "result")
        .unwrap();
    let meaningful = ["/type", "/subtype", "/is_error", "/terminal_reason", "/modelUsage"];
    let mut details = paths(&result);
    details.retain(|path| !meaningful.iter().any(|field| path.starts_with(field)));
    for (path, mutant) in details.iter().flat_map(|path| mutants(&result, path)) {
        let decoded = decode(&[(Stream::Stdout, format!("{mutant}\n").into_bytes())], 0);
        let Some(Decoded::Event(_, Event::TurnEnded(end))) = decoded.last() else {
            panic!("no end: {path}: {decoded:?}");
        };
        assert_eq!(end.turn, protocol::Turn::Completed, "{path}");
        assert!(end.usage.is_some(), "{path}");
    }
}

/// Lines whose field is itself the news: without it there is none.
fn may_silence(message: &Value, path: &str) -> bool {
    let kind = message["type"].as_str().unwrap_or("");
    match (kind, message["subtype"].as_str().unwrap_or("")) {
        // A piece of an unknown kind or without text; what follows a status that is null.
        ("stream_event", _) => {
            path.starts_with("/event/delta") || path.starts_with("/event/content")
        }
        ("system", "status") => path == "/status" || path == "/compact_error",
        ("system", "informational" | "model_refusal_no_fallback") => true,
        ("system", "task_updated") => true,
        // A replayed prompt, and an answer whose list of blocks became empty.
        ("user" | "assistant", _) => path.starts_with("/message/content") || path == "/isReplay",
        _ => false,
    }
}

fn message(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok().filter(Value::is_object)
}

/// What sort of message it is: the names that decide how its fields are read.
fn kind(message: &Value) -> String {
    let names = [
        "/type",
        "/subtype",
        "/event/type",
        "/event/delta/type",
        "/request/subtype",
        "/message/content/0/type",
        "/message/content/0/name",
    ];
    let name = |path| message.pointer(path).and_then(Value::as_str).unwrap_or("").to_owned();
    names.map(name).join(" ")
}

/// The message with one field changed in every way.
fn mutants(message: &Value, path: &str) -> Vec<(String, Value)> {
    let shapes = [
        json!(null),
        json!(true),
        json!(-1.5),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}x"),
        json!([]),
        json!([1, "a", {}]),
        json!({}),
        json!({"type": "text"}),
    ];
    let (parent, key) = path.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    let mut all = Vec::new();
    for shape in shapes {
        let mut mutant = message.clone();
        *mutant.pointer_mut(path).unwrap() = shape;
        all.push((path.to_owned(), mutant));
    }
    let mut mutant = message.clone();
    if let Some(Value::Object(fields)) = mutant.pointer_mut(parent) {
        let value = fields.remove(&key).unwrap();
        let mut renamed = mutant.clone();
        if let Some(Value::Object(fields)) = renamed.pointer_mut(parent) {
            fields.insert(format!("{key}_renamed"), value);
        }
        all.push((path.to_owned(), renamed));
        all.push((path.to_owned(), mutant));
    }
    all
}

fn paths(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => {
            let name = |key: &String| key.replace('~', "~0").replace('/', "~1");
            fields.iter().map(|(key, value)| (name(key), value)).collect()
        }
        Value::Array(list) => {
            list.iter().take(2).enumerate().map(|(n, value)| (n.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (key, child) in children {
        all.push(format!("/{key}"));
        all.extend(paths(child).into_iter().map(|path| format!("/{key}{path}")));
    }
    all
}
