//! Paths that reach the window from outside: dropped on it, or named by a second start. The page gets
//! them and asks the engine about them; nothing is read or started here.

use crate::{args, window};
use serde::Serialize;
use std::path::PathBuf;
use tauri::{AppHandle, DragDropEvent, Emitter};

/// The most paths that are taken at once; a person does not choose more.
const MOST: usize = 32;

/// Whether something is being dragged over the window.
#[derive(Clone, Serialize)]
struct Dragging {
    over: bool,
}

/// Paths from outside.
#[derive(Clone, Serialize)]
struct Paths {
    paths: Vec<String>,
}

/// Tells the page what is dragged over the window or dropped on it.
pub(crate) fn dragged(app: &AppHandle, event: &DragDropEvent) {
    match event {
        DragDropEvent::Enter { .. } => dragging(app, true),
        DragDropEvent::Leave => dragging(app, false),
        DragDropEvent::Drop { paths, .. } => {
            dragging(app, false);
            if let Some(paths) = paths_of(paths) {
                emit(app, "dropped", paths);
            }
        }
        _ => {}
    }
}

/// Takes a second start: passes its folders to the page and brings the window to the front.
pub(crate) fn started_again(app: &AppHandle, words: &[String], cwd: &str) {
    hand_in(app, &args::folders(words, cwd));
    window::raise(app);
}

/// Passes folders to the page in which a new story is to begin, whatever the page shows.
pub(crate) fn hand_in(app: &AppHandle, folders: &[PathBuf]) {
    if let Some(paths) = paths_of(folders) {
        emit(app, "folders", paths);
    }
}

/// What the page gets of paths; `None` of none.
fn paths_of(paths: &[PathBuf]) -> Option<Paths> {
    let paths: Vec<String> =
        paths.iter().take(MOST).map(|path| path.display().to_string()).collect();
    (!paths.is_empty()).then_some(Paths { paths })
}

fn dragging(app: &AppHandle, over: bool) {
    emit(app, "dragging", Dragging { over });
}

fn emit(app: &AppHandle, event: &str, payload: impl Serialize + Clone) {
    if let Err(error) = app.emit_to(window::MAIN, event, payload) {
        tracing::warn!(%error, event, "the page cannot be notified");
    }
}
