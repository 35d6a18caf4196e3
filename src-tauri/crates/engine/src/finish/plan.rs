//! Reads from the store what must be known before git is asked: where the story works, from what it began, what was
//! done with its branch, and who works where.

use crate::changes::FilePlace;
use crate::error::Result;
use crate::state::Finishes;
use crate::store::read::Reader;
use crate::store::text::from_json;
use protocol::{Base, FinishAct, FinishDone, JournalEntry, JournalEvent, Slug, Story, StoryId};
use rusqlite::{OptionalExtension as _, Row};
use std::path::{Path, PathBuf};

/// The entries of the journal that say something about it.
const ENTRIES: &str = "SELECT entry FROM journal WHERE story = ?
    AND type IN ('story_created', 'finish_started', 'finish_ended') ORDER BY seq";

/// The entry of the first prompt.
const FIRST_PROMPT: &str = "SELECT entry FROM journal WHERE story = ?
    AND type = 'prompt_queued' ORDER BY seq LIMIT 1";

/// The stories of runs that are not over.
const AT_WORK: &str = "SELECT DISTINCT story FROM runs WHERE state != 'ended'";

/// What is to be asked of git, and what is known without it.
#[derive(Clone, Debug)]
pub struct FinishPlan {
    pub(super) story: Story,
    pub(super) files: FilePlace,
    pub(super) base: Option<Base>,
    /// The story's first prompt.
    pub(super) prompt: Option<String>,
    /// What an undo would undo.
    pub(super) last: Option<FinishDone>,
    pub(super) under_way: Option<FinishAct>,
    /// The stories that work, and the roots of their worktrees.
    pub(super) at_work: Vec<(PathBuf, Slug)>,
}

impl FinishPlan {
    pub(crate) fn story(&self) -> &StoryId {
        &self.story.id
    }

    /// The story's name for people.
    pub(crate) fn slug(&self) -> &Slug {
        &self.story.slug
    }

    /// The root of the story's worktree.
    pub(crate) fn root(&self) -> &Path {
        self.files.root()
    }

    /// The repository's common directory; the folder itself if it is in no repository.
    pub(crate) fn project(&self) -> &Path {
        Path::new(&self.story.project)
    }

    /// What an undo would undo.
    pub(crate) fn last(&self) -> Option<&FinishDone> {
        self.last.as_ref()
    }

    /// Whether something is being done with the branch.
    pub(crate) fn is_under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// The stories that work in the story's worktree.
    pub(crate) fn works_there(&self) -> impl Iterator<Item = Slug> {
        let there = self.at_work.iter().filter(|(root, _)| root == self.files.root());
        there.map(|(_, slug)| slug.clone())
    }
}

impl Reader {
    /// What is to be known for finishing a story, which is named by its id or name.
    ///
    /// # Errors
    /// If there is no such story.
    pub fn finish_plan(&self, story: &str) -> Result<FinishPlan> {
        let story = self.story(story)?;
        let files = self.file_place(&story.id)?;
        let (mut base, mut finishes) = (None, Finishes::default());
        let mut statement = self.db().prepare_cached(ENTRIES)?;
        let entry = |row: &Row<'_>| from_json::<JournalEntry>(&row.get::<_, String>(0)?);
        for entry in statement.query_map([story.id.as_str()], entry)? {
            match entry?.event {
                JournalEvent::StoryCreated { made, .. } => base = made.and_then(|made| made.base),
                event => finishes.apply(&event),
            }
        }
        let last = finishes.last().cloned();
        let under_way = finishes.begun.map(|(_, act)| act);
        let prompt = self.first_prompt(&story.id)?;
        Ok(FinishPlan { story, files, base, prompt, last, under_way, at_work: self.at_work()? })
    }

    fn first_prompt(&self, story: &StoryId) -> Result<Option<String>> {
        let mut statement = self.db().prepare_cached(FIRST_PROMPT)?;
        let entry = |row: &Row<'_>| from_json::<JournalEntry>(&row.get::<_, String>(0)?);
        let first = statement.query_row([story.as_str()], entry).optional()?;
        Ok(first.and_then(|entry| match entry.event {
            JournalEvent::PromptQueued(prompt) => Some(prompt.text),
            _ => None,
        }))
    }

    fn at_work(&self) -> Result<Vec<(PathBuf, Slug)>> {
        let mut statement = self.db().prepare_cached(AT_WORK)?;
        let ids = statement.query_map([], |row| Ok(StoryId::new(row.get::<_, String>(0)?)))?;
        let ids = ids.collect::<rusqlite::Result<Vec<_>>>()?;
        let named = |id: &StoryId| {
            let root = self.file_place(id)?.root().to_owned();
            Ok((root, self.story(id.as_str())?.slug))
        };
        ids.iter().map(named).collect()
    }
}
