//! The calendar of a time zone: where hours, days, weeks and months begin, also where clocks change.
//! Pure; it reads neither the clock nor the system's zone. Usage queries ask it for the stretches of time
//! to sum by.

use super::zones;
use crate::error::{Error, Result};
use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset,
    TimeDelta, TimeZone,
};
use chrono_tz::{TZ_VARIANTS, Tz};
use protocol::{ErrorCode, Timestamp, UsageStep};

/// The most stretches; a query for more is refused.
pub const MOST_STRETCHES: usize = 10_000;

const HOUR: i64 = 3600;

/// The step of the search for the end of skipped local time.
const QUARTER: TimeDelta = TimeDelta::minutes(15);

/// At most this many quarters of an hour were ever skipped: islands that moved across the date line lost
/// a day.
const SKIPPED: i32 = 2 * 24 * 4;

/// The calendar of one zone.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    zone: Tz,
}

impl Calendar {
    /// Finds the calendar of an IANA zone; upper and lower case do not matter.
    ///
    /// # Errors
    /// If there is no such zone; the hint names similar zones.
    pub fn of(zone: &str) -> Result<Self> {
        let found = TZ_VARIANTS.iter().find(|known| known.name().eq_ignore_ascii_case(zone));
        found.map(|zone| Self { zone: *zone }).ok_or_else(|| {
            let message = format!("there is no time zone \"{zone}\"");
            Error::refused(ErrorCode::BadInput, message, zones::hint(zone))
        })
    }

    /// The zone's IANA name.
    pub fn name(self) -> &'static str {
        self.zone.name()
    }

    /// The beginnings of the stretches within `from..to`, in order; the first may begin before `from`.
    ///
    /// # Errors
    /// If there are more than [`MOST_STRETCHES`], or the times are beyond the calendar.
    pub fn starts(self, step: UsageStep, from: Timestamp, to: Timestamp) -> Result<Vec<Timestamp>> {
        let (from, last) = (seconds(from)?, seconds(to.plus_millis(-1))?);
        let mut starts = Vec::new();
        let mut next = match step {
            UsageStep::Hour => Next::Instant(self.hour(from)?),
            // Begins one stretch too early: a clock that is put back over midnight shows a day twice.
            _ => Next::Date(earlier(step, self.shown(from)?.date())?),
        };
        loop {
            let start = match next {
                Next::Instant(start) => start,
                Next::Date(date) => self.first(date.and_time(NaiveTime::MIN))?,
            };
            if start > last {
                break;
            }
            if start <= from {
                starts.clear();
            }
            // A day that was skipped entirely begins where the next one does.
            if starts.last().is_none_or(|&before| before < start) {
                starts.push(start);
            }
            if starts.len() > MOST_STRETCHES {
                return Err(too_many(step));
            }
            next = match next {
                Next::Instant(start) => Next::Instant(self.next_hour(start)?),
                Next::Date(date) => Next::Date(later(step, date)?),
            };
        }
        Ok(starts.into_iter().map(Timestamp::from_seconds).collect())
    }

    /// Returns the end of the stretch that begins at `start`.
    ///
    /// # Errors
    /// If the time is beyond the calendar.
    pub fn end(self, step: UsageStep, start: Timestamp) -> Result<Timestamp> {
        let start = seconds(start)?;
        let end = match step {
            UsageStep::Hour => self.next_hour(start)?,
            _ => {
                let mut date = self.shown(start)?.date();
                loop {
                    date = later(step, first_of(step, date)?)?;
                    let end = self.first(date.and_time(NaiveTime::MIN))?;
                    // A day that was skipped entirely has no length.
                    if end > start {
                        break end;
                    }
                }
            }
        };
        Ok(Timestamp::from_seconds(end))
    }

    /// Returns the first instant at which the clocks show this local time, or have passed it.
    ///
    /// # Errors
    /// If the time is beyond the calendar.
    pub fn instant(self, local: NaiveDateTime) -> Result<Timestamp> {
        self.first(local).map(Timestamp::from_seconds)
    }

    /// Returns the local time that the clocks show.
    ///
    /// # Errors
    /// If the time is beyond the calendar.
    pub fn local(self, at: Timestamp) -> Result<NaiveDateTime> {
        seconds(at).and_then(|at| self.shown(at))
    }

    /// Formats the local time, to the minute, with the offset from UTC, because in autumn an hour comes
    /// twice: `2026-10-25 02:00 +01:00`.
    ///
    /// # Errors
    /// If the time is beyond the calendar.
    pub fn text(self, at: Timestamp) -> Result<String> {
        let at = utc(seconds(at)?)?;
        Ok(self.zone.from_utc_datetime(&at).format("%Y-%m-%d %H:%M %:z").to_string())
    }

    /// The beginning of the clock hour that contains `instant`.
    fn hour(self, instant: i64) -> Result<i64> {
        let offset = self.offset(instant)?;
        let full = instant - (instant + offset).rem_euclid(HOUR);
        match self.offset(full)? == offset {
            true => Ok(full),
            // The clocks changed within this hour, and another hour began then.
            false => self.change(full, instant),
        }
    }

    /// The beginning of the next clock hour: at the full hour, or when the clocks change.
    fn next_hour(self, start: i64) -> Result<i64> {
        let offset = self.offset(start)?;
        let full = start + HOUR - (start + offset).rem_euclid(HOUR);
        match self.offset(full)? == offset {
            true => Ok(full),
            false => self.change(start, full),
        }
    }

    /// Finds the first instant after `before` with the offset of `after`.
    fn change(self, mut before: i64, mut after: i64) -> Result<i64> {
        let changed = self.offset(after)?;
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            match self.offset(middle)? == changed {
                true => after = middle,
                false => before = middle,
            }
        }
        Ok(after)
    }

    fn first(self, local: NaiveDateTime) -> Result<i64> {
        if let Some(instant) = self.shows(local) {
            return Ok(instant);
        }
        for quarters in 1..=SKIPPED {
            let later = local.checked_add_signed(QUARTER * quarters).ok_or_else(beyond)?;
            if let Some(after) = self.shows(later) {
                return self.change(after - QUARTER.num_seconds(), after);
            }
        }
        Err(beyond())
    }

    /// The first instant at which the clocks show this local time; `None` if they never do.
    fn shows(self, local: NaiveDateTime) -> Option<i64> {
        let instants = match self.zone.from_local_datetime(&local) {
            MappedLocalTime::None => return None,
            MappedLocalTime::Single(one) => [one.timestamp(), one.timestamp()],
            MappedLocalTime::Ambiguous(one, two) => [one.timestamp(), two.timestamp()],
        };
        // At the very instant of a change the clocks show only the new time.
        let shown = |instant: &i64| self.shown(*instant).is_ok_and(|shown| shown == local);
        instants.into_iter().filter(shown).min()
    }

    fn shown(self, instant: i64) -> Result<NaiveDateTime> {
        let utc = utc(instant)?;
        Ok(self.zone.from_utc_datetime(&utc).naive_local())
    }

    /// How many seconds local time is ahead of UTC.
    fn offset(self, instant: i64) -> Result<i64> {
        let offset = self.zone.offset_from_utc_datetime(&utc(instant)?);
        Ok(i64::from(offset.fix().local_minus_utc()))
    }
}

/// The next stretch.
#[derive(Clone, Copy)]
enum Next {
    /// The hour that begins at this instant.
    Instant(i64),
    /// The day, week or month that begins with this date.
    Date(NaiveDate),
}

/// The first day of the stretch before the one that contains `date`.
fn earlier(step: UsageStep, date: NaiveDate) -> Result<NaiveDate> {
    let first = first_of(step, date)?;
    let before = match step {
        UsageStep::Month => first.checked_sub_months(Months::new(1)),
        UsageStep::Week => first.checked_sub_days(Days::new(7)),
        UsageStep::Hour | UsageStep::Day => first.checked_sub_days(Days::new(1)),
    };
    before.ok_or_else(beyond)
}

/// The first day of the stretch that contains `date`.
fn first_of(step: UsageStep, date: NaiveDate) -> Result<NaiveDate> {
    let first = match step {
        UsageStep::Hour | UsageStep::Day => Some(date),
        UsageStep::Week => {
            date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday())))
        }
        UsageStep::Month => date.with_day(1),
    };
    first.ok_or_else(beyond)
}

/// The first day of the stretch after the one that begins with `date`.
fn later(step: UsageStep, date: NaiveDate) -> Result<NaiveDate> {
    let next = match step {
        UsageStep::Month => date.checked_add_months(Months::new(1)),
        UsageStep::Week => date.checked_add_days(Days::new(7)),
        UsageStep::Hour | UsageStep::Day => date.checked_add_days(Days::new(1)),
    };
    next.ok_or_else(beyond)
}

/// The instant in whole seconds, on which all clock changes happen.
fn seconds(at: Timestamp) -> Result<i64> {
    let seconds = at.millis().div_euclid(1000);
    let within =
        DateTime::from_timestamp(seconds, 0).is_some_and(|at| (0..=9999).contains(&at.year()));
    within.then_some(seconds).ok_or_else(beyond)
}

fn utc(instant: i64) -> Result<NaiveDateTime> {
    DateTime::from_timestamp(instant, 0).map(|at| at.naive_utc()).ok_or_else(beyond)
}

fn beyond() -> Error {
    let hint = "Say times between the years 0 and 9999.";
    Error::refused(ErrorCode::BadInput, "the range is beyond the calendar", hint)
}

fn too_many(step: UsageStep) -> Error {
    let (many, longer) = match step {
        UsageStep::Hour => ("hours", "day, week or month"),
        UsageStep::Day => ("days", "week or month"),
        UsageStep::Week => ("weeks", "month"),
        UsageStep::Month => ("months", ""),
    };
    let or = if longer.is_empty() { String::new() } else { format!(", or sum by {longer}") };
    Error::refused(
        ErrorCode::BadInput,
        format!("the range has more than {MOST_STRETCHES} {many}"),
        format!("Say a shorter range{or}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        serde_json::from_value(serde_json::Value::String(text.to_owned())).unwrap()
    }

    /// The lengths of the stretches in hours; the first contains `from`.
    fn hours(zone: &str, step: UsageStep, from: &str, to: &str) -> Vec<f64> {
        let mut starts = Calendar::of(zone).unwrap().starts(step, at(from), at(to)).unwrap();
        starts.push(at(to));
        starts.windows(2).map(|pair| pair[1].since(pair[0]) as f64 / 3_600_000.0).collect()
    }

    fn starts(zone: &str, step: UsageStep, from: &str, to: &str) -> Vec<String> {
        let starts = Calendar::of(zone).unwrap().starts(step, at(from), at(to)).unwrap();
        starts.into_iter().map(|start| start.to_string().replace(":00.000Z", "Z")).collect()
    }

    #[test]
    fn a_day_is_from_midnight_to_midnight_whatever_the_clocks_do() {
        let day = UsageStep::Day;
        let table: [(&str, &str, &str, &[f64]); 8] = [
            ("Europe/Berlin", "2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z", &[24.0, 23.0, 24.0]),
            ("Europe/Berlin", "2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z", &[24.0, 25.0, 24.0]),
            // Half an hour is skipped, and half an hour comes twice.
            ("Australia/Lord_Howe", "2026-10-02T13:30:00Z", "2026-10-04T13:00:00Z", &[24.0, 23.5]),
            ("Australia/Lord_Howe", "2026-04-03T13:00:00Z", "2026-04-05T13:30:00Z", &[24.0, 24.5]),
            // The day begins at one o'clock, because midnight was skipped.
            ("America/Sao_Paulo", "2018-11-03T03:00:00Z", "2018-11-05T02:00:00Z", &[24.0, 23.0]),
            ("Africa/Cairo", "2026-04-22T22:00:00Z", "2026-04-24T21:00:00Z", &[24.0, 23.0]),
            // Midnight comes, is put back, and comes again: the day before has 25 hours.
            ("America/Sao_Paulo", "2018-02-17T02:00:00Z", "2018-02-19T03:00:00Z", &[25.0, 24.0]),
            // A day that never existed.
            ("Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z", &[24.0, 24.0]),
        ];
        for (zone, from, to, expected) in table {
            assert_eq!(hours(zone, day, from, to), expected, "{zone} {from}");
        }
    }

    #[test]
    fn an_hour_is_an_hour_of_the_clock() {
        let hour = UsageStep::Hour;
        assert_eq!(
            starts("Asia/Kathmandu", hour, "2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z"),
            ["2025-12-31T23:15Z", "2026-01-01T00:15Z", "2026-01-01T01:15Z"]
        );
        // Two o'clock is skipped in spring and comes twice in autumn: no hour is counted in another.
        let (spring, autumn) = ("2026-03-29", "2026-10-25");
        for day in [spring, autumn] {
            let (from, to) = (format!("{day}T00:00:00Z"), format!("{day}T03:00:00Z"));
            assert_eq!(hours("Europe/Berlin", hour, &from, &to), [1.0; 3], "{day}");
        }
        assert_eq!(
            starts("Australia/Lord_Howe", hour, "2026-04-04T14:00:00Z", "2026-04-04T16:30:00Z"),
            ["2026-04-04T14:00Z", "2026-04-04T15:00Z", "2026-04-04T15:30Z"]
        );
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_their_first() {
        assert_eq!(
            starts("UTC", UsageStep::Week, "2026-11-29T12:00:00Z", "2026-12-08T00:00:00Z"),
            ["2026-11-23T00:00Z", "2026-11-30T00:00Z", "2026-12-07T00:00Z"]
        );
        assert_eq!(
            starts(
                "America/New_York",
                UsageStep::Month,
                "2026-01-31T12:00:00Z",
                "2026-04-01T04:00:00Z"
            ),
            ["2026-01-01T05:00Z", "2026-02-01T05:00Z", "2026-03-01T05:00Z"]
        );
    }

    /// Checks the definition in every zone on every day of years with many changes.
    #[test]
    fn every_day_of_every_zone_begins_when_its_date_is_first_shown() {
        for zone in TZ_VARIANTS {
            let calendar = Calendar { zone };
            for year in [1994, 2011, 2018, 2026] {
                let (from, to) =
                    (format!("{year}-01-03T00:00:00Z"), format!("{year}-12-30T00:00:00Z"));
                let starts = calendar.starts(UsageStep::Day, at(&from), at(&to)).unwrap();
                assert!((355..=363).contains(&starts.len()), "{zone} {year}: {}", starts.len());
                for start in starts {
                    let second = start.millis() / 1000;
                    let (shown, before) =
                        (calendar.shown(second).unwrap(), calendar.shown(second - 1).unwrap());
                    assert!(before.date() < shown.date(), "{zone}: {before}, then {shown}");
                }
            }
        }
    }

    #[test]
    fn every_hour_of_every_zone_ends_with_the_hour_or_with_a_change() {
        for zone in TZ_VARIANTS {
            let calendar = Calendar { zone };
            let (from, to) = (at("2026-01-01T00:10:00Z"), at("2026-12-31T00:00:00Z"));
            let starts = calendar.starts(UsageStep::Hour, from, to).unwrap();
            assert!(starts[0] <= from && starts[1] > from, "{zone}");
            for pair in starts.windows(2) {
                let (one, two) = (pair[0].millis() / 1000, pair[1].millis() / 1000);
                let full = (two + calendar.offset(two).unwrap()) % HOUR == 0;
                assert!(two > one && two - one <= HOUR, "{zone}");
                assert!(
                    full || calendar.offset(one).unwrap() != calendar.offset(two).unwrap(),
                    "{zone}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_zone_or_too_much_is_refused_with_a_way_out() {
        let refusal = |error: Error| match error {
            Error::Refused(fault) => format!("{}: {}", fault.message, fault.hint),
            other => panic!("{other}"),
        };
        let zone = |name: &str| refusal(Calendar::of(name).unwrap_err());
        assert_eq!(
            zone("Europe/Berln"),
            "there is no time zone \"Europe/Berln\": Did you mean Europe/Berlin, Europe/Dublin, Europe/Belgrade?"
        );
        assert!(zone("berlin").contains("Did you mean Europe/Berlin"), "{}", zone("berlin"));
        assert!(zone("new york").contains("America/New_York"), "{}", zone("new york"));
        assert_eq!(
            zone(""),
            "there is no time zone \"\": Say an IANA name such as Europe/Berlin, or UTC."
        );
        assert!(Calendar::of("europe/berlin").is_ok());
        let utc = Calendar::of("UTC").unwrap();
        let refused =
            |step, from: &str, to: &str| refusal(utc.starts(step, at(from), at(to)).unwrap_err());
        let year = ("2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
        assert_eq!(
            refused(UsageStep::Hour, year.0, year.1),
            "the range has more than 10000 hours: Say a shorter range, or sum by day, week or month."
        );
        let beyond = utc.starts(
            UsageStep::Day,
            Timestamp::from_millis(i64::MIN),
            Timestamp::from_millis(i64::MAX),
        );
        assert!(refusal(beyond.unwrap_err()).contains("beyond the calendar"));
    }
}
