//! Formats times for people, with the day if it is not today: the tray and notifications use the
//! same format. Pure.

use chrono::{DateTime, TimeZone};
use protocol::Timestamp;
use words::Message;

/// Formats a time: `18:30` today, `tomorrow 08:00`, `Mon 09:00` this week, `12 Nov 09:00` otherwise.
pub(crate) fn clock<Z: TimeZone>(at: Timestamp, now: Timestamp, zone: &Z) -> String
where
    Z::Offset: std::fmt::Display,
{
    let (Some(at), Some(now)) = (local(at, zone), local(now, zone)) else {
        return at.to_string();
    };
    let days = at.date_naive().signed_duration_since(now.date_naive()).num_days();
    let form = match days {
        0 | 1 => "%H:%M",
        2..=6 => "%a %H:%M",
        _ => "%-d %b %H:%M",
    };
    let time = at.format(form).to_string();
    if days == 1 { Message::TimeTomorrow { time: &time }.text() } else { time }
}

fn local<Z: TimeZone>(at: Timestamp, zone: &Z) -> Option<DateTime<Z>> {
    zone.timestamp_millis_opt(at.millis()).single()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::FixedOffset;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn clock_times_name_the_day_when_it_is_another() {
        let zone = FixedOffset::east_opt(3_600).unwrap();
        // 2026-11-22 is a Sunday; 22:30 in this zone.
        let now = Timestamp::from_millis(1_795_383_000_000);
        let shown = |hours: i64| clock(now.plus_millis(hours * HOUR), now, &zone);
        assert_eq!(shown(1), "23:30");
        assert_eq!(shown(2), "tomorrow 00:30");
        assert_eq!(shown(48), "Tue 22:30");
        assert_eq!(shown(24 * 9), "1 Dec 22:30");
        // Yesterday evening, seen today.
        assert_eq!(shown(-24), "21 Nov 22:30");
    }
}
