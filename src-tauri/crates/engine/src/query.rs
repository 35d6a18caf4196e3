//! Answers queries: each arm calls the module with the data. Reads of the store run on a thread
//! that may block; a damaged store is recovered first. Called by the window's command `query`.

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::runtime;
use crate::usage::packed;
use protocol::{Query, QueryAnswer};
use std::path::Path;

/// The most events in one answer.
const MOST_EVENTS: usize = 5_000;

impl Engine {
    /// Answers a query.
    ///
    /// # Errors
    /// If the requested thing does not exist, cannot be read, or is too large.
    pub async fn query(&self, query: Query) -> Result<QueryAnswer> {
        use QueryAnswer as Answer;
        match query {
            Query::Folder { path } => self.folder(&path).await.map(Answer::Folder),
            Query::NewBranch { dir, goal } => {
                self.new_branch(Path::new(&dir), &goal).await.map(Answer::NewBranch)
            }
            Query::Branches { dir } => self.branches(Path::new(&dir)).await.map(Answer::Branches),
            Query::Base { dir, name } => {
                self.base(Path::new(&dir), name.as_deref()).await.map(Answer::Base)
            }
            Query::Events { run, after, most } => {
                let most = (most as usize).min(MOST_EVENTS);
                self.read(move |engine| engine.reader()?.raw_events(&run, after, most))
                    .await
                    .map(Answer::Events)
            }
            Query::Checkpoints { story } => self
                .read(move |engine| engine.reader()?.checkpoints(&story))
                .await
                .map(Answer::Checkpoints),
            Query::Changes { story, since, until } => {
                let (story, from, to) = self
                    .read(move |engine| engine.reader()?.compared(story.as_str(), since, until))
                    .await?;
                let (dir, project) = (Path::new(&story.dir), Path::new(&story.project));
                self.git().changes(dir, project, &from, &to).await.map(Answer::Changes)
            }
            Query::Evidence { story } => self
                .read(move |engine| engine.reader()?.evidence(&story))
                .await
                .map(Answer::Evidence),
            Query::Raw { run, stream, offset, len } => self
                .read(move |engine| engine.raw(&run, stream, offset, len))
                .await
                .map(Answer::Raw),
            Query::LogSize { story } => {
                self.read(move |engine| engine.log_size(&story)).await.map(Answer::LogSize)
            }
            Query::ResumeCommand { story } => self
                .read(move |engine| engine.resume_command(&story))
                .await
                .map(Answer::ResumeCommand),
            Query::Usage(query) => {
                let report = self.read(move |engine| engine.reader()?.usage(&query)).await?;
                packed(report).map(Answer::Usage)
            }
            Query::StoryUsage { story } => self
                .read(move |engine| engine.reader()?.story_usage(&story))
                .await
                .map(Answer::StoryUsage),
            Query::LimitHistory { from, to } => self
                .read(move |engine| engine.reader()?.limit_history(from, to))
                .await
                .map(Answer::LimitHistory),
        }
    }

    /// Reads on a thread that may block.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let engine = self.clone();
        runtime::blocking(move || engine.with_recovery(work)).await.map_err(Error::Thread)?
    }
}
