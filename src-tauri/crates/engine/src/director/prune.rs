//! Records which checkpoints are kept no more, starts the jobs that remove their references, and records the
//! end of that.

use super::Director;
use super::checkpoints::CheckpointReport;
use crate::error::Result;
use crate::job::checkpoint::Pruning;
use protocol::{JournalEvent, StoryId};

impl Director {
    /// Records that these checkpoints of a story are not kept any more.
    pub(super) fn prune(&mut self, story: &StoryId, numbers: Vec<u32>) -> Result<()> {
        self.record(Some(story), None, JournalEvent::CheckpointsPruned { numbers })?;
        self.seen.checkpoints.unremoved.remove(story);
        Ok(())
    }

    /// Starts the job that removes the references of a story's pruned checkpoints.
    pub(super) fn remove_pruned(&mut self, story: &StoryId) -> Result<()> {
        let Some(record) = self.state.stories.get(story) else { return Ok(()) };
        let place = record.place().to_owned();
        let job = Pruning {
            git: self.git_of(story),
            place: self.place_of(&place),
            store: self.dir.store(),
            writer: self.writer.clone(),
            story: story.clone(),
        };
        self.run_checkpoint(&place, async { CheckpointReport::Pruned(job.run().await) })?;
        self.seen.checkpoints.removals.insert(place, story.clone());
        Ok(())
    }

    /// Takes the report of such a job.
    pub(super) fn pruned(&mut self, place: &str, removed: Result<()>) {
        let Some(story) = self.seen.checkpoints.removals.remove(place) else { return };
        let removed = removed.and_then(|()| {
            self.record(Some(&story), None, JournalEvent::PrunedRemoved {}).map(drop)
        });
        if let Err(error) = removed {
            tracing::warn!(%story, %error, "references of pruned checkpoints are removed later");
            self.seen.checkpoints.unremoved.insert(story);
        }
    }
}
