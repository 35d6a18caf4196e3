//! Makes events of what a decoder of JSON lines does not understand: unknown types and shapes, broken or
//! cut-off lines, and plain text between the messages. Nothing is dropped silently. Called by every
//! decoder.

use crate::decoder::{Line, Sink};
use crate::text;
use protocol::{Event, UnrecognizedWhy};

/// Reports a message whose type, or a part of it, is unknown to this version.
pub(crate) fn unknown_type(what: &str, sink: &mut Sink<'_>) {
    let what = text::quoted(what);
    sink.event(Event::Unrecognized { why: UnrecognizedWhy::UnknownType, what });
}

/// Reports a known message in which something is missing or has another shape.
pub(crate) fn unknown_shape(what: &str, sink: &mut Sink<'_>) {
    let what = text::quoted(what);
    sink.event(Event::Unrecognized { why: UnrecognizedWhy::UnknownShape, what });
}

/// Reports a line without a message: the beginning of a message that was cut off, broken JSON, or text.
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
        sink.event(Event::Output { stream: sink.stream(), text: text.trim_end().to_owned() });
    }
}
