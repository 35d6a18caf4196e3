//! Cleans text for titles and for lines of plain output. A title is one line in which every control and
//! invisible character is made visible, because a hidden character in a command can deceive a person; in
//! words, those that join letters and emoji stay.
//! Output lines lose terminal escapes and control characters; their bytes stay in the log.

use crate::joiners;
use std::borrow::Cow;

/// The most characters of a title.
const TITLE: usize = 300;

/// The most characters of a line that is only quoted to name it.
const QUOTE: usize = 120;

/// Makes one line of `text`: a line break becomes an arrow, other control and invisible characters become
/// their pictures or code points. For commands and paths, in which nothing may hide.
pub(crate) fn title(text: &str) -> String {
    shortened(text.trim(), TITLE)
}

/// Makes one line of words: as [`title`], but what joins letters and emoji stays.
pub(crate) fn words(text: &str) -> String {
    let text = text.trim();
    let end = text.char_indices().nth(TITLE).map_or(text.len(), |(at, _)| at);
    let mut line = joiners::map(&text[..end], |c, line| push_visible(line, c));
    if end < text.len() {
        line.push('…');
    }
    line
}

/// The beginning of `text` as one line, to name a line that was not understood.
pub(crate) fn quoted(text: &str) -> String {
    shortened(text.trim(), QUOTE)
}

fn shortened(text: &str, limit: usize) -> String {
    let mut line = String::with_capacity(text.len().min(limit));
    let mut chars = text.chars();
    for c in chars.by_ref().take(limit) {
        push_visible(&mut line, c);
    }
    if chars.next().is_some() {
        line.push('…');
    }
    line
}

fn push_visible(line: &mut String, c: char) {
    match c {
        '\n' => line.push('⏎'),
        '\t' => line.push(' '),
        '\0'..='\x1f' => line.push(picture(0x2400 + c as u32)),
        '\x7f' => line.push('␡'),
        _ if is_invisible(c) => line.push_str(&format!("⟨U+{:04X}⟩", c as u32)),
        _ => line.push(c),
    }
}

fn picture(code: u32) -> char {
    char::from_u32(code).unwrap_or('\u{fffd}')
}

/// Whether a character shows nothing or changes the order of what is shown: C1 controls, soft hyphen,
/// zero-width and bidirectional marks, line separators, byte order mark, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e01ef}')
}

/// Returns what a terminal would show of one printed line: escape sequences and control characters are
/// removed, and of the parts between carriage returns only the last one with visible text is kept.
pub fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = without_escapes(&text);
    let shows = |part: &&str| part.chars().any(|c| !c.is_control() && !c.is_whitespace());
    let last = text.rsplit('\r').find(shows).unwrap_or("");
    last.chars().filter(|c| *c == '\t' || !c.is_control()).collect()
}

/// Removes terminal escape sequences (ECMA-48: CSI, OSC and the other strings, two-character escapes)
/// from `text`.
fn without_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains(['\x1b', '\u{9b}', '\u{9d}']) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\x1b' => skip_escape(&mut chars),
            '\u{9b}' => skip_csi(&mut chars),
            '\u{9d}' => skip_string(&mut chars),
            _ => kept.push(c),
        }
    }
    Cow::Owned(kept)
}

fn skip_escape(chars: &mut std::str::Chars<'_>) {
    match chars.next() {
        Some('[') => skip_csi(chars),
        Some(']' | 'P' | 'X' | '^' | '_') => skip_string(chars),
        // Intermediate bytes (`ESC ( B`) precede one final byte.
        Some(' '..='/') => {
            let _final_byte = chars.find(|c| !(' '..='/').contains(c));
        }
        _ => {}
    }
}

fn skip_csi(chars: &mut std::str::Chars<'_>) {
    let _final_byte = chars.find(|c| ('@'..='~').contains(c));
}

fn skip_string(chars: &mut std::str::Chars<'_>) {
    let mut before = '\0';
    for c in chars.by_ref() {
        if c == '\x07' || c == '\u{9c}' || (before == '\x1b' && c == '\\') {
            return;
        }
        before = c;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_line_and_hide_nothing() {
        assert_eq!(title("  a\nb\tc "), "a⏎b c");
        assert_eq!(title("rm\u{202e}\x1b[31m\0"), "rm⟨U+202E⟩␛[31m␀");
        let joined = "\u{1f469}\u{200d}\u{1f4bb} \u{645}\u{6cc}\u{200c}\u{62e}";
        assert_eq!(words(joined), joined);
        assert_eq!(title("a\u{645}\u{200c}b"), "a\u{645}⟨U+200C⟩b", "a command hides nothing");
        assert_eq!(words("a\n\u{202e}b\u{200d}c"), "a⏎⟨U+202E⟩b⟨U+200D⟩c");
        assert_eq!(words(&"x".repeat(TITLE + 1)), title(&"x".repeat(TITLE + 1)));
        let long = title(&"x".repeat(TITLE + 1));
        assert_eq!(long.chars().count(), TITLE + 1);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn shown_is_what_a_terminal_leaves() {
        assert_eq!(shown(b"\x1b[31mred\x1b[0m\tend\x07"), "red\tend");
        assert_eq!(shown(b"\x1b]0;title\x07\x1b(B\x0f\x1b[?25h"), "");
        assert_eq!(shown(b"\x1b]8;;https://x\x1b\\link"), "link");
        assert_eq!(shown(b"10%\r 50%\rdone"), "done");
        assert_eq!(shown(b"done\r \x11"), "done");
        assert_eq!(shown(b"bad \xff utf-8"), "bad \u{fffd} utf-8");
        assert_eq!(shown(b"unterminated \x1b[12"), "unterminated ");
    }
}
