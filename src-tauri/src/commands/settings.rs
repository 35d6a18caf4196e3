//! Commands for the settings of the window.

use super::blocking;
use crate::settings::Settings;
use protocol::{Fault, SettingChange, SettingsState};
use std::sync::Arc;
use tauri::{AppHandle, State};

/// Returns the settings in force, and what is wrong with their file.
#[tauri::command]
pub(super) async fn settings(settings: State<'_, Arc<Settings>>) -> Result<SettingsState, Fault> {
    Ok(settings.state())
}

/// Changes one setting; if that fails, the setting stays as it was.
#[tauri::command]
pub(super) async fn change_setting(
    app: AppHandle,
    settings: State<'_, Arc<Settings>>,
    change: SettingChange,
) -> Result<SettingsState, Fault> {
    let settings = Arc::clone(&settings);
    blocking(move || settings.change(&app, change)).await
}
