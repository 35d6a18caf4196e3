//! What a story itself changed up to one of its checkpoints, for comparing it with other stories.

use super::answer::files_place;
use super::plan::{FilePlace, file_place};
use super::scope::{Known, ends};
use crate::data_dir::DataDir;
use crate::error::Result;
use crate::git::{End, Git, Own};
use crate::store::checkpoints::no_checkpoint;
use crate::store::read::Reader;
use protocol::{ChangeScope, Checkpoint, StoryId};

/// What is to be asked of git about a story's own changes.
#[derive(Clone, Debug)]
pub(crate) struct OwnPlan {
    pub(crate) files: FilePlace,
    from: End,
    /// Its first checkpoint, if that is kept.
    first: Option<Checkpoint>,
    pub(crate) at: Checkpoint,
}

impl Reader {
    /// What is to be asked of git about what a story itself changed up to a checkpoint.
    ///
    /// # Errors
    /// If there is no such story, or the checkpoint is not kept any more.
    pub(crate) fn own_plan(&self, story: &StoryId, n: u32) -> Result<OwnPlan> {
        let story = self.story(story.as_str())?;
        let facts = self.facts(&story.id)?;
        let mut checkpoints = self.checkpoints(&story.id)?;
        checkpoints.retain(|checkpoint| checkpoint.n <= n);
        let at = checkpoints.last().filter(|newest| newest.n == n).cloned();
        let at = at.ok_or_else(|| no_checkpoint(n))?;
        let first = checkpoints.first().filter(|first| first.n == 1).cloned();
        let files = file_place(&story, facts.root, &checkpoints);
        let known = Known { base: facts.base, checkpoints, ..Known::default() };
        let from = ends(&ChangeScope::Base, &known)?.from;
        Ok(OwnPlan { files, from, first, at })
    }
}

/// What a story itself changed.
///
/// # Errors
/// If git cannot read it.
pub(crate) async fn own(git: &Git, dir: &DataDir, plan: &OwnPlan) -> Result<Own> {
    let place = files_place(&plan.files, dir);
    git.own_changes(&place, &plan.from, plan.first.as_ref(), &plan.at).await
}
