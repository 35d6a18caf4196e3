//! The actor of one live run: one thread, one closed set of inputs, one loop. It follows what the keeper
//! records, commits events to the store, writes to the agent through the keeper, and reports to the
//! director. It decides nothing about the story and does not write the journal. Dropping its handle
//! detaches: the keeper and the agent continue.

mod capacity;
mod clocks;
mod unreadable;

use super::messages::{Command, Report};
use super::outcome;
use super::tail::{Batch, Tail};
use crate::clock::SharedClock;
use crate::error::{Error, Result};
use crate::record::Ending;
use crate::record::{OpenQuestion, RunCommit, RunStatus};
use crate::threads;
use crate::writer::{Generation, StoreWriter};
use capacity::POLL_CAPACITY;
use keeper::Refusal;
use keeper::client::{Client, ClientError, Wake, Watcher};
use keeper::rundir::{Liveness, RunDir};
use protocol::{AccountId, AgentId, Event, RunId, RunKind, Seq, Stop, StoryId, Timestamp};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};
use unreadable::Broken;

/// How long an agent without open work must print nothing to count as idle.
const QUIET: Duration = Duration::from_secs(2);

/// The same time after a background task ended, because the agent may still report about it.
const QUIET_AFTER_TASK: Duration = Duration::from_secs(10);

/// Poll interval for the files, in case notifications were lost.
const LOOK: Duration = Duration::from_secs(1);

/// How many batches are read before the inbox is checked again.
const BATCHES: usize = 8;

/// How long a keeper may take to appear after its start was recorded.
const APPEAR: Duration = Duration::from_secs(5);

/// How many commands may wait; the director sends few. When the queue is full, the director blocks for a
/// moment.
const COMMANDS: usize = 64;

enum ActorInput {
    Changed,
    Command(Command),
}

/// What an actor must know of its run.
pub struct Assignment {
    /// The run.
    pub run: RunId,
    /// The run's story.
    pub story: StoryId,
    /// The purpose of the run.
    pub kind: RunKind,
    /// The agent.
    pub agent: AgentId,
    /// The account that the run spends from.
    pub account: Option<AccountId>,
    /// The run's directory.
    pub dir: RunDir,
    /// A reader at the beginning of the run.
    pub tail: Tail,
    /// The last event that is already in the store.
    pub stored: Seq,
    /// Inputs that an earlier owner recorded; the keeper knows which of them it has.
    pub resend: Vec<(String, String)>,
    /// Whether the end of input was recorded.
    pub closed: bool,
    /// Who requested a stop, and why, if that was recorded and the keeper does not have it yet.
    pub stop: Option<Stop>,
    /// When the run was to be started, by the journal.
    pub started_at: Timestamp,
    /// The run's time limit; `None` for agents.
    pub time_limit: Option<Duration>,
    /// The sending end of the store's writer.
    pub writer: StoreWriter,
    /// The wall clock, to find out how long a run that is taken over has been quiet.
    pub clock: SharedClock,
}

/// A handle on an actor.
#[derive(Debug)]
pub struct Handle {
    inputs: SyncSender<ActorInput>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Handle {
    /// Sends a command. An actor that has ended ignores it.
    pub fn send(&self, command: Command) {
        if self.inputs.send(ActorInput::Command(command)).is_err() {
            tracing::debug!("a command for a run that is over");
        }
    }

    /// Detaches the actor and waits until it has ended.
    pub fn detach(mut self) {
        self.send(Command::Detach);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a run's actor panicked; the run itself goes on");
        }
    }
}

/// Starts an actor. `report` is called on the actor's thread.
///
/// # Errors
/// If the system cannot start a thread.
pub fn start(
    assignment: Assignment,
    report: impl FnMut(Report) + Send + 'static,
) -> Result<Handle> {
    let (inputs, inbox) = sync_channel(COMMANDS);
    let wake = inputs.clone();
    let name = format!("run-{}", assignment.run);
    let work = move || Actor::new(assignment, report, wake).work(&inbox);
    let thread = threads::spawn(name, work).map_err(Error::Thread)?;
    Ok(Handle { inputs, thread: Some(thread) })
}

struct Actor<R> {
    run: Assignment,
    report: R,
    /// A sender of the actor's own inbox, for the thread that watches the keeper.
    wake: SyncSender<ActorInput>,
    /// Whether the thread that watches the keeper runs.
    is_watching: bool,
    client: Option<Client>,
    unsent: VecDeque<Unsent>,
    began: Instant,
    last_bytes: Instant,
    closed_at: Option<Instant>,
    /// Who requested a stop, and why.
    stopped: Option<Stop>,
    /// The status that was reported last.
    last_reported: Option<RunStatus>,
    /// Whether the run was read up to now at least once.
    caught_up: bool,
    /// Whether the store's writer was notified of that.
    counts: bool,
    /// The store's generation when the reading began.
    began_in: Generation,
    /// Whether there was more to read at the end of the last round.
    behind: bool,
    /// Whether the store's writer has no capacity for the run's next events.
    full: bool,
    /// Whether the director was notified that the store does not take the run's events.
    held_reported: bool,
    process: Option<u32>,
    /// The marker that the run's processes carry.
    marker: Option<String>,
    /// Whether the last bytes of a run that is over were read.
    read_to_end: bool,
    broken: Option<Broken>,
}

/// A request to the keeper, kept until the keeper has it.
enum Unsent {
    Write { id: String, text: String },
    Close,
    Stop(Stop),
    Sync,
}

/// Whether the actor continues after a round.
enum Round {
    Continue,
    Finished,
}

impl<R: FnMut(Report)> Actor<R> {
    fn new(mut run: Assignment, report: R, wake: SyncSender<ActorInput>) -> Self {
        let resend = std::mem::take(&mut run.resend);
        let mut unsent: VecDeque<_> =
            resend.into_iter().map(|(id, text)| Unsent::Write { id, text }).collect();
        let now = Instant::now();
        let marker = run.dir.read_spec().ok().map(|spec| spec.marker);
        if run.closed {
            unsent.push_back(Unsent::Close);
        }
        let stopped = run.stop.take();
        if let Some(stop) = stopped.clone() {
            unsent.push_front(Unsent::Stop(stop));
        }
        Self {
            closed_at: run.closed.then_some(now),
            began_in: run.writer.generation(),
            run,
            report,
            wake,
            is_watching: false,
            client: None,
            unsent,
            began: now,
            last_bytes: now,
            stopped,
            last_reported: None,
            caught_up: false,
            counts: false,
            behind: false,
            full: false,
            held_reported: false,
            process: None,
            marker,
            read_to_end: false,
            broken: None,
        }
    }

    fn work(mut self, inbox: &Receiver<ActorInput>) {
        loop {
            match self.round() {
                Round::Continue => {}
                Round::Finished => return,
            }
            match inbox.recv_timeout(self.timeout()) {
                Ok(ActorInput::Command(Command::Detach)) | Err(RecvTimeoutError::Disconnected) => {
                    // Inputs that were recorded before are still sent to the agent.
                    return self.flush();
                }
                Ok(ActorInput::Command(command)) => self.command(command),
                Ok(ActorInput::Changed) | Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Does one round, whether the run's files can be read or not.
    fn round(&mut self) -> Round {
        if self.broken.as_ref().is_some_and(|broken| broken.at > Instant::now()) {
            self.watch();
            self.flush();
            self.stop_without_keeper();
            return Round::Continue;
        }
        match self.step() {
            Ok(step) => {
                if !self.behind {
                    // The files were read up to now, so the fault is gone.
                    self.broken = None;
                }
                step
            }
            // The store has ended with the director; the next owner reads the same files.
            Err(Error::Ended) => Round::Finished,
            Err(error) => self.cannot_read(error.to_string()),
        }
    }

    /// Reads new output, talks to the keeper, checks whether the run is over, and reports changes.
    fn step(&mut self) -> Result<Round> {
        // The end is checked before the last read, so that everything printed before it is read.
        let over = self.is_over()?;
        let newest = if self.read_to_end { None } else { self.catch_up()? };
        let over = over.filter(|_| !self.behind);
        self.caught_up |= !self.behind;
        if over.is_none() {
            // Reported before the commit, so that a question in the store can be answered.
            self.report_status();
        }
        if let Some(newest) = newest {
            self.run.writer.run(newest)?;
        }
        if self.caught_up && !self.counts {
            let (run, story) = (self.run.run.clone(), self.run.story.clone());
            self.run.writer.has_read(run, story, self.began_in)?;
            self.counts = true;
        }
        match over {
            Some(end) => self.finish(end),
            None => {
                self.watch();
                self.flush();
                self.check_clocks();
                self.report_status();
                Ok(Round::Continue)
            }
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Write { id, text } => self.unsent.push_back(Unsent::Write { id, text }),
            Command::Close => {
                self.closed_at = Some(Instant::now());
                self.unsent.push_back(Unsent::Close);
            }
            Command::Stop(stop) => {
                self.stopped = Some(stop.clone());
                self.unsent.push_front(Unsent::Stop(stop));
            }
            Command::Detach => {}
        }
    }

    fn timeout(&self) -> Duration {
        match (self.full, self.behind) {
            (true, _) => return POLL_CAPACITY,
            (false, true) => return Duration::ZERO,
            (false, false) => {}
        }
        if self.read_to_end || self.broken.is_some() {
            return LOOK;
        }
        let fold = self.run.tail.fold();
        let settling = fold.is_turn_over()
            && !self.last_reported.as_ref().is_some_and(|status| status.turn_over);
        match (settling, self.is_watching) {
            (true, _) => Duration::from_millis(100),
            (false, true) => LOOK,
            (false, false) => Duration::from_millis(50),
        }
    }

    /// Reads new output and commits it, except for the newest part, which is returned. An agent can print
    /// faster than it is read, so this stops after some batches to let commands through. If the store's
    /// writer has no capacity, the output is not read yet: it is safe in the log.
    fn catch_up(&mut self) -> Result<Option<RunCommit>> {
        let mut newest = None;
        for _ in 0..BATCHES {
            let read = match self.has_capacity() {
                Ok(false) => break,
                capacity => capacity.and_then(|_| self.run.tail.read()),
            };
            let batch = match read {
                Ok(batch) => batch,
                Err(error) => {
                    // What was read before the damage counts.
                    newest.take().map_or(Ok(()), |earlier| self.run.writer.run(earlier))?;
                    return Err(error);
                }
            };
            self.behind = batch.bytes > 0;
            if !self.behind {
                break;
            }
            self.last_bytes = self.when_printed();
            let commit = self.commit(batch);
            if let Some(earlier) = newest.replace(commit) {
                self.run.writer.run(earlier)?;
            }
        }
        Ok(newest)
    }

    /// When the last bytes were printed: now for a run that is followed, and by the wall clock for a run
    /// that is being taken over.
    fn when_printed(&self) -> Instant {
        let now = Instant::now();
        if self.caught_up {
            return now;
        }
        let age = self.run.clock.now().since(self.run.tail.last_time()).max(0).unsigned_abs();
        now.checked_sub(Duration::from_millis(age)).unwrap_or(now)
    }

    fn commit(&mut self, batch: Batch) -> RunCommit {
        let important = |event: &Event| {
            matches!(event, Event::Session(_) | Event::Answered { .. } | Event::TurnEnded(_))
        };
        if batch.events.iter().any(|numbered| important(&numbered.event)) {
            self.unsent.push_back(Unsent::Sync);
        }
        let stored = self.run.stored;
        let events = batch.events.into_iter().filter(|numbered| numbered.seq > stored).collect();
        let settled = batch.settled.into_iter().filter(|settled| settled.seq > stored).collect();
        RunCommit {
            run: self.run.run.clone(),
            story: self.run.story.clone(),
            account: self.run.account.clone(),
            decoder: self.run.tail.decoder(),
            events,
            settled,
            fold: self.run.tail.fold().summary(),
            output_bytes: self.run.tail.output_bytes(),
            bytes: batch.bytes,
            drafts: batch.drafts,
        }
    }

    /// Whether the run is over, by its directory. If the keeper cannot be asked, the run is not over.
    fn is_over(&self) -> Result<Option<Over>> {
        if self.exit()?.is_some() {
            return Ok(Some(Over::Exited));
        }
        match self.run.dir.liveness() {
            Liveness::Free => {}
            Liveness::Unknown if !self.run.dir.path().exists() => {
                let gone = std::io::ErrorKind::NotFound.into();
                return Err(Error::io("read", self.run.dir.path())(gone));
            }
            Liveness::Held | Liveness::Unknown => return Ok(None),
        }
        // The keeper writes `exit.json` before it releases the lock, so the file is checked again.
        if self.exit()?.is_some() {
            return Ok(Some(Over::Exited));
        }
        let appeared = self.run.dir.read_keeper().map_err(unreadable)?.is_some();
        let waited = self.run.clock.now().since(self.run.started_at).max(0);
        let is_late = waited.unsigned_abs() > APPEAR.as_millis() as u64;
        match (appeared, is_late || self.began.elapsed() > APPEAR) {
            (true, _) => Ok(Some(Over::Lost)),
            (false, true) => {
                let words = Ending::never_started().evidence.summary;
                let forbidden = self.run.dir.forbid_start(&words).map_err(unreadable)?;
                Ok(forbidden.then_some(Over::NeverStarted))
            }
            (false, false) => Ok(None),
        }
    }

    fn exit(&self) -> Result<Option<keeper::facts::Exit>> {
        self.run.dir.read_exit().map_err(unreadable)
    }

    fn finish(&mut self, over: Over) -> Result<Round> {
        if matches!(over, Over::NeverStarted) {
            (self.report)(Report::Over(Box::new(Ending::never_started())));
            return Ok(Round::Finished);
        }
        if !self.read_to_end {
            let last = self.run.tail.finish()?;
            self.read_to_end = true;
            let last = self.commit(last);
            self.run.writer.run(last)?;
        }
        // The end is reported after everything before it is in the store.
        match self.run.writer.flush() {
            Err(Error::Ended) => return Ok(Round::Finished),
            Err(error) => {
                tracing::warn!(run = %self.run.run, %error, "the end waits for the store");
                return Ok(Round::Continue);
            }
            Ok(()) => {}
        }
        self.run.writer.feed().forget(&self.run.run);
        let exit = self.exit()?;
        let stop = self.run.dir.read_stop().map_err(unreadable)?.as_ref().map(outcome::stop_of);
        let fold = self.run.tail.fold();
        let (outcome, mut evidence) = match self.run.kind {
            RunKind::Agent => outcome::decide(&self.run.agent, fold, exit.as_ref(), stop.as_ref()),
            _ => outcome::decide_command(fold, exit.as_ref(), stop.as_ref()),
        };
        if exit.is_none() {
            self.sweep(&mut evidence);
        }
        let at = exit
            .as_ref()
            .map_or(self.run.tail.last_time(), |exit| Timestamp::from_millis(exit.at_ms));
        let question_lost =
            fold.last_turn.as_ref().is_some_and(|turn| turn.unexplained_denials > 0);
        (self.report)(Report::Over(Box::new(Ending {
            outcome,
            evidence,
            question_lost,
            at: Some(at),
            prompts: Some(fold.prompts()),
        })));
        Ok(Round::Finished)
    }

    /// Subscribes to the keeper's notifications as soon as the keeper answers.
    fn watch(&mut self) {
        if self.is_watching {
            return;
        }
        let Ok(mut watcher) = Watcher::connect(&self.run.dir) else { return };
        let wake = self.wake.clone();
        let watch = move || {
            loop {
                match watcher.wait(LOOK) {
                    Wake::Closed => {
                        // If the inbox is full, the actor notices the keeper's end at its next poll.
                        let _ = wake.try_send(ActorInput::Changed);
                        return;
                    }
                    // If the inbox is full, the actor reads the files soon anyway.
                    Wake::Changed => match wake.try_send(ActorInput::Changed) {
                        Ok(()) | Err(TrySendError::Full(_)) => {}
                        Err(TrySendError::Disconnected(_)) => return,
                    },
                    Wake::Timeout => {}
                }
            }
        };
        self.is_watching = threads::spawn("watch", watch).is_ok();
    }

    /// Sends unsent requests to the keeper, in order; a request that fails is tried again in the next
    /// round.
    fn flush(&mut self) {
        while let Some(next) = self.unsent.pop_front() {
            match self.send_to_keeper(&next) {
                Ok(()) => {}
                Err(ClientError::Refused { kind: Refusal::Disk, message })
                    if matches!(next, Unsent::Write { .. }) =>
                {
                    tracing::warn!(run = %self.run.run, message, "the disk takes no input");
                    self.unsent.push_front(next);
                    return;
                }
                Err(ClientError::Refused { kind, message }) => {
                    tracing::warn!(run = %self.run.run, message, "the keeper refused");
                    if kind == Refusal::InputClosed {
                        // The agent reads no more input, so it is expected to end.
                        self.closed_at.get_or_insert_with(Instant::now);
                    }
                }
                Err(error) => {
                    tracing::debug!(run = %self.run.run, %error, "the keeper is not reached");
                    self.client = None;
                    self.unsent.push_front(next);
                    return;
                }
            }
        }
    }

    fn send_to_keeper(&mut self, what: &Unsent) -> std::result::Result<(), ClientError> {
        let client = match self.client.take() {
            Some(client) => self.client.insert(client),
            None => self.client.insert(Client::connect(&self.run.dir, Duration::from_secs(2))?),
        };
        match what {
            Unsent::Write { id, text } => client.input(id, text.as_bytes()).map(|_| ()),
            Unsent::Close => client.close_input(),
            Unsent::Stop(stop) => client.stop(stop.by.word(), &stop.why.to_text()),
            Unsent::Sync => client.sync(),
        }
    }

    fn report_status(&mut self) {
        if !self.caught_up {
            return;
        }
        if self.process.is_none()
            && let Ok(Some(facts)) = self.run.dir.read_keeper()
        {
            self.process = facts.child.map(|child| child.pid);
        }
        let status = self.status();
        if !self.last_reported.as_ref().is_some_and(|last| last.is_unchanged(&status)) {
            self.last_reported = Some(status.clone());
            (self.report)(Report::Status(status));
        }
    }

    fn status(&self) -> RunStatus {
        let fold = self.run.tail.fold();
        let quiet = if fold.task_ended_since_result { QUIET_AFTER_TASK } else { QUIET };
        let mut questions: Vec<OpenQuestion> = fold.questions.values().cloned().collect();
        questions.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.request.cmp(&b.request)));
        let is_quiet = !self.behind && self.last_bytes.elapsed() >= quiet;
        RunStatus {
            process: self.process,
            spoke: fold.spoke,
            questions,
            idle: is_quiet && fold.is_idle(),
            turn_over: is_quiet && fold.is_turn_over(),
            interrupted: fold.is_interrupted(),
            succeeded: fold.succeeded,
            conversation: self.run.tail.conversation(),
            prompts_read: fold.prompts,
            at: self.run.tail.last_time(),
            paused: self.run.dir.is_paused(),
            caught_up: self.caught_up,
        }
    }
}

enum Over {
    Exited,
    Lost,
    NeverStarted,
}

fn unreadable(error: keeper::rundir::RunDirError) -> Error {
    Error::Keeper(error.to_string())
}
