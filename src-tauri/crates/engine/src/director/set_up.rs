//! The set-up of new worktrees: commands that run before a story's agent starts. Each is a separate run, started by a
//! keeper as gates are; `policy::set_up` decides which is next.

use super::gates::{CommandRun, UNATTENDED};
use super::{Director, not_found, wrong_state};
use crate::error::Result;
use crate::job::launch::Refusal;
use crate::story::change::Because;
use crate::story::next::can_be_resumed;
use crate::story::table::StoryInput;
use protocol::{JournalEvent, RunId, RunKind, StartFailedKind, StateDetail, StoryId};

impl Director {
    /// Starts the set-up command with this number, from 1.
    pub(super) fn start_set_up(&mut self, story: &StoryId, number: u32) -> Result<()> {
        let Some(record) = self.state.stories.get(story) else { return Ok(()) };
        let commands = record.set_up.commands.clone();
        let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let Some(command) = commands.get(index) else { return Ok(()) };
        let about = StateDetail::set_up(number, &commands, None);
        let because = Because { about, ..Because::default() };
        let because = because.detail(&format!("set-up {number} of {}: {command}", commands.len()));
        let (environment, missing) = self.environment_or_not(story, &UNATTENDED);
        let of = CommandRun { kind: RunKind::Setup, gate: None, set_up: Some(number) };
        let planned = self.plan_command(story, of, command, environment);
        let run = RunId::generate();
        self.record_start(story, &run, &planned.spec, &StoryInput::SetUpStarting, because)?;
        match missing {
            None => self.launch(story, run, planned),
            Some(error) => self.refused(run, &Refusal::new(StartFailedKind::Other, &error)),
        }
        Ok(())
    }

    /// Has a story start although its set-up did not pass. The queued prompt starts its agent.
    pub(super) fn skip_set_up(&mut self, story: &StoryId) -> Result<()> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        if record.set_up.next().is_none() {
            return Err(wrong_state(
                "the story has no set-up that did not pass".to_owned(),
                "Resume it, or send it a prompt.",
            ));
        }
        let is_busy = self.state.live_run(story).is_some() || self.is_preparing(story);
        if is_busy || !can_be_resumed(record.state) {
            let stands = self.stands(story, record.state);
            return Err(wrong_state(format!("the story is {stands}"), "Stop it first."));
        }
        self.record(Some(story), None, JournalEvent::SetUpSkipped {})?;
        Ok(())
    }

    /// The input for a story whose agent is about to start: whether that comes after a set-up.
    pub(super) fn agent_starting(&self, story: &StoryId) -> StoryInput {
        let runs = self.state.stories.get(story).map(|record| &record.runs);
        let last = runs.and_then(|runs| self.state.runs.get(runs.last()?));
        match last.is_some_and(|run| run.spec.kind == RunKind::Setup) {
            true => StoryInput::SetUpPassed,
            false => StoryInput::Starting,
        }
    }
}
