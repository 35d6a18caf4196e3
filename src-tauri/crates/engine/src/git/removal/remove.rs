//! Removes a worktree by `git worktree remove`, after everything was looked at once more: it is as it was shown, nobody
//! works in it, and a checkpoint holds its files as they are.

use super::back::WorktreeBack;
use super::keeps::keeps_from_git;
use crate::error::{Error, Result};
use crate::git::finish::{FinishOrder, refusals};
use crate::git::{Git, TakenCheckpoint, reason};
use crate::processes;
use crate::runtime;
use protocol::{ErrorCode, FinishAct, FinishDone, KeptBecause, RemovedWorktree, WorktreeGit};
use std::io;
use std::path::Path;

/// The longest text of a setting that is recorded (bytes).
const LONGEST: u64 = 64 * 1024;

impl Git {
    /// Removes the worktree of an order, and its branch if that is wanted.
    ///
    /// # Errors
    /// If something is not as it was shown, or speaks against it. Then everything is as it was.
    pub(in crate::git) async fn remove(
        &self,
        order: &FinishOrder,
        ignored: u32,
        delete_branch: bool,
    ) -> Result<FinishDone> {
        let root = order.place.root.as_path();
        let project = self.checkout(root).await?.project;
        let found = self.leaving(&order.place, &project).await?;
        let found =
            found.ok_or_else(|| kept(&KeptBecause::Unknown { what: protocol::UnknownOf::Git }))?;
        if found.head != order.head {
            return Err(refusals::moved("what is checked out in the story's worktree"));
        }
        if ignored_in(&found) > ignored {
            return Err(refusals::moved("what git ignores in the story's worktree"));
        }
        if let Some(why) = keeps_from_git(&found).first() {
            return Err(kept(why));
        }
        let Some(head) = found.head else { return Err(kept(&KeptBecause::NoCommit)) };
        let removed = RemovedWorktree {
            project: project.display().to_string(),
            branch: found.branch,
            head,
            branch_deleted: false,
            config: self.own_text(root, "config.worktree").await?,
            sparse: self.own_text(root, "info/sparse-checkout").await?,
        };
        self.check_held(order).await?;
        self.check_empty(root).await?;
        self.take_worktree(root, &project, order.n).await?;
        self.removed(order, removed, delete_branch).await
    }

    /// Refuses if a file is not as the checkpoint before this has it.
    async fn check_held(&self, order: &FinishOrder) -> Result<()> {
        match self.checkpoint(&order.place, &order.hold).await? {
            TakenCheckpoint::Unchanged(_) => Ok(()),
            TakenCheckpoint::Made(_) | TakenCheckpoint::NoRepository => {
                Err(refusals::moved("a file in the story's worktree"))
            }
        }
    }

    /// Refuses if a process works in the worktree, or if that cannot be seen.
    async fn check_empty(&self, root: &Path) -> Result<()> {
        let there = root.to_owned();
        let found = runtime::blocking(move || processes::within(&there)).await;
        match found.map_err(Error::Thread)? {
            None => Err(kept(&KeptBecause::Unknown { what: protocol::UnknownOf::Processes })),
            Some(processes) if processes.is_empty() => Ok(()),
            Some(_) => Err(kept(&KeptBecause::Processes)),
        }
    }

    async fn take_worktree(&self, root: &Path, project: &Path, n: u32) -> Result<()> {
        let path = root.to_str().ok_or_else(|| {
            refusals::wrong(
                format!("the path {} is not text", root.display()),
                "`git worktree remove` in a terminal takes it away.",
            )
        })?;
        // Otherwise it refuses changed files, which the checkpoint holds.
        let words = ["worktree", "remove", "--force", "--", path];
        let said = self.act_on_worktrees(project, &words).await?;
        if said.ok {
            return Ok(());
        }
        Err(Error::refused(
            ErrorCode::Git,
            format!("git did not remove all of {path}: {}", reason(&said.stderr)),
            format!(
                "Checkpoint {n} holds every file; restore it, or correct what git says and try again."
            ),
        ))
    }

    /// Deletes the branch if that is wanted, and says what was done.
    async fn removed(
        &self,
        order: &FinishOrder,
        mut removed: RemovedWorktree,
        delete_branch: bool,
    ) -> Result<FinishDone> {
        let project = Path::new(&removed.project);
        if let (true, Some(branch)) = (delete_branch, &removed.branch) {
            // Its settings stay, so that it comes back with them.
            let words = ["update-ref", "-d", branch, &removed.head];
            removed.branch_deleted = match self.run(project, &words).await {
                Ok(said) if said.ok => true,
                // It moved since, so that it is not deleted.
                Ok(said) => {
                    tracing::info!(said = said.stderr, %branch, "a branch is not deleted");
                    false
                }
                Err(error) => {
                    tracing::warn!(%error, %branch, "a branch is not deleted");
                    false
                }
            };
        }
        let to = (!removed.branch_deleted).then(|| removed.head.clone());
        Ok(FinishDone {
            n: order.n,
            act: FinishAct::Remove,
            reference: removed.branch.clone().unwrap_or_else(|| "HEAD".to_owned()),
            from: Some(removed.head.clone()),
            to,
            dir: Some(order.place.root.display().to_string()),
            undid: None,
            url: None,
            removed: Some(Box::new(removed)),
        })
    }

    /// Makes a worktree again that was removed.
    ///
    /// # Errors
    /// If something is at its place, or git refuses. Then nothing is changed.
    pub(in crate::git) async fn bring_back_removed(
        &self,
        order: &FinishOrder,
        removed: &RemovedWorktree,
        n: u32,
    ) -> Result<FinishDone> {
        let back = WorktreeBack { place: &order.place, removed, n, hold: &order.hold };
        let branch = self.bring_back(&back).await?;
        Ok(FinishDone {
            n: order.n,
            act: FinishAct::Undo,
            reference: branch.unwrap_or_else(|| "HEAD".to_owned()),
            from: None,
            to: Some(removed.head.clone()),
            dir: Some(order.place.root.display().to_string()),
            undid: Some(n),
            url: None,
            removed: None,
        })
    }

    /// A file of git's own about this worktree; `None` if there is none.
    async fn own_text(&self, root: &Path, name: &str) -> Result<Option<String>> {
        let Some(dir) = self.own_dir(root).await? else { return Ok(None) };
        let path = dir.join(name);
        let of = path.clone();
        let read = move || match of.metadata() {
            Ok(found) if found.len() > LONGEST => Err(io::ErrorKind::FileTooLarge.into()),
            Ok(_) => std::fs::read_to_string(&of).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        let text = runtime::blocking(read).await.map_err(Error::Thread)?;
        text.map_err(|error| {
            let path = path.display();
            refusals::wrong(
                format!(
                    "{path} cannot be kept, so the worktree could not come back as it is: {error}"
                ),
                "`git worktree remove` in a terminal takes it away.",
            )
        })
    }
}

fn ignored_in(found: &WorktreeGit) -> u32 {
    u32::try_from(found.ignored.names.len()).unwrap_or(u32::MAX).saturating_add(found.ignored.more)
}

/// The refusal of what speaks against a removal.
fn kept(why: &KeptBecause) -> Error {
    let (message, hint) = match why {
        KeptBecause::Gone => ("its folder is gone", "There is nothing to remove."),
        KeptBecause::NoRepository => ("it is in no repository", "There is no worktree to remove."),
        KeptBecause::Main => {
            ("it is the repository's main worktree", "Git removes only the others.")
        }
        KeptBecause::NoCommit => {
            ("it has no commit, from which it could be made again", "Commit something first.")
        }
        KeptBecause::Story { .. } | KeptBecause::UnderWay => {
            ("a story works there", "Stop it first, or wait until it is done.")
        }
        KeptBecause::Processes => ("processes work there", "End them first."),
        KeptBecause::Operation => {
            ("git has something unfinished there", "Finish or abort it first.")
        }
        KeptBecause::Locked => ("it is locked", "`git worktree unlock` opens it."),
        KeptBecause::Submodules => (
            "submodules have files there, and their repositories would go with it",
            "Push what they have, then empty them: `git submodule deinit --all`.",
        ),
        KeptBecause::Unknown { .. } => {
            ("not everything in it is known", "Look again; what is not known speaks against it.")
        }
    };
    refusals::wrong(format!("the worktree is not removed: {message}"), hint)
}
