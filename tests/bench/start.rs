//! Benchmark of the time until an owner gives a page its first board: a thousand stories with a
//! million events in their logs against the same stories with five thousand. Once with the store
//! deleted, because no log should be decoded before; once with the store present, because it should
//! not be read completely before. In wall time, because a person waits for it. Rounds of both
//! alternate, so that other load on the machine affects both; the result is the median of the
//! rounds' ratios.

mod figure;
mod median;
mod scale;

use engine::run::tail::Tail;
use engine::{DataDir, Engine, Opening, Options};
use figure::{less, report};
use keeper::index::{Record, Stream};
use median::median;
use protocol::{
    FeedRequest, JournalEntry, RunId, Seq, StoryId, Timestamp, Topic, TopicBatch, UsageTotals,
};
use scale::scaled;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

const STORIES: usize = 1_000;

/// The number of events in the log of each story's run.
const FEW: usize = 5;
const MANY: usize = 1_000;

/// The number of lines that a keeper reads at once.
const TOGETHER: usize = 20;

/// The topics of the board.
const BOARD: [Topic; 4] = [Topic::Stories, Topic::Questions, Topic::Limits, Topic::Agents];

const ROUNDS: usize = 9;

/// The goal: the time with many events, divided by that with few.
const GOAL: f64 = 1.4;

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let size = scaled(
        Size { stories: STORIES, many: MANY, rounds: ROUNDS },
        Size { stories: 4, many: FEW * 2, rounds: 1 },
    );
    let [few, many] =
        [FEW, size.many].map(|events| directory(scratch.path(), size.stories, events));
    let gone = compare(&size, &few, &many, "no store", remove_store);
    less("ratio of the first board with 1,000,000 events to 5,000", gone);
    [&few, &many].into_iter().for_each(read_all);
    let whole = compare(&size, &few, &many, "a whole store", |_| {});
    less("the same with a whole store", whole);
}

/// How much is measured.
struct Size {
    stories: usize,
    /// The number of events in the log of each story's run, in the larger directory.
    many: usize,
    rounds: usize,
}

/// The median ratio of the times of both directories; `ready` prepares a directory before each
/// round.
fn compare(
    size: &Size,
    few: &DataDir,
    many: &DataDir,
    with: &str,
    ready: impl Fn(&DataDir),
) -> f64 {
    let first_board = |dir| {
        ready(dir);
        first_board(dir, size.stories)
    };
    let (mut with_few, mut with_many) = (Vec::new(), Vec::new());
    for _ in 0..size.rounds {
        with_few.push(first_board(few));
        with_many.push(first_board(many));
    }
    let ratios = with_many.iter().zip(&with_few).map(|(many, few)| many / few);
    let ratio = median(ratios.collect());
    let (few, many) = (median(with_few) * 1e3, median(with_many) * 1e3);
    let stories = size.stories;
    report(&format!(
        "{stories} stories, {with}, {} events {many:.0} ms, {} events {few:.0} ms, ratio {ratio:.2} (goal at most {GOAL})",
        stories * size.many,
        stories * FEW
    ));
    ratio
}

fn remove_store(dir: &DataDir) {
    for side in ["", "-wal", "-shm"] {
        // Error ignored: before the first round there is no such file.
        let _ = fs::remove_file(engine::store::with_suffix(&dir.store(), side));
    }
}

/// Reads all logs into the store.
fn read_all(dir: &DataDir) {
    let engine = own(dir);
    let damaged = engine.read_all().expect("nobody asks for the directory");
    assert_eq!(damaged, []);
    engine.close("done");
}

fn own(dir: &DataDir) -> Engine {
    let program = std::env::current_exe().expect("this program has a path");
    let mut options = Options::new(dir.clone(), "bench", program);
    options.brief = true;
    let Ok(Opening::Owner(engine)) = Engine::open(options) else { panic!("nobody else owns it") };
    engine
}

/// The seconds until the first board of a directory with this many stories.
fn first_board(dir: &DataDir, expected: usize) -> f64 {
    let began = Instant::now();
    let engine = own(dir);
    let board = engine.pull(&FeedRequest::all(BOARD)).expect("the feed answers");
    let bytes = serde_json::to_vec(&board).expect("a batch is JSON").len();
    let took = began.elapsed().as_secs_f64();
    let [TopicBatch::Stories { stories, .. }, ..] = &board.topics[..] else { panic!("{board:?}") };
    assert!(stories.len() == expected && bytes > expected);
    engine.close("done");
    took
}

/// Makes a directory with this many stories, each with one run whose log has this many events.
fn directory(scratch: &Path, stories: usize, events: usize) -> DataDir {
    let dir = DataDir::at(&scratch.join(format!("data-{events}"))).expect("a path");
    dir.create().expect("a fresh directory");
    let mut journal = fs::File::create(dir.journal().join("000001.jsonl")).expect("a journal");
    let mut seq = 0;
    for number in 0..stories {
        let story = StoryId::new(format!("01a20000-0000-7000-8000-{number:012x}"));
        let run = RunId::new(format!("01a20000-0000-7000-9000-{number:012x}"));
        for event in facts(number) {
            seq += 1;
            let entry = JournalEntry {
                seq: Seq(seq),
                at: Timestamp::from_seconds(1_795_000_000),
                story: Some(story.clone()),
                run: Some(run.clone()),
                event: serde_json::from_value(event).expect("an event of the journal"),
            };
            let line = serde_json::to_string(&entry).expect("an entry is JSON");
            writeln!(journal, "{line}").expect("room for the journal");
        }
        log(&dir, &run, events);
    }
    let mut tail = Tail::new(
        dir.run(&RunId::new("01a20000-0000-7000-9000-000000000000")),
        &agents::plain_decoder(),
        UsageTotals::default(),
    );
    while tail.read().expect("the log can be read").bytes > 0 {}
    assert_eq!(tail.fold().events as usize, events, "a line is an event");
    dir
}

/// The journal entries of a finished story.
fn facts(number: usize) -> Vec<Value> {
    let (dir, slug) = (format!("/home/ada/src/app/{number}"), format!("story-{number}"));
    let state = |state: &str, reason: Option<&str>| {
        json!({"type": "state_changed", "state": state, "reason": reason,
            "since": Timestamp::from_seconds(1_795_000_000), "until": null, "evidence": {}})
    };
    vec![
        json!({"type": "story_created", "slug": slug, "title": "words", "project": dir, "dir": dir,
            "branch": null, "agent": "claude", "profile": {}, "gates": []}),
        json!({"type": "prompt_queued", "id": format!("{slug}-prompt"), "text": "words", "by": "you"}),
        json!({"type": "run_starting", "slug": format!("{slug}.1"), "kind": "agent", "agent": "claude",
            "decoder": agents::plain_decoder(), "account": null, "session": "talk", "resumes": false,
            "argv": ["/usr/bin/claude"], "usage_baseline": UsageTotals::default()}),
        state("starting", None),
        json!({"type": "run_started", "pid": 7}),
        json!({"type": "input", "id": format!("{slug}-prompt"), "kind": "prompt", "text": "words"}),
        state("running", None),
        json!({"type": "run_ended", "outcome": {"kind": "succeeded"}, "evidence": {}}),
        state("done", Some("unchecked")),
    ]
}

/// Writes the log of a run, with one event per line, and its index.
fn log(dir: &DataDir, run: &RunId, events: usize) {
    let run = dir.run(run);
    fs::create_dir(run.path()).expect("a fresh directory");
    // These files must exist; they are not read, because the journal has the end of the run.
    fs::write(run.spec_path(), "{}").expect("room for it");
    fs::write(run.keeper_path(), "{}").expect("room for it");
    let line =
        "A line of an answer, about as long as such lines are when an agent says something.\n";
    fs::write(run.log_path(Stream::Stdout), line.repeat(events)).expect("room for the log");
    let mut index = Vec::new();
    let mut left = events;
    while left > 0 {
        let lines = left.min(TOGETHER);
        left -= lines;
        let len = u32::try_from(lines * line.len()).expect("pieces are small");
        let at = (events - left) as u64;
        let record = Record { stream: Stream::Stdout, len, mono_us: at * 100, wall_ms: at as i64 };
        index.extend_from_slice(&record.encode());
    }
    fs::write(run.index_path(), index).expect("room for the index");
}
