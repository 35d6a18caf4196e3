//! Repairs a JSON line into which something else was printed: another process of the run wrote to the same
//! stream while the agent wrote its message. Control characters and terminal sequences are cut out, since
//! raw ones never stand in JSON; a message that a foreign line tore in two is put together again. What
//! was cut out is noted, so nothing is dropped silently.

use crate::decoder::Sink;
use crate::text;
use protocol::{Event, UnrecognizedWhy};
use std::borrow::Cow;

/// The longest terminal string (a window's title, a link) that is cut out whole.
const STRING: usize = 4096;

/// The longest beginning of a torn message that is kept.
const HEAD: usize = 1 << 20;

/// How many lines after its beginning the end of a torn message is expected.
const LINES: u8 = 4;

/// How many bytes at the end of the beginning may belong to another program.
const FOREIGN: usize = 256;

/// JSON without control characters, and what was cut out.
pub(crate) struct Cleaned {
    pub(crate) json: Vec<u8>,
    removed: Vec<u8>,
}

impl Cleaned {
    /// Notes what was cut out.
    pub(crate) fn note(&self, sink: &mut Sink<'_>) {
        note(&String::from_utf8_lossy(&self.removed), sink);
    }
}

/// Notes what another process printed, if it shows anything.
pub(crate) fn note(foreign: &str, sink: &mut Sink<'_>) {
    let what = text::quoted(foreign);
    if !what.is_empty() {
        sink.event(Event::Unrecognized { why: UnrecognizedWhy::NotJson, what });
    }
}

/// Cuts terminal sequences and control characters out of a line; `None` if there are none.
pub(crate) fn cleaned(line: &[u8]) -> Option<Cleaned> {
    let mut from = line.iter().position(|byte| *byte < b' ')?;
    let (mut json, mut removed) = (line[..from].to_vec(), Vec::new());
    while from < line.len() {
        let len = foreign(&line[from..]);
        let (to, piece) = match len {
            0 => (&mut json, &line[from..=from]),
            _ => (&mut removed, &line[from..from + len]),
        };
        to.extend_from_slice(piece);
        from += piece.len();
    }
    Some(Cleaned { json, removed })
}

/// The length of the terminal sequence or control character at the beginning of `bytes`; 0 if there is
/// none.
fn foreign(bytes: &[u8]) -> usize {
    match bytes {
        [b'\x1b', b'[', rest @ ..] => {
            let parameters = rest.iter().take_while(|byte| matches!(**byte, b'0'..=b'?')).count();
            let ends = rest.get(parameters).is_some_and(|byte| matches!(*byte, b'@'..=b'~'));
            2 + parameters + usize::from(ends)
        }
        [b'\x1b', b']' | b'P' | b'X' | b'^' | b'_', rest @ ..] => 2 + string(rest).unwrap_or(0),
        [b'\x1b', b' '..=b'/', b'0'..=b'~', ..] => 3,
        [b'\x1b', b'0'..=b'~', ..] => 2,
        [byte, ..] if *byte < b' ' => 1,
        _ => 0,
    }
}

/// The length of a terminal string with its end, if that comes.
fn string(bytes: &[u8]) -> Option<usize> {
    let near = &bytes[..bytes.len().min(STRING)];
    let at = near.iter().position(|byte| matches!(byte, b'\x07' | b'\x1b'))?;
    match near[at..] {
        [b'\x07', ..] => Some(at + 1),
        [_, b'\\', ..] => Some(at + 2),
        _ => None,
    }
}

/// The beginning of a message that another program's line tore in two.
#[derive(Default)]
pub(crate) struct Torn {
    head: Vec<u8>,
    lines: u8,
}

impl Torn {
    /// Keeps a line that may be the beginning of a message.
    pub(crate) fn keep(&mut self, line: &[u8]) {
        if line.first() == Some(&b'{') && line.len() <= HEAD {
            self.head = line.to_vec();
            self.lines = 0;
        } else {
            self.lines += 1;
            if self.lines >= LINES {
                self.forget();
            }
        }
    }

    /// Forgets the beginning: a whole message came after it.
    pub(crate) fn forget(&mut self) {
        self.head = Vec::new();
    }

    /// Puts the beginning and this line together to a message, if `is_message` accepts the whole. The
    /// last bytes of the beginning are left out if they belong to the other program.
    pub(crate) fn whole(&self, line: &[u8], is_message: impl Fn(&str) -> bool) -> Option<String> {
        if self.head.is_empty() || line.last() != Some(&b'}') {
            return None;
        }
        let least = self.head.len().saturating_sub(FOREIGN).max(1);
        let joined = (least..=self.head.len()).rev().filter_map(|cut| {
            let joined = [&self.head[..cut], line].concat();
            let joined = cleaned(&joined)
                .map_or(Cow::Borrowed(&joined), |it| Cow::Owned(it.json))
                .into_owned();
            String::from_utf8(joined).ok()
        });
        joined.into_iter().find(|joined| is_message(joined))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &[u8]) -> Option<(String, String)> {
        let Cleaned { json, removed } = cleaned(line)?;
        Some((String::from_utf8(json).unwrap(), String::from_utf8(removed).unwrap()))
    }

    #[test]
    fn only_what_no_json_has_is_cut_out() {
        for (line, json, removed) in [
            ("a\u{1b}]0;build\u{7}b", "ab", "\u{1b}]0;build\u{7}"),
            ("a\u{1b}]8;;x\u{1b}\\b", "ab", "\u{1b}]8;;x\u{1b}\\"),
            ("a\u{1b}[1;31mb\u{1b}[0m", "ab", "\u{1b}[1;31m\u{1b}[0m"),
            ("a\u{1b}(Bb\u{1b}7c", "abc", "\u{1b}(B\u{1b}7"),
            ("a\u{7}\u{0}\rb", "ab", "\u{7}\u{0}\r"),
            // A sequence without an end takes no more than its beginning with it.
            ("a\u{1b}]0;b", "a0;b", "\u{1b}]"),
            ("a\u{1b}[\"b", "a\"b", "\u{1b}["),
            ("a\u{1b}", "a", "\u{1b}"),
        ] {
            assert_eq!(parts(line.as_bytes()), Some((json.into(), removed.into())), "{line:?}");
        }
        assert_eq!(parts("{\"a\":\"\u{85}\u{e9}\"}".as_bytes()), None);
    }
}
