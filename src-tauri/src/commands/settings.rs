//! Commands for what only the window remembers.

use super::apart;
use crate::settings;
use protocol::Fault;
use serde_json::Value;
use tauri::AppHandle;

/// A setting's value, or none.
#[tauri::command]
pub(super) async fn setting_get(app: AppHandle, key: String) -> Result<Option<Value>, Fault> {
    apart(move || settings::get(&app, &key)).await
}

/// Sets a setting.
#[tauri::command]
pub(super) async fn setting_set(app: AppHandle, key: String, value: Value) -> Result<(), Fault> {
    apart(move || settings::set(&app, &key, value)).await
}
