//! What only the window needs to remember: appearance, layout, which notifications are wanted. One
//! small file beside the system's other settings; what changes behaviour is the engine's and lies in
//! the data directory. A file that cannot be read is no reason not to start.

use protocol::{ErrorCode, Fault, NotificationKind};
use serde_json::Value;
use std::sync::Arc;
use tauri::{AppHandle, Theme, Wry};
use tauri_plugin_store::{Store, StoreExt};

/// The file, in the program's own data folder.
const FILE: &str = "window.json";

/// The longest key, and the longest value as JSON.
const LONGEST_KEY: usize = 64;
const LONGEST_VALUE: usize = 64 * 1024;

/// The value that was set, if any.
pub(crate) fn get(app: &AppHandle, key: &str) -> Result<Option<Value>, Fault> {
    Ok(store(app)?.get(key))
}

/// Sets a value and writes the file; null forgets it.
pub(crate) fn set(app: &AppHandle, key: &str, value: Value) -> Result<(), Fault> {
    check(key, &value)?;
    let store = store(app)?;
    match value {
        Value::Null => drop(store.delete(key)),
        value => store.set(key, value),
    }
    store.save().map_err(unusable)
}

/// Whether a person wants to be told this; they do until they say no.
pub(crate) fn wants(app: &AppHandle, kind: NotificationKind) -> bool {
    let key = match kind {
        NotificationKind::Finished => "notify.finished",
        NotificationKind::Failed => "notify.failed",
        NotificationKind::Asks => "notify.asks",
        NotificationKind::Limited => "notify.limited",
    };
    let set = get(app, key).ok().flatten();
    set.as_ref().and_then(Value::as_bool).unwrap_or(true)
}

/// The theme that was chosen; `None` follows the system.
pub(crate) fn theme(app: &AppHandle) -> Option<Theme> {
    match get(app, "theme").ok().flatten()?.as_str()? {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

fn store(app: &AppHandle) -> Result<Arc<Store<Wry>>, Fault> {
    app.store(FILE).map_err(unusable)
}

fn unusable(error: tauri_plugin_store::Error) -> Fault {
    Fault::new(
        ErrorCode::Internal,
        format!("the window's settings cannot be used: {error}"),
        "Look at window.json in the program's data folder; it may be deleted.",
    )
}

fn check(key: &str, value: &Value) -> Result<(), Fault> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if key.is_empty() || key.len() > LONGEST_KEY || !key.chars().all(plain) {
        let message = format!("{key:?} is no name of a setting");
        return Err(Fault::new(ErrorCode::BadInput, message, "Use letters, digits, dots."));
    }
    if value.to_string().len() > LONGEST_VALUE {
        let message = format!("the value of {key} is longer than {LONGEST_VALUE} bytes");
        return Err(Fault::new(ErrorCode::BadInput, message, "Settings are small."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_of_settings_are_small_and_plain() {
        assert_eq!(check("notify.asks", &Value::Bool(false)), Ok(()));
        for key in ["", "a b", "../x", &"k".repeat(LONGEST_KEY + 1)] {
            assert!(check(key, &Value::Null).is_err(), "{key}");
        }
        assert!(check("layout", &Value::from("x".repeat(LONGEST_VALUE))).is_err());
    }
}
