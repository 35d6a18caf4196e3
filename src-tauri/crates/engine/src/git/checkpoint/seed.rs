//! Begins with what the worktree's own index knows, so that the first checkpoint need not read every
//! file. An entry is taken over only if the object is the file's bytes: no filter or encoding is set for
//! it, and the object has the file's size, which every conversion of line ends and of `$Id$` changes. What is
//! marked as unchanged or as not checked out is not believed. With any doubt nothing is taken over, and the
//! files are read.

use super::object::{Entry, Mode, ObjectId};
use super::paths::TreePath;
use super::scratch::{Scratch, private};
use super::stamp::Stamp;
use super::walk::Walk;
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
struct Listed {
    /// What it is, if it is an ordinary file or link with no mark.
    mode: Option<Mode>,
    object: String,
    path: Vec<u8>,
}

impl Scratch<'_> {
    /// The files of `walk` that are as the index has them. The walk was before, so that a change after it
    /// shows in the stamps that it took. `None` if git cannot read the index.
    pub(super) async fn seed(&self, walk: &Walk) -> Result<Option<Vec<Entry>>> {
        let index = self.repository.git_dir.join("index");
        let seed = self.dir.join("seed");
        let (from, to) = (index.clone(), seed.clone());
        let copied = runtime::blocking(move || copy(&from, &to)).await.flatten();
        match copied {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("copy", index)(error)),
        }
        let sifted = self.sift(&seed, walk).await;
        let removed = runtime::blocking(move || fs::remove_file(seed)).await.flatten();
        removed.map_err(Error::io("change", &self.dir))?;
        sifted
    }

    /// The entries of the index at `seed` that are not in doubt.
    async fn sift(&self, seed: &Path, walk: &Walk) -> Result<Option<Vec<Entry>>> {
        let listed = ["ls-files", "-v", "--stage", "-z"];
        let changed = ["diff-files", "--name-only", "--ignore-submodules=all", "-z"];
        let (Some(listed), Some(changed)) = tokio::try_join!(
            self.of_seed(seed, &listed, None),
            self.of_seed(seed, &changed, None)
        )?
        else {
            return Ok(None);
        };
        let listed: Vec<Listed> = listed.split(|byte| *byte == 0).filter_map(entry).collect();
        let (Some(converted), Some(sizes)) =
            tokio::try_join!(self.converted(&listed), self.sizes(&listed))?
        else {
            return Ok(None);
        };
        let changed: HashSet<&[u8]> = changed.split(|byte| *byte == 0).collect();
        let stamps: HashMap<&[u8], Stamp> =
            walk.files.iter().map(|found| (found.path.bytes(), found.stamp)).collect();
        let is_doubtful = |it: &Listed| converted.contains(&it.path) || changed.contains(&*it.path);
        let mut entries: Vec<Entry> = listed
            .into_iter()
            .filter(|it| !is_doubtful(it))
            .filter_map(|it| {
                let stamp = *stamps.get(it.path.as_slice())?;
                // An entry for a file that is only announced has the object of an empty file.
                let is_same =
                    sizes.get(&it.object).is_some_and(|size| *size > 0 && *size == stamp.size);
                let object = ObjectId::from_hex(&it.object).filter(|_| is_same)?;
                let path = TreePath::from_git(&it.path)?;
                Some(Entry { path, mode: it.mode?, object, stamp: Some(stamp) })
            })
            .collect();
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(Some(entries))
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
    async fn converted(&self, entries: &[Listed]) -> Result<Option<HashSet<Vec<u8>>>> {
        let mut paths = Vec::new();
        entries.iter().for_each(|entry| paths.extend([entry.path.as_slice(), b"\0"].concat()));
        let input = self.input("attributes", paths).await?;
        let words = [&["check-attr", "-z", "--stdin"], &ATTRIBUTES[..]].concat();
        let said = self.repository.run(&words, Some(input)).await?;
        Ok(said.ok.then(|| converted(&said.stdout)))
    }

    /// The sizes of the objects.
    async fn sizes(&self, entries: &[Listed]) -> Result<Option<HashMap<String, u64>>> {
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
fn entry(line: &[u8]) -> Option<Listed> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let mut words = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
    let (mark, mode) = (words.next()?, words.next()?);
    let (object, stage) = (words.next()?.to_owned(), words.next()?);
    let mode = Mode::of_git(mode).filter(|mode| *mode != Mode::Repository);
    let mode = mode.filter(|_| mark == "H" && stage == "0");
    Some(Listed { mode, object, path: line[tab + 1..].to_owned() })
}

/// The paths that have one of [`ATTRIBUTES`], as `git check-attr -z` prints path, attribute and value.
fn converted(printed: &[u8]) -> HashSet<Vec<u8>> {
    let parts: Vec<&[u8]> = printed.split(|byte| *byte == 0).collect();
    let records = parts.chunks_exact(3);
    let is_set = |value: &[u8]| !matches!(value, b"unspecified" | b"unset");
    records.filter(|record| is_set(record[2])).map(|record| record[0].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_entries_are_taken_over() {
        let plain = |line: &[u8]| entry(line).expect("an entry").mode.is_some();
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
