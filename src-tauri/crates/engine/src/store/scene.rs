//! A store with a row in every table, for the tests of the areas.

use super::{create, values, write};
use crate::record::{Numbered, RunCommit};
use crate::run::fold::RunFold;
use protocol::{
    AccountId, Activity, Event, JournalEntry, Outcome, Pos, RunId, Seq, SessionId, StoryId, Stream,
    Timestamp, ToolKind, UsageTotals,
};
use rusqlite::Connection;
use serde_json::{Value, json};

/// Output of a run that fills every table.
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
        json!({"type": "checkpoint", "n": 1, "commit": "c", "tree": "t", "because": "asked",
            "left_out": [{"path": "p", "why": "pipe"}], "more_left_out": 1}),
        json!({"type": "forecast_made", "forecast": {"story": "s", "checkpoint": 1,
            "standing": {"is": "compared"},
            "pairs": [{"with": "z", "checkpoint": 2, "overlap": {"is": "apart"}}]}}),
        json!({"type": "comment_made", "id": "c", "text": "why", "anchor": {"path": "p", "side": "after",
            "object": "o", "blob": "b"}}),
        json!({"type": "file_reviewed", "path": "p", "content": "is file b -"}),
        json!({"type": "state_changed", "state": "done", "reason": "unchecked",
            "since": Timestamp::from_millis(1), "evidence": {}}),
    ]
}

/// A tool call that says which files it changes.
fn edit(call: &str, files: &[(&str, Option<&str>)]) -> Value {
    let file = |(path, moved_to): &(&str, Option<&str>)| json!({"path": path, "act": "edit", "moved_to": moved_to, "diff": {"hunks": []}});
    let files: Vec<Value> = files.iter().map(file).collect();
    json!({"type": "tool_call", "call": call, "name": "Edit", "kind": "edit", "title": "",
        "subject": {"is": "change", "files": files}, "parent": null})
}

fn result(call: &str, ok: bool) -> Value {
    json!({"type": "tool_result", "call": call, "ok": ok, "denied": false, "text": "", "output": null,
        "images": [], "duration_ms": null, "parent": null})
}

fn events() -> Vec<Numbered> {
    let window =
        json!({"window": "w", "status": "allowed", "utilization": null, "resets_at": null});
    let events = [
        json!({"type": "question", "request": "q", "kind": "permission", "tool": "t", "call": null,
            "title": "", "description": null, "input": {}, "why": null, "blocked_path": null}),
        json!({"type": "limit", "limit": {"status": "allowed", "window": null, "resets_at": null,
            "windows": [window]}}),
        edit("1", &[("a.rs", Some("b.rs"))]),
        edit("2", &[("c.rs", None)]),
        edit("3", &[("d.rs", None)]),
        result("1", true),
        result("2", false),
    ];
    let numbered = events.into_iter().zip(1..).map(|(event, seq)| Numbered {
        seq: Seq(seq),
        at: Timestamp::from_millis(1),
        pos: Pos { stream: Stream::Stdout, offset: seq, len: 1, index: 0 },
        event: serde_json::from_value::<Event>(event).unwrap(),
    });
    numbered.collect()
}

/// A store with a row in every table but that of deleted logs.
pub(super) fn filled() -> (tempfile::TempDir, Connection) {
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
    let pos = Pos { stream: Stream::Stdout, offset: 0, len: 1, index: 0 };
    let used = json!({"type": "message_usage", "message": "m", "model": "opus", "last": true,
        "tokens": {"input": 1, "output": 1, "cache_read": 0, "cache_write": 0}});
    fold.apply(Timestamp::from_millis(1), pos, &serde_json::from_value::<Event>(used).unwrap());
    let mut fold = fold.summary();
    fold.spoken = Some(SessionId::new("c"));
    fold.activity = Some(Activity {
        tool: "Read".to_owned(),
        kind: ToolKind::Read,
        subject: "a.rs".to_owned(),
    });
    let commit = RunCommit {
        run: RunId::new("r"),
        story: StoryId::new("s"),
        account: Some(AccountId::new("a")),
        decoder: protocol::DecoderId::new("claude/3"),
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

/// Asserts that the check of values reports each of these changes (`column = value`) to `table` as
/// damage.
pub(super) fn assert_found(table: &str, changes: &[&str]) {
    let (_dir, db) = filled();
    db.execute_batch("INSERT INTO deleted_logs VALUES ('r', 1, 7)").unwrap();
    assert_eq!(values::damage(&db).unwrap(), None);
    for change in changes {
        let update = format!("SAVEPOINT whole; UPDATE {table} SET {change}");
        db.execute_batch(&update).unwrap();
        assert!(values::damage(&db).unwrap().is_some(), "{table}: {change}");
        db.execute_batch("ROLLBACK TO whole; RELEASE whole").unwrap();
    }
    assert_eq!(values::damage(&db).unwrap(), None);
}
