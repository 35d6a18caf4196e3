//! Commands for what only the window remembers.

use super::blocking;
use crate::settings::Settings;
use protocol::{Fault, SettingChange, SettingsState};
use std::sync::Arc;
use tauri::{AppHandle, State};

/// The settings in force, and what is wrong with their file.
#[tauri::command]
pub(super) async fn settings(settings: State<'_, Arc<Settings>>) -> Result<SettingsState, Fault> {
    Ok(settings.state())
}

/// Changes one setting; refused, it stays as it was.
#[tauri::command]
pub(super) async fn change_setting(
    app: AppHandle,
    settings: State<'_, Arc<Settings>>,
    change: SettingChange,
) -> Result<SettingsState, Fault> {
    let settings = Arc::clone(&settings);
    blocking(move || settings.change(&app, change)).await
}
