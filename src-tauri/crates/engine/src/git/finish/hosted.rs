//! What is to be known of a story's branch before its host is asked: its name, where it is pushed to, and how the host
//! names its base.

use crate::error::Result;
use crate::git::{Git, PushTarget};
use protocol::Base;
use std::path::Path;

/// A branch that has a remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RemoteBranch {
    /// Its short name.
    pub(crate) branch: String,
    /// Where it is pushed to.
    pub(crate) target: PushTarget,
    /// Its base, as the host names it.
    pub(crate) base: Option<String>,
}

impl Git {
    /// The branch that is checked out, with its remote; `None` if no branch is, or there is no remote.
    ///
    /// # Errors
    /// If git cannot read the repository.
    pub(crate) async fn remote_branch(
        &self,
        root: &Path,
        base: Option<&Base>,
    ) -> Result<Option<RemoteBranch>> {
        let head = self.head_of(root).await?;
        let branch = head.branch.as_deref().and_then(|name| name.strip_prefix("refs/heads/"));
        let Some(branch) = branch else { return Ok(None) };
        let Some(target) = self.push_target(root, branch).await? else { return Ok(None) };
        let base = match base {
            Some(base) => self.branches_of_base(root, &base.name).await?.base,
            None => None,
        };
        let base = base.map(|reference| on_host(&reference, &target.remote));
        Ok(Some(RemoteBranch { branch: branch.to_owned(), target, base }))
    }
}

/// The name that a branch has on its host: without that of the remote.
pub(crate) fn on_host(reference: &str, remote: &str) -> String {
    if let Some(local) = reference.strip_prefix("refs/heads/") {
        return local.to_owned();
    }
    let name = reference.strip_prefix("refs/remotes/").unwrap_or(reference);
    let of_remote = name.strip_prefix(remote).and_then(|rest| rest.strip_prefix('/'));
    of_remote.or_else(|| name.split_once('/').map(|(_, rest)| rest)).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_has_its_name_without_the_remote_s() {
        for (reference, expected) in [
            ("refs/heads/main", "main"),
            ("refs/heads/origin/main", "origin/main"),
            ("refs/remotes/company/fork/release/2", "release/2"),
            ("refs/remotes/upstream/main", "main"),
        ] {
            assert_eq!(on_host(reference, "company/fork"), expected);
        }
    }
}
