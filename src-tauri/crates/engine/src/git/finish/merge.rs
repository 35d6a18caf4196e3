//! Merges the branch of a story into its base: moves the base forward, makes a merge commit, or one commit of all that
//! the branch changed.

use super::look::Head;
use super::{Acting, Moved, refusals};
use crate::error::Result;
use protocol::ShownBranch;

impl Acting<'_> {
    pub(super) async fn fast_forward(&self, head: &Head, target: &ShownBranch) -> Result<Moved> {
        let commit = self.to_merge(head, target).await?;
        if !self.git.is_ancestor(self.root, &target.commit, &commit).await? {
            return Err(refusals::wrong(
                "the base has commits that the branch does not have".to_owned(),
                "Update the branch from its base first, or make a merge commit.",
            ));
        }
        self.advance(target, &commit).await
    }

    pub(super) async fn merge(
        &self,
        head: &Head,
        target: &ShownBranch,
        message: &str,
    ) -> Result<Moved> {
        let commit = self.to_merge(head, target).await?;
        let tree = self.tree_of(&target.commit, &commit).await?;
        let usual = usual_words(head, target);
        let message = if message.trim().is_empty() { usual.as_str() } else { message };
        let made = self.commit_tree(&tree, &[&target.commit, &commit], message).await?;
        self.advance(target, &made).await
    }

    pub(super) async fn squash(
        &self,
        head: &Head,
        target: &ShownBranch,
        message: &str,
    ) -> Result<Moved> {
        let commit = self.to_merge(head, target).await?;
        let tree = self.tree_of(&target.commit, &commit).await?;
        let words = ["rev-parse", &format!("{}^{{tree}}", target.commit)];
        if self.git.said(self.root, &words).await?.as_ref() == Some(&tree) {
            return Err(nothing());
        }
        let made = self.commit_tree(&tree, &[&target.commit], message).await?;
        self.advance(target, &made).await
    }

    /// The commit that is merged, if the base is where it was shown and does not have it.
    async fn to_merge(&self, head: &Head, target: &ShownBranch) -> Result<String> {
        let commit = head.commit.clone().ok_or_else(nothing)?;
        if head.branch.as_ref() == Some(&target.reference) {
            return Err(refusals::wrong(
                "the branch that is checked out is the base itself".to_owned(),
                "There is nothing to merge.",
            ));
        }
        let is_local = target.reference.starts_with("refs/heads/");
        let now = self.git.commit_of(self.root, &target.reference).await?;
        if !is_local || now.as_ref() != Some(&target.commit) {
            return Err(refusals::moved(&target.reference));
        }
        match self.git.is_ancestor(self.root, &commit, &target.commit).await? {
            true => Err(nothing()),
            false => Ok(commit),
        }
    }
}

/// The message that git itself gives such a commit.
pub(super) fn usual_words(head: &Head, target: &ShownBranch) -> String {
    let short = |name: &str| name.strip_prefix("refs/heads/").unwrap_or(name).to_owned();
    let what = match &head.branch {
        Some(branch) => format!("branch '{}'", short(branch)),
        None => format!("commit '{}'", head.commit.as_deref().unwrap_or_default()),
    };
    match short(&target.reference).as_str() {
        "main" | "master" => format!("Merge {what}"),
        into => format!("Merge {what} into {into}"),
    }
}

fn nothing() -> crate::error::Error {
    refusals::wrong(
        "the base has everything of the branch already".to_owned(),
        "There is nothing to merge.",
    )
}
