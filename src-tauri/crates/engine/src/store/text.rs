//! Values in columns: words of enums and JSON. They are the same words as in JSON, so there is one spelling
//! for everything.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// The JSON string of a unit enum value; JSON for anything else.
pub fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value).expect("our types are always JSON") {
        serde_json::Value::String(word) => word,
        other => other.to_string(),
    }
}

/// The value of a word in a column.
pub fn from_word<T: DeserializeOwned>(word: String) -> rusqlite::Result<T> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(conversion)
}

/// JSON for a column.
pub fn json(value: impl Serialize) -> String {
    serde_json::to_string(&value).expect("our types are always JSON")
}

/// The value of a JSON column.
pub fn from_json<T: DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(conversion)
}

/// A JSON column that is passed on unparsed. It is only checked that it is JSON.
pub(super) fn raw_json(text: String) -> rusqlite::Result<Box<RawValue>> {
    RawValue::from_string(text).map_err(conversion)
}

pub(super) fn conversion(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
}
