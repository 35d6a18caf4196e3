//! Follows one story: prints events as they are committed, asks questions on a terminal, and
//! returns when the story is settled. It reads only from the store, so it works with any owner. If
//! no process owns the directory any more, it becomes the owner.

use crate::access::Access;
use crate::asked::Asked;
use crate::asker::Asker;
use crate::lines::{Extent, Lines};
use crate::signals::SignalRequest;
use crate::slow::QUIET;
use crate::text::{self, Out, announce};
use crate::why;
use engine::store::read::Reader;
use engine::{Engine, Opening, owner, runtime};
use protocol::{
    Envelope, Fault, JobKind, JournalEvent, Reply, Request, Run, RunId, Seq, Source, StopReason,
    Story, StoryId, StoryState, WaitsFor,
};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;

/// The longest time between two checks for news.
const LOOK: Duration = Duration::from_millis(100);

/// Why the following ended.
pub(crate) enum Followed {
    /// The story is settled.
    Settled(Box<Story>),
    /// This program was asked to end; the agent continues.
    Left,
}

/// Follows a story, with these options.
pub(crate) struct Follower<'a> {
    pub(crate) access: &'a Access,
    pub(crate) out: Out,
    pub(crate) engine: Option<Engine>,
    pub(crate) requests: UnboundedReceiver<SignalRequest>,
    /// Whether Ctrl-C stops the story; otherwise it only ends the following.
    pub(crate) stops: bool,
    /// Whether it waits until limits reset; otherwise a limit ends the following.
    pub(crate) wait_out: bool,
    /// Whether it prints events.
    pub(crate) print: bool,
    /// The kind of this program, for its owner record if it becomes the owner.
    pub(crate) role: &'static str,
}

impl Follower<'_> {
    pub(crate) fn follow(mut self, story: &StoryId) -> Result<Followed, Fault> {
        let mut shown = Shown::new();
        let mut asker = Asker::new(self.out);
        let mut paused = false;
        let mut starting = Starting::new();
        let mut stops = 0;
        let followed = loop {
            self.keep_owned()?;
            let mut reader = self.access.open_store()?;
            let revision = self.engine.as_ref().map(|engine| engine.feed().revision());
            if self.print {
                let news =
                    self.access.with_recovery(&mut reader, |reader| shown.news(reader, story))?;
                shown.print(news, self.out);
            }
            if !self.stops && !text::is_read() {
                // Standard output is closed: a command that only shows a story ends; one that
                // started the story keeps following it.
                break Followed::Left;
            }
            let now =
                self.access.with_recovery(&mut reader, |reader| reader.story(story.as_str()))?;
            let all = |reader: &Reader| Ok(!self.print || shown.is_up_to_date(reader, story)?);
            let is_settled = self.is_settled(&now) && !self.is_about_to_start(&now);
            if is_settled && self.access.with_recovery(&mut reader, all)? {
                break Followed::Settled(Box::new(now));
            }
            let runs = self.access.with_recovery(&mut reader, |reader| reader.runs(Some(story)))?;
            self.show_pause(&runs, &mut paused);
            self.show_start(&now, &mut starting);
            let is_shown = |reader: &Reader| Ok(!self.print || shown.has_journal(reader, story)?);
            if now.state == StoryState::Waiting
                && !shown.is_waiting()
                && self.access.with_recovery(&mut reader, is_shown)?
            {
                let open = |reader: &Reader| open_questions(reader, story);
                asker.ask(self.access.with_recovery(&mut reader, open)?);
            }
            for (question, answer) in asker.answers() {
                let id = question.clone();
                if let Err(fault) = self.request(Request::Answer { question, answer }) {
                    text::fault(&fault);
                    asker.refused(&id);
                }
            }
            match self.wait(revision)? {
                Some(SignalRequest::Leave) => break Followed::Left,
                Some(SignalRequest::Stop) if !self.stops => break Followed::Left,
                Some(SignalRequest::Stop) => {
                    stops += 1;
                    self.stop(story, stops > 1);
                }
                None => {}
            }
        };
        if let Some(engine) = self.engine.take() {
            self.access.leave(&engine, Engine::close);
        }
        Ok(followed)
    }

    /// Waits for a signal, for a revision newer than `revision`, or for [`LOOK`].
    fn wait(&mut self, revision: Option<u64>) -> Result<Option<SignalRequest>, Fault> {
        let engine = self.engine.as_ref();
        let news = async {
            match (engine, revision) {
                (Some(engine), Some(seen)) => engine.news(seen).await,
                _ => std::future::pending().await,
            }
        };
        let requests = &mut self.requests;
        let next = async {
            tokio::select! {
                Some(request) = requests.recv() => Some(request),
                () = news => None,
                () = tokio::time::sleep(LOOK) => None,
            }
        };
        runtime::wait(next).map_err(|error| Fault::from(engine::Error::Thread(error)))
    }

    /// Announces that output cannot be written to the disk, and later that it can be written again.
    fn show_pause(&self, runs: &[Run], shown: &mut bool) {
        let going = runs.iter().filter(|run| run.outcome.is_none());
        let paused = going.map(|run| self.access.dir.run(&run.id)).any(|dir| dir.is_paused());
        if paused != std::mem::replace(shown, paused) {
            announce(match paused {
                true => {
                    "The disk takes nothing more: the agent waits. Free some space and it goes on; nothing is lost."
                }
                false => "The disk takes what the agent prints again.",
            });
        }
    }

    /// Says what the story's next run waits for, if its start takes long.
    fn show_start(&self, story: &Story, starting: &mut Starting) {
        let is_starting =
            matches!(story.state, StoryState::Draft | StoryState::Queued | StoryState::Starting);
        if !self.print || !is_starting {
            *starting = Starting::new();
        } else if starting.looked_at.elapsed() >= QUIET {
            starting.looked_at = Instant::now();
            let why = self.request(Request::Why { story: story.id.clone() });
            if let Ok(Reply::Why { waits_for: waits_for @ WaitsFor::Job { job, .. } }) = why
                && starting.shown.replace(job) != Some(job)
            {
                announce(&why::sentence(story, &waits_for, None));
            }
        }
    }

    fn stop(&self, story: &StoryId, now: bool) {
        announce(if now { "Killing it." } else { "Stopping. Ctrl-C again kills it." });
        let why = StopReason::CtrlC;
        if let Err(fault) = self.request(Request::Stop { story: story.clone(), why, now }) {
            text::fault(&fault);
        }
    }

    fn request(&self, request: Request) -> Result<Reply, Fault> {
        match &self.engine {
            Some(engine) => engine.request(request).map_err(Fault::from),
            None => self.access.ask(request),
        }
    }

    /// Whether the next run of a resting story is about to start. Before this is recorded, only the
    /// owner can tell.
    fn is_about_to_start(&self, story: &Story) -> bool {
        let is_asked = story.queued_prompts > 0 && story.state != StoryState::Archived;
        let why = is_asked.then(|| self.request(Request::Why { story: story.id.clone() }));
        match why {
            Some(Ok(Reply::Why { waits_for })) => {
                matches!(waits_for, WaitsFor::Job { .. } | WaitsFor::Nothing | WaitsFor::Run { .. })
            }
            _ => false,
        }
    }

    fn is_settled(&self, story: &Story) -> bool {
        match story.state {
            StoryState::Done
            | StoryState::NeedsYou
            | StoryState::Stopped
            | StoryState::Archived => story.queued_prompts == 0 || story.state != StoryState::Done,
            StoryState::Limited => !self.wait_out,
            _ => false,
        }
    }

    /// Announces when another process became the owner, and becomes the owner when no process is.
    fn keep_owned(&mut self) -> Result<(), Fault> {
        if self.engine.as_ref().is_some_and(|engine| !engine.is_owner()) {
            announce("Another program owns the data directory now; this one follows.");
            self.engine = None;
        }
        if self.engine.is_none()
            && !owner::is_owned(&self.access.dir)?
            && let Opening::Owner(engine) = self.access.open(self.role)?
        {
            self.engine = Some(engine);
        }
        Ok(())
    }
}

/// The open questions of a story.
fn open_questions(reader: &Reader, story: &StoryId) -> engine::Result<Vec<Asked>> {
    let open = reader.questions(true)?.into_iter().filter(|question| question.story == *story);
    open.map(|question| Asked::of(reader, question)).collect()
}

/// A start that may take long.
struct Starting {
    /// When it was last looked what it waits for, or when it began.
    looked_at: Instant,
    /// What was said to be waited for.
    shown: Option<JobKind>,
}

impl Starting {
    fn new() -> Self {
        Self { looked_at: Instant::now(), shown: None }
    }
}

/// What was printed already.
struct Shown {
    runs: HashMap<RunId, Seq>,
    journal: Seq,
    /// The last journal entry that the look before this one found; `None` before the first look.
    known: Option<Seq>,
    /// Whether that entry was not printed yet.
    is_waiting: bool,
    lines: Lines,
}

/// What is to be printed after a look at the store.
struct News {
    envelopes: Vec<Envelope>,
    /// The last entry of the story's journal.
    last: Seq,
    /// Whether a state among the entries waits for the next look.
    is_waiting: bool,
}

impl Shown {
    fn new() -> Self {
        let lines = Lines::new(Extent::First);
        Self {
            runs: HashMap::new(),
            journal: Seq::default(),
            known: None,
            is_waiting: false,
            lines,
        }
    }

    /// What the store has of a story and is to be printed now. A state can be in the store a moment before the events
    /// that it is about, so a new one waits for the next look, and what came after it waits with it.
    fn news(&self, reader: &Reader, story: &StoryId) -> engine::Result<News> {
        let entries = reader.journal(story, self.journal)?;
        let is_new_state = |entry: &&Envelope| {
            let is_new = self.known.is_some_and(|known| entry.seq > known);
            is_new && matches!(entry.source, Source::Journal(JournalEvent::StateChanged { .. }))
        };
        let waiting = entries.iter().find(is_new_state).map(|entry| (entry.seq, entry.at));
        let last = entries.last().map_or(self.journal, |entry| entry.seq);
        let is_earlier = |entry: &Envelope| waiting.is_none_or(|(seq, _)| entry.seq < seq);
        let mut envelopes: Vec<Envelope> = entries.into_iter().take_while(is_earlier).collect();
        for run in self.behind(reader, story)? {
            let events = reader.events(&run, self.seen(&run), usize::from(u16::MAX))?;
            let is_earlier = |event: &Envelope| waiting.is_none_or(|(_, at)| event.at <= at);
            envelopes.extend(events.into_iter().take_while(is_earlier));
        }
        Ok(News { envelopes, last, is_waiting: waiting.is_some() })
    }

    /// Whether every entry of the story's journal was printed: a question is shown after the state that it made.
    fn has_journal(&self, reader: &Reader, story: &StoryId) -> engine::Result<bool> {
        Ok(reader.journal(story, self.journal)?.is_empty())
    }

    /// Whether a state is about to be printed; what is asked comes after it.
    fn is_waiting(&self) -> bool {
        self.is_waiting
    }

    fn print(&mut self, news: News, out: Out) {
        let News { mut envelopes, last, is_waiting } = news;
        (self.known, self.is_waiting) = (Some(last), is_waiting);
        for envelope in &envelopes {
            match (&envelope.source, &envelope.run) {
                (Source::Run(_), Some(run)) => drop(self.runs.insert(run.clone(), envelope.seq)),
                _ => self.journal = envelope.seq,
            }
        }
        in_order(&mut envelopes);
        for envelope in &envelopes {
            out.one(envelope, |envelope| self.lines.of(envelope));
        }
    }

    fn seen(&self, run: &RunId) -> Seq {
        self.runs.get(run).copied().unwrap_or_default()
    }

    /// Whether everything that the store has of the story was printed.
    fn is_up_to_date(&self, reader: &Reader, story: &StoryId) -> engine::Result<bool> {
        let is_behind =
            reader.is_rereading(Some(story))? || !self.behind(reader, story)?.is_empty();
        Ok(!is_behind && self.has_journal(reader, story)?)
    }

    /// The runs of a story with events that were not printed. A run that is being read again is
    /// left out until it was read.
    fn behind(&self, reader: &Reader, story: &StoryId) -> engine::Result<Vec<RunId>> {
        let is_behind = |run: &Run| !run.rereading && run.events > self.seen(&run.id).0;
        let runs = reader.runs(Some(story))?.into_iter();
        Ok(runs.filter(is_behind).map(|run| run.id).collect())
    }
}

/// Sorts by time, for display only. Where times are equal, a state comes after what the agent said, because it follows
/// from that, and else a file's own order is kept.
fn in_order(envelopes: &mut [Envelope]) {
    let is_state = |envelope: &Envelope| {
        matches!(envelope.source, Source::Journal(JournalEvent::StateChanged { .. }))
    };
    envelopes.sort_by_key(|envelope| (envelope.at, is_state(envelope)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Event, Timestamp, TurnEnd};
    use serde_json::json;

    fn envelope(at: i64, seq: u64, source: Source) -> Envelope {
        let at = Timestamp::from_millis(at);
        Envelope { story: None, run: None, seq: Seq(seq), pos: None, at, source }
    }

    #[test]
    fn what_an_agent_said_stands_before_the_state_that_follows_from_it() {
        let state = |state: &str| {
            let changed = json!({"type": "state_changed", "state": state, "reason": null,
                "since": Timestamp::from_millis(1), "evidence": {}});
            Source::Journal(serde_json::from_value(changed).unwrap())
        };
        let end: TurnEnd =
            serde_json::from_value(json!({"turn": "interrupted", "said": "", "text": "",
            "usage": null, "index": null, "queued": 0, "from_task": false, "denials": [],
            "duration_ms": null, "api_ms": null, "login_expires_at": null}))
            .unwrap();
        let mut all = [
            envelope(5, 1, state("running")),
            envelope(9, 2, state("stopped")),
            envelope(9, 3, state("archived")),
            envelope(7, 1, Source::Run(Event::Prompt { text: "p".to_owned() })),
            envelope(9, 2, Source::Run(Event::TurnEnded(Box::new(end)))),
        ];
        in_order(&mut all);
        let is_run = |envelope: &Envelope| matches!(envelope.source, Source::Run(_));
        let order: Vec<_> = all.iter().map(|it| (it.at.millis(), is_run(it), it.seq.0)).collect();
        let expected = [(5, false, 1), (7, true, 1), (9, true, 2), (9, false, 2), (9, false, 3)];
        assert_eq!(order, expected);
    }
}
