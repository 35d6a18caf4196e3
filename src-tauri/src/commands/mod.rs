//! The commands that the page may call: one file per area, each command a line or two over the engine.
//! Blocking work runs on separate threads. The names are repeated in `build.rs`, in the window's capability
//! and in the page's `ui/src/ipc/tauri.ts`; a test compares them.

mod agents;
mod desk;
mod directory;
mod feed;
mod files;
mod folders;
mod machine;
mod settings;
mod stories;

use crate::app_state::AppState;
use engine::Engine;
use protocol::{ErrorCode, Fault};
use std::sync::Arc;
use tauri::{Builder, Wry};

/// Registers the commands with the window.
pub(crate) fn register(builder: Builder<Wry>) -> Builder<Wry> {
    builder.invoke_handler(tauri::generate_handler![
        agents::agents,
        desk::copy,
        desk::open_link,
        desk::shown,
        directory::disk_use,
        directory::open_data_folder,
        directory::verify_data,
        feed::pull,
        feed::query,
        files::edit_file,
        files::open_terminal,
        files::show_file,
        folders::pick_folder,
        machine::about,
        machine::desktop,
        machine::test_notification,
        settings::change_setting,
        settings::settings,
        stories::ask,
        stories::start_demo,
    ])
}

/// The state, as Tauri passes it to a command.
type Shared<'a> = tauri::State<'a, Arc<AppState>>;

/// Runs blocking work on a thread for such work.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tauri::async_runtime::spawn_blocking(work).await.unwrap_or_else(|error| {
        tracing::error!(%error, "a command ended before its answer");
        let message = "a fault in Musher ended the command before its answer";
        Err(Fault::new(ErrorCode::Internal, message, "Try again; nothing is lost."))
    })
}

/// Waits until the engine is open and asks it.
async fn engine<T: Send + 'static>(
    app_state: &Shared<'_>,
    work: impl FnOnce(&Engine) -> engine::Result<T> + Send + 'static,
) -> Result<T, Fault> {
    let engine = app_state.engine().await?;
    blocking(move || Ok(work(&engine)?)).await
}
