//! What Musher wrote, read from the input log: its own requests, which are remembered until their replies
//! come, and answers to the program's requests.

use super::asks::what_was_answered;
use super::{At, CodexDecoder};
use crate::codex::wire::sent::{Prompt, Thread};
use crate::decoder::Sink;
use crate::rpc;
use crate::unrecognized::{unknown_shape, unknown_type};
use protocol::{CompactTrigger, Event};
use serde_json::value::RawValue;
use std::collections::{BTreeSet, HashMap};

/// A request of Musher's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Opens the conversation.
    Hello,
    /// Starts a new thread.
    Start,
    /// Resumes an existing thread.
    Resume,
    /// Sends a prompt, which begins a turn or joins the current one.
    Turn,
    /// Ends the turn.
    Interrupt,
    /// Reads the account's limits.
    Limits,
    /// Runs a command that shows whether the sandbox can start.
    Probe,
    /// Asks for a summary of the conversation.
    Compact,
}

/// Requests of Musher's.
#[derive(Default)]
pub(super) struct Sent {
    /// Requests without a reply, by the JSON text of their ids.
    waiting: HashMap<String, Asked>,
    /// All requests, by their ids.
    pub(super) all: BTreeSet<String>,
    /// Requests with a reply.
    pub(super) replied: BTreeSet<String>,
    /// Whether a requested summary has not come yet.
    awaits_compaction: bool,
}

impl Sent {
    /// Takes the reply to a request; returns the request.
    pub(super) fn take(&mut self, id: &str) -> Option<Asked> {
        let asked = self.waiting.remove(id)?;
        self.replied.insert(plain_id(id));
        Some(asked)
    }

    /// Takes the refusal of a requested summary.
    pub(super) fn compaction_refused(&mut self) {
        self.awaits_compaction = false;
    }

    /// The reason of a summary. The program does not report it: without a request it made the summary by
    /// itself.
    pub(super) fn compact_trigger(&mut self) -> CompactTrigger {
        match std::mem::take(&mut self.awaits_compaction) {
            true => CompactTrigger::Asked,
            false => CompactTrigger::Automatic,
        }
    }
}

/// An id of Musher's, a JSON string, without its quotes.
pub(super) fn plain_id(id: &str) -> String {
    serde_json::from_str(id).unwrap_or_else(|_| id.to_owned())
}

impl CodexDecoder {
    pub(super) fn request(
        &mut self,
        id: &str,
        method: &str,
        params: Option<&RawValue>,
        sink: &mut Sink<'_>,
    ) {
        let asked = match method {
            "initialize" => Asked::Hello,
            "thread/start" => Asked::Start,
            "thread/resume" => Asked::Resume,
            "turn/start" | "turn/steer" => Asked::Turn,
            "turn/interrupt" => Asked::Interrupt,
            "account/rateLimits/read" => Asked::Limits,
            "command/exec" => Asked::Probe,
            "thread/compact/start" => Asked::Compact,
            other => return unknown_type(other, sink),
        };
        self.sent.waiting.insert(id.to_owned(), asked);
        self.sent.all.insert(plain_id(id));
        match asked {
            Asked::Start | Asked::Resume => {
                if let Some(thread) = rpc::fields::<Thread>(params) {
                    self.handshake.ask(thread);
                }
            }
            Asked::Turn => prompt(params, sink),
            Asked::Interrupt => sink.event(Event::InterruptSent),
            Asked::Compact => self.sent.awaits_compaction = true,
            // Only the replies give events.
            _ => {}
        }
    }

    /// Takes Musher's answer to a request of the program.
    pub(super) fn answered(
        &mut self,
        id: &str,
        result: Option<&RawValue>,
        at: At,
        sink: &mut Sink<'_>,
    ) {
        let Some(call) = self.questions.close(id) else { return };
        if let Some(call) = call {
            self.calls.waited(&call, at);
        }
        match what_was_answered(result) {
            Some((allowed, message)) => {
                sink.event(Event::Answered { request: id.to_owned(), allowed, message });
            }
            None => unknown_shape("an answer", sink),
        }
    }

    /// Takes Musher's answer with an error to a request of the program.
    pub(super) fn turned_down(&mut self, id: &str, message: String, sink: &mut Sink<'_>) {
        if let Some(method) = self.questions.not_understood_over(id) {
            sink.event(Event::RequestRefused { request: id.to_owned(), method });
        }
        if self.questions.close(id).is_some() {
            let (request, message) = (id.to_owned(), Some(message));
            sink.event(Event::Answered { request, allowed: false, message });
        }
    }
}

fn prompt(params: Option<&RawValue>, sink: &mut Sink<'_>) {
    let prompt: Option<Prompt<'_>> = rpc::fields(params);
    match prompt.and_then(|prompt| prompt.input) {
        Some(input) => {
            let texts = input.iter().flatten().filter_map(|part| part.text.as_deref());
            sink.event(Event::Prompt { text: texts.collect::<Vec<_>>().join("\n") });
        }
        None => unknown_shape("turn/start", sink),
    }
}
