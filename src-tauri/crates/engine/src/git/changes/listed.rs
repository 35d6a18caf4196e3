//! The differences of two trees, with their lines, which several gits count at once. In a repository that was cloned without all contents some cannot be
//! read: then files are listed by what the trees say alone, and have lines where git has both sides.

use super::super::checkpoint::TreePath;
use super::raw::{Entry, Lines, entries};
use super::{Source, difference};
use crate::error::Result;
use futures_util::future::try_join_all;
use protocol::{ChangeStatus, FileKind};
use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::path::Path;

/// The most paths that are given to git at once.
const AT_ONCE: usize = 500;

/// The fewest paths for which a further git is started to count lines.
const FEW: usize = 60;

/// The differences of two trees, whose lines are not counted yet.
pub(super) struct Listed {
    pub(super) entries: Vec<Entry>,
    /// Whether only files of the same content are known as renamed.
    pub(super) by_content_only: bool,
}

/// The lines of files, by their paths.
type Counted = HashMap<TreePath, Lines>;

impl Listed {
    /// The objects of the entries that have a size.
    pub(super) fn blobs(&self) -> BTreeSet<&str> {
        self.entries.iter().flat_map(blobs).collect()
    }

    /// The option by which git finds the same renames again.
    fn renames(&self) -> &'static str {
        if self.by_content_only { "-M100%" } else { "-M" }
    }

    fn take(&mut self, counted: &Counted) {
        for entry in self.entries.iter_mut().filter(|entry| !entry.is_repository()) {
            let lines = counted.get(&entry.path).copied();
            entry.is_missing = lines.is_none();
            entry.lines = lines.unwrap_or(Some((0, 0)));
        }
    }
}

impl Source<'_> {
    /// Lists how two trees differ.
    pub(super) async fn listed(&self, from: &str, to: &str) -> Result<Listed> {
        let said = self.run(&difference(&["-z", "--raw"], from, to), None).await?;
        if said.ok {
            return Ok(Listed { entries: entries(&said.stdout), by_content_only: false });
        }
        let words = difference(&["-z", "--raw", "-M100%"], from, to);
        Ok(Listed { entries: entries(&self.bytes(&words, None).await?), by_content_only: true })
    }

    /// The lines of all files, counted by several gits at once; `None` if a content is not there.
    pub(super) async fn counted(
        &self,
        listed: &Listed,
        from: &str,
        to: &str,
    ) -> Result<Option<Counted>> {
        let (changed, others): (Vec<&Entry>, Vec<&Entry>) =
            listed.entries.iter().partition(|entry| entry.status == ChangeStatus::Changed);
        let at_once = std::thread::available_parallelism().map_or(1, usize::from);
        let length = changed.len().div_ceil(at_once).clamp(FEW, AT_ONCE);
        let renames = [listed.renames()];
        let changed = changed.chunks(length).map(|some| self.lines(from, to, some, &renames));
        let others = async {
            match others.is_empty() {
                true => Ok(Some(Counted::new())),
                // All files that came and went, so that the same ones are found as renamed.
                false => self.lines(from, to, &[], &[renames[0], "--diff-filter=m"]).await,
            }
        };
        let (changed, others) = tokio::try_join!(try_join_all(changed), others)?;
        let all: Option<Vec<Counted>> = changed.into_iter().chain([others]).collect();
        Ok(all.map(|all| all.into_iter().flatten().collect()))
    }

    /// Puts the lines into the list. Those that could not be counted at once are counted where all contents are there,
    /// and the other files are marked as missing; `sizes` has the contents that are there.
    pub(super) async fn count_lines(
        &self,
        listed: &mut Listed,
        counted: Option<Counted>,
        sizes: &HashMap<String, u64>,
        (from, to): (&str, &str),
    ) -> Result<()> {
        let counted = match counted {
            Some(counted) => counted,
            None => {
                let is_there =
                    |entry: &&Entry| blobs(entry).all(|object| sizes.contains_key(object));
                let there: Vec<&Entry> = listed.entries.iter().filter(is_there).collect();
                let mut all = Counted::new();
                for some in there.chunks(AT_ONCE) {
                    let counted = self.lines(from, to, some, &[listed.renames()]).await?;
                    all.extend(counted.into_iter().flatten());
                }
                all
            }
        };
        listed.take(&counted);
        Ok(())
    }

    /// The lines of these files, or without any of all; `None` if a content is not there.
    async fn lines(
        &self,
        from: &str,
        to: &str,
        files: &[&Entry],
        options: &[&str],
    ) -> Result<Option<Counted>> {
        let paths = files.iter().flat_map(|entry| [Some(&entry.path), entry.old_path.as_ref()]);
        let paths = paths.flatten().map(|path| path.at(Path::new("")).into_os_string());
        let options = [&["-z", "--raw", "--numstat"], options].concat();
        let words = difference(&options, from, to);
        let words: Vec<OsString> = words.into_iter().map(OsString::from).chain(paths).collect();
        let said = self.run(&words, None).await?;
        let counted = || entries(&said.stdout).into_iter().map(|entry| (entry.path, entry.lines));
        Ok(said.ok.then(|| counted().collect()))
    }
}

/// The objects of an entry that have a size.
fn blobs(entry: &Entry) -> impl Iterator<Item = &str> {
    let sides = [&entry.old, &entry.new].into_iter().flatten();
    sides.filter(|side| side.kind != FileKind::Submodule).map(|side| side.object.as_str())
}
