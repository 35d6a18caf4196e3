//! The table that maps (state, input) to (state, reason, notification). It is pure and total:
//! `None` means that nothing changes. It uses only kinds of inputs, no amounts; the director adds
//! details and evidence. A test covers every cell.

use protocol::{Actor, NotificationKind, Outcome, QuestionKind, Reason, StoryState};

/// What can happen to a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoryInput {
    /// It was put in the queue.
    Queued,
    /// A run is about to be started: a first one, a follow-up, a resume.
    Starting,
    /// A run was to be started, but its account is held.
    Held,
    /// The limit that held it is over, and nothing has it go on by itself.
    LimitOver,
    /// The run's process is alive, or continues after a wait.
    Working,
    /// The agent asks a question.
    Asked(QuestionKind),
    /// The agent was interrupted and waits for a prompt.
    Interrupted,
    /// The agent's run is over.
    RunOver {
        /// The outcome.
        outcome: Outcome,
        /// Whether the story has gates to pass.
        gates: bool,
        /// Whether a question was closed although no person answered it.
        question_lost: bool,
    },
    /// A gate is about to run.
    GateStarting,
    /// Every gate passed.
    GatesPassed {
        /// Whether the agent's run had ended badly before.
        recovered: bool,
    },
    /// A gate failed.
    GateFailed,
    /// A set-up command is about to run.
    SetUpStarting,
    /// Every set-up command passed, and the agent is about to start.
    SetUpPassed,
    /// A set-up command failed.
    SetupFailed,
    /// The story's money limit is reached.
    BudgetReached,
    /// A person took over the terminal.
    TerminalTaken,
    /// A person gave the terminal back.
    TerminalReturned,
    /// A person stopped a story that has no live run: one that waits, or whose next run is about to start.
    Stopped,
    /// A person archived the story.
    Archived,
}

/// The result of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The state.
    pub state: StoryState,
    /// Why.
    pub reason: Option<Reason>,
    /// The notification to send.
    pub notification: Option<NotificationKind>,
}

/// The change that `input` causes in a story in `state` (with `reason`); `None` if nothing changes.
pub fn transition(state: StoryState, reason: Option<Reason>, input: &StoryInput) -> Option<Change> {
    let change = next(state, input)?;
    (change.state != state || change.reason != reason).then_some(change)
}

fn next(state: StoryState, input: &StoryInput) -> Option<Change> {
    use StoryState as S;
    match (state, input) {
        (S::Archived, _) => None,
        (_, StoryInput::Archived) => is_at_rest(state).then(|| quiet(S::Archived, None)),
        (
            S::Starting | S::Running | S::Waiting,
            StoryInput::RunOver { outcome, gates, question_lost },
        ) => Some(run_over(outcome, *gates, *question_lost)),
        (_, StoryInput::RunOver { .. }) => None,
        (S::Starting | S::Running | S::Waiting, StoryInput::Working) => {
            Some(quiet(S::Running, None))
        }
        (S::Starting | S::Running | S::Waiting, StoryInput::Asked(_)) => {
            Some(notify(S::Waiting, Reason::Question, NotificationKind::Asks))
        }
        (S::Starting | S::Running | S::Waiting, StoryInput::Interrupted) => {
            Some(quiet(S::Waiting, Some(Reason::Prompt)))
        }
        (S::Starting | S::Running | S::Waiting, StoryInput::BudgetReached) => {
            Some(notify(S::NeedsYou, Reason::Budget, NotificationKind::Failed))
        }
        (
            _,
            StoryInput::Working
            | StoryInput::Asked(_)
            | StoryInput::Interrupted
            | StoryInput::BudgetReached,
        ) => None,
        (
            S::Starting | S::Running | S::Waiting | S::Gating | S::InTerminal,
            StoryInput::Queued
            | StoryInput::Starting
            | StoryInput::SetUpStarting
            | StoryInput::SetUpPassed,
        ) => None,
        (_, StoryInput::Queued) => Some(quiet(S::Queued, None)),
        (_, StoryInput::Starting | StoryInput::SetUpStarting | StoryInput::SetUpPassed) => {
            Some(quiet(S::Starting, None))
        }
        (S::InTerminal, StoryInput::Held) => None,
        (_, StoryInput::Held) => Some(quiet(S::Limited, None)),
        (S::Limited, StoryInput::LimitOver) => Some(failed(Reason::LimitOver)),
        (_, StoryInput::LimitOver) => None,
        (S::Starting, StoryInput::SetupFailed) => {
            Some(notify(S::NeedsYou, Reason::SetupFailed, NotificationKind::Failed))
        }
        (_, StoryInput::SetupFailed) => None,
        (
            S::Starting | S::Running | S::Waiting | S::NeedsYou | S::Gating | S::Done | S::Stopped,
            StoryInput::GateStarting,
        ) => Some(quiet(S::Gating, None)),
        (_, StoryInput::GateStarting) => None,
        (S::Gating, StoryInput::GatesPassed { recovered }) => {
            let reason = if *recovered { Reason::Recovered } else { Reason::Checked };
            Some(notify(S::Done, reason, NotificationKind::Finished))
        }
        (S::Gating, StoryInput::GateFailed) => {
            Some(notify(S::NeedsYou, Reason::GateFailed, NotificationKind::Failed))
        }
        (_, StoryInput::GatesPassed { .. } | StoryInput::GateFailed) => None,
        (
            S::Draft | S::Queued | S::Limited | S::Done | S::NeedsYou | S::Stopped,
            StoryInput::TerminalTaken,
        ) => Some(quiet(S::InTerminal, None)),
        (_, StoryInput::TerminalTaken) => None,
        (S::InTerminal, StoryInput::TerminalReturned) => Some(quiet(S::Stopped, Some(Reason::You))),
        (_, StoryInput::TerminalReturned) => None,
        (S::InTerminal, StoryInput::Stopped) => None,
        (_, StoryInput::Stopped) => Some(quiet(S::Stopped, Some(Reason::You))),
    }
}

/// Whether nothing goes on in a story of this state.
pub fn is_at_rest(state: StoryState) -> bool {
    matches!(
        state,
        StoryState::Draft | StoryState::Done | StoryState::NeedsYou | StoryState::Stopped
    )
}

fn run_over(outcome: &Outcome, gates: bool, question_lost: bool) -> Change {
    match outcome {
        Outcome::Succeeded if question_lost => failed(Reason::QuestionLost),
        Outcome::Succeeded if gates => quiet(StoryState::Gating, None),
        Outcome::Succeeded => {
            notify(StoryState::Done, Reason::Unchecked, NotificationKind::Finished)
        }
        Outcome::Failed { why } => failed(Reason::from(*why)),
        Outcome::Limited { .. } => Change {
            state: StoryState::Limited,
            reason: None,
            notification: Some(NotificationKind::Limited),
        },
        Outcome::Stopped { by } => quiet(StoryState::Stopped, Some(stopped_by(*by))),
        Outcome::StartFailed { .. } => failed(Reason::StartFailed),
        Outcome::Crashed { .. } => failed(Reason::Crashed),
        Outcome::NoResult => failed(Reason::NoResult),
        Outcome::TimedOut => failed(Reason::TimedOut),
        Outcome::Lost => failed(Reason::Lost),
    }
}

fn stopped_by(actor: Actor) -> Reason {
    match actor {
        Actor::You => Reason::You,
        Actor::Musher | Actor::Rule => Reason::Engine,
        Actor::System => Reason::System,
    }
}

fn quiet(state: StoryState, reason: Option<Reason>) -> Change {
    Change { state, reason, notification: None }
}

fn notify(state: StoryState, reason: Reason, notification: NotificationKind) -> Change {
    Change { state, reason: Some(reason), notification: Some(notification) }
}

fn failed(reason: Reason) -> Change {
    notify(StoryState::NeedsYou, reason, NotificationKind::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{FailedKind, StartFailedKind};

    const STATES: [StoryState; 12] = [
        StoryState::Draft,
        StoryState::Queued,
        StoryState::Starting,
        StoryState::Running,
        StoryState::Waiting,
        StoryState::Limited,
        StoryState::Gating,
        StoryState::InTerminal,
        StoryState::Done,
        StoryState::NeedsYou,
        StoryState::Stopped,
        StoryState::Archived,
    ];

    fn over(outcome: Outcome) -> StoryInput {
        StoryInput::RunOver { outcome, gates: false, question_lost: false }
    }

    fn inputs() -> Vec<(&'static str, StoryInput)> {
        let good = |gates, question_lost| StoryInput::RunOver {
            outcome: Outcome::Succeeded,
            gates,
            question_lost,
        };
        let stopped = |by| over(Outcome::Stopped { by });
        let mut inputs = vec![
            ("queued", StoryInput::Queued),
            ("starting", StoryInput::Starting),
            ("held", StoryInput::Held),
            ("limit over", StoryInput::LimitOver),
            ("working", StoryInput::Working),
            ("asked", StoryInput::Asked(QuestionKind::Permission)),
            ("interrupted", StoryInput::Interrupted),
            ("succeeded", good(false, false)),
            ("succeeded, gates", good(true, false)),
            ("succeeded, question lost", good(false, true)),
            (
                "limited",
                over(Outcome::Limited { window: None, name: None, until: None, model: None }),
            ),
            ("stopped by you", stopped(Actor::You)),
            ("stopped by musher", stopped(Actor::Musher)),
            ("stopped by a rule", stopped(Actor::Rule)),
            ("stopped by the system", stopped(Actor::System)),
            ("start failed", over(Outcome::StartFailed { why: StartFailedKind::Missing })),
            ("crashed", over(Outcome::Crashed { code: None, signal: Some(9) })),
            ("no result", over(Outcome::NoResult)),
            ("timed out", over(Outcome::TimedOut)),
            ("lost", over(Outcome::Lost)),
            ("gate starting", StoryInput::GateStarting),
            ("gates passed", StoryInput::GatesPassed { recovered: false }),
            ("gates passed, recovered", StoryInput::GatesPassed { recovered: true }),
            ("gate failed", StoryInput::GateFailed),
            ("setup starting", StoryInput::SetUpStarting),
            ("setup passed", StoryInput::SetUpPassed),
            ("setup failed", StoryInput::SetupFailed),
            ("budget", StoryInput::BudgetReached),
            ("terminal taken", StoryInput::TerminalTaken),
            ("terminal returned", StoryInput::TerminalReturned),
            ("stop", StoryInput::Stopped),
            ("archived", StoryInput::Archived),
        ];
        let failures = [
            ("failed: login", FailedKind::Login),
            ("failed: billing", FailedKind::Billing),
            ("failed: model", FailedKind::Model),
            ("failed: prompt_too_long", FailedKind::PromptTooLong),
            ("failed: max_output", FailedKind::MaxOutput),
            ("failed: refusal", FailedKind::Refusal),
            ("failed: max_turns", FailedKind::MaxTurns),
            ("failed: agent_budget", FailedKind::AgentBudget),
            ("failed: overloaded", FailedKind::Overloaded),
            ("failed: network", FailedKind::Network),
            ("failed: api", FailedKind::Api),
            ("failed: other", FailedKind::Other),
        ];
        inputs.extend(failures.map(|(name, why)| (name, over(Outcome::Failed { why }))));
        inputs
    }

    fn word(value: impl serde::Serialize) -> String {
        serde_json::to_value(value).unwrap().as_str().map(str::to_owned).unwrap_or_default()
    }

    fn cell(state: StoryState, input: &StoryInput) -> String {
        match transition(state, None, input) {
            None => "-".to_owned(),
            Some(Change { state, reason, notification }) => {
                let reason = reason.map(|reason| format!("({})", word(reason))).unwrap_or_default();
                let shown =
                    notification.map(|kind| format!(" !{}", word(kind))).unwrap_or_default();
                format!("{}{reason}{shown}", word(state))
            }
        }
    }

    #[test]
    fn every_cell_is_as_written_down() {
        let mut table = String::new();
        for (name, input) in inputs() {
            table.push_str(name);
            table.push('\n');
            for state in STATES {
                table.push_str(&format!("    {:<12} {}\n", word(state), cell(state, &input)));
            }
        }
        insta::assert_snapshot!("story_table", table);
    }

    #[test]
    fn a_question_of_another_kind_is_no_new_state() {
        let asked = StoryInput::Asked(QuestionKind::Plan);
        assert_eq!(transition(StoryState::Waiting, Some(Reason::Question), &asked), None);
    }

    #[test]
    fn nothing_but_a_success_is_ever_done() {
        for (name, input) in inputs() {
            for state in STATES {
                let done = transition(state, None, &input)
                    .is_some_and(|change| change.state == StoryState::Done);
                let may = matches!(
                    input,
                    StoryInput::RunOver { outcome: Outcome::Succeeded, .. }
                        | StoryInput::GatesPassed { .. }
                );
                assert!(!done || may, "{name} in {state:?} is done");
            }
        }
    }
}
