//! Whether every value of a store can be read. SQLite's own check is of pages and rows; that a value in
//! a row was overwritten with something else, it does not see. Read as queries read, row by row, and
//! nothing is kept.

use super::rows::{
    DOING, EVENTS, QUESTIONS, RUNS, account, doing, entry, evidence, limit, numbered, question,
    run, story,
};
use super::usage::{USAGE, record};
use crate::error::is_damage;
use rusqlite::{Connection, Result, Row};

/// Reads what a query makes of a row.
type Read = fn(&Row<'_>) -> Result<()>;

/// Every column that a query reads, with how it is read.
const VALUES: &[(&str, Read)] = &[
    ("SELECT entry FROM journal", |row| entry(row).map(drop)),
    ("SELECT * FROM stories", |row| story(row).map(drop)),
    ("SELECT evidence FROM stories", |row| evidence(row).map(drop)),
    (RUNS, |row| run(row).map(drop)),
    (DOING, |row| doing(row).map(drop)),
    (EVENTS, |row| numbered(row).map(drop)),
    (QUESTIONS, |row| question(row).map(drop)),
    ("SELECT account FROM accounts", |row| account(row).map(drop)),
    (
        "SELECT account, window, status, resets_at, at, run, utilization, NULL, name
         FROM limits_seen",
        |row| limit(row).map(drop),
    ),
    (USAGE, |row| record(row).map(drop)),
];

/// What cannot be read, if anything cannot.
pub(crate) fn damage(db: &Connection) -> Result<Option<String>> {
    for (rows, read) in VALUES {
        match each(db, rows, *read) {
            Ok(()) => {}
            Err(error) if is_damage(&error) => {
                return Ok(Some(format!("a value cannot be read: {error}")));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn each(db: &Connection, sql: &str, read: Read) -> Result<()> {
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        read(row)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Numbered, RunCommit};
    use crate::run::fold::RunFold;
    use crate::store::{create, write};
    use protocol::{
        AccountId, Activity, Event, JournalEntry, Outcome, Pos, RunId, Seq, StoryId, Stream,
        Timestamp, ToolKind, UsageTotals,
    };
    use serde_json::{Value, json};

    /// What a run does that leaves something in every table.
    fn facts() -> Vec<Value> {
        vec![
            json!({"type": "account_seen", "account": "a", "agent": "demo", "config_dir": null,
                "method": null, "credential_variable": null}),
            json!({"type": "story_created", "slug": "s", "title": "words", "project": "/p", "dir": "/p",
                "branch": null, "agent": "demo", "profile": {}, "gates": []}),
            json!({"type": "run_starting", "slug": "s.1", "kind": "agent", "agent": "demo",
                "decoder": "claude/1", "account": "a", "session": null, "resumes": false, "argv": [],
                "usage_baseline": UsageTotals::default()}),
            json!({"type": "input", "id": "i", "kind": "answer", "text": "", "question": "r:q",
                "answer": {"behavior": "allow"}}),
            json!({"type": "run_ended", "outcome": Outcome::Succeeded, "evidence": {}}),
            json!({"type": "state_changed", "state": "done", "reason": "unchecked",
                "since": Timestamp::from_millis(1), "evidence": {}}),
        ]
    }

    fn events() -> Vec<Numbered> {
        let window =
            json!({"window": "w", "status": "allowed", "utilization": null, "resets_at": null});
        let events = [
            json!({"type": "question", "request": "q", "kind": "permission", "tool": "t", "call": null,
                "title": "", "description": null, "input": {}, "why": null, "blocked_path": null}),
            json!({"type": "limit", "limit": {"status": "allowed", "window": null, "resets_at": null,
                "windows": [window]}}),
        ];
        let numbered = events.into_iter().zip(1..).map(|(event, seq)| Numbered {
            seq: Seq(seq),
            at: Timestamp::from_millis(1),
            pos: Pos { stream: Stream::Stdout, offset: seq, len: 1, k: 0 },
            event: serde_json::from_value::<Event>(event).unwrap(),
        });
        numbered.collect()
    }

    fn filled() -> (tempfile::TempDir, Connection) {
        let dir = tempfile::tempdir().unwrap();
        let db = create(&dir.path().join("store")).unwrap();
        for (event, seq) in facts().into_iter().zip(1..) {
            let entry: JournalEntry = serde_json::from_value(json!({
                "seq": seq, "at": Timestamp::from_millis(1), "story": "s", "run": "r", "event": event
            }))
            .unwrap();
            write::journal(&db, &entry).unwrap();
        }
        let mut fold = RunFold::new(UsageTotals::default());
        let pos = Pos { stream: Stream::Stdout, offset: 0, len: 1, k: 0 };
        let used = json!({"type": "message_usage", "message": "m", "model": "opus", "last": true,
            "tokens": {"input": 1, "output": 1, "cache_read": 0, "cache_write": 0}});
        fold.apply(Timestamp::from_millis(1), pos, &serde_json::from_value::<Event>(used).unwrap());
        let mut fold = fold.summary();
        fold.activity = Some(Activity {
            tool: "Read".to_owned(),
            kind: ToolKind::Read,
            subject: "a.rs".to_owned(),
        });
        let commit = RunCommit {
            run: RunId::new("r"),
            story: StoryId::new("s"),
            account: Some(AccountId::new("a")),
            decoder: protocol::DecoderId::new("claude/2"),
            events: events(),
            settled: Vec::new(),
            fold,
            output_bytes: 1,
            bytes: 1,
            drafts: Vec::new(),
        };
        write::run(&db, &commit).unwrap();
        (dir, db)
    }

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        let (_dir, db) = filled();
        assert_eq!(damage(&db).unwrap(), None);
        let places = [
            ("journal", "entry = '{'"),
            ("stories", "profile = '{'"),
            ("stories", "gates = '['"),
            ("stories", "state = 'dome'"),
            ("stories", "reason = 'unchucked'"),
            ("stories", "evidence = ''"),
            ("stories", "about = '{'"),
            ("stories", "title = CAST(x'ff' AS TEXT)"),
            ("runs", "facts = '{'"),
            ("runs", "state = 'endet'"),
            ("runs", "outcome = '{}'"),
            ("runs", "evidence = '{'"),
            ("run_folds", "tokens = 'x'"),
            ("run_folds", "cost_basis = 'x'"),
            ("run_folds", "output_bytes = -1"),
            ("run_folds", "activity = '{'"),
            ("run_folds", "retrying = '{'"),
            ("events", "event = '{'"),
            ("events", "stream = 'stdouf'"),
            ("events", "offset = -1"),
            ("questions", "kind = 'x'"),
            ("questions", "tool_kind = 'x'"),
            ("questions", "subject = '{'"),
            ("questions", "beside = '{'"),
            ("questions", "options = '{'"),
            ("answers", "answer = '{'"),
            ("accounts", "account = '{'"),
            ("limits_seen", "status = 'x'"),
            ("limits_seen", "name = '{'"),
            ("usage", "model = CAST(x'ff' AS TEXT)"),
            ("usage", "input = -1"),
            ("usage", "basis = 4"),
        ];
        for (table, change) in places {
            let update = format!("SAVEPOINT whole; UPDATE {table} SET {change}");
            db.execute_batch(&update).unwrap();
            assert!(damage(&db).unwrap().is_some(), "{table}: {change}");
            db.execute_batch("ROLLBACK TO whole; RELEASE whole").unwrap();
        }
        assert_eq!(damage(&db).unwrap(), None);
    }
}
