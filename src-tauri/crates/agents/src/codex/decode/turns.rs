//! Turns: their beginning, their end, and what went wrong in them. A prompt that is written during a turn
//! joins it, so one end can answer several prompts.

use super::CodexDecoder;
use super::errors;
use crate::codex::wire::thread::{ErrorNews, Turn as WireTurn, TurnError, TurnNews};
use crate::decoder::Sink;
use crate::nothing_done::NOTHING_DONE;
use crate::unrecognized::unknown_shape;
use protocol::{
    ApiErrorKind, ApiUsage, Busy, Event, NoticeLevel, TaskStatus, Turn, TurnEnd, UsageTotals,
};
use std::collections::{BTreeMap, HashMap};

/// What is known about the turn before its end.
#[derive(Default)]
pub(super) struct TurnSoFar {
    /// The current turn of the conversation itself.
    current: Option<String>,
    /// Prompts whose turn has not ended, each with its turn.
    prompts: HashMap<String, String>,
    /// The last error that was not retried.
    error: Option<ApiErrorKind>,
    /// Whether a final error was emitted.
    error_emitted: bool,
    /// The number of retries.
    retries: u32,
    /// The error of the last retry.
    last_retry: Option<ApiErrorKind>,
    /// The last finished text, by thread.
    answers: HashMap<String, String>,
    /// Calls that were refused.
    pub(super) denials: Vec<String>,
}

impl TurnSoFar {
    /// Takes the turn that a prompt began or joined. In older versions (0.145.0) the reply to a prompt
    /// that joins names another turn; the message that the prompt becomes names the right one.
    pub(super) fn prompted(&mut self, prompt: String, turn: String) {
        self.prompts.insert(prompt, turn);
    }

    /// Takes the prompts that this turn answers with its end and returns their number; `None` if
    /// something else began the turn.
    fn answered(&mut self, turn: Option<&str>) -> Option<u32> {
        let before = self.prompts.len();
        self.prompts.retain(|_, other| turn != Some(other.as_str()));
        u32::try_from(before - self.prompts.len()).ok().filter(|count| *count > 0)
    }

    /// Returns the current turn.
    pub(super) fn going_on(&self) -> Option<String> {
        self.current.clone()
    }

    /// Takes a finished text.
    pub(super) fn said(&mut self, thread: Option<&str>, text: &str) {
        self.answers.insert(thread.unwrap_or("").to_owned(), text.to_owned());
    }

    fn answer(&mut self, thread: Option<&str>) -> String {
        self.answers.remove(thread.unwrap_or("")).unwrap_or_default()
    }
}

impl CodexDecoder {
    pub(super) fn turn_started(&mut self, news: &TurnNews<'_>, sink: &mut Sink<'_>) {
        let thread = news.thread_id.as_deref();
        self.threads.begin(thread, sink);
        if self.threads.is_root(thread) {
            self.turn.current = news.turn.as_ref().and_then(|turn| turn.id.clone());
            sink.event(Event::Status { busy: Busy::Working });
        }
    }

    pub(super) fn turn_completed(&mut self, news: TurnNews<'_>, sink: &mut Sink<'_>) {
        let thread = news.thread_id.as_deref();
        let Some(turn) = news.turn.filter(|turn| turn.status.is_some()) else {
            return unknown_shape("turn/completed", sink);
        };
        let completed = turn.status.as_deref() == Some("completed");
        self.drafts.finish(thread, &self.threads, sink);
        if !completed {
            self.calls.cut_short(thread, &self.threads, sink);
        }
        if self.threads.is_root(thread) {
            self.root_ended(&turn, thread, sink);
        } else {
            self.subagent_ended(&turn, thread.unwrap_or(""), sink);
        }
    }

    fn root_ended(&mut self, turn: &WireTurn<'_>, thread: Option<&str>, sink: &mut Sink<'_>) {
        if let Some(error) = turn.error.as_ref().filter(|_| !self.turn.error_emitted) {
            self.failed_for_good(error, sink);
        }
        let message = turn.error.as_ref().and_then(errors::message);
        let completed = turn.status.as_deref() == Some("completed");
        let answer = Some(self.turn.answer(thread)).filter(|_| completed);
        let prompts = self.turn.answered(turn.id.as_deref());
        let ended = std::mem::take(&mut self.turn);
        self.turn.prompts = ended.prompts;
        self.turn.answers = ended.answers;
        let is_silent = completed && prompts.is_some() && !self.has_worked;
        let nothing = is_silent.then(|| NOTHING_DONE.to_owned());
        sink.event(Event::TurnEnded(Box::new(TurnEnd {
            turn: if is_silent { Turn::Failed } else { meaning(turn, ended.error) },
            said: said(turn),
            text: nothing.or(message).or(answer).unwrap_or_default(),
            usage: self.usage.totals(),
            index: None,
            queued: 0,
            joined: prompts.unwrap_or(1).saturating_sub(1),
            from_task: prompts.is_none(),
            denials: ended.denials,
            duration_ms: turn.duration_ms,
            api_ms: None,
            login_expires_at: None,
            number: 0,
            shares: Vec::new(),
        })));
    }

    fn subagent_ended(&mut self, turn: &WireTurn<'_>, thread: &str, sink: &mut Sink<'_>) {
        let status = match turn.status.as_deref() {
            Some("completed") => TaskStatus::Completed,
            Some("interrupted") => TaskStatus::Stopped,
            Some("failed") => TaskStatus::Failed,
            _ => TaskStatus::Unknown,
        };
        let message = turn.error.as_ref().and_then(errors::message);
        let summary = message.unwrap_or_else(|| self.turn.answer(Some(thread)));
        self.threads.finish(thread, status, &summary, sink);
    }

    /// Ends a turn that could not begin because the program refused what it needs: no model was asked for it.
    pub(super) fn never_began(&mut self, turn: Turn, why: String, sink: &mut Sink<'_>) {
        let nothing = UsageTotals { models: BTreeMap::new(), cost_micros: Some(0) };
        let usage = self.usage.totals().or(Some(ApiUsage::Step { used: nothing }));
        self.ended_without_its_end(turn, why, usage, sink);
    }

    fn ended_without_its_end(
        &mut self,
        turn: Turn,
        why: String,
        usage: Option<ApiUsage>,
        sink: &mut Sink<'_>,
    ) {
        sink.event(Event::TurnEnded(Box::new(TurnEnd {
            turn,
            said: "refused".to_owned(),
            text: why,
            usage,
            index: None,
            queued: 0,
            joined: 0,
            from_task: false,
            denials: Vec::new(),
            duration_ms: None,
            api_ms: None,
            login_expires_at: None,
            number: 0,
            shares: Vec::new(),
        })));
    }

    /// Ends a turn whose end was in a line too long to be kept, so that its outcome is not known.
    pub(super) fn ended_out_of_sight(&mut self, sink: &mut Sink<'_>) {
        let root = self.threads.root();
        self.drafts.finish(root.as_deref(), &self.threads, sink);
        let why = "The end of the turn is too long to be read.".to_owned();
        let usage = self.usage.totals();
        self.ended_without_its_end(Turn::Failed, why, usage, sink);
    }

    pub(super) fn failed(&mut self, news: ErrorNews, sink: &mut Sink<'_>) {
        let thread = news.thread_id.as_deref();
        let Some(error) = news.error else {
            return unknown_shape("error", sink);
        };
        if !self.threads.is_root(thread) {
            return sink.event(Event::TaskProgress {
                task: thread.unwrap_or("").to_owned(),
                description: errors::message(&error),
                tokens: None,
                tool_uses: None,
            });
        }
        if news.will_retry == Some(true) {
            self.drafts.abandon(thread, sink);
            self.retry(&error, sink);
        } else {
            // What was said before the error stands before it.
            self.drafts.finish(thread, &self.threads, sink);
            self.failed_for_good(&error, sink);
        }
    }

    fn retry(&mut self, error: &TurnError, sink: &mut Sink<'_>) {
        self.turn.retries += 1;
        let counted = error.message.as_deref().and_then(attempts);
        let (attempt, max) = match counted {
            Some((attempt, max)) => (attempt, Some(max)),
            None => (self.turn.retries, None),
        };
        let failure = errors::failure(error);
        self.turn.last_retry = failure.kind;
        sink.event(Event::Retry {
            attempt,
            max,
            // The program waits, but does not report how long.
            delay_ms: 0,
            status: failure.status,
            error: failure.kind.unwrap_or(ApiErrorKind::Unknown),
        });
    }

    fn failed_for_good(&mut self, error: &TurnError, sink: &mut Sink<'_>) {
        let failure = errors::failure(error);
        // This word is vaguer than the retries before it, which named what kept failing.
        let kind = failure.kind.or(self.turn.last_retry.filter(|_| !errors::is_budget(error)));
        self.turn.error_emitted = true;
        self.turn.error = kind;
        let message = errors::message(error).unwrap_or_default();
        if failure.is_limit {
            self.limits.reached(&message, sink);
        }
        match kind {
            Some(kind) => {
                sink.event(Event::ApiError { error: kind, status: failure.status, message });
            }
            None => sink.event(Event::Notice { level: NoticeLevel::Error, text: message }),
        }
    }
}

fn meaning(turn: &WireTurn<'_>, emitted: Option<ApiErrorKind>) -> Turn {
    match turn.status.as_deref() {
        Some("completed") => Turn::Completed,
        Some("interrupted") => Turn::Interrupted,
        _ => match turn.error.as_ref() {
            Some(error) if errors::is_budget(error) => Turn::Budget,
            Some(error) => match errors::failure(error).kind.or(emitted) {
                Some(kind) => Turn::Error(kind),
                None => Turn::Failed,
            },
            None => emitted.map_or(Turn::Failed, Turn::Error),
        },
    }
}

/// The program's own words about the end.
fn said(turn: &WireTurn<'_>) -> String {
    let status = turn.status.as_deref().unwrap_or("");
    match turn.error.as_ref().and_then(errors::word) {
        Some(word) => format!("{status} / {word}"),
        None => status.to_owned(),
    }
}

/// Reads the attempt and the maximum from `Reconnecting... 1/5`.
fn attempts(message: &str) -> Option<(u32, u32)> {
    let (attempt, max) = message.rsplit(' ').next()?.split_once('/')?;
    Some((attempt.parse().ok()?, max.parse().ok()?))
}
