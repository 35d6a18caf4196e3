//! The messages between the director and a run's actor. Types only; what they cause is decided by the
//! actor and the director.

use crate::record::{Ending, RunStatus};
use protocol::Stop;

/// A message from the director to an actor.
#[derive(Clone, Debug)]
pub enum Command {
    /// Write these bytes under this id, once.
    Write {
        /// The id.
        id: String,
        /// The bytes as text.
        text: String,
    },
    /// End the agent's input.
    Close,
    /// End the run: who asks, and why.
    Stop(Stop),
    /// End the actor; the run goes on.
    Detach,
}

/// A message from an actor to the director.
#[derive(Debug)]
pub enum Report {
    /// The run's status; sent when it changed.
    Status(RunStatus),
    /// The run is over. Nothing follows.
    Over(Box<Ending>),
    /// The run's files cannot be read for now. It can be stopped all the same, and it is tried again.
    Unreadable(String),
    /// The store takes no more events for now, so the run is not read on. Its files are all right.
    Held,
}
