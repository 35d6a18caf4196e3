//! Deletes the logs of stories that are over. The policy says whether that may be; a job reads what stays of
//! the runs, which is recorded; another one removes the files, also those that an earlier owner left; and
//! the end of that is recorded, too.

use super::requests::answered;
use super::{Director, Input, ReplyTo, not_found, state_word, wrong_state};
use crate::error::{Error, Result};
use crate::job::delete_logs::{Deletable, keep, remove};
use crate::policy::delete_logs::{Deletion, deletion};
use crate::runtime;
use protocol::{JournalEvent, KeptRun, Reply, RunId, StoryId};

/// A report of a job that deletes logs.
pub(crate) enum LogsReport {
    /// What stays of the runs, or why their logs cannot be deleted.
    Kept(Result<Vec<KeptRun>>),
    /// The files are gone, or why not all of them.
    Removed(Result<()>),
}

impl Director {
    /// Deletes the logs of a story. It is answered when the files are gone, or with why they stay.
    pub(super) fn delete_logs(&mut self, story: StoryId, reply: ReplyTo) {
        if let Some(replies) = self.deletions.get_mut(&story) {
            return replies.push(reply);
        }
        match deletion(&self.view(), &story) {
            Deletion::Of(runs) => self.begin_deletion(story, &runs, reply),
            // An earlier removal failed.
            Deletion::Done if self.state.removing.contains_key(&story) => {
                self.seen.removals.remove(&story);
                self.deletions.insert(story, vec![reply]);
                self.pace.at_once();
            }
            Deletion::Done => self.reply_after_commit(vec![reply], Reply::Done),
            refused => {
                let why = self.refusal(&story, refused);
                self.reply_after_commit(vec![reply], answered(Err(why)));
            }
        }
    }

    /// Starts the job that reads what stays.
    fn begin_deletion(&mut self, story: StoryId, runs: &[RunId], reply: ReplyTo) {
        let named =
            |run: &RunId| Some((run.clone(), self.state.runs.get(run)?.spec.decoder.clone()));
        let runs: Vec<Deletable> = runs.iter().filter_map(named).collect();
        let (dir, writer, of) = (self.dir.clone(), self.writer.clone(), story.clone());
        let job = async move { LogsReport::Kept(keep(dir, writer, of, runs).await) };
        match self.spawn_deletion(&story, job) {
            Ok(()) => drop(self.deletions.insert(story, vec![reply])),
            Err(error) => self.reply_after_commit(vec![reply], answered(Err(error))),
        }
    }

    fn spawn_deletion(
        &self,
        story: &StoryId,
        job: impl Future<Output = LogsReport> + Send + 'static,
    ) -> Result<()> {
        let (inputs, story) = (self.inputs.clone(), story.clone());
        let work = async move {
            let report = job.await;
            // If the director has ended, the next one finds in the journal what is left to do.
            let _ = inputs.send(Input::Logs(story, report));
        };
        runtime::handle().map_err(Error::Thread)?.spawn(work);
        Ok(())
    }

    /// Starts the job that removes the files of a story's deleted logs.
    pub(super) fn remove_logs(&mut self, story: &StoryId) -> Result<()> {
        let runs = self.state.removing.get(story).cloned().unwrap_or_default();
        let dir = self.dir.clone();
        let job = async move { LogsReport::Removed(remove(dir, runs).await) };
        self.spawn_deletion(story, job)?;
        self.seen.removals.insert(story.clone());
        self.deletions.entry(story.clone()).or_default();
        Ok(())
    }

    /// Takes the report of a job that deletes logs.
    pub(super) fn logs(&mut self, story: &StoryId, report: LogsReport) {
        let done = match report {
            LogsReport::Kept(kept) => match kept.and_then(|kept| self.record_deletion(story, kept))
            {
                // The files are removed next.
                Ok(()) => return,
                Err(error) => Err(error),
            },
            LogsReport::Removed(removed) => removed.and_then(|()| self.record_removal(story)),
        };
        if let Err(error) = &done {
            tracing::error!(%story, %error, "logs could not be deleted");
        }
        let replies = self.deletions.remove(story).unwrap_or_default();
        self.reply_after_commit(replies, answered(done.map(|()| Reply::Done)));
    }

    /// Records what stays. Meanwhile a person may have had the story go on.
    fn record_deletion(&mut self, story: &StoryId, runs: Vec<KeptRun>) -> Result<()> {
        match deletion(&self.view(), story) {
            Deletion::Of(_) => {}
            refused => return Err(self.refusal(story, refused)),
        }
        let bytes = runs.iter().map(|run| run.bytes).sum();
        self.record(Some(story), None, JournalEvent::LogsDeleted { bytes, runs })?;
        self.seen.removals.remove(story);
        self.pace.at_once();
        Ok(())
    }

    fn record_removal(&mut self, story: &StoryId) -> Result<()> {
        self.record(Some(story), None, JournalEvent::LogsRemoved {})?;
        self.seen.removals.remove(story);
        Ok(())
    }

    /// Why the logs of a story cannot be deleted now.
    fn refusal(&self, story: &StoryId, why: Deletion) -> Error {
        let stands = || match self.state.stories.get(story) {
            Some(record) => self.stands(story, record.state),
            None => state_word(protocol::StoryState::Draft),
        };
        let name = |run: &RunId| match self.state.runs.get(run) {
            Some(record) => record.spec.slug.to_string(),
            None => run.to_string(),
        };
        match why {
            Deletion::Unknown => not_found("such story"),
            Deletion::NoRun => wrong_state(
                "the story has no logs: no run of it ever began".to_owned(),
                "There is nothing to delete.",
            ),
            Deletion::Live(run) => wrong_state(
                format!("no logs were deleted: the run {} is not over", name(&run)),
                "Wait for its end, or stop it first.",
            ),
            Deletion::Asked => wrong_state(
                "no logs were deleted: the story's agent waits for an answer".to_owned(),
                "Answer it, or stop the story first.",
            ),
            Deletion::GoesOn => wrong_state(
                format!("no logs were deleted: the story is {}", stands()),
                "Only a story that is over loses its logs; stop it first.",
            ),
            Deletion::Prompts(1) => wrong_state(
                "no logs were deleted: a prompt waits in the story".to_owned(),
                "Send it, or take it back first.",
            ),
            Deletion::Prompts(count) => wrong_state(
                format!("no logs were deleted: {count} prompts wait in the story"),
                "Send them, or take them back first.",
            ),
            Deletion::Of(_) | Deletion::Done => wrong_state(
                "the logs of the story were deleted by another request".to_owned(),
                "There is nothing more to delete.",
            ),
        }
    }
}
