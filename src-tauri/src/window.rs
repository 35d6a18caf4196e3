//! The one window: making it, limiting its navigation to the page, and bringing it to the front. The page
//! decides what it shows, and its title while it is visible.

use crate::{drop, settings};
use protocol::WindowSettings;
use std::sync::{Mutex, PoisonError};
use tauri::webview::{Color, NewWindowResponse};
use tauri::{AppHandle, Manager, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

/// The window's name, which its capability refers to.
pub(crate) const MAIN: &str = "main";

/// Identifies the page's address: by its scheme on Linux and macOS, by its host on Windows.
const PAGE_SCHEME: &str = "tauri";
const PAGE_HOST: &str = "tauri.localhost";

/// The page's `--surface` colour, so that nothing flashes before the page is drawn.
const LIGHT: Color = Color(0xfa, 0xfb, 0xfc, 0xff);
const DARK: Color = Color(0x14, 0x1a, 0x1d, 0xff);

/// The possible titles of the window.
#[derive(Debug, Default)]
struct Titles {
    /// The page's own title.
    page: String,
    /// The title while the window is hidden.
    hidden: Option<String>,
}

impl Titles {
    fn shown(&self) -> &str {
        self.hidden.as_deref().unwrap_or(&self.page)
    }
}

/// Opens the window with these settings.
pub(crate) fn open(app: &AppHandle, wanted: &WindowSettings) -> tauri::Result<WebviewWindow> {
    app.manage(Mutex::new(Titles { page: "Musher".to_owned(), hidden: None }));
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Musher")
        .on_document_title_changed(|window, title| take_title(&window, &title))
        .inner_size(1280.0, 800.0)
        .min_inner_size(720.0, 480.0)
        .theme(settings::theme(wanted))
        .on_navigation(is_page)
        .on_new_window(|url, _| {
            tracing::warn!(%url, "the page asked for another window");
            NewWindowResponse::Deny
        })
        .build()?;
    look(&window, wanted)?;
    let app = app.clone();
    window.on_window_event(move |event| {
        if let tauri::WindowEvent::DragDrop(event) = event {
            drop::dragged(&app, event);
        }
    });
    Ok(window)
}

/// Gives the window the title of its page, which the window does not take by itself.
fn take_title(window: &WebviewWindow, title: &str) {
    set_title(window, |titles| title.clone_into(&mut titles.page));
}

/// Gives the window a title while it is hidden, because its page gets no updates then; `None` restores
/// the page's own title.
pub(crate) fn name_hidden(app: &AppHandle, title: Option<String>) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    set_title(&window, |titles| titles.hidden = title);
}

fn set_title(window: &WebviewWindow, change: impl FnOnce(&mut Titles)) {
    let title = {
        let titles = window.state::<Mutex<Titles>>();
        let mut titles = titles.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut titles);
        titles.shown().to_owned()
    };
    if let Err(error) = window.set_title(&title) {
        tracing::warn!(%error, "the window did not take its title");
    }
}

/// Applies the settings that concern the window itself; the page applies the others.
pub(crate) fn apply(app: &AppHandle, wanted: &WindowSettings) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let theme = settings::theme(wanted);
    if let Err(error) = window.set_theme(theme).and_then(|()| look(&window, wanted)) {
        tracing::warn!(%error, "the window does not look as it is set");
    }
}

fn look(window: &WebviewWindow, wanted: &WindowSettings) -> tauri::Result<()> {
    let theme = settings::theme(wanted);
    let dark = matches!(theme.map_or_else(|| window.theme(), Ok), Ok(Theme::Dark));
    window.set_background_color(Some(if dark { DARK } else { LIGHT }))?;
    window.set_zoom(f64::from(wanted.text_percent) / 100.0)
}

/// Brings the window to the front.
pub(crate) fn raise(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let raised = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    if let Err(error) = raised {
        tracing::warn!(%error, "the window cannot be brought to the front");
    }
}

/// Whether the window has the focus.
pub(crate) fn has_focus(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// Whether the page is drawn at all.
pub(crate) fn is_visible(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| {
        window.is_visible().unwrap_or(true) && !window.is_minimized().unwrap_or(false)
    })
}

/// Whether this address is the page; navigation to any other address is refused.
fn is_page(url: &Url) -> bool {
    let page = match url.scheme() {
        PAGE_SCHEME => url.host_str() == Some("localhost"),
        "http" | "https" => {
            url.host_str() == Some(PAGE_HOST)
                || tauri::is_dev() && url.host_str() == Some("localhost")
        }
        _ => false,
    };
    if !page {
        tracing::warn!(%url, "the page may not go there");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str) -> bool {
        is_page(&Url::parse(url).unwrap())
    }

    #[test]
    fn a_hidden_window_keeps_its_own_title_whatever_its_page_says() {
        let mut titles = Titles { page: "1 working · Musher".to_owned(), hidden: None };
        assert_eq!(titles.shown(), "1 working · Musher");
        titles.hidden = Some("2 need you · Musher".to_owned());
        titles.page = "Musher".to_owned();
        assert_eq!(titles.shown(), "2 need you · Musher");
        titles.hidden = None;
        assert_eq!(titles.shown(), "Musher");
    }

    #[test]
    fn only_the_page_is_shown() {
        assert!(allowed("tauri://localhost/"));
        assert!(allowed("http://tauri.localhost/index.html"));
        for url in [
            "https://example.org/",
            "https://tauri.localhost.example.org/",
            "https://example.org/?tauri.localhost",
            "tauri://elsewhere/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "about:blank",
            "asset://localhost/etc/passwd",
        ] {
            assert!(!allowed(url), "{url}");
        }
    }
}
