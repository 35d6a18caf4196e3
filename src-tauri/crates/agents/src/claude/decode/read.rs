//! Turns the bytes of a line into one of the program's messages. A line is parsed once: its beginning
//! shows which type to expect, and the parsed `type`, which may be anywhere in it, must agree. A line
//! that is not clean JSON is repaired, searched for JSON, or shown as text; only bytes that show nothing
//! are dropped.

use super::{At, ClaudeDecoder};
use crate::claude::wire::Head;
use crate::claude::wire::control::ControlLine;
use crate::claude::wire::delta::recognised;
use crate::claude::wire::limit::LimitLine;
use crate::claude::wire::message::{AssistantLine, UserLine};
use crate::claude::wire::recover::repaired;
use crate::claude::wire::result::ResultLine;
use crate::claude::wire::stream::StreamLine;
use crate::claude::wire::system::SystemLine;
use crate::decoder::{Line, Sink};
use crate::text;
use crate::torn;
use crate::unrecognized::not_json;
pub(super) use crate::unrecognized::{unknown_shape, unknown_type};
use memchr::{memchr, memmem, memrchr};
use protocol::Stream;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A message of the program.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all lines are stream events; a box costs each"
)]
pub(super) enum Wire<'a> {
    Stream(StreamLine<'a>),
    Assistant(Box<AssistantLine<'a>>),
    User(Box<UserLine<'a>>),
    Result(Box<ResultLine<'a>>),
    System(Box<SystemLine<'a>>),
    Limit(Box<LimitLine<'a>>),
    Control(Box<ControlLine<'a>>),
    Ignored,
    Unknown(Cow<'a, str>),
    Untyped,
}

/// How many places of a line are tried if it is no single JSON document. This bounds the work on a long
/// line full of braces.
const TRIES: usize = 16;

/// Reads one line of JSON.
pub(super) fn line(decoder: &mut ClaudeDecoder, line: &Line<'_>, sink: &mut Sink<'_>) {
    if is_read(decoder, line, sink) {
        decoder.torn.forget();
        return;
    }
    if line.complete && line.stream == Stream::Stdout {
        decoder.torn.keep(line.bytes);
    }
    not_json(line, sink);
}

/// Reads the message or the messages in a line. Returns whether there was one.
fn is_read(decoder: &mut ClaudeDecoder, line: &Line<'_>, sink: &mut Sink<'_>) -> bool {
    let at = At(line.mono_us);
    if let Some(start) = memchr(b'{', line.bytes) {
        let (before, json) = line.bytes.split_at(start);
        // Checked once here, so that the parser need not check each string.
        if let Ok(json) = str::from_utf8(json) {
            if let Some(piece) = recognised(json) {
                noise(before, sink);
                decoder.piece(&piece, sink);
                return true;
            }
            if let Some(wire) = wire(json) {
                noise(before, sink);
                decoder.message(wire, at, sink);
                return true;
            }
        }
        if repair(decoder, before, json, at, sink) {
            return true;
        }
    }
    if let Some(whole) =
        decoder.torn.whole(line.bytes, |json| wire(json).is_some_and(|wire| is_known(&wire)))
        && let Some(wire) = wire(&whole)
    {
        decoder.message(wire, at, sink);
        return true;
    }
    let whole = repaired(line.bytes).map_or(Cow::Borrowed(line.bytes), Cow::Owned);
    search(decoder, &whole, at, sink)
}

/// Reads a message with broken characters, or into which another process printed something.
fn repair(
    decoder: &mut ClaudeDecoder,
    before: &[u8],
    json: &[u8],
    at: At,
    sink: &mut Sink<'_>,
) -> bool {
    let end = memrchr(b'}', json).map_or(json.len(), |last| last + 1);
    let (json, after) = json.split_at(end);
    let cleaned = torn::cleaned(json);
    let json = cleaned.as_ref().map_or(json, |cleaned| cleaned.json.as_slice());
    let fixed = repaired(json).map_or(Cow::Borrowed(json), Cow::Owned);
    let Some(wire) = str::from_utf8(&fixed).ok().and_then(wire) else { return false };
    if matches!(wire, Wire::Untyped) && !(before.is_empty() && after.is_empty()) {
        return false;
    }
    noise(before, sink);
    if let Some(cleaned) = &cleaned {
        cleaned.note(sink);
    }
    decoder.message(wire, at, sink);
    noise(after, sink);
    true
}

fn is_known(wire: &Wire<'_>) -> bool {
    !matches!(wire, Wire::Unknown(_) | Wire::Untyped)
}

/// Reads `json` as a message, if it is exactly one JSON document.
pub(super) fn wire(json: &str) -> Option<Wire<'_>> {
    let expected = expected(json);
    if let Some(kind) = expected
        && let Some(wire) = typed(kind, json)?
    {
        return Some(wire);
    }
    let head: Head<'_> = serde_json::from_str(json).ok()?;
    let Some(kind) = head.kind else {
        return Some(Wire::Untyped);
    };
    Some(typed(&kind, json)?.unwrap_or(Wire::Unknown(kind)))
}

/// The type that a line seems to have, from its beginning `{"type":"…"`.
fn expected(json: &str) -> Option<&str> {
    let rest = json.strip_prefix(r#"{"type":""#)?;
    Some(&rest[..memchr(b'"', rest.as_bytes())?])
}

/// Reads `json` as a message of type `kind`. `None`: it is no JSON. `Some(None)`: it has another type, or
/// the type is unknown.
fn typed<'a>(kind: &str, json: &'a str) -> Option<Option<Wire<'a>>> {
    Some(match kind {
        "stream_event" => {
            let line: StreamLine<'a> = serde_json::from_str(json).ok()?;
            (line.kind.as_deref() == Some(kind)).then_some(Wire::Stream(line))
        }
        "assistant" => {
            let line: Box<AssistantLine<'a>> = parse(json)?;
            (line.kind.as_deref() == Some(kind)).then_some(Wire::Assistant(line))
        }
        "user" => {
            let line: Box<UserLine<'a>> = parse(json)?;
            (line.kind.as_deref() == Some(kind)).then_some(Wire::User(line))
        }
        "result" => {
            let line: Box<ResultLine<'a>> = parse(json)?;
            (line.kind.as_deref() == Some(kind)).then_some(Wire::Result(line))
        }
        "system" if is_estimate(json) => Some(Wire::Ignored),
        "system" | "tool_progress" | "auth_status" | "conversation_reset" => {
            let line: Box<SystemLine<'a>> = parse(json)?;
            (line.kind.as_deref() == Some(kind)).then_some(Wire::System(line))
        }
        "rate_limit_event" => {
            let line: Box<LimitLine<'a>> = parse(json)?;
            (line.kind.as_deref() == Some(kind)).then_some(Wire::Limit(line))
        }
        "control_request" | "control_response" | "control_cancel_request" => {
            let line: Box<ControlLine<'a>> = parse(json)?;
            (line.kind.as_deref() == Some(kind)).then_some(Wire::Control(line))
        }
        "keep_alive" | "tool_use_summary" | "prompt_suggestion" | "active_goal"
        | "command_lifecycle" => {
            let head: Head<'a> = serde_json::from_str(json).ok()?;
            (head.kind.as_deref() == Some(kind)).then_some(Wire::Ignored)
        }
        _ => None,
    })
}

/// Whether a line of type `system` is an estimate of a thought's tokens, which are not billed. There is
/// one for every few words of a thought, and reading it whole costs more than reading the words.
fn is_estimate(json: &str) -> bool {
    let head: Option<Head<'_>> = serde_json::from_str(json).ok();
    head.is_some_and(|head| {
        head.kind.as_deref() == Some("system") && head.subtype.as_deref() == Some("thinking_tokens")
    })
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Option<Box<T>> {
    serde_json::from_str(json).ok().map(Box::new)
}

/// Looks for JSON objects anywhere in a line, for two messages on one line, and for terminal resets or
/// words before and after. Returns whether there was one with a type.
fn search(decoder: &mut ClaudeDecoder, bytes: &[u8], at: At, sink: &mut Sink<'_>) -> bool {
    let mut rest = bytes;
    let mut from = 0;
    let mut found = false;
    for _ in 0..TRIES {
        let Some(brace) = memmem::find(&rest[from..], br#"{""#) else {
            break;
        };
        let start = from + brace;
        // Inside a line that is broken, what has no known type is a part of the broken message.
        let found_one = document(&rest[start..]).filter(|(wire, _)| start == 0 || is_known(wire));
        let Some((wire, len)) = found_one else {
            from = start + 1;
            continue;
        };
        noise(&rest[..start], sink);
        decoder.message(wire, at, sink);
        rest = &rest[start + len..];
        from = 0;
        found = true;
    }
    if found {
        noise(rest, sink);
    }
    found
}

/// Reads the message at the beginning of `bytes`, and its length.
fn document(bytes: &[u8]) -> Option<(Wire<'_>, usize)> {
    let mut documents = serde_json::Deserializer::from_slice(bytes).into_iter::<&RawValue>();
    let raw = documents.next()?.ok()?;
    let wire = wire(raw.get())?;
    let typed = !matches!(wire, Wire::Untyped);
    typed.then_some((wire, documents.byte_offset()))
}

/// Takes the bytes around a message on its line. Terminal escapes and echoes that show nothing are
/// dropped; text is emitted.
fn noise(bytes: &[u8], sink: &mut Sink<'_>) {
    if !bytes.is_empty() {
        torn::note(&text::shown(bytes), sink);
    }
}
