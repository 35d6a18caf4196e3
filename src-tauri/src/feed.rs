//! Notifies the page that there is something new: after a commit, at most once per frame, and only while
//! the page is drawn. A notice carries no data; the page pulls. This thread also notices when another
//! program has taken the data directory, and takes it back when it is free again.

use crate::app_state::AppState;
use crate::{app, opening, window};
use engine::{Engine, Opening};
use protocol::{ErrorCode, Fault, Notice};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tauri::{AppHandle, Emitter};

/// The shortest time between two notices: one frame of a screen.
const FRAME: Duration = Duration::from_millis(16);

/// How long to wait for a commit before checking the directory's owner again.
const LOOK: Duration = Duration::from_secs(1);

/// Notifies the page of changes while the program runs.
pub(crate) fn announce(app: &AppHandle, app_state: &Arc<AppState>) {
    let mut announced = Announced { revision: 0, at: Instant::now() };
    loop {
        let engine = tauri::async_runtime::block_on(app_state.until_open());
        announced.wait(&engine, app);
        if !engine.is_owner() {
            regain(app, app_state);
        }
    }
}

/// The revision of the page's last notice, and when it was sent.
struct Announced {
    revision: u64,
    at: Instant,
}

impl Announced {
    fn wait(&mut self, engine: &Engine, app: &AppHandle) {
        let revision = engine.wait_for_news(self.revision, LOOK);
        if revision == self.revision {
            return;
        }
        // The same pull also gets what is committed meanwhile.
        std::thread::sleep(FRAME.saturating_sub(self.at.elapsed()));
        self.revision = engine.feed().revision();
        self.at = Instant::now();
        if !window::is_visible(app) {
            return;
        }
        let notice = Notice { revision: self.revision };
        if let Err(error) = app.emit_to(window::MAIN, "notice", notice) {
            tracing::warn!(%error, "the page cannot be notified of news");
        }
    }
}

/// Waits until the directory is free and becomes its owner again.
fn regain(app: &AppHandle, app_state: &Arc<AppState>) {
    let environment = tauri::async_runtime::block_on(app_state.environment());
    let Ok(environment) = environment else { return };
    app_state.without(Fault::new(
        ErrorCode::Busy,
        "another program has taken the data directory over",
        "It is taken back as soon as that program ends; agents go on meanwhile.",
    ));
    let attempt = || loop {
        match opening::attempt(&app_state.paths, &environment)? {
            Opening::Owner(engine) => return Ok(engine),
            Opening::Follower(_) => std::thread::sleep(LOOK),
        }
    };
    if let Some(engine) = opening::until_possible(app_state, attempt) {
        app::opened(app, app_state, engine, environment);
    }
}
