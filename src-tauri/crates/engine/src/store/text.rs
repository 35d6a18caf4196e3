//! Converts values to column texts and back: enums to words, other values to JSON. The words are
//! those of the JSON form, so that each value has one spelling everywhere.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// The text of a unit enum value as in JSON, without quotes; JSON for any other value.
pub fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value).expect("our types are always JSON") {
        serde_json::Value::String(word) => word,
        other => other.to_string(),
    }
}

/// The value of a column that holds a word.
pub fn from_word<T: DeserializeOwned>(word: String) -> rusqlite::Result<T> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(conversion)
}

/// The JSON text of a value, for a column.
pub fn json(value: impl Serialize) -> String {
    serde_json::to_string(&value).expect("our types are always JSON")
}

/// The value of a column that holds JSON.
pub fn from_json<T: DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(conversion)
}

/// JSON from a column, to be passed on unparsed. It fails if the text is not JSON.
pub(super) fn raw_json(text: String) -> rusqlite::Result<Box<RawValue>> {
    RawValue::from_string(text).map_err(conversion)
}

pub(super) fn conversion(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
}
