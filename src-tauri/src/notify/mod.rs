//! Notifications of the desktop: which of the engine's are shown, and what a click does. The words are
//! the engine's and stand in the journal before anything is shown; the desktop's own ways are behind
//! [`Notifier`]. They never pass through the page.

#[cfg(target_os = "linux")]
mod freedesktop;
#[cfg(not(target_os = "linux"))]
mod plugin;

use crate::cockpit::Cockpit;
use crate::{settings, window};
use engine::Engine;
use protocol::{Notification, StoryId};
use serde::Serialize;
use std::sync::Arc;
use tauri::{AppHandle, Emitter, Manager};

/// What shows notifications on this desktop.
pub(crate) trait Notifier: Send + Sync {
    /// Shows one, in place of an earlier one of the same story.
    fn show(&self, story: &StoryId, notification: &Notification) -> Result<(), NotShown>;

    /// Takes back what is shown of a story, where the desktop can do that.
    fn withdraw(&self, story: &StoryId);
}

/// The desktop shows no notification.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotShown {
    /// There is no session bus, or nobody on it who shows notifications.
    #[cfg(target_os = "linux")]
    #[error("the session bus: {0}")]
    Bus(#[from] zbus::Error),
    /// The plugin refused.
    #[cfg(not(target_os = "linux"))]
    #[error("{0}")]
    Plugin(#[from] tauri_plugin_notification::Error),
}

/// Called with the story whose notification was clicked.
pub(crate) type OnClick = Box<dyn Fn(StoryId) + Send + Sync>;

/// What the page is told after a click.
#[derive(Clone, Serialize)]
struct Open {
    story: StoryId,
}

/// The notifier of this desktop; a click on one raises the window and opens the story.
pub(crate) fn notifier(app: &AppHandle) -> Arc<dyn Notifier> {
    let clicked = app.clone();
    let on_click: OnClick = Box::new(move |story| open(&clicked, story));
    #[cfg(target_os = "linux")]
    return Arc::new(freedesktop::SessionBus::new(on_click));
    #[cfg(not(target_os = "linux"))]
    return Arc::new(plugin::Plugin::new(app, on_click));
}

fn open(app: &AppHandle, story: StoryId) {
    window::raise(app);
    if let Err(error) = app.emit_to(window::MAIN, "open", Open { story }) {
        tracing::warn!(%error, "the page cannot be told of a click");
    }
}

/// Shows what the engine says for as long as the engine is open.
pub(crate) fn tell(app: &AppHandle, engine: &Engine) {
    let (cockpit, notifier) = (app.state::<Arc<Cockpit>>(), app.state::<Arc<dyn Notifier>>());
    for (story, notification) in engine.notifications() {
        let seen = cockpit.on_screen().as_ref() == Some(&story) && window::has_focus(app);
        if seen || !settings::wants(app, notification.kind) {
            continue;
        }
        if let Err(error) = notifier.show(&story, &notification) {
            tracing::warn!(%error, "a notification is not shown");
        }
    }
}

/// The page shows this story now: what was told of it is old.
pub(crate) fn seen(app: &AppHandle, story: &StoryId) {
    app.state::<Arc<dyn Notifier>>().withdraw(story);
}
