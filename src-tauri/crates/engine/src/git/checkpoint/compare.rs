//! What differs between two checkpoints, from the objects alone: the worktree may have changed since, or be
//! gone. No filter, text conversion or external diff of the repository runs.

use super::facts::{Facts, Inner};
use super::paths::TreePath;
use super::repository::{Repository, refused};
use crate::error::{Error, Result};
use crate::git::Git;
use protocol::{ChangeStatus, ChangedFile, Checkpoint, ErrorCode};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The lines that were added and removed; `None` for a binary file.
type Lines = Option<(u32, u32)>;

/// A difference of two trees, without its lines.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    path: TreePath,
    old_path: Option<TreePath>,
    status: ChangeStatus,
}

impl Git {
    /// What differs between two checkpoints of a story that works in `dir`, by path. If its worktree is gone,
    /// they are read in `project`, the repository's common directory.
    ///
    /// # Errors
    /// If git cannot read them, above all if one is not held any more.
    pub async fn changes(
        &self,
        dir: &Path,
        project: &Path,
        from: &Checkpoint,
        to: &Checkpoint,
    ) -> Result<Vec<ChangedFile>> {
        let root = match self.checkout(dir).await {
            Ok(checkout) if checkout.is_repository => checkout.root,
            _ => project.to_owned(),
        };
        for checkpoint in [from, to] {
            if !Repository::with_objects(self, &root).await?.has(&checkpoint.commit).await? {
                return Err(not_there(checkpoint.n));
            }
        }
        let mut changes = Vec::new();
        self.compare(root, &from.commit, &to.commit, None, &mut changes).await?;
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    /// Adds what differs between two checkpoints of one repository, and of those in it.
    async fn compare(
        &self,
        root: PathBuf,
        from: &str,
        to: &str,
        within: Option<&TreePath>,
        changes: &mut Vec<ChangedFile>,
    ) -> Result<()> {
        let repository = Repository::with_objects(self, &root).await?;
        let (before, after) = tokio::try_join!(repository.facts(from), repository.facts(to))?;
        let words = ["diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--no-ext-diff"];
        let words = [&words[..], &["--no-textconv", from, to]].concat();
        let said = repository.run(&words, None).await?;
        if !said.ok {
            return Err(refused(&crate::git::reason(&said.stderr), &root));
        }
        let inner = |facts: &Facts| -> BTreeSet<TreePath> {
            facts.repositories.iter().map(|inner| inner.path.clone()).collect()
        };
        let repositories: BTreeSet<TreePath> = &inner(&before) | &inner(&after);
        let shown = |path: &TreePath| match within {
            Some(folder) => folder.with(&path.text()),
            None => path.text(),
        };
        let entries = entries(&said.stdout, &before, &after);
        // Their own files are compared below.
        let files = entries.into_iter().filter(|(entry, _)| !repositories.contains(&entry.path));
        changes.extend(files.map(|(entry, lines)| ChangedFile {
            path: shown(&entry.path),
            old_path: entry.old_path.as_ref().map(shown),
            status: entry.status,
            added: lines.map_or(0, |(added, _)| added),
            removed: lines.map_or(0, |(_, removed)| removed),
            binary: lines.is_none(),
        }));
        for path in repositories {
            let of = |facts: &Facts| commit_of(&facts.repositories, &path);
            let status = match (of(&before), of(&after)) {
                (Some(from), Some(to)) if from == to => continue,
                (Some(from), Some(to)) => {
                    let (root, shown) = (path.at(&root), shown(&path));
                    let folder = TreePath::from_text(&shown);
                    let compared = self.compare(root, &from, &to, folder.as_ref(), changes);
                    match Box::pin(compared).await {
                        Ok(()) => continue,
                        Err(Error::Refused(_)) => ChangeStatus::Changed,
                        Err(error) => return Err(error),
                    }
                }
                (None, _) => ChangeStatus::Added,
                (Some(_), None) => ChangeStatus::Removed,
            };
            let (path, old_path) = (shown(&path), None);
            changes.push(ChangedFile {
                path,
                old_path,
                status,
                added: 0,
                removed: 0,
                binary: true,
            });
        }
        Ok(())
    }
}

fn commit_of(repositories: &[Inner], path: &TreePath) -> Option<String> {
    repositories.iter().find(|inner| inner.path == *path).map(|inner| inner.commit.clone())
}

fn not_there(n: u32) -> Error {
    Error::refused(
        ErrorCode::NotFound,
        format!("the repository has no checkpoint {n} any more"),
        "Choose another one.",
    )
    .on_terminal("`mush checkpoints STORY` lists them.")
}

/// The differences that git prints, and those of permissions that a tree has no place for.
fn entries(printed: &[u8], before: &Facts, after: &Facts) -> Vec<(Entry, Lines)> {
    let mut parts = printed.split(|byte| *byte == 0);
    let mut found = Vec::new();
    let mut lines: BTreeMap<TreePath, Lines> = BTreeMap::new();
    while let Some(part) = parts.next() {
        match part.strip_prefix(b":") {
            Some(meta) => found.extend(entry(meta, &mut parts)),
            None => lines.extend(counted(part, &mut parts)),
        }
    }
    let differing = before.modes.keys().chain(after.modes.keys());
    let differing = differing.filter(|path| before.modes.get(*path) != after.modes.get(*path));
    let known: BTreeSet<&TreePath> = found.iter().map(|entry| &entry.path).collect();
    let only_modes: BTreeSet<&TreePath> = differing.filter(|path| !known.contains(path)).collect();
    let changed = |path: &TreePath| Entry {
        path: path.clone(),
        old_path: None,
        status: ChangeStatus::Changed,
    };
    let only_modes: Vec<Entry> = only_modes.into_iter().map(changed).collect();
    let of_trees = found.into_iter().map(|entry| {
        let lines = lines.get(&entry.path).copied().flatten();
        (entry, lines)
    });
    of_trees.chain(only_modes.into_iter().map(|entry| (entry, Some((0, 0))))).collect()
}

/// An entry of `git diff-tree --raw -z`, of which `meta` is the first part without its colon.
fn entry<'p>(meta: &[u8], parts: &mut impl Iterator<Item = &'p [u8]>) -> Option<Entry> {
    let status = *meta.rsplit(|byte| *byte == b' ').next()?.first()?;
    let first = TreePath::from_git(parts.next()?);
    let (path, old_path) = match status {
        b'R' => (TreePath::from_git(parts.next()?)?, first),
        _ => (first?, None),
    };
    let status = match status {
        b'A' => ChangeStatus::Added,
        b'D' => ChangeStatus::Removed,
        b'R' => ChangeStatus::Renamed,
        b'T' => ChangeStatus::OtherKind,
        _ => ChangeStatus::Changed,
    };
    Some(Entry { path, old_path, status })
}

/// An entry of `git diff-tree --numstat -z`, of which `first` is the first part: with an empty path, and the
/// old and the new path as parts of their own, if it was renamed.
fn counted<'p>(
    first: &[u8],
    parts: &mut impl Iterator<Item = &'p [u8]>,
) -> Option<(TreePath, Lines)> {
    let mut columns = first.splitn(3, |byte| *byte == b'\t');
    let (added, removed, path) = (columns.next()?, columns.next()?, columns.next()?);
    let path = match path {
        b"" => {
            parts.next()?;
            parts.next()?
        }
        path => path,
    };
    let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse().ok();
    Some((TreePath::from_git(path)?, number(added).zip(number(removed))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(bytes: &[u8]) -> TreePath {
        TreePath::from_git(bytes).expect("a path")
    }

    #[test]
    fn git_s_lines_are_read_with_their_counts() {
        let printed = b":100644 100644 a b M\0a\tb\n\0:100644 100644 a b R086\0old\0new\0:000000 100644 a b A\0bin\0:100644 120000 a b T\0link\0:100644 000000 a b D\0gone\x001\t2\ta\tb\n\x003\t0\t\0old\0new\0-\t-\tbin\x001\t1\tlink\x000\t9\tgone\0";
        let modes = |mode: u32| Facts {
            modes: [(path(b"key"), mode), (path(b"same"), 0o600)].into(),
            ..Facts::default()
        };
        let found = entries(printed, &modes(0o600), &modes(0o400));
        let shown: Vec<String> = found
            .iter()
            .map(|(entry, lines)| format!("{:?} {} {lines:?}", entry.status, entry.path.text()))
            .collect();
        assert_eq!(
            shown,
            [
                "Changed a\tb\n Some((1, 2))",
                "Renamed new Some((3, 0))",
                "Added bin None",
                "OtherKind link Some((1, 1))",
                "Removed gone Some((0, 9))",
                "Changed key Some((0, 0))",
            ]
        );
        assert_eq!(found[1].0.old_path, Some(path(b"old")));
        assert_eq!(entries(b"", &Facts::default(), &Facts::default()), []);
    }

    #[cfg(unix)]
    #[test]
    fn two_checkpoints_are_compared_whatever_became_of_the_worktree() {
        use super::super::world::{World, destroy, git, set_mode, write};
        let world = World::new();
        let root = world.repository("compared", &[]);
        for name in ["key", "gone", "dir/old"] {
            write(&root, name, format!("{name}\n1\n2\n3\n4\n").as_bytes());
        }
        let own = root.join("own");
        git(&world.path("."), &["init", "-q", own.to_str().unwrap()]);
        write(&own, "inner", b"1\n");
        let before = world.checkpoint(&root);
        std::fs::remove_file(root.join("gone")).unwrap();
        std::fs::rename(root.join("dir/old"), root.join("dir/new")).unwrap();
        set_mode(&root, "key", 0o600);
        write(&root, "first.txt", b"first\nsecond\n");
        write(&root, "bytes", b"\0\x01");
        write(&own, "inner", b"2\n");
        let after = world.checkpoint(&root);
        destroy(&root);
        let checkpoint = |made: &super::super::Made| Checkpoint {
            story: protocol::StoryId::new("story"),
            n: made.n,
            at: protocol::Timestamp::default(),
            commit: made.commit.clone(),
            tree: made.tree.clone(),
            because: protocol::CheckpointCause::Asked,
            left_out: Vec::new(),
            more_left_out: 0,
        };
        let (before, after) = (checkpoint(&before), checkpoint(&after));
        let project = root.join(".git");
        let compare = |from, to| {
            let compared = world.git.changes(&root, &project, from, to);
            crate::runtime::wait(compared).unwrap()
        };
        let shown: Vec<String> = compare(&before, &after)
            .unwrap()
            .iter()
            .map(|it| format!("{:?} {} +{} -{}", it.status, it.path, it.added, it.removed))
            .collect();
        assert_eq!(
            shown,
            [
                "Added bytes +0 -0",
                "Renamed dir/new +0 -0",
                "Changed first.txt +1 -0",
                "Removed gone +0 -5",
                "Changed key +0 -0",
                "Changed own/inner +1 -1",
            ]
        );
        assert_eq!(compare(&after, &after).unwrap(), []);
        let unknown = Checkpoint { n: 9, commit: "1".repeat(40), ..after.clone() };
        let refused = compare(&before, &unknown).unwrap_err().to_string();
        assert!(refused.contains("no checkpoint 9 any more"), "{refused}");
    }
}
