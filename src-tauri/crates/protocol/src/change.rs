//! What differs between two states of a worktree, file by file. Paths are written as those of checkpoints.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A file or link that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChangedFile {
    /// The path in the later state; in the earlier one for what was removed.
    pub path: String,
    /// The path in the earlier state, if it is another one.
    pub old_path: Option<String>,
    /// What became of it.
    pub status: ChangeStatus,
    /// How many lines were added; 0 for a binary file.
    pub added: u32,
    /// How many lines were removed; 0 for a binary file.
    pub removed: u32,
    /// Whether git takes it for a binary file, so that it has no lines.
    pub binary: bool,
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
