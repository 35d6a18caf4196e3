//! Whether a worktree is known to have changed since its newest checkpoint: by what the file system says of the files
//! that it holds, and for a few by their content. A file that is new since then is not seen.

use super::hold::is_there;
use super::kept::Kept;
use super::object::{Hash, Mode};
use super::scratch::Scratch;
use super::stamp::Stamp;
use super::{LIMIT_OF_LOOKS, Place, Repository};
use crate::error::{Error, Result};
use crate::git::Git;
use crate::runtime;
use std::path::Path;

/// How many files are read of which the file system does not say that they are as they were.
const MOST_READ: usize = 200;

impl Git {
    /// Whether a file of the worktree is known to have changed since the checkpoint with this commit, which is its
    /// newest one. `false` only says that this is not known.
    pub(crate) async fn is_outdated(&self, place: &Place, commit: &str) -> Result<bool> {
        let opened = Repository::open(self, &place.root, LIMIT_OF_LOOKS).await;
        let Ok(Some(repository)) = opened else { return Ok(false) };
        let hash = repository.hash()?;
        let scratch = Scratch::of(&repository, &place.scratch);
        let Some(kept) = scratch.kept().await.filter(|kept| kept.last.commit == commit) else {
            return Ok(false);
        };
        let root = place.root.clone();
        let look = move || is_changed(&root, hash, &kept);
        runtime::blocking(look).await.map_err(Error::Thread)
    }
}

/// Whether a file has another content than it had, or is gone.
fn is_changed(root: &Path, hash: Hash, kept: &Kept) -> bool {
    let files = kept.entries.iter().filter(|entry| entry.mode != Mode::Repository);
    let unsure = files.filter(|entry| {
        let found = entry.path.at(root).symlink_metadata().ok();
        entry.stamp.is_none() || found.map(|found| Stamp::of(&found)) != entry.stamp
    });
    let mut read = unsure.take(MOST_READ);
    read.any(|entry| !is_there(root, hash, &entry.path, entry.mode, entry.object))
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::world::{World, write};

    #[test]
    fn a_file_that_changed_since_is_seen_and_nothing_else_is_said() {
        let world = World::new();
        let root = world.repository("outdated", &[]);
        let is_outdated = |commit: &str| {
            let place = world.place(&root);
            let asked = world.git.is_outdated(&place, commit);
            crate::runtime::wait(asked).unwrap().unwrap()
        };
        assert!(!is_outdated("unknown"));
        write(&root, "other", b"other");
        let made = world.checkpoint(&root);
        assert!(!is_outdated(&made.commit));
        // The same bytes written again.
        write(&root, "other", b"other");
        write(&root, "new", b"new");
        assert!(!is_outdated(&made.commit));
        write(&root, "other", b"another");
        assert!(is_outdated(&made.commit));
        assert!(!is_outdated(&"1".repeat(40)));
        let later = world.checkpoint(&root);
        assert!(!is_outdated(&later.commit));
        std::fs::remove_file(root.join("new")).unwrap();
        assert!(is_outdated(&later.commit));
    }
}
