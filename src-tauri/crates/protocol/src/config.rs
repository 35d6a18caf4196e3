//! `config.json`: a person's settings of how stories start and where they work. The types are for the
//! values in force, for changes, and for changes that wait until a person accepts them. The engine reads
//! and checks the file.

use crate::config_field::{ConfigField, FieldValue};
use crate::{AgentId, Fault, PermissionChoice};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use ts_rs::TS;

/// The longest time that can be set, in its own unit: a year of minutes.
const LONGEST_WAIT: u32 = 365 * 24 * 60;

/// The most days, and the most checkpoints of a story, that can be set.
const MOST_KEPT: u32 = 100_000;

/// The version of the format that this program writes and reads.
pub const CONFIG_VERSION: u32 = 1;

/// The values of the file. A field that is not set has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Config {
    /// The version of the format, [`CONFIG_VERSION`].
    pub version: u32,
    /// How new stories of each agent start; every agent that Musher knows has an entry.
    pub agents: BTreeMap<AgentId, AgentDefaults>,
    /// Defaults for new stories of one repository, by the absolute path of its main folder.
    pub projects: BTreeMap<String, ProjectDefaults>,
    /// How new worktrees and their branches are named.
    pub worktrees: WorktreePatterns,
    /// How long to wait for limits.
    pub limits: LimitWaits,
    /// What checkpoints hold, and how long they are kept.
    pub checkpoints: CheckpointSettings,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            version: CONFIG_VERSION,
            agents: BTreeMap::new(),
            projects: BTreeMap::new(),
            worktrees: WorktreePatterns::default(),
            limits: LimitWaits::default(),
            checkpoints: CheckpointSettings::default(),
        }
    }
}

/// Defaults for new stories of one agent; a story can override them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct AgentDefaults {
    /// The model to ask for; `None` lets the agent choose.
    pub model: Option<String>,
    /// What may happen without asking. Never full access, which is given to one story at a time.
    pub permission: PermissionChoice,
    /// Arguments passed to the agent as they are.
    pub arguments: Vec<String>,
    /// Names of variables that must be set for the agent to start; never their values.
    pub environment: Vec<String>,
}

impl AgentDefaults {
    /// The fields that can be set.
    pub const FIELDS: &[ConfigField<Self>] = &[
        ConfigField {
            name: "model",
            value: FieldValue::Text(|agent| &mut agent.model),
            waits: false,
        },
        ConfigField {
            name: "permission",
            value: FieldValue::Permission(|agent| &mut agent.permission),
            waits: true,
        },
        // An argument can allow anything.
        ConfigField {
            name: "arguments",
            value: FieldValue::Texts { of: "arguments", at: |agent| &mut agent.arguments },
            waits: true,
        },
        ConfigField {
            name: "environment",
            value: FieldValue::Variables(|agent| &mut agent.environment),
            waits: false,
        },
    ];
}

/// Defaults for new stories of one repository; a story can override them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ProjectDefaults {
    /// The commands that must pass.
    pub gates: Vec<String>,
    /// The commands that prepare a new worktree before the agent starts, in order.
    pub set_up: Vec<String>,
    /// Patterns, as in `.gitignore`, for ignored files that are copied into a new worktree. A file `.worktreeinclude`
    /// in the repository is used instead.
    pub copy: Vec<String>,
    /// Whether what a new worktree begins from is fetched first.
    pub fetch: bool,
}

impl ProjectDefaults {
    /// The fields that can be set.
    pub const FIELDS: &[ConfigField<Self>] = &[
        // Gates are commands, and without one a story can be done that is not.
        ConfigField {
            name: "gates",
            value: FieldValue::Texts { of: "commands", at: |project| &mut project.gates },
            waits: true,
        },
        ConfigField {
            name: "set_up",
            value: FieldValue::Texts { of: "commands", at: |project| &mut project.set_up },
            waits: true,
        },
        // An agent can read these files anyway.
        ConfigField {
            name: "copy",
            value: FieldValue::Texts { of: "patterns", at: |project| &mut project.copy },
            waits: false,
        },
        ConfigField {
            name: "fetch",
            value: FieldValue::Flag(|project| &mut project.fetch),
            waits: false,
        },
    ];
}

/// How new worktrees and their branches are named. `{name}` is replaced by the story's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct WorktreePatterns {
    /// The folder of a new worktree: absolute, below the home directory (`~/`), or relative to the folder
    /// that the repository is in. `{project}` is replaced by the repository's name; the last part is
    /// `{name}`.
    pub place: String,
    /// The branch of a story whose request names none; it ends in `{name}`.
    pub branch: String,
}

impl Default for WorktreePatterns {
    fn default() -> Self {
        Self { place: "{project}.worktrees/{name}".to_owned(), branch: "musher/{name}".to_owned() }
    }
}

impl WorktreePatterns {
    /// The fields that can be set.
    pub const FIELDS: &[ConfigField<Self>] = &[
        ConfigField {
            name: "place",
            value: FieldValue::Place(|worktrees| &mut worktrees.place),
            waits: false,
        },
        ConfigField {
            name: "branch",
            value: FieldValue::Branch(|worktrees| &mut worktrees.branch),
            waits: false,
        },
    ];
}

/// How long to wait for a limit whose reset is not known, and how stories resume after a reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct LimitWaits {
    /// The first wait when no reset is known, in minutes; it doubles with each limit in a row.
    pub first_guess_minutes: u32,
    /// The longest such wait, in minutes.
    pub longest_guess_minutes: u32,
    /// The time between two stories that resume after a reset, in seconds, so that they do not all start
    /// at once.
    pub stagger_seconds: u32,
}

impl Default for LimitWaits {
    fn default() -> Self {
        Self { first_guess_minutes: 5, longest_guess_minutes: 6 * 60, stagger_seconds: 3 }
    }
}

impl LimitWaits {
    /// The fields that can be set.
    pub const FIELDS: &[ConfigField<Self>] = &[
        Self::time("first_guess_minutes", |waits| &mut waits.first_guess_minutes),
        Self::time("longest_guess_minutes", |waits| &mut waits.longest_guess_minutes),
        Self::time("stagger_seconds", |waits| &mut waits.stagger_seconds),
    ];

    const fn time(name: &'static str, at: fn(&mut Self) -> &mut u32) -> ConfigField<Self> {
        let value = FieldValue::Whole { least: 1, most: LONGEST_WAIT, at };
        ConfigField { name, value, waits: false }
    }

    /// The first wait when no reset is known.
    pub fn first_guess(&self) -> Duration {
        minutes(self.first_guess_minutes)
    }

    /// The longest such wait.
    pub fn longest_guess(&self) -> Duration {
        minutes(self.longest_guess_minutes)
    }

    /// The time between two stories that resume after a reset.
    pub fn stagger(&self) -> Duration {
        Duration::from_secs(self.stagger_seconds.into())
    }
}

/// What checkpoints hold, and how long they are kept. The newest of a story always is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct CheckpointSettings {
    /// For how many days.
    pub keep_days: u32,
    /// How many of each story.
    pub keep_count: u32,
    /// Whether they hold the files that git ignores, too.
    pub ignored: bool,
}

impl Default for CheckpointSettings {
    fn default() -> Self {
        Self { keep_days: 30, keep_count: 1_000, ignored: false }
    }
}

impl CheckpointSettings {
    /// The fields that can be set. They wait for a person, because less that is kept is less that can be
    /// given back after an agent destroyed it.
    pub const FIELDS: &[ConfigField<Self>] = &[
        Self::number("keep_days", |settings| &mut settings.keep_days),
        Self::number("keep_count", |settings| &mut settings.keep_count),
        ConfigField {
            name: "ignored",
            value: FieldValue::Flag(|settings| &mut settings.ignored),
            waits: true,
        },
    ];

    const fn number(name: &'static str, at: fn(&mut Self) -> &mut u32) -> ConfigField<Self> {
        let value = FieldValue::Whole { least: 1, most: MOST_KEPT, at };
        ConfigField { name, value, waits: true }
    }
}

fn minutes(count: u32) -> Duration {
    Duration::from_secs(u64::from(count) * 60)
}

/// A value of the file that gives agents more power than a person has accepted; it waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConfigDifference {
    /// The name of the value for `mush config set`: `agents.claude.permission`.
    pub key: String,
    /// The value in force, as JSON.
    pub accepted: String,
    /// The value in the file, as JSON.
    pub wanted: String,
}

/// A part of the file that is valid but has no effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConfigNotice {
    /// The line in the file, counted from 1.
    pub line: u32,
    /// The field.
    pub key: String,
    /// Why it has no effect.
    pub why: ConfigNoticeWhy,
}

/// Why a field of the file has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConfigNoticeWhy {
    /// This version of Musher does not know the field. The field is kept.
    Unknown,
    /// The field is known and checked, but this version does not use it yet. The field is kept.
    NotUsedYet,
}

/// The configuration with its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConfigState {
    /// The configuration in force.
    pub config: Config,
    /// Absolute path of the file, which may not exist yet.
    pub path: String,
    /// Changes in the file that a person has to accept, in the order of the file's format.
    pub waiting: Vec<ConfigDifference>,
    /// Identifies the file's content from which `waiting` was read; an acceptance repeats it.
    pub file: String,
    /// Why the file cannot be used; then the configuration that was accepted last is in force.
    pub problem: Option<Fault>,
    /// Parts of the file that have no effect.
    pub notices: Vec<ConfigNotice>,
}

/// A value that a new story takes from the configuration instead of from its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StartDefault {
    /// The agent's model.
    Model,
    /// What may happen without asking.
    Permission,
    /// The agent's further arguments.
    Arguments,
    /// The gates, from the repository's defaults.
    Gates,
    /// The commands that prepare a new worktree, from the repository's defaults.
    SetUp,
    /// The files that are copied, besides those of the request: what `.worktreeinclude` says, or the repository's
    /// defaults.
    Copy,
    /// Whether to fetch first, from the repository's defaults.
    Fetch,
}
