//! Notifications on macOS and Windows, through Tauri's plugin. Clicks are reported while the banner is
//! on screen; replacing and taking back are beyond these desktops' interfaces.

use super::{NotShown, Notifier, OnClick};
use protocol::{Notification, StoryId};
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;

/// Where the story's id stands in a notification.
const STORY: &str = "story";

/// Shows notifications through the plugin.
pub(super) struct Plugin {
    app: AppHandle,
}

impl Plugin {
    /// The listener must be there before the first notification, or no click is ever reported.
    pub(super) fn new(app: &AppHandle, on_click: OnClick) -> Self {
        let listening = app.notification().on_action(move |action| {
            let story = action.notification().and_then(|shown| shown.extra().get(STORY)?.as_str());
            if let Some(story) = story {
                on_click(StoryId::new(story));
            }
        });
        if let Err(error) = listening {
            tracing::warn!(%error, "clicks on notifications are not heard");
        }
        Self { app: app.clone() }
    }
}

impl Notifier for Plugin {
    fn show(&self, story: &StoryId, notification: &Notification) -> Result<(), NotShown> {
        let builder = self.app.notification().builder();
        let builder = builder.title(&notification.title).body(&notification.body);
        Ok(builder.extra(STORY, story.as_str()).show()?)
    }

    fn withdraw(&self, _story: &StoryId) {}
}
