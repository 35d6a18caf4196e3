//! Commands about folders in which a story may begin.

use super::{Shared, blocking};
use protocol::{Fault, FolderSummary};
use std::path::PathBuf;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

/// What a folder is.
#[tauri::command]
pub(super) async fn folder(app_state: Shared<'_>, path: PathBuf) -> Result<FolderSummary, Fault> {
    Ok(app_state.engine().await?.folder(&path).await?)
}

/// The branch that a new story with this goal would have there.
#[tauri::command]
pub(super) async fn new_branch(
    app_state: Shared<'_>,
    dir: PathBuf,
    goal: String,
) -> Result<String, Fault> {
    Ok(app_state.engine().await?.new_branch(&dir, &goal).await?)
}

/// Lets a person choose a folder with the desktop's own dialog; none when it is closed.
#[tauri::command]
pub(super) async fn pick_folder(app: AppHandle) -> Result<Option<String>, Fault> {
    let picked = blocking(move || Ok(app.dialog().file().blocking_pick_folder())).await?;
    Ok(picked.map(|folder| folder.to_string()))
}
