//! What goes with a change of a story's state, and the fact that records both. Which change it is says
//! [`super::table`], but for the time until which a limit holds a story; who decides on it is a policy or a request.

use super::notify::plain;
use super::table::{Change, StoryInput, transition};
use protocol::{Evidence, JournalEvent, Reason, RunId, StateDetail, StoryState, Timestamp};

/// What goes with a change of state.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Because {
    /// The run that it comes from.
    pub(crate) run: Option<RunId>,
    /// The rest of the reason, in one line for a person.
    pub(crate) detail: Option<String>,
    /// The same as facts.
    pub(crate) about: Option<StateDetail>,
    /// When it happened; `None` is now.
    pub(crate) since: Option<Timestamp>,
    /// When the state is expected to end by itself.
    pub(crate) until: Option<Timestamp>,
    /// What it rests on.
    pub(crate) evidence: Evidence,
}

/// What `input` makes of a story in this state until this time. A limit that holds it until another time changes
/// nothing else.
pub(crate) fn change(
    (state, reason, until): (StoryState, Option<Reason>, Option<Timestamp>),
    input: &StoryInput,
    because: &Because,
) -> Option<Change> {
    let moves =
        *input == StoryInput::Held && state == StoryState::Limited && because.until != until;
    let moved = moves.then_some(Change { state, reason, notification: None });
    transition(state, reason, input).or(moved)
}

impl Because {
    /// What comes from a run.
    pub(crate) fn of_run(run: &RunId) -> Self {
        Self { run: Some(run.clone()), ..Self::default() }
    }

    /// The same with these words for a person; without any that show, with none.
    pub(crate) fn detail(self, text: &str) -> Self {
        let line = plain(text);
        Self { detail: (!line.is_empty()).then_some(line), ..self }
    }

    /// The fact that records the change at `now`.
    pub(crate) fn recorded(self, change: Change, now: Timestamp) -> JournalEvent {
        JournalEvent::StateChanged {
            state: change.state,
            reason: change.reason,
            detail: self.detail,
            about: self.about,
            since: self.since.unwrap_or(now),
            until: self.until,
            notifies: change.notification,
            evidence: Box::new(self.evidence),
        }
    }
}
