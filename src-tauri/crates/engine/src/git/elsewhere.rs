//! Whether a folder for new worktrees can be made where the configuration says, before one is wanted, and where it can
//! be made otherwise.

use super::worktree::no_folder;
use crate::config::Naming;
use protocol::{Fault, NoPlace, WorktreePatterns};
use std::io;
use std::path::{Path, PathBuf};

/// The place that is offered: below the home directory, where a person may write.
const OFFERED: &str = "~/trees/{project}/{name}";

/// Why no new worktree can be made in the folder of `naming`, and what can be set instead. `None` if it can, or if that
/// is not known.
pub(crate) fn no_place(naming: &Naming, main: &Path, home: Option<PathBuf>) -> Option<NoPlace> {
    let error = obstacle(&naming.folder)?;
    let fault = Fault::from(no_folder(&naming.folder, &error));
    let patterns = WorktreePatterns { place: OFFERED.to_owned(), ..WorktreePatterns::default() };
    let elsewhere = Naming::of(&patterns, main, home.as_deref());
    let is_free = home.is_some() && obstacle(&elsewhere.folder).is_none();
    Some(NoPlace { fault, offered: is_free.then(|| OFFERED.to_owned()) })
}

/// What hinders a folder from being made, as far as it is seen without making one.
fn obstacle(folder: &Path) -> Option<io::Error> {
    let there = folder.ancestors().find(|above| above.symlink_metadata().is_ok())?;
    match there.metadata() {
        Ok(found) if found.is_dir() => may_write(there).err(),
        Ok(_) => Some(io::ErrorKind::NotADirectory.into()),
        Err(error) => Some(error),
    }
}

#[cfg(unix)]
fn may_write(folder: &Path) -> io::Result<()> {
    use rustix::fs::Access;
    Ok(rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
}

/// Other systems say it when the folder is made.
#[cfg(not(unix))]
fn may_write(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn naming(folder: &Path) -> Naming {
        Naming { folder: folder.to_owned(), branches: String::new() }
    }

    #[test]
    fn a_place_that_is_hindered_is_known_with_one_that_is_not() {
        let home = tempfile::tempdir().unwrap();
        let main = Path::new("/src/shop");
        let at = |folder: &Path, home: Option<&Path>| {
            no_place(&naming(folder), main, home.map(Path::to_owned))
        };
        assert_eq!(at(&home.path().join("a/b"), None), None);
        assert_eq!(at(home.path(), None), None);
        let file = home.path().join("file");
        std::fs::write(&file, "").unwrap();
        for hindered in [file.join("deep/er"), PathBuf::from("/dev/null/x")] {
            let found = at(&hindered, Some(home.path())).unwrap();
            assert_eq!(found.offered.as_deref(), Some(OFFERED));
            assert!(found.fault.message.contains("no worktree can be made at"), "{found:?}");
            assert!(!found.fault.message.contains("os error"), "{found:?}");
            // Where nothing can be written at home either, nothing is offered.
            assert_eq!(at(&hindered, Some(&file)).unwrap().offered, None);
            assert_eq!(at(&hindered, None).unwrap().offered, None);
        }
        let too_long = home.path().join("x".repeat(300));
        assert_eq!(at(&too_long, None), None, "the system says it when the folder is made");
    }
}
