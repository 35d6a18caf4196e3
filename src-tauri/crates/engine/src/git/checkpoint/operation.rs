//! What a person or an agent has begun in a worktree with git and not finished. Files that are restored
//! meanwhile would become a part of it.

use super::repository::Repository;
use super::{LIMIT_OF_LOOKS, Place};
use crate::error::{Error, Result};
use crate::git::Git;
use crate::runtime;
use std::path::Path;

/// An operation of git that is under way in a worktree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Rebase,
    Merge,
    CherryPick,
    Revert,
    Bisect,
}

impl Operation {
    /// What git calls it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Rebase => "rebase",
            Self::Merge => "merge",
            Self::CherryPick => "cherry-pick",
            Self::Revert => "revert",
            Self::Bisect => "bisect",
        }
    }
}

/// The entries of git's directory that show each.
const SIGNS: [(&str, Operation); 6] = [
    ("rebase-merge", Operation::Rebase),
    ("rebase-apply", Operation::Rebase),
    ("MERGE_HEAD", Operation::Merge),
    ("CHERRY_PICK_HEAD", Operation::CherryPick),
    ("REVERT_HEAD", Operation::Revert),
    ("BISECT_LOG", Operation::Bisect),
];

impl Git {
    /// The operation that is under way in a worktree, if there is one.
    pub(crate) async fn operation(&self, place: &Place) -> Result<Option<Operation>> {
        let Some(repository) = Repository::open(self, &place.root, LIMIT_OF_LOOKS).await? else {
            return Ok(None);
        };
        let git_dir = repository.git_dir;
        runtime::blocking(move || under_way(&git_dir)).await.map_err(Error::Thread)
    }
}

fn under_way(git_dir: &Path) -> Option<Operation> {
    let is_there = |sign: &&(&str, Operation)| git_dir.join(sign.0).symlink_metadata().is_ok();
    SIGNS.iter().find(is_there).map(|(_, operation)| *operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_is_seen_by_what_git_leaves_in_its_directory() {
        for (sign, operation) in SIGNS {
            let dir = tempfile::tempdir().unwrap();
            assert_eq!(under_way(dir.path()), None);
            std::fs::write(dir.path().join(sign), "").unwrap();
            assert_eq!(under_way(dir.path()), Some(operation), "{sign}");
        }
    }
}
