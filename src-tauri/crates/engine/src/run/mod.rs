//! One run: reading what its keeper records, folding it into the run's state, talking to its keeper, and
//! deciding how it ended. Each live run has an actor ([`actor`]); everything else here is pure or reads
//! files, and serves live and past runs alike.

pub mod accounts;
pub mod actor;
mod clock_time;
pub(crate) mod decoder;
pub mod fold;
pub mod messages;
pub mod outcome;
mod shares;
pub mod tail;
