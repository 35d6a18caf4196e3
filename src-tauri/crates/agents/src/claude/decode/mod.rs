//! The decoder of Claude Code, `claude/5`: lines of a run in, events and drafts out. This file owns the
//! order of processing and the state between lines; each kind of message has its own file. It reads
//! standard output, standard error and the input log, in the order of the run's index, and nothing else.

mod asks;
mod control;
mod drafts;
pub(in crate::claude) mod elicitation;
mod errors;
mod instant;
mod limits;
mod markup;
mod messages;
mod offers;
mod oversized;
mod questions;
mod read;
mod repeats;
mod results;
mod servers;
mod stated_limit;
mod subject;
mod system;
mod tasks;
mod tools;
mod turns;
mod undone;

use crate::converse::Conversation;
use crate::decoder::{Decoded, Decoder, Line, Oversized, Sink};
use crate::plain;
use crate::torn::Torn;
use protocol::{DecoderId, Pos, Stream};
use read::Wire;

/// Decodes one run of Claude Code.
pub(crate) struct ClaudeDecoder {
    drafts: drafts::Drafts,
    calls: tools::Calls,
    tasks: tasks::Tasks,
    questions: questions::Questions,
    conversation: Conversation,
    turn: turns::TurnSoFar,
    prompts: undone::Prompts,
    /// A model said something or called a tool in this run.
    has_worked: bool,
    repeats: repeats::Repeats,
    torn: Torn,
    /// The model of the conversation, as last reported.
    model: Option<String>,
    /// The position for the next event of the last line; events at the end of the run get it.
    last: Option<Pos>,
}

/// When a line was read, by the keeper's monotonic clock (microseconds).
#[derive(Clone, Copy)]
struct At(u64);

impl ClaudeDecoder {
    pub(crate) fn new() -> Self {
        Self {
            drafts: drafts::Drafts::default(),
            calls: tools::Calls::default(),
            tasks: tasks::Tasks::default(),
            questions: questions::Questions::default(),
            // The program takes prompts before it has answered the handshake.
            conversation: Conversation { open: true, ..Conversation::default() },
            turn: turns::TurnSoFar::default(),
            prompts: undone::Prompts::default(),
            has_worked: false,
            repeats: repeats::Repeats::default(),
            torn: Torn::default(),
            model: None,
            last: None,
        }
    }

    fn message(&mut self, wire: Wire<'_>, at: At, sink: &mut Sink<'_>) {
        if sink.stream() == Stream::Stdout && self.repeats.is_repeated(&wire) {
            return;
        }
        match (sink.stream(), wire) {
            (Stream::Stdin, Wire::User(line)) => self.sent_prompt(&line, sink),
            (Stream::Stdin, Wire::Control(line)) => self.sent_control(&line, at, sink),
            (_, Wire::Stream(line)) => self.stream_event(&line, sink),
            (_, Wire::Assistant(line)) => self.assistant(*line, at, sink),
            (_, Wire::User(line)) => self.user(*line, at, sink),
            (_, Wire::Result(line)) => self.result(*line, sink),
            (_, Wire::System(line)) => self.system(*line, sink),
            (_, Wire::Limit(line)) => self.limit(*line, sink),
            (_, Wire::Control(line)) => self.control(*line, sink),
            (_, Wire::Unknown(kind)) => read::unknown_type(&kind, sink),
            (_, Wire::Untyped) => read::unknown_shape("a message without a type", sink),
            // Heartbeats, hints for the program's own screen, receipts of prompts: everything they report
            // comes as separate events.
            (_, Wire::Ignored) => {}
        }
    }
}

impl Decoder for ClaudeDecoder {
    fn id(&self) -> DecoderId {
        DecoderId::new(super::DECODER)
    }

    fn line(&mut self, line: Line<'_>, out: &mut Vec<Decoded>) {
        let mut sink = Sink::new(out, line.pos());
        if line.stream == Stream::Stderr {
            plain::output(&line, &mut sink);
        } else {
            read::line(self, &line, &mut sink);
        }
        self.last = Some(sink.position());
    }

    fn oversized(&mut self, line: Oversized<'_>, out: &mut Vec<Decoded>) {
        let mut sink = Sink::new(out, line.pos());
        plain::oversized(&line, &mut sink);
        if line.stream == Stream::Stdout {
            oversized::result(self, &line, &mut sink);
        }
        self.last = Some(sink.position());
    }

    fn end(&mut self, out: &mut Vec<Decoded>) {
        if let Some(pos) = self.last {
            let mut sink = Sink::new(out, pos);
            self.drafts.finish_all(&mut sink);
            self.tasks.settle(&mut sink);
            self.last = Some(sink.position());
        }
    }

    fn conversation(&self) -> Conversation {
        self.conversation.clone()
    }
}
