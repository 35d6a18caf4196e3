//! What differs between two states of a story's worktree, file by file, and in one file line by line. Paths are
//! written as those of checkpoints. Git makes every difference.

use crate::{CheckpointCause, Diff, FileReview, LeftOut, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which changes of a story are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum ChangeScope {
    /// Everything since the base, to the newest checkpoint.
    Base,
    /// What changed in a turn.
    Turn {
        /// The number of the turn, as the timeline numbers it; `None` for the last one.
        turn: Option<u32>,
    },
    /// What changed since the person looked, to the newest checkpoint; since the beginning if they never did.
    Looked,
    /// What no commit has: from the commit that was checked out at the newest checkpoint to that checkpoint.
    Uncommitted,
    /// What one commit changes.
    Commit {
        /// The commit, by any name that git knows in the story's repository.
        commit: String,
    },
    /// What differs between two checkpoints.
    Checkpoints {
        /// The number of the earlier one.
        since: u32,
        /// The number of the later one; `None` for the newest.
        until: Option<u32>,
    },
}

/// The changes of a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Changes {
    /// The earlier state.
    pub from: ChangeEnd,
    /// The later state.
    pub to: ChangeEnd,
    /// The number of the turn, if the scope is a turn.
    pub turn: Option<u32>,
    /// Whether the scope was what changed since the person looked, and they never did.
    pub never_looked: bool,
    /// Whether a file of the worktree is known to have changed since the newest checkpoint, which is the later state.
    /// `false` only says that this is not known.
    pub is_outdated: bool,
    /// The files that differ, by path; at most [`Changes::MOST_FILES`].
    pub files: Vec<ChangedFile>,
    /// How many more differ.
    pub more_files: u32,
    /// How many lines were added in all files, also in those that are not listed.
    pub added: u32,
    /// How many lines were removed in all files.
    pub removed: u32,
    /// Whether there are so many new and removed files that git looked for renames among those of the same content
    /// only.
    pub renames_by_content_only: bool,
    /// What the later state lacks because no checkpoint has it, if that state is a checkpoint: files that are too large
    /// or cannot be read. At most 100 of them.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
    /// How many more it lacks; the checkpoint's commit names them.
    #[serde(default)]
    pub more_left_out: u32,
}

impl Changes {
    /// The most files that are listed.
    pub const MOST_FILES: usize = 5_000;
}

/// One of two states that are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChangeEnd {
    /// The object of git that holds it, a commit or a tree, by its full id.
    pub object: String,
    /// What it is.
    pub is: ChangePoint,
}

/// What a state is that is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ChangePoint {
    /// The commit in which the story's branch parted from its base.
    Base {
        /// The base: `main`, `origin/main`, `1a2b3c4`.
        name: String,
    },
    /// The commit that was checked out when the story's oldest checkpoint that is kept was made: its worktree was not made
    /// for it, so it has no base, and its first checkpoint is not kept any more.
    Beginning {
        /// The number of that checkpoint.
        n: u32,
        /// When it was made.
        at: Timestamp,
    },
    /// A checkpoint.
    Checkpoint {
        /// Its number.
        n: u32,
        /// When it was made.
        at: Timestamp,
        /// Why it was made.
        because: CheckpointCause,
    },
    /// The commit that was checked out at a checkpoint.
    Head {
        /// The number of that checkpoint.
        n: u32,
        /// The branch that was checked out.
        branch: Option<String>,
    },
    /// The commit that was asked for.
    Commit {
        /// The first line of its message.
        subject: String,
        /// When it was made.
        at: Timestamp,
    },
    /// The first parent of the commit that was asked for.
    Parent,
    /// No files at all, before the first commit.
    Nothing,
}

/// A file, link or submodule that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChangedFile {
    /// The path in the later state; in the earlier one for what was removed.
    pub path: String,
    /// The path in the earlier state, if it is another one.
    pub old_path: Option<String>,
    /// What became of it.
    pub status: ChangeStatus,
    /// What it was; `None` if it is new.
    pub old: Option<FileSide>,
    /// What it is; `None` if it is gone.
    pub new: Option<FileSide>,
    /// How many lines were added; 0 for a binary file.
    pub added: u32,
    /// How many lines were removed; 0 for a binary file.
    pub removed: u32,
    /// Whether git takes it for a binary file, so that it has no lines.
    pub binary: bool,
    /// Why its lines are not shown before a person asks for them.
    pub folded: Option<FoldedWhy>,
    /// Whether a tool call of the agent says that it changed this file; command lines say nothing of files. `None` if
    /// that is not known, because logs were deleted or are being read again.
    pub said: Option<bool>,
    /// Whether a person reviewed it.
    #[serde(default)]
    pub reviewed: FileReview,
}

impl ChangedFile {
    /// Whether it is, or was, a repository of its own.
    pub fn is_repository(&self) -> bool {
        let sides = [&self.old, &self.new];
        sides.into_iter().flatten().any(|side| side.kind == FileKind::Submodule)
    }

    /// What a person sees who reviews it, as a text to be compared: its later content, kind and permissions, or what
    /// of it was removed.
    pub fn content(&self) -> String {
        let side = self.new.as_ref().or(self.old.as_ref());
        let word = if self.new.is_some() { "is" } else { "was" };
        let kind = side.map_or("nothing", |side| side.kind.word());
        let object = side.and_then(|side| side.object.as_deref()).unwrap_or("-");
        let permissions = side.and_then(|side| side.permissions.as_deref()).unwrap_or("-");
        format!("{word} {kind} {object} {permissions}")
    }
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChangeStatus {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its content differs, or only its permissions do.
    Changed,
    /// It has another path; its content may differ, too.
    Renamed,
    /// It became another kind of entry: a file, a link or a repository of its own.
    OtherKind,
}

/// A file in one of two states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileSide {
    /// What kind of entry it is.
    pub kind: FileKind,
    /// The object of git that has its content; of a submodule its commit. Without one only its permissions differ.
    pub object: Option<String>,
    /// Its size (bytes), if git said it.
    pub size: Option<u64>,
    /// Its permissions in octal digits, if they are not those that git gives a file: `600`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub permissions: Option<String>,
}

/// What kind of entry a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A file.
    File,
    /// A file that can be executed.
    Executable,
    /// A link.
    Link,
    /// A submodule, or another repository within the worktree.
    Submodule,
}

impl FileKind {
    fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Executable => "executable",
            Self::Link => "link",
            Self::Submodule => "submodule",
        }
    }
}

/// Why a file is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FoldedWhy {
    /// A program made it: the repository's attributes say so, or it is a file that locks dependencies.
    Generated,
    /// It is very large, or very many of its lines changed.
    Huge,
    /// It is a binary file.
    Binary,
    /// Its content is not on this machine: the repository was cloned without it.
    Missing,
}

/// The changes of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileDiff {
    /// The changed parts as git makes them. Numbers of lines are always known.
    pub diff: Diff,
    /// Where to go on, as the `skip` of the next query, if there is more than one answer takes.
    pub next: Option<u32>,
    /// How many lines were too long and are cut at their end.
    pub cut_lines: u32,
    /// Whether bytes that are not UTF-8 were replaced.
    pub lossy: bool,
    /// How many lines the earlier file has; `None` if it is not there, or has no lines.
    pub old_lines: Option<u32>,
    /// How many lines the later file has.
    pub new_lines: Option<u32>,
    /// Whether the last line of the earlier file has no newline.
    pub old_without_newline: bool,
    /// Whether the last line of the later file has no newline.
    pub new_without_newline: bool,
    /// Why it has no lines, if it has none although it differs.
    pub not_shown: Option<NotShownWhy>,
    /// The earlier image, if it is one.
    pub old_image: Option<FileImage>,
    /// The later image, if it is one.
    pub new_image: Option<FileImage>,
}

impl FileDiff {
    /// The most lines in one answer, with those around the changes.
    pub const MOST_LINES: usize = 2_000;
    /// A longer line is cut (bytes).
    pub const LONGEST_LINE: usize = 10_000;
    /// A larger file has no lines here (bytes).
    pub const LARGEST: u64 = 20 * 1024 * 1024;
    /// A larger image is not given (bytes).
    pub const LARGEST_IMAGE: u64 = 2 * 1024 * 1024;
    /// The most unchanged lines around each change.
    pub const MOST_CONTEXT: u32 = 1_000;
}

/// Why a file that differs has no lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NotShownWhy {
    /// Git takes it for a binary file.
    Binary,
    /// It is larger than [`FileDiff::LARGEST`].
    TooLarge,
    /// It is a submodule, of which only the commit differs.
    Submodule,
    /// Its content is not on this machine: the repository was cloned without it.
    Missing,
    /// Only its permissions differ, or its path.
    SameContent,
    /// Only white space differs, and that was not asked for.
    OnlyWhiteSpace,
}

/// An image, for a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileImage {
    /// `image/png`, `image/jpeg`, `image/gif` or `image/webp`, by its first bytes.
    pub media_type: String,
    /// Its size (bytes).
    pub size: u64,
    /// Its bytes in base64; `None` if it is larger than [`FileDiff::LARGEST_IMAGE`].
    pub base64: Option<String>,
}

/// Lines of a file in one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileLines {
    /// The number of the first one, from 1.
    pub first: u32,
    /// The lines, each without its newline.
    pub lines: Vec<String>,
    /// How many lines the file has.
    pub of: u32,
    /// How many of these lines were too long and are cut at their end.
    pub cut_lines: u32,
    /// Whether bytes that are not UTF-8 were replaced.
    pub lossy: bool,
}

/// The commits of a story's branch that its base does not have, as of the newest checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StoryCommits {
    /// The commits, the newest first; at most [`StoryCommits::MOST`].
    pub commits: Vec<StoryCommit>,
    /// How many more there are.
    pub more: u32,
}

impl StoryCommits {
    /// The most commits that are listed.
    pub const MOST: usize = 200;
}

/// How the work of a story stands, as of a checkpoint. What git could not say is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Work {
    /// The number of the checkpoint.
    pub checkpoint: u32,
    /// How many files differ from the base, or from what was checked out at the beginning.
    pub files: Option<u32>,
    /// How many lines were added.
    pub added: Option<u32>,
    /// How many lines were removed.
    pub removed: Option<u32>,
    /// How many commits it has that the base does not have.
    pub ahead: Option<u32>,
    /// How many commits the base has that it does not have; not known without a base.
    pub behind: Option<u32>,
    /// How many commits it has that no remote is known to have; not known where no remote is.
    pub unpushed: Option<u32>,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StoryCommit {
    /// Its full id.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it.
    pub author: String,
    /// When it was made.
    pub at: Timestamp,
}
