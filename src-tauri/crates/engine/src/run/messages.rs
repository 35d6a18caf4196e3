//! What the director and a run's actor tell each other. Words only; the actor and the director say
//! what they mean.

use crate::record::{Ending, RunStatus};
use protocol::Stop;

/// What the director asks.
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
    /// Let go of the run; it goes on.
    Detach,
}

/// What an actor tells the director.
#[derive(Debug)]
pub enum Report {
    /// How the run stands now; sent when it changed.
    Status(RunStatus),
    /// The run is over. Nothing follows.
    Over(Box<Ending>),
    /// The run's files cannot be read for now. It can be stopped all the same, and it is tried again.
    Unreadable(String),
    /// The store takes no more of it for now, so it is not read on. Nothing else is wrong with it.
    Unread,
}
