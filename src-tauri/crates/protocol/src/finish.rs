//! Finishing a story: how its branch stands against the branch that it began from, what can be done with it next, and
//! what was done. What a person was shown (the commit that is checked out, a branch with its commit) goes back with the
//! request and is compared when it is carried out, so that nothing is done to a branch that moved meanwhile.

use crate::{FewPaths, RemovedWorktree, Slug};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something that can be done with the branch of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FinishAct {
    /// Commit what is not committed.
    Commit,
    /// Merge its base into it.
    UpdateByMerge,
    /// Put its commits on top of its base.
    UpdateByRebase,
    /// Move its base forward to its commit.
    FastForward,
    /// Merge it into its base by a merge commit.
    Merge,
    /// Put what it changed into its base as one commit.
    Squash,
    /// Send its commits to a remote.
    Push,
    /// Ask on the remote's host that it is merged, after its commits were sent there.
    PullRequest,
    /// Remove its worktree.
    Remove,
    /// Undo what was done last.
    Undo,
}

/// A branch as it was shown to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShownBranch {
    /// The full name: `refs/heads/main`.
    pub reference: String,
    /// Its commit then.
    pub commit: String,
    /// The worktree in which it was checked out then, if it was in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub checked_out: Option<String>,
}

/// What is to be done with the branch of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum FinishStep {
    /// Commit what is not committed, with the repository's hooks.
    Commit {
        /// The message.
        message: String,
        /// Files and folders by their paths in the worktree; without any everything.
        #[serde(default)]
        paths: Vec<String>,
    },
    /// Merge the base into the branch, if nothing conflicts.
    UpdateByMerge {
        /// The base.
        base: ShownBranch,
    },
    /// Put the branch's commits on top of the base, if nothing conflicts.
    UpdateByRebase {
        /// The base.
        base: ShownBranch,
    },
    /// Move the base forward to the branch's commit.
    FastForward {
        /// The base.
        target: ShownBranch,
    },
    /// Merge the branch into the base by a merge commit, if nothing conflicts.
    Merge {
        /// The base.
        target: ShownBranch,
        /// The message; empty for git's usual words.
        #[serde(default)]
        message: String,
    },
    /// Put what the branch changed into the base as one commit, if nothing conflicts.
    Squash {
        /// The base.
        target: ShownBranch,
        /// The message.
        message: String,
    },
    /// Send the branch's commits to a remote, never by force.
    Push {
        /// The remote that was shown, by its name.
        remote: String,
    },
    /// Begin a pull request of the branch. Commits that the remote does not have are sent there first.
    PullRequest {
        /// The remote that was shown, by its name.
        remote: String,
        /// The branch into which it is to be merged, as the host names it: `main`.
        base: String,
        /// The title, in one line.
        title: String,
        /// The text.
        #[serde(default)]
        text: String,
        /// Whether it begins as a draft.
        #[serde(default)]
        draft: bool,
    },
    /// Remove the worktree. A checkpoint holds its files; what git ignores goes, unless checkpoints hold that, too.
    Remove {
        /// How many ignored files and folders were shown.
        #[serde(default)]
        ignored: u32,
        /// Whether the branch is deleted, too.
        #[serde(default)]
        delete_branch: bool,
    },
    /// Undo what was done last, if nothing moved since. What was pushed stays as it is.
    Undo {
        /// What was done, by [`FinishDone::n`].
        n: u32,
    },
}

impl FinishStep {
    /// What is done.
    pub fn act(&self) -> FinishAct {
        match self {
            Self::Commit { .. } => FinishAct::Commit,
            Self::UpdateByMerge { .. } => FinishAct::UpdateByMerge,
            Self::UpdateByRebase { .. } => FinishAct::UpdateByRebase,
            Self::FastForward { .. } => FinishAct::FastForward,
            Self::Merge { .. } => FinishAct::Merge,
            Self::Squash { .. } => FinishAct::Squash,
            Self::Push { .. } => FinishAct::Push,
            Self::PullRequest { .. } => FinishAct::PullRequest,
            Self::Remove { .. } => FinishAct::Remove,
            Self::Undo { .. } => FinishAct::Undo,
        }
    }

    /// The branch that takes the story's work, if one does.
    pub fn target(&self) -> Option<&ShownBranch> {
        match self {
            Self::FastForward { target }
            | Self::Merge { target, .. }
            | Self::Squash { target, .. } => Some(target),
            Self::Commit { .. }
            | Self::UpdateByMerge { .. }
            | Self::UpdateByRebase { .. }
            | Self::Push { .. }
            | Self::PullRequest { .. }
            | Self::Remove { .. }
            | Self::Undo { .. } => None,
        }
    }
}

/// What was done with the branch of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FinishDone {
    /// Its number in the story: that of the checkpoint that holds the files of the story from before it.
    pub n: u32,
    /// What was done.
    pub act: FinishAct,
    /// The full name of the branch that moved; of a push that which stands for the branch of the remote; of a removal
    /// that which was checked out, `HEAD` if none was.
    pub reference: String,
    /// The commit of that branch before; `None` if it had none.
    pub from: Option<String>,
    /// Its commit after; `None` if it has none any more.
    pub to: Option<String>,
    /// The worktree whose files followed; `None` if no files did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub dir: Option<String>,
    /// What this undid, by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub undid: Option<u32>,
    /// The address of the pull request that was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub url: Option<String>,
    /// The worktree that was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub removed: Option<Box<RemovedWorktree>>,
}

/// How the branch of a story stands, and what can be done with it next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Finishing {
    /// The full name of the branch that is checked out; `None` if none is.
    pub branch: Option<String>,
    /// The commit that is checked out; `None` before the first one, or without a repository.
    pub head: Option<String>,
    /// What is not committed, new files too; `None` if git does not say.
    pub uncommitted: Option<FewPaths>,
    /// Repositories of their own in the worktree, which a commit leaves out.
    pub repositories: FewPaths,
    /// What git has not finished there: a merge, a rebase.
    pub operation: Option<String>,
    /// The base, from which the branch is updated.
    pub base: Option<FinishBranch>,
    /// The local branch that takes the story's work: the base, or the one that follows it.
    pub target: Option<FinishBranch>,
    /// Where the branch is pushed to; `None` if there is no remote, or several of which nothing says which.
    pub remote: Option<FinishRemote>,
    /// What a pull request of it would say; `None` without a base.
    pub pull_request: Option<ProposedPullRequest>,
    /// A message for the commit, from the story.
    pub message: String,
    /// A message for one commit with all that the branch changed.
    pub squash_message: String,
    /// Everything that can be done, each with the reason if it cannot be done now.
    pub offers: Vec<FinishOffer>,
    /// What an undo would undo.
    pub last: Option<FinishDone>,
    /// What is being done now, or was when Musher ended.
    pub under_way: Option<FinishAct>,
    /// Words that hand the conflicts with the base to the agent; `None` if there are none.
    pub hand_over: Option<String>,
}

/// Where the branch of a story is pushed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FinishRemote {
    /// The remote's name.
    pub name: String,
    /// The commit that it had of the branch when it was last asked; `None` if it had none.
    pub there: Option<String>,
    /// How many commits of the branch it is not known to have; `None` if git does not say.
    pub unpushed: Option<u32>,
}

/// What a pull request would say. A person may change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProposedPullRequest {
    /// The branch into which it is to be merged, as the host names it: `main`.
    pub base: String,
    /// The title, from the story.
    pub title: String,
    /// The text: the story's first prompt, and the first lines of the branch's commits.
    pub text: String,
}

/// Something that can be done, or not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FinishOffer {
    /// What.
    pub act: FinishAct,
    /// Why not; `None` if it can be done.
    pub why_not: Option<FinishWhyNot>,
}

/// Why something cannot be done with the branch of a story now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FinishWhyNot {
    /// The story's folder is in no repository.
    NoRepository,
    /// The story's worktree was removed.
    Removed,
    /// The agent, a set-up or a gate of the story works, or another story in the same worktree.
    Works,
    /// Something of this kind is being done already.
    UnderWay,
    /// Git has something unfinished in the worktree.
    Operation,
    /// No branch is checked out.
    Detached,
    /// There is no commit yet.
    NoCommit,
    /// It is not known whether something is not committed.
    UncommittedUnknown,
    /// Everything is committed.
    NothingToCommit,
    /// Something is not committed.
    Uncommitted,
    /// The story did not begin from a branch, or not in a worktree of its own.
    NoBase,
    /// The base is not there any more.
    BaseGone,
    /// No local branch follows the base.
    NoLocalBranch,
    /// The branch that is checked out is the base itself.
    IsBase,
    /// The base and the branch have no commit in common, or git does not say how they stand.
    NotComparable,
    /// The base has nothing that the branch does not have.
    UpToDate,
    /// The branch has nothing that the base does not have.
    NothingToMerge,
    /// The base has commits that the branch does not have.
    NotFastForward,
    /// Files conflict.
    Conflicts,
    /// Git is too old to say beforehand whether files conflict: 2.38 is needed.
    GitTooOld,
    /// It is not known whether files conflict.
    ConflictsUnknown,
    /// The worktree in which the base is checked out is not there, or git does not say how it stands.
    TargetUnknown,
    /// Files that git knows differ in the worktree in which the base is checked out.
    TargetNotClean,
    /// Git has something unfinished in the worktree in which the base is checked out.
    TargetOperation,
    /// A story works in the worktree in which the base is checked out.
    TargetWorks,
    /// There is no remote, or several of which nothing says where the branch goes.
    NoRemote,
    /// The remote has everything of the branch.
    NothingToPush,
    /// Nothing was done that can be undone.
    NothingToUndo,
    /// What was done last was pushed, and what was pushed stays.
    Pushed,
}

/// A branch against which the story's branch stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FinishBranch {
    /// Its name: `main`, `origin/main`.
    pub name: String,
    /// The branch, with its commit and where it is checked out.
    pub shown: ShownBranch,
    /// How many commits the story's branch has that it does not have; `None` if git does not say.
    pub ahead: Option<u32>,
    /// How many commits it has that the story's branch does not have.
    pub behind: Option<u32>,
    /// What a merge of the two would be.
    pub preview: MergePreview,
    /// The worktree in which it is checked out.
    pub worktree: Option<TargetWorktree>,
}

/// The worktree in which the base is checked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TargetWorktree {
    /// Whether no file that git knows differs there; `None` if git does not say.
    pub is_clean: Option<bool>,
    /// What git has not finished there.
    pub operation: Option<String>,
    /// The story that works there.
    pub works: Option<Slug>,
}

/// What a merge would be, found out without touching anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum MergePreview {
    /// Nothing conflicts.
    Clean {
        /// Whether files of the base would change.
        changes: bool,
    },
    /// Files conflict.
    Conflicts {
        /// The files, at most 50.
        files: Vec<ConflictedFile>,
        /// How many more there are.
        more: u32,
    },
    /// Git is too old to find it out.
    GitTooOld {
        /// Its version.
        version: String,
    },
    /// It is not known.
    Unknown {
        /// What git said.
        why: String,
    },
}

/// A file that conflicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConflictedFile {
    /// Its path.
    pub path: String,
    /// How it conflicts.
    pub kind: ConflictKind,
    /// The pieces of it that conflict; none of a file that is no text.
    pub pieces: Vec<ConflictPiece>,
    /// How many more pieces there are.
    pub more_pieces: u32,
}

/// How a file conflicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// Both changed it.
    BothChanged,
    /// Both added it.
    BothAdded,
    /// The story's branch removed it, and the base changed it.
    RemovedInBranch,
    /// The base removed it, and the story's branch changed it.
    RemovedInBase,
    /// In another way: renamed in two ways, a file where the other one has a folder.
    Other,
}

/// A piece of a file that conflicts, as git marks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConflictPiece {
    /// The number of its first line in the file that git would leave, from 1.
    pub line: u32,
    /// Its lines, with git's marks.
    pub text: String,
}

/// What is printed by a step that is under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FinishOutput {
    /// What git and the repository's hooks printed so far, or by the last step; its last 64 KiB.
    pub text: String,
}
