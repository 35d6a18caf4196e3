//! The area of stories: what they are, in which state, and the prompts that wait in them, all from the
//! journal; and the views of them, for which the other areas are asked.

mod about;

use super::area::{Area, table};
use super::read::{Reader, not_found};
use super::runs::Doing;
use super::text::{from_json, from_word, json, word};
use crate::error::Result;
use protocol::{
    AgentId, Cost, CostBasis, Evidence, JournalEntry, JournalEvent, PromptQueued, RunState, Slug,
    Span, Story, StoryId, StoryState, StoryView, Timestamp, Tokens,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(super) const AREA: Area = Area {
    schema: "
CREATE TABLE stories (
    id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, title TEXT NOT NULL,
    project TEXT NOT NULL, dir TEXT NOT NULL, branch TEXT, agent TEXT NOT NULL, profile TEXT NOT NULL,
    gates TEXT NOT NULL, resume_on_reset INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, detail TEXT, about TEXT,
    since INTEGER NOT NULL, until INTEGER, evidence TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE prompts (
    id TEXT PRIMARY KEY, story TEXT NOT NULL, text TEXT NOT NULL, seq INTEGER NOT NULL, open INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
",
    tables: &[table("stories", "id"), table("prompts", "id")],
    entry,
    values: &[
        ("SELECT * FROM stories", |row| story(row).map(drop)),
        ("SELECT evidence FROM stories", |row| evidence(row).map(drop)),
    ],
    ..Area::NONE
};

/// Into how many stretches of time a story's tool calls fall at most: a strip has no more pixels.
const TICKS: i64 = 400;

fn entry(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<()> {
    match (&entry.event, &entry.story) {
        (JournalEvent::StoryCreated { .. }, Some(story)) => created(db, story, entry),
        (JournalEvent::StateChanged { .. }, Some(story)) => state_changed(db, story, entry),
        (JournalEvent::PromptQueued(prompt), Some(story)) => {
            prompt_queued(db, story, entry, prompt)
        }
        (JournalEvent::PromptDropped { id } | JournalEvent::Input { id, .. }, _) => {
            prompt_closed(db, id)
        }
        _ => Ok(()),
    }
}

fn created(db: &Connection, story: &StoryId, entry: &JournalEntry) -> rusqlite::Result<()> {
    let JournalEvent::StoryCreated {
        slug,
        title,
        project,
        dir,
        branch,
        agent,
        profile,
        gates,
        resume_on_reset,
        ..
    } = &entry.event
    else {
        return Ok(());
    };
    db.prepare_cached(
        "INSERT INTO stories (id, slug, created_at, title, project, dir, branch, agent, profile, gates,
            resume_on_reset, state, since, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        story.as_str(),
        slug.as_str(),
        entry.at.millis(),
        title,
        project,
        dir,
        branch,
        agent.as_str(),
        json(profile),
        json(gates),
        resume_on_reset,
        word(StoryState::Draft),
        entry.at.millis(),
        json(Evidence::default())
    ])?;
    Ok(())
}

fn state_changed(db: &Connection, story: &StoryId, entry: &JournalEntry) -> rusqlite::Result<()> {
    let JournalEvent::StateChanged { state, reason, detail, since, until, evidence, .. } =
        &entry.event
    else {
        return Ok(());
    };
    let about = about::of(db, story, entry)?;
    db.prepare_cached(
        "UPDATE stories SET state = ?, reason = ?, detail = ?, about = ?, since = ?, until = ?, evidence = ?
         WHERE id = ?",
    )?
    .execute(params![
        word(state),
        reason.map(word),
        detail,
        about.map(json),
        since.millis(),
        until.map(Timestamp::millis),
        json(evidence),
        story.as_str()
    ])?;
    Ok(())
}

fn prompt_queued(
    db: &Connection,
    story: &StoryId,
    entry: &JournalEntry,
    prompt: &PromptQueued,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO prompts (id, story, text, seq, open) VALUES (?, ?, ?, ?, 1)",
    )?
    .execute(params![prompt.id, story.as_str(), prompt.text, entry.seq.0])?;
    Ok(())
}

fn prompt_closed(db: &Connection, id: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE prompts SET open = 0 WHERE id = ?")?.execute([id])?;
    Ok(())
}

/// A row of `stories`; what its runs add is left out.
fn story(row: &Row<'_>) -> rusqlite::Result<Story> {
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

/// `evidence` of `stories`.
fn evidence(row: &Row<'_>) -> rusqlite::Result<Evidence> {
    from_json(&row.get::<_, String>(0)?)
}

impl Reader {
    /// Every story, oldest first.
    pub fn stories(&self) -> Result<Vec<Story>> {
        let mut statement =
            self.db().prepare_cached("SELECT * FROM stories ORDER BY created_at, id")?;
        let rows = statement.query_map([], story)?.collect::<rusqlite::Result<Vec<_>>>()?;
        rows.into_iter().map(|story| self.with_runs(story)).collect()
    }

    /// One story by id or slug.
    pub fn story(&self, name: &str) -> Result<Story> {
        let mut statement =
            self.db().prepare_cached("SELECT * FROM stories WHERE id = ?1 OR slug = ?1")?;
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
        Ok(self.db().query_row(sql, [story.as_str()], evidence)?)
    }

    /// Whether anything goes on that changes without a journal entry: a run that is not over, a story
    /// that is about to start one.
    pub fn goes_on(&self) -> Result<bool> {
        let going: i64 = self.db().query_row(
            "SELECT (SELECT count(*) FROM runs WHERE state != 'ended')
                + (SELECT count(*) FROM stories WHERE state IN ('starting', 'running', 'waiting', 'gating', 'queued'))",
            [],
            |row| row.get(0),
        )?;
        Ok(going > 0)
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
        let mut statement = self.db().prepare_cached(
            "SELECT entry FROM journal WHERE story = ? AND type = 'state_changed' ORDER BY seq",
        )?;
        for entry in statement.query_map([story.id.as_str()], super::journal::entry)? {
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
            .db()
            .prepare_cached(&format!("SELECT max(e.at) - min(e.at) {calls}"))?
            .query_row([story.as_str()], |row| row.get(0))?;
        let stretch = (between.unwrap_or(0) / TICKS).max(2_000);
        let mut statement = self
            .db()
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
            None => about::asked(self.db(), &story)?,
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
        Ok(self.db().prepare_cached(sql)?.query_row([story.as_str()], |row| row.get(0))?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::assert_found;

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        let wrong = [
            "profile = '{'",
            "gates = '['",
            "state = 'dome'",
            "reason = 'unchucked'",
            "evidence = ''",
            "about = '{'",
            "title = CAST(x'ff' AS TEXT)",
        ];
        assert_found("stories", &wrong);
    }
}
