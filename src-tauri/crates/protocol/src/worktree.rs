//! New worktrees: what they begin from, what is copied into them, and what they lack.

use crate::{Fault, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The first of some paths, relative to the root of a worktree. A folder of which all is meant counts as one, and
/// ends in `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct FewPaths {
    /// The paths.
    pub names: Vec<String>,
    /// How many more there are.
    pub more: u32,
}

impl FewPaths {
    /// The first `most` of these paths.
    pub fn of(paths: impl IntoIterator<Item = String>, most: usize) -> Self {
        let mut few = Self::default();
        for path in paths {
            match few.names.len() < most {
                true => few.names.push(path),
                false => few.more = few.more.saturating_add(1),
            }
        }
        few
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// A worktree that was made for a story: what it begins from, what was copied into it, what went wrong, and what it
/// does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct NewWorktree {
    /// What it begins from. Earlier versions did not record it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub base: Option<Base>,
    /// The ignored files that were copied into it.
    #[serde(skip_serializing_if = "CopiedFiles::is_empty")]
    #[ts(optional, as = "Option<CopiedFiles>")]
    pub copied: CopiedFiles,
    /// What the repository's own hook for checkouts printed when it failed. The files are all there.
    pub failed_hook: Option<String>,
    /// The submodules without files, by their paths: nothing of them is on this machine to make them from.
    pub empty_submodules: Vec<String>,
    /// The files of Git LFS of which only the pointer is there: their content is not on this machine.
    #[serde(skip_serializing_if = "FewPaths::is_empty")]
    #[ts(optional, as = "Option<FewPaths>")]
    pub lfs_pointers: FewPaths,
    /// How many changed and untracked files the folder has that it was made from; `None` when git did not say.
    pub changed: Option<u32>,
    /// The files there that git ignores and that were not copied.
    pub ignored: FewPaths,
}

/// What a worktree begins from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Base {
    /// The branch, tag or commit: `main`, `origin/main`, `1a2b3c4`.
    pub name: String,
    /// The id of its commit.
    pub commit: String,
    /// The branch of a remote that it follows, as it was known here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub upstream: Option<Upstream>,
    /// Whether its remote was fetched just before.
    #[serde(default)]
    pub fetched: bool,
}

/// The branch of a remote that a branch follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Upstream {
    /// Its name: `origin/main`.
    pub name: String,
    /// How many of its commits the branch does not have.
    pub behind: u32,
    /// How many commits of the branch it does not have.
    pub ahead: u32,
}

/// What a new worktree would begin from, as far as it is known without fetching.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BaseSummary {
    /// The base.
    pub base: Base,
    /// The first line of its commit's message.
    pub subject: String,
    /// When its commit was made.
    pub at: Timestamp,
    /// The remote that would be fetched; `None` if there is none.
    pub remote: Option<String>,
    /// When this repository was last fetched; `None` if git has no sign of it.
    pub fetched_at: Option<Timestamp>,
}

/// The branches from which a new worktree can begin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Branches {
    /// The branches of this repository and those that are known of its remotes, the newest commit first.
    pub newest: Vec<BranchSummary>,
    /// How many more there are.
    pub more: u32,
    /// Whether new stories fetch first, by the configuration.
    pub fetch: bool,
}

/// A branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BranchSummary {
    /// Its name: `main`, `origin/main`.
    pub name: String,
    /// Whether it is a branch of a remote, as it was last fetched.
    pub is_remote: bool,
    /// The first line of its newest commit's message.
    pub subject: String,
    /// When that commit was made.
    pub at: Timestamp,
}

/// Why the folder of new worktrees cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoPlace {
    /// The reason.
    pub fault: Fault,
    /// The pattern of a place where it can be made, for `worktrees.place` in `config.json`; `None` if there is none.
    pub offered: Option<String>,
}

/// What is copied into a new worktree of a folder's repository, if nothing else is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct CopyOffer {
    /// Whether the repository's own `.worktreeinclude` says it.
    pub by_repository: bool,
    /// The patterns that say it otherwise, by the configuration.
    pub patterns: Vec<String>,
    /// Files with variables of the environment (`.env`, `.env.local`) that git ignores there, by their paths.
    pub environment: Vec<String>,
}

/// The ignored files that were copied into a new worktree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct CopiedFiles {
    /// Their paths.
    pub files: FewPaths,
    /// Their size (bytes).
    pub bytes: u64,
    /// What was to be copied and was not; at most twenty.
    pub left: Vec<NotCopied>,
    /// How many more of these there are.
    pub more_left: u32,
}

impl CopiedFiles {
    /// Whether nothing was to be copied.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.left.is_empty()
    }
}

/// A file that was not copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotCopied {
    /// Its path.
    pub path: String,
    /// Why.
    pub why: NotCopiedWhy,
}

/// Why a file was not copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NotCopiedWhy {
    /// It is a link that leads out of the worktree.
    LeadsOut,
    /// The new worktree does not ignore it, so the agent might commit it.
    NotIgnored,
    /// There is something else at its place in the new worktree.
    InTheWay,
    /// It is more than is copied: 500 MiB or 20,000 files for all.
    TooLarge,
    /// It is no file: a pipe, a socket, a device.
    NoFile,
    /// It cannot be read.
    Unreadable,
}
