//! Reads JSON that is not quite valid. Claude Code prints half surrogate pairs when the model's text has
//! them, which serde_json refuses; a terminal puts echoes and escapes in front of a line; a broken pipe
//! may leave bytes that are no UTF-8. Valid JSON costs one parse and nothing else.

use memchr::memchr;
use serde::Deserialize;
use std::borrow::Cow;

/// Reads `json`, after repair if necessary.
pub(in crate::claude) fn parse<T: for<'a> Deserialize<'a>>(json: &[u8]) -> Option<T> {
    let clean = serde_json::from_slice(json).ok();
    clean.or_else(|| serde_json::from_slice(&repaired(json)?).ok())
}

/// Replaces every byte that is no UTF-8 and every unpaired surrogate escape in `json` by U+FFFD; `None`
/// if there is nothing to replace.
pub(in crate::claude) fn repaired(json: &[u8]) -> Option<Vec<u8>> {
    let utf8 = String::from_utf8_lossy(json);
    let broken = matches!(utf8, Cow::Owned(_));
    let text = utf8.as_bytes();
    let mut fixed = Vec::with_capacity(text.len());
    let mut from = 0;
    let mut changed = broken;
    while let Some(found) = memchr(b'\\', &text[from..]) {
        let at = from + found;
        fixed.extend_from_slice(&text[from..at]);
        let (len, keep) = escape(&text[at..]);
        if keep {
            fixed.extend_from_slice(&text[at..at + len]);
        } else {
            fixed.extend_from_slice(br"\ufffd");
            changed = true;
        }
        from = at + len;
    }
    fixed.extend_from_slice(&text[from..]);
    changed.then_some(fixed)
}

/// The length of the escape (or pair of escapes) at the beginning of `text`, and whether it is valid.
fn escape(text: &[u8]) -> (usize, bool) {
    match code(text) {
        None => (text.len().min(2), true),
        Some(0xd800..=0xdbff) => match code(&text[6..]) {
            Some(0xdc00..=0xdfff) => (12, true),
            _ => (6, false),
        },
        Some(0xdc00..=0xdfff) => (6, false),
        Some(_) => (6, true),
    }
}

/// The code unit of the `\uXXXX` at the beginning of `text`.
fn code(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(br"\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &[u8]) -> Option<String> {
        parse(json)
    }

    #[test]
    fn half_pairs_become_replacement_characters() {
        assert_eq!(read(br#""a\ud83d""#).unwrap(), "a\u{fffd}");
        assert_eq!(read(br#""\ude00b""#).unwrap(), "\u{fffd}b");
        assert_eq!(read(br#""\ud83d\ud83d\ude00""#).unwrap(), "\u{fffd}\u{1f600}");
        assert_eq!(read(br#""\\ud83d \ud83d""#).unwrap(), "\\ud83d \u{fffd}");
        assert_eq!(read(b"\"\xff\"").unwrap(), "\u{fffd}");
    }

    #[test]
    fn what_is_sound_is_left_alone() {
        assert_eq!(repaired(br#""\ud83d\ude00 \n \u0000 \\""#), None);
        assert_eq!(repaired(br"\"), None);
        assert_eq!(repaired(br"\u12"), None);
        assert_eq!(read(b"{"), None);
    }
}
