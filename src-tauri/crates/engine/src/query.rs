//! Answers queries: each arm calls the module with the data. Reads of the store run on a thread
//! that may block; a damaged store is recovered first. Called by the window's command `query`.

use crate::changes::{self, ChangesPlan, FilePlace};
use crate::claims;
use crate::comments::{self, Commented, CommentsPlan};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::finish;
use crate::forecast;
use crate::git::{FileOrder, LinesOrder};
use crate::removal;
use crate::runtime;
use crate::since;
use crate::usage::packed;
use protocol::{ChangeScope, Query, QueryAnswer, StoryId};
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
            Query::Changes { story, scope } => {
                let plan = self.changes_plan(story, scope).await?;
                changes::changes(&self.git(), self.dir(), &plan).await.map(Answer::Changes)
            }
            Query::FileChange { story, from, to, path, old_path, white_space, context, skip } => {
                let files = self.file_place(story).await?;
                let order = FileOrder {
                    from: files.state(&from)?,
                    to: files.state(&to)?,
                    path,
                    old_path,
                    white_space,
                    context,
                    skip,
                };
                let git = self.git();
                let change = changes::file_change(&git, self.dir(), &files, &order).await;
                change.map(Answer::FileChange)
            }
            Query::FileLines { story, object, path, first, most } => {
                let files = self.file_place(story).await?;
                let order = LinesOrder { state: files.state(&object)?, path, first, most };
                let git = self.git();
                let lines = changes::file_lines(&git, self.dir(), &files, &order).await;
                lines.map(Answer::FileLines)
            }
            Query::Commits { story } => {
                let plan = self.changes_plan(story, ChangeScope::Base).await?;
                changes::commits(&self.git(), self.dir(), &plan).await.map(Answer::Commits)
            }
            Query::Claims { story } => {
                let plan =
                    self.read(move |engine| engine.reader()?.claims_plan(story.as_str())).await?;
                claims::claims(&self.git(), self.dir(), plan).await.map(Answer::Claims)
            }
            Query::CommentAnchor { story, object, side, path, lines } => {
                let files = self.file_place(story).await?;
                let on = Commented { object, side, path, lines };
                let anchor = comments::anchor(&self.git(), self.dir(), &files, on).await;
                anchor.map(Answer::CommentAnchor)
            }
            Query::Comments { story, shown } => {
                let plan = self.comments_plan(story).await?;
                let git = self.git();
                let found = comments::comments(&git, self.dir(), &plan, shown.as_ref()).await;
                found.map(Answer::Comments)
            }
            Query::Review { story } => {
                let plan = self.comments_plan(story).await?;
                comments::review(&self.git(), self.dir(), &plan).await.map(Answer::Review)
            }
            Query::SinceLooked { story } => {
                let plan =
                    self.read(move |engine| engine.reader()?.since_plan(story.as_str())).await?;
                since::since(&self.git(), self.dir(), &plan).await.map(Answer::SinceLooked)
            }
            Query::Finishing { story } => {
                let plan =
                    self.read(move |engine| engine.reader()?.finish_plan(story.as_str())).await?;
                let found = finish::finishing(&self.git(), self.dir(), &plan).await;
                found.map(Box::new).map(Answer::Finishing)
            }
            Query::Worktrees {} => self
                .read(move |engine| engine.reader()?.stories_with_own_worktrees())
                .await
                .map(Answer::Worktrees),
            Query::Worktree { story } => {
                let plan =
                    self.read(move |engine| engine.reader()?.removal_plan(story.as_str())).await?;
                let found = removal::worktree(&self.git(), self.dir(), &plan).await;
                found.map(Box::new).map(Answer::Worktree)
            }
            Query::Hosted { story } => {
                let plan =
                    self.read(move |engine| engine.reader()?.finish_plan(story.as_str())).await?;
                let found = finish::hosted(&self.git(), &plan).await;
                found.map(Box::new).map(Answer::Hosted)
            }
            Query::FailingLogs { story } => {
                let plan =
                    self.read(move |engine| engine.reader()?.finish_plan(story.as_str())).await?;
                finish::failing_logs(&self.git(), &plan).await.map(Answer::FailingLogs)
            }
            Query::FinishOutput { story } => self
                .read(move |engine| Ok(finish::finish_output(engine.dir(), &story)))
                .await
                .map(Answer::FinishOutput),
            Query::Forecast { project } => self
                .read(move |engine| engine.reader()?.forecast(&project))
                .await
                .map(Answer::Forecast),
            Query::OverlapPieces { one, other } => {
                let plan =
                    self.read(move |engine| engine.reader()?.pieces_plan(&one, &other)).await?;
                let found = forecast::pieces(&self.git(), self.dir(), &plan).await;
                found.map(Answer::OverlapPieces)
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

    async fn changes_plan(&self, story: StoryId, scope: ChangeScope) -> Result<ChangesPlan> {
        self.read(move |engine| engine.reader()?.changes_plan(story.as_str(), &scope)).await
    }

    async fn comments_plan(&self, story: StoryId) -> Result<CommentsPlan> {
        self.read(move |engine| engine.reader()?.comments_plan(story.as_str())).await
    }

    async fn file_place(&self, story: StoryId) -> Result<FilePlace> {
        self.read(move |engine| engine.reader()?.file_place(&story)).await
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
