//! Carries out what policies decided, in their order: the fact is recorded first, then comes its effect. What
//! cannot be recorded ends the row; whoever asked for the decisions asks again.

use super::Director;
use crate::error::Result;
use crate::policy::{Decision, Wanted};
use protocol::JournalEvent;

impl Director {
    pub(super) fn perform(&mut self, decisions: Vec<Decision>) -> Result<()> {
        for decision in decisions {
            match decision {
                Decision::Change { story, input, because } => {
                    self.apply(&story, &input, *because)?;
                }
                Decision::Answer { question, answer, by } => self.answer(&question, &answer, by)?,
                Decision::Hold { account, model, run, until } => {
                    let until = Some(until);
                    let started = JournalEvent::HoldStarted { account, model, until };
                    self.record(None, Some(&run), started)?;
                }
                Decision::Release { account, model } => {
                    self.record(None, None, JournalEvent::HoldEnded { account, model })?;
                }
                Decision::Claim { story, reset } => {
                    self.record(Some(&story), None, JournalEvent::ResumeClaimed { reset })?;
                }
                Decision::Prompt { story, prompt } => {
                    self.record(Some(&story), None, JournalEvent::PromptQueued(prompt))?;
                }
                Decision::Start { story, run: Wanted::Agent } => self.resume_or_explain(&story),
                Decision::Start { story, run: Wanted::Gate(number) } => {
                    self.start_gate(&story, number)?;
                }
            }
        }
        Ok(())
    }
}
