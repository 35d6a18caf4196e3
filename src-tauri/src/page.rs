//! Events that the shell sends to the page by itself, such as which story or view to show. The page may
//! be hidden; for a story or a view the window comes to the front first.

use crate::window;
use protocol::{ConfigState, SettingsState, StoryId, VerifyProgress};
use serde::Serialize;
use tauri::{AppHandle, Emitter};

/// A view that can be opened from outside the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum View {
    /// All stories.
    Board,
    /// The form for a new story.
    NewStory,
}

#[derive(Clone, Serialize)]
struct Open {
    story: StoryId,
}

#[derive(Clone, Serialize)]
struct Shows {
    view: View,
}

/// Brings the window to the front and shows a story in it.
pub(crate) fn open(app: &AppHandle, story: StoryId) {
    window::raise(app);
    emit(app, "open", Open { story });
}

/// Brings the window to the front and shows a view in it.
pub(crate) fn show(app: &AppHandle, view: View) {
    window::raise(app);
    emit(app, "view", Shows { view });
}

/// Tells the page that the settings changed.
pub(crate) fn settings_changed(app: &AppHandle, state: &SettingsState) {
    emit(app, "settings", state.clone());
}

/// Tells the page that the configuration, or what waits in its file, changed.
pub(crate) fn config_changed(app: &AppHandle, state: &ConfigState) {
    emit(app, "config", state.clone());
}

/// Tells the page the progress of the verification.
pub(crate) fn verifying(app: &AppHandle, progress: VerifyProgress) {
    emit(app, "verifying", progress);
}

/// Sends the page an event; the page may not listen yet, or no longer.
fn emit(app: &AppHandle, event: &str, payload: impl Serialize + Clone) {
    if let Err(error) = app.emit_to(window::MAIN, event, payload) {
        tracing::warn!(%error, event, "the page cannot be notified");
    }
}
