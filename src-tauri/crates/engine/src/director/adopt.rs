//! Taking over: every run that the journal has no end for gets an actor again, live or not. What
//! happened while nobody owned the directory is read from the run's files, exactly as after a crash;
//! inputs that were recorded are offered to the keeper again, which knows what it has.

use super::{Director, Unrecorded};
use crate::error::{Error, Result};
use crate::run::messages::NOTHING_RAN;
use protocol::{Evidence, JournalEvent, Outcome, RunId, StartFailedKind, StoryId};

impl Director {
    pub(super) fn adopt_live_runs(&mut self) {
        for run in self.state.live.clone() {
            self.take_over(run);
        }
    }

    /// Follows a run that may live, now or as soon as that can be done.
    pub(super) fn take_over(&mut self, run: RunId) {
        if let Err(error) = self.adopt(&run) {
            tracing::error!(%run, %error, "a run could not be taken over; it is tried again");
            self.unrecorded.push_back(Unrecorded::Adopt(run));
        }
    }

    fn adopt(&mut self, run: &RunId) -> Result<()> {
        let Some(record) = self.state.runs.get(run).cloned() else { return Ok(()) };
        if record.outcome.is_some() {
            return Ok(());
        }
        let dir = self.dir.run(run);
        let spec = dir.spec_path();
        // Only a sure "not there" counts; otherwise the run is left as it is.
        if !spec.try_exists().map_err(Error::io("look at", &spec))? {
            return match record.started {
                true => self.vanished(&record.story, run),
                false => {
                    let why = StartFailedKind::NeverStarted;
                    self.never_ran(&record.story, run, why, NOTHING_RAN)
                }
            };
        }
        if !self.live.contains_key(run) {
            let log_bytes = std::fs::metadata(dir.log_path(keeper::index::Stream::Stdout))
                .map_or(0, |log| log.len());
            let time_limit = record.facts.gate.map(|_| self.gate_time_left(record.started_at));
            self.follow(&record.story, run, dir, &record.facts, time_limit)?;
            if !self.brief {
                let adopted = JournalEvent::RunAdopted { log_bytes };
                self.record(Some(&record.story), Some(run), adopted)?;
            }
        }
        Ok(())
    }

    /// A run was started and its directory is gone: nobody can say what became of it.
    fn vanished(&mut self, story: &StoryId, run: &RunId) -> Result<()> {
        let words = "the run's directory is gone; its agent may still be at work";
        let ended = JournalEvent::RunEnded {
            outcome: Outcome::Lost,
            evidence: Box::new(Evidence { summary: words.to_owned(), ..Evidence::default() }),
            question_lost: false,
            ended_at: None,
        };
        self.record(Some(story), Some(run), ended)?;
        Ok(())
    }
}
