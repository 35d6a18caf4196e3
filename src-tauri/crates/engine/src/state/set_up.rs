//! The set-up of a story's new worktree: its commands, and how far they are.

use protocol::{Outcome, RunKind, RunSpec};

/// The commands that prepare a worktree before the agent starts, and how many passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SetUp {
    /// The commands, in order.
    pub(crate) commands: Vec<String>,
    /// How many of them passed, one after the other.
    passed: u32,
    /// Whether a person had the story start without it.
    is_skipped: bool,
}

impl SetUp {
    /// A set-up that has not begun.
    pub(super) fn of(commands: &[String]) -> Self {
        Self { commands: commands.to_owned(), ..Self::default() }
    }

    /// The number of the next command, from 1; `None` if the agent may start.
    pub(crate) fn next(&self) -> Option<u32> {
        let is_over = usize::try_from(self.passed).is_ok_and(|it| it >= self.commands.len());
        (!self.is_skipped && !is_over).then_some(self.passed + 1)
    }

    /// Takes the end of a run. After a command that did not pass all of them are run again, because what it needs may
    /// come from an earlier one. One whose process was never started changes nothing.
    pub(super) fn ended(&mut self, spec: &RunSpec, outcome: &Outcome, never_started: bool) {
        if spec.kind != RunKind::Setup || never_started {
            return;
        }
        self.passed = match (outcome, spec.set_up) {
            (Outcome::Succeeded, Some(number)) => number,
            _ => 0,
        };
    }

    /// Takes a person's word that the agent starts without it.
    pub(super) fn skipped(&mut self) {
        self.is_skipped = true;
    }
}
