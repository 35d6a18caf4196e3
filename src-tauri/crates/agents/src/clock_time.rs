//! Reads the time of a clock out of a sentence about a limit: `resets 3pm (Europe/Berlin)`, `try again at
//! Jan 5th, 2026 4:30 AM`. It belongs to no vendor. Which instant that is depends on when the sentence was
//! written, so the engine works it out.

use protocol::{ClockDate, ClockTime};

/// What stands before the time, in lower case.
const BEFORE: [&str; 6] =
    ["resets at ", "resets on ", "resets ", "reset at ", "reset on ", "try again at "];

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads the time at which a limit resets; `None` if the sentence tells none, or one that is not understood.
pub(crate) fn reset(sentence: &str) -> Option<ClockTime> {
    // ASCII letters keep their length, so positions in one text are positions in the other.
    let lower = sentence.to_ascii_lowercase();
    let begin = BEFORE.iter().find_map(|before| Some(lower.find(before)? + before.len()))?;
    let mut words = sentence[begin..].split_whitespace().peekable();
    let date = match words.peek().and_then(|word| month(word)) {
        Some(month) => {
            words.next();
            let day = day(words.next()?)?;
            let year = words.peek().and_then(|word| year(word));
            year.and_then(|_| words.next());
            words.next_if(|word| word.eq_ignore_ascii_case("at"));
            Some(ClockDate { month, day, year })
        }
        None => None,
    };
    let time = words.next()?;
    let half = words.next_if(|word| half_of_day(word).is_some()).unwrap_or_default();
    let (hour, minute) = time_of_day(&format!("{time}{half}"))?;
    let zone = words.next().and_then(|word| word.strip_prefix('('));
    let zone = zone.and_then(|word| word.split_once(')')).map(|(zone, _)| zone.to_owned());
    Some(ClockTime { hour, minute, date, zone })
}

fn month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let number = MONTHS.iter().position(|month| word.starts_with(month))?;
    u32::try_from(number).ok().map(|number| number + 1)
}

/// `9`, `5th,`
fn day(word: &str) -> Option<u32> {
    let word = word.trim_end_matches(',').trim_end_matches(|letter: char| letter.is_alphabetic());
    word.parse().ok().filter(|day| (1..=31).contains(day))
}

fn year(word: &str) -> Option<i32> {
    let word = word.trim_end_matches(',');
    (word.len() == 4).then(|| word.parse().ok())?
}

/// Whether a word is one of the halves of a day: the afternoon is `true`.
fn half_of_day(word: &str) -> Option<bool> {
    let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    match letters.to_ascii_lowercase().as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

/// `3pm`, `3:30 PM.`, `15:00`
fn time_of_day(text: &str) -> Option<(u32, u32)> {
    let end = text.find(|sign: char| !sign.is_ascii_digit() && sign != ':').unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let (hour, minute) = match digits.split_once(':') {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute.parse().ok()?),
        Some(_) => return None,
        None => (digits, 0),
    };
    let hour: u32 = hour.parse().ok()?;
    let hour = match half_of_day(rest) {
        Some(is_afternoon) if (1..=12).contains(&hour) => hour % 12 + 12 * u32::from(is_afternoon),
        // A number alone is no time of day.
        None if digits.contains(':') && rest.trim_end_matches(['.', ',']).is_empty() => hour,
        _ => return None,
    };
    (hour < 24 && minute < 60).then_some((hour, minute))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(hour: u32, minute: u32, date: Option<ClockDate>, zone: Option<&str>) -> ClockTime {
        ClockTime { hour, minute, date, zone: zone.map(str::to_owned) }
    }

    #[test]
    fn the_forms_of_the_programs_are_read() {
        let ninth = Some(ClockDate { month: 10, day: 9, year: None });
        let fifth = Some(ClockDate { month: 1, day: 5, year: Some(2026) });
        for (sentence, read) in [
            ("5-hour limit reached \u{2219} resets 2am", clock(2, 0, None, None)),
            (
                "You've hit your limit \u{b7} resets 8:20pm (Asia/Singapore)",
                clock(20, 20, None, Some("Asia/Singapore")),
            ),
            (
                "Claude usage limit reached. Your limit will reset at 9am (America/Chicago).",
                clock(9, 0, None, Some("America/Chicago")),
            ),
            (
                "You've hit your 5-hour limit \u{b7} resets 10:32am (UTC)",
                clock(10, 32, None, Some("UTC")),
            ),
            ("Weekly limit reached \u{2219} resets Oct 9 at 5pm", clock(17, 0, ninth, None)),
            ("resets Oct 9, 5pm (Europe/Berlin)", clock(17, 0, ninth, Some("Europe/Berlin"))),
            ("resets October 9 at 5:00\u{202f}PM", clock(17, 0, ninth, None)),
            ("You've hit your usage limit. Try again at 4:30 AM.", clock(4, 30, None, None)),
            ("or try again at Jan 5th, 2026 4:30 AM.", clock(4, 30, fifth, None)),
            ("resets 12am", clock(0, 0, None, None)),
            ("resets 12:05pm", clock(12, 5, None, None)),
            ("resets 15:00", clock(15, 0, None, None)),
            ("resets at 07:30.", clock(7, 30, None, None)),
        ] {
            assert_eq!(reset(sentence), Some(read), "{sentence}");
        }
    }

    #[test]
    fn what_is_no_time_of_a_clock_stays_unknown() {
        for sentence in [
            "",
            "Claude AI usage limit reached|1762952400",
            "resets",
            "resets soon",
            "resets 3",
            "resets 13pm",
            "resets 0am",
            "resets 24:00",
            "resets 3:7pm",
            "resets 3:75pm",
            "resets Oct 39 at 5pm",
            "resets Oct",
            "resets in 3 hours",
            "resets 3pmish",
            "try again at \u{1f552}",
        ] {
            assert_eq!(reset(sentence), None, "{sentence}");
        }
    }
}
