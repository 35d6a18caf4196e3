//! Updates the branch of a story from its base, in the story's worktree. What would conflict is known before a file is
//! touched; a rebase that meets a conflict is taken back as a whole.

use super::join::conflicting;
use super::look::Head;
use super::{Acting, LIMIT_OF_ACTS, Moved, Run, refusals};
use crate::command::Lane;
use crate::error::{Error, Result};
use crate::git::checkpoint::TreePath;
use crate::git::{OwnEnvironment, SAFE};
use protocol::ShownBranch;
use std::process::Command;

/// Settings of a rebase: only the branch itself moves, by the commits that it has.
const PLAIN: [&str; 8] = [
    "-c",
    "rebase.autoStash=false",
    "-c",
    "rebase.autoSquash=false",
    "-c",
    "rebase.updateRefs=false",
    "-c",
    "rebase.rebaseMerges=false",
];

impl Acting<'_> {
    pub(super) async fn update_by_merge(&self, head: &Head, base: &ShownBranch) -> Result<Moved> {
        let (branch, commit) = self.to_update(head, base).await?;
        let to = match self.git.is_ancestor(self.root, &commit, &base.commit).await? {
            true => base.commit.clone(),
            false => {
                let tree = self.tree_of(&commit, &base.commit).await?;
                let message = words(&branch, base);
                self.commit_tree(&tree, &[&commit, &base.commit], &message).await?
            }
        };
        self.check_head(head).await?;
        self.forward(self.root, &to).await?;
        Ok(self.moved(branch, commit, to))
    }

    pub(super) async fn rebase(&self, head: &Head, base: &ShownBranch) -> Result<Moved> {
        let (branch, commit) = self.to_update(head, base).await?;
        self.check_worktree(self.root, &branch, &commit).await?;
        self.check_cancelled()?;
        let rebase = ["rebase", "--quiet", "--no-fork-point", &base.commit];
        let words: Vec<&str> = PLAIN.iter().chain(&rebase).copied().collect();
        let said = self.run(Run::within(self.root, LIMIT_OF_ACTS), &words).await;
        let now = self.git.head_of(self.root).await?;
        let has_ended = now.branch.as_ref() == Some(&branch);
        if let (Ok(said), true, Some(to)) = (&said, has_ended, &now.commit)
            && said.ok
        {
            return Ok(self.moved(branch, commit, to.clone()));
        }
        let paths = self.unmerged().await?;
        self.take_back(head).await?;
        Err(match said {
            Err(error) => error,
            Ok(_) if !paths.is_empty() => conflicting(&paths),
            Ok(said) => refusals::refused("git did not rebase the branch", &said.stderr),
        })
    }

    fn moved(&self, reference: String, from: String, to: String) -> Moved {
        let dir = Some(self.root.display().to_string());
        Moved { reference, from: Some(from), to: Some(to), dir }
    }

    /// The branch and its commit, if the base is where it was shown and has something new.
    async fn to_update(&self, head: &Head, base: &ShownBranch) -> Result<(String, String)> {
        let branch = head.branch.clone().ok_or_else(refusals::detached)?;
        let commit = head.commit.clone().ok_or_else(up_to_date)?;
        if self.git.commit_of(self.root, &base.reference).await?.as_ref() != Some(&base.commit) {
            return Err(refusals::moved(&base.reference));
        }
        match self.git.is_ancestor(self.root, &base.commit, &commit).await? {
            true => Err(up_to_date()),
            false => Ok((branch, commit)),
        }
    }

    async fn check_head(&self, head: &Head) -> Result<()> {
        match self.git.head_of(self.root).await? == *head {
            true => Ok(()),
            false => Err(refusals::moved("what is checked out in the story's worktree")),
        }
    }

    /// The files that git could not merge.
    async fn unmerged(&self) -> Result<Vec<TreePath>> {
        let mut command = Command::new(self.git.program(self.root).await?);
        command.arg("-C").arg(self.root).args(SAFE);
        command.args(["diff", "--name-only", "--no-ext-diff", "--diff-filter=U", "-z"]);
        let own = OwnEnvironment { variables: &[], input: None };
        let said = self.git.call(command, own, Lane::Git, super::LIMIT).await?;
        Ok(said.stdout.split(|byte| *byte == 0).filter_map(TreePath::from_git).collect())
    }

    /// Takes back a rebase that did not come to its end.
    async fn take_back(&self, head: &Head) -> Result<()> {
        let run = Run { can_be_cancelled: false, ..Run::within(self.root, LIMIT_OF_ACTS) };
        let said = self.run(run, &["rebase", "--abort"]).await?;
        match self.git.head_of(self.root).await? == *head {
            true => Ok(()),
            false => Err(Error::refused(
                protocol::ErrorCode::Git,
                format!("the rebase could not be taken back: {}", said.stderr.trim()),
                "`git status` in the worktree says how it stands; the checkpoint before it holds every file.",
            )),
        }
    }
}

/// The message that git itself gives such a commit.
fn words(branch: &str, base: &ShownBranch) -> String {
    let into = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    match base.reference.strip_prefix("refs/remotes/") {
        Some(remote) => format!("Merge remote-tracking branch '{remote}' into {into}"),
        None => {
            let name = base.reference.strip_prefix("refs/heads/").unwrap_or(&base.reference);
            format!("Merge branch '{name}' into {into}")
        }
    }
}

fn up_to_date() -> Error {
    refusals::wrong(
        "the branch has everything of its base already".to_owned(),
        "There is nothing to update.",
    )
}
