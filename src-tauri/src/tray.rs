//! The mark in the desktop's tray: its picture and tooltip say how things stand, a click brings the
//! window back. Many desktops have no tray; then there is none, and nothing depends on it.

use crate::cockpit::Cockpit;
use crate::window;
use protocol::{Story, StoryState};
use std::sync::Arc;
use std::time::Duration;
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager};

/// How often the picture may change.
const PACE: Duration = Duration::from_secs(1);

const SHOW: &str = "show";
const QUIT: &str = "quit";

macro_rules! picture {
    ($state:literal) => {
        if cfg!(target_os = "macos") {
            include_bytes!(concat!("../../icons/tray-", $state, "-template.png")).as_slice()
        } else {
            include_bytes!(concat!("../../icons/tray-", $state, ".png")).as_slice()
        }
    };
}

/// How all stories together stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    wait: usize,
    limited: usize,
    work: usize,
}

impl Sum {
    fn of(stories: &[Story]) -> Self {
        let mut sum = Self::default();
        for story in stories {
            match story.state {
                StoryState::Waiting | StoryState::NeedsYou => sum.wait += 1,
                StoryState::Limited => sum.limited += 1,
                StoryState::Starting | StoryState::Running | StoryState::Gating => sum.work += 1,
                _ => {}
            }
        }
        sum
    }

    /// What needs a person comes before what works.
    fn picture(self) -> &'static [u8] {
        match self {
            Self { wait: 1.., .. } => picture!("waiting"),
            Self { work: 1.., .. } => picture!("running"),
            Self { limited: 1.., .. } => picture!("limited"),
            _ => picture!("idle"),
        }
    }

    fn words(self) -> String {
        let parts = [
            (self.wait, if self.wait == 1 { "waits for you" } else { "wait for you" }),
            (self.work, if self.work == 1 { "works" } else { "work" }),
            (self.limited, "held by a limit"),
        ];
        let said: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, words)| format!("{count} {words}"))
            .collect();
        if said.is_empty() { "Musher".to_owned() } else { format!("Musher: {}", said.join(", ")) }
    }
}

/// Puts the mark into the tray if there is one, and keeps it true.
pub(crate) fn place(app: &AppHandle) {
    match build(app) {
        Ok(tray) => keep_true(app, tray),
        Err(error) => tracing::info!(%error, "this desktop has no tray"),
    }
}

fn build(app: &AppHandle) -> tauri::Result<TrayIcon> {
    let show = MenuItem::with_id(app, SHOW, "Show Musher", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, QUIT, "Quit; agents go on", true, None::<&str>)?;
    TrayIconBuilder::with_id("musher")
        .icon(Image::from_bytes(Sum::default().picture())?)
        .icon_as_template(true)
        .title("Musher")
        .tooltip(Sum::default().words())
        .menu(&Menu::with_items(app, &[&show, &quit])?)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| match event.id().as_ref() {
            SHOW => window::raise(app),
            QUIT => app.exit(0),
            _ => {}
        })
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::raise(tray.app_handle());
            }
        })
        .build(app)
}

fn keep_true(app: &AppHandle, tray: TrayIcon) {
    let cockpit = Arc::clone(&app.state::<Arc<Cockpit>>());
    let keep = move || {
        let mut shown = (0, Sum::default());
        loop {
            shown = renewed(&cockpit, &tray, shown);
        }
    };
    if let Err(error) = std::thread::Builder::new().name("tray".to_owned()).spawn(keep) {
        tracing::warn!(%error, "the tray's picture stays as it is");
    }
}

/// Waits for a commit and shows the sum if it is another one; gives the revision and the sum shown.
fn renewed(cockpit: &Cockpit, tray: &TrayIcon, (seen, shown): (u64, Sum)) -> (u64, Sum) {
    let engine = cockpit.wait_until_open();
    let revision = engine.feed().wait(seen, PACE);
    if revision == seen {
        return (seen, shown);
    }
    let stories = engine.reader().and_then(|reader| reader.stories());
    let sum = stories.map_or(shown, |stories| Sum::of(&stories));
    if sum != shown
        && let Err(error) = show(tray, sum)
    {
        tracing::warn!(%error, "the tray's picture stays as it is");
    }
    std::thread::sleep(PACE);
    (revision, sum)
}

fn show(tray: &TrayIcon, sum: Sum) -> tauri::Result<()> {
    tray.set_icon(Some(Image::from_bytes(sum.picture())?))?;
    tray.set_icon_as_template(true)?;
    tray.set_tooltip(Some(sum.words()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_person_is_said_and_shown_first() {
        let sum = Sum { wait: 1, limited: 2, work: 3 };
        assert_eq!(sum.words(), "Musher: 1 waits for you, 3 work, 2 held by a limit");
        assert_eq!(sum.picture(), Sum { wait: 9, ..Sum::default() }.picture());
        assert_ne!(Sum { work: 1, ..Sum::default() }.picture(), Sum::default().picture());
        assert_eq!(Sum::default().words(), "Musher");
    }
}
