//! What the settings page shows and changes: the window's settings, the desktop's abilities, the data
//! directory, and the program itself. The shell fills these types; the engine stores none of them.

use crate::{Fault, NotificationKind, RunId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The colours: light, dark, or as the system has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// As the desktop has it, and when that changes.
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
    /// Space around each row.
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
    /// Whether notifications of this kind are wanted.
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
    /// The colours.
    pub theme: ThemeChoice,
    /// The distance between rows.
    pub density: Density,
    /// The size of text and everything in proportion to it, in percent: one of [`TEXT_PERCENTS`].
    pub text_percent: u16,
    /// Which notifications are wanted.
    pub notify: NotifyKinds,
    /// Until when notifications are paused; they are shown if this is in the past or `None`.
    pub paused_until: Option<Timestamp>,
}

/// The sizes of text to choose from, in percent.
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

/// How long notifications are paused.
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
    /// The colours.
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
    /// Pauses notifications, or ends the pause.
    Pause(PauseFor),
}

/// The settings, with their file and its problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SettingsState {
    /// The settings in force.
    pub settings: WindowSettings,
    /// Absolute path of the file.
    pub path: String,
    /// What could not be read or written, with what to do.
    pub problem: Option<Fault>,
}

/// The program that shows notifications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotifierProgram {
    /// The program's name, as it reports it.
    pub name: String,
    /// The program's version, as it reports it; empty if it reports none.
    pub version: String,
    /// Whether it reports a click on a notification; `None` if this cannot be found out.
    pub clicks: Option<bool>,
    /// Whether it shows a second line; `None` if this cannot be found out.
    pub body: Option<bool>,
    /// Whether it keeps notifications that were not seen; `None` if this cannot be found out.
    pub keeps: Option<bool>,
}

/// Whether Musher has an icon in a tray.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TrayState {
    /// Not known yet.
    Looking,
    /// The icon is in the tray.
    Shown,
    /// This desktop has no tray now; the icon appears with one.
    NoTray,
    /// There is a tray, but it did not take the icon. Musher tries again.
    Refused,
}

/// What this desktop can do for Musher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DesktopSupport {
    /// The program that shows notifications; `None` if none answers.
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
    /// Everything that agents printed and were sent.
    Logs,
    /// Everything that Musher and people did.
    Journal,
    /// The index, which can be rebuilt.
    Store,
    /// Copies of the keeper's program.
    Programs,
    /// Everything else.
    Other,
}

/// The size of a part of the data directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PartSize {
    /// The part.
    pub part: DataPart,
    /// The space of its files on the disk, in bytes.
    pub bytes: u64,
    /// The number of its files.
    pub files: u64,
}

/// The data directory and its size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DiskUse {
    /// The directory's absolute path.
    pub dir: String,
    /// The directory's parts, including those without files.
    pub parts: Vec<PartSize>,
    /// How many files and folders could not be read; the parts do not include their size.
    pub unread: u64,
}

/// The progress of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VerifyProgress {
    /// Runs that were read.
    pub runs: u64,
    /// All runs.
    pub of: u64,
}

/// A run whose logs can be read only up to a damage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DamagedRun {
    /// The run.
    pub run: RunId,
    /// What is damaged.
    pub damage: String,
}

/// The result of a verification, which compares the store with journal and logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Verification {
    /// Journal entries that were read.
    pub entries: u64,
    /// Runs that were read.
    pub runs: u64,
    /// Events that were decoded.
    pub events: u64,
    /// The first runs with damaged logs.
    pub damaged: Vec<DamagedRun>,
    /// How many runs have damaged logs.
    pub damaged_count: u64,
    /// How many rows of the store differ.
    pub differences: u64,
    /// The tables with differing rows, each once.
    pub tables: Vec<String>,
}

/// Versions of this program and of what it runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AboutProgram {
    /// Musher's version.
    pub musher: String,
    /// The window toolkit and its version.
    pub toolkit: String,
    /// The web view's version; `None` if it does not report it.
    pub webview: Option<String>,
    /// The operating system's name and the kind of processor.
    pub system: String,
    /// The path of Musher's own log.
    pub log: String,
    /// Where Musher failed before this window was opened, if it did and that was not shown yet.
    pub panicked: Option<Panicked>,
}

/// Where in the program Musher failed. The message of the failure is left out, because it may contain an
/// agent's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Panicked {
    /// When Musher failed.
    pub at: Timestamp,
    /// Musher's version then.
    pub version: String,
    /// The thread's name.
    pub thread: String,
    /// The place in the source: file, line and column.
    pub place: String,
}
