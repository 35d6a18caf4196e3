//! The settings as named values of the file: reads values that a person may have written by hand, and
//! makes the values that a change writes. Pure. A value that is not understood is reported, and its
//! default is used.

use chrono::{Days, NaiveTime, TimeZone};
use protocol::{
    Density, Fault, NotificationKind, SettingChange, TEXT_PERCENTS, ThemeChoice, Timestamp,
    WindowSettings,
};
use protocol::{ErrorCode, NotifyKinds, PauseFor};
use serde::de::DeserializeOwned;
use serde_json::Value;

const THEME: &str = "theme";
const DENSITY: &str = "density";
const TEXT_PERCENT: &str = "text_percent";
const PAUSED_UNTIL: &str = "notify.paused_until";

/// The hour at which a pause "until the morning" ends.
const MORNING: u32 = 8;
const HOUR: i64 = 3_600_000;

/// A value in the file that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    name: &'static str,
    value: String,
    wanted: &'static str,
}

/// Reads all settings; `get` returns the value with this name in the file.
pub(super) fn read(get: impl Fn(&str) -> Option<Value>) -> (WindowSettings, Vec<Misfit>) {
    let usual = WindowSettings::default();
    let mut misfits = Vec::new();
    let mut reading = Reading { get: &get, misfits: &mut misfits };
    let settings = WindowSettings {
        theme: reading.one(THEME, "\"system\", \"light\" or \"dark\"").unwrap_or(usual.theme),
        density: reading.one(DENSITY, "\"comfortable\" or \"compact\"").unwrap_or(usual.density),
        text_percent: reading.text_percent().unwrap_or(usual.text_percent),
        notify: NotifyKinds {
            asks: reading.wanted(NotificationKind::Asks),
            failed: reading.wanted(NotificationKind::Failed),
            limited: reading.wanted(NotificationKind::Limited),
            finished: reading.wanted(NotificationKind::Finished),
        },
        paused_until: reading.one(PAUSED_UNTIL, "a time like \"2026-11-22T08:00:00Z\""),
    };
    (settings, misfits)
}

struct Reading<'a> {
    get: &'a dyn Fn(&str) -> Option<Value>,
    misfits: &'a mut Vec<Misfit>,
}

impl Reading<'_> {
    fn one<T: DeserializeOwned>(&mut self, name: &'static str, wanted: &'static str) -> Option<T> {
        let value = (self.get)(name).filter(|value| !value.is_null())?;
        match serde_json::from_value(value.clone()) {
            Ok(read) => Some(read),
            Err(_) => self.misfit(name, &value, wanted),
        }
    }

    fn text_percent(&mut self) -> Option<u16> {
        let wanted = "80, 90, 100, 110, 125, 150, 175 or 200";
        let percent: u16 = self.one(TEXT_PERCENT, wanted)?;
        match TEXT_PERCENTS.contains(&percent) {
            true => Some(percent),
            false => self.misfit(TEXT_PERCENT, &Value::from(percent), wanted),
        }
    }

    /// Whether a kind of notification is wanted; by default it is.
    fn wanted(&mut self, kind: NotificationKind) -> bool {
        self.one(name_of(kind), "true or false").unwrap_or(true)
    }

    fn misfit<T>(&mut self, name: &'static str, value: &Value, wanted: &'static str) -> Option<T> {
        let value: String = value.to_string().chars().take(60).collect();
        self.misfits.push(Misfit { name, value, wanted });
        None
    }
}

fn name_of(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::Finished => "notify.finished",
        NotificationKind::Failed => "notify.failed",
        NotificationKind::Asks => "notify.asks",
        NotificationKind::Limited => "notify.limited",
    }
}

/// Describes the values that are not understood; `None` if there are none.
pub(super) fn problem(misfits: &[Misfit]) -> Option<Fault> {
    if misfits.is_empty() {
        return None;
    }
    let named: Vec<String> = misfits
        .iter()
        .map(|misfit| format!("{} is {}, not {}", misfit.name, misfit.value, misfit.wanted))
        .collect();
    Some(Fault::new(
        ErrorCode::Settings,
        format!("The settings file has values that are not understood: {}.", named.join("; ")),
        "The usual value is used instead. Choose one here, which replaces what the file says, or \
         correct the file and start Musher again.",
    ))
}

/// The name and the value that a change writes; null removes the name from the file.
pub(super) fn written<Z: TimeZone>(
    change: SettingChange,
    now: Timestamp,
    zone: &Z,
) -> Result<(&'static str, Value), Fault> {
    Ok(match change {
        SettingChange::Theme(theme) => (THEME, word::<ThemeChoice>(&theme)),
        SettingChange::Density(density) => (DENSITY, word::<Density>(&density)),
        SettingChange::TextPercent(percent) => {
            if !TEXT_PERCENTS.contains(&percent) {
                let message = format!("{percent} % is no size of text");
                let hint = "Choose 80, 90, 100, 110, 125, 150, 175 or 200.";
                return Err(Fault::new(ErrorCode::BadInput, message, hint));
            }
            (TEXT_PERCENT, Value::from(percent))
        }
        SettingChange::Notify { kind, wanted } => (name_of(kind), Value::from(wanted)),
        SettingChange::Pause(pause) => {
            let until = paused_until(pause, now, zone);
            (PAUSED_UNTIL, until.map_or(Value::Null, |until| Value::from(until.to_string())))
        }
    })
}

fn word<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("a word of an enum is always JSON")
}

/// When a pause that begins now ends.
fn paused_until<Z: TimeZone>(pause: PauseFor, now: Timestamp, zone: &Z) -> Option<Timestamp> {
    match pause {
        PauseFor::Off => None,
        PauseFor::Hour => Some(now.plus_millis(HOUR)),
        PauseFor::Morning => next_morning(now, zone),
    }
}

/// The next 08:00: later today, or tomorrow.
pub(crate) fn next_morning<Z: TimeZone>(now: Timestamp, zone: &Z) -> Option<Timestamp> {
    let here = zone.timestamp_millis_opt(now.millis()).single()?.naive_local();
    let morning = NaiveTime::from_hms_opt(MORNING, 0, 0)?;
    let days = Days::new(u64::from(here.time() >= morning));
    let at = here.date().checked_add_days(days)?.and_time(morning);
    // No zone changes its clocks at this hour; if one did, the pause would end a day later.
    let at = zone.from_local_datetime(&at).earliest();
    let millis = at.map_or(now.millis() + 24 * HOUR, |at| at.timestamp_millis());
    Some(Timestamp::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{FixedOffset, Utc};
    use serde_json::json;

    fn read_from(file: &Value) -> (WindowSettings, Vec<Misfit>) {
        read(|name| file.get(name).cloned())
    }

    #[test]
    fn an_empty_file_is_the_usual_settings() {
        assert_eq!(read_from(&json!({})), (WindowSettings::default(), Vec::new()));
        let nulls = json!({"theme": null, "notify.asks": null});
        assert_eq!(read_from(&nulls), (WindowSettings::default(), Vec::new()));
    }

    #[test]
    fn every_change_is_found_again() {
        let now = Timestamp::from_millis(0);
        let table: [(SettingChange, WindowSettings); 6] = [
            (
                SettingChange::Theme(ThemeChoice::Dark),
                WindowSettings { theme: ThemeChoice::Dark, ..Default::default() },
            ),
            (
                SettingChange::Density(Density::Compact),
                WindowSettings { density: Density::Compact, ..Default::default() },
            ),
            (
                SettingChange::TextPercent(150),
                WindowSettings { text_percent: 150, ..Default::default() },
            ),
            (
                SettingChange::Notify { kind: NotificationKind::Asks, wanted: false },
                WindowSettings {
                    notify: NotifyKinds { asks: false, ..Default::default() },
                    ..Default::default()
                },
            ),
            (
                SettingChange::Pause(PauseFor::Hour),
                WindowSettings {
                    paused_until: Some(Timestamp::from_millis(HOUR)),
                    ..Default::default()
                },
            ),
            (SettingChange::Pause(PauseFor::Off), WindowSettings::default()),
        ];
        for (change, expected) in table {
            let (name, value) = written(change, now, &Utc).unwrap();
            assert_eq!(read_from(&json!({ name: value })), (expected, Vec::new()), "{change:?}");
        }
    }

    #[test]
    fn values_that_are_not_understood_are_named_and_the_others_hold() {
        let file = json!({
            "theme": 7, "density": "tight", "text_percent": 101, "notify.asks": "yes",
            "notify.paused_until": "soon", "notify.failed": false, "layout": {"mine": true}
        });
        let (settings, misfits) = read_from(&file);
        let notify = NotifyKinds { failed: false, ..Default::default() };
        assert_eq!(settings, WindowSettings { notify, ..Default::default() });
        let names: Vec<&str> = misfits.iter().map(|misfit| misfit.name).collect();
        let expected = ["theme", "density", "text_percent", "notify.asks", "notify.paused_until"];
        assert_eq!(names, expected);
        let fault = problem(&misfits).unwrap();
        assert!(fault.message.contains("density is \"tight\""), "{fault}");
        assert!(problem(&[]).is_none());
        for percent in [json!(-1), json!(70_000), json!(99.5), json!("100")] {
            assert_eq!(read_from(&json!({ "text_percent": percent })).1.len(), 1, "{percent}");
        }
    }

    #[test]
    fn sizes_that_nobody_offers_are_refused() {
        for percent in [0, 79, 101, 201] {
            let change = SettingChange::TextPercent(percent);
            let refused = written(change, Timestamp::default(), &Utc).unwrap_err();
            assert_eq!(refused.code, ErrorCode::BadInput);
        }
    }

    #[test]
    fn the_next_morning_is_at_eight_in_the_zone_of_the_machine() {
        let zone = FixedOffset::east_opt(2 * 3_600).unwrap();
        let at = |text: &str| {
            let time = chrono::DateTime::parse_from_rfc3339(text).unwrap();
            Timestamp::from_millis(time.timestamp_millis())
        };
        for (now, until) in [
            ("2026-11-22T23:30:00+02:00", "2026-11-23T08:00:00+02:00"),
            ("2026-11-23T00:30:00+02:00", "2026-11-23T08:00:00+02:00"),
            ("2026-11-23T07:59:59+02:00", "2026-11-23T08:00:00+02:00"),
            ("2026-11-23T08:00:00+02:00", "2026-11-24T08:00:00+02:00"),
        ] {
            assert_eq!(paused_until(PauseFor::Morning, at(now), &zone), Some(at(until)), "{now}");
        }
    }
}
