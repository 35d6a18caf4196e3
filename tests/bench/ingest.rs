//! How fast bytes become committed steps, against typed parsing of the same lines alone, in CPU time of
//! one run of this program. The recording is made here: mostly text deltas of about 230 bytes, some
//! finished messages, few large ones, in the shape of Claude Code's stream. Both sides read the same
//! bytes from memory's page cache, several rounds, interleaved; the ratio of the medians is what counts.

use engine::run::tail::Tail;
use engine::store;
use engine::store::write::RunCommit;
use keeper::index::{Record, Stream};
use keeper::rundir::RunDir;
use protocol::{DecoderId, RunId, StoryId, UsageTotals};
use serde::Deserialize;
use std::borrow::Cow;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

const BYTES: usize = 64 << 20;
const CHUNK: usize = 4 << 10;
const ROUNDS: usize = 7;

/// The goal: events per CPU-second of ingesting over those of parsing alone.
const GOAL: f64 = 0.6;

fn main() {
    // `cargo test --benches` runs benches to see that they start; measuring there means nothing.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let recording = recording();
    let lines = recording.iter().filter(|&&byte| byte == b'\n').count();
    let run = run_directory(scratch.path(), &recording);
    let (mut parsing, mut ingesting, mut steps) = (Vec::new(), Vec::new(), 0);
    for round in 0..ROUNDS {
        parsing.push(cpu(|| assert_eq!(parse_typed(&recording), lines)));
        let store = scratch.path().join(format!("store-{round}.sqlite"));
        ingesting.push(cpu(|| steps = ingest(&run, &store)));
    }
    let (parsing, ingesting) = (median(parsing), median(ingesting));
    let rate = |time: Duration| lines as f64 / time.as_secs_f64();
    let ratio = rate(ingesting) / rate(parsing);
    report(&format!(
        "{} MiB, {lines} lines, {steps} committed steps, {ROUNDS} rounds",
        BYTES >> 20
    ));
    report(&format!("typed parsing alone  {:>10.0} lines per CPU-second", rate(parsing)));
    report(&format!("bytes to steps       {:>10.0} lines per CPU-second", rate(ingesting)));
    report(&format!("ratio                {ratio:>10.2} (goal {GOAL})"));
}

fn report(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// CPU time of this thread while `work` runs; wall time where the system does not tell it.
fn cpu(work: impl FnOnce()) -> Duration {
    let spent = || {
        let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
    };
    let (before, began) = (spent(), Instant::now());
    work();
    match (before, spent()) {
        (Some(before), Some(after)) => after - before,
        _ => began.elapsed(),
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// What parsing alone needs of a line: the fields that the decoder reads, borrowed.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    event: Option<Streamed<'a>>,
    #[serde(borrow)]
    message: Option<Whole<'a>>,
    #[serde(borrow)]
    session_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    parent_tool_use_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    api_message_id: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Streamed<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    index: Option<u32>,
    #[serde(borrow)]
    delta: Option<Delta<'a>>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    model: Cow<'a, str>,
    #[serde(borrow)]
    content: Vec<Block<'a>>,
}

#[derive(Deserialize)]
struct Block<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

fn parse_typed(recording: &[u8]) -> usize {
    let mut lines = 0;
    for line in recording.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let message: Message<'_> = serde_json::from_slice(line).expect("the recording is JSON");
        std::hint::black_box(touch(&message));
        lines += 1;
    }
    lines
}

fn touch(message: &Message<'_>) -> usize {
    let streamed = message.event.as_ref().map_or(0, |event| {
        let delta = event.delta.as_ref();
        event.kind.len()
            + delta.map_or(0, |d| {
                d.kind.as_ref().map_or(0, |k| k.len()) + d.text.as_ref().map_or(0, |t| t.len())
            })
    });
    let whole = message.message.as_ref().map_or(0, |whole| {
        let blocks =
            whole.content.iter().map(|b| b.kind.len() + b.text.as_ref().map_or(0, |t| t.len()));
        whole.id.len() + whole.model.len() + blocks.sum::<usize>()
    });
    let index = message.event.as_ref().and_then(|event| event.index).unwrap_or(0) as usize;
    let ids = [&message.session_id, &message.parent_tool_use_id, &message.api_message_id];
    let ids: usize = ids.iter().map(|id| id.as_ref().map_or(0, |id| id.len())).sum();
    message.kind.len() + streamed + whole + index + ids
}

/// Reads a run from its directory into a fresh store, as an actor and the writer do.
fn ingest(run: &RunDir, path: &Path) -> u64 {
    let db = store::create(path).expect("a fresh store");
    let decoder = agents::decoder(&DecoderId::new("claude/1")).expect("the decoder exists");
    let mut tail = Tail::new(run.clone(), decoder, UsageTotals::default());
    loop {
        let batch = tail.read().expect("the run can be read");
        if batch.bytes == 0 {
            return tail.fold().events;
        }
        let commit = RunCommit {
            run: RunId::new("r"),
            story: StoryId::new("s"),
            account: None,
            events: batch.events,
            fold: tail.fold().summary(),
            output_bytes: tail.output_bytes(),
        };
        let transaction = db.unchecked_transaction().expect("one writer");
        store::write::run(&transaction, &commit).expect("the store takes it");
        transaction.commit().expect("the store takes it");
    }
}

fn run_directory(scratch: &Path, recording: &[u8]) -> RunDir {
    let run = RunDir::new(scratch.join("run"));
    fs::create_dir(run.path()).expect("a fresh directory");
    fs::write(run.log_path(Stream::Stdout), recording).expect("room for the log");
    let mut index = Vec::new();
    for (at, chunk) in recording.chunks(CHUNK).enumerate() {
        let len = u32::try_from(chunk.len()).expect("chunks are small");
        let record =
            Record { stream: Stream::Stdout, len, mono_us: at as u64 * 100, wall_ms: at as i64 };
        index.extend_from_slice(&record.encode());
    }
    fs::write(run.index_path(), index).expect("room for the index");
    run
}

fn recording() -> Vec<u8> {
    let mut recording = Vec::with_capacity(BYTES + (1 << 20));
    let mut message = 0;
    while recording.len() < BYTES {
        message += 1;
        one_message(&mut recording, message);
    }
    recording
}

/// One streamed message: its start, about 35 deltas, its finished block, its end.
fn one_message(out: &mut Vec<u8>, message: u32) {
    let tail = format!(
        r#""session_id":"0a33613a-654f-4260-8a2c-a0ddf3f371d0","parent_tool_use_id":null,"uuid":"95aa1fc5-5f63-4a05-b519-{message:012}","api_message_id":"msg_{message}""#
    );
    let mut line = |text: &str| {
        out.extend_from_slice(text.as_bytes());
        out.push(b'\n');
    };
    let usage = r#"{"input_tokens":1200,"cache_creation_input_tokens":300,"cache_read_input_tokens":5000,"output_tokens":1}"#;
    line(&format!(
        r#"{{"type":"stream_event","event":{{"type":"message_start","message":{{"id":"msg_{message}","type":"message","role":"assistant","model":"claude-opus-5-5","content":[],"usage":{usage}}}}},{tail}}}"#
    ));
    line(&format!(
        r#"{{"type":"stream_event","event":{{"type":"content_block_start","index":0,"content_block":{{"type":"text","text":""}}}},{tail}}}"#
    ));
    let mut whole = String::new();
    let deltas = if message.is_multiple_of(400) { 4_000 } else { 35 };
    for word in 0..deltas {
        let text = format!("word {word} of this text ");
        line(&format!(
            r#"{{"type":"stream_event","event":{{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":"{text}"}}}},{tail}}}"#
        ));
        whole.push_str(&text);
    }
    line(&format!(
        r#"{{"type":"assistant","message":{{"id":"msg_{message}","type":"message","role":"assistant","model":"claude-opus-5-5","content":[{{"type":"text","text":"{whole}"}}],"stop_reason":null,"usage":{usage}}},{tail}}}"#
    ));
    line(&format!(
        r#"{{"type":"stream_event","event":{{"type":"content_block_stop","index":0}},{tail}}}"#
    ));
    line(&format!(
        r#"{{"type":"stream_event","event":{{"type":"message_delta","delta":{{"stop_reason":"end_turn"}},"usage":{{"input_tokens":1200,"output_tokens":36}}}},{tail}}}"#
    ));
    line(&format!(r#"{{"type":"stream_event","event":{{"type":"message_stop"}},{tail}}}"#));
}
