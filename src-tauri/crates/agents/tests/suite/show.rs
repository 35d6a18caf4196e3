//! Decoded runs as text for snapshots: one compact line per event, drafts summed up.

use agents::Decoded;
use protocol::{DraftUpdate, Event, Pos, Stream};
use serde_json::Value;
use std::fmt::Write;

const LONG: usize = 200;

/// The whole run.
pub(crate) fn show(decoded: &[Decoded]) -> String {
    let mut text = String::new();
    let mut appended = Appended::default();
    for one in decoded {
        if let Decoded::Draft(DraftUpdate::Append { message, block, text: piece }) = one {
            appended.add(message, *block, piece, &mut text);
            continue;
        }
        appended.flush(&mut text);
        match one {
            Decoded::Event(pos, event) => writeln!(text, "{} {}", place(pos), line(event)).unwrap(),
            Decoded::Draft(update) => writeln!(text, "  ~ {}", draft(update)).unwrap(),
        }
    }
    appended.flush(&mut text);
    text
}

#[derive(Default)]
struct Appended {
    to: String,
    chars: usize,
}

impl Appended {
    fn add(&mut self, message: &str, block: u32, piece: &str, text: &mut String) {
        let to = format!("{message}#{block}");
        if to != self.to {
            self.flush(text);
            self.to = to;
        }
        self.chars += piece.chars().count();
    }

    fn flush(&mut self, text: &mut String) {
        if self.chars > 0 {
            writeln!(text, "  ~ append {} ({} chars)", self.to, self.chars).unwrap();
        }
        *self = Self::default();
    }
}

fn place(pos: &Pos) -> String {
    let stream = match pos.stream {
        Stream::Stdout => "out",
        Stream::Stderr => "err",
        Stream::Stdin => "in",
    };
    format!("{stream}@{}+{}.{}", pos.offset, pos.len, pos.index)
}

fn draft(update: &DraftUpdate) -> String {
    match update {
        DraftUpdate::Open { message, block, kind, tool } => {
            format!("open {message}#{block} {kind:?} {}", tool.as_deref().unwrap_or(""))
        }
        DraftUpdate::Close { message, block } => format!("close {message}#{block}"),
        DraftUpdate::Abandon { message, from_block } => format!("abandon {message}#{from_block}.."),
        DraftUpdate::Append { .. } => unreachable!("summed up"),
    }
}

/// The event's word and its fields that say something.
pub(crate) fn line(event: &Event) -> String {
    let Value::Object(mut fields) = serde_json::to_value(event).unwrap() else { unreachable!() };
    let mut text = fields.remove("type").unwrap().as_str().unwrap().to_uppercase();
    for (key, value) in &fields {
        let empty = match value {
            Value::Null => true,
            Value::Array(list) => list.is_empty(),
            Value::Bool(flag) => !flag && key != "ok" && key != "allowed",
            _ => false,
        };
        if !empty {
            write!(text, " {key}={}", field(key, value)).unwrap();
        }
    }
    text
}

fn field(key: &str, value: &Value) -> String {
    match value {
        Value::Array(list) if key == "tools" => format!("[{}]", list.len()),
        Value::String(string) if plain(string) => string.clone(),
        // The windows are shown at the end.
        _ if key == "limit" => serde_json::to_string(value).unwrap(),
        _ => short(&serde_json::to_string(value).unwrap()),
    }
}

fn plain(text: &str) -> bool {
    !text.is_empty() && text.len() < 60 && text.chars().all(|c| c.is_ascii_graphic())
}

fn short(text: &str) -> String {
    let count = text.chars().count();
    if count <= LONG {
        return text.to_owned();
    }
    format!("{}…+{}", text.chars().take(LONG).collect::<String>(), count - LONG)
}
