//! Refusals of requests that several files of the director need.

use crate::error::{Error, Result};
use crate::state::StoryRecord;
use protocol::{ErrorCode, Fault, StoryState};

/// Makes the refusal of a request that names something unknown.
pub(super) fn not_found(what: &str) -> Error {
    Error::refused(ErrorCode::NotFound, format!("there is no {what}"), "Check its name.")
        .on_terminal("`mush stories` lists what there is.")
}

/// Makes the refusal of a request that a story's state does not allow.
pub(super) fn wrong_state(message: String, hint: &str) -> Error {
    Error::Refused(Fault::new(ErrorCode::WrongState, message, hint))
}

/// Refuses what needs the files of a story whose worktree was removed.
pub(super) fn check_has_files(record: &StoryRecord) -> Result<()> {
    if !record.finishes.is_removed() {
        return Ok(());
    }
    let message = "the story's worktree was removed".to_owned();
    let refused = wrong_state(message, "Undo the removal first: that brings it back.");
    Err(refused.on_terminal("`mush undo STORY` does that."))
}

/// The state's word on screen.
pub(super) fn state_word(state: StoryState) -> String {
    crate::store::text::word(state).replace('_', " ")
}
