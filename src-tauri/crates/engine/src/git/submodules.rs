//! Fills the submodules of a new worktree from repositories on this machine. Nothing is fetched
//! over a network: each is cloned from where the folder has it from which the worktree was made.

use super::{CHECKOUT_LIMIT, Git, one_line};
use crate::command::Lane;
use crate::error::Result;
use crate::runtime;
use std::path::{Path, PathBuf};

/// How deeply nested submodules are filled; a repository may contain itself.
const DEEPEST: usize = 8;

/// A submodule in `.gitmodules`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Submodule {
    name: String,
    path: String,
}

/// A worktree, and where its submodules can be cloned from.
struct Level {
    worktree: PathBuf,
    /// The folder with the same files from which the worktree was made.
    source: PathBuf,
    /// The git directory with the submodules that are not checked out in `source`.
    kept: PathBuf,
    /// The path relative to the outermost worktree.
    below: String,
}

impl Git {
    /// Fills the submodules of `worktree` from those of `source`, a checkout of the repository at
    /// `common`. Returns the paths of those that stay empty.
    pub(super) async fn fill_submodules(
        &self,
        worktree: &Path,
        source: &Path,
        common: &Path,
    ) -> Result<Vec<String>> {
        let mut empty = Vec::new();
        let mut levels = vec![Level {
            worktree: worktree.to_owned(),
            source: source.to_owned(),
            kept: common.to_owned(),
            below: String::new(),
        }];
        while let Some(level) = levels.pop() {
            for submodule in self.submodules(&level.worktree).await? {
                let Submodule { name, path } = &submodule;
                let shown = format!("{}{path}", level.below);
                let filled = match self.repository_of(&level, &submodule).await? {
                    Some(from) => {
                        self.fill(&level.worktree, &submodule, &from).await?.then_some(from)
                    }
                    None => None,
                };
                match filled {
                    Some(from) if shown.split('/').count() <= DEEPEST * 2 => levels.push(Level {
                        worktree: level.worktree.join(path),
                        source: level.source.join(path),
                        kept: from,
                        below: format!("{shown}/"),
                    }),
                    Some(_) => tracing::warn!(name, "submodules below this one are not filled"),
                    None => empty.push(shown),
                }
            }
        }
        empty.sort();
        Ok(empty)
    }

    /// The submodules in a worktree's `.gitmodules` that have a place in the worktree.
    async fn submodules(&self, worktree: &Path) -> Result<Vec<Submodule>> {
        let file = worktree.join(".gitmodules");
        if !runtime::blocking(move || file.is_file()).await.unwrap_or(false) {
            return Ok(Vec::new());
        }
        let words =
            ["config", "--null", "--file", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$"];
        let said = self.run(worktree, &words).await?;
        Ok(said.stdout.split('\0').filter_map(submodule).collect())
    }

    /// The git directory from which a submodule can be cloned without a network, if there is one.
    async fn repository_of(
        &self,
        level: &Level,
        Submodule { name, path }: &Submodule,
    ) -> Result<Option<PathBuf>> {
        let (folder, kept) = (level.source.join(path), level.kept.join("modules").join(name));
        let (dot_git, head) = (folder.join(".git"), kept.join("HEAD"));
        let look = move || (dot_git.exists(), head.is_file());
        let (is_filled, is_kept) = runtime::blocking(look).await.unwrap_or((false, false));
        if is_filled {
            let said = self.run(&folder, &["rev-parse", "--absolute-git-dir"]).await?;
            if said.ok {
                return Ok(Some(PathBuf::from(one_line(&said))));
            }
        }
        Ok(is_kept.then_some(kept))
    }

    /// Clones one submodule from the git directory `from` and checks out the recorded commit.
    /// Returns whether its files exist. Its configured address is not changed.
    async fn fill(
        &self,
        worktree: &Path,
        Submodule { name, path }: &Submodule,
        from: &Path,
    ) -> Result<bool> {
        let Some(from) = from.to_str() else { return Ok(false) };
        let began = self.run(worktree, &["submodule", "--quiet", "init", "--", path]).await?;
        let key = format!("submodule.{name}.url");
        let address = self.run(worktree, &["config", "--get", &key]).await?;
        if !(began.ok && address.ok) {
            return Ok(false);
        }
        let local = format!("{key}={from}");
        let only = ["-c", "protocol.allow=never", "-c", "protocol.file.allow=always", "-c", &local];
        let update = ["submodule", "--quiet", "update", "--checkout", "--", path];
        let words = [&only[..], &update].concat();
        let said = self.within(Lane::Checkout, CHECKOUT_LIMIT, worktree, &words).await?;
        let place = worktree.join(path);
        let dot_git = place.join(".git");
        // A submodule may be configured not to be filled; git in its folder would then use the
        // outer repository.
        let is_there = runtime::blocking(move || dot_git.exists()).await.unwrap_or(false);
        if !said.ok || !is_there {
            tracing::warn!(path, said = said.stderr, "a submodule stays empty");
            return Ok(false);
        }
        let set = ["remote", "set-url", "origin", &one_line(&address)];
        self.run(&place, &set).await?;
        Ok(true)
    }
}

/// Parses an entry of `git config --null --get-regexp`: the key, a newline, the value. A name or
/// path that leads out of its folder is ignored.
fn submodule(entry: &str) -> Option<Submodule> {
    let (key, path) = entry.split_once('\n')?;
    let name = key.strip_prefix("submodule.")?.strip_suffix(".path")?;
    let stays = |text: &str| {
        let mut parts = Path::new(text).components();
        !text.is_empty() && parts.all(|part| matches!(part, std::path::Component::Normal(_)))
    };
    (stays(name) && stays(path)).then(|| Submodule { name: name.to_owned(), path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_submodules_inside_their_folder_are_known() {
        let parsed = |entry: &str| submodule(entry).map(|found| (found.name, found.path));
        let both = |name: &str, path: &str| Some((name.to_owned(), path.to_owned()));
        assert_eq!(parsed("submodule.lib.path\nlib"), both("lib", "lib"));
        assert_eq!(parsed("submodule.a/b.c.path\nsrc/x y"), both("a/b.c", "src/x y"));
        for odd in [
            "submodule.../x.path\nlib",
            "submodule.lib.path\n../x",
            "submodule.lib.path\n/x",
            "submodule.lib.path\n",
            "submodule.lib.url\nx",
            "x",
        ] {
            assert_eq!(parsed(odd), None, "{odd:?}");
        }
    }
}
