//! The time zone of the person at the terminal: the one in `TZ`, else that of the system. A `TZ`
//! that names no zone is refused and not read as UTC. Sums of usage and all times in lists use this
//! zone.

use crate::text;
use engine::usage::calendar::Calendar;
use protocol::{ErrorCode, Fault, Timestamp};
use std::sync::OnceLock;

/// The directory name in paths of zone files; the rest of such a path is the name of the zone.
const ZONE_FILES: &str = "zoneinfo/";

/// The file with the system's zone.
const SYSTEM: &str = "/etc/localtime";

/// The calendar of this machine's zone.
///
/// # Errors
/// When `TZ` or the system's setting names no zone.
pub(crate) fn here() -> Result<Calendar, Fault> {
    calendar(std::env::var("TZ").ok().as_deref(), system)
}

/// The calendar of the zone in `TZ`, else of the system's zone.
fn calendar(
    tz: Option<&str>,
    system: impl FnOnce() -> Result<String, Fault>,
) -> Result<Calendar, Fault> {
    let named = tz.map(|tz| tz.trim_start_matches(':'));
    match named {
        None | Some(SYSTEM) => Ok(Calendar::of(&system()?)?),
        // The C library reads an empty `TZ` as UTC.
        Some("") => Ok(Calendar::of("UTC")?),
        Some(name) => {
            let zone = name.split_once(ZONE_FILES).map_or(name, |(_, zone)| zone);
            Calendar::of(zone).map_err(|_| {
                Fault::new(
                    ErrorCode::BadInput,
                    format!("the variable TZ names no time zone: \"{}\"", text::clean(name)),
                    "Set it to an IANA name such as Europe/Berlin, unset it, or say one: --tz Europe/Berlin.",
                )
            })
        }
    }
}

fn system() -> Result<String, Fault> {
    iana_time_zone::get_timezone().map_err(|error| {
        Fault::new(
            ErrorCode::BadInput,
            format!("the time zone of this machine cannot be found: {error}"),
            "Say one: --tz Europe/Berlin, or --tz UTC.",
        )
    })
}

/// A time for a person, to the minute, in this machine's zone. If the zone is not known, in UTC,
/// marked "UTC".
pub(crate) fn clock(at: Timestamp) -> String {
    static HERE: OnceLock<Option<Calendar>> = OnceLock::new();
    shown(at, *HERE.get_or_init(|| here().ok()))
}

fn shown(at: Timestamp, here: Option<Calendar>) -> String {
    let local = here.and_then(|calendar| calendar.local(at).ok());
    let utc = || chrono::DateTime::from_timestamp_millis(at.millis()).map(|utc| utc.naive_utc());
    match (local, local.or_else(utc)) {
        (Some(local), _) => local.format("%Y-%m-%d %H:%M").to_string(),
        (None, Some(utc)) => format!("{} UTC", utc.format("%Y-%m-%d %H:%M")),
        (None, None) => at.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(tz: Option<&str>) -> Result<&'static str, Fault> {
        calendar(tz, || Ok("Asia/Kathmandu".to_owned())).map(Calendar::name)
    }

    #[test]
    fn the_zone_is_the_one_that_the_environment_names() {
        for (tz, zone) in [
            (None, "Asia/Kathmandu"),
            (Some("Europe/Berlin"), "Europe/Berlin"),
            (Some(":America/New_York"), "America/New_York"),
            (Some(":/usr/share/zoneinfo/Europe/Paris"), "Europe/Paris"),
            (Some(":/etc/localtime"), "Asia/Kathmandu"),
            (Some("UTC"), "UTC"),
            (Some(""), "UTC"),
        ] {
            assert_eq!(named(tz).unwrap(), zone, "{tz:?}");
        }
    }

    #[test]
    fn what_names_no_zone_is_refused_and_not_taken_for_another() {
        // A rule in the form of POSIX is no name, and its sign is the other way round.
        for tz in ["Foo/Bar", "CET-1CEST", "UTC+3", "/etc/passwd"] {
            let message = named(Some(tz)).unwrap_err().message;
            assert_eq!(message, format!("the variable TZ names no time zone: \"{tz}\""));
        }
    }

    #[test]
    fn a_time_says_utc_where_the_zone_is_not_known() {
        let at = Timestamp::from_millis(1_795_872_600_000);
        let berlin = Calendar::of("Europe/Berlin").ok();
        assert_eq!(shown(at, berlin), "2026-11-28 14:30");
        assert_eq!(shown(at, None), "2026-11-28 13:30 UTC");
    }
}
