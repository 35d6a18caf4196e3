//! Gates: the commands that must pass for a story to be done. Each is a run of its own, started by a
//! keeper in the story's directory, one after the other; the first that fails ends the row.

use super::start::Planned;
use super::{Director, Facts};
use crate::error::Result;
use crate::run::messages::NEVER_STARTED;
use crate::state::RunEnding;
use crate::story::table::StoryInput;
use keeper::spec;
use protocol::{
    Actor, AgentId, DecoderId, InputMode, Outcome, RunId, RunKind, RunSpecFacts, StateDetail,
    StoryId, Timestamp, UsageTotals,
};
use std::path::PathBuf;
use std::time::Duration;

/// How long a gate may take.
const TIME_LIMIT: Duration = Duration::from_secs(30 * 60);

/// The decoder of plain text.
const PLAIN: &str = "plain/1";

impl Director {
    /// Starts the gate with this number, from 1.
    pub(super) fn start_gate(&mut self, story: &StoryId, number: u32) -> Result<()> {
        let Some(record) = self.state.stories.get(story) else { return Ok(()) };
        if self.state.live_run(story).is_some() {
            return Ok(());
        }
        let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let Some(command) = record.gates.get(index).cloned() else { return Ok(()) };
        let of = record.gates.len();
        let about = StateDetail::gate(number, &record.gates, None);
        let planned = self.plan_gate(story, number, &command, PathBuf::from(&record.dir));
        let facts = Facts { about, ..Facts::default() };
        let facts = facts.detail(&format!("gate {number} of {of}: {command}"));
        let input = StoryInput::GateStarting;
        if let Some(run) = self.record_start(story, &planned, &input, facts)? {
            self.launch(story, &run, planned);
        }
        Ok(())
    }

    fn plan_gate(&self, story: &StoryId, number: u32, command: &str, cwd: PathBuf) -> Planned {
        let handed = self.handed_over.get(story).cloned().unwrap_or_default();
        let base = handed.environment.unwrap_or_else(|| self.environment.clone());
        let set = handed.set.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Planned {
            facts: RunSpecFacts {
                slug: self.run_slug(story),
                kind: RunKind::Gate,
                agent: AgentId::new("gate"),
                decoder: DecoderId::new(PLAIN),
                account: None,
                session: None,
                resumes: false,
                argv: shell(command),
                usage_baseline: UsageTotals::default(),
                gate: Some(number),
                input: InputMode::default(),
                incomplete: false,
            },
            cwd,
            environment: base.for_agent(set),
            interrupt: spec::Interrupt::Signal { name: "SIGINT".to_owned() },
            time_limit: Some(TIME_LIMIT),
            end_descendants: true,
        }
    }

    fn gates_of(&self, story: &StoryId) -> u32 {
        let gates = self.state.stories.get(story).map_or(0, |story| story.gates.len());
        u32::try_from(gates).unwrap_or(u32::MAX)
    }

    /// A gate's run is over.
    pub(super) fn gate_over(
        &mut self,
        story: &StoryId,
        run: &RunId,
        number: u32,
        outcome: &Outcome,
        ending: &RunEnding,
    ) -> Result<()> {
        let about = self.about_gate(story, number, outcome, ending);
        let facts = || {
            let mut facts = Facts::of_run(run);
            facts.about = about.clone();
            facts.evidence = ending.evidence.clone();
            facts.since = Some(ending.at);
            facts
        };
        match outcome {
            Outcome::Succeeded if number < self.gates_of(story) => {
                self.start_gate(story, number + 1)
            }
            Outcome::Succeeded => {
                self.apply(story, &StoryInput::GatesPassed { recovered: false }, facts())?;
                self.send_what_waited(story)
            }
            Outcome::Stopped { by: Actor::You } => {
                let about = StateDetail::stopped(outcome, ending.evidence.stop.as_ref());
                self.apply(story, &StoryInput::Stopped, Facts { about, ..facts() })
            }
            Outcome::StartFailed { .. }
                if !self.state.runs.get(run).is_some_and(|run| run.started) =>
            {
                self.gate_never_ran(story, number, outcome, facts(), &ending.evidence.summary)
            }
            _ => {
                let words = format!("gate {number}: {}", ending.evidence.summary);
                self.apply(story, &StoryInput::GateFailed, facts().detail(&words))?;
                self.send_what_waited(story)
            }
        }
    }

    /// What is known of a gate that is over. One that all passed needs no more words.
    fn about_gate(
        &self,
        story: &StoryId,
        number: u32,
        outcome: &Outcome,
        ending: &RunEnding,
    ) -> Option<StateDetail> {
        if *outcome == Outcome::Succeeded {
            return None;
        }
        let gates = &self.state.stories.get(story)?.gates;
        StateDetail::gate(number, gates, Some((outcome, &ending.evidence)))
    }

    /// A prompt that came while the gates ran is what the person wants next.
    fn send_what_waited(&mut self, story: &StoryId) -> Result<()> {
        if self.state.stories.get(story).is_some_and(|story| !story.queue.is_empty()) {
            self.resume_or_explain(story);
        }
        Ok(())
    }

    /// A gate that was recorded but never started is started; one that cannot be started has failed.
    fn gate_never_ran(
        &mut self,
        story: &StoryId,
        number: u32,
        outcome: &Outcome,
        facts: Facts,
        why: &str,
    ) -> Result<()> {
        match *outcome == NEVER_STARTED {
            true => self.start_gate(story, number),
            false => self.apply(
                story,
                &StoryInput::GateFailed,
                facts.detail(&format!("gate {number}: {why}")),
            ),
        }
    }

    /// How long a gate that was started at `started_at` may still take.
    pub(super) fn gate_time_left(&self, started_at: Timestamp) -> Duration {
        let taken = self.clock.now().since(started_at).max(0);
        TIME_LIMIT.saturating_sub(Duration::from_millis(taken.unsigned_abs()))
    }
}

/// A person wrote the gate as a line for a shell, so a shell reads it.
fn shell(command: &str) -> Vec<String> {
    match cfg!(windows) {
        true => {
            vec![r"C:\Windows\System32\cmd.exe".to_owned(), "/C".to_owned(), command.to_owned()]
        }
        false => vec!["/bin/sh".to_owned(), "-c".to_owned(), command.to_owned()],
    }
}
