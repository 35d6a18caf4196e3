//! Taking over: every run that the journal has no end for gets an actor again, live or not. What
//! happened while nobody owned the directory is read from the run's files, exactly as after a crash;
//! inputs that were recorded are offered to the keeper again, which knows what it has.

use super::Director;
use crate::error::Result;
use protocol::{JournalEvent, RunId};

impl Director {
    pub(super) fn adopt_live_runs(&mut self) {
        for run in self.board.live_runs() {
            if let Err(error) = self.adopt(&run) {
                tracing::error!(%run, %error, "a run could not be taken over; it is left alone");
            }
        }
    }

    fn adopt(&mut self, run: &RunId) -> Result<()> {
        let Some(on_board) = self.board.runs.get(run).cloned() else { return Ok(()) };
        let dir = self.dir.run(run);
        if !dir.spec_path().exists() {
            let words = "Musher ended before the agent was started; nothing ran";
            return self.never_ran(&on_board.story, run, protocol::StartFailedKind::Other, words);
        }
        if !on_board.started
            && let Ok(Some(facts)) = dir.read_keeper()
            && let Some(child) = facts.child
        {
            self.record(
                Some(&on_board.story),
                Some(run),
                JournalEvent::RunStarted { pid: child.pid },
            )?;
        }
        let log_bytes = std::fs::metadata(dir.log_path(keeper::index::Stream::Stdout))
            .map_or(0, |log| log.len());
        self.record(Some(&on_board.story), Some(run), JournalEvent::RunAdopted { log_bytes })?;
        self.follow(&on_board.story, run, dir, &on_board.facts, None)
    }
}
