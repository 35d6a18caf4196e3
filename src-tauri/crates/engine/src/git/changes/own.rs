//! Which files a story itself changed, up to a checkpoint: not what it took over from its base, and not what the
//! repository's filters and line endings make of a file on the disk.

use super::raw::Entry;
use super::{ChangesPlace, End};
use crate::error::Result;
use crate::git::Git;
use crate::git::checkpoint::TreePath;
use protocol::Checkpoint;
use std::collections::{BTreeMap, BTreeSet};

/// What a story itself changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Own {
    /// The files, with the object that each has now; `None` if it is gone.
    files: BTreeMap<TreePath, Option<String>>,
    /// The commit of the story's base as it is now, if that is a branch that is there.
    pub(crate) base: Option<String>,
}

impl Own {
    /// Whether it changed nothing.
    pub(crate) fn is_nothing(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether it changed this file, or something in a folder of this name, or made a folder above it a file.
    pub(in crate::git) fn touches(&self, path: &TreePath) -> bool {
        self.files.contains_key(path)
            || path.folders().any(|folder| self.files.contains_key(&folder))
            || self.files.keys().any(|file| file.is_within(path))
    }

    /// The files that both changed, and not to the same.
    pub(in crate::git) fn shared<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = &'a TreePath> {
        let differs = |(path, object): &(&TreePath, &Option<String>)| {
            other.files.get(path).is_some_and(|theirs| theirs != *object)
        };
        self.files.iter().filter(differs).map(|(path, _)| path)
    }
}

impl Git {
    /// What a story itself changed from the state in which it parted from its base, up to a checkpoint. `first` is its
    /// first checkpoint, if that is kept: files that are now as they were then were not changed by it, whatever git has
    /// of them.
    ///
    /// # Errors
    /// If git cannot read them, above all if one is not held any more.
    pub(crate) async fn own_changes(
        &self,
        place: &ChangesPlace,
        from: &End,
        first: Option<&Checkpoint>,
        at: &Checkpoint,
    ) -> Result<Own> {
        let source = self.source(place).await?;
        let base = match from {
            End::Base(base, _) => source.newest(base).await?,
            _ => None,
        };
        let head = source.facts_at(at).await?.head;
        let is_merged = match (&base, &head) {
            (Some(base), Some(head)) => source.is_before(head, base).await?,
            _ => false,
        };
        // What its base has by now as a whole, or all that it took over from it, is not its own.
        let from = if is_merged { &End::Head(at.clone()) } else { from };
        let found = source.found(from).await?;
        let listed = source.listed(&found.state.object, &at.commit).await?;
        let since = match first {
            Some(first) if first.n != at.n => Some(source.listed(&first.commit, &at.commit).await?),
            _ => None,
        };
        let touched: Option<BTreeSet<TreePath>> =
            since.map(|since| since.entries.iter().flat_map(paths).cloned().collect());
        let mut files = BTreeMap::new();
        for entry in &listed.entries {
            let is_own = |path: &&TreePath| touched.as_ref().is_none_or(|it| it.contains(*path));
            for path in paths(entry).filter(is_own) {
                let object = entry.new.as_ref().filter(|_| *path == entry.path);
                files.insert(path.clone(), object.map(|side| side.object.clone()));
            }
        }
        Ok(Own { files, base })
    }
}

/// The path of a difference, and the one that it had before.
fn paths(entry: &Entry) -> impl Iterator<Item = &TreePath> {
    [Some(&entry.path), entry.old_path.as_ref()].into_iter().flatten()
}
