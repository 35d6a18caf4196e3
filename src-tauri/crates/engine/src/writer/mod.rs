//! The one thread that writes to the store. It takes facts from a bounded queue, commits what has
//! gathered in one transaction, and then notifies all waiting readers that the revision grew. A failed
//! write loses nothing, because the store can be rebuilt; it is reported and tried again, and meanwhile
//! the output of runs stays in their logs. If the store is damaged or was deleted, a closure that the
//! writer was started with recovers it at once; the writer does not know how.

mod backlog;

use crate::data_dir::DataDir;
use crate::error::{Error, Result, STORE_REFUSES, is_damage};
use crate::feed::{Feed, Touched, touched};
use crate::record::RunCommit;
use crate::store::read::Reader;
use crate::store::{self, FileId, Opened, Shrunk, rereading, unusable, values, write};
use crate::threads;
use backlog::{Backlog, QUEUE};
use protocol::{JournalEntry, JournalEvent, RunId, Seq, StoryId};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long facts may gather before they are committed together.
const GATHER: Duration = Duration::from_millis(25);

/// How soon refused facts are tried again if nothing else comes.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// How soon free pages are tried to be given back again after a reader was in the way.
const AGAIN: Duration = Duration::from_millis(200);

/// Called when everything sent before is in the store, or with the reason why it is not.
type OnCommitted = Box<dyn FnOnce(Result<()>) + Send>;

/// Makes the store again because it cannot be used for the given reason, and returns the connection
/// to the new one. The journal must have at least the entries up to the given number. The old
/// connection is taken and closed only when it is certain that the old store is replaced. The
/// writer calls this on its thread.
pub type Recover = Box<dyn FnMut(Seq, &str, &mut Option<Connection>) -> Result<Connection> + Send>;

/// The number of a store among those that the writer made, counted from the one it was started with. Runs
/// that were read into one of them were not read into the next.
pub(crate) type Generation = u64;

enum Write {
    Journal(Box<JournalEntry>),
    Run(Box<RunCommit>),
    /// Removes everything that a run's events left.
    Forget(RunId),
    /// Notes that a run of a story was read up to now, from its beginning, into the store of this generation.
    Read(RunId, StoryId, Generation),
    /// Notes the damage that was found in the store of this generation.
    Damaged(String, Generation),
    Flush {
        then: OnCommitted,
        /// Whether to check the whole store first and recover it if it is damaged.
        check: bool,
    },
}

/// The sending end of the writer's queue.
#[derive(Clone)]
pub struct StoreWriter {
    queue: SyncSender<Write>,
    feed: Arc<Feed>,
    backlog: Backlog,
    generation: Arc<AtomicU64>,
}

impl StoreWriter {
    /// Starts the writing thread over `db`, the opened store of `dir`; `recover` makes that store again
    /// if it cannot be used. The thread ends when every sending end is dropped.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub fn start(db: Connection, dir: DataDir, recover: Recover) -> Result<(Self, JoinHandle<()>)> {
        let (queue, inbox) = sync_channel(QUEUE);
        let feed = Arc::new(Feed::default());
        let backlog = Backlog::default();
        let generation = Arc::new(AtomicU64::default());
        let listeners = Listeners { feed: Arc::clone(&feed), backlog: backlog.clone() };
        let store = Written {
            file: FileId::of(&dir.store()),
            dir,
            db: Some(db),
            last: Seq::default(),
            recover,
            recovered: None,
            generation: Arc::clone(&generation),
            // An earlier owner may have been killed before it had given everything back.
            has_spare: true,
        };
        let thread = threads::spawn("store", move || work(store, &inbox, &listeners))
            .map_err(Error::Thread)?;
        Ok((Self { queue, feed, backlog, generation }, thread))
    }

    /// Applies a journal entry.
    pub fn journal(&self, entry: JournalEntry) -> Result<()> {
        self.send(Write::Journal(Box::new(entry)))
    }

    /// Applies new events of a run.
    pub fn run(&self, commit: RunCommit) -> Result<()> {
        self.backlog.take(&commit);
        self.send(Write::Run(Box::new(commit)))
    }

    /// Removes what a run's events left, because the run is read again from its beginning.
    pub(crate) fn forget(&self, run: RunId) -> Result<()> {
        self.send(Write::Forget(run))
    }

    /// Notes that everything a run printed up to now was sent before; then the store's data of the run
    /// counts, if the store is still of the generation in which the reading began.
    pub(crate) fn has_read(&self, run: RunId, story: StoryId, began: Generation) -> Result<()> {
        self.send(Write::Read(run, story, began))
    }

    /// Returns the store's generation.
    pub(crate) fn generation(&self) -> Generation {
        self.generation.load(Ordering::Acquire)
    }

    /// Reports damage that a check found in the store of this generation; the store is made again.
    pub(crate) fn damaged(&self, why: String, generation: Generation) -> Result<()> {
        self.send(Write::Damaged(why, generation))
    }

    /// Reads from the store when it has everything that was sent before. If the read meets damage, reads again
    /// after the store was recovered. Blocks until then.
    pub(crate) fn read<T>(&self, store: &Path, read: impl Fn(&Reader) -> Result<T>) -> Result<T> {
        self.flush()?;
        let read = || read(&Reader::open(store)?);
        match read() {
            Err(error) if error.is_damage() => {
                self.wait(|then| self.check(then))?;
                read()
            }
            done => done,
        }
    }

    /// Whether new events of runs may be sent. If not, the store has refused for a while, or is slower
    /// than the runs print.
    pub fn has_capacity(&self) -> bool {
        self.backlog.is_left()
    }

    /// Whether the store refused the last commit; then it is unknown when there will be capacity again.
    pub fn is_refused(&self) -> bool {
        self.backlog.is_refused()
    }

    /// Returns when everything sent before is in the store.
    pub fn flush(&self) -> Result<()> {
        self.wait(|then| self.after_commit(then))
    }

    /// Waits for the result of `ask`.
    fn wait(&self, ask: impl FnOnce(OnCommitted) -> Result<()>) -> Result<()> {
        let (reply, done) = sync_channel(1);
        ask(Box::new(move |shown| {
            // The caller waits for this reply.
            let _ = reply.send(shown);
        }))?;
        done.recv().map_err(|_| Error::Ended)?
    }

    /// Calls `then`, on the writer's thread, when everything sent before is in the store or could not be
    /// written. For callers that must not block, because a store that refuses can take seconds.
    pub fn after_commit(&self, then: impl FnOnce(Result<()>) + Send + 'static) -> Result<()> {
        self.send(Write::Flush { then: Box::new(then), check: false })
    }

    /// Calls `then` like [`after_commit`](Self::after_commit), but checks the whole store first, for a
    /// caller that met damage in it. A damaged store is recovered.
    pub fn check(&self, then: impl FnOnce(Result<()>) + Send + 'static) -> Result<()> {
        self.send(Write::Flush { then: Box::new(then), check: true })
    }

    /// Returns the feed, which knows what changed since a revision.
    pub fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    fn send(&self, write: Write) -> Result<()> {
        self.queue.send(write).map_err(|_| Error::Ended)
    }
}

/// The store, with what the writer needs to know about it.
struct Written {
    dir: DataDir,
    /// `None` while it is being recovered.
    db: Option<Connection>,
    /// The file behind `db`.
    file: Option<FileId>,
    /// The last journal entry that was committed.
    last: Seq,
    /// Makes the store again.
    recover: Recover,
    /// When the store was last recovered.
    recovered: Option<Instant>,
    /// How often that was; the writer's senders read it.
    generation: Arc<AtomicU64>,
    /// Whether the file may have free pages that are to be given back to the disk.
    has_spare: bool,
}

/// How long to wait before another attempt to recover a store.
const RECOVER_AGAIN: Duration = Duration::from_secs(5);

impl Written {
    /// Commits facts in one transaction; a damaged store is recovered first.
    fn commit(&mut self, facts: &[Write]) -> Result<()> {
        if self.db.is_none() || FileId::of(&self.dir.store()) != self.file {
            self.recover("it was deleted or replaced")?;
        }
        let committed = match self.try_commit(facts) {
            Err(Error::Store(error)) if is_damage(&error) => {
                self.recover(&error.to_string())?;
                self.try_commit(facts)
            }
            committed => committed,
        };
        let seqs = facts.iter().filter_map(|fact| match fact {
            Write::Journal(entry) => Some(entry.seq),
            _ => None,
        });
        let newest = seqs.max().unwrap_or_default();
        self.has_spare |= facts.iter().any(is_deletion);
        committed.inspect(|()| self.last = self.last.max(newest))
    }

    fn try_commit(&self, facts: &[Write]) -> Result<()> {
        match &self.db {
            Some(db) => commit(db, facts, self.generation.load(Ordering::Acquire)),
            None => Err(unusable("it is not open")),
        }
    }

    /// Waits for the next message. While there is none, free pages are given back to the disk.
    fn next(&mut self, inbox: &Receiver<Write>, feed: &Feed, refused: bool) -> Next {
        let mut pause = Duration::ZERO;
        while self.has_spare && !refused {
            match inbox.recv_timeout(pause) {
                Ok(write) => return Next::Write(write),
                Err(RecvTimeoutError::Disconnected) => return Next::Over,
                Err(RecvTimeoutError::Timeout) => pause = self.shrink(),
            }
            if feed.due() == Some(Duration::ZERO) {
                feed.touch(Touched::default());
            }
        }
        next(inbox, feed, refused)
    }

    /// Gives some free pages back. Returns how soon to go on with that.
    fn shrink(&mut self) -> Duration {
        let shrunk = self.db.as_ref().map_or(Ok(Shrunk::Whole), store::shrink);
        let shrunk = shrunk.unwrap_or_else(|error| {
            tracing::warn!(%error, "free pages of the store are given back later");
            Shrunk::Whole
        });
        self.has_spare = shrunk != Shrunk::Whole;
        if shrunk == Shrunk::UpToTheLog { AGAIN } else { Duration::ZERO }
    }

    /// Recovers the store if it is damaged, or if a value in it cannot be read. It opens the file
    /// again, because the writing connection still has the earlier content of the file in memory.
    fn check(&mut self) -> Result<()> {
        let damage = match store::open(&self.dir.store())? {
            Opened::Usable(db) => match store::damage(&db)? {
                None => values::damage(&db)?,
                damage => damage,
            },
            Opened::Unusable(reason) => Some(reason),
        };
        damage.map_or(Ok(()), |why| self.recover(&why))
    }

    /// Checks the store, as far as a caller asked for it.
    fn look(&mut self, asked: Asked) -> Result<()> {
        let is_this =
            |generation: &Generation| *generation == self.generation.load(Ordering::Acquire);
        match asked.damaged.filter(|(_, generation)| is_this(generation)) {
            Some((why, _)) => self.recover(&why),
            None if asked.check => self.check(),
            None => Ok(()),
        }
    }

    /// Recovers the store from its journal; the old file is kept aside, and runs that are over are read again. Facts
    /// that are still queued are in the journal or the logs too, and applying one twice changes nothing.
    fn recover(&mut self, why: &str) -> Result<()> {
        if self.recovered.is_some_and(|at| at.elapsed() < RECOVER_AGAIN) {
            return Err(unusable(why));
        }
        self.recovered = Some(Instant::now());
        tracing::warn!(why, "the store cannot be used and is made again");
        // Counted first, so that a caller that sees the new store also sees its number.
        self.generation.fetch_add(1, Ordering::Release);
        match (self.recover)(self.last, why, &mut self.db) {
            Ok(db) => {
                self.file = FileId::of(&self.dir.store());
                self.db = Some(db);
                Ok(())
            }
            Err(error) => {
                self.generation.fetch_sub(1, Ordering::Release);
                Err(error)
            }
        }
    }
}

/// Whether a fact frees pages for good: the events of runs whose logs were deleted go.
fn is_deletion(fact: &Write) -> bool {
    matches!(fact, Write::Journal(entry) if matches!(entry.event, JournalEvent::LogsDeleted { .. }))
}

/// The receivers that are notified after a commit.
struct Listeners {
    feed: Arc<Feed>,
    backlog: Backlog,
}

fn work(mut store: Written, inbox: &Receiver<Write>, listeners: &Listeners) {
    let mut waiting = Vec::new();
    loop {
        let first = match store.next(inbox, &listeners.feed, !waiting.is_empty()) {
            Next::Write(first) => Some(first),
            Next::TryAgain => None,
            Next::Over => return,
        };
        let mut asked = Asked::default();
        gather(first, inbox, &mut waiting, &mut asked);
        let then = std::mem::take(&mut asked.then);
        let result = store.look(asked).and_then(|()| store.commit(&waiting));
        listeners.backlog.refuse(result.is_err());
        match &result {
            Ok(()) => listeners.notify(&mut waiting),
            Err(error) => {
                tracing::error!(%error, "the store refused")
            }
        }
        let shown = result.map_err(|error| error.to_string());
        for then in then {
            then(shown.clone().map_err(|error| {
                Error::refused(protocol::ErrorCode::Store, error, STORE_REFUSES)
                    .on_terminal("`mush rebuild` makes the store again, when there is space.")
            }));
        }
    }
}

/// The writer's next action.
enum Next {
    /// Take this message, and those that come with it.
    Write(Write),
    /// Try the refused facts again.
    TryAgain,
    /// End, because all senders are gone.
    Over,
}

/// Waits for the next message. A change that the feed holds back is published when it is due.
fn next(inbox: &Receiver<Write>, feed: &Feed, refused: bool) -> Next {
    let again = refused.then(|| Instant::now() + TRY_AGAIN);
    loop {
        let left = again.map(|at| at.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            return Next::TryAgain;
        }
        let Some(timeout) = feed.due().into_iter().chain(left).min() else {
            return inbox.recv().map_or(Next::Over, Next::Write);
        };
        match inbox.recv_timeout(timeout) {
            Ok(write) => return Next::Write(write),
            Err(RecvTimeoutError::Timeout) if feed.due() == Some(Duration::ZERO) => {
                feed.touch(Touched::default());
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Next::Over,
        }
    }
}

impl Listeners {
    /// Notifies pages of the facts that are now in the store, and actors that there is capacity for more.
    fn notify(&self, committed: &mut Vec<Write>) {
        let mut touched = Touched::default();
        for fact in committed.drain(..) {
            match fact {
                Write::Journal(entry) => touched::by_entry(&entry, &mut touched),
                Write::Run(commit) => {
                    self.backlog.release(&commit);
                    touched::by_events(&commit.events, &mut touched);
                    self.feed.draft(&commit.run, commit.drafts);
                    touched.counters.push(commit.story);
                }
                Write::Read(_, story, _) => touched.counters.push(story),
                Write::Forget(_) | Write::Damaged(..) | Write::Flush { .. } => {}
            }
        }
        self.feed.touch(touched);
    }
}

/// The requests that came with the gathered facts.
#[derive(Default)]
struct Asked {
    /// The callbacks that wait.
    then: Vec<OnCommitted>,
    /// Whether to check the store.
    check: bool,
    /// The reported damage, and the generation of the store that has it.
    damaged: Option<(String, Generation)>,
}

/// Takes messages that come within [`GATHER`]; a message that waits for a flush ends the gathering.
fn gather(
    first: Option<Write>,
    inbox: &Receiver<Write>,
    waiting: &mut Vec<Write>,
    asked: &mut Asked,
) {
    let deadline = Instant::now() + GATHER;
    let mut next = first;
    while let Some(write) = next.take() {
        match write {
            Write::Flush { then, check } => {
                asked.then.push(then);
                asked.check |= check;
            }
            Write::Damaged(why, generation) => asked.damaged = Some((why, generation)),
            fact => waiting.push(fact),
        }
        if !asked.then.is_empty() || waiting.len() >= QUEUE {
            return;
        }
        next = inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok();
    }
}

fn commit(db: &Connection, facts: &[Write], generation: Generation) -> Result<()> {
    let transaction = db.unchecked_transaction()?;
    for fact in facts {
        match fact {
            Write::Journal(entry) => write::journal(&transaction, entry)?,
            Write::Run(commit) => write::run(&transaction, commit)?,
            Write::Forget(run) => {
                if write::forget_run(&transaction, run)? {
                    rereading::mark(&transaction, run)?;
                }
            }
            Write::Read(run, _, began) if *began == generation => {
                rereading::done(&transaction, run)?;
            }
            Write::Read(..) | Write::Damaged(..) | Write::Flush { .. } => {}
        }
    }
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::fold::RunFold;
    use protocol::{Timestamp, UsageTotals};

    fn printed(run: &str, bytes: u64) -> RunCommit {
        RunCommit {
            run: RunId::new(run),
            story: StoryId::new("story"),
            account: None,
            decoder: agents::plain_decoder(),
            events: Vec::new(),
            settled: Vec::new(),
            fold: RunFold::new(UsageTotals::default()).summary(),
            output_bytes: bytes,
            bytes,
            drafts: Vec::new(),
        }
    }

    fn entry(seq: u64) -> JournalEntry {
        JournalEntry {
            seq: Seq(seq),
            at: Timestamp::from_millis(1),
            story: None,
            run: None,
            event: JournalEvent::Warning { text: "words".to_owned() },
        }
    }

    /// Sends facts of runs until there is no capacity; returns how many it sent.
    fn fill(writer: &StoreWriter, bytes: u64) -> u64 {
        let mut sent = 0;
        while writer.has_capacity() {
            writer.run(printed(&format!("run-{sent}"), bytes)).unwrap();
            sent += 1;
        }
        sent
    }

    fn count(db: &Connection, table: &str) -> u64 {
        db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    /// Makes a new directory with its store, and another connection that holds the store's lock.
    fn held() -> (tempfile::TempDir, DataDir, Connection, Connection) {
        let root = tempfile::tempdir().unwrap();
        let dir = DataDir::at(&root.path().join("data")).unwrap();
        dir.create().unwrap();
        let db = store::create(&dir.store()).unwrap();
        let holder = Connection::open(dir.store()).unwrap();
        holder.execute_batch("BEGIN IMMEDIATE").unwrap();
        (root, dir, db, holder)
    }

    /// A recovery that must not be called, for a store that is intact.
    fn no_recovery() -> Recover {
        Box::new(|_, _, _| panic!("the store is whole"))
    }

    #[test]
    fn a_caller_that_must_not_wait_is_notified_after_the_commit() {
        let (_root, dir, db, holder) = held();
        let (writer, _thread) = StoreWriter::start(db, dir, no_recovery()).unwrap();
        writer.journal(entry(1)).unwrap();
        let (committed, heard) = std::sync::mpsc::channel();
        writer.after_commit(move |shown| committed.send(shown.is_ok()).unwrap()).unwrap();
        assert!(heard.try_recv().is_err(), "somebody holds it");
        holder.execute_batch("ROLLBACK").unwrap();
        assert_eq!(heard.recv(), Ok(true));
        assert_eq!(count(&holder, "journal"), 1);
    }

    #[test]
    fn a_store_that_refuses_takes_so_much_and_has_all_of_it_later() {
        let (_root, dir, db, holder) = held();
        db.busy_timeout(Duration::ZERO).unwrap();
        let (writer, thread) = StoreWriter::start(db, dir, no_recovery()).unwrap();

        assert!(fill(&writer, 0) <= QUEUE as u64 / 2, "small facts leave room for the journal");
        for seq in 1..=50 {
            writer.journal(entry(seq)).unwrap();
        }
        assert!(writer.flush().is_err(), "somebody holds it");
        assert!(writer.is_refused() && !writer.has_capacity());

        holder.execute_batch("ROLLBACK").unwrap();
        // Nothing is sent any more, so the writer tries again by itself.
        let deadline = Instant::now() + Duration::from_secs(60);
        while !writer.has_capacity() {
            assert!(Instant::now() < deadline, "it is not tried again");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(!writer.is_refused());
        assert_eq!((count(&holder, "run_folds"), count(&holder, "journal")), (128, 50));
        let large = 1 << 20;
        holder.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert!((16..32).contains(&fill(&writer, large)), "a full store takes some megabytes");
        holder.execute_batch("ROLLBACK").unwrap();
        writer.flush().unwrap();
        assert!(writer.has_capacity());
        drop(writer);
        thread.join().unwrap();
    }
}
