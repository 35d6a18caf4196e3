//! The error of a desktop that shows no notification, and the fault that the page gets. The words of a
//! fault stay in the code, because it is shown on the page and printed alike.

use protocol::{ErrorCode, Fault};

/// Why the desktop shows no notification.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotShown {
    /// There is no session bus, or no program on it shows notifications.
    #[cfg(target_os = "linux")]
    #[error("{0}")]
    Bus(#[from] zbus::Error),
    /// The plugin refused.
    #[cfg(not(target_os = "linux"))]
    #[error("{0}")]
    Plugin(#[from] tauri_plugin_notification::Error),
}

impl From<NotShown> for Fault {
    fn from(not_shown: NotShown) -> Self {
        let message = format!("No program shows notifications on this desktop: {not_shown}.");
        let hint = match cfg!(target_os = "linux") {
            true => {
                "Start a notification program, then test again: most desktops have one of their own, \
                 elsewhere dunst or mako does it. What waits for you is on the board all the same."
            }
            false => "Allow notifications of Musher in the system's settings, then test again.",
        };
        Self::new(ErrorCode::NotFound, message, hint)
    }
}
