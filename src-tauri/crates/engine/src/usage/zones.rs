//! Suggests time zones if a requested one does not exist: similar names, and, for an offset such as
//! `UTC+3`, zones with that offset. Pure; the calendar uses it for the hint of its error.

use chrono::{DateTime, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};

/// How many names are suggested.
const MOST_NAMES: usize = 3;

/// How similar a name must be to be suggested, from 0 to 1.
const ALIKE: f64 = 0.85;

/// The regions of zones that are suggested for an offset, best known first.
const REGIONS: [&str; 8] =
    ["Europe/", "America/", "Asia/", "Africa/", "Australia/", "Pacific/", "Atlantic/", "Indian/"];

/// A winter's and a summer's day (Unix seconds): a zone that keeps its offset has the same on both.
const DAYS: [i64; 2] = [1_767_225_600, 1_782_864_000];

/// The hint that suggests existing zones.
pub(super) fn hint(zone: &str) -> String {
    if let Some(minutes) = offset(zone) {
        return of_offset(minutes);
    }
    match alike(zone).as_slice() {
        [] => "Say an IANA name such as Europe/Berlin, or UTC.".to_owned(),
        names => format!("Did you mean {}?", names.join(", ")),
    }
}

/// Reads the minutes ahead of UTC from `UTC+3`, `GMT-05:30`, `+0200`; `None` for anything else.
fn offset(zone: &str) -> Option<i32> {
    let zone = zone.trim().to_ascii_uppercase();
    let text = zone.strip_prefix("UTC").or_else(|| zone.strip_prefix("GMT")).unwrap_or(&zone);
    let text = text.trim_start();
    let (sign, digits) = match (text.strip_prefix('+'), text.strip_prefix(['-', '\u{2212}'])) {
        (Some(digits), _) => (1, digits),
        (None, digits) => (-1, digits?),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "0"),
    };
    let number = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse::<i32>().ok(),
        false => None,
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Suggests zones for an offset. Names in `Etc` have the opposite sign, as in POSIX.
fn of_offset(minutes: i32) -> String {
    let shown = shown(minutes);
    let places = keeping(minutes);
    let places = places.join(", ");
    match (etc(minutes), places.is_empty()) {
        (Some(name), true) => format!("{shown} is {name}: {SIGN}."),
        (Some(name), false) => {
            format!("{shown} is {name}: {SIGN}. Places that keep it all year: {places}.")
        }
        (None, false) => format!("Places that keep {shown} all year: {places}."),
        (None, true) => {
            format!(
                "No zone keeps {shown} all year. Say an IANA name such as Europe/Berlin, or UTC."
            )
        }
    }
}

const SIGN: &str = "names of this form have the opposite sign";

fn shown(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    match minutes {
        0 => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// The zone of `Etc` with this fixed offset, if there is one.
fn etc(minutes: i32) -> Option<&'static str> {
    let fixed = |zone: &&Tz| {
        zone.name().starts_with("Etc/GMT") && keeps(**zone, minutes) && zone.name() != "Etc/GMT0"
    };
    match minutes {
        0 => Some("UTC"),
        _ => TZ_VARIANTS.iter().find(fixed).map(|zone| zone.name()),
    }
}

fn keeping(minutes: i32) -> Vec<&'static str> {
    let of = |region: &'static str| {
        let zones = TZ_VARIANTS.iter().filter(move |zone| zone.name().starts_with(region));
        zones.filter(move |zone| keeps(**zone, minutes)).map(|zone| zone.name()).next()
    };
    REGIONS.into_iter().filter_map(of).take(MOST_NAMES).collect()
}

fn keeps(zone: Tz, minutes: i32) -> bool {
    let ahead = |at: NaiveDateTime| zone.offset_from_utc_datetime(&at).fix().local_minus_utc();
    let days = DAYS.into_iter().filter_map(|day| DateTime::from_timestamp(day, 0));
    days.map(|day| ahead(day.naive_utc())).all(|ahead| ahead == minutes * 60)
}

/// Zones with a similar name: a city without its region, or a name with a typing error.
fn alike(zone: &str) -> Vec<&'static str> {
    let asked = zone.trim().replace(' ', "_").to_lowercase();
    let mut alike: Vec<(f64, &str)> = TZ_VARIANTS
        .iter()
        .map(|known| {
            let name = known.name().to_lowercase();
            let city = name.rsplit('/').next().unwrap_or(&name);
            let alike = strsim::jaro_winkler(&asked, &name).max(strsim::jaro_winkler(&asked, city));
            (alike, known.name())
        })
        .filter(|(alike, _)| *alike >= ALIKE)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    alike.into_iter().take(MOST_NAMES).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_with_its_own_sign() {
        let table = [
            ("UTC+3", Some(180)),
            ("utc-3", Some(-180)),
            ("GMT+05:30", Some(330)),
            ("UTC +0545", Some(345)),
            ("+2", Some(120)),
            ("-0800", Some(-480)),
            ("UTC", None),
            ("UTC+", None),
            ("UTC+3x", None),
            ("UTC++3", None),
            ("UTC+99", None),
            ("Europe/Berln", None),
        ];
        for (text, right) in table {
            assert_eq!(offset(text), right, "{text}");
        }
    }

    #[test]
    fn the_zones_of_an_offset_are_offered() {
        for (zone, right) in [
            (
                "UTC+3",
                "UTC+3 is Etc/GMT-3: names of this form have the opposite sign. Places that keep it all year: ",
            ),
            ("GMT-7", "UTC-7 is Etc/GMT+7: "),
            ("+05:30", "Places that keep UTC+5:30 all year: Asia/"),
            ("UTC+0:20", "No zone keeps UTC+0:20 all year."),
            ("UTC+0", "UTC+0 is UTC"),
        ] {
            assert!(hint(zone).starts_with(right), "{zone}: {}", hint(zone));
        }
        assert!(hint("UTC+3").contains("Europe/Istanbul"), "{}", hint("UTC+3"));
    }

    /// Checks that every zone that is suggested for an offset has it.
    #[test]
    fn what_is_offered_has_the_offset() {
        for minutes in (-12 * 60..=14 * 60).step_by(15) {
            let named = keeping(minutes).into_iter().chain(etc(minutes));
            for name in named {
                let zone: Tz = name.parse().unwrap();
                let at = DateTime::from_timestamp(1_775_000_000, 0).unwrap().naive_utc();
                let ahead = zone.offset_from_utc_datetime(&at).fix().local_minus_utc();
                assert_eq!(ahead, minutes * 60, "{name}");
            }
        }
        assert_eq!(etc(180), Some("Etc/GMT-3"));
        assert_eq!(etc(-720), Some("Etc/GMT+12"));
        assert_eq!(etc(330), None);
    }
}
