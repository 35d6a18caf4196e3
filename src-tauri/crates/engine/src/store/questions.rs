//! The area of questions: what agents asked, and what was answered. A question and its withdrawal
//! come from a run's events, its answer from the journal; they can be applied in any order.

use super::area::{Area, delete_of_run, table};
use super::read::Reader;
use super::text::{from_json, json};
use crate::error::{Error, Result};
use crate::record::{Numbered, RunCommit};
use protocol::{
    Actor, Answer, ErrorCode, Event, JournalEntry, JournalEvent, Question, QuestionId,
    QuestionState, RunId, StoryId, Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(super) const AREA: Area = Area {
    schema: "
CREATE TABLE questions (
    id TEXT PRIMARY KEY, story TEXT NOT NULL, run TEXT NOT NULL, content TEXT NOT NULL,
    request TEXT NOT NULL, request_id TEXT NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX questions_by_story ON questions (story, at);
CREATE TABLE answers (
    question TEXT PRIMARY KEY, answer TEXT NOT NULL, answered_by TEXT NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE withdrawals (question TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- The questions that have neither answer nor withdrawal and whose run is not over.
CREATE TABLE open_questions (
    question TEXT PRIMARY KEY, story TEXT NOT NULL, run TEXT NOT NULL
) STRICT, WITHOUT ROWID;
",
    tables: &[
        table("questions", "id"),
        table("answers", "question"),
        table("withdrawals", "question"),
        table("open_questions", "question"),
    ],
    entry,
    commit,
    forget,
    values: &[(QUESTIONS, |row| question(row).map(drop))],
};

/// The columns that [`question`] reads.
const QUESTIONS: &str = "SELECT q.id, q.story, q.run, q.content, q.request, q.request_id, q.at,
        a.answer, w.question IS NOT NULL OR runs.state = 'ended' AS gone
     FROM questions q JOIN runs ON runs.id = q.run
     LEFT JOIN answers a ON a.question = q.id LEFT JOIN withdrawals w ON w.question = q.id";

fn entry(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<()> {
    match (&entry.event, &entry.run) {
        (JournalEvent::Input { question: Some(question), answer: Some(answer), by, .. }, _) => {
            answered(db, question, answer, by.unwrap_or(Actor::You), entry.at)
        }
        (JournalEvent::RunEnded { .. }, Some(run)) => delete_of_run(db, "open_questions", run),
        _ => Ok(()),
    }
}

fn answered(
    db: &Connection,
    question: &QuestionId,
    answer: &Answer,
    by: Actor,
    at: Timestamp,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO answers (question, answer, answered_by, at) VALUES (?, ?, ?, ?)",
    )?
    .execute(params![question.as_str(), json(answer), by.word(), at.millis()])?;
    close(db, question)
}

/// Removes a question from the open ones.
fn close(db: &Connection, question: &QuestionId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM open_questions WHERE question = ?")?
        .execute([question.as_str()])?;
    Ok(())
}

/// Adds a question to the open ones, unless the store already holds something that closes it.
fn open(db: &Connection, question: &QuestionId, commit: &RunCommit) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO open_questions (question, story, run) SELECT ?1, ?2, ?3
         WHERE NOT EXISTS (SELECT 1 FROM answers WHERE question = ?1)
            AND NOT EXISTS (SELECT 1 FROM withdrawals WHERE question = ?1)
            AND NOT EXISTS (SELECT 1 FROM runs WHERE id = ?3 AND state = 'ended')",
    )?
    .execute([question.as_str(), commit.story.as_str(), commit.run.as_str()])?;
    Ok(())
}

fn commit(db: &Connection, commit: &RunCommit) -> rusqlite::Result<()> {
    commit.events.iter().try_for_each(|numbered| match &numbered.event {
        Event::Question { .. } => asked(db, commit, numbered),
        Event::QuestionWithdrawn { request } => {
            withdrawn(db, &QuestionId::of(&commit.run, request), numbered.at)
        }
        _ => Ok(()),
    })
}

fn asked(db: &Connection, commit: &RunCommit, numbered: &Numbered) -> rusqlite::Result<()> {
    let Event::Question { request, content, input } = &numbered.event else {
        return Ok(());
    };
    let id = QuestionId::of(&commit.run, request);
    db.prepare_cached(
        "INSERT OR IGNORE INTO questions (id, story, run, content, request, request_id, at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        id.as_str(),
        commit.story.as_str(),
        commit.run.as_str(),
        json(content),
        json(input),
        request,
        numbered.at.millis()
    ])?;
    open(db, &id, commit)
}

fn withdrawn(db: &Connection, question: &QuestionId, at: Timestamp) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO withdrawals (question, at) VALUES (?, ?)")?
        .execute(params![question.as_str(), at.millis()])?;
    close(db, question)
}

fn forget(db: &Connection, run: &RunId) -> rusqlite::Result<()> {
    delete_of_run(db, "open_questions", run)?;
    // The id of a question begins with the id of its run.
    let of_run = QuestionId::of(run, "");
    for (table, key) in [("questions", "id"), ("withdrawals", "question")] {
        let delete =
            format!("DELETE FROM {table} WHERE {key} >= ?1 AND {key} < ?1 || char(1114111)");
        db.prepare_cached(&delete)?.execute([of_run.as_str()])?;
    }
    Ok(())
}

/// Reads a row of [`QUESTIONS`].
fn question(row: &Row<'_>) -> rusqlite::Result<Question> {
    let answer = row.get::<_, Option<String>>(7)?.map(|text| from_json(&text)).transpose()?;
    let gone: bool = row.get(8)?;
    let state = match (&answer, gone) {
        (Some(_), _) => QuestionState::Answered,
        (None, true) => QuestionState::Withdrawn,
        (None, false) => QuestionState::Open,
    };
    Ok(Question {
        id: QuestionId::new(row.get::<_, String>(0)?),
        story: StoryId::new(row.get::<_, String>(1)?),
        run: RunId::new(row.get::<_, String>(2)?),
        content: from_json(&row.get::<_, String>(3)?)?,
        request: from_json(&row.get::<_, String>(4)?)?,
        request_id: row.get(5)?,
        at: Timestamp::from_millis(row.get(6)?),
        state,
        answer,
    })
}

/// The question that was asked in a story at exactly this time; of several, the first by id.
pub(super) fn asked_at(
    db: &Connection,
    story: &StoryId,
    at: Timestamp,
) -> rusqlite::Result<Option<Question>> {
    let sql = format!("{QUESTIONS} WHERE q.story = ? AND q.at = ? ORDER BY q.id LIMIT 1");
    db.prepare_cached(&sql)?.query_row(params![story.as_str(), at.millis()], question).optional()
}

impl Reader {
    /// Questions, oldest first: all of them, or only the open ones.
    pub fn questions(&self, only_open: bool) -> Result<Vec<Question>> {
        let which = match only_open {
            true => "WHERE q.id IN (SELECT question FROM open_questions)",
            false => "",
        };
        let mut statement =
            self.db().prepare_cached(&format!("{QUESTIONS} {which} ORDER BY q.at, q.id"))?;
        let rows = statement.query_map([], question)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// The questions of a run.
    pub(super) fn questions_of(&self, run: &RunId) -> Result<Vec<Question>> {
        // They have the run's name before theirs.
        let of_run = "WHERE q.id >= ?1 AND q.id < ?1 || char(1114111) ORDER BY q.id";
        let mut statement = self.db().prepare_cached(&format!("{QUESTIONS} {of_run}"))?;
        let rows = statement.query_map([QuestionId::of(run, "").as_str()], question)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// One question.
    pub fn question(&self, id: &QuestionId) -> Result<Question> {
        let mut statement = self.db().prepare_cached(&format!("{QUESTIONS} WHERE q.id = ?"))?;
        statement.query_row([id.as_str()], question).optional()?.ok_or_else(|| {
            Error::refused(
                ErrorCode::NotFound,
                format!("there is no question \"{id}\""),
                "It may have been answered meanwhile.",
            )
            .on_terminal("`mush questions` lists them.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::assert_found;

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        let kind = "content = json_set(content, '$.kind', 'x')";
        let subject = "content = json_set(content, '$.subject', 7)";
        let wrong = [kind, subject, "content = '{'", "request = '{'"];
        assert_found("questions", &wrong);
        assert_found("answers", &["answer = '{'"]);
    }
}
