//! What a page pays at 10,000 events a second: how often it pulls and how many bytes it gets, against
//! the bytes that the agent printed. A real run of the demo agent behind a real keeper; the puller does
//! what the page does: one pull after a notice, at most one per frame, with one story on screen.

use engine::{DataDir, Engine, Opening, Options};
use protocol::{
    AgentId, HaveDraft, Profile, PullRequest, Reply, Request, RunId, Seq, StartStory, StoryId,
    StoryState,
};
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A display's frame.
const FRAME: Duration = Duration::from_micros(16_667);

/// The goals.
const MOST_PULLS_PER_SECOND: f64 = 60.0;
const MOST_BYTES_RATIO: f64 = 0.2;

/// Events a second, and for how long.
const RATE: u32 = 10_000;
const SECONDS: u32 = 10;

/// Bytes of text in one event: a few words, as recorded streams have.
const PIECE: usize = 24;

fn main() {
    // `cargo test --benches` runs benches to see that they start; measuring there means nothing.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let work = scratch.path().join("work");
    std::fs::create_dir(&work).expect("a fresh directory");
    let dir = DataDir::at(&scratch.path().join("data")).expect("a path");
    let program = PathBuf::from(env!("CARGO_BIN_EXE_mush"));
    let Opening::Owner(engine) =
        Engine::open(Options::new(dir, "bench", program)).expect("a fresh directory")
    else {
        panic!("nobody else can own a fresh directory");
    };
    let story = start(&engine, &work);
    let pulled = pull_until_settled(&engine, &story);
    let run = engine.reader().expect("a store").runs(Some(&story)).expect("a store").remove(0);
    engine.close("done");
    let ratio = pulled.bytes as f64 / run.log_bytes as f64;
    let a_second = pulled.busy as f64 / pulled.busiest.as_secs_f64();
    report(&format!(
        "{RATE} events a second for {SECONDS} s: {} bytes printed, {} steps",
        run.log_bytes, run.events
    ));
    report(&format!(
        "pulls while it printed {a_second:>8.1} a second (goal at most {MOST_PULLS_PER_SECOND})"
    ));
    report(&format!(
        "bytes into the page    {ratio:>8.3} of the stream (goal at most {MOST_BYTES_RATIO})"
    ));
}

fn report(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn start(engine: &Engine, work: &std::path::Path) -> StoryId {
    let start = StartStory {
        id: StoryId::generate(),
        agent: AgentId::new("demo"),
        dir: work.display().to_string(),
        prompt: format!("[[demo:flood rate={RATE} seconds={SECONDS} size={PIECE}]]"),
        title: None,
        profile: Profile::default(),
        gates: Vec::new(),
        resume: None,
        resume_on_reset: false,
        worktree: None,
        env: None,
        set_env: BTreeMap::new(),
    };
    match engine.request(Request::Start(Box::new(start))).expect("the demo starts") {
        Reply::Started { story } => story,
        other => panic!("unexpected {other:?}"),
    }
}

struct Pulled {
    bytes: u64,
    busy: u32,
    busiest: Duration,
}

/// What the page has, as far as a pull needs it.
#[derive(Default)]
struct Page {
    epoch: u64,
    revision: u64,
    journal: Seq,
    have: HashMap<RunId, Seq>,
    drafts: Vec<HaveDraft>,
}

fn pull_until_settled(engine: &Engine, story: &StoryId) -> Pulled {
    let mut page = Page::default();
    let mut pulled = Pulled { bytes: 0, busy: 0, busiest: Duration::ZERO };
    let mut first_busy = None;
    loop {
        let began = Instant::now();
        engine.feed().wait(page.revision, Duration::from_secs(1));
        let request = PullRequest {
            epoch: page.epoch,
            revision: page.revision,
            story: Some(story.clone()),
            have: page.have.iter().map(|(run, seq)| (run.clone(), *seq)).collect(),
            journal: page.journal,
            drafts: page.drafts.clone(),
        };
        let batch = engine.pull(&request).expect("the feed answers");
        pulled.bytes += serde_json::to_vec(&batch).expect("batches are JSON").len() as u64;
        (page.epoch, page.revision) = (batch.epoch, batch.revision);
        let timeline = batch.timeline.unwrap_or_default();
        if !timeline.drafts.is_empty() {
            let since = *first_busy.get_or_insert(began);
            pulled.busy += 1;
            pulled.busiest = since.elapsed();
        }
        for run in timeline.runs {
            page.have.insert(run.run, run.to);
        }
        if let Some(last) = timeline.journal.last() {
            page.journal = last.seq;
        }
        page.drafts = timeline
            .drafts
            .into_iter()
            .map(|draft| HaveDraft {
                len: draft.from + draft.text.encode_utf16().count() as u64,
                run: draft.run,
                message: draft.message,
                block: draft.block,
            })
            .collect();
        let done = |view: &protocol::StoryView| {
            view.story.id == *story
                && matches!(view.story.state, StoryState::Done | StoryState::NeedsYou)
        };
        if batch.stories.iter().any(done) {
            return pulled;
        }
        std::thread::sleep(FRAME.saturating_sub(began.elapsed()));
    }
}
