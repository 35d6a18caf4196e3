//! The demo agents' own record of what they printed and read, one file per repository, and its
//! comparison with what Musher recorded: no line is lost or duplicated, every event has the
//! position of its line, no prompt and no answer was sent twice.

use crate::world::World;
use protocol::{Run, RunKind, Source, Stream};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The directive that every agent of a world gets through its environment. The file is at a place
/// that does not change the worktree.
pub(crate) const DIRECTIVE: &str = "ground_truth=.git/truth";

/// The agents' record in one repository.
pub(crate) struct Truth {
    path: PathBuf,
}

impl Truth {
    pub(crate) fn of(repo: &Path) -> Self {
        Self { path: repo.join(".git/truth") }
    }

    fn notes(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.path).unwrap();
        let notes: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(notes.iter().enumerate().all(|(at, note)| note["n"] == at + 1), "dense notes");
        notes
    }

    fn noted(&self, kind: &str) -> Vec<Value> {
        self.notes().into_iter().filter(|note| note["kind"] == kind).collect()
    }

    /// How many lines of this kind the record has.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.noted(kind).len()
    }

    /// The hashes of the prompts that the agent received, in order.
    pub(crate) fn prompts(&self) -> Vec<String> {
        self.noted("prompt").iter().map(|note| note["hash"].as_str().unwrap().to_owned()).collect()
    }

    /// The questions whose answers the agent received, in order and without duplicates.
    pub(crate) fn answers(&self) -> Vec<String> {
        let ids: Vec<String> = self
            .noted("answer")
            .iter()
            .map(|note| note["request_id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "answered twice: {ids:?}");
        assert_eq!(self.count("answer_unasked"), 0, "answered without a question");
        ids
    }

    /// Compares everything that Musher has of the story with the agents' record.
    pub(crate) fn compare(&self, world: &World, story: &str) {
        let mut noted = self.noted("line").into_iter();
        let is_of_agent = |run: &Run| run.story.as_str() == story && run.kind == RunKind::Agent;
        for run in world.runs().into_iter().filter(is_of_agent) {
            let Some(lines) = Lines::of(world, &run) else {
                assert_eq!(run.events, 0, "{} never ran", run.slug);
                continue;
            };
            let mut kinds = BTreeMap::new();
            for (at, hash) in lines.hashes.iter().enumerate() {
                let note = noted.next().expect("the log has a line that was never printed");
                assert_eq!(note["hash"], *hash, "line {at} of {}", run.slug);
                kinds.insert(lines.offsets[at], note["type"].as_str().unwrap().to_owned());
            }
            check_events(world, &run, &lines, &kinds);
        }
        assert_eq!(noted.next(), None, "printed and not in any log");
    }
}

/// What the agent prints on a terminal after its last line: a command that shows the cursor again.
const FAREWELL: &[u8] = b"\x1b[?25h";

/// The lines of a run's output, from its log.
struct Lines {
    hashes: Vec<String>,
    offsets: Vec<u64>,
}

impl Lines {
    /// `None` for a run whose process was never started.
    fn of(world: &World, run: &Run) -> Option<Self> {
        let path = world.data().join("runs").join(run.id.as_str()).join("output.log");
        let log = std::fs::read(path).ok()?;
        assert_eq!(log.len() as u64, run.log_bytes);
        let (mut hashes, mut offsets, mut offset) = (Vec::new(), Vec::new(), 0);
        let log = log.strip_suffix(FAREWELL).unwrap_or(&log);
        for line in log.split_inclusive(|&byte| byte == b'\n') {
            hashes.push(demo_agent::content_hash(line.trim_ascii_end()));
            offsets.push(offset);
            offset += line.len() as u64;
        }
        Some(Self { hashes, offsets })
    }
}

/// Every event comes from a line, and every line with content has its events once.
fn check_events(world: &World, run: &Run, lines: &Lines, kinds: &BTreeMap<u64, String>) {
    let events = world.events(run);
    assert_eq!(events.len() as u64, run.events);
    let mut places = BTreeSet::new();
    for (at, event) in events.iter().enumerate() {
        assert_eq!(event.seq.0, at as u64 + 1, "numbers are dense in {}", run.slug);
        let pos = event.pos.unwrap();
        assert!(places.insert((pos.stream, pos.offset, pos.index)), "twice at {pos:?}");
        assert!(matches!(event.source, Source::Run(_)));
        if pos.stream == Stream::Stdout {
            assert!(lines.offsets.contains(&pos.offset), "{pos:?} is no line");
        }
    }
    let offsets: BTreeSet<u64> = events
        .iter()
        .filter_map(|event| event.pos.filter(|pos| pos.stream == Stream::Stdout))
        .map(|pos| pos.offset)
        .collect();
    for (offset, kind) in kinds {
        if matches!(kind.as_str(), "assistant" | "user" | "result") {
            assert!(
                offsets.contains(offset),
                "the {kind} line at {offset} of {} is lost",
                run.slug
            );
        }
    }
}
