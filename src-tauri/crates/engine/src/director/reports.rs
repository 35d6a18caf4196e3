//! Takes the reports of actors into `Seen`, and records them when a policy decides so (`policy::follow`).
//! A report stays in `Seen` until the journal has it.

use super::Director;
use crate::error::Result;
use crate::record::{Ending, RunStatus};
use crate::run::messages::Report;
use protocol::{JournalEvent, RunId, StoryId};

impl Director {
    /// Takes a report.
    pub(super) fn report(&mut self, run: RunId, report: Report) {
        let Some(record) = self.state.runs.get(&run) else { return };
        let story = record.story.clone();
        self.seen.left_out.remove(&story);
        match report {
            Report::Status(status) => self.status(&story, run, status),
            Report::Over(ending) => {
                self.let_go(&run);
                self.writer.feed().pause(&story, false);
                self.seen.endings.insert(run, *ending);
                self.pace.gather();
            }
            Report::Unreadable(why) => {
                self.stop_waiting_for(&run);
                self.seen.unreadable.insert(run, why);
                self.pace.gather();
            }
            Report::Held => self.stop_waiting_for(&run),
        }
    }

    fn status(&mut self, story: &StoryId, run: RunId, status: RunStatus) {
        let Some(live) = self.live.get_mut(&run) else { return };
        live.reported = status.caught_up;
        self.writer.feed().pause(story, status.paused);
        let before = self.seen.runs.insert(run, status.clone()).unwrap_or_default();
        let is_resumed = before.paused && !status.paused;
        if is_resumed {
            self.pace.at_once();
        } else if before.caught_up != status.caught_up || !before.is_unchanged(&status) {
            self.pace.gather();
        }
    }

    /// Lets `catch_up` no longer wait for a run that cannot be read for now.
    fn stop_waiting_for(&mut self, run: &RunId) {
        if let Some(live) = self.live.get_mut(run) {
            live.reported = true;
        }
    }

    /// Records the end of a run, as its actor reported it.
    pub(super) fn end(&mut self, run: &RunId) -> Result<()> {
        let Some(ending) = self.seen.endings.get(run) else { return Ok(()) };
        let unheard = self.unheard(run, ending);
        let Ending { outcome, evidence, question_lost, at, .. } = ending.clone();
        let evidence = Box::new(evidence);
        let ended =
            JournalEvent::RunEnded { outcome, evidence, question_lost, ended_at: at, unheard };
        self.record_of(run, ended)?;
        self.seen.endings.remove(run);
        self.seen.unreadable.remove(run);
        Ok(())
    }

    /// The ids of the prompts that a run was given and no model took.
    fn unheard(&self, run: &RunId, ending: &Ending) -> Vec<String> {
        let story = self.state.runs.get(run).and_then(|run| self.state.stories.get(&run.story));
        let given = story.map_or(&[][..], |story| &story.given);
        let unheard = ending.prompts.map_or(&[][..], |prompts| prompts.unheard_of(given));
        unheard.iter().map(|(id, _)| id.clone()).collect()
    }

    /// Records that the files of a run cannot be read for now. The run may still live, so nothing is
    /// concluded from that.
    pub(super) fn unreadable(&mut self, run: &RunId) -> Result<()> {
        let Some(why) = self.seen.unreadable.get(run) else { return Ok(()) };
        let slug = self.state.runs.get(run).map(|run| run.spec.slug.clone());
        let name = slug.map_or_else(|| run.to_string(), |slug| slug.to_string());
        let text = format!("what {name} prints cannot be read, and is tried again: {why}");
        self.record_of(run, JournalEvent::Warning { text })?;
        self.seen.unreadable.remove(run);
        Ok(())
    }

    /// Records a fact of a run and its story.
    pub(super) fn record_of(&mut self, run: &RunId, event: JournalEvent) -> Result<()> {
        let story = self.state.runs.get(run).map(|run| run.story.clone());
        self.record(story.as_ref(), Some(run), event)?;
        Ok(())
    }
}
