//! The handle of the engine: opens a data directory as its owner, sends it requests, and closes it.
//! It is cheap to clone; the director's thread does the work. A process that cannot become the
//! owner is a follower: it reads the store and sends requests to the owner over `engine.sock`.

use crate::check::Checking;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Configuration;
use crate::data_dir::DataDir;
use crate::director::{Director, Input, Parts};
use crate::env::Environment;
use crate::error::{Error, Result};
use crate::feed::Feed;
use crate::git::Git;
use crate::integrity;
use crate::journal::{self, Journal};
use crate::owner::{OwnerLock, OwnerRecord, OwnerSocket, Owning, try_own};
use crate::policy::work::Work;
use crate::rebuild::{self, LiveRuns, StartedRun};
use crate::recovery::{self, Old, Recovered};
use crate::reread::Rereading;
use crate::runtime;
use crate::state::State;
use crate::store::read::Reader;
use crate::store::{self, Opened};
use crate::story::notify::{KEPT, StoryNotification};
use crate::threads;
use crate::writer::StoreWriter;
use protocol::{
    ConfigState, FeedBatch, FeedRequest, JournalEntry, JournalEvent, Reply, Request, RunId, Seq,
};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::timeout;

/// The most inputs that wait for the director. If the queue is full, senders block for a moment.
const INPUTS: usize = 1024;

/// The settings of an engine.
#[derive(Clone)]
pub struct Options {
    /// The directory to own.
    pub dir: DataDir,
    /// The kind of this program: `mush run`, `app`.
    pub role: String,
    /// The `mush` program, from whose copies keepers are started.
    pub program: PathBuf,
    /// The environment for stories whose request has none.
    pub environment: Environment,
    /// The wall clock.
    pub clock: SharedClock,
    /// The directory is owned only briefly, so start and end are not recorded in the journal.
    pub brief: bool,
    /// What to do with the existing store.
    pub store: StoreAtStart,
}

/// What to do with the existing store when a directory is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StoreAtStart {
    /// It is used if it can be.
    #[default]
    Used,
    /// It is made again.
    Rebuilt,
    /// A reader found this damage: the store is kept under another name and made again.
    Damaged(String),
}

impl Options {
    /// Options with this process's environment and the machine's clock.
    pub fn new(dir: DataDir, role: &str, program: PathBuf) -> Self {
        Self {
            dir,
            role: role.to_owned(),
            program,
            environment: Environment::of_this_process(),
            clock: Arc::new(SystemClock),
            brief: false,
            store: StoreAtStart::Used,
        }
    }
}

/// The result of opening a directory.
pub enum Opening {
    /// This process owns it.
    Owner(Engine),
    /// Another process owns it; its record if the lock's file could be read.
    Follower(Option<OwnerRecord>),
}

/// A handle on the owner's engine.
#[derive(Clone)]
pub struct Engine {
    dir: DataDir,
    inputs: SyncSender<Input>,
    feed: Arc<Feed>,
    reader: Arc<Mutex<Option<Reader>>>,
    runtime: &'static Handle,
    /// Weak: when the director ends, subscribers see the channel closed.
    notifications: broadcast::WeakSender<StoryNotification>,
    config: watch::Receiver<Arc<ConfigState>>,
    /// For stories whose request has none.
    environment: Arc<Mutex<Environment>>,
    clock: SharedClock,
    epoch: u64,
    program: PathBuf,
    director: Arc<Mutex<Option<JoinHandle<()>>>>,
    /// The kind of program that asked for the directory and got it.
    yielded: Arc<OnceLock<String>>,
}

impl Engine {
    /// Becomes the owner of the directory, takes over every live run in it, and serves
    /// `engine.sock`.
    pub fn open(options: Options) -> Result<Opening> {
        options.dir.create()?;
        let facts = OwnerRecord {
            pid: std::process::id(),
            role: options.role.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        match try_own(&options.dir, &facts)? {
            Owning::Mine(lock) => Ok(Opening::Owner(Self::start(options, lock)?)),
            Owning::Another(facts) => Ok(Opening::Follower(facts)),
        }
    }

    fn start(options: Options, lock: OwnerLock) -> Result<Self> {
        keeper::return_large_blocks();
        let mut state = State::default();
        let mut entries = Vec::new();
        let mut journal = Journal::open(&options.dir.journal(), |entry| {
            state.apply(&entry);
            entries.push(entry);
        })?;
        let known = integrity::known_to_store(&options.dir);
        integrity::check(&options.dir, journal.last(), known)?;
        // Checked before this owner records its own start.
        let is_after_a_crash = state.owner_is_open && !options.brief;
        let StoreOpened { db, to_read, is_new, warning } =
            open_store(&options, &entries, &state, known)?;
        if let Some(text) = warning {
            let entry = JournalEntry {
                seq: Seq(0),
                at: options.clock.now(),
                story: None,
                run: None,
                event: JournalEvent::Warning { text },
            };
            let entry = journal.append(entry)?;
            state.apply(&entry);
            store::write::journal(&db, &entry)?;
        }
        let (inputs, inbox) = sync_channel(INPUTS);
        let report = {
            let inputs = inputs.clone();
            move |report| hand_over(&inputs, Input::StoreRecovered(Box::new(report)))
        };
        let recover = recovery::for_writer(options.dir.clone(), report);
        let (writer, _thread) = StoreWriter::start(db, options.dir.clone(), recover)?;
        let (file, accepted) = (options.dir.config(), options.dir.accepted_config());
        let config = Configuration::new(file, accepted, state.config.as_deref());
        let (subscribers, _) = broadcast::channel(KEPT);
        let engine = Self {
            dir: options.dir.clone(),
            inputs: inputs.clone(),
            feed: Arc::clone(writer.feed()),
            reader: Arc::default(),
            runtime: runtime::handle().map_err(Error::Thread)?,
            notifications: subscribers.downgrade(),
            config: config.subscribe(),
            environment: Arc::new(Mutex::new(options.environment.clone())),
            clock: Arc::clone(&options.clock),
            // Never 0, which is the epoch of a page without data.
            epoch: state.last.0 + 1,
            program: options.program.clone(),
            director: Arc::default(),
            yielded: Arc::default(),
        };
        let socket = OwnerSocket::bind(&options.dir)?;
        let rereading = match to_read.is_empty() {
            true => None,
            false => {
                let (inputs, writer) = (inputs.clone(), writer.clone());
                // If the director has ended, it needs no report.
                let report = move |done| drop(inputs.send(Input::Reread(done)));
                Some(Rereading::start(options.dir.clone(), writer, to_read, None, report)?)
            }
        };
        let checking = match is_after_a_crash && !is_new {
            true => Checking::start(&options.dir, writer.clone())
                .inspect_err(|error| tracing::warn!(%error, "the store's pages are not checked"))
                .ok(),
            false => None,
        };
        let director = Director::new(Parts {
            dir: options.dir,
            lock,
            journal,
            state,
            config,
            writer,
            clock: options.clock,
            program: options.program,
            environment: options.environment,
            role: options.role,
            brief: options.brief,
            inputs,
            subscribers,
            rereading,
            checking,
            yielded: Arc::clone(&engine.yielded),
        });
        let work = move || director.work(&inbox);
        let thread = threads::spawn("director", work).map_err(Error::Thread)?;
        *engine.director.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        engine.serve(socket)?;
        Ok(engine)
    }

    fn serve(&self, socket: OwnerSocket) -> Result<()> {
        let engine = self.clone();
        let answer = move |request| match engine.request(request) {
            Ok(reply) => Some(reply),
            Err(Error::Ended) => None,
            Err(error) => Some(Reply::Refused { fault: error.into() }),
        };
        let serve = threads::spawn("socket", move || socket.serve(answer));
        serve.map(drop).map_err(Error::Thread)
    }

    /// Sends the director a request and waits for its answer on this thread, which must not be a
    /// worker of the runtime.
    pub fn request(&self, request: Request) -> Result<Reply> {
        let mut answer = self.ask(request)?;
        answered(answer.blocking_recv())
    }

    /// The same without blocking a thread: an answer can take as long as git takes for a worktree.
    pub async fn request_async(&self, request: Request) -> Result<Reply> {
        let mut answer = self.ask(request)?;
        answered(answer.recv().await)
    }

    fn ask(&self, request: Request) -> Result<mpsc::UnboundedReceiver<Reply>> {
        // A request has one answer, so the channel holds at most one.
        let (reply, answer) = mpsc::unbounded_channel();
        self.inputs.send(Input::Request(request, reply)).map_err(|_| Error::Ended)?;
        Ok(answer)
    }

    /// Waits until every live run has been read up to now, so that the states are up to date.
    pub fn catch_up(&self) -> Result<()> {
        let (done, caught_up) = channel();
        self.inputs.send(Input::WhenCaughtUp(done)).map_err(|_| Error::Ended)?;
        caught_up.recv().map_err(|_| Error::Ended)
    }

    /// Waits until, in addition, every run that is to be read again was read, so that the sums are
    /// complete. Returns the runs with damaged logs and the damage; everything before the damage
    /// was read.
    pub fn read_all(&self) -> Result<Vec<(RunId, String)>> {
        let (done, read) = channel();
        self.inputs.send(Input::WhenAllRead(done)).map_err(|_| Error::Ended)?;
        read.recv().map_err(|_| Error::Ended)
    }

    /// The feed, with which readers wait for changes.
    pub fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    /// Waits until the feed's revision is not `seen`.
    pub async fn news(&self, seen: u64) {
        let mut revisions = self.feed.subscribe();
        // This handle keeps the feed alive, so waiting cannot fail.
        let _ = revisions.wait_for(|revision| *revision != seen).await;
    }

    /// Waits until the feed's revision is not `seen` or the time is up. Returns the revision. Waits
    /// on this thread, which must not be a worker of the runtime.
    pub fn wait_for_news(&self, seen: u64, limit: Duration) -> u64 {
        // Result ignored: after the time limit the revision is the same.
        let _ = self.runtime.block_on(async { timeout(limit, self.news(seen)).await });
        self.feed.revision()
    }

    /// Everything that is newer than what a page has.
    pub fn pull(&self, request: &FeedRequest) -> Result<FeedBatch> {
        self.with_recovery(|engine| engine.try_pull(request))
    }

    /// Calls `read`. If it finds damage in the store, waits until the store was recovered and calls
    /// it again.
    pub fn with_recovery<T>(&self, read: impl Fn(&Self) -> Result<T>) -> Result<T> {
        match read(self) {
            Err(error) if error.is_damage() => {
                self.request(Request::CheckStore)?;
                read(self)
            }
            done => done,
        }
    }

    fn try_pull(&self, request: &FeedRequest) -> Result<FeedBatch> {
        let mut kept = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let reader = match kept.take().filter(Reader::is_in_place) {
            Some(reader) => reader,
            None => self.reader()?,
        };
        // After an error the next pull opens a new reader.
        let batch = self.feed.pull(&reader, request, self.epoch, self.clock.now())?;
        *kept = Some(reader);
        Ok(batch)
    }

    /// A receiver for the notifications from now on. Each is sent after the change that causes it
    /// was recorded, until this process does not own the directory any more.
    pub fn notifications(&self) -> broadcast::Receiver<StoryNotification> {
        match self.notifications.upgrade() {
            Some(subscribers) => subscribers.subscribe(),
            // No notification will be sent.
            None => broadcast::channel(1).1,
        }
    }

    /// The owner's configuration. A change by hand is noticed within twenty seconds, and at once
    /// after [`Request::Config`].
    pub fn config(&self) -> Arc<ConfigState> {
        Arc::clone(&self.config.borrow())
    }

    /// A receiver for the configuration, now and whenever it changes.
    pub fn config_changes(&self) -> watch::Receiver<Arc<ConfigState>> {
        self.config.clone()
    }

    /// Sets the environment for later stories whose request has none.
    pub fn use_environment(&self, environment: Environment) {
        *self.environment() = environment.clone();
        // A director that has ended starts nothing.
        let _ = self.inputs.send(Input::Environment(Box::new(environment)));
    }

    fn environment(&self) -> MutexGuard<'_, Environment> {
        self.environment.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The home directory of the environment that the owner was started in.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        self.environment().home()
    }

    /// The git that agents find.
    pub(crate) fn git(&self) -> Git {
        Git::of(&self.environment())
    }

    /// The runtime that the engine's programs run on.
    pub fn runtime(&self) -> &'static Handle {
        self.runtime
    }

    /// The `mush` program, from whose copies keepers are started.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The directory.
    pub fn dir(&self) -> &DataDir {
        &self.dir
    }

    /// A reader of the store.
    pub fn reader(&self) -> Result<Reader> {
        Reader::open(&self.dir.store())
    }

    /// Whether this process still owns the directory; another one may have asked for it.
    pub fn is_owner(&self) -> bool {
        let director = self.director.lock().unwrap_or_else(PoisonError::into_inner);
        director.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// What is left to do or to wait for.
    pub fn work_left(&self) -> Result<Work> {
        let (tell, left) = channel();
        self.inputs.send(Input::Work(tell)).map_err(|_| Error::Ended)?;
        left.recv().map_err(|_| Error::Ended)
    }

    /// The kind of program that asked for the directory, once it was released for it.
    pub fn yielded_to(&self) -> Option<&str> {
        self.yielded.get().map(String::as_str)
    }

    /// Releases the directory if nothing is left to do or to wait for; tells whether it was released.
    pub fn close_at_rest(&self, why: &str) -> bool {
        let (done, closed) = channel();
        let close = Input::CloseAtRest { why: why.to_owned(), done };
        // A director that has ended has released it.
        let is_closed = self.inputs.send(close).is_err() || closed.recv().unwrap_or(true);
        if is_closed {
            self.join();
        }
        is_closed
    }

    /// Releases the directory when the starts that are under way are finished. Agents go on; the next owner
    /// takes them over.
    pub fn close(&self, why: &str) {
        self.let_go(why, false);
    }

    /// The same if no process may own the directory afterwards: waits until the agents that were
    /// started here have their first prompt, because some accept it only after a handshake.
    pub fn close_as_last(&self, why: &str) {
        self.let_go(why, true);
    }

    fn let_go(&self, why: &str, is_last: bool) {
        let (done, closed): (Sender<()>, _) = channel();
        let close = Input::Close { why: why.to_owned(), done: Some(done), is_last };
        if self.inputs.send(close).is_ok() {
            // The director may have released the directory already.
            let _ = closed.recv();
        }
        self.join();
    }

    /// Waits for the end of the director's thread.
    fn join(&self) {
        let thread = self.director.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!(
                "the director panicked; agents go on and the next owner takes them over"
            );
        }
    }
}

fn answered(answer: Option<Reply>) -> Result<Reply> {
    match answer.ok_or(Error::Ended)? {
        Reply::Refused { fault } => Err(Error::Refused(fault)),
        reply => Ok(reply),
    }
}

/// Whether the store is up to date although no process owns the directory: it is usable, has all
/// journal entries, was read by this version's decoders, and no run is live.
pub fn is_up_to_date(dir: &DataDir) -> bool {
    let behind = || -> Result<bool> {
        let reader = Reader::open(&dir.store())?;
        Ok(!reader.is_current()?
            || reader.goes_on()?
            || !rebuild::stale_runs(reader.db())?.is_empty()
            || reader.is_rereading(None)?
            || reader.last_journal()? != journal::last(&dir.journal())?)
    };
    dir.store().is_file() && !behind().unwrap_or(true)
}

/// Sends an input to the director without blocking, for a caller that the director may wait for.
/// Does nothing if the director has ended.
fn hand_over(inputs: &SyncSender<Input>, input: Input) {
    let Err(TrySendError::Full(input)) = inputs.try_send(input) else { return };
    let inputs = inputs.clone();
    if let Err(error) = threads::spawn("hand over", move || drop(inputs.send(input))) {
        tracing::error!(%error, "no thread: the next owner reads what is to be read again");
    }
}

/// An opened store.
struct StoreOpened {
    db: Connection,
    /// The ended runs that are to be read again, the newest story first. Live runs are read by
    /// their actors.
    to_read: Vec<StartedRun>,
    /// Whether it was made at this start.
    is_new: bool,
    /// A warning for the journal, if the existing store could not be used.
    warning: Option<String>,
}

/// Opens the store and applies missing journal entries, or makes it again from a journal of which
/// at least `known` was recorded. No log is decoded for it; runs whose events are missing are
/// marked.
fn open_store(
    options: &Options,
    entries: &[JournalEntry],
    state: &State,
    known: Seq,
) -> Result<StoreOpened> {
    let unusable = match &options.store {
        StoreAtStart::Rebuilt => None,
        StoreAtStart::Damaged(reason) => Some(format!("it is damaged: {reason}")),
        StoreAtStart::Used => match store::open(&options.dir.store())? {
            Opened::Usable(db) => match caught_up(&db, entries, state) {
                Ok(to_read) => {
                    return Ok(StoreOpened { db, to_read, is_new: false, warning: None });
                }
                Err(error) if error.is_damage() => Some(format!("it is damaged: {error}")),
                Err(error) => return Err(error),
            },
            Opened::Unusable(reason) => Some(reason),
        },
    };
    let mut nothing_open = None;
    let old = match &unusable {
        Some(_) => Old::Unusable { at: options.clock.now(), open: &mut nothing_open },
        None => Old::Replaced,
    };
    let last = entries.last().map_or(Seq(0), |entry| entry.seq);
    let Recovered { db, to_read, aside } =
        recovery::recover(&options.dir, last, known, old, LiveRuns::ByActors)?;
    let warning = aside.zip(unusable).map(|(aside, why)| recovery::warning(&why, &aside));
    Ok(StoreOpened { db, to_read, is_new: true, warning })
}

/// Applies missing journal entries to a store. Returns the ended runs that are to be read again.
fn caught_up(db: &Connection, entries: &[JournalEntry], state: &State) -> Result<Vec<StartedRun>> {
    rebuild::catch_up(db, entries)?;
    let mut runs = Vec::new();
    for run in store::rereading::all(db)? {
        if let Some(record) = state.runs.get(&run).filter(|record| record.outcome.is_some()) {
            let (story, spec) = (record.story.clone(), record.spec.clone());
            runs.push(StartedRun { run, story, spec });
        }
    }
    rebuild::newest_first(&mut runs);
    Ok(runs)
}
