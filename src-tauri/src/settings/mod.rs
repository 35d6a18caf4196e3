//! The settings of the window: appearance, and which notifications are wanted. They are in one small file
//! with the system's other settings; settings that change behaviour belong to the engine and are in the
//! data directory. A file that cannot be read does not prevent a start, and is never overwritten. A
//! setting that cannot be stored does not come into force.

mod file;
mod values;

pub(crate) use values::next_morning;

use crate::{page, window};
use chrono::Local;
use engine::clock::{Clock, SystemClock};
use engine::words;
use file::Found;
use protocol::{ErrorCode, Fault, SettingChange, SettingsState, ThemeChoice, WindowSettings};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tauri::{AppHandle, Theme, Wry};
use tauri_plugin_store::{Store, StoreBuilder, resolve_store_path};

/// The name of the file, in the program's own data folder.
const FILE: &str = "window.json";

/// The settings in force.
pub(crate) struct Settings {
    path: PathBuf,
    /// Holds every value of the file, including those of other versions; `None` if there is no place for
    /// the file.
    store: Option<Arc<Store<Wry>>>,
    kept: Mutex<Kept>,
}

struct Kept {
    settings: WindowSettings,
    /// What was wrong with the whole file at the start.
    damage: Option<Fault>,
    /// The values in the file that are not understood.
    misfits: Option<Fault>,
    /// Why the file must not be written.
    locked: Option<Fault>,
}

impl Settings {
    /// Reads the file. A value that cannot be read has its default, and the reason is kept.
    pub(crate) fn open(app: &AppHandle) -> Self {
        let path = match resolve_store_path(app, FILE) {
            Ok(path) => path,
            Err(error) => return Self::nowhere(&error),
        };
        let found = file::look(&path);
        let (damage, locked) = match found {
            Found::Usable => (None, None),
            Found::Aside(aside, why) => (Some(was_damaged(&aside, &why)), None),
            Found::InTheWay(fault) => (Some(fault.clone()), Some(fault)),
        };
        let store = match opened(app) {
            Ok(store) => store,
            Err(error) => return Self::nowhere(&error),
        };
        let (settings, misfits) = values::read(|name| store.get(name));
        let misfits = values::problem(&misfits);
        for problem in damage.iter().chain(&misfits) {
            tracing::warn!(%problem, "the settings");
        }
        let kept = Kept { settings, damage, misfits, locked };
        Self { path, store: Some(store), kept: Mutex::new(kept) }
    }

    fn nowhere(error: &tauri_plugin_store::Error) -> Self {
        let fault = Fault::new(
            ErrorCode::Settings,
            format!("There is no place for settings: {}.", words(error)),
            "The usual settings are used and changes are not kept. Set HOME, then start Musher again.",
        );
        let kept = Kept {
            settings: WindowSettings::default(),
            damage: Some(fault.clone()),
            misfits: None,
            locked: Some(fault),
        };
        Self { path: PathBuf::from(FILE), store: None, kept: Mutex::new(kept) }
    }

    /// Returns the settings in force.
    pub(crate) fn now(&self) -> WindowSettings {
        lock(&self.kept).settings
    }

    /// Returns the settings in force, their path, and what is wrong with the file.
    pub(crate) fn state(&self) -> SettingsState {
        let kept = lock(&self.kept);
        SettingsState {
            settings: kept.settings,
            path: self.path.display().to_string(),
            problem: kept.damage.clone().or_else(|| kept.misfits.clone()),
        }
    }

    /// Changes a setting: it is on the disk before it comes into force, and the page is notified. This
    /// may wait for the disk, so it must not run on the main thread.
    pub(crate) fn change(
        &self,
        app: &AppHandle,
        change: SettingChange,
    ) -> Result<SettingsState, Fault> {
        let (name, value) = values::written(change, SystemClock.now(), &Local)?;
        let settings = {
            // Locked during the write, because two changes at once must not undo each other.
            let mut kept = lock(&self.kept);
            let store = self.write(&kept, name, value)?;
            let (settings, misfits) = values::read(|name| store.get(name));
            kept.settings = settings;
            kept.misfits = values::problem(&misfits);
            settings
        };
        window::apply(app, &settings);
        let state = self.state();
        page::settings_changed(app, &state);
        Ok(state)
    }

    /// Reads the value that is stored under this name and is no setting of a person; `None` if there is
    /// none or it is not understood.
    pub(crate) fn remembered<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let value = self.store.as_ref()?.get(name)?;
        serde_json::from_value(value)
            .inspect_err(|error| tracing::warn!(name, %error, "not understood"))
            .ok()
    }

    /// Stores a value under this name that is no setting of a person; `None` removes it from the file.
    /// This waits for the disk.
    pub(crate) fn remember<T: Serialize>(
        &self,
        name: &'static str,
        value: Option<T>,
    ) -> Result<(), Fault> {
        let value = serde_json::to_value(value).expect("a plain value is always JSON");
        self.write(&lock(&self.kept), name, value).map(drop)
    }

    /// Writes a value into the file and then into the store. The caller holds the lock of `kept`.
    fn write(&self, kept: &Kept, name: &str, value: Value) -> Result<&Store<Wry>, Fault> {
        if let Some(fault) = &kept.locked {
            return Err(fault.clone());
        }
        let Some(store) = &self.store else { return Err(unheld()) };
        let mut all: Map<String, Value> = store.entries().into_iter().collect();
        match value {
            Value::Null => drop(all.remove(name)),
            ref value => drop(all.insert(name.to_owned(), value.clone())),
        }
        file::write(&self.path, &all)?;
        match value {
            Value::Null => drop(store.delete(name)),
            value => store.set(name, value),
        }
        Ok(store)
    }
}

/// Opens the store plugin's view of the file. The plugin writes nothing by itself: neither after a while,
/// nor when the program ends, which it would do for every store that it knows.
fn opened(app: &AppHandle) -> Result<Arc<Store<Wry>>, tauri_plugin_store::Error> {
    let store = StoreBuilder::new(app, FILE).disable_auto_save().build()?;
    store.close_resource();
    Ok(store)
}

fn was_damaged(aside: &Path, why: &str) -> Fault {
    Fault::new(
        ErrorCode::Settings,
        format!("The settings file was damaged ({why}); it is kept as {}.", aside.display()),
        "The usual settings are used. Set here what you had, or correct that file and put it back \
         while Musher is closed.",
    )
}

fn unheld() -> Fault {
    let message = "There is no place for settings.";
    Fault::new(ErrorCode::Settings, message, "Set HOME, then start Musher again.")
}

/// The theme for the window's frame; `None` follows the system.
pub(crate) fn theme(settings: &WindowSettings) -> Option<Theme> {
    match settings.theme {
        ThemeChoice::Light => Some(Theme::Light),
        ThemeChoice::Dark => Some(Theme::Dark),
        ThemeChoice::System => None,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
