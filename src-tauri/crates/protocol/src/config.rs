//! `config.json`: what a person sets about how stories start and where they work, as it is in force, as it is changed
//! and as it waits for a person's word. Reading and checking the file is the engine's.

use crate::{AgentId, Fault, PermissionChoice};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use ts_rs::TS;

/// The version of the format that this program writes and reads.
pub const CONFIG_VERSION: u32 = 1;

/// The values of the file. A field that is not set has its usual value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Config {
    /// The version of the format, [`CONFIG_VERSION`].
    pub version: u32,
    /// How new stories of each agent start; every agent that Musher knows has an entry.
    pub agents: BTreeMap<AgentId, AgentDefaults>,
    /// What holds for new stories of one repository, by the absolute path of its main folder.
    pub projects: BTreeMap<String, ProjectDefaults>,
    /// How new worktrees and their branches are named.
    pub worktrees: WorktreePatterns,
    /// How limits are waited for.
    pub limits: LimitWaits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            version: CONFIG_VERSION,
            agents: BTreeMap::new(),
            projects: BTreeMap::new(),
            worktrees: WorktreePatterns::default(),
            limits: LimitWaits::default(),
        }
    }
}

/// How new stories of one agent start, unless a story says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct AgentDefaults {
    /// The model to ask for; `None` leaves it to the agent.
    pub model: Option<String>,
    /// What may happen without asking. Never full access: that is said for one story only.
    pub permission: PermissionChoice,
    /// Arguments passed to the agent as they are.
    pub arguments: Vec<String>,
    /// Names of variables without which the agent is not started; never their values.
    pub environment: Vec<String>,
}

/// What holds for new stories of one repository, unless a story says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ProjectDefaults {
    /// The commands that must pass.
    pub gates: Vec<String>,
}

/// How new worktrees and their branches are named. `{name}` is replaced by the story's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct WorktreePatterns {
    /// The folder of a new worktree: absolute, below the home directory (`~/`), or relative to the folder
    /// that the repository is in. `{project}` is replaced by the repository's name; the last part is
    /// `{name}`.
    pub place: String,
    /// The branch of a story that was given none by name; it ends in `{name}`.
    pub branch: String,
}

impl Default for WorktreePatterns {
    fn default() -> Self {
        Self { place: "{project}.worktrees/{name}".to_owned(), branch: "musher/{name}".to_owned() }
    }
}

/// How limits are waited for when no reset is known, and how stories go on after one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct LimitWaits {
    /// The first wait when no reset is known, in minutes; it doubles with each limit in a row.
    pub first_guess_minutes: u32,
    /// The longest such wait, in minutes.
    pub longest_guess_minutes: u32,
    /// Between two stories that go on after a reset, in seconds, so that they do not all start at once.
    pub stagger_seconds: u32,
}

impl Default for LimitWaits {
    fn default() -> Self {
        Self { first_guess_minutes: 5, longest_guess_minutes: 6 * 60, stagger_seconds: 3 }
    }
}

impl LimitWaits {
    /// The first wait when no reset is known.
    pub fn first_guess(&self) -> Duration {
        minutes(self.first_guess_minutes)
    }

    /// The longest such wait.
    pub fn longest_guess(&self) -> Duration {
        minutes(self.longest_guess_minutes)
    }

    /// Between two stories that go on after a reset.
    pub fn stagger(&self) -> Duration {
        Duration::from_secs(self.stagger_seconds.into())
    }
}

fn minutes(count: u32) -> Duration {
    Duration::from_secs(u64::from(count) * 60)
}

/// A value of the file that gives agents more power than a person accepted so far; it waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConfigDifference {
    /// Which value, as `mush config set` names it: `agents.claude.permission`.
    pub key: String,
    /// The value in force, as JSON.
    pub accepted: String,
    /// The value in the file, as JSON.
    pub wanted: String,
}

/// Something in the file that is not wrong and yet has no effect.
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
    /// No version of Musher that this one knows of uses the field. It is kept.
    Unknown,
    /// The field has a meaning and is checked, but this version does not use it yet. It is kept.
    NotUsedYet,
}

/// The configuration with its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConfigState {
    /// What is in force.
    pub config: Config,
    /// Absolute path of the file; there may be none yet.
    pub path: String,
    /// What the file says beyond that and a person has to accept, in the order of the file's format.
    pub waiting: Vec<ConfigDifference>,
    /// Identifies the file's content from which `waiting` was read; acceptance names it.
    pub file: String,
    /// Why the file cannot be used; what was accepted last is in force.
    pub problem: Option<Fault>,
    /// What in the file has no effect.
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
    /// The commands that must pass, from the repository.
    Gates,
}
