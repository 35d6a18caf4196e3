//! Asks the policies, carries out their decisions in order, and repeats this until they decide nothing. A
//! fact is recorded before its effect. A decision that could not be recorded is not kept, because the
//! policies decide it again.

use super::{Director, NewInput};
use crate::error::{Error, Result};
use crate::policy::{self, Decision, Wanted, why};
use protocol::{JournalEvent, StoryId};
use std::collections::BTreeMap;

/// How often the policies are asked in a row at most. They decide nothing more long before that;
/// otherwise it is a fault of Musher.
const MOST_ROUNDS: usize = 100;

impl Director {
    /// Does everything that is to be done now. Facts that the journal refuses are tried again later.
    pub(super) fn settle(&mut self) {
        self.pace.begin();
        self.come_to_rest();
        self.show_waits();
    }

    fn come_to_rest(&mut self) {
        for _ in 0..MOST_ROUNDS {
            let decisions = policy::decide(&self.view());
            if decisions.is_empty() {
                return self.pace.done();
            }
            if let Err(error) = self.perform(decisions) {
                tracing::error!(%error, "what was decided could not be done; it is tried again");
                return self.pace.refused(error.is_full());
            }
        }
        let decisions = policy::decide(&self.view());
        let stories = decisions.iter().filter_map(|decision| decision.story(&self.state));
        let stories: Vec<StoryId> = stories.cloned().collect();
        tracing::error!(?stories, decisions = decisions.len(), "the policies do not come to rest");
        if let Err(error) = self.leave_out(&stories) {
            tracing::error!(%error, "the journal refuses");
        }
    }

    /// Publishes what stories wait for that work or are asked for something.
    fn show_waits(&self) {
        let view = self.view();
        let stories = self.state.open.iter().chain(self.seen.jobs.keys());
        let waits = stories.filter_map(|story| {
            let waits_for = self.worth_showing(why::waits_for(&view, story)?)?;
            Some((story.clone(), waits_for))
        });
        self.writer.feed().waits(waits.collect());
    }

    /// Stops deciding about these stories until something new is reported or requested, because the
    /// policies do not come to rest about them.
    pub(super) fn leave_out(&mut self, stories: &[StoryId]) -> Result<()> {
        self.seen.left_out.extend(stories.iter().cloned());
        for story in stories {
            let text = "Musher could not decide what to do next (a fault of Musher)".to_owned();
            self.record(Some(story), None, JournalEvent::Warning { text })?;
        }
        Ok(())
    }

    /// Carries out decisions up to the first run that is started, because later decisions may be
    /// different after that. A story in which a decision fails is left out and holds up no other. A
    /// decision that cannot be recorded is made again, and the others are still carried out.
    fn perform(&mut self, decisions: Vec<Decision>) -> Result<()> {
        let mut failed = BTreeMap::new();
        for decision in decisions {
            let story = decision.story(&self.state).cloned();
            let starts = matches!(decision, Decision::Start { .. });
            if failed.contains_key(&story) {
                // Later decisions of the same story depend on this one.
                continue;
            }
            match self.carry_out(decision) {
                Err(error @ Error::Refused(_)) => {
                    tracing::error!(?story, %error, "what was decided cannot be done");
                    self.seen.left_out.extend(story);
                    break;
                }
                Err(error) => drop(failed.insert(story, error)),
                Ok(()) if starts => break,
                Ok(()) => {}
            }
        }
        failed.into_values().next().map_or(Ok(()), Err)
    }

    fn carry_out(&mut self, decision: Decision) -> Result<()> {
        match decision {
            Decision::Follow { run } => self.adopt(&run),
            Decision::Started { run, pid } => {
                self.record_of(&run, JournalEvent::RunStarted { pid })
            }
            Decision::End { run } => self.end(&run),
            Decision::Unreadable { run } => self.unreadable(&run),
            Decision::Change { story, input, because } => self.apply(&story, &input, *because),
            Decision::Answer { question, answer, by, .. } => self.answer(&question, &answer, by),
            Decision::Write { run, input } => {
                self.write(&run, NewInput::plain(input.id, input.kind, input.text))
            }
            Decision::Hold { account, model, run, until, reset } => {
                let until = Some(until);
                let started = JournalEvent::HoldStarted { account, model, until, reset };
                self.record(None, Some(&run), started).map(drop)
            }
            Decision::Release { account, model } => {
                self.record(None, None, JournalEvent::HoldEnded { account, model }).map(drop)
            }
            Decision::Claim { story, reset } => {
                self.record(Some(&story), None, JournalEvent::ResumeClaimed { reset }).map(drop)
            }
            Decision::Prompt { story, prompt } => {
                self.record(Some(&story), None, JournalEvent::PromptQueued(prompt)).map(drop)
            }
            Decision::Checkpoint(wanted) => self.hold(wanted),
            Decision::Checkpointed { place } => self.checkpointed(&place),
            Decision::Restore { place } => self.restore(&place),
            Decision::Restored { place } => self.restored(&place),
            Decision::Finish { place } => self.finish(&place),
            Decision::Finished { place } => self.finished(&place),
            Decision::FinishLeft { story } => self.finish_left(&story),
            Decision::Prune { story, numbers } => self.prune(&story, numbers),
            Decision::RemovePruned { story } => self.remove_pruned(&story),
            Decision::Measure { story } => self.measure(&story),
            Decision::Measured => self.measured(),
            Decision::Forecast { story } => self.forecast(&story),
            Decision::Forecasted { project } => self.forecasted(&project),
            Decision::TellCollision { story, with } => self.tell_collision(&story, &with),
            Decision::RemoveLogs { story } => self.remove_logs(&story),
            Decision::Start { story, run: Wanted::Agent } => self.start_or_explain(&story),
            Decision::Start { story, run: Wanted::Gate(number) } => self.start_gate(&story, number),
            Decision::Start { story, run: Wanted::SetUp(number) } => {
                self.start_set_up(&story, number)
            }
        }
    }
}
