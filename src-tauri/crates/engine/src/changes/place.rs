//! Where a changed file is, so that a person can open it elsewhere.

use crate::error::{Error, Result};
use crate::git::TreePath;
use crate::store::read::Reader;
use protocol::{ErrorCode, StoryId};
use std::path::{Path, PathBuf};

impl Reader {
    /// Where a file of a story's worktree is, by its path in the changes.
    ///
    /// # Errors
    /// If there is no such story, the path is none, or nothing is there any more.
    pub fn changed_place(&self, story: &StoryId, path: &str) -> Result<PathBuf> {
        within(&self.file_place(story)?.place.root, path)
    }
}

fn within(root: &Path, path: &str) -> Result<PathBuf> {
    let place = TreePath::from_text(path).map(|path| path.at(root));
    place.filter(|place| place.symlink_metadata().is_ok()).ok_or_else(|| {
        let message = format!("{} is not there any more", path.escape_debug());
        let hint =
            "It was removed or renamed, or its worktree is gone; a checkpoint may still hold it.";
        Error::refused(ErrorCode::NotFound, message, hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_its_path_in_the_changes_and_nothing_outside_is() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("src")).unwrap();
        for name in ["src/a b.rs", "-x"] {
            std::fs::write(root.path().join(name), "").unwrap();
            assert_eq!(within(root.path(), name).unwrap(), root.path().join(name));
        }
        for path in ["gone.rs", "../", "/etc/passwd", "src/../../x", "", ".git/config", "\"unended"]
        {
            assert!(within(root.path(), path).is_err(), "{path}");
        }
    }
}
