//! Benchmark of ingesting a log against typed parsing of the same lines alone, in CPU time within
//! one process. Ingesting is what the actor of a live run and the store's writer do with an
//! existing log: index, log, lines, events, drafts into the feed, rows, commits; the time of all
//! threads counts. Both sides read the same bytes from memory, in many short alternating rounds, so
//! that other load on the machine affects both. The result is the median of the rounds' ratios.

mod figure;
mod measure;
mod median;
mod recording;
mod scale;

use engine::DataDir;
use engine::record::RunCommit;
use engine::run::tail::Tail;
use engine::store;
use engine::writer::StoreWriter;
use figure::{more, report};
use keeper::index::{Record, Stream};
use keeper::rundir::RunDir;
use measure::cpu;
use median::median;
use protocol::{DecoderId, RunId, StoryId, UsageTotals};
use scale::scaled;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::thread::JoinHandle;

const BYTES: usize = 48 << 20;
/// The bytes that a keeper reads from a terminal at once.
const CHUNK: usize = 4 << 10;
const ROUNDS: usize = 15;

/// The goal: events per CPU-second of ingesting, divided by those of parsing alone.
const GOAL: f64 = 0.6;

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let (bytes, rounds) = scaled((BYTES, ROUNDS), (BYTES / 100, 1));
    let recording = recording::recording(bytes);
    let lines = recording.iter().filter(|&&byte| byte == b'\n').count();
    let run = run_directory(scratch.path(), &recording);
    let (mut parsing, mut ingesting, mut steps) = (Vec::new(), Vec::new(), 0);
    for round in 0..rounds {
        parsing.push(cpu(|| assert_eq!(parse_typed(&recording), lines)));
        let dir = DataDir::at(&scratch.path().join(format!("data-{round}"))).expect("a path");
        dir.create().expect("a fresh directory");
        let store = store::create(&dir.store()).expect("a fresh store");
        let recover = Box::new(|_, _: &str, _: &mut _| panic!("the store is whole"));
        let (writer, thread) = StoreWriter::start(store, dir, recover).expect("a thread");
        ingesting.push(cpu(|| steps = ingest(&run, writer, thread)));
    }
    let ratios = parsing.iter().zip(&ingesting).map(|(parsing, ingesting)| parsing / ingesting);
    let ratio = median(ratios.collect());
    let rate = |times: Vec<f64>| lines as f64 / median(times);
    report(&format!(
        "{:.1} MiB, {lines} lines, {steps} committed steps, {rounds} rounds",
        recording.len() as f64 / f64::from(1 << 20)
    ));
    report(&format!("typed parsing alone  {:>10.0} lines per CPU-second", rate(parsing)));
    report(&format!("bytes to steps       {:>10.0} lines per CPU-second", rate(ingesting)));
    report(&format!("ratio                {ratio:>10.2} (goal at least {GOAL})"));
    more("ratio to parsing alone", ratio);
}

/// The fields that the decoder reads of a line, borrowed from it.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    event: Option<Streamed<'a>>,
    #[serde(borrow)]
    message: Option<Box<Whole<'a>>>,
    parent_tool_use_id: Option<&'a str>,
    api_message_id: Option<&'a str>,
    subtype: Option<&'a str>,
    uuid: Option<&'a str>,
    #[serde(borrow)]
    tool_use_result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Streamed<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    index: Option<u32>,
    #[serde(borrow)]
    delta: Option<Delta<'a>>,
    // Boxed, because most lines have none and moving a small struct is faster.
    #[serde(borrow)]
    message: Option<Box<Whole<'a>>>,
    usage: Option<Box<Usage>>,
}

#[derive(Deserialize)]
struct Usage {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    thinking: Option<Text<'a>>,
    #[serde(borrow)]
    partial_json: Option<Text<'a>>,
}

/// Borrowed unless it has escapes. (Serde always copies into an `Option<Cow<str>>`.)
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
struct Whole<'a> {
    id: Option<&'a str>,
    model: Option<&'a str>,
    #[serde(borrow)]
    content: Vec<Block<'a>>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Block<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    thinking: Option<Text<'a>>,
    #[serde(borrow)]
    content: Option<Text<'a>>,
    id: Option<&'a str>,
    name: Option<&'a str>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
}

fn parse_typed(recording: &[u8]) -> usize {
    let mut lines = 0;
    let mut rest = recording;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        // Faster than `from_slice`, which checks the UTF-8 of each string separately.
        let line = std::str::from_utf8(&rest[..end]).expect("the recording is UTF-8");
        let message: Message<'_> = serde_json::from_str(line).expect("the recording is JSON");
        touch(&message);
        lines += 1;
        rest = &rest[end + 1..];
    }
    lines
}

/// Uses every field, so that the compiler cannot remove the parsing of any.
fn touch(message: &Message<'_>) {
    let names = [message.parent_tool_use_id, message.api_message_id, message.subtype, message.uuid];
    let streamed = message.event.as_ref().map_or(0, |event| {
        let delta = event.delta.as_ref().map_or(0, |delta| {
            texts([&delta.text, &delta.thinking, &delta.partial_json]) + lengths([delta.kind])
        });
        let whole = event.message.as_deref().map_or(0, whole);
        event.kind.len()
            + event.index.unwrap_or(0) as usize
            + delta
            + whole
            + used(event.usage.as_deref())
    });
    let message = message.kind.len()
        + lengths(names)
        + streamed
        + message.message.as_deref().map_or(0, whole)
        + lengths([message.tool_use_result.map(RawValue::get)]);
    std::hint::black_box(message);
}

fn whole(message: &Whole<'_>) -> usize {
    let block = |block: &Block<'_>| {
        texts([&block.text, &block.thinking, &block.content])
            + lengths([Some(block.kind), block.id, block.name, block.input.map(RawValue::get)])
    };
    let blocks: usize = message.content.iter().map(block).sum();
    lengths([message.id, message.model]) + blocks + used(message.usage.as_ref())
}

fn texts<const N: usize>(texts: [&Option<Text<'_>>; N]) -> usize {
    texts.into_iter().flatten().map(|text| text.0.len()).sum()
}

fn lengths<const N: usize>(texts: [Option<&str>; N]) -> usize {
    texts.into_iter().flatten().map(str::len).sum()
}

fn used(usage: Option<&Usage>) -> usize {
    let sum = usage.map_or(0, |usage| {
        let counts = [
            usage.input_tokens,
            usage.output_tokens,
            usage.cache_read_input_tokens,
            usage.cache_creation_input_tokens,
        ];
        counts.into_iter().flatten().sum()
    });
    usize::try_from(sum).unwrap_or(usize::MAX)
}

/// Reads a run from its directory into a new store, as an actor and the writer do.
fn ingest(run: &RunDir, writer: StoreWriter, thread: JoinHandle<()>) -> u64 {
    let decoder = DecoderId::new("claude/3");
    let mut tail = Tail::new(run.clone(), &decoder, UsageTotals::default());
    let (id, story) = (RunId::new("r"), StoryId::new("s"));
    loop {
        let batch = tail.read().expect("the run can be read");
        if batch.bytes == 0 {
            break;
        }
        let commit = RunCommit {
            run: id.clone(),
            story: story.clone(),
            account: None,
            decoder: tail.decoder(),
            events: batch.events,
            settled: batch.settled,
            fold: tail.fold().summary(),
            output_bytes: tail.output_bytes(),
            bytes: batch.bytes,
            drafts: batch.drafts,
        };
        writer.run(commit).expect("the store takes it");
    }
    writer.flush().expect("the store takes it");
    drop(writer);
    thread.join().expect("the writer ends with its senders");
    tail.fold().events
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
