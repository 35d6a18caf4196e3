//! Recovers the result of a turn from the head and the tail of a line that was too long to be kept. A
//! turn ends with its result, however long the agent's text in it is; without the result the agent would
//! count as working for ever. Such a line is long because of one string, so its two ends, joined inside
//! that string, are the same message with a shorter text. Only results are recovered: in every other
//! message the text itself matters.

use super::ClaudeDecoder;
use super::read::{Wire, wire};
use crate::decoder::{Oversized, Sink};

/// The longest escape in a JSON string, in bytes: a pair of surrogates.
const ESCAPE: usize = 12;

/// Marks where the text was cut.
const GAP: &[u8] = b"\\n\\n[...]\\n\\n";

/// Takes the line as a result, if it is one.
pub(super) fn result(decoder: &mut ClaudeDecoder, line: &Oversized<'_>, sink: &mut Sink<'_>) {
    let Some(joined) = joined(line.head, line.tail) else { return };
    if let Some(Wire::Result(result)) = str::from_utf8(&joined).ok().and_then(wire) {
        decoder.result(*result, sink);
    }
}

/// Joins the kept head and tail into one line with a gap; `None` if either has no safe place to cut.
fn joined(head: &[u8], tail: &[u8]) -> Option<Vec<u8>> {
    let before = (0..head.len()).rev().find(|&at| is_between(head, at))?;
    let after = (0..tail.len()).find(|&at| is_between(tail, at))?;
    Some([&head[..before], GAP, &tail[after..]].concat())
}

/// Whether a string can be cut here: between two characters, and not inside an escape.
fn is_between(bytes: &[u8], at: usize) -> bool {
    let continues = bytes[at] & 0xc0 == 0x80;
    at >= ESCAPE && !continues && !bytes[at - ESCAPE..at].contains(&b'\\')
}
