//! Keeps what a page pulls for every recording: each recording becomes the run of a story in a data
//! directory, the engine makes a store from it, and a page pulls each story completely. Requests,
//! batches and further facts from the engine are in `tests/fixtures/pulled.jsonl.gz`; the page's
//! test `recorded.test.ts` folds them and compares. This test fails if the file is out of date.

use crate::recordings::{RECORDINGS, recordings, unpacked};
use engine::DataDir;
use engine::feed::{Feed, Touched};
use engine::rebuild;
use engine::store::read::Reader;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use keeper::index::{Record, Stream};
use protocol::{
    FeedBatch, FeedRequest, HeldTimeline, JournalEntry, Question, RunId, Seq, StoryId, StoryUsage,
    Timestamp, Topic, TopicBatch, TopicRequest, UsageTotals,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::PathBuf;

const FILE: &str = "tests/fixtures/pulled.jsonl.gz";

/// The time of the first recording (milliseconds since 1970), and the time between lines.
const BEGIN: i64 = 1_795_000_000_000;
const STEP: i64 = 250;

/// More pulls than any recording needs.
const MOST_PULLS: usize = 20;

/// What the file has for each recording.
#[derive(Serialize)]
struct Pulled {
    /// The recording's path below its agent's folder.
    recording: String,
    /// The page's requests and the answers.
    pulls: Vec<(FeedRequest, FeedBatch)>,
    /// Every question of the story, from the engine's store.
    questions: Vec<Question>,
    /// The number of events of each type in the store.
    events: BTreeMap<String, usize>,
    /// What each turn used, as the page's view of usage gets it.
    usage: StoryUsage,
}

/// A recording in a data directory.
struct Recorded {
    name: String,
    story: StoryId,
    run: RunId,
}

#[test]
fn what_the_page_pulls_of_every_recording_is_fresh() {
    let scratch = tempfile::tempdir().unwrap();
    let dir = DataDir::at(&scratch.path().join("data")).unwrap();
    dir.create().unwrap();
    let recorded = write_recordings(&dir);
    assert!(recorded.len() > 150, "recordings are missing: {}", recorded.len());
    rebuild::build(&dir, &dir.store()).unwrap();
    let reader = Reader::open(&dir.store()).unwrap();
    let lines = recorded
        .iter()
        .map(|recorded| pull(&reader, recorded))
        .map(|pulled| serde_json::to_string(&pulled).unwrap() + "\n");
    let now: String = lines.collect();
    let path = tests::root().join(FILE);
    if std::env::var_os("MUSHER_UPDATE").is_some() {
        let mut file = GzEncoder::new(File::create(&path).unwrap(), Compression::best());
        file.write_all(now.as_bytes()).unwrap();
        file.finish().unwrap();
    }
    let mut kept = String::new();
    let bytes = fs::read(&path).unwrap_or_default();
    // Error ignored: a missing file counts as out of date.
    let _ = GzDecoder::new(bytes.as_slice()).read_to_string(&mut kept);
    let stale = now.lines().zip(kept.lines()).find(|(now, kept)| now != kept);
    assert!(
        now == kept,
        "{FILE} is stale: MUSHER_UPDATE=1 cargo test -p tests --test contract pulled\n{:?}",
        stale.map(|(now, _)| &now[..now.len().min(200)])
    );
}

/// Pulls a story completely, like a page that shows it.
fn pull(reader: &Reader, recorded: &Recorded) -> Pulled {
    let feed = Feed::default();
    feed.touch(Touched::default());
    let mut timeline = HeldTimeline::nothing_of(recorded.story.clone());
    let mut pulls = Vec::new();
    for _ in 0..MOST_PULLS {
        let since = u64::from(!pulls.is_empty());
        let topics = [Topic::Stories, Topic::Questions, Topic::Timeline(timeline.clone())];
        let topics = topics.map(|topic| TopicRequest { since, topic });
        let request = FeedRequest { epoch: 1, topics: topics.into() };
        let mut batch = feed.pull(reader, &request, 1, Timestamp::from_millis(BEGIN)).unwrap();
        only(&mut batch, &recorded.story);
        let held = held_after(&batch);
        pulls.push((request, batch));
        match held {
            Some(to) => timeline.held = vec![(recorded.run.clone(), to)],
            None => break,
        }
    }
    let events = reader.events(&recorded.run, Seq(0), usize::MAX >> 1).unwrap();
    let mut types = BTreeMap::new();
    for event in &events {
        let value = serde_json::to_value(event).unwrap();
        *types.entry(value["event"]["type"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    let questions = reader.questions(false).unwrap();
    let own = questions.into_iter().filter(|question| question.run == recorded.run);
    let (recording, questions) = (recorded.name.clone(), own.collect());
    let usage = reader.story_usage(&recorded.story).unwrap();
    Pulled { recording, pulls, questions, events: types, usage }
}

/// Removes the stories and questions of other recordings.
fn only(batch: &mut FeedBatch, story: &StoryId) {
    for topic in &mut batch.topics {
        match topic {
            TopicBatch::Stories { stories, .. } => stories.retain(|view| view.story.id == *story),
            TopicBatch::Questions { questions } => questions.retain(|each| each.story == *story),
            TopicBatch::Limits { .. } | TopicBatch::Agents { .. } | TopicBatch::Timeline(_) => {}
        }
    }
}

/// The last event that the page has after a batch; `None` if the batch has no events.
fn held_after(batch: &FeedBatch) -> Option<Seq> {
    let timeline = batch.topics.iter().find_map(|topic| match topic {
        TopicBatch::Timeline(timeline) => Some(timeline),
        _ => None,
    });
    timeline.and_then(|timeline| timeline.runs.first()).map(|run| run.to)
}

/// Makes a story of every recording. Its run has printed the recorded output; in recordings of
/// conversations, the recorded input was sent to it.
fn write_recordings(dir: &DataDir) -> Vec<Recorded> {
    let mut journal = File::create(dir.journal().join("000001.jsonl")).unwrap();
    let mut seq = 0;
    let mut written = Vec::new();
    for (folder, decoder) in RECORDINGS {
        let root = tests::root().join(folder);
        let printed = |file: &PathBuf| !file.to_string_lossy().contains(".stdin.");
        for file in recordings(&root).into_iter().filter(printed) {
            let number = written.len();
            let recorded = Recorded {
                name: file.strip_prefix(&root).unwrap().display().to_string(),
                story: StoryId::new(format!("01a20000-0000-7000-8000-{number:012x}")),
                run: RunId::new(format!("01a20000-0000-7000-9000-{number:012x}")),
            };
            let agent = decoder.split('/').next().unwrap();
            let lines = write_log(dir, &recorded.run, &unpacked(&file));
            for (event, after) in
                facts(&recorded.name, number, agent, decoder).into_iter().zip([0, 0, 0, lines + 1])
            {
                seq += 1;
                let entry = JournalEntry {
                    seq: Seq(seq),
                    at: Timestamp::from_millis(BEGIN + after * STEP),
                    story: Some(recorded.story.clone()),
                    run: Some(recorded.run.clone()),
                    event: serde_json::from_value(event).unwrap(),
                };
                writeln!(journal, "{}", serde_json::to_string(&entry).unwrap()).unwrap();
            }
            written.push(recorded);
        }
    }
    written
}

/// The journal entries of a story whose run has ended.
fn facts(name: &str, number: usize, agent: &str, decoder: &str) -> [Value; 4] {
    [
        json!({"type": "story_created", "slug": format!("story-{number}"), "title": name, "project": "/p", "dir": "/p",
            "branch": null, "agent": agent, "profile": {}, "gates": []}),
        json!({"type": "run_starting", "slug": format!("story-{number}.1"), "kind": "agent", "agent": agent,
            "decoder": decoder, "account": null, "session": null, "resumes": false, "argv": [agent],
            "usage_baseline": UsageTotals::default()}),
        json!({"type": "run_started", "pid": 7}),
        json!({"type": "run_ended", "outcome": {"kind": "succeeded"}, "evidence": {}}),
    ]
}

/// Writes the logs of a run and their index, one chunk per line. Returns the number of lines.
/// Recordings of conversations mark each line with its direction.
fn write_log(dir: &DataDir, run: &RunId, bytes: &[u8]) -> i64 {
    let logs = dir.run(run);
    fs::create_dir(logs.path()).unwrap();
    fs::write(logs.spec_path(), "{}").unwrap();
    fs::write(logs.keeper_path(), "{}").unwrap();
    let file = |stream| File::create(logs.log_path(stream)).unwrap();
    let (mut output, mut input) = (file(Stream::Stdout), file(Stream::Stdin));
    let mut index = Vec::new();
    let mut lines = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        lines += 1;
        let (stream, log, line) = match line {
            [b'>', b' ', rest @ ..] => (Stream::Stdin, &mut input, rest),
            [b'<', b' ', rest @ ..] => (Stream::Stdout, &mut output, rest),
            whole => (Stream::Stdout, &mut output, whole),
        };
        log.write_all(line).unwrap();
        let len = u32::try_from(line.len()).unwrap();
        let at = BEGIN + lines * STEP;
        let record = Record { stream, len, mono_us: (lines * STEP * 1000) as u64, wall_ms: at };
        index.extend_from_slice(&record.encode());
    }
    fs::write(logs.index_path(), index).unwrap();
    lines
}
