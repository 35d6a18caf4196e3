//! What a person can do about a story by its state: which request is accepted, and which one to advise. Pure; the
//! director refuses by it, and the programs advise by it, so that what is advised is accepted.

use super::table::is_at_rest;
use protocol::{Story, StoryState};

/// The request that has a resting story go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Resume it, because a prompt waits in it.
    Resume,
    /// Resume it, which has its agent go on where it was cut off, or send it a prompt.
    ResumeOrSend,
    /// Send it a prompt: it is done, or its agent waits for one.
    Send,
}

/// Whether a story in this state takes a prompt, now or later.
pub fn takes_prompts(state: StoryState) -> bool {
    !matches!(state, StoryState::Archived | StoryState::InTerminal)
}

/// Whether a story in this state can be resumed, if no run of it is live or about to start.
pub fn can_be_resumed(state: StoryState) -> bool {
    is_at_rest(state) || state == StoryState::Limited
}

/// Whether the work of a story in this state was not brought to its end.
fn is_cut_off(state: StoryState) -> bool {
    matches!(state, StoryState::Limited | StoryState::NeedsYou | StoryState::Stopped)
}

/// The request that has a story go on; `None` where it goes on by itself or can only be followed by a new one.
pub fn next_step(story: &Story) -> Option<NextStep> {
    match story.queued_prompts {
        _ if story.state == StoryState::Waiting => Some(NextStep::Send),
        0 if is_cut_off(story.state) => Some(NextStep::ResumeOrSend),
        0 if can_be_resumed(story.state) => Some(NextStep::Send),
        _ if can_be_resumed(story.state) => Some(NextStep::Resume),
        _ => None,
    }
}
