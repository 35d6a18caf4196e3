//! Reads runs again whose events the store does not have, or has from an older decoder, while the
//! owner already answers requests. One thread with the lowest priority does it, run by run, the
//! newest story first. Until a run is read it has a row in `rereading`, also after a kill, and
//! readers show that in place of its values. Live runs are not included: their actors read them
//! from the beginning.

use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::rebuild::{self, StartedRun};
use crate::record::RunCommit;
use crate::threads;
use crate::writer::StoreWriter;
use protocol::RunId;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How soon it continues after the store refused.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// What the thread reports.
pub(crate) enum Progress {
    /// The logs of a run are damaged; everything before the damage was read.
    Damaged(RunId, String),
    /// Every run was read.
    Done,
}

/// The thread that reads again. It writes to the store, so it must be stopped before the directory
/// is released.
pub(crate) struct Rereading {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Rereading {
    /// Begins to read these ended runs in order. `report` is called on the thread. The thread
    /// `earlier`, whose store was replaced, is stopped first.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(crate) fn start(
        dir: DataDir,
        writer: StoreWriter,
        runs: Vec<StartedRun>,
        earlier: Option<Self>,
        mut report: impl FnMut(Progress) + Send + 'static,
    ) -> Result<Self> {
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let reader = Reader { dir, writer, stop: Arc::clone(&stop) };
        let is_done = Arc::clone(&done);
        let work = move || {
            if let Some(earlier) = earlier {
                earlier.stop();
            }
            match reader.read(&runs, &mut report) {
                Ok(()) => {
                    is_done.store(true, Ordering::Release);
                    report(Progress::Done);
                }
                Err(error) => tracing::info!(%error, "the rest is read later"),
            }
        };
        let thread = threads::spawn("reread", work).map_err(Error::Thread)?;
        Ok(Self { stop, done, thread })
    }

    /// Whether every run was read.
    pub(crate) fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    /// Stops after the current piece. The next owner reads the rest.
    pub(crate) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        if self.thread.join().is_err() {
            tracing::error!("reading again panicked; the next owner reads on");
        }
    }
}

struct Reader {
    dir: DataDir,
    writer: StoreWriter,
    stop: Arc<AtomicBool>,
}

impl Reader {
    fn read(&self, runs: &[StartedRun], report: &mut impl FnMut(Progress)) -> Result<()> {
        threads::step_back();
        for run in runs {
            if let Some(damage) = self.read_one(run)? {
                report(Progress::Damaged(run.run.clone(), damage));
            }
        }
        self.settle()
    }

    /// Reads one run. Returns the damage in its logs, if there is any.
    fn read_one(&self, run: &StartedRun) -> Result<Option<String>> {
        let began = self.writer.generation();
        let mut damage = None;
        // A run whose logs are gone keeps what the store has.
        if rebuild::has_run(&self.dir.run(&run.run)) {
            // Events of an earlier attempt or an older decoder are removed first; the mark of the
            // run stays.
            self.writer.forget(run.run.clone())?;
            let mut send = |commit| self.send(commit);
            damage = rebuild::decode(&self.dir, run, true, &mut send)?.damage;
        }
        self.writer.has_read(run.run.clone(), run.story.clone(), began)?;
        Ok(damage)
    }

    fn send(&self, commit: RunCommit) -> Result<()> {
        self.writer.run(commit)?;
        self.settle()
    }

    /// Waits until the store has what was sent, so that at most one piece of this thread is in the
    /// writer's queue and live runs have priority.
    fn settle(&self) -> Result<()> {
        loop {
            match self.writer.flush() {
                _ if self.stop.load(Ordering::Relaxed) => return Err(Error::Ended),
                Ok(()) => return Ok(()),
                Err(Error::Ended) => return Err(Error::Ended),
                // The writer keeps refused commits and tries them again.
                Err(_) => std::thread::sleep(TRY_AGAIN),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::Feed;
    use crate::rebuild::LiveRuns;
    use crate::recovery::{self, RecoveryReport};
    use crate::store::read::Reader as StoreReader;
    use crate::store::{self, Opened, rereading};
    use keeper::index::{Record, Stream};
    use protocol::{
        CostBasis, FeedRequest, HeldTimeline, JournalEntry, RunSpec, Seq, StoryId, Timestamp,
        Topic, TopicBatch, UsageQuery, UsageTotals,
    };
    use rusqlite::Connection;
    use serde_json::{Value, json};
    use std::sync::mpsc::channel;

    const RUNS: u64 = 3;
    const LINES: usize = 7_000;

    fn run_id(number: u64) -> RunId {
        RunId::new(format!("run-{number}"))
    }

    fn story_id(number: u64) -> StoryId {
        StoryId::new(format!("story-{number}"))
    }

    fn spec(number: u64) -> Value {
        json!({"type": "run_starting", "slug": format!("s-{number}.1"), "kind": "agent",
            "agent": "demo", "decoder": agents::plain_decoder(), "account": null, "session": null,
            "resumes": false, "argv": [], "usage_baseline": UsageTotals::default()})
    }

    fn entries() -> Vec<JournalEntry> {
        let of_story = |number| {
            let created = json!({"type": "story_created", "slug": format!("s-{number}"),
                "title": "words", "project": "/p", "dir": "/p", "branch": null, "agent": "demo",
                "profile": {}, "gates": []});
            let ended =
                json!({"type": "run_ended", "outcome": {"kind": "succeeded"}, "evidence": {}});
            [created, spec(number), ended].map(|event| (number, event))
        };
        let entry = |((number, event), seq): ((u64, Value), u64)| JournalEntry {
            seq: Seq(seq),
            at: Timestamp::from_millis(1_000),
            story: Some(story_id(number)),
            run: Some(run_id(number)),
            event: serde_json::from_value(event).unwrap(),
        };
        (1..=RUNS).flat_map(of_story).zip(1..).map(entry).collect()
    }

    fn started() -> Vec<StartedRun> {
        let spec = |number| serde_json::from_value::<RunSpec>(spec(number)).unwrap();
        let started = |number| StartedRun {
            run: run_id(number),
            story: story_id(number),
            spec: spec(number),
        };
        (1..=RUNS).map(started).collect()
    }

    /// A directory with a journal and the logs of its runs, and no store.
    fn directory() -> (tempfile::TempDir, DataDir) {
        let root = tempfile::tempdir().unwrap();
        let dir = DataDir::at(&root.path().join("data")).unwrap();
        dir.create().unwrap();
        let lines =
            entries().into_iter().map(|entry| serde_json::to_string(&entry).unwrap() + "\n");
        std::fs::write(dir.journal().join("000001.jsonl"), lines.collect::<String>()).unwrap();
        for number in 1..=RUNS {
            let run = dir.run(&run_id(number));
            std::fs::create_dir(run.path()).unwrap();
            std::fs::write(run.keeper_path(), "{}").unwrap();
            let line = format!("a line of {number}\n");
            std::fs::write(run.log_path(Stream::Stdout), line.repeat(LINES)).unwrap();
            let len = u32::try_from(line.len()).unwrap();
            let record =
                |n| Record { stream: Stream::Stdout, len, mono_us: n, wall_ms: n as i64 }.encode();
            let index: Vec<u8> = (0..LINES as u64).flat_map(record).collect();
            std::fs::write(run.index_path(), index).unwrap();
        }
        (root, dir)
    }

    fn opened(dir: &DataDir) -> Connection {
        match store::open(&dir.store()).unwrap() {
            Opened::Usable(db) => db,
            Opened::Unusable(why) => panic!("{why}"),
        }
    }

    /// Reads the marked runs again, as an owner does.
    fn read_again(dir: &DataDir, db: Connection) {
        let marked = rereading::all(&db).unwrap();
        let runs = started().into_iter().filter(|run| marked.contains(&run.run)).collect();
        let recover = Box::new(|_, _: &str, _: &mut _| panic!("the store is whole"));
        let (writer, thread) = StoreWriter::start(db, dir.clone(), recover).unwrap();
        let (report, checked) = channel();
        let report = move |word| report.send(matches!(word, Progress::Done)).unwrap();
        let reading = Rereading::start(dir.clone(), writer.clone(), runs, None, report).unwrap();
        assert!(checked.recv().unwrap(), "nothing is damaged");
        reading.stop();
        drop(writer);
        thread.join().unwrap();
    }

    fn is_the_same_as_made_anew(dir: &DataDir) {
        let reader = StoreReader::open(&dir.store()).unwrap();
        assert!(!reader.is_rereading(None).unwrap());
        let runs = reader.runs(None).unwrap();
        assert!(runs.iter().all(|run| !run.rereading && run.events == LINES as u64), "{runs:?}");
        assert_eq!(rebuild::verify(dir).unwrap().1, []);
    }

    /// The ranges of event numbers that a page gets of the run's story.
    fn shown(dir: &DataDir, number: u64) -> Vec<(Seq, Seq)> {
        let reader = StoreReader::open(&dir.store()).unwrap();
        let topic = Topic::Timeline(HeldTimeline::nothing_of(story_id(number)));
        let request = FeedRequest::all([topic]);
        let batch = Feed::default().pull(&reader, &request, 1, Timestamp::default()).unwrap();
        let [TopicBatch::Timeline(timeline)] = &batch.topics[..] else { panic!("{batch:?}") };
        timeline.runs.iter().map(|run| (run.from, run.to)).collect()
    }

    #[test]
    fn a_store_made_from_the_journal_alone_says_so_until_its_runs_were_read() {
        let (_root, dir) = directory();
        rebuild::build_from_journal(&dir, &dir.store(), LiveRuns::ByActors).unwrap();
        let reader = StoreReader::open(&dir.store()).unwrap();
        let stories = reader.stories().unwrap();
        assert_eq!(stories.len() as u64, RUNS);
        let is_marked =
            |story: &protocol::Story| story.rereading && story.cost_basis == CostBasis::LowerBound;
        assert!(stories.iter().all(is_marked), "{stories:?}");
        let everything = UsageQuery {
            step: None,
            by: Vec::new(),
            from: None,
            to: None,
            zone: "UTC".to_owned(),
            most: None,
        };
        assert_eq!(u64::from(reader.usage(&everything).unwrap().rereading_runs), RUNS);
        assert_eq!(shown(&dir, 1), []);
        read_again(&dir, opened(&dir));
        is_the_same_as_made_anew(&dir);
        assert_eq!(shown(&dir, 1), [(Seq(LINES as u64 - 400), Seq(LINES as u64))]);
    }

    #[test]
    fn what_a_kill_left_of_a_run_is_read_anew() {
        let (_root, dir) = directory();
        rebuild::build_from_journal(&dir, &dir.store(), LiveRuns::ByActors).unwrap();
        let db = opened(&dir);
        let mut pieces = 0;
        let mut take = |commit: RunCommit| {
            pieces += 1;
            match pieces {
                1 => Ok(store::write::run(&db, &commit)?),
                _ => Err(Error::Ended),
            }
        };
        assert!(rebuild::decode(&dir, &started()[1], true, &mut take).is_err());
        assert_eq!(shown(&dir, 2), [], "a part is not shown");
        drop(db);
        read_again(&dir, opened(&dir));
        is_the_same_as_made_anew(&dir);
    }

    #[test]
    fn events_of_an_older_decoder_stay_until_the_run_was_read_again() {
        let (_root, dir) = directory();
        rebuild::build(&dir, &dir.store()).unwrap();
        let db = opened(&dir);
        db.execute_batch("UPDATE run_folds SET decoder = 'plain/0' WHERE run = 'run-2'").unwrap();
        rebuild::catch_up(&db, &entries()).unwrap();
        assert_eq!(rereading::all(&db).unwrap(), [run_id(2)]);
        let reader = StoreReader::open(&dir.store()).unwrap();
        let run = reader.run("run-2").unwrap();
        assert!(run.rereading && run.events == LINES as u64, "{run:?}");
        read_again(&dir, db);
        is_the_same_as_made_anew(&dir);
    }

    #[test]
    fn a_run_whose_logs_are_gone_keeps_what_is_known_of_it() {
        let (_root, dir) = directory();
        rebuild::build(&dir, &dir.store()).unwrap();
        let db = opened(&dir);
        rereading::mark(&db, &run_id(3)).unwrap();
        std::fs::remove_dir_all(dir.run(&run_id(3)).path()).unwrap();
        read_again(&dir, db);
        let run = StoreReader::open(&dir.store()).unwrap().run("run-3").unwrap();
        assert!(!run.rereading && run.events == LINES as u64, "{run:?}");
    }

    /// A store that was deleted while its writer ran, with the reports of the writer that made it
    /// again.
    fn deleted_at_work(dir: &DataDir) -> (StoreWriter, JoinHandle<()>, Vec<RecoveryReport>) {
        let (report, recovered) = channel();
        let recover = recovery::for_writer(dir.clone(), move |made| report.send(made).unwrap());
        let (writer, thread) = StoreWriter::start(opened(dir), dir.clone(), recover).unwrap();
        std::fs::remove_file(dir.store()).unwrap();
        writer.flush().unwrap();
        let recovered = recovered.try_iter().collect();
        (writer, thread, recovered)
    }

    #[test]
    fn a_store_that_is_made_again_at_work_is_there_before_its_runs_were_read() {
        let (_root, dir) = directory();
        rebuild::build(&dir, &dir.store()).unwrap();
        let (writer, thread, recovered) = deleted_at_work(&dir);
        let [made] = &recovered[..] else { panic!("{}", recovered.len()) };
        let order: Vec<&str> = made.to_read.iter().map(|run| run.run.as_str()).collect();
        assert_eq!(order, ["run-3", "run-2", "run-1"], "the newest story first");
        assert_eq!(made.warning, None, "there is nothing to keep aside");
        assert_eq!(shown(&dir, 1), []);
        drop(writer);
        thread.join().unwrap();
        read_again(&dir, opened(&dir));
        is_the_same_as_made_anew(&dir);
    }

    #[test]
    fn what_was_read_into_an_earlier_store_does_not_count() {
        let (_root, dir) = directory();
        rebuild::build(&dir, &dir.store()).unwrap();
        let (writer, thread, _) = deleted_at_work(&dir);
        let marked = || StoreReader::open(&dir.store()).unwrap().is_rereading(Some(&story_id(2)));
        writer.has_read(run_id(2), story_id(2), writer.generation() - 1).unwrap();
        writer.flush().unwrap();
        assert!(marked().unwrap());
        writer.has_read(run_id(2), story_id(2), writer.generation()).unwrap();
        writer.flush().unwrap();
        assert!(!marked().unwrap());
        writer.forget(run_id(2)).unwrap();
        writer.flush().unwrap();
        assert!(marked().unwrap(), "what is being read again says so");
        drop(writer);
        thread.join().unwrap();
    }

    #[test]
    fn a_live_run_is_whole_in_a_store_that_is_made_again_at_work() {
        let (_root, dir) = directory();
        let journal = dir.journal().join("000001.jsonl");
        let text = std::fs::read_to_string(&journal).unwrap();
        let ends: Vec<&str> = text.lines().collect();
        // The last story's run has no end.
        std::fs::write(&journal, ends[..ends.len() - 1].join("\n") + "\n").unwrap();
        rebuild::build(&dir, &dir.store()).unwrap();
        let (writer, thread, recovered) = deleted_at_work(&dir);
        assert_eq!(recovered[0].to_read.len() as u64, RUNS - 1);
        let run = StoreReader::open(&dir.store()).unwrap().run("run-3").unwrap();
        assert!(!run.rereading && run.events == LINES as u64, "{run:?}");
        drop(writer);
        thread.join().unwrap();
    }
}
