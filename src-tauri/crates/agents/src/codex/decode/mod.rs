//! The decoder of Codex, `codex/4`: lines of an app-server in, events and drafts out. This file owns the
//! order of processing and the state between lines; each kind of message has its own file. It reads
//! standard output, standard error and the input log, in the order of the run's index, and nothing else.

mod agents;
mod asks;
mod drafts;
mod errors;
mod handshake;
mod items;
mod limits;
mod notices;
mod offers;
mod provider;
mod replies;
mod sent;
mod subject;
mod tools;
mod turns;
mod usage;

use crate::converse::Conversation;
use crate::decoder::{Decoded, Decoder, Line, Oversized, Sink};
use crate::rpc::{self, Message};
use crate::torn::{self, Torn};
use crate::unrecognized::{not_json, unknown_shape};
use crate::{plain, text};
use memchr::{memchr, memrchr};
use protocol::{DecoderId, Pos, SessionId, Stream};

/// Decodes one run of Codex.
#[derive(Default)]
pub(crate) struct CodexDecoder {
    sent: sent::Sent,
    handshake: handshake::Handshake,
    threads: agents::Threads,
    turn: turns::TurnSoFar,
    drafts: drafts::Drafts,
    calls: tools::Calls,
    questions: asks::Questions,
    usage: usage::Usage,
    limits: limits::Merged,
    torn: Torn,
    /// A model said or did something in this run.
    has_worked: bool,
    /// The version, once the program has reported it.
    version: Option<String>,
    /// The position for the next event of the last line; events at the end of the run get it.
    last: Option<Pos>,
}

/// When a line was read, by the keeper's monotonic clock (microseconds).
#[derive(Clone, Copy)]
struct At(u64);

impl CodexDecoder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn printed(&mut self, message: Message<'_>, at: At, sink: &mut Sink<'_>) {
        match message {
            Message::Notification { method, params } => self.news(&method, params, at, sink),
            Message::Request { id, method, params } => self.asked(id, &method, params, sink),
            Message::Reply { id, result } => self.replied(id, result, sink),
            Message::Refusal { id, message } => self.refused(id, message, sink),
            Message::Other => unknown_shape("a message without a method", sink),
        }
    }

    fn written(&mut self, message: Message<'_>, at: At, sink: &mut Sink<'_>) {
        match message {
            Message::Request { id, method, params } => self.request(id, &method, params, sink),
            // Opens the conversation together with the request before it.
            Message::Notification { .. } => {}
            Message::Reply { id, result } => self.answered(id, result, at, sink),
            Message::Refusal { id, message } => self.turned_down(id, message, sink),
            Message::Other => unknown_shape("a message without a method", sink),
        }
    }

    fn json(&mut self, line: &Line<'_>, sink: &mut Sink<'_>) {
        let json = String::from_utf8_lossy(line.bytes);
        match rpc::read(&json) {
            Some(message) if line.stream == Stream::Stdin => {
                self.written(message, At(line.mono_us), sink);
            }
            Some(message) => {
                self.torn.forget();
                self.printed(message, At(line.mono_us), sink);
            }
            None if line.stream == Stream::Stdout && self.repaired(line, sink) => {
                self.torn.forget();
            }
            None => {
                if line.complete && line.stream == Stream::Stdout {
                    self.torn.keep(line.bytes);
                }
                not_json(line, sink);
            }
        }
    }

    /// Reads a message into which another process printed something, or behind something that it
    /// printed. Returns whether there was one.
    fn repaired(&mut self, line: &Line<'_>, sink: &mut Sink<'_>) -> bool {
        let at = At(line.mono_us);
        let start = memchr(b'{', line.bytes).unwrap_or(line.bytes.len());
        let (before, json) = line.bytes.split_at(start);
        let end = memrchr(b'}', json).map_or(json.len(), |last| last + 1);
        let (json, after) = json.split_at(end);
        let cleaned = torn::cleaned(json);
        let json = cleaned.as_ref().map_or(json, |cleaned| cleaned.json.as_slice());
        let json = String::from_utf8_lossy(json);
        if let Some(message) = rpc::read(&json).filter(is_message) {
            torn::note(&text::shown(before), sink);
            if let Some(cleaned) = &cleaned {
                cleaned.note(sink);
            }
            self.printed(message, at, sink);
            torn::note(&text::shown(after), sink);
            return true;
        }
        let is_whole = |json: &str| rpc::read(json).is_some_and(|message| is_message(&message));
        let Some(whole) = self.torn.whole(line.bytes, is_whole) else { return false };
        if let Some(message) = rpc::read(&whole) {
            self.printed(message, at, sink);
        }
        true
    }
}

impl Decoder for CodexDecoder {
    fn id(&self) -> DecoderId {
        DecoderId::new(super::DECODER)
    }

    fn line(&mut self, line: Line<'_>, out: &mut Vec<Decoded>) {
        let mut sink = Sink::new(out, line.pos());
        if line.stream == Stream::Stderr {
            plain::output(&line, &mut sink);
        } else {
            self.json(&line, &mut sink);
        }
        self.last = Some(sink.position());
    }

    fn oversized(&mut self, line: Oversized<'_>, out: &mut Vec<Decoded>) {
        let mut sink = Sink::new(out, line.pos());
        plain::oversized(&line, &mut sink);
        if line.stream == Stream::Stdout && is_turn_end(line.head) {
            self.ended_out_of_sight(&mut sink);
        }
        self.last = Some(sink.position());
    }

    fn end(&mut self, out: &mut Vec<Decoded>) {
        if let Some(pos) = self.last {
            let mut sink = Sink::new(out, pos);
            self.drafts.finish_all(&self.threads, &mut sink);
            self.last = Some(sink.position());
        }
    }

    fn conversation(&self) -> Conversation {
        Conversation {
            session: self.threads.root().map(SessionId::new),
            turn: self.turn.going_on(),
            open: self.handshake.is_open(),
            refused: self.handshake.refused,
            sent: self.sent.all.clone(),
            replied: self.sent.replied.clone(),
            asks: self.questions.unknown().to_vec(),
            ..Conversation::default()
        }
    }
}

fn is_message(message: &Message<'_>) -> bool {
    !matches!(message, Message::Other)
}

/// Whether a line that was too long to be kept is the end of a turn.
fn is_turn_end(head: &[u8]) -> bool {
    head.starts_with(br#"{"method":"turn/completed""#)
}

/// Makes the one-line title of words that may be missing.
fn row(text: Option<&str>) -> String {
    text.map(text::words).unwrap_or_default()
}
