//! Reads instants, which the program writes as Unix seconds on the event stream and as milliseconds or
//! ISO 8601 elsewhere. Seconds and milliseconds are told apart by their size, because their ranges do not
//! overlap.

use chrono::DateTime;
use protocol::Timestamp;
use serde_json::Value;

/// Numbers from here on are milliseconds: as seconds they would lie after the year 5100.
const MILLISECONDS: f64 = 1e11;

/// Reads the instant in a JSON value; `None` for null, zero, negative numbers and other values.
pub(super) fn instant(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => number.as_f64().and_then(unix),
        Value::String(text) => iso(text).or_else(|| unix(text.trim().parse().ok()?)),
        _ => None,
    }
}

/// Reads Unix seconds or milliseconds.
pub(super) fn unix(number: f64) -> Option<Timestamp> {
    if !number.is_finite() || number <= 0.0 {
        return None;
    }
    let millis = if number < MILLISECONDS { number * 1000.0 } else { number };
    Some(Timestamp::from_millis(millis.round() as i64))
}

/// Reads an ISO 8601 instant with an offset.
pub(super) fn iso(text: &str) -> Option<Timestamp> {
    let time = DateTime::parse_from_rfc3339(text.trim()).ok()?;
    Some(Timestamp::from_millis(time.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_encoding_is_the_same_instant() {
        let expected = Some(Timestamp::from_millis(1_795_343_534_000));
        for value in [
            json!(1_795_343_534),
            json!(1_795_343_534.0),
            json!(1_795_343_534_000_u64),
            json!("1795343534"),
            json!("2026-11-22T10:32:14Z"),
            json!("2026-11-22T11:32:14.000+01:00"),
        ] {
            assert_eq!(instant(&value), expected, "{value}");
        }
    }

    #[test]
    fn nonsense_is_no_instant() {
        for value in [json!(null), json!(0), json!(-5), json!("soon"), json!([1]), json!(true)] {
            assert_eq!(instant(&value), None, "{value}");
        }
    }
}
