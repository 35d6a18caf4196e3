//! Parses times of the command line: a date, a date with a time of day, a word, or an age. They
//! belong to the calendar of a time zone. The current time is passed in.

use crate::text;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime};
use engine::usage::calendar::Calendar;
use protocol::{ErrorCode, Fault, Timestamp};

/// Which end of a range a text gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The beginning: a day means the start of that day.
    From,
    /// The end: a day means the end of that day, so the range includes it.
    To,
}

/// The parsed form of a text.
enum Meaning {
    Instant(Timestamp),
    Local(NaiveDateTime),
    Day(NaiveDate),
    /// Earlier than the calendar can represent.
    TooFar,
}

/// A local time, separated from the date by `T` or a space, with or without seconds.
const FORMS: [&str; 4] =
    ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];

/// The UTC offset after a time: `Z`, `+02`, `+02:00` or `+0200`.
const OFFSET: &str = "%#z";

/// Parses `text` and converts it to an instant. Fails if it is not a time, or beyond the calendar.
pub(crate) fn instant(
    text: &str,
    end: End,
    calendar: Calendar,
    now: Timestamp,
) -> Result<Timestamp, Fault> {
    let today = calendar.local(now)?.date();
    let meaning = read(text.trim(), today, now).ok_or_else(|| unreadable(text, end))?;
    let at = match (meaning, end) {
        (Meaning::Instant(at), _) => Some(at),
        (Meaning::Local(local), _) => calendar.instant(local).ok(),
        (Meaning::Day(date), End::From) => begin(calendar, Some(date)),
        (Meaning::Day(date), End::To) => begin(calendar, date.checked_add_days(Days::new(1))),
        (Meaning::TooFar, _) => None,
    };
    // An end is exclusive, so the last instant of the range is a millisecond before it.
    let within = |at: &Timestamp| match end {
        End::From => calendar.local(*at).is_ok(),
        End::To => calendar.local(at.plus_millis(-1)).is_ok(),
    };
    at.filter(within).ok_or_else(|| beyond(text, end))
}

fn begin(calendar: Calendar, day: Option<NaiveDate>) -> Option<Timestamp> {
    calendar.instant(day?.and_time(NaiveTime::MIN)).ok()
}

fn read(text: &str, today: NaiveDate, now: Timestamp) -> Option<Meaning> {
    match text {
        "now" => return Some(Meaning::Instant(now)),
        "today" => return Some(days_ago(Some(0), today)),
        "yesterday" => return Some(days_ago(Some(1), today)),
        _ => {}
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(Meaning::Day(date));
    }
    let instant = |form: &str| DateTime::parse_from_str(text, &format!("{form}{OFFSET}")).ok();
    if let Some(at) = FORMS.iter().find_map(|form| instant(form)) {
        return Some(Meaning::Instant(Timestamp::from_millis(at.timestamp_millis())));
    }
    let local = |form: &str| NaiveDateTime::parse_from_str(text, form).ok();
    if let Some(local) = FORMS.iter().find_map(|form| local(form)) {
        return Some(Meaning::Local(local));
    }
    ago(text, today, now)
}

/// An age: minutes and hours count back from now, days and weeks from today.
fn ago(text: &str, today: NaiveDate, now: Timestamp) -> Option<Meaning> {
    let unit = text.chars().next_back()?;
    let number = text.strip_suffix(unit)?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: Option<i64> = number.parse().ok();
    let before = |millis: i64| {
        let at = number.and_then(|number| now.millis().checked_sub(number.checked_mul(millis)?));
        at.map_or(Meaning::TooFar, |at| Meaning::Instant(Timestamp::from_millis(at)))
    };
    match unit {
        'm' => Some(before(60_000)),
        'h' => Some(before(3_600_000)),
        'd' => Some(days_ago(number, today)),
        'w' => Some(days_ago(number.and_then(|weeks| weeks.checked_mul(7)), today)),
        _ => None,
    }
}

fn days_ago(days: Option<i64>, today: NaiveDate) -> Meaning {
    let days = days.and_then(|days| u64::try_from(days).ok());
    let date = days.and_then(|days| today.checked_sub_days(Days::new(days)));
    date.map_or(Meaning::TooFar, Meaning::Day)
}

fn option(end: End) -> &'static str {
    match end {
        End::From => "--from",
        End::To => "--to",
    }
}

fn unreadable(text: &str, end: End) -> Fault {
    Fault::new(
        ErrorCode::BadInput,
        format!("{} is not a time: \"{}\"", option(end), text::clean(text)),
        "Say a date (2026-11-28), a time (2026-11-28T14:30, with its offset if it is of another zone: \
         2026-11-28T14:30Z, 2026-11-28T14:30+02:00), now, today, yesterday, or how long ago: 30m, 12h, 7d, 2w.",
    )
}

fn beyond(text: &str, end: End) -> Fault {
    Fault::new(
        ErrorCode::BadInput,
        format!("{} is beyond the calendar: \"{}\"", option(end), text::clean(text)),
        "Say a time between the years 0 and 9999; without --from the range begins with the first usage.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text means on 2026-11-28 at 14:30 in Berlin.
    fn meant(text: &str, end: End) -> Result<String, Fault> {
        let calendar = Calendar::of("Europe/Berlin").unwrap();
        let now = Timestamp::from_millis(1_795_872_600_000);
        let at = instant(text, end, calendar, now)?;
        Ok(at.to_string().replace(":00.000Z", "Z"))
    }

    #[test]
    fn a_time_is_read_as_it_is_said() {
        let table = [
            ("now", "2026-11-28T13:30Z", "2026-11-28T13:30Z"),
            // A day as the beginning means its start, as the end its end.
            ("today", "2026-11-27T23:00Z", "2026-11-28T23:00Z"),
            ("yesterday", "2026-11-26T23:00Z", "2026-11-27T23:00Z"),
            ("2026-11-28", "2026-11-27T23:00Z", "2026-11-28T23:00Z"),
            ("7d", "2026-11-20T23:00Z", "2026-11-21T23:00Z"),
            ("2w", "2026-11-13T23:00Z", "2026-11-14T23:00Z"),
            ("36h", "2026-11-27T01:30Z", "2026-11-27T01:30Z"),
            ("2026-11-28 14:30", "2026-11-28T13:30Z", "2026-11-28T13:30Z"),
            ("2026-11-28T14:30", "2026-11-28T13:30Z", "2026-11-28T13:30Z"),
            ("2026-11-28T14:30:00Z", "2026-11-28T14:30Z", "2026-11-28T14:30Z"),
            ("2026-11-28T14:30:00+05:45", "2026-11-28T08:45Z", "2026-11-28T08:45Z"),
            // With and without seconds, with each form of offset, and in the form that rows of
            // hours have.
            ("2026-11-28T14:30:00", "2026-11-28T13:30Z", "2026-11-28T13:30Z"),
            ("2026-11-28T14:30Z", "2026-11-28T14:30Z", "2026-11-28T14:30Z"),
            ("2026-11-28T14:30+02:00", "2026-11-28T12:30Z", "2026-11-28T12:30Z"),
            ("2026-11-28 14:30 -0330", "2026-11-28T18:00Z", "2026-11-28T18:00Z"),
            ("2026-11-28 14:30:00.000+02", "2026-11-28T12:30Z", "2026-11-28T12:30Z"),
            (" 30m ", "2026-11-28T13:00Z", "2026-11-28T13:00Z"),
            ("0d", "2026-11-27T23:00Z", "2026-11-28T23:00Z"),
            // A local time that occurs twice means the first; one that is skipped means the moment
            // of the change.
            ("2026-10-25 02:30", "2026-10-25T00:30Z", "2026-10-25T00:30Z"),
            ("2026-03-29 02:30", "2026-03-29T01:00Z", "2026-03-29T01:00Z"),
            ("2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
        ];
        for (text, from, to) in table {
            assert_eq!(meant(text, End::From).unwrap(), from, "from {text}");
            assert_eq!(meant(text, End::To).unwrap(), to, "to {text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "d",
            "-3d",
            "+3d",
            "tomorrow-ish",
            "2026-02-30",
            "2026-11-28 25:00",
            "7y",
            "é",
            "2026-11-28T14:30+25:00",
            "2026-11-28Z",
            "14:30",
        ] {
            let message = meant(text, End::From).unwrap_err().message;
            assert_eq!(message, format!("--from is not a time: \"{text}\""));
        }
    }

    #[test]
    fn what_no_calendar_reaches_is_refused_in_the_words_that_were_typed() {
        for text in [
            "99999999w",
            "9223372036854775807w",
            "99999999999999999999999d",
            "99999999999h",
            "9223372036854775807m",
            "900000d",
            "-0001-01-01",
            "+10001-01-01",
        ] {
            let message = meant(text, End::From).unwrap_err().message;
            assert_eq!(message, format!("--from is beyond the calendar: \"{text}\""));
        }
        assert_eq!(meant("9999-12-31", End::To).unwrap(), "9999-12-31T23:00Z");
    }
}
