//! Checkpoints: commits that hold the files of a story's worktree, and what could not be held. A path in
//! them is relative to the root of the worktree, with `/` between its parts. A path that is not valid
//! UTF-8, or that begins with a quotation mark, is written in quotation marks with octal escapes, as git
//! prints it.

use crate::{StoryId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a checkpoint was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CheckpointCause {
    /// A prompt is about to be written to the agent.
    Prompt,
    /// A tool call that was allowed is about to be made, and files changed since the last checkpoint.
    Allowed,
    /// A turn of the agent is over.
    Turn,
    /// A run of the agent is over.
    End,
    /// Files changed while a turn goes on.
    Working,
    /// A person asked for it.
    Asked,
    /// Gates are about to run again because a person asked for it.
    Gates,
    /// Files are about to be restored from an earlier checkpoint.
    Restore,
    /// Something is about to be done with the story's branch, or was just done: a commit, an update, a merge.
    Finish,
}

/// Why something in a worktree is not held by a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutWhy {
    /// It cannot be read.
    Unreadable,
    /// It is a socket.
    Socket,
    /// It is a named pipe.
    Pipe,
    /// It is a device.
    Device,
    /// The file is larger than a checkpoint takes.
    TooLarge,
    /// The files that are new in the checkpoint are together larger than a checkpoint takes.
    TooMuch,
    /// Git holds no file of this name.
    Name,
    /// It is a repository of its own that git cannot read, or of which no checkpoint could be made.
    Repository,
    /// It is a repository of its own that keeps its objects in its own folder: its files are held there, and
    /// are lost with the folder.
    WithItsFolder,
}

/// Something that a checkpoint does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeftOut {
    /// The path of a file, or of a folder with everything in it.
    pub path: String,
    /// Why it is not held.
    pub why: LeftOutWhy,
    /// Its size (bytes), if that is the reason; it may have grown since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub size: Option<u64>,
}

impl LeftOut {
    /// Whether no checkpoint has its bytes. The files of a repository of its own are held there.
    pub fn is_nowhere(&self) -> bool {
        self.why != LeftOutWhy::WithItsFolder
    }
}

/// A checkpoint of a story's worktree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Checkpoint {
    /// The story.
    pub story: StoryId,
    /// Its number in the story, from 1. The commit is `refs/musher/STORY/N` of the repository.
    pub n: u32,
    /// When it was made.
    pub at: Timestamp,
    /// The commit.
    pub commit: String,
    /// The commit's tree: the files, byte for byte.
    pub tree: String,
    /// Why it was made.
    pub because: CheckpointCause,
    /// What it does not hold, at most 100 of them.
    pub left_out: Vec<LeftOut>,
    /// How many more it does not hold.
    pub more_left_out: u32,
}

/// What a restore did in the worktree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Restored {
    /// How many files and links were written.
    pub written: u32,
    /// How many files and links were removed. The checkpoint that was made before holds them.
    pub removed: u32,
    /// What could not be restored, at most 100 of them.
    pub kept: Vec<NotRestored>,
    /// How many more could not be restored.
    pub more_kept: u32,
}

/// Something that a restore left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotRestored {
    /// The path.
    pub path: String,
    /// Why it was left.
    pub why: NotRestoredWhy,
    /// The object of git that has its bytes, if they are held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub object: Option<String>,
}

/// Why a restore left something as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NotRestoredWhy {
    /// Something is there that no checkpoint holds: an ignored file, or one that was left out.
    InTheWay,
    /// The system refuses to write it.
    Refused,
    /// The repository of its own in which its files were held is not there any more.
    RepositoryGone,
    /// The bytes were in git's index only, which a restore does not touch.
    Staged,
    /// Only a whole repository of its own can be restored, not a part of it.
    InRepository,
}
