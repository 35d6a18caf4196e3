//! Undoes what was done last: moves the branch back if it is still where that left it. An undone commit leaves the files
//! and the index as they are.

use super::look::Head;
use super::{Acting, LIMIT_OF_ACTS, Moved, Run, refusals};
use crate::error::Result;
use protocol::{FinishAct, FinishDone};
use std::path::{Path, PathBuf};

impl Acting<'_> {
    pub(super) async fn undo(&self, head: &Head, last: Option<&FinishDone>) -> Result<Moved> {
        let Some(last) = last else {
            return Err(refusals::wrong(
                "nothing was done that can be undone".to_owned(),
                "`git reflog` in the worktree shows where its branch was.",
            ));
        };
        let (Some(to), reference) = (&last.to, last.reference.as_str()) else {
            return Err(refusals::moved(&last.reference));
        };
        if self.git.commit_of(self.root, reference).await?.as_ref() != Some(to) {
            return Err(refusals::moved(reference));
        }
        if self.git.is_pushed(self.root, last).await? {
            return Err(refusals::wrong(
                "what was done last was pushed, and what was pushed stays".to_owned(),
                "A further commit can take its changes back: `git revert` in the worktree makes one.",
            ));
        }
        let checked_out = self.git.worktree_of(self.root, reference).await?;
        if self.git.is_being_rebased(self.root, reference).await? {
            return Err(refusals::wrong(
                "a rebase or a bisection of the branch is under way".to_owned(),
                "Finish or abort it first.",
            ));
        }
        let back = Moved {
            reference: reference.to_owned(),
            from: Some(to.clone()),
            to: last.from.clone(),
            dir: None,
        };
        match (last.act, &last.from, checked_out) {
            (FinishAct::Commit, from, _) if head.branch.as_deref() == Some(reference) => {
                self.set(reference, from.as_deref(), Some(to)).await?;
                Ok(back)
            }
            (FinishAct::Commit, ..) => Err(refusals::moved(reference)),
            (_, Some(from), None) if last.dir.is_none() => {
                self.set(reference, Some(from), Some(to)).await?;
                Ok(back)
            }
            (_, Some(from), Some(dir))
                if last.dir.as_ref().map(PathBuf::from) == Some(dir.clone()) =>
            {
                self.back_in(&dir, reference, (to, from)).await?;
                Ok(Moved { dir: Some(dir.display().to_string()), ..back })
            }
            _ => Err(refusals::moved("where the branch is checked out")),
        }
    }

    /// Moves the branch of a worktree back, with its files. Git refuses before it touches anything if a file that is
    /// not committed would be lost.
    async fn back_in(&self, dir: &Path, reference: &str, (at, to): (&str, &str)) -> Result<()> {
        if dir != self.root {
            self.check_worktree(dir, reference, at).await?;
        }
        self.check_cancelled()?;
        let run = Run { can_be_cancelled: false, ..Run::within(dir, LIMIT_OF_ACTS) };
        let said = self.run(run, &["reset", "--quiet", "--keep", to]).await?;
        match self.git.head_of(dir).await?.commit.as_deref() == Some(to) {
            true => Ok(()),
            false => Err(refusals::refused("git did not move the branch back", &said.stderr)),
        }
    }
}
