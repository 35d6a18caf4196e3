//! Where a branch is pushed to: the remote that git would use, its address, and what is known of the branch there.

use super::{Git, one_line, reason};
use crate::error::{Error, Result};
use protocol::ErrorCode;
use std::collections::BTreeMap;
use std::path::Path;

/// The remote that git fetches from and pushes to if nobody says otherwise.
const USUAL: &str = "origin";

/// The remote of the repository that a fork was made of, by the usual name.
const OF_FORKS: &str = "upstream";

/// Where a branch goes when it is pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PushTarget {
    /// The remote's name.
    pub(crate) remote: String,
    /// The address to which git pushes, with what the configuration makes of it.
    pub(crate) address: String,
    /// The commit that the remote is known to have of the branch, by the remote-tracking branch.
    pub(crate) there: Option<String>,
    /// How many commits of the branch no branch of that remote is known to have; `None` if git does not say.
    pub(crate) unpushed: Option<u32>,
    /// The address of the repository into which pull requests go, if it is another one.
    pub(crate) into: Option<String>,
}

impl Git {
    /// Where the branch of this short name is pushed to; `None` if there is no remote, or several of which nothing
    /// says which.
    ///
    /// # Errors
    /// If git cannot read the repository.
    pub(crate) async fn push_target(
        &self,
        root: &Path,
        branch: &str,
    ) -> Result<Option<PushTarget>> {
        let said = self.run(root, &["config", "--null", "--get-regexp", REMOTES]).await?;
        // Without any match git fails and says nothing.
        if !said.ok && !said.stderr.is_empty() {
            return Err(not_read(root, &said.stderr));
        }
        let configured = Configured::of(&said.stdout);
        let Some(remote) = configured.remote_of(branch) else { return Ok(None) };
        let Some(address) = self.address(root, &remote, true).await? else { return Ok(None) };
        let there = format!("refs/remotes/{remote}/{branch}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &there];
        let said = self.run(root, &words).await?;
        let there = said.ok.then(|| one_line(&said));
        let local = format!("refs/heads/{branch}");
        let known = format!("--remotes={remote}");
        let words = ["rev-list", "--count", &local, "--not", &known, "--"];
        let said = self.run(root, &words).await?;
        let unpushed = said.ok.then(|| one_line(&said)).and_then(|count| count.parse().ok());
        let into = match configured.remotes.contains_key(OF_FORKS) && remote != OF_FORKS {
            true => self.address(root, OF_FORKS, false).await?,
            false => None,
        };
        Ok(Some(PushTarget { remote, address, there, unpushed, into }))
    }

    /// The address of a remote, as git uses it.
    async fn address(&self, root: &Path, remote: &str, to_push: bool) -> Result<Option<String>> {
        let words = ["remote", "get-url", "--push", "--", remote];
        let words = words.iter().filter(|word| to_push || **word != "--push").copied();
        let said = self.run(root, &words.collect::<Vec<_>>()).await?;
        Ok(said.ok.then(|| one_line(&said)))
    }
}

/// The keys that say where a branch goes.
const REMOTES: &str =
    r"^(remote\..*\.(url|pushurl)|remote\.pushdefault|branch\..*\.(remote|pushremote))$";

/// What the configuration says of remotes.
#[derive(Debug, Default)]
struct Configured {
    remotes: BTreeMap<String, ()>,
    usual: Option<String>,
    of_branch: BTreeMap<String, String>,
    pushed_by: BTreeMap<String, String>,
}

impl Configured {
    /// Reads the configuration as git prints it: each name, a line break, its value, a NUL.
    fn of(printed: &str) -> Self {
        let mut found = Self::default();
        for record in printed.split('\0').filter(|record| !record.is_empty()) {
            let Some((name, value)) = record.split_once('\n') else { continue };
            let value = value.to_owned();
            if name == "remote.pushdefault" {
                found.usual = Some(value);
            } else if let Some((remote, _)) = part(name, "remote.") {
                found.remotes.insert(remote.to_owned(), ());
            } else if let Some((branch, key)) = part(name, "branch.") {
                let map = match key {
                    "pushremote" => &mut found.pushed_by,
                    _ => &mut found.of_branch,
                };
                map.insert(branch.to_owned(), value);
            }
        }
        found
    }

    /// The remote to which a branch is pushed, as git chooses it; of several without a choice the usual one.
    fn remote_of(&self, branch: &str) -> Option<String> {
        let chosen = self.pushed_by.get(branch).or(self.usual.as_ref());
        let chosen = chosen.or_else(|| self.of_branch.get(branch));
        // A branch that follows one of its own repository says ".".
        let chosen = chosen.filter(|name| self.remotes.contains_key(*name)).cloned();
        let usual = || self.remotes.contains_key(USUAL).then(|| USUAL.to_owned());
        let only = || self.remotes.keys().next().filter(|_| self.remotes.len() == 1).cloned();
        chosen.or_else(usual).or_else(only)
    }
}

/// `remote.a.b.url` is `a.b` and `url`.
fn part<'n>(name: &'n str, section: &str) -> Option<(&'n str, &'n str)> {
    name.strip_prefix(section)?.rsplit_once('.')
}

fn not_read(root: &Path, stderr: &str) -> Error {
    let (root, why) = (root.display(), reason(stderr));
    let message = format!("git cannot say which remotes {root} has: {why}");
    Error::refused(ErrorCode::Git, message, "`git remote -v` in the folder says more.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_goes_where_git_would_push_it() {
        let remotes = |names: &[&str]| {
            let line = |name: &&str| format!("remote.{name}.url\nhttps://host/{name}\0");
            names.iter().map(line).collect::<String>()
        };
        let (one, two) = (remotes(&["company.main"]), remotes(&["origin", "fork"]));
        let none = remotes(&["a", "b"]);
        let table = [
            (String::new(), None),
            (one.clone(), Some("company.main")),
            (two.clone(), Some("origin")),
            (none.clone(), None),
            (format!("{two}branch.x.remote\nfork\0"), Some("fork")),
            (format!("{two}branch.y.remote\nfork\0"), Some("origin")),
            (format!("{two}branch.x.remote\n.\0"), Some("origin")),
            (format!("{two}remote.pushdefault\nfork\0branch.x.remote\norigin\0"), Some("fork")),
            (
                format!("{two}remote.pushdefault\nfork\0branch.x.pushremote\norigin\0"),
                Some("origin"),
            ),
            (format!("{none}branch.x.remote\nhttps://host/other\0"), None),
        ];
        for (printed, expected) in table {
            let found = Configured::of(&printed).remote_of("x");
            assert_eq!(found.as_deref(), expected, "{printed:?}");
        }
    }
}
