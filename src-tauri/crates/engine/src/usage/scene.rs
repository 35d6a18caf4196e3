//! A small store for the tests of this folder: a journal and the output of runs, each a line of JSON at a
//! minute. Test code only.

use crate::record::Numbered;
use crate::record::RunCommit;
use crate::run::fold::RunFold;
use crate::store::create;
use crate::store::read::Reader;
use crate::store::write;
use protocol::{
    AccountId, Event, JournalEntry, Pos, RunId, Seq, StoryId, Stream, Timestamp, UsageTotals,
};
use rusqlite::Connection;
use serde_json::{Value, json};

/// The account that every run of a scene spends from.
pub(super) const ACCOUNT: &str = "demo:default:demo";

pub(super) struct Scene {
    dir: tempfile::TempDir,
    db: Connection,
    entries: u64,
}

/// The time of a minute of a scene.
pub(super) fn minute(minute: i64) -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000 + minute * 60_000)
}

impl Scene {
    /// Makes a store with one story, `s`.
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = create(&dir.path().join("store")).unwrap();
        let mut scene = Self { dir, db, entries: 0 };
        scene.entry(0, None, json!({"type": "story_created", "slug": "s", "title": "words",
            "project": "/p", "dir": "/p", "branch": null, "agent": "demo", "profile": {}, "gates": []}));
        scene
    }

    pub(super) fn entry(&mut self, at: i64, run: Option<&str>, event: Value) {
        self.entries += 1;
        let entry: JournalEntry = serde_json::from_value(json!({"seq": self.entries,
            "at": minute(at), "story": "s", "run": run, "event": event}))
        .unwrap();
        write::journal(&self.db, &entry).unwrap();
    }

    /// Adds a run that begins at a minute and prints these events, each at its own minute.
    pub(super) fn run(&mut self, run: &str, at: i64, said: Vec<(i64, Value)>) {
        let facts = json!({"type": "run_starting", "slug": run, "kind": "agent", "agent": "demo",
            "decoder": "claude/1", "account": ACCOUNT, "session": null, "resumes": false, "argv": [],
            "usage_baseline": UsageTotals::default()});
        self.entry(at, Some(run), facts);
        let mut fold = RunFold::new(UsageTotals::default());
        let mut events = Vec::new();
        for ((at, event), seq) in said.into_iter().zip(1..) {
            let event: Event = serde_json::from_value(event).unwrap();
            let pos = Pos { stream: Stream::Stdout, offset: seq, len: 1, index: 0 };
            fold.apply(minute(at), pos, &event);
            events.push(Numbered { seq: Seq(seq), at: minute(at), pos, event });
        }
        let commit = RunCommit {
            run: RunId::new(run),
            story: StoryId::new("s"),
            account: Some(AccountId::new(ACCOUNT)),
            decoder: protocol::DecoderId::new("claude/3"),
            events,
            settled: fold.take_settled(),
            fold: fold.summary(),
            output_bytes: 1,
            bytes: 1,
            drafts: Vec::new(),
        };
        write::run(&self.db, &commit).unwrap();
    }

    pub(super) fn reader(&self) -> Reader {
        Reader::open(&self.dir.path().join("store")).unwrap()
    }
}

/// An event of the tokens that a message read, in the conversation itself or in a subagent.
pub(super) fn message(id: &str, input: u64, parent: Option<&str>) -> Value {
    json!({"type": "message_usage", "message": id, "model": "opus", "last": true, "parent": parent,
        "tokens": {"input": 1, "output": 5, "cache_read": input - 1, "cache_write": 0}})
}

/// A result with the cumulative cost of `opus`.
pub(super) fn result(micros: u64, window: Option<u64>) -> Value {
    let model = json!({"tokens": {"input": micros, "output": 0, "cache_read": 0, "cache_write": 0},
        "cost_micros": micros, "price_unknown": false, "context_window": window});
    let small = json!({"tokens": {"input": 0, "output": 0, "cache_read": 0, "cache_write": 0},
        "cost_micros": 0, "price_unknown": false, "context_window": 7});
    json!({"type": "turn_ended", "turn": "completed", "said": "", "text": "", "index": null,
        "usage": {"totals": {"models": {"opus": model, "haiku": small}, "cost_micros": micros},
            "since_last": null},
        "queued": 0, "from_task": false, "denials": [], "duration_ms": null, "api_ms": null,
        "login_expires_at": null})
}

/// A report of a window.
pub(super) fn limit(used: f64, status: &str) -> Value {
    let window = json!({"window": "five_hour", "status": status, "utilization": used,
        "resets_at": minute(10_000)});
    json!({"type": "limit", "limit": {"status": status, "window": "five_hour", "resets_at": null,
        "windows": [window]}})
}
