//! Recorded runs: the files of `tests/fixtures/claude`, fed to a decoder as the engine would.

use agents::{Conversation, Decoded, Decoder, Line, Oversized, Split, Splitter, decoder};
use flate2::read::GzDecoder;
use protocol::{DecoderId, Stream};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// One recorded run.
pub(crate) struct Capture {
    /// `2.1.330/plain`.
    pub(crate) name: String,
    /// What it printed.
    pub(crate) stdout: Vec<u8>,
    /// What was written to it.
    pub(crate) stdin: Vec<u8>,
    /// What it printed on standard error.
    pub(crate) stderr: Vec<u8>,
}

/// A piece of a stream, as a keeper records it.
pub(crate) type Chunk = (Stream, Vec<u8>);

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/claude")
}

/// Every capture, in the order of their names.
pub(crate) fn all() -> Vec<Capture> {
    let mut captures = Vec::new();
    for version in std::fs::read_dir(folder()).unwrap() {
        let version = version.unwrap().path();
        if !version.is_dir() {
            continue;
        }
        for name in names(&version) {
            let stream = |extension: &str| bytes(&version.join(format!("{name}.{extension}")));
            captures.push(Capture {
                stdout: stream("jsonl").or(stream("raw")).unwrap_or_default(),
                stdin: stream("stdin.jsonl").unwrap_or_default(),
                stderr: stream("stderr").unwrap_or_default(),
                name: format!("{}/{name}", version.file_name().unwrap().to_str().unwrap()),
            });
        }
    }
    assert!(captures.len() > 100, "the captures are missing: {}", captures.len());
    captures
}

/// The runs of one version: a run that printed nothing has only its standard error.
fn names(version: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in std::fs::read_dir(version).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        let stem = file.strip_suffix(".gz").unwrap_or(&file);
        let stem = stem.strip_suffix(".stdin.jsonl").unwrap_or(stem);
        let name = [".jsonl", ".raw", ".stderr"].iter().find_map(|end| stem.strip_suffix(end));
        names.extend(name.map(str::to_owned));
    }
    names
}

pub(crate) fn one(name: &str) -> Capture {
    all().into_iter().find(|capture| capture.name == name).unwrap_or_else(|| panic!("no {name}"))
}

/// A file, or its packed form.
fn bytes(path: &Path) -> Option<Vec<u8>> {
    if path.exists() {
        return Some(std::fs::read(path).unwrap());
    }
    let packed = std::fs::read(format!("{}.gz", path.to_str().unwrap())).ok()?;
    let mut plain = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut plain).unwrap();
    Some(plain)
}

impl Capture {
    /// The run in the order in which things happened, a line a chunk. The recordings have no common
    /// order of input and output, but the conversation gives it: an answer follows its question, a
    /// request precedes its reply, a further prompt follows a result.
    pub(crate) fn chunks(&self) -> Vec<Chunk> {
        let mut input: Vec<Vec<u8>> = lines(&self.stdin).collect();
        let mut chunks = Vec::new();
        let mut prompts = 0;
        input.retain(|line| {
            let message = json(line);
            let prompt = message["type"] == "user";
            prompts += usize::from(prompt);
            let first = message["request"]["subtype"] == "initialize" || (prompt && prompts == 1);
            if first {
                chunks.push((Stream::Stdin, line.clone()));
            }
            !first
        });
        chunks.extend(lines(&self.stderr).map(|line| (Stream::Stderr, line)));
        for line in lines(&self.stdout) {
            let message = json(&line);
            take(&mut input, &mut chunks, |sent| precedes(sent, &message));
            chunks.push((Stream::Stdout, line));
            take(&mut input, &mut chunks, |sent| follows(sent, &message));
        }
        chunks.extend(input.into_iter().map(|line| (Stream::Stdin, line)));
        chunks
    }

    /// What the decoder makes of it. A millisecond passes with every chunk.
    pub(crate) fn decoded(&self) -> Vec<Decoded> {
        decode(&self.chunks(), 1000)
    }
}

/// Feeds chunks to a fresh decoder; `tick` microseconds pass with each.
pub(crate) fn decode(chunks: &[Chunk], tick: u64) -> Vec<Decoded> {
    decode_as("claude/3", chunks, tick)
}

/// Feeds chunks to a fresh decoder of this id.
pub(crate) fn decode_as(id: &str, chunks: &[Chunk], tick: u64) -> Vec<Decoded> {
    let mut decoder = decoder(&DecoderId::new(id)).unwrap();
    let mut out = Vec::new();
    let mut splitters = feed(decoder.as_mut(), chunks, tick, &mut out);
    let mono_us = chunks.len() as u64 * tick;
    for (stream, splitter) in
        [Stream::Stdout, Stream::Stderr, Stream::Stdin].iter().zip(&mut splitters)
    {
        splitter.finish(|split| give(decoder.as_mut(), *stream, split, mono_us, &mut out));
    }
    decoder.end(&mut out);
    out
}

/// What is known of the conversation when so much was read; more may come.
pub(crate) fn conversation(chunks: &[Chunk]) -> Conversation {
    conversation_as("claude/3", chunks)
}

/// The same by the decoder of this id.
pub(crate) fn conversation_as(id: &str, chunks: &[Chunk]) -> Conversation {
    let mut decoder = decoder(&DecoderId::new(id)).unwrap();
    feed(decoder.as_mut(), chunks, 0, &mut Vec::new());
    decoder.conversation()
}

fn feed(
    decoder: &mut dyn Decoder,
    chunks: &[Chunk],
    tick: u64,
    out: &mut Vec<Decoded>,
) -> [Splitter; 3] {
    let mut splitters = [(); 3].map(|()| Splitter::new(0));
    for (n, (stream, bytes)) in chunks.iter().enumerate() {
        let mono_us = n as u64 * tick;
        let each = |split: Split<'_>| give(decoder, *stream, split, mono_us, out);
        splitters[*stream as usize].push(bytes, each);
    }
    splitters
}

fn give(
    decoder: &mut dyn Decoder,
    stream: Stream,
    split: Split<'_>,
    mono_us: u64,
    out: &mut Vec<Decoded>,
) {
    match split {
        Split::Line { offset, bytes, complete } => {
            decoder.line(Line { stream, bytes, offset, mono_us, complete }, out);
        }
        Split::Oversized { offset, len, head, tail } => {
            decoder.oversized(Oversized { stream, offset, len, head, tail }, out);
        }
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec)
}

fn json(line: &[u8]) -> Value {
    let start = line.iter().position(|byte| *byte == b'{').unwrap_or(line.len());
    serde_json::from_slice(&line[start..]).unwrap_or(Value::Null)
}

/// Moves the input lines that `now` holds for.
fn take(input: &mut Vec<Vec<u8>>, chunks: &mut Vec<Chunk>, now: impl Fn(&Value) -> bool) {
    if let Some(first) = input.first()
        && now(&json(first))
    {
        chunks.push((Stream::Stdin, input.remove(0)));
    }
}

fn precedes(sent: &Value, printed: &Value) -> bool {
    let asks = sent["type"] == "control_request";
    let interrupt = sent["request"]["subtype"] == "interrupt";
    let reply = printed["response"]["request_id"] == sent["request_id"];
    asks && (reply || (interrupt && printed["type"] == "control_cancel_request"))
}

fn follows(sent: &Value, printed: &Value) -> bool {
    let asked = printed["type"] == "control_request";
    let answer = asked && sent["response"]["request_id"] == printed["request_id"];
    answer || (sent["type"] == "user" && printed["type"] == "result")
}
