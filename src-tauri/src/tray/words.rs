//! Formats text for the tray's menu: shortens text to a width, and formats durations and
//! countdowns. Pure. Text of agents and people becomes a single plain line.

use engine::story::notify;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;
use words::Message;

/// A narrow no-break space, between a number and its unit.
pub(super) const THIN: char = '\u{202f}';

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Makes one plain line of `text`, at most `width` columns wide, cut between whole characters as people
/// see them. Text that runs from right to left is isolated from the text around it.
pub(super) fn line(text: &str, width: usize) -> String {
    let plain = notify::plain(text);
    let cut = cut(plain.trim(), width);
    match cut.chars().any(is_right_to_left) {
        // First strong isolate and its end, so that the surrounding order stays.
        true => format!("\u{2068}{cut}\u{2069}"),
        false => cut,
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used >= width {
            break;
        }
        kept.push_str(grapheme);
    }
    format!("{}…", kept.trim_end())
}

/// Whether it is a letter of Hebrew, Arabic or a related script.
fn is_right_to_left(character: char) -> bool {
    matches!(character,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Formats milliseconds in at most two units: `43 min`, `1 h 14`, `4 d 16 h`; under a minute it says so.
pub(super) fn elapsed(millis: i64) -> String {
    match millis {
        ..MINUTE => Message::TrayJustStarted.text(),
        _ => long(millis),
    }
}

/// Formats the time until an end: in seconds during the last minute, in minutes before, so that an open
/// menu is redrawn each second only at the end.
pub(super) fn countdown(millis: i64) -> String {
    match millis {
        ..=0 => Message::TimeNow.text(),
        1..=MINUTE => {
            let time = format!("{}{THIN}s", (millis + SECOND - 1) / SECOND);
            Message::TimeIn { time: &time }.text()
        }
        _ => Message::TimeIn { time: &long(millis) }.text(),
    }
}

/// Formats a duration: `43 min`, `1 h 14`, `4 d 16 h`.
pub(super) fn long(millis: i64) -> String {
    if millis < HOUR {
        return format!("{}{THIN}min", millis / MINUTE);
    }
    if millis < DAY {
        return format!("{}{THIN}h\u{a0}{:02}", millis / HOUR, millis % HOUR / MINUTE);
    }
    let (days, hours) = (millis / DAY, millis % DAY / HOUR);
    match hours {
        0 => format!("{days}{THIN}d"),
        _ => format!("{days}{THIN}d\u{a0}{hours}{THIN}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_between_whole_characters_at_its_width() {
        let table = [
            ("Fix the login", 20, "Fix the login"),
            ("Fix the login of the shop", 14, "Fix the login…"),
            // Two columns each.
            ("修复登录页面的错误", 9, "修复登录…"),
            // A flag or a hand with its colour is never cut in half.
            ("🇩🇪🇫🇷🇮🇹", 5, "🇩🇪🇫🇷…"),
            ("👋🏽👋🏽👋🏽", 4, "👋🏽…"),
            // Emoji that are joined to one character are never cut apart.
            ("👩\u{200d}👧👩\u{200d}👧", 5, "👩\u{200d}👧👩\u{200d}👧"),
            ("👩\u{200d}👧👩\u{200d}👧", 3, "👩\u{200d}👧…"),
            ("e\u{301}e\u{301}e\u{301}", 3, "e\u{301}e\u{301}e\u{301}"),
            ("  a\nb\tc  ", 9, "a b c"),
            ("rm\u{202e}fdp\u{1b}[31m", 20, "rmfdp[31m"),
        ];
        for (text, width, shown) in table {
            assert_eq!(line(text, width), shown, "{text}");
            assert!(line(text, width).width() <= width, "{text}");
        }
    }

    #[test]
    fn text_from_right_to_left_stays_in_its_place() {
        assert_eq!(line("תקן את הכניסה", 40), "\u{2068}תקן את הכניסה\u{2069}");
        assert!(line("\u{2067}abc", 40) == "abc");
    }

    #[test]
    fn durations_have_two_units_and_countdowns_end_in_seconds() {
        let table = [
            (20 * SECOND, "just started", "in 20\u{202f}s"),
            (59_001, "just started", "in 60\u{202f}s"),
            (MINUTE, "1\u{202f}min", "in 60\u{202f}s"),
            (43 * MINUTE, "43\u{202f}min", "in 43\u{202f}min"),
            (74 * MINUTE, "1\u{202f}h\u{a0}14", "in 1\u{202f}h\u{a0}14"),
            (4 * DAY + 16 * HOUR, "4\u{202f}d\u{a0}16\u{202f}h", "in 4\u{202f}d\u{a0}16\u{202f}h"),
            (2 * DAY, "2\u{202f}d", "in 2\u{202f}d"),
        ];
        for (millis, past, ahead) in table {
            assert_eq!((elapsed(millis).as_str(), countdown(millis).as_str()), (past, ahead));
        }
        assert_eq!((countdown(0), countdown(-5)), ("now".to_owned(), "now".to_owned()));
    }
}
