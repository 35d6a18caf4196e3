//! What the ends of a line tell that was too long to be kept. A turn is over with its result, however
//! long the agent's words in it are: without it the agent would count as at work for ever. What makes
//! such a line long is one string, so both ends of the line, joined in that string, are the message
//! with a shorter text. No other message is read so: there the text is what it is about.

use super::ClaudeDecoder;
use super::read::{Wire, wire};
use crate::decoder::{Oversized, Sink};

/// Longest escape in a JSON string, in bytes: a pair of surrogates.
const ESCAPE: usize = 12;

/// What stands where the text was cut.
const GAP: &[u8] = b"\\n\\n[...]\\n\\n";

/// Takes the result that the line is, if it is one.
pub(super) fn result(decoder: &mut ClaudeDecoder, line: &Oversized<'_>, sink: &mut Sink<'_>) {
    let Some(joined) = joined(line.head, line.tail) else { return };
    if let Some(Wire::Result(result)) = str::from_utf8(&joined).ok().and_then(wire) {
        decoder.result(*result, sink);
    }
}

/// Both ends as one line, if each can be cut.
fn joined(head: &[u8], tail: &[u8]) -> Option<Vec<u8>> {
    let before = (0..head.len()).rev().find(|&at| is_between(head, at))?;
    let after = (0..tail.len()).find(|&at| is_between(tail, at))?;
    Some([&head[..before], GAP, &tail[after..]].concat())
}

/// Whether a string can be cut here: between two characters, and in no escape.
fn is_between(bytes: &[u8], at: usize) -> bool {
    let continues = bytes[at] & 0xc0 == 0x80;
    at >= ESCAPE && !continues && !bytes[at - ESCAPE..at].contains(&b'\\')
}
