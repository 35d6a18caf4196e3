//! The area of runs: one table holds what the journal records of each run, a second one what was
//! folded from the run's events.

use super::area::{Area, delete_of_run, table};
use super::read::{Reader, not_found};
use super::text::{from_json, from_word, json, word};
use super::usage;
use crate::error::Result;
use crate::moments::Moments;
use crate::record::RunCommit;
use protocol::{
    AccountId, Activity, CostBasis, Evidence, JournalEntry, JournalEvent, Outcome, Retrying, Run,
    RunId, RunSpec, RunState, Seq, SessionId, StoryId, Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

pub(super) const AREA: Area = Area {
    schema: "
-- From the journal.
CREATE TABLE runs (
    id TEXT PRIMARY KEY, story TEXT NOT NULL, ordinal INTEGER NOT NULL, spec TEXT NOT NULL, account TEXT,
    state TEXT NOT NULL, pid INTEGER, outcome TEXT, evidence TEXT, started_at INTEGER NOT NULL, ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_story ON runs (story, ordinal);
-- From events.
CREATE TABLE run_folds (
    run TEXT PRIMARY KEY, events INTEGER NOT NULL, tool_calls INTEGER NOT NULL, session TEXT, spoken TEXT,
    agent_version TEXT,
    model TEXT, tokens TEXT NOT NULL, cost_micros INTEGER NOT NULL, cost_basis TEXT NOT NULL,
    is_partial INTEGER NOT NULL, turns INTEGER NOT NULL, models TEXT NOT NULL,
    activity TEXT, retrying TEXT, tasks_after_turn INTEGER, output_bytes INTEGER NOT NULL,
    decoder TEXT NOT NULL, calls TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX run_folds_by_decoder ON run_folds (decoder);
",
    tables: &[table("runs", "id"), table("run_folds", "run")],
    entry,
    commit,
    forget: |db, run| delete_of_run(db, "run_folds", run),
    values: &[(RUNS, |row| folded(row).map(drop))],
};

/// The columns that [`run`] and [`folded`] read.
const RUNS: &str =
    "SELECT runs.*, f.*, EXISTS (SELECT 1 FROM rereading u WHERE u.run = runs.id) AS rereading,
        d.at AS deleted_at, d.bytes AS deleted_bytes
     FROM runs LEFT JOIN run_folds f ON f.run = runs.id
     LEFT JOIN deleted_logs d ON d.run = runs.id";

fn entry(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<()> {
    match (&entry.event, &entry.story, &entry.run) {
        (JournalEvent::RunStarting(spec), Some(story), Some(run)) => {
            starting(db, story, run, spec, entry.at)
        }
        (JournalEvent::RunStarted { pid }, _, Some(run)) => started(db, run, *pid),
        (JournalEvent::RunEnded { .. }, _, Some(run)) => ended(db, run, entry),
        _ => Ok(()),
    }
}

fn starting(
    db: &Connection,
    story: &StoryId,
    run: &RunId,
    spec: &RunSpec,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let ordinal: i64 = db
        .prepare_cached("SELECT count(*) FROM runs WHERE story = ?")?
        .query_row([story.as_str()], |row| row.get(0))?;
    db.prepare_cached(
        "INSERT OR IGNORE INTO runs (id, story, ordinal, spec, account, state, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        run.as_str(),
        story.as_str(),
        ordinal + 1,
        json(spec),
        spec.account.as_ref().map(AccountId::as_str),
        word(RunState::Starting),
        at.millis()
    ])?;
    Ok(())
}

fn started(db: &Connection, run: &RunId, pid: u32) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE runs SET state = ?, pid = ? WHERE id = ?")?.execute(params![
        word(RunState::Running),
        pid,
        run.as_str()
    ])?;
    Ok(())
}

fn ended(db: &Connection, run: &RunId, entry: &JournalEntry) -> rusqlite::Result<()> {
    let JournalEvent::RunEnded { outcome, evidence, ended_at, .. } = &entry.event else {
        return Ok(());
    };
    db.prepare_cached(
        "UPDATE runs SET state = ?, outcome = ?, evidence = ?, ended_at = ? WHERE id = ?",
    )?
    .execute(params![
        word(RunState::Ended),
        json(outcome),
        json(evidence),
        ended_at.unwrap_or(entry.at).millis(),
        run.as_str()
    ])?;
    Ok(())
}

fn commit(db: &Connection, commit: &RunCommit) -> rusqlite::Result<()> {
    let fold = &commit.fold;
    let known: Option<i64> = db
        .prepare_cached("SELECT events FROM run_folds WHERE run = ?")?
        .query_row([commit.run.as_str()], |row| row.get(0))
        .optional()?;
    // A reader that began again at the start of the run has fewer events and must not overwrite the
    // newer fold.
    if known.is_some_and(|events| events > i64::try_from(fold.events).unwrap_or(i64::MAX)) {
        return Ok(());
    }
    db.prepare_cached(
        "INSERT OR REPLACE INTO run_folds (run, events, tool_calls, session, spoken, agent_version, model, tokens,
            cost_micros, cost_basis, is_partial, turns, models, activity, retrying, tasks_after_turn, output_bytes,
            decoder, calls)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        commit.run.as_str(),
        fold.events,
        fold.tool_calls,
        fold.session.as_ref().map(SessionId::as_str),
        fold.spoken.as_ref().map(SessionId::as_str),
        fold.agent_version,
        fold.model,
        json(fold.tokens),
        usage::stored(fold.cost.micros),
        word(fold.cost.basis),
        fold.is_partial,
        fold.turns,
        json(&fold.models),
        fold.activity.as_ref().map(json),
        fold.retrying.as_ref().map(json),
        fold.tasks_after_turn,
        commit.output_bytes,
        commit.decoder.as_str(),
        json(&fold.calls)
    ])?;
    usage::stand_in(db, &commit.run, &fold.provisional)
}

/// Reads a row of `runs` joined with its row of `run_folds`.
fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    let spec: RunSpec = from_json(&row.get::<_, String>("spec")?)?;
    let ending: Option<Outcome> =
        row.get::<_, Option<String>>("outcome")?.map(|text| from_json(&text)).transpose()?;
    let evidence: Option<Evidence> =
        row.get::<_, Option<String>>("evidence")?.map(|text| from_json(&text)).transpose()?;
    let said: Option<String> = row.get("session")?;
    let rereading: bool = row.get("rereading")?;
    let basis = row.get::<_, Option<String>>("cost_basis")?.map(from_word).transpose()?;
    let basis: CostBasis = basis.unwrap_or_default();
    Ok(Run {
        id: RunId::new(row.get::<_, String>("id")?),
        slug: spec.slug,
        story: StoryId::new(row.get::<_, String>("story")?),
        kind: spec.kind,
        agent: spec.agent,
        agent_version: row.get("agent_version")?,
        model: row.get("model")?,
        session: said.map(SessionId::new).or(spec.session),
        pid: row.get("pid")?,
        state: from_word(row.get("state")?)?,
        outcome: ending.as_ref().map(Outcome::word),
        ending,
        exit_code: evidence.as_ref().and_then(|evidence| evidence.exit_code),
        signal: evidence.as_ref().and_then(|evidence| evidence.signal),
        started_at: Timestamp::from_millis(row.get("started_at")?),
        ended_at: row.get::<_, Option<i64>>("ended_at")?.map(Timestamp::from_millis),
        tokens: row
            .get::<_, Option<String>>("tokens")?
            .map(|text| from_json(&text))
            .transpose()?
            .unwrap_or_default(),
        cost_micros: row.get::<_, Option<u64>>("cost_micros")?.unwrap_or_default(),
        // Only a part of the log was read so far, so the cost is a lower bound.
        cost_basis: if rereading { basis.max(CostBasis::LowerBound) } else { basis },
        is_partial: rereading || row.get::<_, Option<bool>>("is_partial")?.unwrap_or_default(),
        turns: row.get::<_, Option<u32>>("turns")?.unwrap_or_default(),
        log_bytes: row.get::<_, Option<u64>>("output_bytes")?.unwrap_or_default(),
        events: row.get::<_, Option<u64>>("events")?.unwrap_or_default(),
        decoder: spec.decoder,
        gate: spec.gate,
        rereading,
        logs_deleted: row.get::<_, Option<i64>>("deleted_at")?.map(Timestamp::from_millis),
    })
}

/// A run with the values that the view of its story needs.
pub(super) struct FoldedRun {
    /// The run.
    pub(super) run: Run,
    /// The tool call that is in progress.
    pub(super) activity: Option<Activity>,
    /// The request attempt that the agent is waiting to make.
    pub(super) retrying: Option<Retrying>,
    /// Background tasks that go on after the turn; `None` while it goes on.
    pub(super) tasks_after_turn: Option<u32>,
    /// The times of its tool calls.
    pub(super) calls: Moments,
    /// The size of its deleted logs (bytes).
    pub(super) deleted_bytes: u64,
}

/// Reads a row of [`RUNS`] with the values that were folded from the run's events.
fn folded(row: &Row<'_>) -> rusqlite::Result<FoldedRun> {
    let activity = row.get::<_, Option<String>>("activity")?;
    let retrying = row.get::<_, Option<String>>("retrying")?;
    let calls = row.get::<_, Option<String>>("calls")?;
    Ok(FoldedRun {
        run: run(row)?,
        activity: activity.map(|text| from_json(&text)).transpose()?,
        retrying: retrying.map(|text| from_json(&text)).transpose()?,
        tasks_after_turn: row.get("tasks_after_turn")?,
        calls: calls.map(|text| from_json(&text)).transpose()?.unwrap_or_default(),
        deleted_bytes: row.get::<_, Option<u64>>("deleted_bytes")?.unwrap_or_default(),
    })
}

/// The last event of a run that the store has.
pub(crate) struct RunEnd {
    /// The run.
    pub(crate) run: RunId,
    /// Whether the run has not ended.
    pub(crate) is_live: bool,
    /// The number of its last event.
    pub(crate) last: Seq,
    /// Whether its log is being read again: the store then has only a part of its events, or those
    /// of an older decoder.
    pub(crate) is_rereading: bool,
    /// Whether its logs were deleted: the store then has few of its events.
    pub(crate) has_no_logs: bool,
}

impl Reader {
    /// Every run, or those of one story; by story and then in the order in which they were made.
    pub fn runs(&self, of: Option<&StoryId>) -> Result<Vec<Run>> {
        self.runs_by(of, run)
    }

    /// Like [`Self::runs`], with the values that views need.
    pub(super) fn folded_runs(&self, of: Option<&StoryId>) -> Result<Vec<FoldedRun>> {
        self.runs_by(of, folded)
    }

    fn runs_by<T>(
        &self,
        of: Option<&StoryId>,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let sql = match of {
            Some(_) => format!("{RUNS} WHERE runs.story = ? ORDER BY runs.ordinal"),
            None => format!(
                "{RUNS} JOIN stories ON stories.id = runs.story
                 ORDER BY stories.created_at, stories.id, runs.ordinal"
            ),
        };
        let mut statement = self.db().prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(of.map(StoryId::as_str)), read)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// The last event of each run of a story, in the order in which the runs were made.
    pub(crate) fn run_ends(&self, of: &StoryId) -> Result<Vec<RunEnd>> {
        let mut statement = self.db().prepare_cached(
            "SELECT runs.id, runs.state != 'ended', coalesce(f.events, 0),
                EXISTS (SELECT 1 FROM rereading u WHERE u.run = runs.id),
                EXISTS (SELECT 1 FROM deleted_logs d WHERE d.run = runs.id)
             FROM runs LEFT JOIN run_folds f ON f.run = runs.id
             WHERE runs.story = ? ORDER BY runs.ordinal",
        )?;
        let rows = statement.query_map([of.as_str()], |row| {
            let run = RunId::new(row.get::<_, String>(0)?);
            Ok(RunEnd {
                run,
                is_live: row.get(1)?,
                last: Seq(row.get(2)?),
                is_rereading: row.get(3)?,
                has_no_logs: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// One run by id or slug.
    pub fn run(&self, name: &str) -> Result<Run> {
        let mut statement = self.db().prepare_cached(&format!("{RUNS} WHERE runs.id = ?"))?;
        if let Some(run) = statement.query_row([name], run).optional()? {
            return Ok(run);
        }
        // Not as a condition on the JSON in SQL: damaged JSON would fail the whole query.
        if let Some(run) = self.runs(None)?.into_iter().find(|run| run.slug.as_str() == name) {
            return Ok(run);
        }
        let near = self.near("SELECT json_extract(spec, '$.slug') AS slug FROM runs", name)?;
        Err(not_found("run", name, &near, "runs"))
    }

    /// The conversation in which a model last took a prompt of this story, of those of `runs`. One in which none ever
    /// did may not exist at the agent, although the agent named it.
    pub fn conversation(&self, story: &StoryId, runs: &[RunId]) -> Result<Option<SessionId>> {
        let mut statement = self.db().prepare_cached(
            "SELECT r.id, f.spoken FROM runs r JOIN run_folds f ON f.run = r.id
             WHERE r.story = ? AND f.spoken IS NOT NULL ORDER BY r.ordinal DESC",
        )?;
        let mut rows = statement.query([story.as_str()])?;
        while let Some(row) = rows.next()? {
            let (run, spoken): (String, String) = (row.get(0)?, row.get(1)?);
            if runs.iter().any(|it| it.as_str() == run) {
                return Ok(Some(SessionId::new(spoken)));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::assert_found;

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        assert_found(
            "runs",
            &["spec = '{'", "state = 'endet'", "outcome = '{}'", "evidence = '{'"],
        );
        let wrong = [
            "tokens = 'x'",
            "cost_basis = 'x'",
            "output_bytes = -1",
            "activity = '{'",
            "retrying = '{'",
            "calls = '{'",
        ];
        assert_found("run_folds", &wrong);
    }
}
