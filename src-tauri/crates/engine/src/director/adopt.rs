//! Takes over runs: every run without an end in the journal and without an actor gets an actor, whether
//! its process lives or not. What happened while no process owned the directory is read from the run's
//! files, as after a crash. Recorded inputs are offered to the keeper again, which ignores those that it
//! already has.

use super::Director;
use crate::error::{Error, Result};
use crate::record::Ending;
use protocol::{JournalEvent, RunId};

impl Director {
    /// Follows a run that may live, or records that it never began.
    pub(super) fn adopt(&mut self, run: &RunId) -> Result<()> {
        let Some(record) = self.state.runs.get(run) else { return Ok(()) };
        let (story, started) = (record.story.clone(), record.started);
        let dir = self.dir.run(run);
        let spec = dir.spec_path();
        // Only a certain "does not exist" counts; otherwise the run is left as it is.
        if !spec.try_exists().map_err(Error::io("look at", &spec))? {
            let ending = match started {
                true => Ending::lost("the run's directory is gone; its agent may still be at work"),
                false => Ending::never_started(),
            };
            self.seen.endings.insert(run.clone(), ending);
            return Ok(());
        }
        let log = dir.log_path(keeper::index::Stream::Stdout);
        let log_bytes = std::fs::metadata(log).map_or(0, |log| log.len());
        if !self.brief {
            self.record(Some(&story), Some(run), JournalEvent::RunAdopted { log_bytes })?;
        }
        self.follow(run)
    }
}
