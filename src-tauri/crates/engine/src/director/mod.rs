//! The director: the one thread that acts. It owns the journal and the state, takes the reports of runs
//! and jobs, asks the policies what to do and does it, answers requests, and waits for limits to reset.
//! Every fact is recorded before its effect. Actors read the logs and write to agents. Jobs wait for git,
//! programs, keepers and queries of the store; the director waits for none of these.

mod adopt;
mod answers;
mod checkpoints;
mod comments;
mod config;
mod delete_logs;
mod finish;
mod forecast;
mod gates;
mod jobs;
mod leave;
mod measure;
mod pace;
mod perform;
mod place;
mod prune;
mod refusals;
mod reports;
mod requests;
mod resume;
mod set_up;
mod shelf;
mod silence;
mod start;
mod unsent;
mod variables;
mod whole;

pub(crate) use delete_logs::LogsReport;
pub(crate) use place::PlaceFound;

use crate::check::Checking;
use crate::clock::SharedClock;
use crate::config::Configuration;
use crate::data_dir::DataDir;
use crate::env::Environment;
use crate::error::Result;
use crate::job::launch::Keepers;
use crate::journal::Journal;
use crate::owner::OwnerLock;
use crate::policy::work::{self, Work};
use crate::policy::{Seen, View, checkpoint, limits};
use crate::programs::Versions;
use crate::recovery::RecoveryReport;
use crate::reread::{Progress, Rereading};
use crate::run::actor::Handle;
use crate::run::messages::{Command, Report};
use crate::state::State;
use crate::story::change::{Because, change};
use crate::story::notify::{StoryNotification, Subscribers};
use crate::story::table::{Change, StoryInput};
use crate::writer::{Generation, StoreWriter};
use agents::Conversation;
use checkpoints::{CheckpointJobs, CheckpointReport};
use jobs::{AbortOnDrop, JobReport};
use pace::Pace;
use place::PendingStory;
use protocol::{
    InputKind, JournalEntry, JournalEvent, Reply, Request, RunId, Seq, SessionId, StoryId,
};
use refusals::{check_has_files, not_found, state_word, wrong_state};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;

/// The longest sleep of the director, so that a clock that jumped is noticed.
const LONGEST_SLEEP: Duration = Duration::from_secs(20);

/// The longest time to wait for starts that are under way before the directory is released.
const LONGEST_LEAVE: Duration = Duration::from_secs(60);

/// Added to the sleep until a reset, so that the reset has certainly passed when the director wakes.
const ROUNDING: Duration = Duration::from_millis(50);

/// The sender for the answer to a request; exactly one answer is sent.
pub(crate) type ReplyTo = UnboundedSender<Reply>;

/// A message to the director.
pub(crate) enum Input {
    /// A request, and the sender for its answer.
    Request(Request, ReplyTo),
    /// A report of a run's actor.
    Report(RunId, Report),
    /// The place of a new story was found, or why not.
    PlaceFound(Box<PlaceFound>),
    /// A report of the job that a story's next run waits for.
    Job(StoryId, RunId, JobReport),
    /// A report of the job that makes a checkpoint of this worktree, or restores one.
    Checkpoint(String, CheckpointReport),
    /// A report of the job that does something with the branch of the story in this worktree.
    Finish(String, Box<finish::FinishReport>),
    /// How the work of a story stands, or why that is not known.
    Measured(Result<protocol::Work>),
    /// What came of comparing a story of this project with the others.
    Forecast(String, Box<protocol::StoryForecast>),
    /// A report of a job that deletes logs of a story.
    Logs(StoryId, LogsReport),
    /// Notify the sender when every live run has been read up to now.
    WhenCaughtUp(Sender<()>),
    /// Notify the sender when, in addition, every run that is to be read again has been read, with the runs
    /// whose logs are damaged.
    WhenAllRead(Sender<Vec<(RunId, String)>>),
    /// Use this environment from now on for stories that come without one.
    Environment(Box<Environment>),
    /// Progress of reading runs that are over again.
    Reread(Progress),
    /// The store's writer made it again.
    StoreRecovered(Box<RecoveryReport>),
    /// Tell the sender what is left to do or to wait for.
    Work(Sender<Work>),
    /// Release everything and end, if nothing is left to do or to wait for.
    CloseAtRest {
        /// The reason, for the journal.
        why: String,
        /// Told whether the directory is free.
        done: Sender<bool>,
    },
    /// Release everything and end.
    Close {
        /// The reason, for the journal.
        why: String,
        /// Notified when the directory is free.
        done: Option<Sender<()>>,
        /// Whether no other process may own the directory after this one; then runs that were started
        /// here get their first prompt before it ends.
        is_last: bool,
    },
}

/// The actor of a live run. The run's status is in [`Seen`].
struct Live {
    actor: Handle,
    reported: bool,
}

/// The director's state.
pub(crate) struct Director {
    pub(crate) dir: DataDir,
    pub(crate) lock: OwnerLock,
    pub(crate) journal: Journal,
    pub(crate) state: State,
    pub(crate) writer: StoreWriter,
    pub(crate) clock: SharedClock,
    /// The program that keepers are copies of.
    pub(crate) program: PathBuf,
    /// This process's environment, for stories whose request had none.
    pub(crate) environment: Environment,
    /// The kind of this program, for the journal and other owners.
    pub(crate) role: String,
    /// Whether the owner's start and end are left out of the journal.
    brief: bool,
    /// The director's own inbox, for reports of actors and jobs.
    pub(crate) inputs: SyncSender<Input>,
    /// The receivers of notifications.
    subscribers: Subscribers,
    live: HashMap<RunId, Live>,
    seen: Seen,
    config: Configuration,
    environments: HashMap<StoryId, StoryEnvironment>,
    /// Stories whose place is being looked for.
    pending_stories: HashMap<StoryId, PendingStory>,
    /// Stories whose logs are being deleted, and who waits for that.
    deletions: HashMap<StoryId, Vec<ReplyTo>>,
    /// When the policies are asked next.
    pace: Pace,
    /// The jobs that stories' next runs wait for.
    jobs: HashMap<StoryId, AbortOnDrop>,
    checkpoints: CheckpointJobs,
    finishes: finish::FinishJobs,
    /// The job that measures how the work of a story stands.
    measurement: Option<AbortOnDrop>,
    forecasts: forecast::ForecastJobs,
    keepers: Arc<Keepers>,
    /// Every start of a keeper holds a clone of this sender; `started` disconnects when the last clone is
    /// dropped.
    starting: Option<Sender<()>>,
    started: Receiver<()>,
    /// Runs whose process was started by this owner.
    started_here: BTreeSet<RunId>,
    /// Versions of programs, as the programs reported them.
    versions: Arc<Versions>,
    catching_up: Vec<Sender<()>>,
    /// The thread that reads runs that are over again, until it is done.
    rereading: Option<Rereading>,
    /// The runs whose logs it found damaged.
    damaged: Vec<(RunId, String)>,
    /// To be notified when that is done.
    reading_all: Vec<Sender<Vec<(RunId, String)>>>,
    /// Checks the store's pages, after an owner that did not come to its end.
    checking: Option<Checking>,
    /// The generation of the store whose runs are being read again, or were.
    generation: Generation,
    /// Answers to questions of runs that are still being read.
    unread_answers: Vec<(Request, ReplyTo)>,
    /// The kind of program that asked for the directory, set when it is released for it.
    yielded: Arc<OnceLock<String>>,
    /// Set while the director waits for starts under way before it releases the directory.
    leaving: Option<Leaving>,
}

/// A request to release the directory.
struct Leaving {
    why: String,
    done: Option<Sender<()>>,
    is_last: bool,
    /// When the directory is released even if something is still under way.
    at_latest: Instant,
}

/// The environment that the request for a story gave its runs. It is in memory only.
#[derive(Clone, Default)]
struct StoryEnvironment {
    /// The conversation that the first run resumes.
    resume: Option<SessionId>,
    environment: Option<Environment>,
    set: BTreeMap<String, String>,
}

/// The parts of the director that come from an opened directory.
pub(crate) struct Parts {
    pub(crate) dir: DataDir,
    pub(crate) lock: OwnerLock,
    pub(crate) journal: Journal,
    pub(crate) state: State,
    pub(crate) config: Configuration,
    pub(crate) writer: StoreWriter,
    pub(crate) clock: SharedClock,
    pub(crate) program: PathBuf,
    pub(crate) environment: Environment,
    pub(crate) role: String,
    pub(crate) brief: bool,
    pub(crate) inputs: SyncSender<Input>,
    pub(crate) subscribers: Subscribers,
    pub(crate) rereading: Option<Rereading>,
    pub(crate) checking: Option<Checking>,
    pub(crate) yielded: Arc<OnceLock<String>>,
}

impl Director {
    pub(crate) fn new(parts: Parts) -> Self {
        let (starting, started) = channel();
        let keepers = Keepers::new(parts.program.clone(), parts.dir.bin());
        Self {
            dir: parts.dir,
            lock: parts.lock,
            journal: parts.journal,
            state: parts.state,
            writer: parts.writer,
            clock: parts.clock,
            program: parts.program,
            environment: parts.environment,
            role: parts.role,
            brief: parts.brief,
            inputs: parts.inputs,
            subscribers: parts.subscribers,
            live: HashMap::new(),
            seen: Seen::default(),
            config: parts.config,
            environments: HashMap::new(),
            pending_stories: HashMap::new(),
            deletions: HashMap::new(),
            pace: Pace::default(),
            jobs: HashMap::new(),
            measurement: None,
            forecasts: forecast::ForecastJobs::default(),
            checkpoints: CheckpointJobs::default(),
            finishes: finish::FinishJobs::default(),
            keepers: Arc::new(keepers),
            starting: Some(starting),
            started,
            started_here: BTreeSet::new(),
            versions: Arc::default(),
            catching_up: Vec::new(),
            rereading: parts.rereading,
            damaged: Vec::new(),
            reading_all: Vec::new(),
            checking: parts.checking,
            generation: Generation::default(),
            unread_answers: Vec::new(),
            yielded: parts.yielded,
            leaving: None,
        }
    }

    /// Handles inputs until the directory is released.
    pub(crate) fn work(mut self, inbox: &Receiver<Input>) {
        self.begin();
        loop {
            if self.pace.is_due() {
                self.refresh_config();
                self.settle();
            }
            self.notify_caught_up();
            if self.may_leave()
                && let Some(leaving) = self.leaving.take()
            {
                return self.leave(leaving);
            }
            match inbox.recv_timeout(self.timeout()) {
                Ok(Input::Request(Request::Yield { role }, reply)) => {
                    tracing::info!(role, "gives the directory over");
                    // Nobody else sets it.
                    let _ = self.yielded.set(role);
                    return self.close("yielded", move || {
                        // The caller may be gone; the directory is free anyway.
                        let _ = reply.send(Reply::Done);
                    });
                }
                // Starts that are under way are finished first.
                Ok(Input::Close { why, done, is_last }) => {
                    let at_latest = Instant::now() + LONGEST_LEAVE;
                    self.leaving = Some(Leaving { why, done, is_last, at_latest });
                }
                // What was asked before was taken before, and what is asked later finds another owner.
                Ok(Input::CloseAtRest { why, done }) if self.is_at_rest() => {
                    return self.close(&why, move || {
                        // The caller may be gone.
                        let _ = done.send(true);
                    });
                }
                Ok(input) => self.take(input),
                Err(RecvTimeoutError::Timeout) => self.pace.at_once(),
                Err(RecvTimeoutError::Disconnected) => return self.close("done", || ()),
            }
        }
    }

    fn take(&mut self, input: Input) {
        match input {
            // The store may show questions of a run that was just taken over and is still being read.
            Input::Request(request @ Request::Answer { .. }, reply)
                if !self.can_answer(&request) =>
            {
                self.unread_answers.push((request, reply));
            }
            Input::Request(request, reply) => {
                self.request(request, reply);
                self.pace.at_once();
            }
            Input::Report(run, report) => self.report(run, report),
            Input::PlaceFound(found) => {
                self.place_found(*found);
                self.pace.at_once();
            }
            Input::Job(story, run, report) => self.job(&story, run, report),
            Input::Checkpoint(place, report) => self.checkpoint_report(&place, report),
            Input::Finish(place, report) => self.finish_report(&place, *report),
            Input::Measured(measured) => self.measurement(measured),
            Input::Forecast(project, made) => self.forecast_made(&project, *made),
            Input::Logs(story, report) => self.logs(&story, report),
            Input::WhenCaughtUp(notify) => self.catching_up.push(notify),
            Input::WhenAllRead(notify) => self.reading_all.push(notify),
            Input::Work(tell) => {
                // The caller may be gone, here and below.
                let _ = tell.send(self.work_left());
            }
            Input::CloseAtRest { done, .. } => {
                let _ = done.send(false);
            }
            Input::Environment(environment) => self.environment = *environment,
            Input::Reread(progress) => self.reread(progress),
            Input::StoreRecovered(made) => self.store_recovered(*made),
            Input::Close { .. } => unreachable!("`work` takes it before it comes here"),
        }
    }

    fn begin(&mut self) {
        let started = JournalEvent::OwnerStarted {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            role: self.role.clone(),
        };
        if !self.brief
            && let Err(error) = self.record(None, None, started)
        {
            tracing::error!(%error, "the journal refuses");
        }
    }

    /// Releases the directory: jobs first, then actors and the thread that reads runs again, then the
    /// store and the lock. Agents continue. It waits for a keeper that is just being started, so that the
    /// next owner finds it.
    fn close(mut self, why: &str, done: impl FnOnce()) {
        self.jobs.clear();
        self.checkpoints.abort();
        self.finishes.cancel();
        self.measurement = None;
        self.forecasts.abort();
        self.starting = None;
        // Returns with an error, without a message, when no start is under way.
        let _ = self.started.recv();
        for (_, live) in self.live.drain() {
            live.actor.detach();
        }
        self.stop_reading();
        let ended = JournalEvent::OwnerEnded { why: why.to_owned() };
        if !self.brief
            && let Err(error) = self.record(None, None, ended)
        {
            tracing::error!(%error, "the journal refuses");
        }
        if let Err(error) = self.writer.flush() {
            tracing::error!(%error, "the store is behind; the next owner brings it up to date");
        }
        drop(self.writer);
        drop(self.lock);
        done();
    }

    /// What is left to do or to wait for.
    fn work_left(&self) -> Work {
        match self.pending_stories.is_empty() && self.deletions.is_empty() {
            true => work::left(&self.view()),
            false => Work::GoesOn,
        }
    }

    fn is_at_rest(&self) -> bool {
        self.work_left() == Work::None && !self.pace.is_pending() && self.is_all_held()
    }

    fn is_caught_up(&self) -> bool {
        self.live.values().all(|live| live.reported)
    }

    fn notify_caught_up(&mut self) {
        if !self.is_caught_up() {
            return;
        }
        for (request, reply) in std::mem::take(&mut self.unread_answers) {
            self.request(request, reply);
        }
        for notify in std::mem::take(&mut self.catching_up) {
            // The receiver may be gone.
            let _ = notify.send(());
        }
        self.notify_all_read();
    }

    /// Whether the question of an answer is open, or every run that could have it was read.
    fn can_answer(&self, request: &Request) -> bool {
        let Request::Answer { question, .. } = request else { return true };
        self.open_question(question).is_some() || self.is_caught_up()
    }

    fn timeout(&self) -> Duration {
        let until_reset = self.until_reset().unwrap_or(LONGEST_SLEEP);
        let until_due = self.pace.until_due().unwrap_or(LONGEST_SLEEP);
        let leaving = self.leaving.as_ref().map(|leaving| leaving.at_latest);
        let until_left = leaving.map(|at| at.saturating_duration_since(Instant::now()));
        let until_look = self.config.until_look();
        let others = [until_left, until_look, Some(LONGEST_SLEEP)];
        others.into_iter().flatten().fold(until_reset.min(until_due), Duration::min)
    }

    /// Returns the time until the next reset that something waits for, or the next checkpoint.
    fn until_reset(&self) -> Option<Duration> {
        let view = self.view();
        let next = limits::next(&view).into_iter().chain(checkpoint::next(&view)).min();
        let wait = next?.since(self.clock.now()).max(0).unsigned_abs();
        Some(Duration::from_millis(wait) + ROUNDING)
    }

    /// Records a fact: appends it to the journal and syncs, then updates the state, then the store. Its
    /// effect may begin when this returns.
    fn record(
        &mut self,
        story: Option<&StoryId>,
        run: Option<&RunId>,
        event: JournalEvent,
    ) -> Result<JournalEntry> {
        let at = self.clock.now();
        let entry =
            JournalEntry { seq: Seq(0), at, story: story.cloned(), run: run.cloned(), event };
        let entry = self.journal.append(entry)?;
        let kind = entry.event.word();
        tracing::info!(
            seq = entry.seq.0,
            kind,
            story = story.map(StoryId::as_str),
            run = run.map(RunId::as_str),
            "recorded"
        );
        self.state.apply(&entry);
        self.writer.journal(entry.clone())?;
        Ok(entry)
    }

    /// The view that the policies decide on.
    fn view(&self) -> View<'_> {
        let config = self.config.in_force();
        View { state: &self.state, seen: &self.seen, config, now: self.clock.now() }
    }

    /// Returns the conversation with a run's agent.
    fn conversation(&self, run: &RunId) -> Conversation {
        self.seen.runs.get(run).map(|status| status.conversation.clone()).unwrap_or_default()
    }

    /// Removes the actor and the status of a run that is over.
    fn let_go(&mut self, run: &RunId) {
        self.started_here.remove(run);
        self.seen.runs.remove(run);
        self.seen.checkpoints.allowed.remove(run);
        if let Some(live) = self.live.remove(run) {
            live.actor.detach();
        }
    }

    /// Applies an input to a story's state, records the change and sends the notification, if any.
    fn apply(&mut self, story: &StoryId, input: &StoryInput, because: Because) -> Result<()> {
        let Some(record) = self.state.stories.get(story) else { return Ok(()) };
        let stands = (record.state, record.reason, record.until);
        let Some(change) = change(stands, input, &because) else { return Ok(()) };
        let notification = self.notification(story, change, &because);
        let run = because.run.clone();
        let event = because.recorded(change, self.clock.now());
        self.record(Some(story), run.as_ref(), event)?;
        if let Some(notification) = notification {
            // Without a receiver nothing is lost: the change is in the journal.
            let _ = self.subscribers.send(notification);
        }
        Ok(())
    }

    fn notification(
        &self,
        story: &StoryId,
        change: Change,
        because: &Because,
    ) -> Option<StoryNotification> {
        let record = self.state.stories.get(story)?;
        let dir_name =
            std::path::Path::new(&record.dir).file_name().unwrap_or_default().to_string_lossy();
        Some(StoryNotification {
            story: story.clone(),
            kind: change.notification?,
            title: record.title.clone(),
            agent: record.agent.clone(),
            place: record.branch.clone().unwrap_or_else(|| dir_name.into_owned()),
            reason: change.reason,
            about: because.about.clone(),
            detail: because.detail.clone(),
            until: because.until,
            reset: because.reset,
        })
    }

    /// Records an input for an agent, then has it written.
    fn write(&mut self, run: &RunId, input: NewInput) -> Result<()> {
        let (id, text, kind) = (input.id.clone(), input.text.clone(), input.kind);
        self.record_input(run, input)?;
        if let Some(live) = self.live.get(run) {
            live.actor.send(match kind {
                InputKind::Close => Command::Close,
                _ => Command::Write { id, text },
            });
        }
        Ok(())
    }

    /// Records an input for an agent.
    fn record_input(&mut self, run: &RunId, input: NewInput) -> Result<()> {
        let story = self.state.runs.get(run).map(|run| run.story.clone());
        let event = JournalEvent::Input {
            id: input.id,
            kind: input.kind,
            text: input.text,
            question: input.question,
            answer: input.answer,
            by: input.by,
        };
        self.record(story.as_ref(), Some(run), event).map(drop)
    }
}

/// A new input for an agent.
struct NewInput {
    id: String,
    kind: InputKind,
    text: String,
    question: Option<protocol::QuestionId>,
    answer: Option<protocol::Answer>,
    by: Option<protocol::Actor>,
}

impl NewInput {
    fn plain(id: String, kind: InputKind, text: String) -> Self {
        Self { id, kind, text, question: None, answer: None, by: None }
    }
}
