//! One turn: from a prompt, or from the end of a background task, to its `result`. Scenes call the
//! methods in `speak`, `act`, `subagent` and `command` in order; the turn prints the lines, counts
//! tokens and requests, and stores what `abort` needs after an interrupt. Its totals are exactly
//! the sums of what was streamed.

mod abort;
mod act;
mod command;
mod speak;
mod subagent;
mod tasks;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::{Value, json};

pub(crate) use act::{Acted, Verdict, denied, unanswered, with_input};
pub(crate) use subagent::Subagent;
pub(crate) use tasks::{Later, OpenTask};

use crate::conversation::Conversation;
use crate::markers::Keys;
use crate::price::Tokens;
use crate::stage::{Play, Stage};
use crate::wire::outcome::{Counted, Ending};
use crate::wire::{self, Block};

/// The current turn.
pub(crate) struct Turn<'a> {
    pub(crate) talk: &'a mut Conversation,
    pub(crate) keys: Keys,
    pub(crate) counted: Counted,
    /// What follows this turn's result.
    pub(crate) later: VecDeque<Later>,
    /// The last text, which is the text of the result.
    pub(crate) last_text: String,
    /// A limit report to print when the next response begins.
    pub(crate) news: Option<Value>,
    message: Option<Message>,
    /// Tool calls that have no result yet.
    pending: Vec<String>,
    began: Instant,
    mid_text_passed: bool,
}

/// A message of the model that is being streamed.
struct Message {
    id: String,
    request: String,
    /// The input is known from the start, the output grows.
    tokens: Tokens,
    blocks: usize,
    /// The text block that is being streamed.
    unfinished: Option<String>,
    began: Instant,
}

impl Message {
    /// The usage in the first event of a message, without output.
    fn opening(&self) -> Tokens {
        Tokens { output: 1, thinking: 0, ..self.tokens }
    }
}

/// The context of the conversation: the cached part, and the part that is new.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    cached: u64,
    fresh: u64,
}

impl Default for Context {
    /// The system prompt and the tools.
    fn default() -> Self {
        Self { cached: 0, fresh: 14_200 }
    }
}

impl Context {
    /// The input tokens of a request. Afterwards everything is cached.
    fn request(&mut self) -> Tokens {
        let tokens = Tokens {
            input: 4,
            cache_write: self.fresh,
            cache_read: self.cached,
            ..Tokens::default()
        };
        self.cached += self.fresh;
        self.fresh = 0;
        tokens
    }

    /// Adds new content for the next request.
    pub(crate) fn grow(&mut self, tokens: u64) {
        self.fresh += tokens;
    }
}

impl<'a> Turn<'a> {
    pub(crate) fn new(talk: &'a mut Conversation, keys: Keys) -> Self {
        Self {
            talk,
            keys,
            counted: Counted::default(),
            later: VecDeque::new(),
            last_text: String::new(),
            news: None,
            message: None,
            pending: Vec::new(),
            began: Instant::now(),
            mid_text_passed: false,
        }
    }

    pub(crate) fn stage(&mut self) -> &mut Stage {
        &mut self.talk.stage
    }

    pub(crate) fn pause(&mut self, milliseconds: u64) -> Play<()> {
        self.talk.stage.pause(milliseconds)
    }

    /// A path in the working directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.talk.cwd.join(name)
    }

    /// Prints a line. Messages are also added to the transcript.
    pub(crate) fn emit(&mut self, line: Value) {
        let line = self.talk.stage.emit(line);
        if matches!(line["type"].as_str(), Some("assistant" | "user")) {
            let recorded = self.talk.session.record_message(&line);
            crate::report(recorded, "the demo's session file");
        }
    }

    /// Prints a `system` line.
    pub(crate) fn system(&mut self, subtype: &str, fields: Value) {
        self.emit(wire::system(subtype, fields));
    }

    /// Adds tokens to the session's totals of the current model.
    fn charge(&mut self, tokens: Tokens) {
        let model = self.talk.model.clone();
        self.talk.session.totals.add(&model, tokens);
    }

    /// Whether the middle of a text is reached for the first time in this turn.
    pub(crate) fn pass_mid_text(&mut self) -> bool {
        !std::mem::replace(&mut self.mid_text_passed, true)
    }

    /// A successful ending.
    pub(crate) fn answer(&self) -> Ending {
        Ending::Answer { text: self.last_text.clone() }
    }

    /// The conversation, the final counts, and what follows the turn.
    pub(crate) fn into_parts(self) -> (&'a mut Conversation, Counted, VecDeque<Later>) {
        let mut counted = self.counted;
        counted.total_ms = milliseconds(self.began);
        (self.talk, counted, self.later)
    }

    /// Prints the error line that the program writes in the model's name. Returns the ending for
    /// it.
    pub(crate) fn api_error(&mut self, error: &ApiError) -> Ending {
        let id = self.talk.stage.ids.uuid();
        let mut extra = json!({"error": error.error});
        if error.request {
            extra["request_id"] = json!(self.talk.stage.ids.request());
        }
        if let Some(status) = error.status {
            extra["api_error_status"] = json!(status);
        }
        wire::merge(&mut extra, error.extra.clone());
        wire::merge(&mut extra, error.line_only.clone());
        self.emit(wire::synthetic(&id, &error.text, error.stop_reason, extra));
        self.counted.num_turns = self.counted.num_turns.max(1);
        Ending::ApiError {
            text: error.text.clone(),
            stop_reason: error.stop_reason,
            terminal_reason: error.terminal_reason,
            status: error.status,
            extra: error.extra.clone(),
        }
    }
}

/// An error of the model's side, as on the wire.
pub(crate) struct ApiError {
    /// The value of `assistant.error`.
    pub(crate) error: &'static str,
    pub(crate) text: String,
    pub(crate) stop_reason: &'static str,
    pub(crate) terminal_reason: &'static str,
    pub(crate) status: Option<u16>,
    /// Whether there was a request.
    pub(crate) request: bool,
    /// Fields of both the `assistant` line and the result.
    pub(crate) extra: Value,
    /// Fields of the `assistant` line alone.
    pub(crate) line_only: Value,
}

impl ApiError {
    pub(crate) fn new(error: &'static str, text: &str) -> Self {
        Self {
            error,
            text: text.to_owned(),
            stop_reason: "stop_sequence",
            terminal_reason: "api_error",
            status: None,
            request: true,
            extra: json!({}),
            line_only: json!({}),
        }
    }

    /// Adds an HTTP status and the API's name of the error.
    pub(crate) fn status(mut self, status: u16, kind: &str) -> Self {
        self.status = Some(status);
        self.extra["api_error_type"] = json!(kind);
        self
    }
}

/// Whole milliseconds since `began`.
fn milliseconds(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// A text block as the `assistant` line has it.
fn text_block(text: &str) -> Block {
    Block::Text { text: text.to_owned() }
}
