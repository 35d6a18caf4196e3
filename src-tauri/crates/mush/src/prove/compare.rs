//! The comparisons of a proof: the agents' own records with logs, events and journal; the store
//! with journal and logs; and the output of commands before and after the store was deleted.
//! Differences are only counted here; [`super`] judges them.

use super::scratch::{Scratch, TRUTH, unusable};
use super::{Done, STORIES};
use demo_agent::content_hash;
use keeper::{RunDir, Stream};
use protocol::{
    Fault, InputKind, JournalEvent, QuestionId, Run, RunKind, Seq, Source, Story,
    Stream as EventStream,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::AddAssign;
use std::path::Path;

/// The bytes that the demo agent prints on a terminal after its last line.
const FAREWELL: &[u8] = b"\x1b[?25h";

/// The numbers of each kind of failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    pub(super) lost: u64,
    pub(super) twice: u64,
    pub(super) orphans: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.lost += more.lost;
        self.twice += more.twice;
        self.orphans += more.orphans;
    }
}

/// A line of the record that an agent keeps of what it printed and read.
#[derive(Deserialize)]
struct Note {
    kind: String,
    #[serde(rename = "type")]
    what: Option<String>,
    hash: String,
    request_id: Option<String>,
}

/// How much was compared.
#[derive(Default)]
struct Counts {
    lines: usize,
    events: usize,
    prompts: usize,
    answers: usize,
}

/// Compares every story with the records of its agents.
pub(super) fn with_agents(scratch: &Scratch) -> Result<Done<()>, Fault> {
    let (mut tally, mut counts) = (Tally::default(), Counts::default());
    for (name, _) in STORIES {
        let notes = notes(&scratch.repo(name)?.join(TRUTH))?;
        let story = scratch.reader()?.story(name)?;
        tally += streams(scratch, &story, &notes, &mut counts)?;
        tally += inputs(scratch, &story, &notes, &mut counts)?;
    }
    let detail = format!(
        "{} lines, {} events, {} prompts, {} answers",
        counts.lines, counts.events, counts.prompts, counts.answers
    );
    Ok(Done::new((), detail, tally))
}

fn notes(path: &Path) -> Result<Vec<Note>, Fault> {
    let text = std::fs::read_to_string(path).map_err(|error| unusable(path, &error))?;
    // A record that cannot be read is missing in the comparison and is counted as a difference
    // there.
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// Compares the printed lines: each must be in a log once, and each event must be stored once.
fn streams(
    scratch: &Scratch,
    story: &Story,
    notes: &[Note],
    counts: &mut Counts,
) -> Result<Tally, Fault> {
    let reader = scratch.reader()?;
    let mut logged = Vec::new();
    let mut tally = Tally::default();
    let speaking: HashSet<&str> = notes
        .iter()
        .filter(|note| matches!(note.what.as_deref(), Some("assistant" | "user" | "result")))
        .map(|note| note.hash.as_str())
        .collect();
    let runs = reader.runs(Some(&story.id))?;
    for run in runs.iter().filter(|run| run.kind == RunKind::Agent) {
        let lines = lines(scratch, run)?;
        let mut places = HashSet::new();
        let events = reader.events(&run.id, Seq(0), usize::from(u16::MAX))?;
        for (number, event) in events.iter().enumerate() {
            tally.lost += u64::from(event.seq.0 != number as u64 + 1);
            let Some(pos) = event.pos else { continue };
            tally.twice += u64::from(!places.insert((pos.stream, pos.offset, pos.index)));
        }
        let silent = lines.iter().filter(|(offset, hash)| {
            speaking.contains(hash.as_str())
                && !places.contains(&(EventStream::Stdout, **offset, 0))
        });
        tally.lost += silent.count() as u64;
        counts.events += events.len();
        logged.extend(lines.into_values());
    }
    let noted = notes.iter().filter(|note| note.kind == "line").map(|note| note.hash.clone());
    counts.lines += logged.len();
    tally += difference(noted, logged);
    Ok(tally)
}

/// The hashes of the lines of a run's output, by byte offset.
fn lines(scratch: &Scratch, run: &Run) -> Result<BTreeMap<u64, String>, Fault> {
    let dir: RunDir = scratch.data()?.run(&run.id);
    let path = dir.log_path(Stream::Stdout);
    // A run whose process was never started has no log.
    let log = std::fs::read(&path).unwrap_or_default();
    let log = log.strip_suffix(FAREWELL).unwrap_or(&log);
    let mut offset = 0;
    let mut lines = BTreeMap::new();
    for line in log.split_inclusive(|&byte| byte == b'\n') {
        lines.insert(offset, content_hash(line.strip_suffix(b"\n").unwrap_or(line)));
        offset += line.len() as u64;
    }
    Ok(lines)
}

/// Compares the inputs: each prompt and each answer must have reached an agent once.
fn inputs(
    scratch: &Scratch,
    story: &Story,
    notes: &[Note],
    counts: &mut Counts,
) -> Result<Tally, Fault> {
    let (mut asked, mut answered) = (Vec::new(), Vec::new());
    for entry in scratch.reader()?.journal(&story.id, Seq(0))? {
        let run = entry.run;
        match entry.source {
            Source::Journal(JournalEvent::PromptQueued(prompt)) => {
                asked.push(content_hash(prompt.text.as_bytes()));
            }
            Source::Journal(JournalEvent::Input {
                kind: InputKind::Answer,
                question: Some(question),
                ..
            }) => answered.extend(run.map(|_| question)),
            _ => {}
        }
    }
    counts.prompts += asked.len();
    counts.answers += answered.len();
    let heard = |kind: &'static str| notes.iter().filter(move |note| note.kind == kind);
    let mut tally = difference(asked, heard("prompt").map(|note| note.hash.clone()));
    let questions = scratch.reader()?.questions(false)?;
    let known = |given: &QuestionId| questions.iter().find(|question| question.id == *given);
    let given = answered.iter().map(|given| match known(given) {
        Some(question) => question.request_id.clone(),
        None => format!("{given}, which nobody asked"),
    });
    tally += difference(given, heard("answer").filter_map(|note| note.request_id.clone()));
    tally.twice += heard("answer_unasked").count() as u64;
    Ok(tally)
}

/// Counts expected values that are missing as lost, and values that are not expected as duplicates.
fn difference(
    expected: impl IntoIterator<Item = String>,
    found: impl IntoIterator<Item = String>,
) -> Tally {
    let mut balance: HashMap<String, i64> = HashMap::new();
    for thing in expected {
        *balance.entry(thing).or_default() += 1;
    }
    for thing in found {
        *balance.entry(thing).or_default() -= 1;
    }
    let sum =
        |numbers: &mut dyn Iterator<Item = i64>| -> u64 { numbers.map(i64::unsigned_abs).sum() };
    Tally {
        lost: sum(&mut balance.values().copied().filter(|&number| number > 0)),
        twice: sum(&mut balance.values().copied().filter(|&number| number < 0)),
        orphans: 0,
    }
}

/// Compares the store with a new one, made from journal and logs.
pub(super) fn verify(scratch: &Scratch) -> Result<Done<()>, Fault> {
    // A killed owner may leave the store behind the journal; this command brings it up to date.
    scratch.mush(["stories"])?;
    let (rebuilt, differences) = engine::rebuild::verify(&scratch.data()?)?;
    let only_stored = differences.iter().filter(|difference| difference.stored.is_some()).count();
    let tally = Tally {
        lost: (differences.len() - only_stored) as u64,
        twice: only_stored as u64,
        orphans: 0,
    };
    let detail = format!(
        "{} journal entries, {} runs, {} events: {} differences",
        rebuilt.entries,
        rebuilt.runs,
        rebuilt.events,
        differences.len()
    );
    Ok(Done::new((), detail, tally))
}

/// Deletes the store and compares the output of several commands before and after.
pub(super) fn without_store(scratch: &Scratch) -> Result<Done<()>, Fault> {
    let mut queries: Vec<Vec<String>> =
        ["stories", "runs", "questions --all", "limits"].map(words).into();
    let runs = scratch.reader()?.runs(None)?;
    queries.extend(runs.iter().map(|run| words(&format!("events {}", run.id))));
    let before = printed(scratch, &queries)?;
    let store = scratch.data()?.store();
    std::fs::remove_file(&store).map_err(|error| unusable(&store, &error))?;
    let after = printed(scratch, &queries)?;
    let detail = format!("{} lines printed before and after", before.len());
    Ok(Done::new((), detail, difference(before, after)))
}

fn words(query: &str) -> Vec<String> {
    query.split(' ').map(str::to_owned).collect()
}

/// All lines that these commands print.
fn printed(scratch: &Scratch, queries: &[Vec<String>]) -> Result<Vec<String>, Fault> {
    let mut lines = Vec::new();
    for query in queries {
        let output = scratch.mush(query)?;
        let text = String::from_utf8_lossy(&output.stdout);
        lines.extend(text.lines().map(|line| format!("{}: {line}", query.join(" "))));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(expected: &[&str], found: &[&str]) -> (u64, u64) {
        let own = |things: &[&str]| things.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        let tally = difference(own(expected), own(found));
        (tally.lost, tally.twice)
    }

    #[test]
    fn what_is_missing_is_lost_and_what_is_too_much_is_twice() {
        assert_eq!(counted(&["a", "b", "b"], &["b", "a", "b"]), (0, 0));
        assert_eq!(counted(&["a", "b", "b"], &["a", "b"]), (1, 0));
        assert_eq!(counted(&["a"], &["a", "a", "a"]), (0, 2));
        assert_eq!(counted(&["a"], &["b"]), (1, 1));
    }
}
