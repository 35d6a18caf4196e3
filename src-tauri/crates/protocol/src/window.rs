//! What the settings page shows and changes: the window's settings, what this desktop can do, the data
//! directory, and the program itself. The shell fills these; nothing of them is stored by the engine.

use crate::{Fault, NotificationKind, RunId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Light, dark or what the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// As the desktop says, and when it changes.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The distance between rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// With room around each row.
    #[default]
    Comfortable,
    /// More rows on the screen.
    Compact,
}

/// Which notifications are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotifyKinds {
    /// An agent asks.
    pub asks: bool,
    /// A story needs a person.
    pub failed: bool,
    /// A limit holds a story.
    pub limited: bool,
    /// A story is done.
    pub finished: bool,
}

impl NotifyKinds {
    /// Whether this kind is wanted.
    pub fn wants(&self, kind: NotificationKind) -> bool {
        match kind {
            NotificationKind::Asks => self.asks,
            NotificationKind::Failed => self.failed,
            NotificationKind::Limited => self.limited,
            NotificationKind::Finished => self.finished,
        }
    }
}

impl Default for NotifyKinds {
    fn default() -> Self {
        Self { asks: true, failed: true, limited: true, finished: true }
    }
}

/// Everything that a person has set for the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WindowSettings {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// The distance between rows.
    pub density: Density,
    /// The size of text and everything with it, in percent: one of [`TEXT_PERCENTS`].
    pub text_percent: u16,
    /// Which notifications are wanted.
    pub notify: NotifyKinds,
    /// Until when notifications are held back; in the past or `None`: they are shown.
    pub paused_until: Option<Timestamp>,
}

/// The sizes of text that can be chosen, in percent.
pub const TEXT_PERCENTS: [u16; 8] = [80, 90, 100, 110, 125, 150, 175, 200];

impl Default for WindowSettings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            density: Density::default(),
            text_percent: 100,
            notify: NotifyKinds::default(),
            paused_until: None,
        }
    }
}

/// For how long notifications are to be held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PauseFor {
    /// For one hour from now.
    Hour,
    /// Until the next 08:00, by the machine's time zone.
    Morning,
    /// Not at all: they are shown again.
    Off,
}

/// One change of one setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "set", content = "to", rename_all = "snake_case")]
pub enum SettingChange {
    /// Light or dark.
    Theme(ThemeChoice),
    /// The distance between rows.
    Density(Density),
    /// The size of text, one of [`TEXT_PERCENTS`].
    TextPercent(u16),
    /// Whether a kind of notification is wanted.
    Notify {
        /// The kind.
        kind: NotificationKind,
        /// Whether it is wanted.
        wanted: bool,
    },
    /// Holds notifications back for a while, or no longer.
    Pause(PauseFor),
}

/// The settings with where they are kept and what is wrong with that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SettingsState {
    /// What is in force.
    pub settings: WindowSettings,
    /// Absolute path of the file.
    pub path: String,
    /// What could not be read or written, with what to do.
    pub problem: Option<Fault>,
}

/// The program that shows notifications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotifierProgram {
    /// Its name, as it reports it.
    pub name: String,
    /// Its version, as it reports it; empty when it reports none.
    pub version: String,
    /// Whether a click on a notification is reported; `None` when that cannot be asked.
    pub clicks: Option<bool>,
    /// Whether it shows a second line; `None` when that cannot be asked.
    pub body: Option<bool>,
    /// Whether it keeps what was not seen; `None` when that cannot be asked.
    pub keeps: Option<bool>,
}

/// Whether Musher has its mark in a tray.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TrayState {
    /// It is not known yet.
    Looking,
    /// The mark is in the tray.
    Shown,
    /// This desktop has no tray now; the mark comes when one appears.
    NoTray,
    /// There is a tray, and it did not take the mark. It is tried again.
    Refused,
}

/// What this desktop can do for Musher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DesktopSupport {
    /// The program that shows notifications; `None` when none answers.
    pub notifier: Option<NotifierProgram>,
    /// Why no program shows notifications, with what to do.
    pub notifier_problem: Option<Fault>,
    /// The tray.
    pub tray: TrayState,
}

/// A part of the data directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DataPart {
    /// What agents printed and were sent.
    Logs,
    /// What Musher and people did.
    Journal,
    /// The index, which can be rebuilt.
    Store,
    /// Copies of the program that keeps agents alive.
    Programs,
    /// Everything else.
    Other,
}

/// How large a part of the data directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PartSize {
    /// The part.
    pub part: DataPart,
    /// What its files take on the disk, in bytes.
    pub bytes: u64,
    /// How many files.
    pub files: u64,
}

/// The data directory and how large it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DiskUse {
    /// Its absolute path.
    pub dir: String,
    /// Its parts, those without files included.
    pub parts: Vec<PartSize>,
    /// How many files and folders could not be read; their size is not in the parts.
    pub unread: u64,
}

/// How far a verification came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VerifyProgress {
    /// Runs that were read.
    pub runs: u64,
    /// All runs.
    pub of: u64,
}

/// A run whose logs are readable up to a damage only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DamagedRun {
    /// The run.
    pub run: RunId,
    /// What is wrong.
    pub damage: String,
}

/// What a verification found: whether the store says what journal and logs say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Verification {
    /// Journal entries that were read.
    pub entries: u64,
    /// Runs that were read.
    pub runs: u64,
    /// Events that were decoded.
    pub events: u64,
    /// Runs with damaged logs, the first ones.
    pub damaged: Vec<DamagedRun>,
    /// How many runs have damaged logs.
    pub damaged_count: u64,
    /// How many rows of the store differ.
    pub differences: u64,
    /// The tables in which they are, each once.
    pub tables: Vec<String>,
}

/// Versions of this program and of what it runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AboutProgram {
    /// Musher's version.
    pub musher: String,
    /// The toolkit that the window is made with, and its version.
    pub toolkit: String,
    /// The web view's version; `None` when it does not say.
    pub webview: Option<String>,
    /// The operating system's name for itself, and the processor's kind.
    pub system: String,
    /// The path of Musher's own log.
    pub log: String,
    /// Where Musher failed before this window was opened, if it did and it was not shown yet.
    pub panicked: Option<Panicked>,
}

/// Where in the program Musher failed. Without the words of the failure, which may be an agent's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Panicked {
    /// When.
    pub at: Timestamp,
    /// Musher's version then.
    pub version: String,
    /// The thread, by its name.
    pub thread: String,
    /// The place in the source: file, line and column.
    pub place: String,
}
