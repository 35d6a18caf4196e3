//! Gives files back from a checkpoint. The present state is held by a checkpoint of its own that was just
//! made, and only what that one holds is overwritten or removed; the files that it concerns are read to see
//! whether they changed since. Git writes the files into the scratch directory, and from there each is moved to its
//! place as a whole.

use super::facts::{Facts, Inner};
use super::hold::is_there;
use super::object::{Mode, ObjectId};
use super::paths::{TreePath, is_wanted};
use super::place_files::{Placing, Target};
use super::repository::{Repository, refused};
use super::scratch::Scratch;
use super::staged::not_restored;
use super::{Order, Place, Taken};
use crate::error::{Error, Result};
use crate::git::Git;
use crate::runtime;
use protocol::{ErrorCode, NotRestored, NotRestoredWhy, Restored};
use std::collections::{BTreeSet, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long one call of git may take.
const LIMIT: Duration = Duration::from_secs(300);

/// How many things that are left as they are are listed.
const MOST_LISTED: usize = 100;

/// What is to be restored.
#[derive(Clone, Debug)]
pub(crate) struct RestoreOrder {
    /// The commit of the checkpoint.
    pub(crate) commit: String,
    /// The commit of the checkpoint that holds the present state.
    pub(crate) before: String,
    /// Files and folders; without any everything is restored, and files that the checkpoint does not have
    /// are removed.
    pub(crate) paths: Vec<TreePath>,
    /// How the present state of a repository within the worktree is held that `before` has as mere files,
    /// because what led to the repository was gone.
    pub(crate) hold: Order,
}

/// A difference between the present state and the checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Difference {
    path: TreePath,
    /// What the present state has.
    was: Option<(Mode, ObjectId)>,
    /// The mode in the checkpoint; `None` if the checkpoint does not have it.
    mode: Option<Mode>,
}

impl Git {
    /// Restores files.
    ///
    /// # Errors
    /// If git refuses, a path is not in the checkpoint, or files changed since the present state was held.
    pub(crate) async fn restore(&self, place: &Place, order: &RestoreOrder) -> Result<Restored> {
        let mut restored = Restored::default();
        self.restore_in(place, order, None, &mut restored).await?;
        let listed = restored.kept.len().min(MOST_LISTED);
        restored.more_kept = u32::try_from(restored.kept.len() - listed).unwrap_or(u32::MAX);
        restored.kept.truncate(listed);
        Ok(restored)
    }

    async fn restore_in(
        &self,
        place: &Place,
        order: &RestoreOrder,
        within: Option<&TreePath>,
        restored: &mut Restored,
    ) -> Result<()> {
        let Some(repository) = Repository::open(self, &place.root, LIMIT).await? else {
            return Err(no_repository(place));
        };
        let scratch = Scratch::open(&repository, &place.scratch).await?;
        let facts = repository.facts(&order.commit).await?;
        let before = repository.facts(&order.before).await?;
        let differences = scratch.differences(order).await?;
        self.check_paths(&scratch, order, &facts).await?;
        // A checkpoint without ignored files does not say that there were none.
        let spared = match before.ignored && !facts.ignored {
            true => repository.ignored().await?,
            false => HashSet::new(),
        };
        let target = Target::of(&order.paths, &facts, &before, &spared);
        let files = scratch.export(&order.commit, &differences, &target).await?;
        scratch.check_unchanged(&differences, order).await?;
        let placing = Placing {
            root: repository.root.clone(),
            files,
            remove: match order.paths.is_empty() {
                true => removed(&differences, &facts, &spared),
                false => Vec::new(),
            },
            overwrite: differences
                .iter()
                .filter(|it| it.was.is_some())
                .map(|it| it.path.clone())
                .collect(),
            target,
        };
        let placed = runtime::blocking(move || placing.place()).await.map_err(Error::Thread)?;
        scratch.clear_export().await;
        restored.written = restored.written.saturating_add(placed.written);
        restored.removed = restored.removed.saturating_add(placed.removed);
        let shown = |path: &TreePath| match within {
            Some(folder) => folder.with(&path.text()),
            None => path.text(),
        };
        let kept = placed.kept.iter();
        restored.kept.extend(kept.map(|(path, why)| NotRestored {
            path: shown(path),
            why: *why,
            object: None,
        }));
        let staged = not_restored(&order.paths, &facts, &before).into_iter();
        restored.kept.extend(staged.map(|(path, it)| NotRestored { path: shown(&path), ..it }));
        for inner in &facts.repositories {
            let Some(why) = self.restore_inner(place, order, inner, &before, restored).await?
            else {
                continue;
            };
            restored.kept.push(NotRestored { path: shown(&inner.path), why, object: None });
        }
        Ok(())
    }

    /// Restores a repository within the worktree. Returns why it is left as it is, if it is.
    async fn restore_inner(
        &self,
        place: &Place,
        order: &RestoreOrder,
        inner: &Inner,
        before: &Facts,
        restored: &mut Restored,
    ) -> Result<Option<NotRestoredWhy>> {
        let is_all = order.paths.is_empty();
        if !is_all && !order.paths.iter().any(|path| inner.path.is_within(path)) {
            let is_part = order.paths.iter().any(|path| path.is_within(&inner.path));
            return Ok(is_part.then_some(NotRestoredWhy::InRepository));
        }
        let outer = &place.root;
        let place = Place { root: inner.path.at(outer), ..place.clone() };
        let now = match before.repositories.iter().find(|it| it.path == inner.path) {
            Some(now) => Some(now.commit.clone()),
            None => self.linked_again(outer, &place, order, inner).await?,
        };
        let Some(now) = now else { return Ok(Some(NotRestoredWhy::RepositoryGone)) };
        if now == inner.commit {
            return Ok(None);
        }
        let order = RestoreOrder {
            commit: inner.commit.clone(),
            before: now,
            paths: Vec::new(),
            hold: order.hold.clone(),
        };
        match Box::pin(self.restore_in(&place, &order, Some(&inner.path), restored)).await {
            Ok(()) => Ok(None),
            Err(error @ Error::Refused(_)) => {
                tracing::warn!(%error, "a repository within a worktree is not restored");
                Ok(Some(NotRestoredWhy::RepositoryGone))
            }
            Err(error) => Err(error),
        }
    }

    /// Gives a folder back what leads to its repository, if that is still there, and holds what is in the
    /// folder. Returns the commit that holds it.
    async fn linked_again(
        &self,
        outer: &Path,
        place: &Place,
        order: &RestoreOrder,
        inner: &Inner,
    ) -> Result<Option<String>> {
        let Some(link) = inner.link.clone() else { return Ok(None) };
        let (root, file) = (place.root.clone(), place.root.join(".git"));
        let written = file.clone();
        let above: Vec<PathBuf> = inner.path.folders().rev().map(|it| it.at(outer)).collect();
        let write = move || {
            let is_led =
                |folder: &PathBuf| folder.symlink_metadata().is_ok_and(|found| !found.is_dir());
            if above.iter().chain([&root]).any(is_led) {
                return Err(std::io::ErrorKind::NotADirectory.into());
            }
            std::fs::create_dir_all(&root)?;
            let mut file = std::fs::File::create_new(&written)?;
            std::io::Write::write_all(&mut file, link.as_bytes())
        };
        if let Err(error) = runtime::blocking(write).await.flatten() {
            tracing::info!(%error, "a repository within a worktree is not linked again");
            return Ok(None);
        }
        match Box::pin(self.checkpoint(place, &order.hold)).await {
            Ok(Taken::Made(made)) => Ok(Some(made.commit)),
            Ok(Taken::Unchanged(commit)) => Ok(Some(commit)),
            Ok(Taken::NoRepository) | Err(Error::Refused(_)) => {
                let removed = runtime::blocking(move || std::fs::remove_file(file)).await.flatten();
                removed.map_err(Error::io("change", &place.root))?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Refuses a path that the checkpoint does not have.
    async fn check_paths(
        &self,
        scratch: &Scratch<'_>,
        order: &RestoreOrder,
        facts: &Facts,
    ) -> Result<()> {
        if order.paths.is_empty() {
            return Ok(());
        }
        let words = ["ls-tree", "-r", "-t", "--name-only", "-z", &order.commit];
        let said = scratch.bytes(&words, None).await?;
        let held: BTreeSet<TreePath> =
            said.split(|byte| *byte == 0).filter_map(TreePath::from_git).collect();
        let inner = facts.repositories.iter().map(|inner| &inner.path);
        let others: Vec<&TreePath> = facts.empty.iter().chain(inner).collect();
        let is_there = |path: &TreePath| {
            held.contains(path) || others.iter().any(|it| it.is_within(path) || path.is_within(it))
        };
        match order.paths.iter().find(|path| !is_there(path)) {
            None => Ok(()),
            Some(path) => Err(Error::refused(
                ErrorCode::NotFound,
                format!("the checkpoint has no {}", path.text()),
                "Name a file or a folder by its path in the worktree.",
            )),
        }
    }
}

/// The files that the checkpoint does not have. What was there but was left out stays, and so does what is
/// spared.
fn removed(differences: &[Difference], facts: &Facts, spared: &HashSet<TreePath>) -> Vec<TreePath> {
    let left_out = facts.left_out.iter().filter_map(|it| TreePath::from_text(&it.path));
    let left_out: Vec<TreePath> = left_out.collect();
    let is_gone = |it: &&Difference| {
        let is_left_out = left_out.iter().any(|folder| it.path.is_within(folder));
        it.mode.is_none() && !is_left_out && !it.path.is_in(spared)
    };
    differences.iter().filter(is_gone).map(|it| it.path.clone()).collect()
}

fn no_repository(place: &Place) -> Error {
    Error::refused(
        ErrorCode::Git,
        format!("{} is no worktree of a repository any more", place.root.display()),
        "Nothing was changed.",
    )
}

impl Scratch<'_> {
    /// What differs between the present state and the checkpoint, as far as it is to be restored.
    async fn differences(&self, order: &RestoreOrder) -> Result<Vec<Difference>> {
        let words = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"];
        let words = [&words[..], &[order.before.as_str(), order.commit.as_str()]].concat();
        let said = self.bytes(&words, None).await?;
        let parts: Vec<&[u8]> = said.split(|byte| *byte == 0).collect();
        let found = parts.chunks_exact(2).filter_map(|pair| difference(pair[0], pair[1]));
        Ok(found.filter(|it| is_wanted(&order.paths, &it.path)).collect())
    }

    /// Has git write the files that are to be restored into the scratch directory.
    async fn export(
        &self,
        commit: &str,
        differences: &[Difference],
        target: &Target,
    ) -> Result<Vec<(TreePath, PathBuf)>> {
        let out = self.dir.join("out");
        let made = out.clone();
        let clear = move || {
            drop(std::fs::remove_dir_all(&made));
            crate::data_dir::create_private(&made).map_err(std::io::Error::other)
        };
        runtime::blocking(clear).await.flatten().map_err(Error::io("make", &out))?;
        let paths: Vec<&TreePath> =
            differences.iter().filter(|it| it.mode.is_some()).map(|it| &it.path).collect();
        if !paths.is_empty() {
            let index: OsString = self.dir.join("restore-index").into();
            let variables = [("GIT_INDEX_FILE", index)];
            let prefix = format!("--prefix={}/", out.display());
            let names: Vec<u8> =
                paths.iter().flat_map(|path| [path.bytes(), b"\0"].concat()).collect();
            let input = self.input("export", names).await?;
            for (words, input) in [
                (vec!["read-tree", "--empty"], None),
                (vec!["read-tree", commit], None),
                (vec!["checkout-index", "-f", "-q", "-z", "--stdin", &prefix], Some(input)),
            ] {
                let said = self.run_with(&words, &variables, input).await?;
                if !said.ok {
                    let why = crate::git::reason(&said.stderr);
                    return Err(refused(&why, &self.repository.root));
                }
            }
        }
        tracing::debug!(files = paths.len(), folders = target.empty.len(), "to be restored");
        Ok(paths.into_iter().map(|path| (path.clone(), path.at(&out))).collect())
    }

    /// Removes what was written for a restore.
    async fn clear_export(&self) {
        let dir = self.dir.clone();
        let clear = move || {
            drop(std::fs::remove_dir_all(dir.join("out")));
            drop(std::fs::remove_file(dir.join("restore-index")));
        };
        if let Err(error) = runtime::blocking(clear).await {
            tracing::warn!(%error, "files of a restore stay behind");
        }
    }

    /// Refuses to restore over a file that changed after the present state was held.
    async fn check_unchanged(
        &self,
        differences: &[Difference],
        order: &RestoreOrder,
    ) -> Result<()> {
        let hash = self.repository.hash()?;
        let root = self.repository.root.clone();
        let is_touched = |it: &&Difference| it.mode.is_some() || order.paths.is_empty();
        let touched: Vec<Difference> = differences.iter().filter(is_touched).cloned().collect();
        let find = move || {
            let is_changed = |it: &Difference| {
                it.was.is_some_and(|(mode, object)| !is_there(&root, hash, &it.path, mode, object))
            };
            touched.into_iter().find(is_changed)
        };
        match runtime::blocking(find).await.map_err(Error::Thread)? {
            None => Ok(()),
            Some(it) => Err(Error::refused(
                ErrorCode::WrongState,
                format!("{} changed while it was to be restored", it.path.text()),
                "End what writes there, and try again.",
            )),
        }
    }
}

/// A pair of `git diff-tree --raw -z`; `None` for repositories of their own, which are no files.
fn difference(meta: &[u8], path: &[u8]) -> Option<Difference> {
    let meta = std::str::from_utf8(meta).ok()?;
    let mut words = meta.strip_prefix(':')?.split(' ');
    let (from, to, object) = (words.next()?, words.next()?, words.next()?);
    let path = TreePath::from_git(path)?;
    let file = |mode: &str| Mode::of_git(mode).filter(|mode| *mode != Mode::Repository);
    let was = file(from).zip(ObjectId::from_hex(object));
    let mode = file(to);
    (was.is_some() || mode.is_some()).then_some(Difference { path, was, mode })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_read_from_git_s_line() {
        let object = "a".repeat(40);
        let read = |meta: &str| {
            let meta = meta.replace('a', &object);
            difference(meta.as_bytes(), b"x").map(|it| (it.was.map(|(mode, _)| mode), it.mode))
        };
        let mode = Some(Mode::File);
        assert_eq!(read(":100755 100644 a b M"), Some((Some(Mode::Executable), mode)));
        assert_eq!(read(":000000 100644 a b A"), Some((None, mode)));
        assert_eq!(read(":100644 000000 a b D"), Some((mode, None)));
        assert_eq!(read(":160000 100644 a b T"), Some((None, mode)));
        assert_eq!(read(":160000 160000 a b M"), None);
        assert_eq!(read(""), None);
    }
}
