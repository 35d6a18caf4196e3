//! Has it measured how the work of a story stands, and records that. What cannot be measured is recorded as not known.

use super::jobs::AbortOnDrop;
use super::{Director, Input};
use crate::error::{Error, Result};
use crate::job::measure::Measurement;
use crate::policy::measure::Measuring;
use crate::runtime;
use protocol::{JournalEvent, StoryId, Work};

impl Director {
    /// Starts a measurement.
    pub(super) fn measure(&mut self, story: &StoryId) -> Result<()> {
        let job = Measurement {
            git: self.git_of(story),
            dir: self.dir.clone(),
            writer: self.writer.clone(),
            story: story.clone(),
        };
        let inputs = self.inputs.clone();
        let report = async move {
            let measured = job.run().await;
            // If the director has ended, the next one decides again.
            let _ = inputs.send(Input::Measured(measured));
        };
        let spawned = runtime::handle().map_err(Error::Thread)?.spawn(report);
        self.measurement = Some(AbortOnDrop::of(&spawned));
        self.seen.measuring = Some(Measuring { story: story.clone(), done: None });
        Ok(())
    }

    /// Takes what was measured.
    pub(super) fn measurement(&mut self, measured: Result<Work>) {
        self.measurement = None;
        let Some(Measuring { story, done }) = &mut self.seen.measuring else { return };
        let held = self.state.stories.get(story).and_then(|story| story.checkpoints.unmeasured);
        let checkpoint = held.map_or(0, |(n, _)| n);
        *done = Some(measured.unwrap_or_else(|error| {
            tracing::warn!(%story, %error, "how its work stands is not known");
            Work { checkpoint, ..Work::default() }
        }));
        self.pace.gather();
    }

    /// Records what was measured.
    pub(super) fn measured(&mut self) -> Result<()> {
        let Some(Measuring { story, done: Some(work) }) = &self.seen.measuring else {
            return Ok(());
        };
        let (story, work) = (story.clone(), *work);
        self.record(None, None, JournalEvent::WorkMeasured { story, work })?;
        self.seen.measuring = None;
        Ok(())
    }
}
