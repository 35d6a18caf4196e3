//! The policies without a director, for benchmarks: a journal is folded, live runs are seen, and then the
//! policies are asked. Nothing is carried out.

use super::{Seen, View, decide};
use crate::record::RunStatus;
use crate::state::State;
use protocol::{Config, JournalEntry, RunId, Timestamp};

/// The input of decisions, without an actor or job that carries them out.
#[derive(Debug, Default)]
pub struct Trial {
    state: State,
    seen: Seen,
    config: Config,
}

impl Trial {
    /// The fold of this journal, before anything was seen of its live runs.
    pub fn of(journal: impl IntoIterator<Item = JournalEntry>) -> Self {
        let mut trial = Self::default();
        journal.into_iter().for_each(|entry| trial.state.apply(&entry));
        trial
    }

    /// Sets the status of a live run.
    pub fn see(&mut self, run: RunId, status: RunStatus) {
        self.seen.runs.insert(run, status);
    }

    /// Asks the policies at this time; gives how much they decide.
    pub fn decide(&self, now: Timestamp) -> usize {
        let view = View { state: &self.state, seen: &self.seen, config: &self.config, now };
        decide(&view).len()
    }
}
