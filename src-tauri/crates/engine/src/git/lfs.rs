//! Files of Git LFS in a new worktree. Their content is taken from this machine; nothing is fetched. Of which only
//! the pointer is there, that is said.

use super::{CHECKOUT_LIMIT, Git};
use crate::command::Lane;
use crate::error::{Error, Result};
use crate::runtime;
use protocol::FewPaths;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// With this variable Git LFS writes pointers at a checkout, and asks no server for contents.
pub(super) const NO_DOWNLOAD: (&str, &str) = ("GIT_LFS_SKIP_SMUDGE", "1");

/// How a pointer begins.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// How many pointers are listed.
const MOST_NAMES: usize = 8;

impl Git {
    /// Fills the files of Git LFS in a new worktree from this machine, if it is installed and configured to do so at
    /// a checkout. Returns those of which only the pointer is there.
    pub(super) async fn fill_lfs(&self, worktree: &Path) -> Result<FewPaths> {
        let attributes =
            ["grep", "--quiet", "--cached", "-e", "filter=lfs", "--", ":(glob)**/.gitattributes"];
        if !self.run(worktree, &attributes).await?.ok {
            return Ok(FewPaths::default());
        }
        let smudge = self.run(worktree, &["config", "--get", "filter.lfs.smudge"]).await?;
        if smudge.ok && !smudge.stdout.contains("--skip") {
            let words = ["lfs", "checkout"];
            let said = self.within(Lane::Checkout, CHECKOUT_LIMIT, worktree, &words).await?;
            if !said.ok {
                tracing::warn!(said = said.stderr, "Git LFS fills no files");
            }
        }
        let words = ["ls-files", "-z", "--", ":(attr:filter=lfs)"];
        let listed = self.run(worktree, &words).await?;
        let worktree = worktree.to_owned();
        runtime::blocking(move || pointers(&worktree, &listed.stdout)).await.map_err(Error::Thread)
    }
}

fn pointers(worktree: &Path, listed: &str) -> FewPaths {
    let names = listed.split('\0').filter(|name| !name.is_empty());
    let pointers = names.filter(|name| is_pointer(worktree.join(name)));
    FewPaths::of(pointers.map(str::to_owned), MOST_NAMES)
}

fn is_pointer(file: PathBuf) -> bool {
    let mut begin = Vec::new();
    let is_file = std::fs::symlink_metadata(&file).is_ok_and(|found| found.is_file());
    let mut read = || File::open(&file)?.take(POINTER.len() as u64).read_to_end(&mut begin);
    is_file && read().is_ok() && begin == POINTER
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_pointer_is_told_from_content() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        write("pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
        write("content", "\u{1}\u{2}");
        write("short", "version");
        let found = pointers(dir.path(), "pointer\0content\0short\0gone\0");
        assert_eq!(found, FewPaths { names: vec!["pointer".to_owned()], more: 0 });
    }
}
