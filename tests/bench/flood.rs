//! Benchmark of the load on a page at 10,000 lines a second: how often it pulls and how many bytes
//! it receives, compared with the bytes that the agents print. Real runs of the demo agent with
//! real keepers print realistic output. The test pulls like the page: once after a notice, at most
//! once per frame. Measured twice: with one run, on screen; and with many runs, one of them on
//! screen.

mod figure;
mod scale;

use engine::{DataDir, Engine, Opening, Options};
use figure::{less, report};
use protocol::{
    AgentId, Draft, FeedBatch, FeedRequest, HeldDraft, HeldTimeline, Profile, Reply, Request,
    RunId, Seq, StartStory, StoryId, StoryState, TimelineBatch, Topic, TopicBatch, TopicRequest,
};
use scale::scaled;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The time between frames of a display with 60 Hz.
const FRAME: Duration = Duration::from_micros(16_667);

/// The goals.
const MOST_PULLS_PER_SECOND: f64 = 60.0;
const MOST_BYTES_RATIO: f64 = 0.2;

/// The lines per second of all runs together, and the duration.
const RATE: usize = 10_000;
const SECONDS: usize = 10;

/// The number of runs on the board, all live.
const MANY: usize = 20;

fn main() {
    measure("one run", "on screen", 1);
    measure("many runs", "one on screen", scaled(MANY, 2));
}

fn measure(what: &str, shown: &str, runs: usize) {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let dir = DataDir::at(&scratch.path().join("data")).expect("a path");
    let program = PathBuf::from(env!("CARGO_BIN_EXE_mush"));
    let Opening::Owner(engine) =
        Engine::open(Options::new(dir, "bench", program)).expect("a fresh directory")
    else {
        panic!("nobody else can own a fresh directory");
    };
    let stories: Vec<StoryId> = (0..runs)
        .map(|n| start(&engine, &scratch.path().join(format!("work-{n}")), runs))
        .collect();
    let began = Instant::now();
    let mut page = Page::showing(&stories[0]);
    while !page.all_done(&stories) {
        let frame = Instant::now();
        engine.wait_for_news(page.revision, Duration::from_secs(1));
        page.pull(&engine);
        std::thread::sleep(FRAME.saturating_sub(frame.elapsed()));
    }
    let seconds = began.elapsed().as_secs_f64();
    // Pulls what the last commits added.
    page.pull(&engine);
    let printed = engine.reader().expect("a store").runs(None).expect("a store");
    let watched = printed.iter().find(|run| run.story == stories[0]).expect("it ran");
    assert_eq!(page.have[&watched.id], Seq(watched.events), "the page has every event on screen");
    let bytes: u64 = printed.iter().map(|run| run.log_bytes).sum();
    engine.close("done");
    let ratio = page.bytes as f64 / bytes as f64;
    report(&format!(
        "{what}, {shown}: {runs} at {} lines a second each, {bytes} bytes printed in {seconds:.1} s",
        RATE / runs
    ));
    let pulls = f64::from(page.pulls) / seconds;
    report(&format!(
        "  pulls           {pulls:>8.1} a second (goal at most {MOST_PULLS_PER_SECOND})"
    ));
    report(&format!(
        "  bytes into page {ratio:>8.3} of the stream (goal at most {MOST_BYTES_RATIO})"
    ));
    less(&format!("{what}: pulls a second"), pulls);
    less(&format!("{what}: bytes into the page"), ratio);
}

fn start(engine: &Engine, work: &Path, runs: usize) -> StoryId {
    std::fs::create_dir(work).expect("a fresh directory");
    let seconds = scaled(SECONDS, 1);
    let start = StartStory {
        id: StoryId::generate(),
        agent: AgentId::new("demo"),
        dir: work.display().to_string(),
        prompt: format!("[[demo:flood mix rate={} seconds={seconds}]]", RATE / runs),
        title: None,
        profile: Profile::default(),
        gates: Vec::new(),
        resume: None,
        resume_on_reset: false,
        worktree: None,
        new_branch: false,
        base: None,
        fetch: false,
        copy: Vec::new(),
        set_up: Vec::new(),
        env: None,
        // No pauses: only the requested rate limits its output.
        defaults: std::collections::BTreeSet::new(),
        set_env: BTreeMap::from([("MUSHER_DEMO_SPEED".to_owned(), "100000".to_owned())]),
    };
    match engine.request(Request::Start(Box::new(start))).expect("the demo starts") {
        Reply::Started { story } => story,
        other => panic!("unexpected {other:?}"),
    }
}

/// The state of a page as far as pulls need it, and the costs so far.
struct Page {
    epoch: u64,
    timeline: HeldTimeline,
    have: HashMap<RunId, Seq>,
    states: HashMap<StoryId, StoryState>,
    revision: u64,
    bytes: u64,
    pulls: u32,
}

impl Page {
    fn showing(story: &StoryId) -> Self {
        let timeline = HeldTimeline::nothing_of(story.clone());
        let (have, states) = (HashMap::new(), HashMap::new());
        Self { epoch: 0, timeline, have, states, revision: 0, bytes: 0, pulls: 0 }
    }

    fn all_done(&self, stories: &[StoryId]) -> bool {
        let is_done =
            |story| matches!(self.states.get(story), Some(StoryState::Done | StoryState::NeedsYou));
        stories.iter().all(is_done)
    }

    fn pull(&mut self, engine: &Engine) {
        let timeline = Topic::Timeline(self.timeline.clone());
        let topics = [Topic::Stories, Topic::Questions, Topic::Limits, Topic::Agents, timeline];
        let topics = topics.map(|topic| TopicRequest { since: self.revision, topic });
        let request = FeedRequest { epoch: self.epoch, topics: topics.into() };
        let batch = engine.pull(&request).expect("the feed answers");
        self.bytes += serde_json::to_vec(&batch).expect("batches are JSON").len() as u64;
        self.pulls += 1;
        self.fold(batch);
    }

    fn fold(&mut self, batch: FeedBatch) {
        (self.epoch, self.revision) = (batch.epoch, batch.revision);
        for topic in batch.topics {
            match topic {
                TopicBatch::Stories { stories, .. } => self
                    .states
                    .extend(stories.into_iter().map(|view| (view.story.id, view.story.state))),
                TopicBatch::Timeline(timeline) => self.fold_timeline(timeline),
                TopicBatch::Questions { .. }
                | TopicBatch::Limits { .. }
                | TopicBatch::Agents { .. } => {}
            }
        }
    }

    fn fold_timeline(&mut self, timeline: TimelineBatch) {
        self.have.extend(timeline.runs.into_iter().map(|run| (run.run, run.to)));
        let page = &mut self.timeline;
        page.held = self.have.iter().map(|(run, seq)| (run.clone(), *seq)).collect();
        page.journal = timeline.journal.last().map_or(page.journal, |last| last.seq);
        page.drafts = timeline.drafts.into_iter().map(held).collect();
    }
}

fn held(draft: Draft) -> HeldDraft {
    let Draft { run, message, block, end, checksum, .. } = draft;
    HeldDraft { run, message, block, end, checksum }
}
