//! The decoder of programs that print only text: gates and set-up commands. Every line with visible text
//! is an [`Event::Output`]. It knows no agent.

use crate::decoder::{Decoded, Decoder, Line, Oversized, Sink};
use crate::text;
use protocol::{DecoderId, Event, UnrecognizedWhy};

/// The id of this decoder.
pub(crate) const DECODER: &str = "plain/1";

/// Returns the id of the decoder of gates and set-up commands.
pub fn plain_decoder() -> DecoderId {
    DecoderId::new(DECODER)
}

/// Decodes every line as text.
#[derive(Debug)]
pub(crate) struct PlainDecoder;

impl Decoder for PlainDecoder {
    fn id(&self) -> DecoderId {
        plain_decoder()
    }

    fn line(&mut self, line: Line<'_>, out: &mut Vec<Decoded>) {
        output(&line, &mut Sink::new(out, line.pos()));
    }

    fn oversized(&mut self, line: Oversized<'_>, out: &mut Vec<Decoded>) {
        oversized(&line, &mut Sink::new(out, line.pos()));
    }

    fn end(&mut self, _out: &mut Vec<Decoded>) {}
}

/// Emits a line as text; a line without visible text (blank, or only escapes) gives no event.
pub(crate) fn output(line: &Line<'_>, sink: &mut Sink<'_>) {
    let text = text::shown(line.bytes);
    if !text.trim().is_empty() {
        sink.event(Event::Output { stream: sink.stream(), text });
    }
}

/// Emits a notice for a line that was too long to be kept.
pub(crate) fn oversized(line: &Oversized<'_>, sink: &mut Sink<'_>) {
    let what = format!("a line of {} bytes", line.len);
    sink.event(Event::Unrecognized { why: UnrecognizedWhy::Oversized, what });
}
