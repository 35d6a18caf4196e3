//! Makes the commit that joins two branches, without a worktree and before anything is touched, and moves a branch to
//! it: by its reference alone, or with the files of the worktree in which it is checked out.

use super::conflicts::{self, MergeTree};
use super::look::Head;
use super::{Acting, LIMIT_OF_ACTS, LIMIT_OF_SIGNING, Moved, Run, refusals};
use crate::command::{Lane, RawOutput};
use crate::error::{Error, Result};
use crate::git::checkpoint::TreePath;
use crate::git::{OwnEnvironment, SAFE, one_line};
use protocol::{ErrorCode, ShownBranch};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many files are named in a refusal.
const MOST_NAMES: usize = 5;

impl Acting<'_> {
    /// The tree of a merge of a commit into another one.
    ///
    /// # Errors
    /// If files conflict, with their names, or git cannot merge them.
    pub(super) async fn tree_of(&self, into: &str, commit: &str) -> Result<String> {
        if let Some(version) = self.git.too_old_to_merge(self.root).await? {
            return Err(Error::refused(
                ErrorCode::Git,
                format!("git {version} cannot merge without touching files"),
                "Install git 2.38 or newer.",
            ));
        }
        let said = self.merged(into, commit).await?;
        match conflicts::read(&said) {
            Some(MergeTree::Clean { tree }) => Ok(tree),
            Some(MergeTree::Conflicts { files, .. }) => {
                let paths: Vec<TreePath> = files.into_iter().map(|file| file.path).collect();
                Err(conflicting(&paths))
            }
            None => Err(refusals::refused("git cannot merge them", &said.stderr)),
        }
    }

    async fn merged(&self, into: &str, commit: &str) -> Result<RawOutput> {
        let mut command = Command::new(self.git.program(self.root).await?);
        command.arg("-C").arg(self.root).args(SAFE).args(conflicts::merge_tree(into, commit));
        let own = OwnEnvironment { variables: &[], input: None };
        self.git.call(command, own, Lane::Git, super::LIMIT).await
    }

    /// Makes a commit of a tree, with the identity and the signature that are configured. No hook runs.
    pub(super) async fn commit_tree(
        &self,
        tree: &str,
        parents: &[&str],
        message: &str,
    ) -> Result<String> {
        let mut words = vec!["commit-tree", tree];
        words.extend(parents.iter().flat_map(|parent| ["-p", *parent]));
        // Of itself `git commit-tree` does not look whether commits are to be signed.
        let signs = ["config", "--type=bool", "--get", "commit.gpgSign"];
        if self.git.said(self.root, &signs).await?.as_deref() == Some("true") {
            words.push("-S");
        }
        words.extend(["-F", "-"]);
        let mut text = message.trim_end().to_owned();
        text.push('\n');
        let input = Some(self.aside.input("message", text.into_bytes()).await?);
        let run = Run { input, ..Run::within(self.root, LIMIT_OF_SIGNING) };
        let said = self.run(run, &words).await?;
        match said.ok {
            true => Ok(one_line(&said)),
            false => Err(refusals::not_committed("no commit was made", &said.stderr)),
        }
    }

    /// Moves a branch from the commit that was shown to a later one. Where it is checked out, the files of that
    /// worktree follow, and nothing but those that git knows to be as they were is overwritten.
    pub(super) async fn advance(&self, shown: &ShownBranch, to: &str) -> Result<Moved> {
        let dir = self.git.worktree_of(self.root, &shown.reference).await?;
        if dir != shown.checked_out.as_ref().map(PathBuf::from) {
            return Err(refusals::moved("where the base is checked out"));
        }
        if self.git.is_being_rebased(self.root, &shown.reference).await? {
            return Err(refusals::wrong(
                "a rebase or a bisection of the base is under way in one of its worktrees"
                    .to_owned(),
                "Finish or abort it first.",
            ));
        }
        match &dir {
            None => self.set(&shown.reference, Some(to), Some(&shown.commit)).await?,
            Some(dir) => {
                self.check_worktree(dir, &shown.reference, &shown.commit).await?;
                self.forward(dir, to).await?;
            }
        }
        Ok(Moved {
            reference: shown.reference.clone(),
            from: Some(shown.commit.clone()),
            to: Some(to.to_owned()),
            dir: dir.map(|dir| dir.display().to_string()),
        })
    }

    /// Sets a reference if it has the value that was shown; `None` for one that is not there.
    pub(super) async fn set(
        &self,
        reference: &str,
        to: Option<&str>,
        from: Option<&str>,
    ) -> Result<()> {
        self.check_cancelled()?;
        let because = format!("musher: {}", word(self.act));
        let mut words = vec!["update-ref", "-m", &because, "--no-deref"];
        match to {
            Some(to) => words.extend([reference, to, from.unwrap_or_default()]),
            None => words.extend(["-d", reference, from.unwrap_or_default()]),
        }
        let said = self.git.question(self.root, &words).await?;
        match said.ok {
            true => Ok(()),
            false if self.git.commit_of(self.root, reference).await?.as_deref() != from => {
                Err(refusals::moved(reference))
            }
            false => Err(refusals::refused("git did not move the branch", &said.stderr)),
        }
    }

    /// Refuses a worktree whose branch, commit or files are not as they are to be.
    pub(super) async fn check_worktree(
        &self,
        dir: &Path,
        reference: &str,
        commit: &str,
    ) -> Result<()> {
        let Head { commit: now, branch } = self.git.head_of(dir).await?;
        if branch.as_deref() != Some(reference) || now.as_deref() != Some(commit) {
            return Err(refusals::moved(&format!("what is checked out in {}", dir.display())));
        }
        let there = crate::git::checkpoint::Place {
            root: dir.to_owned(),
            scratch: PathBuf::new(),
            own: PathBuf::new(),
        };
        if let Some(operation) = self.git.operation(&there).await? {
            return Err(refusals::operation(operation, dir));
        }
        match self.git.uncommitted(dir).await? {
            Some(found) if found.known.is_empty() => Ok(()),
            Some(found) => Err(refusals::wrong(
                format!("in {} not everything is committed: {}", dir.display(), few(&found.known)),
                "Commit or put it aside there first.",
            )),
            None => Err(refusals::wrong(
                format!("git does not say whether everything is committed in {}", dir.display()),
                "`git status` there says more.",
            )),
        }
    }

    /// Has the branch of a worktree and its files follow to a later commit. Git refuses before it touches anything if
    /// a file that is not committed would be overwritten. From here on nothing is cancelled: files are being written.
    pub(super) async fn forward(&self, dir: &Path, to: &str) -> Result<()> {
        self.check_cancelled()?;
        let words = ["merge", "--ff-only", "--no-stat", "--no-autostash", "--quiet", to];
        let run = Run { can_be_cancelled: false, ..Run::within(dir, LIMIT_OF_ACTS) };
        let said = self.run(run, &words).await?;
        let now = self.git.head_of(dir).await?.commit;
        match now.as_deref() == Some(to) {
            true => Ok(()),
            false => Err(refusals::refused("git did not move the branch", &said.stderr)),
        }
    }
}

/// What is done, for the reflog.
pub(super) fn word(act: protocol::FinishAct) -> &'static str {
    use protocol::FinishAct as A;
    match act {
        A::Commit => "commit",
        A::UpdateByMerge => "merge of the base",
        A::UpdateByRebase => "rebase",
        A::FastForward => "fast-forward",
        A::Merge => "merge",
        A::Squash => "squash",
        A::Push => "push",
        A::PullRequest => "pull request",
        A::Remove => "removal",
        A::Undo => "undo",
    }
}

/// The refusal because files conflict.
pub(super) fn conflicting(paths: &[TreePath]) -> Error {
    Error::refused(
        ErrorCode::Conflicts,
        format!("files conflict, so nothing was touched: {}", few(paths)),
        "Have the agent merge the base into its branch first, or do it yourself in the worktree.",
    )
    .on_terminal("`mush finish STORY` shows what conflicts.")
}

fn few(paths: &[TreePath]) -> String {
    let mut names: Vec<String> = paths.iter().take(MOST_NAMES).map(TreePath::text).collect();
    if let Some(more @ 1..) = paths.len().checked_sub(MOST_NAMES) {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}
