//! Begins a scratch index from the worktree's own index, so that the first checkpoint need not read every
//! file. An entry is taken over only if the object is the file's bytes: no filter or encoding is set for
//! it, and the object has the file's size, which every conversion of line ends and of `$Id$` changes. What is
//! marked as unchanged or as not checked out is not believed. With any doubt nothing is taken over, and the
//! files are read.

use super::paths::TreePath;
use super::scratch::{Scratch, private};
use crate::error::{Error, Result};
use crate::runtime;
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The attributes whose conversions need not change a file's size.
const ATTRIBUTES: [&str; 2] = ["filter", "working-tree-encoding"];

/// An entry of the worktree's index.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    /// Whether it is an ordinary file or link, with no mark.
    is_plain: bool,
    object: String,
    path: Vec<u8>,
}

impl Scratch<'_> {
    /// Takes over what can be taken over. Returns whether it did.
    pub(super) async fn seed(&self) -> Result<bool> {
        let index = self.repository.git_dir.join("index");
        let seed = self.dir.join("seed");
        let (from, to) = (index.clone(), seed.clone());
        let copied = runtime::blocking(move || copy(&from, &to)).await.flatten();
        match copied {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(Error::io("copy", index)(error)),
        }
        if !self.sift(&seed).await? {
            return Ok(false);
        }
        let index = self.dir.join("index");
        let to = index.clone();
        let renamed = runtime::blocking(move || fs::rename(seed, to)).await.flatten();
        renamed.map_err(Error::io("make", index))?;
        Ok(true)
    }

    /// Removes from the index at `seed` what is in doubt. Returns whether git could read it.
    async fn sift(&self, seed: &Path) -> Result<bool> {
        let listed = self.of_seed(seed, &["ls-files", "-v", "--stage", "-z"], None).await?;
        let Some(listed) = listed else { return Ok(false) };
        let entries: Vec<Entry> = listed.split(|byte| *byte == 0).filter_map(entry).collect();
        let (Some(converted), Some(sizes)) =
            tokio::try_join!(self.converted(&entries), self.sizes(&entries))?
        else {
            return Ok(false);
        };
        let root = self.repository.root.clone();
        let look = move || doubtful(&root, &entries, &converted, &sizes);
        let doubtful = runtime::blocking(look).await.map_err(Error::Thread)?;
        if !doubtful.is_empty() {
            let input = self.input("doubtful", doubtful).await?;
            let words = ["update-index", "--force-remove", "-z", "--stdin"];
            if self.of_seed(seed, &words, Some(input)).await?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Runs git with the index at `seed`; `None` if git fails.
    async fn of_seed(
        &self,
        seed: &Path,
        words: &[&str],
        input: Option<File>,
    ) -> Result<Option<Vec<u8>>> {
        let index: OsString = seed.as_os_str().to_owned();
        let said = self.run_with(words, &[("GIT_INDEX_FILE", index)], input).await?;
        Ok(said.ok.then_some(said.stdout))
    }

    /// The paths for which the repository's attributes name a filter or an encoding.
    async fn converted(&self, entries: &[Entry]) -> Result<Option<HashSet<Vec<u8>>>> {
        let mut paths = Vec::new();
        entries.iter().for_each(|entry| paths.extend([entry.path.as_slice(), b"\0"].concat()));
        let input = self.input("attributes", paths).await?;
        let words = [&["check-attr", "-z", "--stdin"], &ATTRIBUTES[..]].concat();
        let said = self.repository.run(&words, Some(input)).await?;
        Ok(said.ok.then(|| converted(&said.stdout)))
    }

    /// The sizes of the objects.
    async fn sizes(&self, entries: &[Entry]) -> Result<Option<HashMap<String, u64>>> {
        let objects: String = entries.iter().map(|entry| format!("{}\n", entry.object)).collect();
        let input = self.input("objects", objects.into_bytes()).await?;
        let words = ["cat-file", "--batch-check=%(objectname) %(objectsize)"];
        let said = self.run(&words, Some(input)).await?;
        let text = String::from_utf8_lossy(&said.stdout);
        let size = |line: &str| {
            let (object, size) = line.split_once(' ')?;
            Some((object.to_owned(), size.parse().ok()?))
        };
        Ok(said.ok.then(|| text.lines().filter_map(size).collect()))
    }
}

/// Copies an index with its time, by which git knows which files may have changed after it was written.
fn copy(from: &PathBuf, to: &PathBuf) -> io::Result<()> {
    let time = fs::metadata(from)?.modified()?;
    fs::copy(from, to)?;
    // Writable, also if the index is not.
    private(to)?;
    File::options().write(true).open(to)?.set_modified(time)
}

/// An entry as `git ls-files -v --stage -z` prints it: a mark, mode, object and stage, a tab, the path.
fn entry(line: &[u8]) -> Option<Entry> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let mut words = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
    let (mark, mode) = (words.next()?, words.next()?);
    let (object, stage) = (words.next()?.to_owned(), words.next()?);
    let is_plain = mark == "H" && stage == "0" && matches!(mode, "100644" | "100755" | "120000");
    Some(Entry { is_plain, object, path: line[tab + 1..].to_owned() })
}

/// The paths that have one of [`ATTRIBUTES`], as `git check-attr -z` prints path, attribute and value.
fn converted(printed: &[u8]) -> HashSet<Vec<u8>> {
    let parts: Vec<&[u8]> = printed.split(|byte| *byte == 0).collect();
    let records = parts.chunks_exact(3);
    let is_set = |value: &[u8]| !matches!(value, b"unspecified" | b"unset");
    records.filter(|record| is_set(record[2])).map(|record| record[0].to_owned()).collect()
}

/// The entries that cannot be taken over, as input for git.
fn doubtful(
    root: &Path,
    entries: &[Entry],
    converted: &HashSet<Vec<u8>>,
    sizes: &HashMap<String, u64>,
) -> Vec<u8> {
    let mut doubtful = Vec::new();
    for entry in entries {
        let path = TreePath::from_git(&entry.path);
        let found = path.and_then(|path| path.at(root).symlink_metadata().ok());
        // An entry for a file that is only announced has the object of an empty file.
        let size = sizes.get(&entry.object).copied().filter(|size| *size > 0);
        let is_same = found.is_some_and(|found| Some(found.len()) == size);
        if !(is_same && entry.is_plain && !converted.contains(&entry.path)) {
            doubtful.extend([entry.path.as_slice(), b"\0"].concat());
        }
    }
    doubtful
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_entries_are_taken_over() {
        let plain = |line: &[u8]| entry(line).expect("an entry").is_plain;
        assert!(plain(b"H 100644 abc 0\tx"));
        assert!(plain(b"H 120000 abc 0\tx"));
        for line in [
            &b"h 100644 abc 0\tx"[..],
            b"S 100644 abc 0\tx",
            b"M 100644 abc 2\tx",
            b"H 160000 abc 0\tx",
        ] {
            assert!(!plain(line), "{line:?}");
        }
    }

    #[test]
    fn a_filter_or_an_encoding_is_a_doubt() {
        let printed = b"a\0filter\0lfs\0a\0working-tree-encoding\0unspecified\0b\0filter\0unset\0b\0working-tree-encoding\0unspecified\0c\0filter\0unspecified\0c\0working-tree-encoding\0UTF-16\0";
        let mut found: Vec<Vec<u8>> = converted(printed).into_iter().collect();
        found.sort();
        assert_eq!(found, [b"a".to_vec(), b"c".to_vec()]);
    }
}
