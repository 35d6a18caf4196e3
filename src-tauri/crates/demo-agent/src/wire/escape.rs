//! The last step before a line is printed: Claude Code 2.1.330 prints DEL, C1, U+2028/9, joiners,
//! bidirectional controls and the byte order mark as `\u` escapes, other characters as UTF-8. Two
//! noncharacters stand for unpaired surrogates, which a Rust string cannot contain.

/// Printed as the unpaired `\ud83d`.
pub(crate) const HIGH_HALF: char = '\u{fdd0}';
/// Printed as the unpaired `\ude00`.
pub(crate) const LOW_HALF: char = '\u{fdd1}';

/// Escapes the characters that the real program escapes in a line of JSON.
pub(crate) fn escape(json: String) -> String {
    if json.bytes().all(|byte| byte < 0x7f) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 64);
    for letter in json.chars() {
        match letter {
            HIGH_HALF => escaped.push_str("\\ud83d"),
            LOW_HALF => escaped.push_str("\\ude00"),
            _ if is_escaped(letter) => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            _ => escaped.push(letter),
        }
    }
    escaped
}

fn is_escaped(letter: char) -> bool {
    matches!(letter,
        '\u{7f}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_escaped_and_visible_ones_are_not() {
        let json = "\"é 漢 \u{2028}\u{202e}\u{feff}\u{7f}\u{9b}\"".to_owned();
        assert_eq!(escape(json), "\"é 漢 \\u2028\\u202e\\ufeff\\u007f\\u009b\"");
    }

    #[test]
    fn halves_of_a_pair_come_out_alone() {
        assert_eq!(escape(format!("[{HIGH_HALF}] [{LOW_HALF}]")), "[\\ud83d] [\\ude00]");
    }
}
