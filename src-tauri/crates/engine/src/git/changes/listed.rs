//! The differences of two trees, with their lines. In a repository that was cloned without all contents some cannot be
//! read: then files are listed by what the trees say alone, and have lines where git has both sides.

use super::super::checkpoint::TreePath;
use super::raw::{Entry, Lines, entries};
use super::{Source, difference};
use crate::error::Result;
use protocol::FileKind;
use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::path::Path;

/// How many paths are given to git at once.
const AT_ONCE: usize = 500;

/// The differences of two trees.
pub(super) struct Listed {
    pub(super) entries: Vec<Entry>,
    /// Whether only files of the same content are known as renamed, and the lines are not counted yet.
    pub(super) by_content_only: bool,
}

impl Listed {
    /// The objects of the entries that have a size.
    pub(super) fn blobs(&self) -> BTreeSet<&str> {
        self.entries.iter().flat_map(blobs).collect()
    }
}

impl Source<'_> {
    /// Lists how two trees differ.
    pub(super) async fn listed(&self, from: &str, to: &str) -> Result<Listed> {
        let said = self.run(&difference(&["-z", "--raw", "--numstat"], from, to), None).await?;
        if said.ok {
            return Ok(Listed { entries: entries(&said.stdout), by_content_only: false });
        }
        let words = difference(&["-z", "--raw", "-M100%"], from, to);
        Ok(Listed { entries: entries(&self.bytes(&words, None).await?), by_content_only: true })
    }

    /// Counts the lines of files whose objects are there, and marks the others as missing; `sizes` has those that
    /// are there.
    pub(super) async fn count_lines(
        &self,
        found: &mut [Entry],
        sizes: &HashMap<String, u64>,
        from: &str,
        to: &str,
    ) -> Result<()> {
        let is_there = |entry: &&Entry| blobs(entry).all(|object| sizes.contains_key(object));
        let there: Vec<&Entry> = found.iter().filter(is_there).collect();
        let lines = self.lines(from, to, &there).await?;
        for entry in found.iter_mut().filter(|entry| !entry.is_repository()) {
            let counted = lines.get(&entry.path).copied();
            entry.is_missing = counted.is_none();
            entry.lines = counted.unwrap_or(Some((0, 0)));
        }
        Ok(())
    }

    /// The lines of these files.
    async fn lines(
        &self,
        from: &str,
        to: &str,
        files: &[&Entry],
    ) -> Result<HashMap<TreePath, Lines>> {
        let mut lines = HashMap::new();
        for some in files.chunks(AT_ONCE) {
            let paths = some.iter().flat_map(|entry| [Some(&entry.path), entry.old_path.as_ref()]);
            let paths = paths.flatten().map(|path| path.at(Path::new("")).into_os_string());
            let words = difference(&["-z", "--raw", "--numstat", "-M100%"], from, to);
            let words: Vec<OsString> = words.into_iter().map(OsString::from).chain(paths).collect();
            let counted = entries(&self.bytes(&words, None).await?);
            lines.extend(counted.into_iter().map(|entry| (entry.path, entry.lines)));
        }
        Ok(lines)
    }
}

/// The objects of an entry that have a size.
fn blobs(entry: &Entry) -> impl Iterator<Item = &str> {
    let sides = [&entry.old, &entry.new].into_iter().flatten();
    sides.filter(|side| side.kind != FileKind::Submodule).map(|side| side.object.as_str())
}
