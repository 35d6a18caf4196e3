//! Notifications of the desktop: which of the engine's are shown, and what a click does. Their
//! texts are made here from the engine's facts, which are in the journal before anything is shown.
//! [`Notifier`] hides the differences between desktops. Notifications never pass through the page.

mod claims;
#[cfg(target_os = "linux")]
mod freedesktop;
mod held;
mod not_shown;
mod notification;
#[cfg(not(target_os = "linux"))]
mod plugin;

use crate::app_state::AppState;
use crate::settings::Settings;
use crate::{page, window};
use chrono::Local;
use engine::clock::{Clock, SystemClock};
use engine::{Engine, StoryNotification};
use held::Held;
use not_shown::NotShown;
use notification::Notification;
use protocol::{Fault, NotificationKind, NotifierProgram, Query, QueryAnswer, StoryId};
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Manager};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;
use words::Message;

/// The name in the settings file of the count of notifications that the pause held back.
const HELD: &str = "notify.held";

/// How often to check whether the pause has ended.
const LOOK: Duration = Duration::from_secs(1);

/// Shows notifications on this desktop.
pub(crate) trait Notifier: Send + Sync {
    /// Shows a notification in place of an earlier one of the same story; without a story it is about
    /// Musher.
    fn show(&self, about: Option<&StoryId>, notification: &Notification) -> Result<(), NotShown>;

    /// Withdraws the notification of a story, if the desktop can do that.
    fn withdraw(&self, story: &StoryId);

    /// Returns the program that shows notifications, and what it can do.
    fn program(&self) -> Result<NotifierProgram, NotShown>;
}

/// Called with the story of a clicked notification, if it has one.
pub(crate) type OnClick = Box<dyn Fn(Option<StoryId>) + Send + Sync>;

/// Makes the notifier of this desktop; a click on a notification raises the window and opens the story.
pub(crate) fn notifier(app: &AppHandle) -> Arc<dyn Notifier> {
    let clicked = app.clone();
    let on_click: OnClick = Box::new(move |story| match story {
        Some(story) => page::open(&clicked, story),
        None => window::raise(&clicked),
    });
    #[cfg(target_os = "linux")]
    return Arc::new(freedesktop::SessionBus::new(on_click));
    #[cfg(not(target_os = "linux"))]
    return Arc::new(plugin::Plugin::new(app, on_click));
}

/// Shows the engine's notifications while the engine is open. During a pause they are counted, and the
/// count is shown at the pause's end, even after a restart of Musher.
pub(crate) fn forward(app: &AppHandle, engine: &Engine) {
    let mut heard = engine.notifications();
    let settings = Arc::clone(&app.state::<Arc<Settings>>());
    let mut held: Held = settings.remembered(HELD).unwrap_or_default();
    loop {
        let next = tauri::async_runtime::block_on(next(&mut heard, !held.is_nothing()));
        let paused = is_paused(app);
        if !paused && let Some(notification) = std::mem::take(&mut held).notification() {
            show(app, None, &notification);
            remember(&settings, held);
        }
        let about = match next {
            Next::One(about) => about,
            Next::Missed(count) => {
                // The count is shown at the next check, or when the pause ends.
                held.miss(count);
                remember(&settings, held);
                continue;
            }
            Next::Nothing => continue,
            Next::End => return,
        };
        if !is_wanted(app, &about.story, about.kind) {
            continue;
        }
        match paused {
            true => {
                held.add(about.kind);
                remember(&settings, held);
            }
            false => {
                let claims = claims_of(engine, &about);
                let now = SystemClock.now();
                show(app, Some(&about.story), &Notification::of(&about, &claims, now, &Local));
            }
        }
    }
}

/// What the agent of a finished story claims, in a line; empty if nothing, or if that cannot be found out soon.
fn claims_of(engine: &Engine, about: &StoryNotification) -> String {
    if about.kind != NotificationKind::Finished {
        return String::new();
    }
    let query = engine.query(Query::Claims { story: about.story.clone() });
    // A timer is made within the runtime.
    let answer = async { timeout(CLAIMS_TIMEOUT, query).await };
    match tauri::async_runtime::block_on(answer) {
        Ok(Ok(QueryAnswer::Claims(found))) => claims::line(&found),
        Ok(Ok(_)) => String::new(),
        Ok(Err(error)) => {
            tracing::warn!(story = %about.story, %error, "the agent's claims are not known");
            String::new()
        }
        Err(_) => {
            tracing::warn!(story = %about.story, "the agent's claims are not known in time");
            String::new()
        }
    }
}

/// Stores the count where the pause is stored; if that fails, it lasts until Musher ends.
fn remember(settings: &Settings, held: Held) {
    let kept = (!held.is_nothing()).then_some(held);
    if let Err(fault) = settings.remember(HELD, kept) {
        tracing::warn!(%fault, "the count of notifications that were held back is not kept");
    }
}

/// How long a notification waits for what shows the agent's claims.
const CLAIMS_TIMEOUT: Duration = Duration::from_secs(3);

/// The next thing from the engine.
enum Next {
    One(Box<StoryNotification>),
    /// This many notifications came faster than they were received, and are lost.
    Missed(u64),
    /// Nothing came for a while, in which a pause may have ended.
    Nothing,
    /// The engine has released the directory.
    End,
}

async fn next(heard: &mut Receiver<StoryNotification>, counting: bool) -> Next {
    let received = match counting {
        true => timeout(LOOK, heard.recv()).await,
        false => Ok(heard.recv().await),
    };
    match received {
        Ok(Ok(about)) => Next::One(Box::new(about)),
        Ok(Err(RecvError::Lagged(count))) => Next::Missed(count),
        Ok(Err(RecvError::Closed)) => Next::End,
        Err(_) => Next::Nothing,
    }
}

fn is_paused(app: &AppHandle) -> bool {
    let until = app.state::<Arc<Settings>>().now().paused_until;
    until.is_some_and(|until| until > SystemClock.now())
}

/// Whether a notification is wanted: its kind is on, and a person is not reading its story.
fn is_wanted(app: &AppHandle, story: &StoryId, kind: NotificationKind) -> bool {
    let on_screen = app.state::<Arc<AppState>>().on_screen();
    let seen = on_screen.as_ref() == Some(story) && window::has_focus(app);
    !seen && app.state::<Arc<Settings>>().now().notify.wants(kind)
}

fn show(app: &AppHandle, about: Option<&StoryId>, notification: &Notification) {
    if let Err(error) = app.state::<Arc<dyn Notifier>>().show(about, notification) {
        tracing::warn!(%error, "a notification is not shown");
    }
}

/// Shows a test notification; returns the program that showed it.
pub(crate) fn test(notifier: &dyn Notifier) -> Result<NotifierProgram, Fault> {
    let notification = Notification {
        kind: NotificationKind::Finished,
        title: Message::NotificationTest.text(),
        body: Message::NotificationTestArrived.text(),
    };
    let program = notifier.program()?;
    notifier.show(None, &notification)?;
    Ok(program)
}

/// Withdraws the notification of a story that the page shows now.
pub(crate) fn seen(app: &AppHandle, story: &StoryId) {
    app.state::<Arc<dyn Notifier>>().withdraw(story);
}
