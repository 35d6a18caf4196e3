//! Refusals of requests that several files of the director need.

use crate::error::Error;
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

/// The state's word on screen.
pub(super) fn state_word(state: StoryState) -> String {
    crate::store::text::word(state).replace('_', " ")
}
