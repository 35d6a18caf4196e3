//! What came in a story since a person looked: files, commands, questions, gates and money. Commands and questions come
//! from the events of its runs, read from the newest one back to when they looked; files come from git.

use crate::changes::{self, ChangesPlan};
use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::git::Git;
use crate::store::read::Reader;
use crate::store::usage::{Record, USAGE, record};
use protocol::{
    ChangeScope, CostBasis, OutcomeWord, Run, RunKind, SinceLooked, StoryId, Timestamp,
};

/// The events of a run, the newest first; of tool calls whether they are commands.
const NEWEST: &str = "SELECT at, type = 'question',
        type = 'tool_call' AND json_extract(event, '$.subject.is') IS 'command'
     FROM events WHERE run = ? ORDER BY seq DESC";

/// What the store knows of it, and what must be asked of git for the files.
#[derive(Clone, Debug)]
pub struct SincePlan {
    since: SinceLooked,
    /// `None` where files cannot be compared.
    changes: Option<ChangesPlan>,
}

impl Reader {
    /// What came in a story since a person looked; it is named by its id or name.
    ///
    /// # Errors
    /// If there is no such story.
    pub fn since_plan(&self, story: &str) -> Result<SincePlan> {
        let looked = self.story(story)?.looked.map(|looked| looked.at);
        let id = self.story(story)?.id;
        let changes = match self.changes_plan(story, &ChangeScope::Looked) {
            Ok(plan) => Some(plan),
            // Nothing is held, or not any more.
            Err(Error::Refused(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(SincePlan { since: self.since_looked(&id, looked)?, changes })
    }

    fn since_looked(&self, story: &StoryId, looked: Option<Timestamp>) -> Result<SinceLooked> {
        let from = looked.unwrap_or(Timestamp::from_millis(i64::MIN));
        let mut since =
            SinceLooked { looked, commands: Some(0), questions: Some(0), ..SinceLooked::default() };
        let went_on = |run: &Run| run.ended_at.is_none_or(|ended| ended > from);
        for run in self.runs(Some(story))?.iter().filter(|run| went_on(run)) {
            match run.kind {
                RunKind::Agent => self.add_agent(&mut since, run, from)?,
                RunKind::Gate if run.ended_at.is_some() => match run.outcome {
                    Some(OutcomeWord::Succeeded) => since.gates_passed += 1,
                    _ => since.gates_failed += 1,
                },
                _ => {}
            }
        }
        Ok(since)
    }

    fn add_agent(&self, since: &mut SinceLooked, run: &Run, from: Timestamp) -> Result<()> {
        if run.logs_deleted.is_some() || run.rereading {
            (since.commands, since.questions) = (None, None);
            since.is_partial |= run.rereading;
        } else {
            let mut newest = self.db().prepare_cached(NEWEST)?;
            let mut rows = newest.query([run.id.as_str()])?;
            while let Some(row) = rows.next()? {
                if Timestamp::from_millis(row.get(0)?) <= from {
                    break;
                }
                let (is_question, is_command): (bool, bool) = (row.get(1)?, row.get(2)?);
                since.questions = since.questions.map(|count| count + u32::from(is_question));
                since.commands = since.commands.map(|count| count + u32::from(is_command));
            }
        }
        let mut used = self.db().prepare_cached(&format!("{USAGE} WHERE run = ? AND at > ?"))?;
        let mut rows = used.query(rusqlite::params![run.id.as_str(), from.millis()])?;
        while let Some(row) = rows.next()? {
            let Record { share, .. } = record(row)?;
            since.tokens += share.tokens;
            since.cost += share.cost;
            since.is_partial |= share.cost.basis == CostBasis::LowerBound;
        }
        Ok(())
    }
}

/// What came in a story since a person looked.
///
/// # Errors
/// If git cannot be asked.
pub async fn since(git: &Git, dir: &DataDir, plan: &SincePlan) -> Result<SinceLooked> {
    let files = match &plan.changes {
        Some(plan) if plan.is_empty() => Some(0),
        Some(plan) => match changes::changes(git, dir, plan).await {
            Ok(found) => {
                let listed = u32::try_from(found.files.len()).unwrap_or(u32::MAX);
                Some(listed.saturating_add(found.more_files))
            }
            // What it is compared with is gone.
            Err(Error::Refused(_)) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    Ok(SinceLooked { files, ..plan.since })
}
