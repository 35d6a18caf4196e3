//! Puts the program together: plugins, state, window, the threads that watch the engine, and the end. A
//! separate thread opens the engine, so that the window appears at once; commands wait for the engine.
//! When the window closes, agents continue and the next owner takes them over.

use crate::app_state::{AppState, Paths};
use crate::args::Args;
use crate::settings::Settings;
use crate::{commands, drop, feed, login, notify, opening, page, tray, window};
use engine::env::Environment;
use engine::{Engine, runtime};
use protocol::{ConfigState, Fault, StoryState};
use std::sync::Arc;
use tauri::{App, AppHandle, Builder, Manager, RunEvent, Wry};
use tauri_plugin_window_state::StateFlags;
use tokio::sync::watch;

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoWindow {
    /// There is no data directory, or this program's path is unknown.
    #[error("{0}")]
    Paths(#[from] Fault),
    /// The system cannot start threads.
    #[error("no threads can be started: {0}")]
    Runtime(std::io::Error),
    /// The window system refused.
    #[error("{0}")]
    Tauri(#[from] tauri::Error),
}

/// Opens the window and returns when it is closed.
pub(crate) fn run(args: &Args) -> Result<(), NoWindow> {
    // The window system and the engine share one runtime, so that one limit holds for its threads.
    tauri::async_runtime::set(runtime::handle().map_err(NoWindow::Runtime)?.clone());
    let paths = Paths::of(args.data_dir.as_deref())?;
    let folders = args.folders.iter().filter_map(|folder| std::path::absolute(folder).ok());
    let app_state = Arc::new(AppState::new(paths, folders.collect()));
    let app = builder(&app_state).build(tauri::generate_context!())?;
    app.run(move |_, event| {
        if let RunEvent::Exit = event {
            close(&app_state);
        }
    });
    Ok(())
}

fn builder(app_state: &Arc<AppState>) -> Builder<Wry> {
    let builder = Builder::default()
        .plugin(single_instance(&app_state.paths))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(place_of_the_window());
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(tauri_plugin_notification::init());
    let app_state = Arc::clone(app_state);
    commands::register(builder).setup(move |app| Ok(set_up(app, &app_state)?))
}

/// Ensures one window per data directory: a second start passes its arguments to the first one and ends.
fn single_instance(paths: &Paths) -> tauri::plugin::TauriPlugin<Wry> {
    let mut root = std::hash::DefaultHasher::new();
    std::hash::Hash::hash(paths.dir.root(), &mut root);
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(format!("app.musher.d{:016x}", std::hash::Hasher::finish(&root)))
        .callback(|app, words, cwd| drop::started_again(app, &words, &cwd))
        .build()
}

/// Opens the window with the place and size that it was closed with.
fn place_of_the_window() -> tauri::plugin::TauriPlugin<Wry> {
    let kept = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    tauri_plugin_window_state::Builder::new().with_state_flags(kept).build()
}

fn set_up(app: &App, app_state: &Arc<AppState>) -> tauri::Result<()> {
    let handle = app.handle();
    app.manage(Arc::clone(app_state));
    let settings = Arc::new(Settings::open(handle));
    let wanted = settings.now();
    app.manage(settings);
    app.manage(notify::notifier(handle));
    window::open(handle, &wanted)?;
    tray::place(handle);
    let (app, taken) = (handle.clone(), Arc::clone(app_state));
    thread("opening", move || open(&app, &taken))?;
    let (app, taken) = (handle.clone(), Arc::clone(app_state));
    thread("notices", move || feed::announce(&app, &taken))
}

fn open(app: &AppHandle, app_state: &Arc<AppState>) {
    let waiting = Arc::clone(app_state);
    let environment = login::environment(move |environment| {
        tauri::async_runtime::block_on(waiting.use_environment(environment));
    });
    let attempt = || opening::open(&app_state.paths, &environment);
    if let Some(engine) = opening::until_possible(app_state, attempt) {
        opened(app, app_state, engine, environment);
    }
}

/// Stores the opened engine, so that waiting commands continue, and shows its notifications.
pub(crate) fn opened(
    app: &AppHandle,
    app_state: &AppState,
    engine: Engine,
    environment: Environment,
) {
    let (handle, source) = (app.clone(), engine.clone());
    if let Err(error) = thread("notifications", move || notify::forward(&handle, &source)) {
        tracing::warn!(%error, "nobody will be notified");
    }
    tauri::async_runtime::spawn(send_config(app.clone(), engine.config_changes()));
    app_state.opened(engine, environment);
}

/// Sends the page the configuration, now and whenever it changes, while this process owns the directory.
async fn send_config(app: AppHandle, mut changes: watch::Receiver<Arc<ConfigState>>) {
    changes.mark_changed();
    while changes.changed().await.is_ok() {
        let state = Arc::clone(&changes.borrow_and_update());
        page::config_changed(&app, &state);
    }
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> tauri::Result<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work)?;
    Ok(())
}

/// Releases the data directory. The journal records which stories continue without a window.
fn close(app_state: &AppState) {
    if let Some(engine) = app_state.engine_now() {
        engine.close(&farewell(live_stories(&engine)));
    }
}

fn live_stories(engine: &Engine) -> usize {
    let live = [StoryState::Starting, StoryState::Running, StoryState::Waiting, StoryState::Gating];
    let stories = engine.with_recovery(|engine| engine.reader()?.stories());
    stories.map_or(0, |all| all.iter().filter(|story| live.contains(&story.state)).count())
}

fn farewell(live: usize) -> String {
    match live {
        0 => "the window was closed".to_owned(),
        1 => "the window was closed; one agent goes on".to_owned(),
        _ => format!("the window was closed; {live} agents go on"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_says_how_many_agents_go_on() {
        assert_eq!(farewell(0), "the window was closed");
        assert!(farewell(1).contains("one agent") && farewell(3).contains("3 agents"));
    }
}
