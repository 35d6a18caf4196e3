//! The messages of the model in a turn: their blocks are streamed in pieces, and a message ends in
//! one of two ways: finished with its usage, or abandoned because the stream broke.

use std::time::Instant;

use serde_json::{Value, json};

use super::{Message, Turn, milliseconds, text_block};
use crate::misbehave;
use crate::price::{Tokens, tokens_of};
use crate::stage::{Play, Stage};
use crate::tools::Tool;
use crate::wire::{self, Assistant, Block, Delta, Event};

/// The number of characters per streamed piece.
const PIECE: usize = 24;
/// The pause between two pieces of text, in milliseconds at speed 1.
const BETWEEN_PIECES: u64 = 130;
/// The time from a request to the first event of its response, in milliseconds at speed 1.
const FIRST_EVENT: u64 = 900;

impl Turn<'_> {
    /// Begins a message, unless one is open: the request, then the first event of the response.
    pub(crate) fn begin(&mut self) -> Play<()> {
        if self.message.is_some() {
            return Ok(());
        }
        self.system("status", json!({"status": "requesting"}));
        self.respond()
    }

    /// Prints the first event of a response.
    pub(crate) fn respond(&mut self) -> Play<()> {
        let began = Instant::now();
        self.pause(FIRST_EVENT)?;
        if let Some(news) = self.news.take() {
            self.emit(wire::rate_limit(news));
        }
        let message = self.new_message(began);
        let opening = message.opening();
        let started = wire::started_message(&message.id, &self.talk.model, opening);
        let mut line = wire::stream(&message.id, &Event::MessageStart { message: started });
        line["ttft_ms"] = json!(milliseconds(began));
        line["thinking_display"] = json!("updates");
        if self.counted.begun.is_empty() {
            self.counted.first_ms = milliseconds(self.began);
        }
        self.counted.begun.push(message.id.clone());
        self.counted.num_turns += 1;
        self.message = Some(message);
        self.emit(line);
        Ok(())
    }

    fn new_message(&mut self, began: Instant) -> Message {
        Message {
            id: self.talk.stage.ids.message(),
            request: self.talk.stage.ids.request(),
            tokens: self.talk.context.request(),
            blocks: 0,
            unfinished: None,
            began,
        }
    }

    /// A thought.
    pub(crate) fn think(&mut self, thought: &str) -> Play<()> {
        self.begin()?;
        let began = Instant::now();
        let empty = Block::Thinking { thinking: String::new(), signature: String::new() };
        let index = self.start_block(empty, true);
        let mut estimated = 0;
        for piece in pieces(thought) {
            self.pause(BETWEEN_PIECES)?;
            let tokens = tokens_of(&piece);
            estimated += tokens;
            self.system(
                "thinking_tokens",
                json!({"estimated_tokens": estimated, "estimated_tokens_delta": tokens}),
            );
            self.delta(index, Delta::Thinking { thinking: piece }, true);
        }
        let signature = "bXVzaGVyLWRlbW8".to_owned();
        self.delta(index, Delta::Signature { signature: signature.clone() }, false);
        self.spend(estimated, estimated);
        let block = Block::Thinking { thinking: thought.to_owned(), signature };
        let shown = json!({
            "thinking_duration_ms": milliseconds(began),
            "thinking_display": "updates",
        });
        self.finish_block(index, block, shown);
        Ok(())
    }

    /// A text, in pieces at the usual speed.
    pub(crate) fn say(&mut self, text: &str) -> Play<()> {
        self.say_pieces(pieces(text), |stage, _| stage.pause(BETWEEN_PIECES))
    }

    /// A text in the given pieces; `gap` waits before each.
    pub(crate) fn say_pieces(
        &mut self,
        mut pieces: impl Iterator<Item = String>,
        mut gap: impl FnMut(&mut Stage, u64) -> Play<()>,
    ) -> Play<()> {
        self.say_made(|stage, count| {
            let piece = pieces.next();
            if piece.is_some() {
                gap(stage, count)?;
            }
            Ok(piece)
        })
    }

    /// A text in pieces. Each is made when it is due, until there are no more.
    pub(crate) fn say_made(
        &mut self,
        mut make: impl FnMut(&mut Stage, u64) -> Play<Option<String>>,
    ) -> Play<()> {
        let index = self.open_text()?;
        for count in 0_u64.. {
            let Some(piece) = make(&mut self.talk.stage, count)? else { break };
            self.add_text(index, piece);
            if count == 1 {
                misbehave::mid_text(self)?;
            }
        }
        misbehave::mid_text(self)?;
        self.close_text(index);
        Ok(())
    }

    /// Starts a text block and leaves it open.
    fn open_text(&mut self) -> Play<usize> {
        self.begin()?;
        let index = self.start_block(text_block(""), false);
        if let Some(message) = &mut self.message {
            message.unfinished = Some(String::new());
        }
        Ok(index)
    }

    fn add_text(&mut self, index: usize, piece: String) {
        if let Some(text) = self.message.as_mut().and_then(|open| open.unfinished.as_mut()) {
            text.push_str(&piece);
        }
        self.delta(index, Delta::Text { text: piece }, false);
    }

    fn close_text(&mut self, index: usize) {
        let unfinished = self.message.as_mut().and_then(|message| message.unfinished.take());
        let text = unfinished.unwrap_or_default();
        self.spend(tokens_of(&text), 0);
        self.finish_block(index, text_block(&text), json!({}));
        self.last_text = text;
    }

    /// The text of a response that breaks off in the middle; the block stays unfinished.
    pub(crate) fn say_and_break(&mut self, text: &str) -> Play<()> {
        let index = self.open_text()?;
        for piece in pieces(text) {
            self.pause(BETWEEN_PIECES)?;
            self.add_text(index, piece);
        }
        Ok(())
    }

    /// A tool call. Returns its id. The message stays open.
    pub(crate) fn call(&mut self, tool: &Tool) -> Play<String> {
        self.begin()?;
        let index = self.message.as_ref().map_or(0, |message| message.blocks);
        let id = self.talk.stage.ids.tool(index);
        let name = tool.name().to_owned();
        let empty = Block::ToolUse { id: id.clone(), name: name.clone(), input: json!({}) };
        self.start_block(empty, false);
        let input = tool.input();
        let text = input.to_string();
        self.delta(index, Delta::InputJson { partial_json: String::new() }, false);
        for piece in pieces(&text) {
            self.pause(BETWEEN_PIECES / 2)?;
            self.delta(index, Delta::InputJson { partial_json: piece }, false);
        }
        self.spend(tokens_of(&text) + 8, 0);
        self.pending.push(id.clone());
        let block = Block::ToolUse { id: id.clone(), name, input };
        self.finish_block(index, block, json!({}));
        Ok(id)
    }

    fn start_block(&mut self, content_block: Block, thinking: bool) -> usize {
        let index = self.message.as_ref().map_or(0, |message| message.blocks);
        if let Some(message) = &mut self.message {
            message.blocks += 1;
        }
        self.stream(&Event::ContentBlockStart { index, content_block }, thinking);
        index
    }

    fn delta(&mut self, index: usize, delta: Delta, thinking: bool) {
        self.stream(&Event::ContentBlockDelta { index, delta }, thinking);
    }

    fn stream(&mut self, event: &Event, thinking: bool) {
        let id = self.message.as_ref().map(|message| message.id.clone()).unwrap_or_default();
        let mut line = wire::stream(&id, event);
        if thinking {
            line["thinking_display"] = json!("updates");
        }
        self.emit(line);
    }

    fn spend(&mut self, output: u64, thinking: u64) {
        if let Some(message) = &mut self.message {
            message.tokens.output += output;
            message.tokens.thinking += thinking;
        }
    }

    fn finish_block(&mut self, index: usize, block: Block, extra: Value) {
        if let Some(mut line) = self.assistant_line(block) {
            wire::merge(&mut line, extra);
            self.emit(line);
        }
        self.stream(&Event::ContentBlockStop { index }, false);
    }

    /// The `assistant` line for a block of the open message.
    pub(super) fn assistant_line(&self, block: Block) -> Option<Value> {
        let message = self.message.as_ref()?;
        Some(wire::assistant(Assistant {
            id: &message.id,
            model: &self.talk.model,
            request: &message.request,
            block,
            stop_reason: None,
            tokens: message.opening(),
            parent: None,
        }))
    }

    /// Finishes the open message and counts its tokens.
    pub(crate) fn finish(&mut self, stop_reason: &str) {
        let Some(mut message) = self.message.take() else { return };
        // Even an empty response uses one output token.
        message.tokens.output = message.tokens.output.max(1);
        let delta = json!({"stop_reason": stop_reason, "stop_sequence": null});
        let usage = json!(wire::MessageUsage::from(message.tokens));
        self.emit(wire::stream(&message.id, &Event::MessageDelta { delta, usage }));
        self.emit(wire::stream(&message.id, &Event::MessageStop));
        self.counted.api_ms += milliseconds(message.began);
        self.counted.usage += message.tokens;
        self.charge(message.tokens);
        self.talk.context.grow(message.tokens.output);
    }

    /// Ends the open message like a broken stream; the text of its unfinished block is void.
    pub(crate) fn abandon(&mut self) {
        let Some(message) = self.message.take() else { return };
        let index = message.blocks.saturating_sub(1);
        let id = &message.id;
        self.emit(wire::stream(id, &Event::ContentBlockStop { index }));
        self.emit(with_abandoned(wire::stream(id, &Event::MessageStop), id, index));
        self.counted.api_ms += milliseconds(message.began);
        self.counted.usage += message.opening();
        self.charge(estimated(&message));
    }

    /// An answer to a request without streaming: a single `assistant` line.
    pub(crate) fn say_unstreamed(&mut self, text: &str) -> Play<()> {
        let began = Instant::now();
        self.pause(FIRST_EVENT)?;
        let mut message = self.new_message(began);
        message.tokens.output = tokens_of(text);
        let line = wire::assistant(Assistant {
            id: &message.id,
            model: &self.talk.model,
            request: &message.request,
            block: text_block(text),
            stop_reason: Some("end_turn"),
            tokens: message.tokens,
            parent: None,
        });
        self.emit(line);
        self.counted.usage += message.tokens;
        self.charge(message.tokens);
        self.last_text = text.to_owned();
        Ok(())
    }

    /// A text as a complete message.
    pub(crate) fn reply(&mut self, text: &str) -> Play<()> {
        self.say(text)?;
        self.finish("end_turn");
        Ok(())
    }

    /// A message that the program itself sends to its model.
    pub(crate) fn prompt_itself(&mut self, text: &str) {
        self.talk.context.grow(tokens_of(text));
        self.emit(wire::user_text(text, true));
    }
}

/// The tokens of a message that never reported its usage: an estimate from the streamed text.
pub(super) fn estimated(message: &Message) -> Tokens {
    let streamed = message.unfinished.as_deref().map_or(0, tokens_of);
    Tokens { output: (message.tokens.output + streamed).max(1), ..message.tokens }
}

/// Marks the end of a message whose blocks from index `from` on are void.
pub(super) fn with_abandoned(mut line: Value, id: &str, from: usize) -> Value {
    line["abandoned_blocks"] = json!({"api_message_id": id, "from_block_index": from});
    line
}

/// Splits a text into pieces of [`PIECE`] characters.
fn pieces(text: &str) -> impl Iterator<Item = String> + use<> {
    let letters: Vec<char> = text.chars().collect();
    let pieces: Vec<String> = letters.chunks(PIECE).map(|piece| piece.iter().collect()).collect();
    pieces.into_iter()
}
