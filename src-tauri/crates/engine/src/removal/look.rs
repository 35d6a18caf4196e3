//! Looks at a worktree: asks git, and looks for processes that work in it.

use super::keeps::keeps;
use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::finish::FinishPlan;
use crate::git::{CheckpointPlace, Git};
use crate::processes;
use crate::runtime;
use crate::store::read::Reader;
use crate::store::text::from_json;
use protocol::{FinishAct, JournalEntry, JournalEvent, KeptBecause, Slug, StoryId, WorktreeLook};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// The entries that say where stories work.
const CREATED: &str = "SELECT entry FROM journal WHERE type = 'story_created' ORDER BY seq";

/// What is to be known before a worktree is looked at.
#[derive(Clone, Debug)]
pub struct RemovalPlan {
    finish: FinishPlan,
    /// Other stories that have this worktree.
    others: Vec<Slug>,
}

impl Reader {
    /// What is to be known for the removal of a story's worktree; the story is named by its id or name.
    ///
    /// # Errors
    /// If there is no such story.
    pub fn removal_plan(&self, story: &str) -> Result<RemovalPlan> {
        let finish = self.finish_plan(story)?;
        let root = finish.root().display().to_string();
        let mut others = Vec::new();
        for other in self.stories_in(&root)? {
            let other = self.story(other.as_str())?;
            if other.id != *finish.story() {
                others.push(other.slug);
            }
        }
        Ok(RemovalPlan { finish, others })
    }

    /// The stories for which a worktree was made, the oldest first; of several in one worktree the oldest.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn stories_with_own_worktrees(&self) -> Result<Vec<StoryId>> {
        let mut roots = BTreeSet::new();
        let all = self.created()?;
        let made = all.into_iter().filter(|created| created.is_made);
        Ok(made.filter(|it| roots.insert(it.root.clone())).map(|it| it.story).collect())
    }

    fn stories_in(&self, root: &str) -> Result<Vec<StoryId>> {
        let all = self.created()?.into_iter();
        Ok(all.filter(|it| it.root == root).map(|it| it.story).collect())
    }

    fn created(&self) -> Result<Vec<Created>> {
        let mut statement = self.db().prepare_cached(CREATED)?;
        let entries =
            statement.query_map([], |row| from_json::<JournalEntry>(&row.get::<_, String>(0)?))?;
        let mut found = Vec::new();
        for entry in entries {
            let JournalEntry { story: Some(story), event, .. } = entry? else { continue };
            let JournalEvent::StoryCreated { dir, root, made, .. } = event else { continue };
            found.push(Created { story, root: root.unwrap_or(dir), is_made: made.is_some() });
        }
        Ok(found)
    }
}

/// Where a story works.
struct Created {
    story: StoryId,
    root: String,
    /// Whether the worktree was made for it.
    is_made: bool,
}

/// How the worktree of a story is now. What cannot be found out is not known, and speaks against its removal.
///
/// # Errors
/// If this process ends.
pub async fn worktree(git: &Git, dir: &DataDir, plan: &RemovalPlan) -> Result<WorktreeLook> {
    let RemovalPlan { finish, others } = plan;
    let (there, root) = (finish.root().to_owned(), finish.root());
    let is_there = runtime::blocking(move || exists(&there)).await.map_err(Error::Thread)?;
    let is_removed = finish.last().is_some_and(|last| last.act == FinishAct::Remove);
    let mut look = WorktreeLook {
        slug: finish.slug().clone(),
        root: root.display().to_string(),
        is_there,
        is_removed,
        others: others.clone(),
        git: None,
        processes: None,
        bytes: None,
        kept_because: Vec::new(),
    };
    let mut kept = Vec::new();
    if is_there != Some(false) {
        match said_of(git, dir, plan).await? {
            Said::Git(found) => look.git = Some(*found),
            Said::NoRepository => kept.push(KeptBecause::NoRepository),
            Said::Nothing => {}
        }
        let at = root.to_owned();
        let find = move || (processes::within(&at), bytes_below(&at).ok());
        (look.processes, look.bytes) = runtime::blocking(find).await.map_err(Error::Thread)?;
    }
    kept.extend(finish.works_there().map(|slug| KeptBecause::Story { slug }));
    kept.extend(finish.is_under_way().then_some(KeptBecause::UnderWay));
    if kept.is_empty() {
        kept = keeps(&look);
    }
    look.kept_because = kept;
    Ok(look)
}

/// What git says.
enum Said {
    Git(Box<protocol::WorktreeGit>),
    NoRepository,
    /// It does not answer.
    Nothing,
}

async fn said_of(git: &Git, dir: &DataDir, plan: &RemovalPlan) -> Result<Said> {
    let finish = &plan.finish;
    if finish.project() == finish.root() {
        return Ok(Said::NoRepository);
    }
    let place = CheckpointPlace {
        root: finish.root().to_owned(),
        scratch: dir.checkpoints(),
        own: dir.root().to_owned(),
    };
    match git.leaving(&place, finish.project()).await {
        Ok(Some(found)) => Ok(Said::Git(Box::new(found))),
        Ok(None) => Ok(Said::Nothing),
        Err(error) => {
            tracing::warn!(%error, root = %finish.root().display(), "git did not say how a worktree stands");
            Ok(Said::Nothing)
        }
    }
}

/// Whether a folder is there; `None` if that cannot be seen.
fn exists(root: &Path) -> Option<bool> {
    match root.symlink_metadata() {
        Ok(found) => Some(found.is_dir()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(false),
        Err(_) => None,
    }
}

/// The size of the files below a folder (bytes); no link is followed.
fn bytes_below(root: &Path) -> io::Result<u64> {
    let (mut left, mut bytes) = (vec![root.to_owned()], 0_u64);
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let found = entry.metadata()?;
            match found.is_dir() {
                true => left.push(entry.path()),
                false => bytes = bytes.saturating_add(found.len()),
            }
        }
    }
    Ok(bytes)
}
