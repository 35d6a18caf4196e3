//! Gates: the commands that must pass for a story to be done. Each is a separate run, started by a keeper in
//! the story's directory, one after the other; `policy::after_run` decides which is next.

use super::Director;
use crate::env::Environment;
use crate::error::Result;
use crate::job::launch::{Planned, Refusal};
use crate::story::change::Because;
use crate::story::table::StoryInput;
use keeper::spec;
use protocol::{
    AgentId, DecoderId, InputMode, RunId, RunKind, RunSpec, StartFailedKind, StateDetail, StoryId,
    Timestamp, UsageTotals,
};
use std::path::PathBuf;
use std::time::Duration;

/// The time limit of a gate.
const TIME_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Variables that prevent programs from waiting for a person: no pager, no editor, no password
/// prompt. Values that a person set for the story have priority.
const UNATTENDED: [(&str, &str); 6] = [
    ("GIT_EDITOR", "true"),
    ("GIT_PAGER", "cat"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("MANPAGER", "cat"),
    ("PAGER", "cat"),
    ("SSH_ASKPASS_REQUIRE", "never"),
];

/// The decoder of plain text.
const PLAIN: &str = "plain/1";

impl Director {
    /// Starts the gate with this number, from 1.
    pub(super) fn start_gate(&mut self, story: &StoryId, number: u32) -> Result<()> {
        let Some(record) = self.state.stories.get(story) else { return Ok(()) };
        let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let Some(command) = record.gates.get(index).cloned() else { return Ok(()) };
        let of = record.gates.len();
        let about = StateDetail::gate(number, &record.gates, None);
        let (environment, missing) = match self.environment_with(story, &UNATTENDED) {
            Ok(environment) => (environment, None),
            Err(error) => (Environment::default(), Some(error)),
        };
        let cwd = PathBuf::from(&record.dir);
        let planned = self.plan_gate(story, number, &command, cwd, environment);
        let because = Because { about, ..Because::default() };
        let because = because.detail(&format!("gate {number} of {of}: {command}"));
        let input = StoryInput::GateStarting;
        let run = RunId::generate();
        self.record_start(story, &run, &planned.spec, &input, because)?;
        match missing {
            None => self.launch(story, run, planned),
            Some(error) => self.refused(run, &Refusal::new(StartFailedKind::Other, &error)),
        }
        Ok(())
    }

    fn plan_gate(
        &self,
        story: &StoryId,
        number: u32,
        command: &str,
        cwd: PathBuf,
        environment: Environment,
    ) -> Planned {
        Planned {
            spec: RunSpec {
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
            environment,
            interrupt: spec::Interrupt::Signal { name: "SIGINT".to_owned() },
            end_descendants: true,
        }
    }

    /// Returns how long a gate that was started at `started_at` may still take.
    pub(super) fn gate_time_left(&self, started_at: Timestamp) -> Duration {
        let taken = self.clock.now().since(started_at).max(0);
        TIME_LIMIT.saturating_sub(Duration::from_millis(taken.unsigned_abs()))
    }
}

/// The command line for the shell, because a person wrote the gate as a line for a shell.
fn shell(command: &str) -> Vec<String> {
    match cfg!(windows) {
        true => {
            vec![r"C:\Windows\System32\cmd.exe".to_owned(), "/C".to_owned(), command.to_owned()]
        }
        false => vec!["/bin/sh".to_owned(), "-c".to_owned(), command.to_owned()],
    }
}
