//! Benchmark of giving a page the view of a changed story and its newest event: a story with a
//! million events against one with a thousand, in CPU time within one process, including the
//! conversion to bytes. Both have the same number of runs and states, which are in every view;
//! everything that grows with the events (tool calls, answered questions, reported limits, prompts)
//! grows in both as in a real run.

mod figure;
mod measure;
mod median;
mod scale;

use engine::feed::{Feed, Touched};
use engine::record::{Numbered, RunCommit};
use engine::run::fold::RunFold;
use engine::store::read::Reader;
use engine::store::{create, write};
use figure::{less, report};
use measure::cpu;
use median::median;
use protocol::{
    AccountId, DecoderId, Event, FeedRequest, HeldTimeline, JournalEntry, Pos, RunId, Seq, StoryId,
    Stream, Timestamp, Topic, TopicBatch, TopicRequest, UsageTotals,
};
use rusqlite::Connection;
use scale::scaled;
use serde_json::{Value, json};
use std::path::Path;

const FEW: u64 = 1_000;
const MANY: u64 = 1_000_000;
const RUNS: u64 = 5;

/// The number of pulls per measurement, and the number of measurements.
const PULLS: usize = 100;
const ROUNDS: usize = 31;

/// The goal: the cost of a pull of the large story, divided by that of the small one.
const GOAL: f64 = 1.2;

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (many, rounds) = scaled((MANY, ROUNDS), (FEW * 2, 1));
    let [young, old] = [FEW, many].map(|events| Page::of(scratch.path(), events));
    let (mut of_young, mut of_old) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        of_young.push(cpu(|| young.pull_often()) / PULLS as f64);
        of_old.push(cpu(|| old.pull_often()) / PULLS as f64);
    }
    let ratio = median(of_old.iter().zip(&of_young).map(|(old, young)| old / young).collect());
    let (young_us, old_us) = (median(of_young) * 1e6, median(of_old) * 1e6);
    report(&format!(
        "{many} events {old_us:.0} us, {FEW} events {young_us:.0} us, ratio {ratio:.2} (goal at most {GOAL}); {} and {} bytes",
        old.pull(),
        young.pull()
    ));
    less("ratio of a pull of 1,000,000 events to 1,000", ratio);
}

/// A page that shows a story and has everything except its newest event.
struct Page {
    reader: Reader,
    feed: Feed,
    request: FeedRequest,
}

impl Page {
    /// The page, on a store with one story of this many events.
    fn of(scratch: &Path, events: u64) -> Self {
        let path = scratch.join(format!("store-{events}"));
        let (have, journal) = fill(&path, events);
        let feed = Feed::default();
        let story = StoryId::new("story");
        let touched = || Touched {
            stories: vec![story.clone()],
            questions: true,
            limits: true,
            ..Touched::default()
        };
        feed.touch(touched());
        feed.touch(touched());
        let timeline = HeldTimeline { held: have, journal, ..HeldTimeline::nothing_of(story) };
        let topics = [Topic::Stories, Topic::Questions, Topic::Limits, Topic::Timeline(timeline)];
        let topics = topics.map(|topic| TopicRequest { since: 1, topic });
        let request = FeedRequest { epoch: 1, topics: topics.into() };
        Self { reader: Reader::open(&path).expect("the store opens"), feed, request }
    }

    fn pull_often(&self) {
        for _ in 0..PULLS {
            self.pull();
        }
    }

    /// Pulls once. Returns how many bytes the page gets.
    fn pull(&self) -> usize {
        let now = Timestamp::from_seconds(1_800_000_000);
        let batch = self.feed.pull(&self.reader, &self.request, 1, now).expect("it can be read");
        let [TopicBatch::Stories { stories, .. }, .., TopicBatch::Timeline(timeline)] =
            &batch.topics[..]
        else {
            panic!("{batch:?}")
        };
        assert_eq!((stories.len(), timeline.runs.len()), (1, 1));
        serde_json::to_vec(&batch).expect("a batch is JSON").len()
    }
}

/// Makes a store with one story. Returns what a page has that lacks only the newest event.
fn fill(path: &Path, events: u64) -> (Vec<(RunId, Seq)>, Seq) {
    let db = create(path).expect("a fresh store");
    // The store is only used by this benchmark, so it need not survive a crash.
    db.pragma_update(None, "synchronous", "OFF").expect("a setting");
    let mut filling = Filling { db, journal: 0, at: 1_795_000_000_000 };
    let account = json!({"type": "account_seen", "account": "a", "agent": "claude", "config_dir": null,
        "method": null, "credential_variable": null});
    filling.entry(None, account);
    let created = json!({"type": "story_created", "slug": "s", "title": "words", "project": "/p",
        "dir": "/p", "branch": null, "agent": "claude", "profile": {}, "gates": ["true"]});
    filling.entry(None, created);
    let mut have = Vec::new();
    for number in 1..=RUNS {
        let run = RunId::new(format!("run-{number}"));
        filling.run(&run, events / RUNS);
        have.push((run.clone(), Seq(events / RUNS)));
        if number == RUNS {
            have.last_mut().expect("it was put there").1 = Seq(events / RUNS - 1);
        } else {
            let ended =
                json!({"type": "run_ended", "outcome": {"kind": "succeeded"}, "evidence": {}});
            filling.entry(Some(&run), ended);
        }
    }
    (have, Seq(filling.journal))
}

/// A store under construction.
struct Filling {
    db: Connection,
    journal: u64,
    at: i64,
}

impl Filling {
    fn entry(&mut self, run: Option<&RunId>, event: Value) {
        self.journal += 1;
        let entry = JournalEntry {
            seq: Seq(self.journal),
            at: Timestamp::from_millis(self.at),
            story: Some(StoryId::new("story")),
            run: run.cloned(),
            event: serde_json::from_value(event).expect("an event of the journal"),
        };
        write::journal(&self.db, &entry).expect("the store takes it");
    }

    fn run(&mut self, run: &RunId, events: u64) {
        let starting = json!({"type": "run_starting", "slug": run.as_str(), "kind": "agent",
            "agent": "claude", "decoder": "claude/3", "account": "a", "session": "talk",
            "resumes": false, "argv": ["/usr/bin/claude"], "usage_baseline": UsageTotals::default()});
        self.entry(Some(run), starting);
        self.entry(Some(run), json!({"type": "run_started", "pid": 7}));
        let running = json!({"type": "state_changed", "state": "running", "reason": null,
            "since": Timestamp::from_millis(self.at), "until": null, "evidence": {}});
        self.entry(None, running);
        let mut fold = RunFold::new(UsageTotals::default());
        self.db.execute_batch("BEGIN").expect("a transaction");
        let mut numbered = Vec::new();
        for seq in 1..=events {
            self.at += 1_500;
            let at = Timestamp::from_millis(self.at);
            let pos = Pos { stream: Stream::Stdout, offset: seq * 300, len: 299, index: 0 };
            let event: Event = serde_json::from_value(event(seq)).expect("an event");
            fold.apply(at, pos, &event);
            numbered.push(Numbered { seq: Seq(seq), at, pos, event });
            if seq % 100 == 50 {
                self.answer(run, seq);
            }
            if numbered.len() == 500 || seq == events {
                self.commit(run, std::mem::take(&mut numbered), &mut fold);
            }
        }
        self.db.execute_batch("COMMIT").expect("a transaction");
    }

    /// Answers the question of this event, and sends a prompt.
    fn answer(&mut self, run: &RunId, seq: u64) {
        let answer = json!({"type": "input", "id": format!("answer-{run}-{seq}"), "kind": "answer",
            "text": "", "question": format!("{run}:q{seq}"), "answer": {"behavior": "allow"}});
        self.entry(Some(run), answer);
        let id = format!("prompt-{run}-{seq}");
        self.entry(None, json!({"type": "prompt_queued", "id": id, "text": "words", "by": "you"}));
        self.entry(
            Some(run),
            json!({"type": "input", "id": id, "kind": "prompt", "text": "words"}),
        );
    }

    fn commit(&self, run: &RunId, events: Vec<Numbered>, fold: &mut RunFold) {
        let commit = RunCommit {
            run: run.clone(),
            story: StoryId::new("story"),
            account: Some(AccountId::new("a")),
            decoder: DecoderId::new("claude/3"),
            events,
            settled: fold.take_settled(),
            fold: fold.summary(),
            output_bytes: 1,
            bytes: 1,
            drafts: Vec::new(),
        };
        write::run(&self.db, &commit).expect("the store takes it");
    }
}

/// An event of one of the kinds that runs consist of.
fn event(seq: u64) -> Value {
    match seq % 100 {
        50 => json!({"type": "question", "request": format!("q{seq}"), "kind": "permission",
            "tool": "Bash", "call": null, "title": "cargo test", "description": null, "input": {},
            "why": null, "blocked_path": null}),
        99 => {
            let window = json!({"window": "five_hour", "status": "allowed", "utilization": null,
                "resets_at": null});
            json!({"type": "limit", "limit": {"status": "allowed", "window": "five_hour",
                "resets_at": null, "windows": [window]}})
        }
        n if n % 3 == 0 => {
            json!({"type": "tool_call", "call": format!("call-{seq}"), "name": "Bash",
            "kind": "command", "title": "cargo test", "parent": null})
        }
        _ => json!({"type": "text", "message": format!("m{seq}"), "block": 0,
            "text": "A few words of an answer, as long as such words are.", "parent": null}),
    }
}
