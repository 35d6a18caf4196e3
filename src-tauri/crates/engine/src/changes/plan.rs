//! Reads from the store what must be known before git is asked: where the story works, which states a scope compares,
//! and what the agent said.

use super::said::Place;
use super::scope::{Ends, Known, ends};
use super::turns::{Fact, Mark, RunTurns, turns};
use crate::error::{Error, Result};
use crate::git::ChangesState;
use crate::store::edits::Edit;
use crate::store::read::Reader;
use crate::store::text::from_json;
use protocol::{
    Base, ChangeScope, Checkpoint, ErrorCode, InputKind, JournalEntry, JournalEvent, Run, RunKind,
    Seq, Story, StoryId,
};
use rusqlite::Row;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The entries of the journal that say something about changes.
const ENTRIES: &str =
    "SELECT entry FROM journal WHERE story = ? AND type IN ('story_created', 'checkpoint', 'input')
    ORDER BY seq";

/// The events that begin and end turns; the store has an index for this same condition.
const MARKS: &str = "SELECT seq, type = 'turn_ended' FROM events
    WHERE run = ? AND (type = 'prompt' OR type = 'turn_ended') ORDER BY seq";

/// What is to be asked of git for a scope.
#[derive(Clone, Debug)]
pub struct ChangesPlan {
    pub(super) files: FilePlace,
    pub(super) ends: Ends,
    /// The newest checkpoint.
    pub(super) newest: Option<Checkpoint>,
    /// The agent's tool calls that say which files they change, of this scope; `None` if not all are known.
    pub(super) edits: Option<Vec<Edit>>,
    /// The files that a person reviewed, with what each was then.
    pub(super) reviewed: HashMap<String, String>,
}

/// Where the files of a story are.
#[derive(Clone, Debug)]
pub struct FilePlace {
    pub(super) place: Place,
    /// The repository's common directory.
    pub(super) project: PathBuf,
    /// The commits of its checkpoints.
    pub(super) checkpoints: Vec<String>,
}

impl ChangesPlan {
    /// Whether both states are the same checkpoint, so that nothing differs.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.from == self.ends.to
    }
}

impl Reader {
    /// What is to be asked of git for a scope of a story, which is named by its id or name.
    ///
    /// # Errors
    /// If there is no such story, or the scope is not possible.
    pub fn changes_plan(&self, story: &str, scope: &ChangeScope) -> Result<ChangesPlan> {
        let _same = self.db().unchecked_transaction()?;
        let story = self.story(story)?;
        let facts = self.facts(&story.id)?;
        let runs = self.runs(Some(&story.id))?;
        let checkpoints = self.checkpoints(&story.id)?;
        let turns = match scope {
            ChangeScope::Turn { .. } => turns(&facts.facts, &self.run_turns(&runs)?),
            _ => Vec::new(),
        };
        let known = Known { base: facts.base, checkpoints, turns, looked: story.looked };
        let ends = ends(scope, &known)?;
        let is_known = |run: &Run| run.logs_deleted.is_none() && !run.rereading;
        // An earlier version did not record where the worktree is, to which paths are relative.
        let edits = match facts.root.is_some() && runs.iter().all(is_known) {
            true => {
                let all = self.edits(&story.id)?;
                Some(all.into_iter().filter(|edit| ends.calls.has(edit)).collect())
            }
            false => None,
        };
        let newest = known.checkpoints.last().cloned();
        let files = file_place(&story, facts.root, &known.checkpoints);
        let reviewed = self.reviewed_files(&story.id)?;
        Ok(ChangesPlan { files, ends, newest, edits, reviewed })
    }

    /// Where the files of a story are.
    ///
    /// # Errors
    /// If there is no such story.
    pub fn file_place(&self, story: &StoryId) -> Result<FilePlace> {
        let story = self.story(story.as_str())?;
        let facts = self.facts(&story.id)?;
        Ok(file_place(&story, facts.root, &self.checkpoints(&story.id)?))
    }

    pub(super) fn facts(&self, story: &StoryId) -> Result<Facts> {
        let mut statement = self.db().prepare_cached(ENTRIES)?;
        let entry = |row: &Row<'_>| from_json::<JournalEntry>(&row.get::<_, String>(0)?);
        let mut facts = Facts::default();
        for entry in statement.query_map([story.as_str()], entry)? {
            facts.add(entry?);
        }
        Ok(facts)
    }

    fn run_turns(&self, runs: &[Run]) -> Result<Vec<RunTurns>> {
        let of_run = |run: &Run| {
            let mut statement = self.db().prepare_cached(MARKS)?;
            let mark = |row: &Row<'_>| {
                let is_end: bool = row.get(1)?;
                Ok((Seq(row.get(0)?), if is_end { Mark::End } else { Mark::Prompt }))
            };
            let marks = statement.query_map([run.id.as_str()], mark)?;
            let marks = marks.collect::<rusqlite::Result<_>>()?;
            Ok(RunTurns { run: run.id.clone(), turns: run.turns, marks })
        };
        runs.iter().filter(|run| run.kind == RunKind::Agent).map(of_run).collect()
    }
}

pub(super) fn file_place(
    story: &Story,
    root: Option<String>,
    checkpoints: &[Checkpoint],
) -> FilePlace {
    let dir = PathBuf::from(&story.dir);
    let root = root.map_or_else(|| dir.clone(), PathBuf::from);
    let checkpoints = checkpoints.iter().map(|it| it.commit.clone()).collect();
    FilePlace { place: Place { root, dir }, project: PathBuf::from(&story.project), checkpoints }
}

/// What the journal says about the changes of a story.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) root: Option<String>,
    pub(super) base: Option<Base>,
    facts: Vec<Fact>,
}

impl Facts {
    fn add(&mut self, entry: JournalEntry) {
        match entry.event {
            JournalEvent::StoryCreated { root, made, .. } => {
                self.root = root;
                self.base = made.and_then(|made| made.base);
            }
            JournalEvent::Checkpoint { n, because, .. } => {
                self.facts.push(Fact::Checkpoint { n, because });
            }
            JournalEvent::Input { kind: InputKind::Prompt, .. } => {
                self.facts.extend(entry.run.map(|run| Fact::Prompt { run }));
            }
            _ => {}
        }
    }
}

impl FilePlace {
    /// The root of the worktree.
    pub(crate) fn root(&self) -> &Path {
        &self.place.root
    }

    /// The folder in which the agent works.
    pub(crate) fn dir(&self) -> &Path {
        &self.place.dir
    }

    /// What an object of git is that a page names.
    ///
    /// # Errors
    /// If it is no id of an object.
    pub(crate) fn state(&self, object: &str) -> Result<ChangesState> {
        let is_id =
            matches!(object.len(), 40 | 64) && object.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_id {
            let message = format!("\"{}\" is no object of git", object.escape_debug());
            let hint = "Ask for the list of changes first.";
            return Err(Error::refused(ErrorCode::BadInput, message, hint));
        }
        let is_checkpoint = self.checkpoints.iter().any(|commit| commit == object);
        Ok(ChangesState { object: object.to_owned(), is_checkpoint })
    }
}
