//! Stories with the values of other areas: runs, sums over runs, questions. These values are read
//! first, for one story by index or for all stories in one pass per table. So there is no query per
//! run, and only a list of some stories has queries per story.

use super::super::read::Reader;
use super::super::runs::FoldedRun;
use super::super::text::from_word;
use super::about;
use crate::error::Result;
use crate::moments::Moments;
use protocol::{
    CallTimes, Collision, Cost, LogsDeleted, Run, RunState, Span, Story, StoryId, StoryState,
    StoryView, Timestamp, Tokens, WaitingPrompt,
};
use rusqlite::{Row, params_from_iter};
use std::collections::HashMap;

/// The columns that [`span`] reads.
pub(super) const SPANS: &str = "SELECT story, state, reason, since FROM spans";

/// Reads one state of a story, with the story's id.
pub(super) fn span(row: &Row<'_>) -> rusqlite::Result<(StoryId, Span)> {
    let span = Span {
        state: from_word(row.get(1)?)?,
        reason: row.get::<_, Option<String>>(2)?.map(from_word).transpose()?,
        from: Timestamp::from_millis(row.get(3)?),
    };
    Ok((StoryId::new(row.get::<_, String>(0)?), span))
}

/// Reads a count with its story's id.
fn count(row: &Row<'_>) -> rusqlite::Result<(StoryId, u32)> {
    Ok((StoryId::new(row.get::<_, String>(0)?), row.get(1)?))
}

/// What is joined to the rows of stories, by story.
struct Beside {
    runs: HashMap<StoryId, Vec<FoldedRun>>,
    queued_prompts: HashMap<StoryId, u32>,
    open_questions: HashMap<StoryId, u32>,
    collisions: HashMap<StoryId, Vec<Collision>>,
}

impl Reader {
    /// Every story, oldest first.
    pub fn stories(&self) -> Result<Vec<Story>> {
        let mut beside = self.beside(None)?;
        let rows = self.story_rows()?.into_iter();
        rows.map(|story| Ok(self.with_runs(story, &mut beside)?.0)).collect()
    }

    /// One story by id or slug.
    pub fn story(&self, name: &str) -> Result<Story> {
        let story = self.story_row(name)?;
        let mut beside = self.beside(Some(&story.id))?;
        Ok(self.with_runs(story, &mut beside)?.0)
    }

    /// Stories with everything that the board shows: all stories, or those in `only`.
    pub fn story_views(&self, only: Option<&[StoryId]>) -> Result<Vec<StoryView>> {
        match only {
            None => self.views(self.story_rows()?, None),
            Some(ids) => {
                let mut views = Vec::with_capacity(ids.len());
                for id in ids {
                    match self.story_row(id.as_str()) {
                        Ok(story) => views.extend(self.views(vec![story], Some(id))?),
                        Err(error) if error.is_damage() => return Err(error),
                        // Not in the store yet. It is shown once it is.
                        Err(_) => {}
                    }
                }
                Ok(views)
            }
        }
    }

    /// The prompts that wait in a story, in the order in which they are sent.
    pub fn waiting_prompts(&self, story: &StoryId) -> Result<Vec<WaitingPrompt>> {
        let prompts = "SELECT id, text FROM prompts WHERE story = ? AND open ORDER BY seq";
        let mut statement = self.db().prepare_cached(prompts)?;
        let prompt = |row: &Row<'_>| {
            Ok(WaitingPrompt { story: story.clone(), id: row.get("id")?, text: row.get("text")? })
        };
        let rows = statement.query_map([story.as_str()], prompt)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// The views of `stories`. `of` is `None` if these are all stories, else the id of the only
    /// one.
    fn views(&self, stories: Vec<Story>, of: Option<&StoryId>) -> Result<Vec<StoryView>> {
        let mut beside = self.beside(of)?;
        let mut spans: HashMap<StoryId, Vec<Span>> = HashMap::new();
        for (story, span) in self.each(SPANS, "story = ?", "ORDER BY story, seq", of, span)? {
            spans.entry(story).or_default().push(span);
        }
        let views = stories.into_iter().map(|story| {
            let (story, runs) = self.with_runs(story, &mut beside)?;
            let spans = spans.remove(&story.id).unwrap_or_default();
            let collisions = beside.collisions.remove(&story.id).unwrap_or_default();
            Ok(StoryView { collisions, ..view(story, runs, spans) })
        });
        views.collect()
    }

    fn beside(&self, of: Option<&StoryId>) -> Result<Beside> {
        let mut runs: HashMap<StoryId, Vec<FoldedRun>> = HashMap::new();
        for folded in self.folded_runs(of)? {
            runs.entry(folded.run.story.clone()).or_default().push(folded);
        }
        let prompts = "SELECT story, count(*) FROM prompts";
        let prompts = self.each(prompts, "story = ?", "AND open GROUP BY story", of, count)?;
        let questions = "SELECT story, count(*) FROM open_questions";
        let questions = self.each(questions, "story = ?", "GROUP BY story", of, count)?;
        Ok(Beside {
            runs,
            collisions: self.collisions(of)?,
            queued_prompts: prompts.into_iter().collect(),
            open_questions: questions.into_iter().collect(),
        })
    }

    /// Reads the rows of `select`, ended by `rest`: for all stories, or for the story `of` by the
    /// condition `one`.
    fn each<T>(
        &self,
        select: &str,
        one: &str,
        rest: &str,
        of: Option<&StoryId>,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let which = of.map_or("TRUE", |_| one);
        let mut statement = self.db().prepare_cached(&format!("{select} WHERE {which} {rest}"))?;
        let rows = statement.query_map(params_from_iter(of.map(StoryId::as_str)), read)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// A story with the sums over its runs, and these runs.
    fn with_runs(&self, mut story: Story, beside: &mut Beside) -> Result<(Story, Vec<FoldedRun>)> {
        let runs = beside.runs.remove(&story.id).unwrap_or_default();
        let (mut tokens, mut cost) = (Tokens::default(), Cost::default());
        for Run {
            id, session, tokens: used, cost_micros, cost_basis, is_partial, rereading, ..
        } in runs.iter().map(|folded| &folded.run)
        {
            story.is_partial |= is_partial;
            tokens += *used;
            cost += Cost { micros: *cost_micros, basis: *cost_basis };
            story.session = session.clone().or(story.session);
            story.runs.push(id.clone());
            story.rereading |= rereading;
        }
        story.logs_deleted = logs_deleted(&runs);
        story.incomplete = match &story.session {
            Some(session) => self.is_incomplete(session)?,
            None => false,
        };
        story.tasks_after_turn = going_on(&runs).and_then(|folded| folded.tasks_after_turn);
        story.tokens = tokens;
        story.cost_micros = cost.micros;
        story.cost_basis = cost.basis;
        story.about = match story.about.take() {
            Some(about) => Some(about),
            None => about::asked(self.db(), &story)?,
        };
        let count = |of: &HashMap<StoryId, u32>| of.get(&story.id).copied().unwrap_or_default();
        story.queued_prompts = count(&beside.queued_prompts);
        story.open_questions = count(&beside.open_questions);
        Ok((story, runs))
    }
}

/// The deletion of logs of these runs, if there was one.
fn logs_deleted(runs: &[FoldedRun]) -> Option<LogsDeleted> {
    let at = runs.iter().filter_map(|folded| folded.run.logs_deleted).max()?;
    Some(LogsDeleted { at, bytes: runs.iter().map(|folded| folded.deleted_bytes).sum() })
}

/// The run of a story that has not ended.
fn going_on(runs: &[FoldedRun]) -> Option<&FoldedRun> {
    runs.iter().rev().find(|folded| folded.run.state != RunState::Ended)
}

fn view(story: Story, runs: Vec<FoldedRun>, states: Vec<Span>) -> StoryView {
    let draft = Span { state: StoryState::Draft, reason: None, from: story.created_at };
    let live = going_on(&runs);
    let activity = live.and_then(|folded| folded.activity.clone());
    let retrying = live.and_then(|folded| folded.retrying.clone());
    let mut calls = Moments::default();
    runs.iter().for_each(|folded| calls.join(&folded.calls));
    StoryView {
        story,
        activity,
        retrying,
        paused: false,
        waits_for: None,
        collisions: Vec::new(),
        spans: std::iter::once(draft).chain(states).collect(),
        calls: CallTimes::new(calls.times().map(Timestamp::millis)),
        runs: runs.into_iter().map(|folded| folded.run).collect(),
    }
}
