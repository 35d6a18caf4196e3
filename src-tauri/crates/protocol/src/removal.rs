//! Removing the worktree of a story: how it stands, what would go with it, and what speaks against that. What could not
//! be found out is `None`, and speaks against it, too.

use crate::{FewPaths, Slug};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The worktree of a story, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorktreeLook {
    /// The story, by its name for people.
    pub slug: Slug,
    /// The root of the worktree.
    pub root: String,
    /// Whether its folder is there; `None` if that cannot be seen.
    pub is_there: Option<bool>,
    /// Whether Musher removed it and can bring it back.
    pub is_removed: bool,
    /// Other stories that have this folder. They lose it, too.
    pub others: Vec<Slug>,
    /// What git says of it; `None` if it did not answer, or no folder is there.
    pub git: Option<WorktreeGit>,
    /// This person's processes that work in it; `None` if they cannot be listed.
    pub processes: Option<Vec<WorktreeProcess>>,
    /// The size of its files (bytes); `None` if not all of them can be seen.
    pub bytes: Option<u64>,
    /// What speaks against its removal. Without any it can be removed.
    pub kept_because: Vec<KeptBecause>,
}

/// What git says of a worktree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorktreeGit {
    /// The full name of the branch that is checked out; `None` if none is.
    pub branch: Option<String>,
    /// The commit that is checked out; `None` before the first one.
    pub head: Option<String>,
    /// Whether it is the repository's main worktree, which git does not remove.
    pub is_main: bool,
    /// Files that git tracks and that are changed and not committed.
    pub changed: FewPaths,
    /// Files that git neither tracks nor ignores; a folder of which that is so of all counts as one.
    pub untracked: FewPaths,
    /// What git ignores there, files before folders.
    pub ignored: FewPaths,
    /// How many stashes were made on its branch. They belong to the repository and stay.
    pub stashes: u32,
    /// How many of its commits no remote is known to have; `None` if the repository has no remote.
    pub unpushed: Option<u32>,
    /// How many of its commits are on no other branch, tag or remote.
    pub unmerged: u32,
    /// What git has not finished there: `rebase`, `merge`.
    pub operation: Option<String>,
    /// Whether it is locked, so that git does not remove it.
    pub locked: bool,
    /// Submodules with files in them. Their repositories are parts of the worktree and would go with it.
    pub submodules: FewPaths,
}

/// A process that works in a worktree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorktreeProcess {
    /// Its id.
    pub pid: u32,
    /// Its name.
    pub name: String,
    /// The TCP ports on which it listens.
    pub ports: Vec<u16>,
}

/// Something that speaks against the removal of a worktree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum KeptBecause {
    /// Its folder is not there any more, so there is nothing to remove.
    Gone,
    /// The story's folder is in no repository.
    NoRepository,
    /// It is the repository's main worktree.
    Main,
    /// It has no commit yet, from which it could be made again.
    NoCommit,
    /// A story works in it.
    Story {
        /// Its name for people.
        slug: Slug,
    },
    /// Something is being done with its branch.
    UnderWay,
    /// Processes work in it.
    Processes,
    /// Git has something unfinished in it.
    Operation,
    /// It is locked.
    Locked,
    /// Submodules have files there, and their repositories would go with it.
    Submodules,
    /// Something of it is not known.
    Unknown {
        /// What.
        what: UnknownOf,
    },
}

/// Something of a worktree that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UnknownOf {
    /// Whether its folder is there.
    Folder,
    /// What git says.
    Git,
    /// Which processes work in it.
    Processes,
}

/// A worktree that was removed, with what is needed to make it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemovedWorktree {
    /// The repository's common directory.
    pub project: String,
    /// The full name of the branch that was checked out; `None` if none was.
    pub branch: Option<String>,
    /// The commit that was checked out.
    pub head: String,
    /// Whether the branch was deleted, too.
    pub branch_deleted: bool,
    /// The settings of git for this worktree alone (`config.worktree`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub config: Option<String>,
    /// Which files were checked out, if not all (`info/sparse-checkout`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub sparse: Option<String>,
}
