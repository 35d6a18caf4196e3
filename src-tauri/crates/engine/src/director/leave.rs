//! When the director may release the directory that it was asked to release: what is under way and would
//! be lost, or would have to be found again, is finished first.

use super::{Director, Leaving};
use protocol::{RunId, RunKind};
use std::time::Instant;

impl Director {
    /// Releases the directory, and tells the caller.
    pub(super) fn leave(self, Leaving { why, done, .. }: Leaving) {
        self.close(&why, move || {
            if let Some(done) = done {
                // The caller may be gone.
                let _ = done.send(());
            }
        });
    }

    /// Whether the director may release the directory now: it was asked to, and no job is under way, no story is
    /// being made or taken away, no logs are being deleted, what is over is held by its checkpoints, and no
    /// report waits to be recorded, or the time limit has passed.
    pub(super) fn may_leave(&self) -> bool {
        self.leaving.as_ref().is_some_and(|leaving| {
            let is_making = !self.pending_stories.is_empty()
                || !self.deletions.is_empty()
                || !self.is_all_held();
            let is_at_rest = self.seen.jobs.is_empty() && !is_making && !self.pace.is_pending();
            let is_done = is_at_rest && (!leaving.is_last || self.has_prompted());
            is_done || Instant::now() >= leaving.at_latest
        })
    }

    /// Whether every agent run that was started here has its first prompt or is over.
    fn has_prompted(&self) -> bool {
        let has_prompt = |run: &RunId| {
            self.seen.runs.get(run).is_none_or(|status| status.prompts_read > 0)
                || self.state.runs.get(run).is_none_or(|run| run.spec.kind != RunKind::Agent)
                || self.seen.endings.contains_key(run)
                || !self.state.live.contains(run)
        };
        self.started_here.iter().all(has_prompt)
    }
}
