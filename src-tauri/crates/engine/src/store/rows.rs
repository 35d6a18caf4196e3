//! Rows as values: what a query makes of one row, and the columns that it needs. Nothing is decided
//! here; [`super::read`] asks for rows, and [`super::values`] looks whether each can be read.

use super::text::{from_json, from_word};
use crate::record::Numbered;
use protocol::{
    Account, AccountId, Activity, AgentId, CostBasis, Evidence, JournalEntry, Limit, Outcome, Pos,
    Question, QuestionId, QuestionState, Retrying, Run, RunId, RunSpecFacts, Seq, SessionId, Slug,
    Story, StoryId, Timestamp, Tokens,
};
use rusqlite::Row;

/// The columns of [`run`].
pub(super) const RUNS: &str =
    "SELECT runs.*, f.* FROM runs LEFT JOIN run_folds f ON f.run = runs.id";

/// The columns of [`numbered`].
pub(super) const EVENTS: &str = "SELECT seq, at, stream, offset, len, k, event FROM events";

/// The columns of [`question`].
pub(super) const QUESTIONS: &str =
    "SELECT q.id, q.story, q.run, q.kind, q.tool, q.tool_kind, q.description, q.subject, q.at,
        a.answer, w.question IS NOT NULL OR runs.state = 'ended' AS gone, q.title, q.request_id,
        q.beside, q.request, q.options
     FROM questions q JOIN runs ON runs.id = q.run
     LEFT JOIN answers a ON a.question = q.id LEFT JOIN withdrawals w ON w.question = q.id";

/// A row of `stories`; what its runs add is left out.
pub(super) fn story(row: &Row<'_>) -> rusqlite::Result<Story> {
    Ok(Story {
        id: StoryId::new(row.get::<_, String>("id")?),
        slug: Slug::new(row.get::<_, String>("slug")?),
        title: row.get("title")?,
        project: row.get("project")?,
        dir: row.get("dir")?,
        branch: row.get("branch")?,
        agent: AgentId::new(row.get::<_, String>("agent")?),
        profile: from_json(&row.get::<_, String>("profile")?)?,
        gates: from_json(&row.get::<_, String>("gates")?)?,
        state: from_word(row.get("state")?)?,
        reason: row.get::<_, Option<String>>("reason")?.map(from_word).transpose()?,
        detail: row.get("detail")?,
        about: row.get::<_, Option<String>>("about")?.map(|text| from_json(&text)).transpose()?,
        since: Timestamp::from_millis(row.get("since")?),
        until: row.get::<_, Option<i64>>("until")?.map(Timestamp::from_millis),
        resume_on_reset: row.get("resume_on_reset")?,
        created_at: Timestamp::from_millis(row.get("created_at")?),
        runs: Vec::new(),
        session: None,
        incomplete: false,
        queued_prompts: 0,
        open_questions: 0,
        tokens: Tokens::default(),
        cost_micros: 0,
        cost_basis: CostBasis::Reported,
    })
}

/// A row of `runs` beside its row of `run_folds`.
pub(super) fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    let facts: RunSpecFacts = from_json(&row.get::<_, String>("facts")?)?;
    let ending: Option<Outcome> =
        row.get::<_, Option<String>>("outcome")?.map(|text| from_json(&text)).transpose()?;
    let evidence: Option<Evidence> =
        row.get::<_, Option<String>>("evidence")?.map(|text| from_json(&text)).transpose()?;
    let said: Option<String> = row.get("session")?;
    Ok(Run {
        id: RunId::new(row.get::<_, String>("id")?),
        slug: facts.slug,
        story: StoryId::new(row.get::<_, String>("story")?),
        kind: facts.kind,
        agent: facts.agent,
        agent_version: row.get("agent_version")?,
        model: row.get("model")?,
        session: said.map(SessionId::new).or(facts.session),
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
        cost_basis: row
            .get::<_, Option<String>>("cost_basis")?
            .map(from_word)
            .transpose()?
            .unwrap_or_default(),
        log_bytes: row.get::<_, Option<u64>>("output_bytes")?.unwrap_or_default(),
        events: row.get::<_, Option<u64>>("events")?.unwrap_or_default(),
        decoder: facts.decoder,
        gate: facts.gate,
    })
}

/// A row of [`QUESTIONS`].
pub(super) fn question(row: &Row<'_>) -> rusqlite::Result<Question> {
    let answer = row.get::<_, Option<String>>(9)?.map(|text| from_json(&text)).transpose()?;
    let gone: bool = row.get(10)?;
    let state = match (&answer, gone) {
        (Some(_), _) => QuestionState::Answered,
        (None, true) => QuestionState::Withdrawn,
        (None, false) => QuestionState::Open,
    };
    Ok(Question {
        id: QuestionId::new(row.get::<_, String>(0)?),
        story: StoryId::new(row.get::<_, String>(1)?),
        run: RunId::new(row.get::<_, String>(2)?),
        kind: from_word(row.get(3)?)?,
        tool: row.get(4)?,
        tool_kind: from_word(row.get(5)?)?,
        title: row.get(11)?,
        description: row.get(6)?,
        request_id: row.get(12)?,
        subject: from_json(&row.get::<_, String>(7)?)?,
        beside: from_json(&row.get::<_, String>(13)?)?,
        request: from_json(&row.get::<_, String>(14)?)?,
        options: from_json(&row.get::<_, String>(15)?)?,
        at: Timestamp::from_millis(row.get(8)?),
        state,
        answer,
    })
}

/// An event of a run.
pub(super) fn numbered(row: &Row<'_>) -> rusqlite::Result<Numbered> {
    Ok(Numbered {
        seq: Seq(row.get(0)?),
        at: Timestamp::from_millis(row.get(1)?),
        pos: Pos {
            stream: from_word(row.get(2)?)?,
            offset: row.get(3)?,
            len: row.get(4)?,
            k: row.get(5)?,
        },
        event: from_json(&row.get::<_, String>(6)?)?,
    })
}

/// `account, window, status, resets_at, at, run, utilization` of a limit, the `accounts.account` of its
/// account, if that is known, and its `name`.
pub(super) fn limit(row: &Row<'_>) -> rusqlite::Result<Limit> {
    let account: Option<Account> =
        row.get::<_, Option<String>>(7)?.map(|text| from_json(&text)).transpose()?;
    Ok(Limit {
        account: AccountId::new(row.get::<_, String>(0)?),
        account_name: account.as_ref().map(|account| account.name().to_owned()),
        agent: account.map(|account| account.agent),
        window: row.get(1)?,
        name: from_json(&row.get::<_, String>(8)?)?,
        status: from_word(row.get(2)?)?,
        resets_at: row.get::<_, Option<i64>>(3)?.map(Timestamp::from_millis),
        seen_at: Timestamp::from_millis(row.get(4)?),
        source: RunId::new(row.get::<_, String>(5)?),
        utilization: row.get(6)?,
    })
}

/// `entry` of `journal`.
pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<JournalEntry> {
    from_json(&row.get::<_, String>(0)?)
}

/// `account` of `accounts`.
pub(super) fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    from_json(&row.get::<_, String>(0)?)
}

/// `evidence` of `stories`.
pub(super) fn evidence(row: &Row<'_>) -> rusqlite::Result<Evidence> {
    from_json(&row.get::<_, String>(0)?)
}

/// The columns of [`doing`].
pub(super) const DOING: &str = "SELECT activity, retrying FROM run_folds";

/// What a run's agent does now, or waits for.
#[derive(Default)]
pub(super) struct Doing {
    /// The tool call that goes on.
    pub(super) activity: Option<Activity>,
    /// The attempt that is waited for.
    pub(super) retrying: Option<Retrying>,
}

/// A row of `run_folds`, as far as it tells of now.
pub(super) fn doing(row: &Row<'_>) -> rusqlite::Result<Doing> {
    let activity = row.get::<_, Option<String>>(0)?.map(|text| from_json(&text)).transpose()?;
    let retrying = row.get::<_, Option<String>>(1)?.map(|text| from_json(&text)).transpose()?;
    Ok(Doing { activity, retrying })
}
