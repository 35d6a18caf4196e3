//! Recognises the most frequent line of a run: a piece of text for a block, in exactly the spelling that
//! the program prints. Comparing its fixed parts takes a fraction of the time of parsing. A line with any
//! other spelling is parsed like every other line, with the same meaning.

use memchr::memchr2;
use std::borrow::Cow;

const HEAD: &str = r#"{"type":"stream_event","event":{"type":"content_block_delta","index":"#;

/// A piece of text for a block.
pub(in crate::claude) struct Piece<'a> {
    /// The call whose subagent streams, if a subagent does.
    pub(in crate::claude) parent: Option<&'a str>,
    /// The message, if the line names it.
    pub(in crate::claude) message: Option<&'a str>,
    /// The block's index.
    pub(in crate::claude) index: u64,
    pub(in crate::claude) text: Cow<'a, str>,
}

/// Reads the piece in a line, if the line has exactly this spelling.
pub(in crate::claude) fn recognised(json: &str) -> Option<Piece<'_>> {
    let (index, rest) = number(json.strip_prefix(HEAD)?)?;
    // A control character is invalid inside a string, and this spelling has none between strings.
    if rest.bytes().fold(false, |found, byte| found | (byte < b' ')) {
        return None;
    }
    let (kind, rest) = plain(rest.strip_prefix(r#","delta":{"type":"#)?)?;
    let field = match kind {
        "text_delta" => r#","text":"#,
        "thinking_delta" => r#","thinking":"#,
        "input_json_delta" => r#","partial_json":"#,
        _ => return None,
    };
    let (text, rest) = string(rest.strip_prefix(field)?)?;
    let (parent, message) = ids(rest.strip_prefix("}}")?)?;
    Some(Piece { parent, message, index, text })
}

/// Reads a number of one or two digits; returns it with the rest.
fn number(json: &str) -> Option<(u64, &str)> {
    let digits = json.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = json.split_at(digits);
    let plain = digits == 1 || (digits == 2 && !number.starts_with('0'));
    plain.then(|| Some((number.parse().ok()?, rest)))?
}

/// Reads the ids after the event, up to the end of the line: of the call that it belongs to, and of the
/// message.
fn ids(mut rest: &str) -> Option<(Option<&str>, Option<&str>)> {
    let (mut parent, mut message) = (None, None);
    while let Some(field) = rest.strip_prefix(',') {
        let (key, value) = plain(field)?;
        let value = value.strip_prefix(':')?;
        let (value, after) = match value.strip_prefix("null") {
            Some(after) => (None, after),
            None => plain(value).map(|(value, after)| (Some(value), after))?,
        };
        let twice = match key {
            "parent_tool_use_id" => parent.replace(value),
            "api_message_id" => message.replace(value),
            "session_id" | "uuid" | "thinking_display" => None,
            _ => return None,
        };
        if twice.is_some() {
            return None;
        }
        rest = after;
    }
    (rest == "}").then(|| (parent.flatten(), message.flatten()))
}

/// Reads a string without escapes; returns it with the rest.
fn plain(json: &str) -> Option<(&str, &str)> {
    let inside = json.strip_prefix('"')?;
    let end = memchr2(b'"', b'\\', inside.as_bytes())?;
    let (text, rest) = inside.split_at(end);
    Some((text, rest.strip_prefix('"')?))
}

/// Reads a string; returns it with the rest.
fn string(json: &str) -> Option<(Cow<'_, str>, &str)> {
    if let Some((text, rest)) = plain(json) {
        return Some((Cow::Borrowed(text), rest));
    }
    let mut rest = json.strip_prefix('"')?;
    let mut text = String::with_capacity(64);
    loop {
        let end = memchr2(b'"', b'\\', rest.as_bytes())?;
        let (part, after) = rest.split_at(end);
        text.push_str(part);
        if let Some(after) = after.strip_prefix('"') {
            return Some((Cow::Owned(text), after));
        }
        // Numeric escapes are rare, and half of a surrogate pair is no character, so they are left to the
        // parser.
        let escaped = match after.as_bytes().get(1)? {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            _ => return None,
        };
        text.push(escaped);
        rest = &after[2..];
    }
}
