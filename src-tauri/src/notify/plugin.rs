//! Notifications on macOS and Windows, through Tauri's plugin. Clicks are reported while the banner is on
//! screen. The plugin can neither replace nor withdraw a notification there.

use super::{NotShown, Notification, Notifier, OnClick};
use protocol::{NotifierProgram, StoryId};
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;
use words::Message;

/// The key of the story's id in a notification.
const STORY: &str = "story";

/// Shows notifications through the plugin.
pub(super) struct Plugin {
    app: AppHandle,
}

impl Plugin {
    /// Registers the listener. Clicks are reported only if it is registered before the first
    /// notification.
    pub(super) fn new(app: &AppHandle, on_click: OnClick) -> Self {
        let listening = app.notification().on_action(move |action| {
            let story = action.notification().and_then(|shown| shown.extra().get(STORY)?.as_str());
            on_click(story.map(StoryId::new));
        });
        if let Err(error) = listening {
            tracing::warn!(%error, "clicks on notifications are not heard");
        }
        Self { app: app.clone() }
    }
}

impl Notifier for Plugin {
    fn show(&self, about: Option<&StoryId>, notification: &Notification) -> Result<(), NotShown> {
        let builder = self.app.notification().builder();
        let builder = builder.title(&notification.title).body(&notification.body);
        let builder = match about {
            Some(story) => builder.extra(STORY, story.as_str()),
            None => builder,
        };
        Ok(builder.show()?)
    }

    fn withdraw(&self, _story: &StoryId) {}

    /// Names the system as the program; the plugin cannot tell what it can do.
    fn program(&self) -> Result<NotifierProgram, NotShown> {
        Ok(NotifierProgram {
            name: Message::ActorSystem.text(),
            version: String::new(),
            clicks: None,
            body: None,
            keeps: None,
        })
    }
}
