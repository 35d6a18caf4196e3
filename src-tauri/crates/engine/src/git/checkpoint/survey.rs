//! What is in a worktree and not ignored. Git is asked about every name that it does not track: which of
//! them it ignores may change with a file that is nowhere near. At first it is asked for the whole list, and
//! later only whether that list still holds, which takes a fraction of the time. If it does not, or a folder
//! is there that was not before, it is asked for the list again.

use super::Place;
use super::kept::{Kept, Tracked};
use super::object::{Entry, side_by_side};
use super::paths::TreePath;
use super::repository::{Repository, refused};
use super::scratch::Scratch;
use super::walk::{Plan, Walk};
use crate::error::Result;
use crate::runtime;
use std::collections::HashSet;
use std::time::Instant;

/// What is in a worktree.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) walk: Walk,
    pub(super) tracked: Tracked,
}

/// What was so at the last checkpoint.
#[derive(Debug)]
pub(super) struct Before<'k> {
    pub(super) entries: &'k [Entry],
    pub(super) empty: &'k [TreePath],
    pub(super) repositories: Vec<&'k TreePath>,
    pub(super) ignored: &'k [TreePath],
}

impl<'k> Before<'k> {
    pub(super) fn of(kept: &'k Kept) -> Self {
        let facts = &kept.last.facts;
        Self {
            entries: &kept.entries,
            empty: &facts.empty,
            repositories: facts.repositories.iter().map(|inner| &inner.path).collect(),
            ignored: &kept.ignored,
        }
    }

    /// The folders that were looked into.
    fn folders(&self) -> HashSet<TreePath> {
        let entries = self.entries.iter().map(|entry| &entry.path);
        let others = self.empty.iter().chain(self.ignored).chain(self.repositories.iter().copied());
        let mut folders = folders_of(entries.chain(others));
        folders.extend(self.empty.iter().chain(self.repositories.iter().copied()).cloned());
        folders
    }
}

impl Scratch<'_> {
    /// Looks at the worktree. `with_ignored` says whether ignored files are a part of it.
    pub(super) async fn survey(
        &self,
        place: &Place,
        before: Option<Before<'_>>,
        tracked: Tracked,
        with_ignored: bool,
        until: Instant,
    ) -> Result<Survey> {
        let repository = self.repository;
        let own = place.own.strip_prefix(&repository.root).ok();
        let own = own.and_then(|own| TreePath::default().join(own.as_os_str()));
        let plan = |ignored: HashSet<TreePath>, known| Plan {
            root: repository.root.clone(),
            ignored,
            own: own.clone(),
            known,
            until,
        };
        if with_ignored {
            let all = repository.walk(plan(HashSet::new(), None));
            let (walk, tracked) = tokio::try_join!(all, repository.tracked(tracked))?;
            return Ok(Survey { walk, tracked });
        }
        if let Some(before) = before {
            let ignored = before.ignored.iter().cloned().collect();
            let again = repository.walk(plan(ignored, Some(before.folders())));
            let (walk, tracked) = tokio::try_join!(again, repository.tracked(tracked))?;
            if !walk.has_unknown && self.is_ignored_as(&walk, &tracked).await? {
                return Ok(Survey { walk, tracked });
            }
            let ignored = repository.ignored().await?;
            let walk = repository.walk(plan(ignored, None)).await?;
            return Ok(Survey { walk, tracked });
        }
        let (ignored, tracked) =
            tokio::try_join!(repository.ignored(), repository.tracked(tracked))?;
        let walk = repository.walk(plan(ignored, None)).await?;
        Ok(Survey { walk, tracked })
    }
}

impl Repository<'_> {
    async fn walk(&self, plan: Plan) -> Result<Walk> {
        let walk = runtime::blocking(move || plan.walk()).await.flatten();
        walk.map_err(|error| refused(&keeper::words(&error), &self.root))
    }
}

impl Scratch<'_> {
    /// Whether git ignores what the walk took for ignored, and nothing else.
    async fn is_ignored_as(&self, walk: &Walk, tracked: &Tracked) -> Result<bool> {
        let folders = folders_of(tracked.paths.iter());
        let is_tracked =
            |path: &TreePath| folders.contains(path) || tracked.paths.binary_search(path).is_ok();
        if walk.ignored.iter().any(is_tracked) {
            // Git ignores nothing that it tracks.
            return Ok(false);
        }
        let mut names = untracked(walk, tracked, &folders);
        names.extend(&walk.ignored);
        if names.is_empty() {
            return Ok(true);
        }
        let mut input = Vec::new();
        for name in &names {
            // No name begins as an option or as magic of git's.
            input.extend([b"./", name.bytes(), b"\0"].concat());
        }
        let input = self.input("names", input).await?;
        let words = ["check-ignore", "--no-index", "-z", "--stdin"];
        let said = self.repository.run(&words, Some(input)).await?;
        // It exits with 1 if none is ignored.
        if !said.ok && (said.stderr.contains("fatal: ") || !said.stdout.is_empty()) {
            return Ok(false);
        }
        let said = said.stdout.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        let said: HashSet<&[u8]> =
            said.map(|path| path.strip_prefix(b"./").unwrap_or(path)).collect();
        let ignored: HashSet<&[u8]> = walk.ignored.iter().map(TreePath::bytes).collect();
        Ok(said == ignored)
    }
}

/// Every folder that one of these paths is in.
fn folders_of<'p>(paths: impl Iterator<Item = &'p TreePath>) -> HashSet<TreePath> {
    let mut folders = HashSet::new();
    let mut last: &[u8] = &[];
    for path in paths {
        let folder = path.folder();
        // Paths in order are mostly in the folder of the one before.
        if folder == last {
            continue;
        }
        last = folder;
        for folder in path.folders().rev() {
            // Its own folders are there, too.
            if !folders.insert(folder) {
                break;
            }
        }
    }
    folders
}

/// What the walk found and git does not track, folders without anything tracked among it.
fn untracked<'w>(
    walk: &'w Walk,
    tracked: &'w Tracked,
    folders: &HashSet<TreePath>,
) -> Vec<&'w TreePath> {
    let files = side_by_side(&walk.files, &tracked.paths);
    let files = files.filter(|(_, tracked)| tracked.is_none()).filter_map(|(file, _)| file);
    let mut names: Vec<&TreePath> = files.map(|file| &file.path).collect();
    names.extend(walk.folders.iter().filter(|folder| !folders.contains(*folder)));
    let repositories = side_by_side(&walk.repositories, &tracked.paths);
    let repositories = repositories.filter(|(_, tracked)| tracked.is_none());
    names.extend(repositories.filter_map(|(path, _)| path));
    names
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::super::world::{World, git, write};
    use std::fs;
    use std::path::Path;

    /// The files that say what git ignores change between two checkpoints, and each holds what is not ignored at
    /// that moment.
    #[test]
    fn what_is_ignored_is_asked_anew_at_each_checkpoint() {
        let world = World::new();
        let root = world.repository("ignoring", &[]);
        let held = || {
            let tree = world.checkpoint(&root).tree;
            let names = git(&root, &["ls-tree", "-r", "--name-only", &tree]);
            names
                .lines()
                .filter(|name| !name.contains(".git"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        for name in ["a.o", "b/c.o", "b/d", "e/f.o", "g"] {
            write(&root, name, name.as_bytes());
        }
        let first = ["a.o", "b/c.o", "b/d", "e/f.o", "first.txt", "g"];
        assert_eq!(held(), first);
        let exclude = |text: &str| fs::write(root.join(".git/info/exclude"), text).unwrap();
        let home = |text: &str| {
            write(&world.path("home"), ".gitconfig", b"[core]\n\texcludesFile = ~/ignore\n");
            write(&world.path("home"), "ignore", text.as_bytes());
        };
        type Step<'s> = (&'s dyn Fn(&Path), &'s [&'s str]);
        let steps: [Step<'_>; 10] = [
            (&|root| write(root, ".gitignore", b"*.o\n"), &["b/d", "first.txt", "g"]),
            (&|_| (), &["b/d", "first.txt", "g"]),
            // What is tracked is not ignored.
            (&|root| drop(git(root, &["add", "-f", "a.o"])), &["a.o", "b/d", "first.txt", "g"]),
            (&|root| drop(git(root, &["rm", "-q", "--cached", "a.o"])), &["b/d", "first.txt", "g"]),
            (&|root| write(root, "b/.gitignore", b"!c.o\n"), &["b/c.o", "b/d", "first.txt", "g"]),
            // A whole folder that was not there before.
            (&|root| write(root, "new/h.o", b""), &["b/c.o", "b/d", "first.txt", "g"]),
            (&|root| write(root, "new/i", b""), &["b/c.o", "b/d", "first.txt", "g", "new/i"]),
            (&|_| exclude("new\n"), &["b/c.o", "b/d", "first.txt", "g"]),
            (&|_| home("g\n"), &["b/c.o", "b/d", "first.txt"]),
            (
                &|root| {
                    fs::remove_file(root.join(".gitignore")).unwrap();
                    exclude("");
                    home("");
                },
                &["a.o", "b/c.o", "b/d", "e/f.o", "first.txt", "g", "new/h.o", "new/i"],
            ),
        ];
        for (n, (step, expected)) in steps.iter().enumerate() {
            step(&root);
            assert_eq!(held(), *expected, "{n}");
        }
    }
}
