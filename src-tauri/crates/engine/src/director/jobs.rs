//! The jobs that the next runs of stories wait for. Each job is spawned on the runtime, is shown while it
//! goes on, and sends its result as an input. A story has one job at a time; a job that its story does
//! not need any more is aborted.

use super::{Director, Input};
use crate::error::{Error, Result};
use crate::job::launch::Refusal;
use crate::job::prepare::Prepared;
use crate::policy::Job;
use crate::runtime;
use protocol::{JobKind, RunId, StoryId};
use std::sync::mpsc::SyncSender;
use tokio::task::AbortHandle;

/// A report of a job to the director.
pub(crate) enum JobReport {
    /// What the job is doing now.
    Doing(JobKind),
    /// The prepared run, or why it cannot be prepared.
    Prepared(Box<Result<Prepared>>),
    /// The keeper was started, with the process id if that is known, or why it was not.
    Launched(std::result::Result<Option<u32>, Refusal>),
}

/// Sends a job's reports to the director.
pub(super) struct JobReporter {
    inputs: SyncSender<Input>,
    story: StoryId,
    run: RunId,
}

impl JobReporter {
    /// Sends a report. The director takes its inputs without waiting for any job, so this does not block
    /// for long.
    pub(super) fn send(&self, report: JobReport) {
        // If the director has ended, it has cancelled its jobs; the next one starts them again.
        let _ = self.inputs.send(Input::Job(self.story.clone(), self.run.clone(), report));
    }
}

/// Aborts a job when it is dropped; a job that is over is not affected.
pub(super) struct AbortOnDrop(AbortHandle);

impl AbortOnDrop {
    /// Aborts this task.
    pub(super) fn of(task: &tokio::task::JoinHandle<()>) -> Self {
        Self(task.abort_handle())
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Director {
    /// Spawns a job that a story's next run waits for.
    pub(super) fn spawn<W>(
        &mut self,
        story: &StoryId,
        run: RunId,
        job: JobKind,
        work: impl FnOnce(JobReporter) -> W,
    ) -> Result<()>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let reporter =
            JobReporter { inputs: self.inputs.clone(), story: story.clone(), run: run.clone() };
        let spawned = runtime::handle().map_err(Error::Thread)?.spawn(work(reporter));
        self.jobs.insert(story.clone(), AbortOnDrop::of(&spawned));
        let since = self.clock.now();
        self.seen.jobs.insert(story.clone(), Job { run, job, since });
        Ok(())
    }

    /// Takes the report of a job. A late report of an aborted job is ignored.
    pub(super) fn job(&mut self, story: &StoryId, run: RunId, report: JobReport) {
        let now = self.clock.now();
        let Some(job) = self.seen.jobs.get_mut(story).filter(|job| job.run == run) else { return };
        let done = match report {
            JobReport::Doing(doing) => {
                (job.job, job.since) = (doing, now);
                Ok(())
            }
            JobReport::Prepared(prepared) => {
                self.cancel_job(story);
                self.prepared(story, run, *prepared)
            }
            JobReport::Launched(launched) => {
                self.cancel_job(story);
                self.launched(run, launched)
            }
        };
        if let Err(error) = done {
            tracing::error!(%story, %error, "a start could not be recorded; it is decided again");
            return self.pace.refused(error.is_full());
        }
        self.pace.gather();
    }

    /// Ends the job of a story, if it has one.
    pub(super) fn cancel_job(&mut self, story: &StoryId) {
        self.jobs.remove(story);
        self.seen.jobs.remove(story);
    }

    /// Whether a run of the story is about to be recorded.
    pub(super) fn is_preparing(&self, story: &StoryId) -> bool {
        self.seen.jobs.contains_key(story) && self.state.live_run(story).is_none()
    }
}
