//! The policies without a director, for benchmarks: a journal is folded, the status of live runs is set,
//! and then the policies are asked. Nothing is carried out.

use super::{Seen, View, decide};
use crate::record::RunStatus;
use crate::state::State;
use protocol::{Config, JournalEntry, RunId, Timestamp};

/// The input of the policies, without actors or jobs.
#[derive(Debug, Default)]
pub struct Trial {
    state: State,
    seen: Seen,
    config: Config,
}

impl Trial {
    /// Folds this journal; no live run has a status yet.
    pub fn of(journal: impl IntoIterator<Item = JournalEntry>) -> Self {
        let mut trial = Self::default();
        journal.into_iter().for_each(|entry| trial.state.apply(&entry));
        trial
    }

    /// Sets the status of a live run.
    pub fn see(&mut self, run: RunId, status: RunStatus) {
        self.seen.runs.insert(run, status);
    }

    /// Asks the policies at this time; returns the number of decisions.
    pub fn decide(&self, now: Timestamp) -> usize {
        let view = View { state: &self.state, seen: &self.seen, config: &self.config, now };
        decide(&view).len()
    }
}
