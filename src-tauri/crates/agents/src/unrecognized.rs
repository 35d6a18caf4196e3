//! What a decoder of JSON lines does not understand becomes an event, never a gap: unknown types and
//! shapes, broken or cut-off lines, and plain text between the messages. Called by every decoder.

use crate::decoder::{Line, Sink};
use crate::text;
use protocol::{Event, UnrecognizedWhy};

/// A message of a type, or with a part of a type, that this version does not know.
pub(crate) fn unknown_type(what: &str, sink: &mut Sink<'_>) {
    let what = text::quoted(what);
    sink.event(Event::Unrecognized { why: UnrecognizedWhy::UnknownType, what });
}

/// A known message in which something is missing or has another shape.
pub(crate) fn unknown_shape(what: &str, sink: &mut Sink<'_>) {
    let what = text::quoted(what);
    sink.event(Event::Unrecognized { why: UnrecognizedWhy::UnknownShape, what });
}

/// A line without a message: the beginning of one that was cut off, something broken, or text.
pub(crate) fn not_json(line: &Line<'_>, sink: &mut Sink<'_>) {
    let text = text::shown(line.bytes);
    let words = text.trim_start();
    if words.is_empty() {
        return;
    }
    if words.starts_with('{') {
        let cut = !line.complete;
        let why = if cut { UnrecognizedWhy::CutOff } else { UnrecognizedWhy::NotJson };
        sink.event(Event::Unrecognized { why, what: text::quoted(words) });
    } else {
        sink.event(Event::Output { stream: sink.stream(), text });
    }
}
