//! Does what is to be done: asks the policies, carries their decisions out in their order, and asks again until they
//! decide nothing. A fact is recorded first, then comes its effect. What cannot be recorded is not remembered: it is
//! decided again.

use super::{Director, NewInput};
use crate::error::{Error, Result};
use crate::policy::{self, Decision, Wanted};
use protocol::{JournalEvent, StoryId};

/// How often policies are asked in a row. They come to rest long before; one that does not is a fault.
const MOST_ROUNDS: usize = 100;

impl Director {
    /// Does everything that is to be done now. What the journal refuses is tried again in a while.
    pub(super) fn settle(&mut self) {
        for _ in 0..MOST_ROUNDS {
            let decisions = policy::decide(&self.view());
            self.is_behind = false;
            if decisions.is_empty() {
                return;
            }
            if let Err(error) = self.perform(decisions) {
                tracing::error!(%error, "what was decided could not be recorded; it is tried again");
                self.is_behind = true;
                return;
            }
        }
        self.leave_out(&policy::decide(&self.view()));
    }

    /// Leaves the stories out about which there is no end of decisions, until something new is heard of them.
    fn leave_out(&mut self, decisions: &[Decision]) {
        let stories = decisions.iter().filter_map(|decision| decision.story(&self.state));
        let stories: Vec<StoryId> = stories.cloned().collect();
        tracing::error!(?stories, ?decisions, "the policies do not come to rest");
        for story in stories {
            let text = "Musher could not decide what to do next (a fault of Musher)".to_owned();
            if let Err(error) = self.record(Some(&story), None, JournalEvent::Warning { text }) {
                tracing::error!(%story, %error, "the journal refuses");
            }
            self.seen.left_out.insert(story);
        }
    }

    /// Carries decisions out up to the first run that is started: what else was decided may be another then. What
    /// cannot be done in a story holds no other one up: the story is left out.
    fn perform(&mut self, decisions: Vec<Decision>) -> Result<()> {
        for decision in decisions {
            let story = decision.story(&self.state).cloned();
            let starts = matches!(decision, Decision::Start { .. });
            match self.carry_out(decision) {
                Err(error @ Error::Refused(_)) => {
                    tracing::error!(?story, %error, "what was decided cannot be done");
                    self.seen.left_out.extend(story);
                    return Ok(());
                }
                Err(error) => return Err(error),
                Ok(()) if starts => return Ok(()),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, decision: Decision) -> Result<()> {
        match decision {
            Decision::Change { story, input, because } => self.apply(&story, &input, *because),
            Decision::Answer { question, answer, by, .. } => self.answer(&question, &answer, by),
            Decision::Write { run, input } => {
                self.write(&run, NewInput::plain(input.id, input.kind, input.text))
            }
            Decision::Hold { account, model, run, until } => {
                let until = Some(until);
                let started = JournalEvent::HoldStarted { account, model, until };
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
            Decision::Start { story, run: Wanted::Agent } => self.start_or_explain(&story),
            Decision::Start { story, run: Wanted::Gate(number) } => self.start_gate(&story, number),
        }
    }
}
