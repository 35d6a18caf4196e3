//! What the director and a run's actor tell each other. Words only; the actor and the director say
//! what they mean.

use crate::record::RunStatus;
use protocol::{Evidence, Outcome, StartFailedKind, Stop, Timestamp};

/// What the evidence of a run says that has an end although no process was ever started for it.
pub(crate) const NOTHING_RAN: &str = "Musher ended before the process was started; nothing ran";

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
    /// No process was ever started for it, because its owner ended before it could.
    NeverStarted,
    /// No process could be started for it.
    NeverRan {
        /// What was wrong.
        why: StartFailedKind,
        /// The same for a person.
        words: String,
    },
}

/// How a run ended.
#[derive(Debug)]
pub struct Ending {
    /// The outcome.
    pub outcome: Outcome,
    /// What it rests on.
    pub evidence: Evidence,
    /// A question was closed without anybody's word.
    pub question_lost: bool,
    /// When, by the keeper's clock.
    pub at: Timestamp,
}
