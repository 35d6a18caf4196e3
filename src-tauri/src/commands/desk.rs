//! Commands that reach the desktop: the clipboard, the browser, and which story is on screen, for its
//! notifications.

use super::{Shared, blocking};
use crate::notify;
use engine::words;
use protocol::{ErrorCode, Fault, StoryId};
use tauri::{AppHandle, Url};
use tauri_plugin_clipboard_manager::ClipboardExt;
use tauri_plugin_opener::OpenerExt;

/// The longest text for the clipboard, and the longest address, in bytes.
const LONGEST_TEXT: usize = 16 * 1024 * 1024;
const LONGEST_URL: usize = 2_048;

/// Puts a text on the clipboard.
#[tauri::command]
pub(super) async fn copy(app: AppHandle, text: String) -> Result<(), Fault> {
    if text.len() > LONGEST_TEXT {
        return Err(bad("this is too long for the clipboard", "Copy a part of it."));
    }
    blocking(move || app.clipboard().write_text(text).map_err(|error| refused("clipboard", &error)))
        .await
}

/// Opens a web address in the browser.
#[tauri::command]
pub(super) async fn open_link(app: AppHandle, url: String) -> Result<(), Fault> {
    let url = link(&url)?;
    blocking(move || {
        let opened = app.opener().open_url(url, None::<&str>);
        opened.map_err(|error| refused("browser", &error))
    })
    .await
}

/// Stores which story the page shows: it sends no notifications while a person looks at it.
#[tauri::command]
pub(super) async fn shown(
    app: AppHandle,
    app_state: Shared<'_>,
    story: Option<StoryId>,
) -> Result<(), Fault> {
    app_state.show(story.clone());
    let Some(story) = story else { return Ok(()) };
    blocking(move || {
        notify::seen(&app, &story);
        Ok(())
    })
    .await
}

/// Reads an address and refuses it unless it may be opened: https, with a host and without a name or
/// password.
fn link(text: &str) -> Result<Url, Fault> {
    let hint = "Only addresses that begin with https:// are opened.";
    if text.len() > LONGEST_URL || text.chars().any(char::is_control) {
        return Err(bad("this is no address of the web", hint));
    }
    let url = Url::parse(text).map_err(|_| bad("this is no address of the web", hint))?;
    let plain = url.username().is_empty() && url.password().is_none();
    match url.scheme() == "https" && url.host_str().is_some() && plain {
        true => Ok(url),
        false => Err(bad("this address is not opened", hint)),
    }
}

fn bad(message: &str, hint: &str) -> Fault {
    Fault::new(ErrorCode::BadInput, message, hint)
}

fn refused(what: &str, error: &dyn std::error::Error) -> Fault {
    let message = format!("the {what} cannot be reached: {}", words(&error));
    Fault::new(ErrorCode::Internal, message, "Try again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_is_opened() {
        for url in ["https://example.org", "https://example.org/a?b=c#d", "HTTPS://EXAMPLE.ORG/"] {
            assert!(link(url).is_ok(), "{url}");
        }
        for url in [
            "http://example.org",
            "file:///etc/passwd",
            "smb://host/share",
            "javascript:alert(1)",
            "https://ann@example.org",
            "https://ann:secret@example.org",
            "https://",
            "example.org",
            "https://example.org/\u{7}",
            "--new-window",
            "",
        ] {
            assert!(link(url).is_err(), "{url}");
        }
        assert!(link(&format!("https://example.org/{}", "a".repeat(LONGEST_URL))).is_err());
    }
}
