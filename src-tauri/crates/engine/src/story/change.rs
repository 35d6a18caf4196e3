//! The details of a change of a story's state, and the journal entry that records both.
//! [`super::table`] decides the change, except for the time until which a limit holds a story; a
//! policy or a request causes it.

use super::notify::plain;
use super::table::{Change, StoryInput, transition};
use protocol::{
    Evidence, JournalEvent, Reason, ResetBasis, RunId, StateDetail, StoryState, Timestamp,
};

/// The details of a change of state.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Because {
    /// The run that caused it.
    pub(crate) run: Option<RunId>,
    /// The rest of the reason, in one line for a person.
    pub(crate) detail: Option<String>,
    /// The same as values.
    pub(crate) about: Option<StateDetail>,
    /// When it happened; `None` is now.
    pub(crate) since: Option<Timestamp>,
    /// When the state is expected to end by itself.
    pub(crate) until: Option<Timestamp>,
    /// How that is known.
    pub(crate) reset: ResetBasis,
    /// The evidence.
    pub(crate) evidence: Evidence,
}

/// The change that `input` causes in a story with this state and end time. If only the end time of
/// a limit changes, the rest stays the same; so it does in a story that starts, of which only the step changes.
pub(crate) fn change(
    (state, reason, until): (StoryState, Option<Reason>, Option<Timestamp>),
    input: &StoryInput,
    because: &Because,
) -> Option<Change> {
    let moves = match (state, input) {
        (StoryState::Limited, StoryInput::Held) => because.until != until,
        (StoryState::Starting, StoryInput::SetUpStarting | StoryInput::SetUpPassed) => true,
        _ => false,
    };
    let moved = moves.then_some(Change { state, reason, notification: None });
    transition(state, reason, input).or(moved)
}

impl Because {
    /// The details of a change that a run caused.
    pub(crate) fn of_run(run: &RunId) -> Self {
        Self { run: Some(run.clone()), ..Self::default() }
    }

    /// Adds this text for a person; none if it has no visible characters.
    pub(crate) fn detail(self, text: &str) -> Self {
        let line = plain(text);
        Self { detail: (!line.is_empty()).then_some(line), ..self }
    }

    /// The journal entry for the change at `now`.
    pub(crate) fn recorded(self, change: Change, now: Timestamp) -> JournalEvent {
        JournalEvent::StateChanged {
            state: change.state,
            reason: change.reason,
            detail: self.detail,
            about: self.about,
            since: self.since.unwrap_or(now),
            until: self.until,
            reset: self.reset,
            notifies: change.notification,
            evidence: Box::new(self.evidence),
        }
    }
}
