//! Files of Musher's own that git reads for a moment: what it gets as input, an index that nobody else sees. They
//! are in a folder of their own, which goes when it is dropped.

use super::blocking;
use crate::data_dir::{create_private, write_private};
use crate::error::Result;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the names of such folders begin.
const PREFIX: &str = "reading-";

/// A folder this old belongs to no program that still reads.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// A folder for such files.
#[derive(Debug)]
pub(in crate::git) struct Aside {
    dir: PathBuf,
}

impl Aside {
    /// Makes it in `place`, and removes what programs left there that were killed.
    pub(in crate::git) async fn open(place: &Path) -> Result<Self> {
        let dir = place.join(format!("{PREFIX}{}", uuid::Uuid::now_v7()));
        let (place, made) = (place.to_owned(), dir.clone());
        let make = move || {
            create_private(&made).map_err(io::Error::other)?;
            remove_left(&place);
            Ok(())
        };
        blocking("make", &dir, make).await?;
        Ok(Self { dir })
    }

    /// The path of a file in it.
    pub(in crate::git) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// A file with this content, for git to read.
    pub(in crate::git) async fn input(&self, name: &str, content: Vec<u8>) -> Result<File> {
        let path = self.path(name);
        let written = path.clone();
        let write = move || {
            write_private(&written, &content)?;
            File::open(&written)
        };
        blocking("write", &path, write).await
    }
}

/// Removes old folders of this kind; one that cannot be removed is tried again next time.
fn remove_left(place: &Path) {
    let Ok(entries) = fs::read_dir(place) else { return };
    for entry in entries.filter_map(io::Result::ok) {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let modified = entry.metadata().and_then(|found| found.modified());
        let is_old = modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > OLD));
        if is_ours && is_old {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.dir) {
            tracing::debug!(%error, "files for git stay");
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::time::SystemTime;

    #[test]
    fn what_a_killed_program_left_goes_after_a_day() {
        let place = tempfile::tempdir().unwrap();
        let make = |name: &str, age: Duration| {
            let dir = place.path().join(name);
            fs::create_dir(&dir).unwrap();
            let file = File::open(&dir).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        };
        make("reading-old", OLD * 2);
        make("reading-new", OLD / 2);
        make("worktree", OLD * 2);
        let aside = crate::runtime::wait(Aside::open(place.path())).unwrap().unwrap();
        drop(aside);
        let names = fs::read_dir(place.path()).unwrap().map(|it| it.unwrap().file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        assert_eq!(names, ["reading-new", "worktree"]);
    }
}
