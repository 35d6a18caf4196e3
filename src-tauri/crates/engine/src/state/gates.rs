//! A person's request to run the gates of a story again, and how far it is.

use protocol::{CheckpointCause, JournalEvent, RunKind, StoryState};

/// Whether the gates of a story are to run again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum GatesAgain {
    /// Nobody asked for it, or it was done.
    #[default]
    No,
    /// A person asked, and the files are to be held first, so that it is known on which files they ran.
    ToHold,
    /// The first gate is to start.
    ToStart,
}

impl GatesAgain {
    /// Takes a fact about the story or one of its runs; `is_held` if its files are held by checkpoints.
    pub(super) fn apply(&mut self, event: &JournalEvent, is_held: bool) {
        *self = match event {
            JournalEvent::GatesRequested {} if is_held => Self::ToHold,
            JournalEvent::GatesRequested {} => Self::ToStart,
            JournalEvent::Checkpoint { because: CheckpointCause::Gates, .. }
            | JournalEvent::CheckpointFailed { because: CheckpointCause::Gates, .. }
                if *self == Self::ToHold =>
            {
                Self::ToStart
            }
            // What starts first has priority; gates follow on an agent in any case.
            JournalEvent::RunStarting(spec) if spec.kind != RunKind::Terminal => Self::No,
            JournalEvent::StopRequested { .. } | JournalEvent::WentBack { .. } => Self::No,
            JournalEvent::StateChanged { state, .. } if !is_settled(*state) => Self::No,
            _ => *self,
        };
    }
}

/// Whether nothing goes on in a story of this state, so that its gates can still run again.
fn is_settled(state: StoryState) -> bool {
    matches!(state, StoryState::Done | StoryState::NeedsYou | StoryState::Stopped)
}
