//! Gates: the commands that must pass for a story to be done. Each is a separate run, started by a keeper in
//! the story's directory, one after the other; `policy::after_run` decides which is next, and `policy::gates` when
//! they run again.

use super::requests::NEW_STORY;
use super::{Director, check_has_files, not_found, wrong_state};
use crate::env::Environment;
use crate::error::{Error, Result};
use crate::job::checkpoint::refused;
use crate::job::launch::{Planned, Refusal};
use crate::policy::gates::{NotNow, may_run_again};
use crate::state::GatesAgain;
use crate::story::change::Because;
use crate::story::table::StoryInput;
use keeper::spec;
use protocol::{
    AgentId, DecoderId, InputMode, JournalEvent, RunId, RunKind, RunSpec, StartFailedKind, StoryId,
    StoryState, Timestamp, UsageTotals,
};
use std::path::PathBuf;
use std::time::Duration;

/// The time limit of a gate and of a set-up command.
const TIME_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Variables that prevent programs from waiting for a person: no pager, no editor, no password
/// prompt. Values that a person set for the story have priority.
pub(super) const UNATTENDED: [(&str, &str); 6] = [
    ("GIT_EDITOR", "true"),
    ("GIT_PAGER", "cat"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("MANPAGER", "cat"),
    ("PAGER", "cat"),
    ("SSH_ASKPASS_REQUIRE", "never"),
];

/// The decoder of plain text.
const PLAIN: &str = "plain/1";

/// Which command a run is.
pub(super) struct CommandRun {
    pub(super) kind: RunKind,
    /// The gate's number.
    pub(super) gate: Option<u32>,
    /// The number of the set-up command.
    pub(super) set_up: Option<u32>,
}

impl Director {
    /// Has the gates of a story run again. Asking again before the first one started changes nothing.
    pub(super) fn run_gates_again(&mut self, story: &StoryId) -> Result<()> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        if record.gates_again != GatesAgain::No {
            return Ok(());
        }
        check_has_files(record)?;
        may_run_again(&self.view(), story).map_err(|why| self.no_gates_now(story, why))?;
        self.record(Some(story), None, JournalEvent::GatesRequested {}).map(drop)
    }

    /// Makes the refusal to run the gates of a story again.
    fn no_gates_now(&self, story: &StoryId, why: NotNow) -> Error {
        let refusal = |message: &str, hint| wrong_state(message.to_owned(), hint);
        match why {
            NotNow::NoGates => refusal(
                "the story has no gates",
                "Gates are given when a story is started; a new story can go on in the same folder.",
            ),
            NotNow::Busy(state) => wrong_state(
                format!("the story is {}", self.stands(story, state)),
                match state {
                    StoryState::Archived => NEW_STORY,
                    StoryState::Gating => "Its gates run now; stop them first to begin anew.",
                    _ => "Gates run when its agent is done.",
                },
            ),
            NotNow::NothingToCheck => refusal(
                "no gate has run since the agent's last run or since the story went back",
                "Resume the story: its gates run when its agent is done.",
            ),
            NotNow::Conflict(conflict) => refused("no gate can run now", conflict),
        }
    }

    /// Starts the gate with this number, from 1.
    pub(super) fn start_gate(&mut self, story: &StoryId, number: u32) -> Result<()> {
        let Some(record) = self.state.stories.get(story) else { return Ok(()) };
        let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let Some(command) = record.gates.get(index).cloned() else { return Ok(()) };
        let (environment, missing) = self.environment_or_not(story, &UNATTENDED);
        let kind = CommandRun { kind: RunKind::Gate, gate: Some(number), set_up: None };
        let planned = self.plan_command(story, kind, &command, environment);
        let input = StoryInput::GateStarting;
        let run = RunId::generate();
        // Which gate it is, the run says: the state does not change from gate to gate.
        self.record_start(story, &run, &planned.spec, &input, Because::default())?;
        match missing {
            None => self.launch(story, run, planned),
            Some(error) => self.refused(run, &Refusal::new(StartFailedKind::Other, &error)),
        }
        Ok(())
    }

    /// The environment of a command that runs for a story, or why it cannot be had.
    pub(super) fn environment_or_not(
        &self,
        story: &StoryId,
        own: &[(&str, &str)],
    ) -> (Environment, Option<Error>) {
        match self.environment_with(story, own) {
            Ok(environment) => (environment, None),
            Err(error) => (Environment::default(), Some(error)),
        }
    }

    /// Plans the run of a command that a person wrote as a line for a shell.
    pub(super) fn plan_command(
        &self,
        story: &StoryId,
        CommandRun { kind, gate, set_up }: CommandRun,
        command: &str,
        environment: Environment,
    ) -> Planned {
        let agent = if kind == RunKind::Setup { "setup" } else { "gate" };
        let cwd = self.state.stories.get(story).map(|record| PathBuf::from(&record.dir));
        Planned {
            spec: RunSpec {
                slug: self.run_slug(story),
                kind,
                agent: AgentId::new(agent),
                decoder: DecoderId::new(PLAIN),
                account: None,
                session: None,
                resumes: false,
                argv: shell(command),
                usage_baseline: UsageTotals::default(),
                gate,
                set_up,
                input: InputMode::default(),
                incomplete: false,
            },
            cwd: cwd.unwrap_or_default(),
            environment,
            interrupt: spec::Interrupt::Signal { name: "SIGINT".to_owned() },
            end_descendants: true,
        }
    }

    /// Returns how long a gate or a set-up that was started at `started_at` may still take.
    pub(super) fn command_time_left(&self, started_at: Timestamp) -> Duration {
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
