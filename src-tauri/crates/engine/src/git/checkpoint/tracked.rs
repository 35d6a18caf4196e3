//! What git's index of the repository says: which paths are tracked, and what is staged. Git is asked only
//! if the index or the commit that is checked out is another one than before.

use super::kept::{Tracked, TrackedOf};
use super::paths::TreePath;
use super::repository::{Repository, refused};
use super::stamp::Stamp;
use crate::error::{Error, Result};
use crate::git::reason;
use crate::runtime;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// The end of an index, which has its checksum.
const END: i64 = 32;

impl Repository<'_> {
    /// What the index says, which is `kept` if nothing changed since.
    pub(super) async fn tracked(&self, kept: Tracked) -> Result<Tracked> {
        let path = self.git_dir.join("index");
        let look = move || sign(&path);
        let index =
            runtime::blocking(look).await.flatten().map_err(Error::io("read", &self.git_dir))?;
        let is_same = kept.of.index.as_deref() == Some(&index) && kept.of.head == self.head.commit;
        if is_same {
            return Ok(kept);
        }
        let words = ["ls-files", "-z"];
        let (said, staged) = tokio::try_join!(self.run(&words, None), self.staged(&self.head))?;
        if !said.ok {
            return Err(refused(&reason(&said.stderr), &self.root));
        }
        let paths = said.stdout.split(|byte| *byte == 0).filter_map(TreePath::from_git);
        let mut paths: Vec<TreePath> = paths.collect();
        paths.sort_unstable();
        paths.dedup();
        let of = TrackedOf { index: Some(index), head: self.head.commit.clone(), staged };
        Ok(Tracked { of, paths })
    }
}

/// A text that is another one for another index.
fn sign(index: &Path) -> io::Result<String> {
    let mut file = match File::open(index) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok("none".to_owned()),
        Err(error) => return Err(error),
    };
    let stamp = Stamp::of(&file.metadata()?);
    let mut end = Vec::new();
    if file.seek(SeekFrom::End(-END)).is_ok() {
        file.read_to_end(&mut end)?;
    }
    Ok(format!("{stamp:?} {end:?}"))
}
