//! The area of stories: their descriptions, their states over time and their waiting prompts, all
//! from the journal. `view` adds the values of other areas to a story.

mod about;
mod archive;
mod looked;
mod view;

use super::area::{Area, table};
use super::read::{Reader, not_found};
use super::text::{from_json, from_word, json, word};
use crate::error::Result;
use protocol::{
    AgentId, CostBasis, Evidence, JournalEntry, JournalEvent, Profile, PromptQueued, Reason,
    ResetBasis, Slug, Story, StoryId, StoryState, Timestamp, Tokens,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(super) const AREA: Area = Area {
    schema: "
CREATE TABLE stories (
    id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, title TEXT NOT NULL,
    project TEXT NOT NULL, dir TEXT NOT NULL, branch TEXT, agent TEXT NOT NULL, profile TEXT NOT NULL,
    gates TEXT NOT NULL, resume_on_reset INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, detail TEXT, about TEXT,
    since INTEGER NOT NULL, until INTEGER, reset TEXT NOT NULL, evidence TEXT NOT NULL, before_archive TEXT,
    looked_at INTEGER, looked_checkpoint INTEGER, work TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE prompts (
    id TEXT PRIMARY KEY, story TEXT NOT NULL, text TEXT NOT NULL, seq INTEGER NOT NULL, open INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX open_prompts ON prompts (story) WHERE open;
-- The states of each story over time.
CREATE TABLE spans (
    story TEXT NOT NULL, seq INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, since INTEGER NOT NULL,
    PRIMARY KEY (story, seq)
) STRICT, WITHOUT ROWID;
",
    tables: &[table("stories", "id"), table("prompts", "id"), table("spans", "story, seq")],
    entry,
    values: &[
        ("SELECT * FROM stories", |row| story(row).map(drop)),
        ("SELECT evidence FROM stories", |row| evidence(row).map(drop)),
        (archive::BEFORE, |row| archive::before(row).map(drop)),
        (view::SPANS, |row| view::span(row).map(drop)),
    ],
    ..Area::NONE
};

fn entry(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<()> {
    match (&entry.event, &entry.story) {
        (JournalEvent::StoryCreated { .. }, Some(story)) => created(db, story, entry),
        (JournalEvent::StateChanged { .. }, Some(story)) => state_changed(db, story, entry),
        (JournalEvent::ProfileChanged { profile }, Some(story)) => {
            profile_changed(db, story, profile)
        }
        (JournalEvent::StoryLooked { checkpoint }, Some(story)) => {
            looked::looked(db, story, entry.at, *checkpoint)
        }
        (JournalEvent::WorkMeasured { story, work }, _) => looked::measured(db, story, work),
        (JournalEvent::StoryRenamed { title }, Some(story)) => archive::renamed(db, story, title),
        (JournalEvent::StoryUnarchived {}, Some(story)) => archive::unarchived(db, story, entry),
        (JournalEvent::RunEnded { unheard, .. }, _) => {
            unheard.iter().try_for_each(|id| prompt_reopened(db, id))
        }
        (JournalEvent::PromptQueued(prompt), Some(story)) => {
            looked::by_prompt(db, story, entry.at, prompt)?;
            prompt_queued(db, story, entry, prompt)
        }
        (JournalEvent::PromptEdited { id, text }, _) => prompt_edited(db, id, text),
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
            resume_on_reset, state, since, reset, evidence)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
        word(ResetBasis::default()),
        json(Evidence::default())
    ])?;
    Ok(())
}

fn state_changed(db: &Connection, story: &StoryId, entry: &JournalEntry) -> rusqlite::Result<()> {
    let JournalEvent::StateChanged { state, reason, detail, since, until, reset, evidence, .. } =
        &entry.event
    else {
        return Ok(());
    };
    let about = about::of(db, story, entry)?;
    if *state == StoryState::Archived {
        archive::keep(db, story)?;
    }
    db.prepare_cached(
        "UPDATE stories SET state = ?, reason = ?, detail = ?, about = ?, since = ?, until = ?, reset = ?,
            evidence = ? WHERE id = ?",
    )?
    .execute(params![
        word(state),
        reason.map(word),
        detail,
        about.map(json),
        since.millis(),
        until.map(Timestamp::millis),
        word(reset),
        json(evidence),
        story.as_str()
    ])?;
    began(db, story, entry, (*state, *reason, *since))
}

/// Adds a state to those over time, with why and when it began.
fn began(
    db: &Connection,
    story: &StoryId,
    entry: &JournalEntry,
    (state, reason, since): (StoryState, Option<Reason>, Timestamp),
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO spans (story, seq, state, reason, since) VALUES (?, ?, ?, ?, ?)",
    )?
    .execute(params![
        story.as_str(),
        entry.seq.0,
        word(state),
        reason.map(word),
        since.millis()
    ])?;
    Ok(())
}

fn profile_changed(db: &Connection, story: &StoryId, profile: &Profile) -> rusqlite::Result<()> {
    let mut update = db.prepare_cached("UPDATE stories SET profile = ? WHERE id = ?")?;
    update.execute(params![json(profile), story.as_str()])?;
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

fn prompt_edited(db: &Connection, id: &str, text: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE prompts SET text = ? WHERE id = ? AND open")?.execute([text, id])?;
    Ok(())
}

fn prompt_closed(db: &Connection, id: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE prompts SET open = 0 WHERE id = ?")?.execute([id])?;
    Ok(())
}

fn prompt_reopened(db: &Connection, id: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE prompts SET open = 1 WHERE id = ?")?.execute([id])?;
    Ok(())
}

/// Reads a row of `stories`. The values that come from the story's runs are left empty.
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
        reset: from_word(row.get("reset")?)?,
        resume_on_reset: row.get("resume_on_reset")?,
        created_at: Timestamp::from_millis(row.get("created_at")?),
        runs: Vec::new(),
        session: None,
        incomplete: false,
        queued_prompts: 0,
        open_questions: 0,
        tasks_after_turn: None,
        tokens: Tokens::default(),
        cost_micros: 0,
        cost_basis: CostBasis::Reported,
        is_partial: false,
        rereading: false,
        work: row.get::<_, Option<String>>("work")?.map(|text| from_json(&text)).transpose()?,
        looked: looked::of(row)?,
        logs_deleted: None,
    })
}

/// Reads the column `evidence` of `stories`.
fn evidence(row: &Row<'_>) -> rusqlite::Result<Evidence> {
    from_json(&row.get::<_, String>(0)?)
}

impl Reader {
    /// The evidence for the story's present state.
    pub fn evidence(&self, story: &StoryId) -> Result<Evidence> {
        let sql = "SELECT evidence FROM stories WHERE id = ?";
        Ok(self.db().query_row(sql, [story.as_str()], evidence)?)
    }

    /// Whether anything can still change without a journal entry: a run has not ended, or a story
    /// is active or about to start a run.
    pub fn goes_on(&self) -> Result<bool> {
        let going: i64 = self.db().query_row(
            "SELECT (SELECT count(*) FROM runs WHERE state != 'ended')
                + (SELECT count(*) FROM stories WHERE state IN ('starting', 'running', 'waiting', 'gating', 'queued'))",
            [],
            |row| row.get(0),
        )?;
        Ok(going > 0)
    }

    /// All rows of `stories`, oldest first.
    fn story_rows(&self) -> Result<Vec<Story>> {
        let mut statement =
            self.db().prepare_cached("SELECT * FROM stories ORDER BY created_at, id")?;
        let rows = statement.query_map([], story)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// The row of one story by id or slug.
    fn story_row(&self, name: &str) -> Result<Story> {
        let mut statement =
            self.db().prepare_cached("SELECT * FROM stories WHERE id = ?1 OR slug = ?1")?;
        match statement.query_row([name], story).optional()? {
            Some(story) => Ok(story),
            None => {
                let near = self.near("SELECT slug FROM stories", name)?;
                Err(not_found("story", name, &near, "stories"))
            }
        }
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
            "reset = 'said'",
            "evidence = ''",
            "about = '{'",
            "before_archive = '{'",
            "looked_checkpoint = -1",
            "work = '{'",
            "title = CAST(x'ff' AS TEXT)",
        ];
        assert_found("stories", &wrong);
        assert_found("spans", &["state = 'dome'", "reason = 'unchucked'"]);
    }
}
