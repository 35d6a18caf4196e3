//! Notifications over the session bus, by the desktop notifications specification 1.2. Its calls and
//! signals are used directly, because the plugin sends no desktop entry (GNOME then shows notifications
//! without an application), cannot replace an earlier notification or let a question stay, and withdraws
//! none. One connection is kept, because some desktops close the notifications of a connection that
//! ended, and because it receives the clicks.

use super::{NotShown, Notification, Notifier, OnClick};
use protocol::{NotificationKind, NotifierProgram, StoryId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use words::Message;
use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::Value;

const BUS_NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// The name of the desktop entry and the icon that the packages install.
const DESKTOP_ENTRY: &str = "Musher";
const ICON: &str = "musher";

/// The action of a click on the notification itself.
const CLICK: &str = "default";

/// How long a notification stays: as long as the desktop chooses, or until it is answered.
const AS_USUAL: i32 = -1;
const UNTIL_CLOSED: i32 = 0;

/// Means that a notification replaces none.
const NONE: u32 = 0;

/// How long the desktop may take to answer. Without a limit, a desktop that hangs would block every later
/// notification.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The shown notifications by the desktop's numbers, each with its story, if it has one.
type Shown = HashMap<u32, Option<StoryId>>;

/// Shows notifications through the desktop's own program.
pub(super) struct SessionBus {
    connection: Mutex<Option<Connection>>,
    shown: Arc<Mutex<Shown>>,
    on_click: Arc<OnClick>,
}

impl SessionBus {
    /// Connects when there is something to show, not now.
    pub(super) fn new(on_click: OnClick) -> Self {
        Self { connection: Mutex::default(), shown: Arc::default(), on_click: Arc::new(on_click) }
    }

    /// Returns the open connection, or a new one with a thread that receives its signals.
    fn connection(&self) -> zbus::Result<Connection> {
        let mut open = lock(&self.connection);
        if let Some(connection) = open.as_ref() {
            return Ok(connection.clone());
        }
        let connection = Builder::session()?.method_timeout(TIMEOUT).build()?;
        let signals = proxy(&connection)?.receive_all_signals()?;
        let (shown, on_click) = (Arc::clone(&self.shown), Arc::clone(&self.on_click));
        let hear = move || {
            for signal in signals {
                on_signal(&signal, &shown, &on_click);
            }
        };
        std::thread::Builder::new()
            .name("clicks".to_owned())
            .spawn(hear)
            .map_err(|error| zbus::Error::InputOutput(Arc::new(error)))?;
        *open = Some(connection.clone());
        Ok(connection)
    }

    fn shown_of(&self, story: &StoryId) -> Option<u32> {
        let shown = lock(&self.shown);
        shown.iter().find(|(_, of)| of.as_ref() == Some(story)).map(|(number, _)| *number)
    }
}

impl Notifier for SessionBus {
    fn show(&self, about: Option<&StoryId>, notification: &Notification) -> Result<(), NotShown> {
        let connection = self.connection()?;
        let replaces = about.and_then(|story| self.shown_of(story)).unwrap_or(NONE);
        // Locked during the call, so that a quick click waits until its story is known.
        let mut shown = lock(&self.shown);
        let called = notify(&connection, replaces, notification);
        if called.as_ref().is_err_and(bus_is_gone) {
            // The listening thread and the desktop's numbers end with the connection; the next
            // notification connects anew.
            *lock(&self.connection) = None;
            shown.clear();
        }
        let number = called?;
        shown.retain(|_, of| about.is_none() || of.as_ref() != about);
        shown.insert(number, about.cloned());
        Ok(())
    }

    fn withdraw(&self, story: &StoryId) {
        let Some(number) = self.shown_of(story) else { return };
        lock(&self.shown).remove(&number);
        let closed = self
            .connection()
            .and_then(|connection| proxy(&connection)?.call_method("CloseNotification", &number));
        if let Err(error) = closed {
            tracing::debug!(%error, "a notification was gone already");
        }
    }

    fn program(&self) -> Result<NotifierProgram, NotShown> {
        let proxy = proxy(&self.connection()?)?;
        let (name, _vendor, version, _specification): (String, String, String, String) =
            proxy.call("GetServerInformation", &())?;
        let can: Vec<String> = proxy.call("GetCapabilities", &())?;
        let has = |word: &str| Some(can.iter().any(|each| each == word));
        Ok(NotifierProgram {
            name,
            version,
            clicks: has("actions"),
            body: has("body"),
            keeps: has("persistence"),
        })
    }
}

fn proxy(connection: &Connection) -> zbus::Result<Proxy<'static>> {
    Proxy::new(connection, BUS_NAME, PATH, BUS_NAME)
}

/// Shows a notification; returns the desktop's number for it.
fn notify(
    connection: &Connection,
    replaces: u32,
    notification: &Notification,
) -> zbus::Result<u32> {
    let stays = match notification.kind {
        NotificationKind::Asks => UNTIL_CLOSED,
        _ => AS_USUAL,
    };
    let hints = HashMap::from([("desktop-entry", Value::from(DESKTOP_ENTRY))]);
    let body = markup(&notification.body);
    let open = Message::ActionOpen.text();
    let actions = [CLICK, &open];
    let words = ("Musher", replaces, ICON, &notification.title, &body, &actions[..], hints, stays);
    proxy(connection)?.call("Notify", &words)
}

/// Whether the connection itself is lost. A desktop that refuses, or that has no program for
/// notifications, answers over a connection that is intact and still receives clicks.
fn bus_is_gone(error: &zbus::Error) -> bool {
    matches!(error, zbus::Error::InputOutput(_))
}

/// Escapes a body, which is markup, so that the text of an agent stays text.
fn markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Handles a signal: a click opens the story; a closed notification can neither be clicked nor replaced.
fn on_signal(signal: &zbus::Message, shown: &Mutex<Shown>, on_click: &OnClick) {
    let header = signal.header();
    let body = signal.body();
    match header.member().map(|member| member.as_str()) {
        Some("ActionInvoked") => {
            let Ok((number, _action)) = body.deserialize::<(u32, &str)>() else { return };
            let about = lock(shown).get(&number).cloned();
            if let Some(about) = about {
                on_click(about);
            }
        }
        Some("NotificationClosed") => {
            let Ok((number, _reason)) = body.deserialize::<(u32, u32)>() else { return };
            lock(shown).remove(&number);
        }
        _ => {}
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    fn signal<B: serde::Serialize + zbus::zvariant::DynamicType>(
        member: &str,
        body: &B,
    ) -> zbus::Message {
        zbus::Message::signal(PATH, BUS_NAME, member).unwrap().build(body).unwrap()
    }

    #[test]
    fn a_click_opens_the_story_until_the_notification_is_closed() {
        let story = StoryId::new("story");
        let shown = Mutex::new(HashMap::from([(7, Some(story.clone()))]));
        let (sender, clicked) = channel();
        let on_click: OnClick = Box::new(move |story| sender.send(story).unwrap());
        on_signal(&signal("ActionInvoked", &(8_u32, CLICK)), &shown, &on_click);
        assert!(clicked.try_recv().is_err());
        on_signal(&signal("ActionInvoked", &(7_u32, CLICK)), &shown, &on_click);
        assert_eq!(clicked.try_recv(), Ok(Some(story)));
        on_signal(&signal("NotificationClosed", &(7_u32, 2_u32)), &shown, &on_click);
        on_signal(&signal("ActionInvoked", &(7_u32, CLICK)), &shown, &on_click);
        assert!(clicked.try_recv().is_err());
    }

    #[test]
    fn a_desktop_that_refuses_keeps_its_connection() {
        let nobody = zbus::fdo::Error::ServiceUnknown("nobody shows notifications".to_owned());
        assert!(!bus_is_gone(&zbus::Error::from(nobody)));
        let closed = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        assert!(bus_is_gone(&zbus::Error::from(closed)));
    }

    #[test]
    fn text_of_an_agent_is_no_markup() {
        assert_eq!(markup("<a href=x>rm</a> & go"), "&lt;a href=x&gt;rm&lt;/a&gt; &amp; go");
    }
}
