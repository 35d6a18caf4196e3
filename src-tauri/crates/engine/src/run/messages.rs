//! The messages between the director and a run's actor. Types only; the actor and the director decide the
//! effects.

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
    /// End the run, with who requests it and why.
    Stop(Stop),
    /// End the actor; the run continues.
    Detach,
}

/// A message from an actor to the director.
#[derive(Debug)]
pub enum Report {
    /// The run's status; sent when it changed.
    Status(RunStatus),
    /// The run is over. Nothing follows.
    Over(Box<Ending>),
    /// The run's files cannot be read for now. The run can be stopped anyway, and the files are tried
    /// again.
    Unreadable(String),
    /// The store takes no more events for now, so reading the run pauses. The run's files are intact.
    Held,
}
