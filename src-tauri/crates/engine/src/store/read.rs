//! Queries: what commands print and the page shows. Read-only, on a connection of its own, so that a
//! reader needs no owner and never holds up the writer. Every list has one fixed order, so that the
//! same facts always print the same bytes.

use super::FileId;
use super::rows::{
    DOING, Doing, EVENTS, QUESTIONS, RUNS, account, doing, entry, evidence, limit, numbered,
    question, run, story,
};
use super::text::{from_json, json};
use crate::error::{Error, Result};
use crate::record::Numbered;
use protocol::{
    Account, Cost, Envelope, ErrorCode, Event, Evidence, JournalEntry, JournalEvent, Limit,
    Question, QuestionId, QuestionState, Run, RunId, RunState, Seq, SessionId, Source, Span, Story,
    StoryId, StoryState, StoryView, Timestamp, Tokens,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::{Path, PathBuf};

/// Names that are told instead of one that does not exist.
const MOST_NAMES: usize = 5;

/// Into how many stretches of time a story's tool calls fall at most: a strip has no more pixels.
const TICKS: i64 = 400;

/// A reading end of the store.
#[derive(Debug)]
pub struct Reader {
    db: Connection,
    path: PathBuf,
    file: Option<FileId>,
}

impl Reader {
    /// Opens the store at `path`.
    pub fn open(path: &Path) -> Result<Self> {
        let file = FileId::of(path);
        Ok(Self { db: super::open_reader(path)?, path: path.to_owned(), file })
    }

    /// The connection, for queries of their own.
    pub(crate) fn db(&self) -> &Connection {
        &self.db
    }

    /// Whether the store is still the file that this reads from; it may have been made again.
    pub(crate) fn is_in_place(&self) -> bool {
        FileId::of(&self.path) == self.file
    }

    /// A number that changes when another process or connection has committed something.
    pub fn version(&self) -> Result<i64> {
        Ok(self.db.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Whether the store has this version's tables.
    pub fn is_current(&self) -> Result<bool> {
        let version: i64 = self.db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok(version == super::SCHEMA_VERSION)
    }

    /// Every story, oldest first.
    pub fn stories(&self) -> Result<Vec<Story>> {
        let mut statement =
            self.db.prepare_cached("SELECT * FROM stories ORDER BY created_at, id")?;
        let rows = statement.query_map([], story)?.collect::<rusqlite::Result<Vec<_>>>()?;
        rows.into_iter().map(|story| self.with_runs(story)).collect()
    }

    /// One story by id or slug.
    pub fn story(&self, name: &str) -> Result<Story> {
        let mut statement =
            self.db.prepare_cached("SELECT * FROM stories WHERE id = ?1 OR slug = ?1")?;
        match statement.query_row([name], story).optional()? {
            Some(story) => self.with_runs(story),
            None => {
                let near = self.near("SELECT slug FROM stories", name)?;
                Err(not_found("story", name, &near, "`mush stories` lists them."))
            }
        }
    }

    /// What the state of a story rests on.
    pub fn evidence(&self, story: &StoryId) -> Result<Evidence> {
        let sql = "SELECT evidence FROM stories WHERE id = ?";
        Ok(self.db.query_row(sql, [story.as_str()], evidence)?)
    }

    /// Every run, by story and then in the order they were made.
    pub fn runs(&self, of: Option<&StoryId>) -> Result<Vec<Run>> {
        let mut statement = self.db.prepare_cached(&format!(
            "{RUNS} JOIN stories ON stories.id = runs.story
             WHERE ?1 IS NULL OR runs.story = ?1 ORDER BY stories.created_at, stories.id, runs.ordinal",
        ))?;
        let rows = statement.query_map([of.map(StoryId::as_str)], run)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// Whether an agent said that it could not save a part of this conversation.
    pub fn is_incomplete(&self, session: &SessionId) -> Result<bool> {
        let mut statement = self
            .db
            .prepare_cached("SELECT event FROM events WHERE type = 'conversation_incomplete'")?;
        let events =
            statement.query_map([], |row| from_json::<Event>(&row.get::<_, String>(0)?))?;
        for event in events {
            if let Event::ConversationIncomplete { sessions } = event?
                && sessions.contains(session)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One run by id or slug.
    pub fn run(&self, name: &str) -> Result<Run> {
        let mut statement = self.db.prepare_cached(&format!("{RUNS} WHERE runs.id = ?"))?;
        if let Some(run) = statement.query_row([name], run).optional()? {
            return Ok(run);
        }
        // Not by a condition on the JSON: SQLite calls JSON that is damaged an error of the query.
        if let Some(run) = self.runs(None)?.into_iter().find(|run| run.slug.as_str() == name) {
            return Ok(run);
        }
        let near = self.near("SELECT json_extract(facts, '$.slug') AS slug FROM runs", name)?;
        Err(not_found("run", name, &near, "`mush runs` lists them."))
    }

    /// Names that begin like a name that does not exist. They are only told: acting on a guess
    /// could stop the wrong thing.
    fn near(&self, names: &str, name: &str) -> Result<Vec<String>> {
        if name.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT slug FROM ({names}) WHERE substr(slug, 1, length(?1)) = ?1
             ORDER BY length(slug), slug LIMIT ?2"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![name, MOST_NAMES], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Run events after `after`, at most `most` of them.
    pub fn events(&self, of: &RunId, after: Seq, most: usize) -> Result<Vec<Envelope>> {
        let story: Option<String> = self
            .db
            .prepare_cached("SELECT story FROM runs WHERE id = ?")?
            .query_row([of.as_str()], |row| row.get(0))
            .optional()?;
        let mut statement = self
            .db
            .prepare_cached(&format!("{EVENTS} WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?"))?;
        let rows = statement.query_map(params![of.as_str(), after.0, most], |row| {
            let Numbered { seq, at, pos, event } = numbered(row)?;
            Ok(Envelope {
                story: story.clone().map(StoryId::new),
                run: Some(of.clone()),
                seq,
                at,
                pos: Some(pos),
                source: Source::Run(event),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// Journal entries of a story after `after`, in order.
    pub fn journal(&self, of: &StoryId, after: Seq) -> Result<Vec<Envelope>> {
        let mut statement = self
            .db
            .prepare_cached("SELECT entry FROM journal WHERE story = ? AND seq > ? ORDER BY seq")?;
        let rows = statement.query_map(params![of.as_str(), after.0], entry)?;
        let entries = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(entries.into_iter().map(enveloped).collect())
    }

    /// The number of the last journal entry that was applied.
    pub fn last_journal(&self) -> Result<Seq> {
        let last: Option<u64> =
            self.db.query_row("SELECT max(seq) FROM journal", [], |row| row.get(0))?;
        Ok(Seq(last.unwrap_or(0)))
    }

    /// Questions, oldest first; all of them or those that are open.
    pub fn questions(&self, only_open: bool) -> Result<Vec<Question>> {
        let mut statement = self.db.prepare_cached(&format!("{QUESTIONS} ORDER BY q.at, q.id"))?;
        let rows = statement.query_map([], question)?.collect::<rusqlite::Result<Vec<_>>>()?;
        let wanted = |question: &Question| !only_open || question.state == QuestionState::Open;
        Ok(rows.into_iter().filter(wanted).collect())
    }

    /// One question.
    pub fn question(&self, id: &QuestionId) -> Result<Question> {
        let all = self.questions(false)?;
        all.into_iter().find(|question| question.id == *id).ok_or_else(|| {
            Error::refused(
                ErrorCode::NotFound,
                format!("there is no question {id}"),
                "`mush questions` lists them.",
            )
        })
    }

    /// The newest state of every window of every account, by account and window.
    pub fn limits(&self) -> Result<Vec<Limit>> {
        let mut statement = self.db.prepare_cached(
            "SELECT account, window, status, resets_at, at, run,
                (SELECT utilization FROM limits_seen u
                 WHERE u.account = l.account AND u.window = l.window AND u.utilization IS NOT NULL
                 ORDER BY at DESC, run DESC, seq DESC LIMIT 1),
                (SELECT account FROM accounts WHERE id = l.account), name
             FROM limits_seen l
             WHERE (at, run, seq) = (SELECT at, run, seq FROM limits_seen n
                 WHERE n.account = l.account AND n.window = l.window ORDER BY at DESC, run DESC, seq DESC LIMIT 1)
             ORDER BY account, window",
        )?;
        let rows = statement.query_map([], limit)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// Every account, by id.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        let mut statement = self.db.prepare_cached("SELECT account FROM accounts ORDER BY id")?;
        let rows = statement.query_map([], account)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// Whether anything goes on that changes without a journal entry: a run that is not over, a story
    /// that is about to start one.
    pub fn goes_on(&self) -> Result<bool> {
        let going: i64 = self.db.query_row(
            "SELECT (SELECT count(*) FROM runs WHERE state != 'ended')
                + (SELECT count(*) FROM stories WHERE state IN ('starting', 'running', 'waiting', 'gating', 'queued'))",
            [],
            |row| row.get(0),
        )?;
        Ok(going > 0)
    }

    /// Whether an agent ever named this conversation as its own.
    pub fn has_spoken(&self, session: &SessionId) -> Result<bool> {
        let mut statement =
            self.db.prepare_cached("SELECT count(*) FROM run_folds WHERE session = ?")?;
        Ok(statement.query_row([session.as_str()], |row| row.get::<_, i64>(0))? > 0)
    }

    fn doing(&self, of: &RunId) -> Result<Doing> {
        let mut statement = self.db.prepare_cached(&format!("{DOING} WHERE run = ?"))?;
        Ok(statement.query_row([of.as_str()], doing).optional()?.unwrap_or_default())
    }

    /// Stories as a board shows them: all of them, or those named.
    pub fn story_views(&self, only: Option<&[StoryId]>) -> Result<Vec<StoryView>> {
        let stories = match only {
            None => self.stories()?,
            Some(ids) => ids.iter().filter_map(|id| self.story(id.as_str()).ok()).collect(),
        };
        stories.into_iter().map(|story| self.view(story)).collect()
    }

    fn view(&self, story: Story) -> Result<StoryView> {
        let runs = self.runs(Some(&story.id))?;
        let live = runs.iter().rev().find(|run| run.state != RunState::Ended);
        let doing = live.map(|run| self.doing(&run.id)).transpose()?.unwrap_or_default();
        let mut spans =
            vec![Span { state: StoryState::Draft, reason: None, from: story.created_at }];
        let mut statement = self.db.prepare_cached(
            "SELECT entry FROM journal WHERE story = ? AND type = 'state_changed' ORDER BY seq",
        )?;
        for entry in statement.query_map([story.id.as_str()], entry)? {
            if let JournalEvent::StateChanged { state, reason, since, .. } = entry?.event {
                spans.push(Span { state, reason, from: since });
            }
        }
        let ticks = self.ticks(&story.id)?;
        let Doing { activity, retrying } = doing;
        Ok(StoryView {
            story,
            activity,
            retrying,
            paused: false,
            waits_for: None,
            spans,
            ticks,
            runs,
        })
    }

    /// When tools were called: one time for each stretch of two seconds, or of as many as it takes for
    /// there to be [`TICKS`] stretches in all. A story that goes on for days stays as small as others.
    fn ticks(&self, story: &StoryId) -> Result<Vec<Timestamp>> {
        let calls = "FROM events e JOIN runs ON runs.id = e.run
             WHERE runs.story = ?1 AND e.type = 'tool_call'";
        let between: Option<i64> = self
            .db
            .prepare_cached(&format!("SELECT max(e.at) - min(e.at) {calls}"))?
            .query_row([story.as_str()], |row| row.get(0))?;
        let stretch = (between.unwrap_or(0) / TICKS).max(2_000);
        let mut statement = self
            .db
            .prepare_cached(&format!("SELECT min(e.at) {calls} GROUP BY e.at / ?2 ORDER BY 1"))?;
        let rows = statement.query_map(params![story.as_str(), stretch], |row| {
            Ok(Timestamp::from_millis(row.get(0)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    fn with_runs(&self, mut story: Story) -> Result<Story> {
        let (mut tokens, mut cost) = (Tokens::default(), Cost::default());
        for run in self.runs(Some(&story.id))? {
            tokens += run.tokens;
            cost += Cost { micros: run.cost_micros, basis: run.cost_basis };
            story.session = run.session.clone().or(story.session);
            story.runs.push(run.id);
        }
        story.incomplete = match &story.session {
            Some(session) => self.is_incomplete(session)?,
            None => false,
        };
        story.tokens = tokens;
        story.cost_micros = cost.micros;
        story.cost_basis = cost.basis;
        story.about = match story.about.take() {
            Some(about) => Some(about),
            None => super::about::asked(&self.db, &story)?,
        };
        story.queued_prompts =
            self.count("SELECT count(*) FROM prompts WHERE story = ? AND open", &story.id)?;
        story.open_questions = self.count(
            "SELECT count(*) FROM questions q JOIN runs ON runs.id = q.run AND runs.state != 'ended'
             WHERE q.story = ? AND q.id NOT IN (SELECT question FROM answers)
               AND q.id NOT IN (SELECT question FROM withdrawals)",
            &story.id,
        )?;
        Ok(story)
    }

    fn count(&self, sql: &str, story: &StoryId) -> Result<u32> {
        Ok(self.db.prepare_cached(sql)?.query_row([story.as_str()], |row| row.get(0))?)
    }
}

/// A journal entry as an envelope.
pub fn enveloped(entry: JournalEntry) -> Envelope {
    Envelope {
        story: entry.story,
        run: entry.run,
        seq: entry.seq,
        pos: None,
        at: entry.at,
        source: Source::Journal(entry.event),
    }
}

fn not_found(what: &str, name: &str, near: &[String], list: &str) -> Error {
    let hint = match near {
        [] => list.to_owned(),
        near => format!("Did you mean {}? {list}", near.join(", ")),
    };
    Error::refused(ErrorCode::NotFound, format!("there is no {what} \"{name}\""), hint)
}

/// Every row of one table as text, in the order of its key, for comparing two stores.
pub fn dump(db: &Connection, table: &str, key: &str) -> Result<Vec<String>> {
    let mut statement = db.prepare(&format!("SELECT * FROM {table} ORDER BY {key}"))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let rows = statement.query_map([], |row| {
        let mut fields = serde_json::Map::new();
        for (index, column) in columns.iter().enumerate() {
            fields.insert(column.clone(), value(row.get_ref(index)?));
        }
        Ok(json(fields))
    })?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
}

fn value(value: rusqlite::types::ValueRef<'_>) -> serde_json::Value {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => serde_json::Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            String::from_utf8_lossy(text).into_owned().into()
        }
    }
}
