//! Removes the references of checkpoints that are not kept any more, also in the repositories within the
//! worktree, where several checkpoints can have the same one. What no reference holds is removed by git's own
//! garbage collection.

use super::LIMIT_OF_LOOKS;
use super::Place;
use super::facts::Facts;
use super::paths::TreePath;
use super::repository::{Repository, refused};
use crate::data_dir::write_private;
use crate::error::{Error, Result};
use crate::git::{Git, reason};
use crate::runtime;
use protocol::StoryId;
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::path::Path;

/// A reference of a story's checkpoint.
#[derive(Debug, PartialEq, Eq)]
struct Reference {
    name: String,
    n: u32,
    commit: String,
    /// Where other repositories are held, and by which commits.
    inner: Vec<(TreePath, String)>,
}

impl Git {
    /// Removes the references of a story's checkpoints but those with these commits and the newest one. If
    /// the worktree is gone, those in `project` are removed, the repository's common directory.
    ///
    /// # Errors
    /// If git refuses; what is left is removed by a later call.
    pub(crate) async fn prune(
        &self,
        place: &Place,
        project: &Path,
        story: &StoryId,
        kept: &HashSet<String>,
    ) -> Result<()> {
        let is_there = |path: &Path| {
            let path = path.to_owned();
            async move { runtime::blocking(move || path.exists()).await.unwrap_or(true) }
        };
        if is_there(&place.root).await
            && let Some(repository) = Repository::open(self, &place.root, LIMIT_OF_LOOKS).await?
        {
            return repository.prune(place, story, kept).await;
        }
        match is_there(project).await {
            true => {
                let repository = Repository::with_objects(self, project, LIMIT_OF_LOOKS).await?;
                repository.prune(place, story, kept).await
            }
            // Nothing is left of it.
            false => Ok(()),
        }
    }
}

impl Repository<'_> {
    async fn prune(&self, place: &Place, story: &StoryId, kept: &HashSet<String>) -> Result<()> {
        let references = self.checkpoints_of(story).await?;
        let newest = references.iter().map(|it| it.n).max();
        let (stay, go): (Vec<Reference>, Vec<Reference>) = references
            .into_iter()
            .partition(|it| kept.contains(&it.commit) || Some(it.n) == newest);
        self.remove(place, story, &go).await?;
        let mut inner: BTreeMap<&TreePath, HashSet<String>> = BTreeMap::new();
        for (path, _) in go.iter().flat_map(|it| &it.inner) {
            inner.entry(path).or_default();
        }
        for (path, commit) in stay.iter().flat_map(|it| &it.inner) {
            inner.entry(path).or_default().insert(commit.clone());
        }
        for (path, kept) in inner {
            let root = self.within(path);
            match Repository::open(self.git, &root, LIMIT_OF_LOOKS).await {
                Ok(Some(repository)) => Box::pin(repository.prune(place, story, &kept)).await?,
                // With it its references are gone.
                Ok(None) => {}
                Err(error) => {
                    tracing::info!(%error, "a repository within a worktree keeps its checkpoints")
                }
            }
        }
        Ok(())
    }

    async fn checkpoints_of(&self, story: &StoryId) -> Result<Vec<Reference>> {
        let below = format!("refs/musher/{story}/");
        let format = "--format=%(refname)%00%(objectname)%00%(contents)%00";
        let said = self.run(&["for-each-ref", format, &below], None).await?;
        match said.ok {
            true => Ok(references(&String::from_utf8_lossy(&said.stdout), &below)),
            false => Err(refused(&reason(&said.stderr), &self.root)),
        }
    }

    /// Removes references, each only if it still leads to its commit.
    async fn remove(&self, place: &Place, story: &StoryId, go: &[Reference]) -> Result<()> {
        if go.is_empty() {
            return Ok(());
        }
        let lines: String =
            go.iter().map(|it| format!("delete {} {}\n", it.name, it.commit)).collect();
        let path = place.scratch.join(format!("{story}.in"));
        let written = path.clone();
        let input = runtime::blocking(move || {
            write_private(&written, lines.as_bytes())?;
            let input = File::open(&written)?;
            fs::remove_file(&written).map(|()| input)
        });
        let input = input.await.flatten().map_err(Error::io("write", &path))?;
        let said = self.run(&["update-ref", "--no-deref", "--stdin"], Some(input)).await?;
        match said.ok {
            true => Ok(()),
            false => Err(refused(&reason(&said.stderr), &self.root)),
        }
    }
}

/// The references that `git for-each-ref` printed: name, commit and message, each with a NUL after it.
fn references(printed: &str, below: &str) -> Vec<Reference> {
    let parts: Vec<&str> = printed.split('\0').collect();
    let read = |record: &[&str]| {
        let name = record[0].trim_start_matches('\n');
        let inner = Facts::of_message(record[2]).unwrap_or_default().repositories;
        Some(Reference {
            name: name.to_owned(),
            n: name.strip_prefix(below)?.parse().ok()?,
            commit: record[1].to_owned(),
            inner: inner.into_iter().map(|inner| (inner.path, inner.commit)).collect(),
        })
    };
    parts.chunks_exact(3).filter_map(read).collect()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::super::world::{World, content, destroy, git, write};
    use super::*;

    fn names(root: &Path) -> Vec<String> {
        let said = git(root, &["for-each-ref", "--format=%(refname)", "refs/musher"]);
        said.lines().map(|name| name.replace("refs/musher/story/", "")).collect()
    }

    fn prune(world: &World, root: &Path, kept: &[&str]) {
        let kept = kept.iter().map(|commit| (*commit).to_owned()).collect();
        let story = StoryId::new("story");
        let place = world.place(root);
        let project = root.join(".git");
        runtime::wait(world.git.prune(&place, &project, &story, &kept)).unwrap().unwrap();
    }

    #[test]
    fn what_is_kept_still_gives_everything_back_also_in_repositories_within() {
        let world = World::new();
        let root = world.repository("outer", &[]);
        let own = world.repository("outer/own", &[]);
        let made: Vec<_> = (1..=4)
            .map(|n: u32| {
                write(&root, "a", format!("{n}").as_bytes());
                // The second one in it is that of the third checkpoint, too.
                write(&own, "b", format!("{}", n.min(2)).as_bytes());
                world.checkpoint(&root)
            })
            .collect();
        let second = content(&root);
        git(&root, &["update-ref", "refs/musher/other/1", &made[0].commit]);
        prune(&world, &root, &[&made[2].commit]);
        assert_eq!(names(&root), ["refs/musher/other/1", "3", "4"]);
        assert_eq!(names(&own), ["2"]);
        for repository in [&root, &own] {
            git(repository, &["reflog", "expire", "--expire=now", "--all"]);
            git(repository, &["gc", "-q", "--prune=now"]);
        }
        destroy(&root);
        world.restore_all(&root, &made[3]);
        assert_eq!(content(&root), second);
        // Pruning again changes nothing, and the newest checkpoint stays even if none is to be kept.
        prune(&world, &root, &[]);
        let newest = names(&root).pop();
        prune(&world, &root, &[]);
        assert_eq!((names(&root).len(), names(&root).pop()), (2, newest));
    }

    #[test]
    fn references_outlive_their_worktree() {
        let world = World::new();
        let main = world.repository("main", &[]);
        let linked = world.path("linked");
        git(&main, &["worktree", "add", "-q", linked.to_str().unwrap()]);
        let made = [(); 3].map(|()| world.checkpoint(&linked));
        fs::remove_dir_all(&linked).unwrap();
        let story = StoryId::new("story");
        let kept = HashSet::from([made[1].commit.clone()]);
        let place = world.place(&linked);
        let project = main.join(".git");
        let prune = || runtime::wait(world.git.prune(&place, &project, &story, &kept)).unwrap();
        prune().unwrap();
        assert_eq!(names(&main), ["2", "3"]);
        fs::remove_dir_all(&main).unwrap();
        prune().unwrap();
    }
}
