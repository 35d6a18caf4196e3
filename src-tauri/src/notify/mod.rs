//! Notifications of the desktop: which of the engine's are shown, and what a click does. Their
//! texts are made here from the engine's facts, which are in the journal before anything is shown.
//! [`Notifier`] hides the differences between desktops. Notifications never pass through the page.

mod claims;
#[cfg(target_os = "linux")]
mod freedesktop;
mod held;
mod newest;
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
use newest::{Newest, Number};
use not_shown::NotShown;
use notification::Notification;
use protocol::{Fault, NotificationKind, NotifierProgram, Query, QueryAnswer, StoryId};
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Manager};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
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
/// count is shown at the pause's end, even after a restart of Musher. One that waits for what shows the agent's claims
/// holds up no other one, and is dropped if a newer one of its story comes meanwhile.
pub(crate) fn forward(app: &AppHandle, engine: &Engine) {
    let mut heard = engine.notifications();
    let (send_ready, mut ready) = unbounded_channel();
    let settings = Arc::clone(&app.state::<Arc<Settings>>());
    let held = settings.remembered(HELD).unwrap_or_default();
    let mut shown = Shown { app, settings, held, newest: Newest::default() };
    loop {
        let counting = !shown.held.is_nothing();
        let next = tauri::async_runtime::block_on(next(&mut heard, &mut ready, counting));
        shown.after_pause();
        match next {
            Next::One(about) => {
                let number = shown.newest.came(&about.story);
                match about.kind {
                    NotificationKind::Finished => {
                        find_claims(engine.clone(), about, number, send_ready.clone());
                    }
                    _ => shown.show(Ready { about, number, claims: String::new() }),
                }
            }
            Next::Ready(ready) => shown.show(ready),
            // The count is shown at the next check, or when the pause ends.
            Next::Missed(count) => shown.hold(|held| held.miss(count)),
            Next::Nothing => {}
            Next::End => break,
        }
    }
    // Those that still wait are shown, too.
    drop(send_ready);
    while let Some(ready) = tauri::async_runtime::block_on(ready.recv()) {
        shown.show(ready);
    }
}

/// What is shown, and what is held back during a pause.
struct Shown<'a> {
    app: &'a AppHandle,
    settings: Arc<Settings>,
    held: Held,
    newest: Newest,
}

impl Shown<'_> {
    /// Shows a notification that is ready if it is still wanted, or counts it during a pause.
    fn show(&mut self, Ready { about, number, claims }: Ready) {
        let is_newest = self.newest.take(&about.story, number);
        if !is_newest || !is_wanted(self.app, &about.story, about.kind) {
            return;
        }
        match is_paused(self.app) {
            true => self.hold(|held| held.add(about.kind)),
            false => {
                let now = SystemClock.now();
                let notification = Notification::of(&about, &claims, now, &Local);
                show(self.app, Some(&about.story), &notification);
            }
        }
    }

    /// Shows what was held back, once the pause is over.
    fn after_pause(&mut self) {
        if !is_paused(self.app)
            && let Some(notification) = std::mem::take(&mut self.held).notification()
        {
            show(self.app, None, &notification);
            self.hold(|_| ());
        }
    }

    /// Changes what is held back, and stores it.
    fn hold(&mut self, change: impl FnOnce(&mut Held)) {
        change(&mut self.held);
        remember(&self.settings, self.held);
    }
}

/// A notification of which everything is known that it says.
struct Ready {
    about: Box<StoryNotification>,
    number: Number,
    claims: String,
}

/// Finds out what the agent of a finished story claims, and then sends the notification as ready.
fn find_claims(
    engine: Engine,
    about: Box<StoryNotification>,
    number: Number,
    send: UnboundedSender<Ready>,
) {
    tauri::async_runtime::spawn(async move {
        let claims = claims_of(&engine, &about).await;
        drop(engine);
        // Nobody shows notifications any more after the engine has ended.
        let _ = send.send(Ready { about, number, claims });
    });
}

/// What the agent of a finished story claims, in a line; empty if nothing, or if that cannot be found out soon.
async fn claims_of(engine: &Engine, about: &StoryNotification) -> String {
    let query = engine.query(Query::Claims { story: about.story.clone() });
    match timeout(CLAIMS_TIMEOUT, query).await {
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
    /// One that waited, and can be shown now.
    Ready(Ready),
    /// This many notifications came faster than they were received, and are lost.
    Missed(u64),
    /// Nothing came for a while, in which a pause may have ended.
    Nothing,
    /// The engine has released the directory.
    End,
}

async fn next(
    heard: &mut Receiver<StoryNotification>,
    ready: &mut UnboundedReceiver<Ready>,
    counting: bool,
) -> Next {
    let received = async {
        tokio::select! {
            Some(ready) = ready.recv() => Err(ready),
            received = heard.recv() => Ok(received),
        }
    };
    let received = match counting {
        true => timeout(LOOK, received).await,
        false => Ok(received.await),
    };
    let received = match received {
        Ok(Err(ready)) => return Next::Ready(ready),
        Ok(Ok(received)) => Ok(received),
        Err(elapsed) => Err(elapsed),
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
