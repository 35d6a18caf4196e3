//! What git says of a worktree that may be removed: what is not committed, which commits it has alone, what is
//! unfinished. If git does not answer one of the questions, nothing is known.

use crate::error::{Error, Result};
use crate::git::checkpoint::Place;
use crate::git::{Git, one_line};
use crate::runtime;
use protocol::{FewPaths, WorktreeGit};
use std::io;
use std::path::{Path, PathBuf};

/// How many files of each kind are listed.
const MOST_NAMES: usize = 50;

impl Git {
    /// What git says of the worktree with this root of the repository with this common directory; `None` if it does
    /// not answer one of the questions, or the folder is not that worktree.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(crate) async fn leaving(
        &self,
        place: &Place,
        project: &Path,
    ) -> Result<Option<WorktreeGit>> {
        let root = place.root.as_path();
        let found = self.checkout(root).await?;
        if found.project != project || found.root != root || !found.is_repository {
            return Ok(None);
        }
        let (Some(own), Some(files), Some(head)) =
            (self.own_dir(root).await?, self.entries(root).await?, self.commit_there(root).await?)
        else {
            return Ok(None);
        };
        let branch = match self.run(root, &["symbolic-ref", "--quiet", "HEAD"]).await? {
            said if said.ok => Some(one_line(&said)),
            _ => None,
        };
        let (Some(stashes), Some(unmerged), Some(unpushed), Some(submodules)) = (
            self.stashes(root, branch.as_deref()).await?,
            self.unmerged(root, branch.as_deref(), head.as_deref()).await?,
            self.unpushed(root, head.as_deref()).await?,
            self.filled_submodules(root).await?,
        ) else {
            return Ok(None);
        };
        let operation = self.operation(place).await?.map(|it| it.word().to_owned());
        let lock = own.join("locked");
        let is_locked = tokio::fs::try_exists(&lock).await.map_err(Error::io("look at", &lock))?;
        let few = |names: Vec<String>| FewPaths::of(names, MOST_NAMES);
        Ok(Some(WorktreeGit {
            branch,
            head,
            is_main: own == project,
            changed: few(files.changed),
            untracked: few(files.untracked),
            ignored: few(files.ignored),
            stashes,
            unpushed,
            unmerged,
            operation,
            locked: is_locked,
            submodules: few(submodules),
        }))
    }

    /// The folder in which git keeps what it knows of this worktree alone.
    pub(super) async fn own_dir(&self, root: &Path) -> Result<Option<PathBuf>> {
        let said = self.run(root, &["rev-parse", "--absolute-git-dir"]).await?;
        Ok(said.ok.then(|| PathBuf::from(one_line(&said))))
    }

    async fn entries(&self, root: &Path) -> Result<Option<Entries>> {
        let words = ["status", "--porcelain=v1", "-z", "--no-renames", "--ignored=matching"];
        let said = self.run(root, &words).await?;
        Ok(said.ok.then(|| Entries::of(&said.stdout)))
    }

    /// The commit that is checked out; `Some(None)` before the first one.
    #[allow(clippy::option_option, reason = "no answer of git is not the same as no commit")]
    async fn commit_there(&self, root: &Path) -> Result<Option<Option<String>>> {
        let said = self.run(root, &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).await?;
        if said.ok {
            return Ok(Some(Some(one_line(&said))));
        }
        let branch = self.run(root, &["symbolic-ref", "--quiet", "HEAD"]).await?;
        let words = ["show-ref", "--verify", "--quiet", &one_line(&branch)];
        let is_unborn = branch.ok && !self.run(root, &words).await?.ok;
        Ok(is_unborn.then_some(None))
    }

    /// How many stashes were made on a branch. They belong to the repository.
    async fn stashes(&self, root: &Path, branch: Option<&str>) -> Result<Option<u32>> {
        let said = self.run(root, &["stash", "list", "-z", "--format=%gs"]).await?;
        let short = branch.and_then(|it| it.strip_prefix("refs/heads/"));
        let of_it = |subject: &&str| {
            let on = subject.strip_prefix("WIP on ").or_else(|| subject.strip_prefix("On "));
            on.and_then(|on| on.split_once(": ")).is_some_and(|(on, _)| short == Some(on))
        };
        Ok(said.ok.then(|| count(said.stdout.split('\0').filter(of_it))))
    }

    /// How many commits of a head are on no other branch, tag or remote.
    async fn unmerged(
        &self,
        root: &Path,
        branch: Option<&str>,
        head: Option<&str>,
    ) -> Result<Option<u32>> {
        let Some(head) = head else { return Ok(Some(0)) };
        let own = branch.map(|branch| format!("--exclude={branch}"));
        let mut words = vec!["rev-list", "--count", head, "--not"];
        words.extend(own.as_deref());
        words.extend(["--glob=refs/heads/*", "--tags", "--remotes", "--"]);
        self.number(root, &words).await
    }

    /// How many commits of a head no remote is known to have; `Some(None)` if there is no remote.
    #[allow(clippy::option_option, reason = "no answer of git is not the same as no remote")]
    async fn unpushed(&self, root: &Path, head: Option<&str>) -> Result<Option<Option<u32>>> {
        let words = ["for-each-ref", "--count=1", "--format=%(refname)", "refs/remotes/"];
        let remotes = self.run(root, &words).await?;
        if !remotes.ok {
            return Ok(None);
        }
        match head {
            Some(head) if !remotes.stdout.is_empty() => {
                let words = ["rev-list", "--count", head, "--not", "--remotes", "--"];
                Ok(self.number(root, &words).await?.map(Some))
            }
            _ => Ok(Some(None)),
        }
    }

    /// The submodules that have a repository of their own here.
    async fn filled_submodules(&self, root: &Path) -> Result<Option<Vec<String>>> {
        let said = self.run(root, &["ls-files", "--stage", "-z"]).await?;
        if !said.ok {
            return Ok(None);
        }
        let entry =
            |entry: &str| Some(entry.strip_prefix("160000 ")?.split_once('\t')?.1.to_owned());
        let all: Vec<String> = said.stdout.split('\0').filter_map(entry).collect();
        let root = root.to_owned();
        let look = move || {
            let mut filled = Vec::new();
            for path in all {
                match root.join(&path).join(".git").symlink_metadata() {
                    Ok(_) => filled.push(path),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(_) => return None,
                }
            }
            Some(filled)
        };
        runtime::blocking(look).await.map_err(Error::Thread)
    }

    async fn number(&self, root: &Path, words: &[&str]) -> Result<Option<u32>> {
        let said = self.run(root, words).await?;
        Ok(one_line(&said).parse().ok().filter(|_| said.ok))
    }
}

/// What `git status` lists.
#[derive(Debug, Default, PartialEq, Eq)]
struct Entries {
    changed: Vec<String>,
    untracked: Vec<String>,
    /// Files before folders: a folder can mostly be made again, a file was mostly written.
    ignored: Vec<String>,
}

impl Entries {
    fn of(printed: &str) -> Self {
        let mut entries = Self::default();
        for entry in printed.split('\0').filter(|entry| !entry.is_empty()) {
            match entry.split_at_checked(3) {
                Some(("!! ", name)) => entries.ignored.push(name.to_owned()),
                Some(("?? ", name)) => entries.untracked.push(name.to_owned()),
                Some((_, name)) => entries.changed.push(name.to_owned()),
                None => {}
            }
        }
        entries.ignored.sort_by_key(|name| name.ends_with('/'));
        entries
    }
}

fn count<T>(all: impl Iterator<Item = T>) -> u32 {
    u32::try_from(all.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_files_come_before_ignored_folders() {
        let entries = Entries::of(" M a b\0?? new/\0!! target/\0!! .env\0!! node_modules/\0A  c\0");
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let expected = Entries {
            changed: names(&["a b", "c"]),
            untracked: names(&["new/"]),
            ignored: names(&[".env", "target/", "node_modules/"]),
        };
        assert_eq!(entries, expected);
        assert_eq!(Entries::of(""), Entries::default());
    }
}
