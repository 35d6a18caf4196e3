//! Times as people say them on a command line: a date, a time of day, a word, or how long ago. They are
//! of the calendar of a time zone; the program's clock is passed in.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime};
use engine::usage::calendar::Calendar;
use protocol::{ErrorCode, Fault, Timestamp};

/// Which end of a range a time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// A day means its beginning.
    From,
    /// A day means its end: the range has that day in it.
    To,
}

/// What was meant.
enum Said {
    Instant(Timestamp),
    Local(NaiveDateTime),
    Day(NaiveDate),
}

/// The instant of `text`.
pub(crate) fn instant(
    text: &str,
    end: End,
    calendar: Calendar,
    now: Timestamp,
) -> Result<Timestamp, Fault> {
    let today = calendar.local(now)?.date();
    let day = |day: NaiveDate| Ok(calendar.instant(day.and_time(NaiveTime::MIN))?);
    match (read(text.trim(), today, now), end) {
        (None, _) => Err(unreadable(text, end)),
        (Some(Said::Instant(at)), _) => Ok(at),
        (Some(Said::Local(local)), _) => Ok(calendar.instant(local)?),
        (Some(Said::Day(date)), End::From) => day(date),
        (Some(Said::Day(date)), End::To) => {
            day(date.checked_add_days(Days::new(1)).ok_or_else(|| unreadable(text, end))?)
        }
    }
}

fn read(text: &str, today: NaiveDate, now: Timestamp) -> Option<Said> {
    let days_ago = |days: u64| today.checked_sub_days(Days::new(days)).map(Said::Day);
    match text {
        "now" => return Some(Said::Instant(now)),
        "today" => return days_ago(0),
        "yesterday" => return days_ago(1),
        _ => {}
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(Said::Instant(Timestamp::from_millis(at.timestamp_millis())));
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(Said::Day(date));
    }
    let forms = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"];
    if let Some(local) =
        forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    {
        return Some(Said::Local(local));
    }
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u32 = number.parse().ok()?;
    match unit {
        "h" => Some(Said::Instant(now.plus_millis(-3_600_000 * i64::from(number)))),
        "d" => days_ago(u64::from(number)),
        "w" => days_ago(7 * u64::from(number)),
        _ => None,
    }
}

fn unreadable(text: &str, end: End) -> Fault {
    let option = match end {
        End::From => "--from",
        End::To => "--to",
    };
    Fault::new(
        ErrorCode::BadInput,
        format!("{option} has no time in it: \"{text}\""),
        "Say a date (2026-11-28), a time (\"2026-11-28 14:30\", or RFC 3339 with its zone), now, today, \
         yesterday, or how long ago: 12h, 7d, 2w.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text means at half past two in the afternoon of 2026-11-28 in Berlin.
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
            // A day is in the range: it begins with it and ends after it.
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
            // A time that comes twice is its first, one that never comes is when it is passed.
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
    fn what_is_no_time_is_said_so() {
        for text in [
            "",
            "d",
            "-3d",
            "tomorrow-ish",
            "2026-02-30",
            "2026-11-28 25:00",
            "7y",
            "é",
            "99999999999d",
        ] {
            let message = meant(text, End::From).unwrap_err().message;
            assert_eq!(message, format!("--from has no time in it: \"{text}\""));
        }
    }
}
