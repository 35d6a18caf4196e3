//! Which instant the time of a clock is that an agent told in a sentence: the next time that the clocks of
//! its zone show it. Pure; the caller says what the machine's zone is.

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone,
};
use chrono_tz::TZ_VARIANTS;
use protocol::{ClockTime, Timestamp};

/// A time that passed less than this long ago is meant, and not the one of the next day.
const JUST_PASSED: TimeDelta = TimeDelta::minutes(10);

/// How far clocks are put forward at most, in minutes.
const SKIPPED: i64 = 120;

/// The instant of this time in a sentence that was written at `written`; `None` if there is no such date
/// or zone.
pub(super) fn instant(
    clock: &ClockTime,
    written: Timestamp,
    local: &impl TimeZone,
) -> Option<Timestamp> {
    let at = match &clock.zone {
        Some(name) => {
            let zone = TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name))?;
            next(clock, written, zone)
        }
        None => next(clock, written, local),
    };
    at.map(Timestamp::from_millis)
}

fn next<Z: TimeZone>(clock: &ClockTime, written: Timestamp, zone: &Z) -> Option<i64> {
    let written = DateTime::from_timestamp_millis(written.millis())?;
    let earliest = written.checked_sub_signed(JUST_PASSED)?.timestamp_millis();
    let today = written.with_timezone(zone).date_naive();
    let instants = dates(clock, today).into_iter().filter_map(|date| {
        let shown = date.and_hms_opt(clock.hour, clock.minute, 0)?;
        Some(instants(shown, zone))
    });
    instants.flatten().filter(|at| *at > earliest).min()
}

/// The dates that may be meant.
fn dates(clock: &ClockTime, today: NaiveDate) -> Vec<NaiveDate> {
    let candidates = match clock.date {
        None => vec![Some(today), today.checked_add_days(Days::new(1))],
        Some(date) => {
            let years = date.year.map_or(vec![today.year(), today.year() + 1], |year| vec![year]);
            let dates = years.into_iter();
            dates.map(|year| NaiveDate::from_ymd_opt(year, date.month, date.day)).collect()
        }
    };
    candidates.into_iter().flatten().collect()
}

/// When clocks show this: once, twice where they are put back, and where they skip it, at the first time
/// after it.
fn instants<Z: TimeZone>(shown: NaiveDateTime, zone: &Z) -> Vec<i64> {
    let later = (0..=SKIPPED).filter_map(|minutes| {
        let shown = shown.checked_add_signed(TimeDelta::minutes(minutes))?;
        match zone.from_local_datetime(&shown) {
            MappedLocalTime::None => None,
            MappedLocalTime::Single(one) => Some(vec![one.timestamp_millis()]),
            MappedLocalTime::Ambiguous(one, two) => {
                Some(vec![one.timestamp_millis(), two.timestamp_millis()])
            }
        }
    });
    later.into_iter().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;
    use protocol::ClockDate;

    fn at(iso: &str) -> Timestamp {
        Timestamp::from_millis(DateTime::parse_from_rfc3339(iso).unwrap().timestamp_millis())
    }

    fn of(hour: u32, minute: u32) -> ClockTime {
        ClockTime { hour, minute, date: None, zone: None }
    }

    fn on(month: u32, day: u32, year: Option<i32>) -> ClockTime {
        ClockTime { date: Some(ClockDate { month, day, year }), ..of(17, 0) }
    }

    fn of_zone(clock: ClockTime, zone: &str) -> ClockTime {
        ClockTime { zone: Some(zone.to_owned()), ..clock }
    }

    #[test]
    fn the_next_time_that_the_clocks_show_it_is_meant() {
        let evening = "2026-11-22T21:24:00+01:00";
        for (name, written, clock, instant) in [
            ("later today", evening, of(23, 0), Some("2026-11-22T23:00:00+01:00")),
            ("over midnight", evening, of(3, 0), Some("2026-11-23T03:00:00+01:00")),
            ("a moment ago", evening, of(21, 20), Some("2026-11-22T21:20:00+01:00")),
            ("a while ago", evening, of(21, 10), Some("2026-11-23T21:10:00+01:00")),
            (
                "of another zone, where it is the next day",
                evening,
                of_zone(of(5, 0), "Asia/Singapore"),
                Some("2026-11-23T05:00:00+08:00"),
            ),
            (
                "of a zone in other letters",
                evening,
                of_zone(of(16, 0), "america/new_york"),
                Some("2026-11-22T16:00:00-05:00"),
            ),
            ("of no zone that is known", evening, of_zone(of(5, 0), "Local time"), None),
            ("on a date", evening, on(11, 24, None), Some("2026-11-24T17:00:00+01:00")),
            (
                "on a date of the next year",
                evening,
                on(1, 5, None),
                Some("2027-01-05T17:00:00+01:00"),
            ),
            ("in a year", evening, on(1, 5, Some(2027)), Some("2027-01-05T17:00:00+01:00")),
            ("in a year that is over", evening, on(1, 5, Some(2026)), None),
            ("on a date that does not exist", evening, on(2, 30, None), None),
            (
                "after the clocks are put forward",
                "2026-03-28T22:00:00+01:00",
                of(7, 0),
                Some("2026-03-29T07:00:00+02:00"),
            ),
            (
                "at a time that the clocks skip",
                "2026-03-28T22:00:00+01:00",
                of(2, 30),
                Some("2026-03-29T03:00:00+02:00"),
            ),
            (
                "at a time that comes twice",
                "2026-10-24T22:00:00+02:00",
                of(2, 30),
                Some("2026-10-25T02:30:00+02:00"),
            ),
            (
                "at the second of two times",
                "2026-10-25T02:50:00+02:00",
                of(2, 30),
                Some("2026-10-25T02:30:00+01:00"),
            ),
        ] {
            let found = super::instant(&clock, at(written), &Berlin);
            assert_eq!(found, instant.map(at), "{name}");
        }
    }
}
