//! The area of reviews: the comments of people on changes, and the files that they reviewed. All from the journal.

use super::area::{Area, table};
use super::read::Reader;
use super::text::{from_json, json};
use crate::error::Result;
use protocol::{
    CommentAnchor, CommentChange, CommentId, JournalEntry, JournalEvent, PromptQueued, StoryId,
    Timestamp,
};
use rusqlite::{Connection, Row, params};
use std::collections::HashMap;

pub(super) const AREA: Area = Area {
    schema: "
CREATE TABLE comments (
    id TEXT PRIMARY KEY, story TEXT NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, anchor TEXT NOT NULL,
    text TEXT NOT NULL, prompt TEXT, sent_at INTEGER, sent_checkpoint INTEGER, resolved INTEGER NOT NULL,
    removed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX comments_of_story ON comments (story, n);
CREATE INDEX comments_of_prompt ON comments (prompt) WHERE prompt IS NOT NULL;
CREATE TABLE reviewed_files (
    story TEXT NOT NULL, path TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (story, path)
) STRICT, WITHOUT ROWID;
",
    tables: &[table("comments", "id"), table("reviewed_files", "story, path")],
    entry,
    values: &[
        (COMMENTS, |row| comment(row).map(drop)),
        (REVIEWED, |row| reviewed(row).map(drop)),
    ],
    ..Area::NONE
};

const COMMENTS: &str =
    "SELECT id, n, at, anchor, text, prompt, sent_at, sent_checkpoint, resolved FROM comments";

const REVIEWED: &str = "SELECT path, content FROM reviewed_files";

/// What is recorded of a comment that was not taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownComment {
    pub(crate) id: CommentId,
    /// Its number in the story.
    pub(crate) n: u32,
    /// When it was made.
    pub(crate) at: Timestamp,
    pub(crate) text: String,
    pub(crate) anchor: CommentAnchor,
    /// The prompt that has it.
    pub(crate) prompt: Option<String>,
    /// When that was written to the agent.
    pub(crate) sent_at: Option<Timestamp>,
    /// The newest checkpoint then.
    pub(crate) sent_checkpoint: Option<u32>,
    pub(crate) is_resolved: bool,
}

fn entry(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<()> {
    match (&entry.event, &entry.story) {
        (JournalEvent::CommentMade { id, anchor, text }, Some(story)) => {
            made(db, story, entry.at, (id, anchor, text))
        }
        (JournalEvent::CommentChanged { id, change }, _) => changed(db, id, change),
        (JournalEvent::PromptQueued(prompt), _) => queued(db, prompt),
        (JournalEvent::PromptDropped { id }, _) => dropped(db, id),
        (JournalEvent::Input { id, .. }, Some(story)) => written(db, story, entry.at, id),
        (JournalEvent::RunEnded { unheard, .. }, _) => {
            unheard.iter().try_for_each(|prompt| not_heard(db, prompt))
        }
        (JournalEvent::FileReviewed { path, content }, Some(story)) => {
            file_reviewed(db, story, path, content.as_deref())
        }
        _ => Ok(()),
    }
}

fn made(
    db: &Connection,
    story: &StoryId,
    at: Timestamp,
    (id, anchor, text): (&CommentId, &CommentAnchor, &str),
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO comments (id, story, n, at, anchor, text, resolved, removed)
         VALUES (?1, ?2, (SELECT count(*) + 1 FROM comments WHERE story = ?2), ?3, ?4, ?5, 0, 0)",
    )?
    .execute(params![id.as_str(), story.as_str(), at.millis(), json(anchor), text])?;
    Ok(())
}

fn changed(db: &Connection, id: &CommentId, change: &CommentChange) -> rusqlite::Result<()> {
    let set = match change {
        CommentChange::Edited { text } => {
            db.prepare_cached("UPDATE comments SET text = ? WHERE id = ?")?
                .execute([text.as_str(), id.as_str()])?;
            return Ok(());
        }
        CommentChange::Removed => "removed = 1",
        CommentChange::Resolved => "resolved = 1",
        CommentChange::Reopened => {
            "resolved = 0, prompt = NULL, sent_at = NULL, sent_checkpoint = NULL"
        }
    };
    db.prepare_cached(&format!("UPDATE comments SET {set} WHERE id = ?"))?
        .execute([id.as_str()])?;
    Ok(())
}

fn queued(db: &Connection, prompt: &PromptQueued) -> rusqlite::Result<()> {
    let mut put = db.prepare_cached("UPDATE comments SET prompt = ? WHERE id = ?")?;
    let mut all = prompt.comments.iter();
    all.try_for_each(|id| put.execute([prompt.id.as_str(), id.as_str()]).map(drop))
}

fn dropped(db: &Connection, prompt: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE comments SET prompt = NULL WHERE prompt = ? AND sent_at IS NULL")?
        .execute([prompt])?;
    Ok(())
}

fn written(db: &Connection, story: &StoryId, at: Timestamp, id: &str) -> rusqlite::Result<()> {
    db.prepare_cached(WRITTEN)?.execute(params![at.millis(), story.as_str(), id])?;
    Ok(())
}

/// The newest checkpoint, which is always kept, holds what the agent finds; unless the one before this prompt failed:
/// then that is not known.
const WRITTEN: &str = "UPDATE comments SET sent_at = ?1, sent_checkpoint = (
        SELECT max(n) FROM checkpoints WHERE story = ?2 AND NOT EXISTS (
            SELECT 1 FROM journal WHERE story = ?2 AND type = 'checkpoint_failed' AND seq >
                (SELECT max(seq) FROM journal WHERE story = ?2 AND type = 'checkpoint')))
     WHERE prompt = ?3";

/// No model took the prompt, so it waits again.
fn not_heard(db: &Connection, prompt: &str) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE comments SET sent_at = NULL, sent_checkpoint = NULL WHERE prompt = ?",
    )?
    .execute([prompt])?;
    Ok(())
}

fn file_reviewed(
    db: &Connection,
    story: &StoryId,
    path: &str,
    content: Option<&str>,
) -> rusqlite::Result<()> {
    match content {
        Some(content) => db
            .prepare_cached("INSERT OR REPLACE INTO reviewed_files VALUES (?, ?, ?)")?
            .execute([story.as_str(), path, content])?,
        None => db
            .prepare_cached("DELETE FROM reviewed_files WHERE story = ? AND path = ?")?
            .execute([story.as_str(), path])?,
    };
    Ok(())
}

fn comment(row: &Row<'_>) -> rusqlite::Result<KnownComment> {
    Ok(KnownComment {
        id: CommentId::new(row.get::<_, String>("id")?),
        n: row.get("n")?,
        at: Timestamp::from_millis(row.get("at")?),
        text: row.get("text")?,
        anchor: from_json(&row.get::<_, String>("anchor")?)?,
        prompt: row.get("prompt")?,
        sent_at: row.get::<_, Option<i64>>("sent_at")?.map(Timestamp::from_millis),
        sent_checkpoint: row.get("sent_checkpoint")?,
        is_resolved: row.get("resolved")?,
    })
}

fn reviewed(row: &Row<'_>) -> rusqlite::Result<(String, String)> {
    Ok((row.get("path")?, row.get("content")?))
}

impl Reader {
    /// The comments of a story that were not taken away, in the order in which they were made.
    pub(crate) fn known_comments(&self, story: &StoryId) -> Result<Vec<KnownComment>> {
        let sql = format!("{COMMENTS} WHERE story = ? AND NOT removed ORDER BY n");
        let mut statement = self.db().prepare_cached(&sql)?;
        let rows = statement.query_map([story.as_str()], comment)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The files of a story that a person reviewed, with what each was then.
    pub(crate) fn reviewed_files(&self, story: &StoryId) -> Result<HashMap<String, String>> {
        let sql = format!("{REVIEWED} WHERE story = ?");
        let mut statement = self.db().prepare_cached(&sql)?;
        let rows = statement.query_map([story.as_str()], reviewed)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::assert_found;
    use super::super::{create, write};
    use super::*;
    use serde_json::{Value, json};

    /// What is kept of a comment, after these entries: its prompt, and the checkpoint before it was sent.
    fn kept(then: &[&Value]) -> (Option<String>, bool, Option<u32>) {
        let dir = tempfile::tempdir().unwrap();
        let db = create(&dir.path().join("store")).unwrap();
        let checkpoint = |n: u32| {
            json!({"type": "checkpoint", "n": n, "commit": "c", "tree": "t",
            "because": "turn", "left_out": [], "more_left_out": 0})
        };
        let first = [
            checkpoint(7),
            json!({"type": "comment_made", "id": "c", "text": "why", "anchor": {"path": "p", "side": "after",
                "object": "o", "blob": "b"}}),
            json!({"type": "prompt_queued", "id": "p", "text": "t", "by": "you", "comments": ["c"]}),
        ];
        for (event, seq) in first.iter().chain(then.iter().copied()).zip(1..) {
            let entry = json!({"seq": seq, "at": Timestamp::from_millis(seq), "story": "s", "run": "r", "event": event});
            write::journal(&db, &serde_json::from_value(entry).unwrap()).unwrap();
        }
        let found = db.query_row(COMMENTS, [], comment).unwrap();
        (found.prompt, found.sent_at.is_some(), found.sent_checkpoint)
    }

    #[test]
    fn a_comment_is_sent_when_its_prompt_is_written() {
        let of_prompt = || Some("p".to_owned());
        let input = json!({"type": "input", "id": "p", "kind": "prompt", "text": "t"});
        let failed = json!({"type": "checkpoint_failed", "because": "prompt",
            "fault": {"code": "git", "message": "m", "hint": "h"}});
        let unheard = json!({"type": "run_ended", "outcome": {"kind": "lost"}, "evidence": {}, "unheard": ["p"]});
        let dropped = json!({"type": "prompt_dropped", "id": "p"});
        let reopened = json!({"type": "comment_changed", "id": "c", "change": {"is": "reopened"}});
        assert_eq!(kept(&[]), (of_prompt(), false, None));
        assert_eq!(kept(&[&input]), (of_prompt(), true, Some(7)));
        assert_eq!(kept(&[&failed, &input]), (of_prompt(), true, None), "it is not known");
        assert_eq!(kept(&[&input, &unheard]), (of_prompt(), false, None));
        assert_eq!(kept(&[&dropped]), (None, false, None));
        assert_eq!(kept(&[&input, &dropped]), (of_prompt(), true, Some(7)));
        assert_eq!(kept(&[&input, &reopened]), (None, false, None));
    }

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        let wrong =
            ["anchor = '{'", "n = -1", "sent_checkpoint = -1", "text = CAST(x'ff' AS TEXT)"];
        assert_found("comments", &wrong);
        assert_found("reviewed_files", &["content = CAST(x'ff' AS TEXT)"]);
    }
}
