//! The command that lets a person choose a folder.

use super::blocking;
use protocol::Fault;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

/// Lets a person choose a folder with the desktop's own dialog; `None` if it is closed without a choice.
#[tauri::command]
pub(super) async fn pick_folder(app: AppHandle) -> Result<Option<String>, Fault> {
    let picked = blocking(move || Ok(app.dialog().file().blocking_pick_folder())).await?;
    Ok(picked.map(|folder| folder.to_string()))
}
