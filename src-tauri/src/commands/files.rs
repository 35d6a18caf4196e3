//! Commands that open a changed file of a story elsewhere: in an editor, in the file manager, in a terminal.

use super::{Shared, blocking, engine};
use crate::outside;
use protocol::{Fault, StoryId};
use std::path::PathBuf;

/// Opens a file in the desktop's editor for plain text.
#[tauri::command]
pub(super) async fn edit_file(
    app_state: Shared<'_>,
    story: StoryId,
    path: String,
) -> Result<(), Fault> {
    let place = place(&app_state, story, path).await?;
    blocking(move || outside::edit(&place)).await
}

/// Shows a file in the desktop's file manager.
#[tauri::command]
pub(super) async fn show_file(
    app_state: Shared<'_>,
    story: StoryId,
    path: String,
) -> Result<(), Fault> {
    let place = place(&app_state, story, path).await?;
    blocking(move || outside::show(&place)).await
}

/// Opens a terminal in the folder of a file.
#[tauri::command]
pub(super) async fn open_terminal(
    app_state: Shared<'_>,
    story: StoryId,
    path: String,
) -> Result<(), Fault> {
    let place = place(&app_state, story, path).await?;
    let environment = app_state.environment().await?;
    blocking(move || outside::terminal(&place, &environment)).await
}

/// Where a changed file is.
async fn place(app_state: &Shared<'_>, story: StoryId, path: String) -> Result<PathBuf, Fault> {
    engine(app_state, move |engine| engine.reader()?.changed_place(&story, &path)).await
}
