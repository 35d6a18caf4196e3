//! The icon in the desktop's tray: its picture and tooltip show the state of all stories; its menu lists
//! what waits and what runs, and opens it. Everything works by the menu alone, because many trays report
//! no click. Many desktops have no tray: then there is no icon, nothing depends on it, and it is added
//! when a tray appears.

mod host;
mod limits;
mod menu;
#[cfg(test)]
mod scene;
mod sum;
mod title;
mod words;

use crate::app_state::AppState;
use crate::page::{self, View};
use crate::settings::Settings;
use crate::window;
use chrono::Local;
use engine::Engine;
use engine::clock::{Clock, SystemClock};
use host::Host;
use menu::{AtWork, Does, Entry, MenuContent};
use protocol::{SettingChange, StoryId, TrayState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use sum::Sum;
use tauri::image::Image;
use tauri::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};

/// How often picture, tooltip and menu may change.
const PACE: Duration = Duration::from_secs(1);

/// How soon a tray that did not take the icon is asked again.
const AGAIN: Duration = Duration::from_secs(5);

/// How long the icon waits for the first stories to be read, so that its first menu is not replaced within a
/// second: a click on a menu that is being replaced may have no effect.
const FIRST_CONTENT: Duration = Duration::from_secs(3);

/// Whether Musher is in the desktop's tray, as the settings page shows it.
#[derive(Debug)]
pub(crate) struct Presence(Mutex<TrayState>);

impl Default for Presence {
    fn default() -> Self {
        Self(Mutex::new(TrayState::Looking))
    }
}

impl Presence {
    /// Returns the present state of the tray.
    pub(crate) fn now(&self) -> TrayState {
        *lock(&self.0)
    }

    fn becomes(&self, state: TrayState) {
        let before = std::mem::replace(&mut *lock(&self.0), state);
        if before != state {
            tracing::info!(?state, "the tray");
        }
    }
}

/// Everything that the tray shows at one time.
#[derive(Clone, PartialEq, Eq)]
struct Picture {
    sum: Sum,
    tooltip: String,
    menu: Vec<Entry>,
}

/// Why a tray did not take the icon.
#[derive(Debug, thiserror::Error)]
enum NotTaken {
    /// The tray does not answer, or shows no icons.
    #[error("it does not answer or shows nothing")]
    Silent,
    /// The icon could not be made.
    #[error("{0}")]
    Refused(tauri::Error),
}

/// Puts the icon into the tray as soon as there is one, and keeps it up to date.
pub(crate) fn place(app: &AppHandle) {
    app.manage(Presence::default());
    let app = app.clone();
    let keep = move || Keeping::new(app).keep();
    if let Err(error) = std::thread::Builder::new().name("tray".to_owned()).spawn(keep) {
        tracing::warn!(%error, "there is no icon in the tray");
    }
}

/// The state of the tray's thread.
struct Keeping {
    app: AppHandle,
    began: Instant,
    host: Host,
    tray: Option<TrayIcon>,
    tried: Option<Instant>,
    shown: Option<Picture>,
    /// The values that were read, with the feed's revision at that time.
    read: Option<(u64, MenuContent)>,
    /// The title that the hidden window was given.
    title: Option<String>,
}

impl Keeping {
    fn new(app: AppHandle) -> Self {
        Self {
            app,
            began: Instant::now(),
            host: Host::watch(),
            tray: None,
            tried: None,
            shown: None,
            read: None,
            title: None,
        }
    }

    fn keep(mut self) {
        loop {
            let began = Instant::now();
            self.wait();
            let picture = self.picture();
            self.add_to_tray(&picture);
            self.show(picture);
            self.name_window();
            std::thread::sleep(PACE.saturating_sub(began.elapsed()));
        }
    }

    /// Waits for a change, or until countdowns must be updated, and reads what changed.
    fn wait(&mut self) {
        let app_state = Arc::clone(&self.app.state::<Arc<AppState>>());
        let Some(engine) = app_state.engine_now() else {
            self.read = None;
            return;
        };
        let seen = self.read.as_ref().map_or(0, |(revision, _)| *revision);
        let revision = engine.wait_for_news(seen, PACE);
        if self.read.is_some() && revision == seen {
            return;
        }
        match content(&engine) {
            Ok(content) => self.read = Some((revision, content)),
            // The next second tries again; the values may be one commit old.
            Err(error) => tracing::debug!(%error, "the tray's menu cannot be read"),
        }
    }

    fn picture(&self) -> Picture {
        let content = self.read.as_ref().map(|(_, content)| content);
        let now = SystemClock.now();
        let stories = content.map(|content| content.stories.as_slice()).unwrap_or_default();
        let sum = Sum::of(stories);
        let paused = self.app.state::<Arc<Settings>>().now().paused_until;
        Picture {
            sum,
            tooltip: format!("{}{}", sum.words(), menu::next_reset(stories, now)),
            menu: menu::menu(content, paused, now, &Local),
        }
    }

    /// Puts the icon into a tray that does not have it yet. After that it returns by itself when the tray
    /// is restarted.
    fn add_to_tray(&mut self, picture: &Picture) {
        let app = self.app.clone();
        let presence = app.state::<Presence>();
        if !self.host.is_there() {
            self.tried = None;
            return presence.becomes(TrayState::NoTray);
        }
        if self.tray.is_some() {
            return presence.becomes(TrayState::Shown);
        }
        if self.waits_for_content() || self.tried.is_some_and(|tried| tried.elapsed() < AGAIN) {
            return;
        }
        self.tried = Some(Instant::now());
        let built = match self.host.answers() {
            true => build(&self.app, picture).map_err(NotTaken::Refused),
            false => Err(NotTaken::Silent),
        };
        match built {
            Ok(tray) => {
                self.tray = Some(tray);
                self.shown = Some(picture.clone());
                presence.becomes(TrayState::Shown);
            }
            Err(error) => {
                tracing::info!(%error, "the tray did not take the icon");
                presence.becomes(TrayState::Refused);
            }
        }
    }

    /// Whether the stories are still being read for the first time, as they are soon after the start.
    fn waits_for_content(&self) -> bool {
        self.read.is_none() && self.began.elapsed() < FIRST_CONTENT
    }

    /// Keeps the title of a hidden window up to date, because its page gets no updates; this needs no
    /// tray.
    fn name_window(&mut self) {
        let content = self.read.as_ref().map(|(_, content)| content);
        let title = content
            .filter(|_| !window::is_visible(&self.app))
            .map(|content| title::title(&content.stories, SystemClock.now()));
        if title != self.title {
            window::name_hidden(&self.app, title.clone());
            self.title = title;
        }
    }

    /// Changes only what differs, because a menu may be open.
    fn show(&mut self, picture: Picture) {
        let Some(tray) = &self.tray else { return };
        let shown = self.shown.as_ref();
        if shown == Some(&picture) {
            return;
        }
        match draw(&self.app, tray, shown, &picture) {
            Ok(()) => self.shown = Some(picture),
            Err(error) => tracing::warn!(%error, "the tray stays as it is"),
        }
    }
}

fn content(engine: &Engine) -> engine::Result<MenuContent> {
    engine.with_recovery(|engine| {
        let reader = engine.reader()?;
        let stories = reader.stories()?;
        let going_on = stories.iter().filter(|story| menu::goes_on(story.state));
        let ids: Vec<StoryId> = going_on.map(|story| story.id.clone()).collect();
        let at_work = engine.feed().stories(&reader, Some(&ids))?.into_iter().map(|view| {
            let started = view.runs.first().map(|run| run.started_at);
            let silent_since = view.silent_since();
            (view.story.id, AtWork { started, silent_since })
        });
        Ok(MenuContent {
            stories,
            questions: reader.questions(true)?,
            limits: reader.limits()?,
            at_work: at_work.collect(),
        })
    })
}

fn build(app: &AppHandle, picture: &Picture) -> tauri::Result<TrayIcon> {
    TrayIconBuilder::with_id("musher")
        .icon(Image::from_bytes(picture.sum.picture())?)
        .icon_as_template(true)
        .title("Musher")
        .tooltip(&picture.tooltip)
        .menu(&drawn(app, &picture.menu)?)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| {
            if let Some(does) = Does::of(event.id().as_ref()) {
                act(app, does);
            }
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

fn draw(
    app: &AppHandle,
    tray: &TrayIcon,
    shown: Option<&Picture>,
    picture: &Picture,
) -> tauri::Result<()> {
    if shown.map(|shown| shown.sum.picture()) != Some(picture.sum.picture()) {
        tray.set_icon(Some(Image::from_bytes(picture.sum.picture())?))?;
        tray.set_icon_as_template(true)?;
    }
    if shown.map(|shown| &shown.tooltip) != Some(&picture.tooltip) {
        tray.set_tooltip(Some(&picture.tooltip))?;
    }
    if shown.map(|shown| &shown.menu) != Some(&picture.menu) {
        // Set as a whole: the desktop then gets one update with only the lines that differ.
        tray.set_menu(Some(drawn(app, &picture.menu)?))?;
    }
    Ok(())
}

/// Makes the menu for the desktop, on the main thread.
fn drawn(app: &AppHandle, entries: &[Entry]) -> tauri::Result<Menu<Wry>> {
    let (sender, made) = std::sync::mpsc::channel();
    let (own, entries) = (app.clone(), entries.to_vec());
    app.run_on_main_thread(move || {
        // When the program ends, nothing waits for the menu.
        let _ = sender.send(made_of(&own, &entries));
    })?;
    made.recv().map_err(|_| tauri::Error::FailedToReceiveMessage)?
}

fn made_of(app: &AppHandle, entries: &[Entry]) -> tauri::Result<Menu<Wry>> {
    let items = entries.iter().map(|entry| item(app, entry)).collect::<tauri::Result<Vec<_>>>()?;
    let items: Vec<&dyn IsMenuItem<Wry>> = items.iter().map(AsRef::as_ref).collect();
    Menu::with_items(app, &items)
}

fn item(app: &AppHandle, entry: &Entry) -> tauri::Result<Box<dyn IsMenuItem<Wry>>> {
    Ok(match entry {
        Entry::Head(text) => Box::new(MenuItem::new(app, literal(text), false, None::<&str>)?),
        Entry::Line(text, does) => Box::new(line(app, text, does)?),
        Entry::Group(text, lines) => {
            let group = Submenu::new(app, literal(text), true)?;
            for (text, does) in lines {
                group.append(&line(app, text, does)?)?;
            }
            Box::new(group)
        }
        Entry::Separator => Box::new(PredefinedMenuItem::separator(app)?),
    })
}

fn line(app: &AppHandle, text: &str, does: &Does) -> tauri::Result<MenuItem<Wry>> {
    MenuItem::with_id(app, does.id(), literal(text), true, None::<&str>)
}

/// Escapes ampersands, which would mark the next letter as a key.
fn literal(text: &str) -> String {
    text.replace('&', "&&")
}

/// Carries out a click. This runs on the main thread, so slow work gets a separate thread.
fn act(app: &AppHandle, does: Does) {
    match does {
        Does::Open(story) => page::open(app, story),
        Does::Board => page::show(app, View::Board),
        Does::NewStory => page::show(app, View::NewStory),
        Does::Show => window::raise(app),
        Does::Quit => app.exit(0),
        Does::Pause(pause) => {
            let app = app.clone();
            let change = SettingChange::Pause(pause);
            tauri::async_runtime::spawn_blocking(move || {
                let settings = Arc::clone(&app.state::<Arc<Settings>>());
                if let Err(fault) = settings.change(&app, change) {
                    tracing::warn!(%fault, "notifications stay as they are");
                }
            });
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
