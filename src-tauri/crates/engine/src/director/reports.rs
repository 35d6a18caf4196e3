//! Reports of runs: each is recorded; what follows from it decide the policies. Applying a report again after a
//! failed write changes nothing.

use super::{Director, Unrecorded};
use crate::error::Result;
use crate::record::RunStatus;
use crate::run::messages::{Ending, NOTHING_RAN, Report};
use protocol::{JournalEvent, RunId, StartFailedKind, StoryId};

impl Director {
    pub(super) fn report(&mut self, run: RunId, report: Report) {
        if let Err(error) = self.take(&run, &report) {
            tracing::error!(%run, %error, "a report could not be recorded; it is tried again");
            self.unrecorded.push_back(Unrecorded::Report(run, Box::new(report)));
        }
    }

    pub(super) fn retry_unrecorded(&mut self) {
        for unrecorded in std::mem::take(&mut self.unrecorded) {
            match unrecorded {
                Unrecorded::Report(run, report) => match *report {
                    // The run may have told more since; what counts is how it stands now.
                    Report::Status(_) => {
                        if let Some(now) = self.seen.runs.get(&run).cloned() {
                            self.report(run, Report::Status(now));
                        }
                    }
                    report => self.report(run, report),
                },
                Unrecorded::Adopt(run) => self.take_over(run),
            }
        }
    }

    fn take(&mut self, run: &RunId, report: &Report) -> Result<()> {
        let Some(record) = self.state.runs.get(run) else { return Ok(()) };
        let story = record.story.clone();
        self.seen.left_out.remove(&story);
        match report {
            Report::Status(status) => self.status(&story, run, status),
            Report::Over(ending) => self.over(&story, run, ending),
            Report::Unreadable(why) => self.unreadable(&story, run, why),
            Report::Unread => {
                self.excuse(run);
                Ok(())
            }
            Report::NeverStarted => {
                self.never_ran(&story, run, StartFailedKind::NeverStarted, NOTHING_RAN)
            }
            Report::NeverRan { why, words } => self.never_ran(&story, run, *why, words),
        }
    }

    fn status(&mut self, story: &StoryId, run: &RunId, status: &RunStatus) -> Result<()> {
        let Some(live) = self.live.get_mut(run) else { return Ok(()) };
        live.reported = status.caught_up;
        self.seen.runs.insert(run.clone(), status.clone());
        // First and in memory only: with the disk full nothing can be recorded.
        self.writer.feed().pause(story, status.paused);
        self.process_seen(story, run, status.process)
    }

    /// Records that a run's process lives, once.
    pub(super) fn process_seen(
        &mut self,
        story: &StoryId,
        run: &RunId,
        process: Option<u32>,
    ) -> Result<()> {
        let Some(pid) = process else { return Ok(()) };
        if self.state.runs.get(run).is_some_and(|run| !run.started) {
            self.record(Some(story), Some(run), JournalEvent::RunStarted { pid })?;
        }
        Ok(())
    }

    fn over(&mut self, story: &StoryId, run: &RunId, ending: &Ending) -> Result<()> {
        self.let_go(run);
        self.writer.feed().pause(story, false);
        if self.state.runs.get(run).is_some_and(|record| record.outcome.is_none()) {
            let ended = JournalEvent::RunEnded {
                outcome: ending.outcome.clone(),
                evidence: Box::new(ending.evidence.clone()),
                question_lost: ending.question_lost,
                ended_at: Some(ending.at),
            };
            self.record(Some(story), Some(run), ended)?;
        }
        Ok(())
    }

    /// Nobody waits for what cannot be read.
    fn excuse(&mut self, run: &RunId) {
        if let Some(live) = self.live.get_mut(run) {
            live.reported = true;
        }
    }

    /// The files of a run cannot be read for now. It may still live, so nothing is concluded from it.
    fn unreadable(&mut self, story: &StoryId, run: &RunId, why: &str) -> Result<()> {
        self.excuse(run);
        let slug = self.state.runs.get(run).map(|run| run.facts.slug.clone());
        let name = slug.map_or_else(|| run.to_string(), |slug| slug.to_string());
        let text = format!("what {name} prints cannot be read, and is tried again: {why}");
        self.record(Some(story), Some(run), JournalEvent::Warning { text })?;
        Ok(())
    }
}
