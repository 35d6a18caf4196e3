//! Brings the scratch index up to what is in the worktree: only files that changed are read. What cannot
//! be held is left out before git would fail on it.

use super::facts::Inner;
use super::limits::Limits;
use super::paths::TreePath;
use super::repository::refused;
use super::scratch::Scratch;
use super::walk::Walk;
use crate::error::{Error, Result};
use crate::git::reason;
use crate::runtime;
use protocol::{LeftOut, LeftOutWhy};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::Path;

/// The mode of an entry that is a repository of its own.
pub(super) const REPOSITORY: &str = "160000";

/// The scratch index: the mode and the object of each path.
pub(super) type Entries = BTreeMap<TreePath, (String, String)>;

/// What is to be done so that the index has what is in the worktree.
#[derive(Debug, Default)]
struct Work {
    /// Files that git reads.
    add: Vec<TreePath>,
    /// Entries that are not held any more.
    remove: Vec<TreePath>,
    /// Files that are not held although they are there.
    skipped: Vec<TreePath>,
    left_out: Vec<LeftOut>,
}

/// What became of the index.
#[derive(Debug)]
pub(super) struct Indexed {
    /// Files that are not held although they are there.
    pub(super) skipped: Vec<TreePath>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) is_changed: bool,
}

impl Scratch<'_> {
    /// The entries of the index.
    pub(super) async fn entries(&self) -> Result<Entries> {
        let said = self.bytes(&["ls-files", "--stage", "-z"], None).await?;
        Ok(said.split(|byte| *byte == 0).filter_map(entry).collect())
    }

    /// The paths whose files are not those that were held, as far as their size, times and place on the
    /// disk show. Where these do not settle it, git compares the content.
    pub(super) async fn changed(&self) -> Result<BTreeSet<TreePath>> {
        let words = ["diff-files", "--name-only", "--ignore-submodules=all", "-z"];
        let said = self.bytes(&words, None).await?;
        Ok(said.split(|byte| *byte == 0).filter_map(TreePath::from_git).collect())
    }

    /// Brings the index up to `walk`.
    pub(super) async fn hold(
        &self,
        walk: &Walk,
        entries: &Entries,
        changed: BTreeSet<TreePath>,
        inner: &[(Inner, Option<String>)],
        limits: Limits,
    ) -> Result<Indexed> {
        let heads: Entries = inner
            .iter()
            .filter_map(|(inner, head)| {
                Some((inner.path.clone(), (REPOSITORY.to_owned(), head.clone()?)))
            })
            .collect();
        let work = {
            let files: BTreeSet<TreePath> = walk.files.iter().cloned().collect();
            let add: Vec<TreePath> = files
                .iter()
                .filter(|path| !entries.contains_key(path) || changed.contains(*path))
                .cloned()
                .collect();
            let gone: Vec<TreePath> = entries
                .keys()
                .filter(|path| !files.contains(*path) && !heads.contains_key(path))
                .cloned()
                .collect();
            let held: BTreeSet<TreePath> = entries.keys().cloned().collect();
            let root = self.repository.root.clone();
            let look = move || look_at(&root, add, gone, &held, limits);
            runtime::blocking(look).await.map_err(Error::Thread)?
        };
        let links = heads.iter().filter(|(path, head)| entries.get(path) != Some(*head));
        let mut info: Vec<u8> = Vec::new();
        for path in &work.remove {
            let none = "0".repeat(if self.repository.format == "sha1" { 40 } else { 64 });
            line(&mut info, "0", &none, path);
        }
        for (path, (mode, object)) in links {
            line(&mut info, mode, object, path);
        }
        let is_changed = !info.is_empty() || !work.add.is_empty();
        if !info.is_empty() {
            self.update("info", &["--index-info"], info).await?;
        }
        if !work.add.is_empty() {
            let mut names = Vec::new();
            work.add.iter().for_each(|path| names.extend([path.bytes(), b"\0"].concat()));
            self.update("add", &["--add", "--remove", "--replace", "--stdin"], names).await?;
        }
        Ok(Indexed { skipped: work.skipped, left_out: work.left_out, is_changed })
    }

    async fn update(&self, purpose: &str, how: &[&str], input: Vec<u8>) -> Result<()> {
        let words = [&["update-index", "-z"], how].concat();
        let input = self.input(purpose, input).await?;
        let said = self.run(&words, Some(input)).await?;
        match said.ok {
            true => Ok(()),
            false => Err(refused(&first_reason(&said.stderr), &self.repository.root)),
        }
    }

    /// Writes the index as a tree.
    pub(super) async fn tree(&self) -> Result<String> {
        let said = self.run(&["write-tree"], None).await?;
        if !said.ok {
            return Err(refused(&reason(&said.stderr), &self.repository.root));
        }
        self.protect().await?;
        Ok(super::text_of(&said))
    }
}

/// The first error of several, which is the cause of those that follow.
fn first_reason(stderr: &str) -> String {
    let said = stderr.lines().find_map(|line| line.strip_prefix("error: "));
    said.map_or_else(|| reason(stderr), str::to_owned)
}

/// An entry as `git ls-files --stage -z` prints it. Entries of an unfinished merge are left out; the
/// scratch index has none.
fn entry(line: &[u8]) -> Option<(TreePath, (String, String))> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let mut words = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
    let (mode, object) = (words.next()?.to_owned(), words.next()?.to_owned());
    Some((TreePath::from_git(&line[tab + 1..])?, (mode, object)))
}

/// Appends a line for `git update-index --index-info -z`.
fn line(info: &mut Vec<u8>, mode: &str, object: &str, path: &TreePath) {
    info.extend_from_slice(format!("{mode} {object}\t").as_bytes());
    info.extend_from_slice(path.bytes());
    info.push(0);
}

/// Decides for each file that is new or changed whether git reads it.
fn look_at(
    root: &Path,
    add: Vec<TreePath>,
    remove: Vec<TreePath>,
    held: &BTreeSet<TreePath>,
    limits: Limits,
) -> Work {
    let mut work = Work { remove, ..Work::default() };
    let mut room = limits.total;
    for path in add {
        let why = match look(&path.at(root), limits.file, &mut room) {
            Ok(None) => {
                work.add.push(path);
                continue;
            }
            Ok(Some(why)) => Some(why),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(_) => Some(LeftOutWhy::Unreadable),
        };
        if let Some(why) = why {
            work.left_out.push(path.left_out(why));
            work.skipped.push(path.clone());
        }
        if held.contains(&path) {
            // The index has what it was before, which is not what it is.
            work.remove.push(path);
        }
    }
    work
}

/// Looks at a file that is to be read. Returns why it is not to be, if so.
fn look(path: &Path, most: u64, room: &mut u64) -> io::Result<Option<LeftOutWhy>> {
    let found = path.symlink_metadata()?;
    if found.is_symlink() {
        return Ok(None);
    }
    if found.len() > most {
        return Ok(Some(LeftOutWhy::TooLarge));
    }
    let Some(left) = room.checked_sub(found.len()) else {
        return Ok(Some(LeftOutWhy::TooMuch));
    };
    if found.is_file() {
        drop(File::open(path)?);
    }
    *room = left;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_mode_object_and_path() {
        let (path, (mode, object)) = entry(b"100755 abc 0\ta\tb\n").expect("an entry");
        assert_eq!(
            (path.text().as_str(), mode.as_str(), object.as_str()),
            ("a\tb\n", "100755", "abc")
        );
        assert_eq!(entry(b""), None);
    }

    #[test]
    fn the_first_error_is_the_cause() {
        let said = "error: open(\"x\"): Permission denied\nerror: unable to index file 'x'\nfatal: Unable to process path x\n";
        assert_eq!(first_reason(said), "open(\"x\"): Permission denied");
        assert_eq!(first_reason("fatal: no\n"), "no");
    }
}
