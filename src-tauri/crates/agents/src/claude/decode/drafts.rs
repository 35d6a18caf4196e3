//! Messages while they stream: drafts, provisional token counts, and the block that a finished step
//! belongs to. The program's finished steps name their message but not their block, so blocks are matched
//! in order. A finished step replaces its draft and is emitted once, even if it is printed again. Text
//! left by a broken stream is marked as void. Text that was never finished is emitted as far as it went,
//! when the turn or the run ends.

use super::ClaudeDecoder;
use super::read::{unknown_shape, unknown_type};
use super::tools;
use crate::claude::wire::delta::Piece;
use crate::claude::wire::message::Usage;
use crate::claude::wire::stream::{Abandoned, Delta, StartBlock, StartMessage, StreamLine};
use crate::decoder::Sink;
use protocol::{DraftKind, DraftUpdate, Event, Tokens};
use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// How many messages are remembered; the oldest is forgotten first. Subagents stream side by side, each
/// with one message at a time. Forgetting one matters only if it is printed again: then it would be
/// emitted twice.
const REMEMBERED: usize = 64;

/// Messages that stream or streamed recently.
#[derive(Default)]
pub(super) struct Drafts {
    messages: VecDeque<Message>,
    /// The message that streams now, by subagent (`""` is the conversation itself).
    current: BTreeMap<String, String>,
}

struct Message {
    id: Arc<str>,
    parent: String,
    model: String,
    tokens: Tokens,
    streamed: bool,
    stopped: bool,
    blocks: Vec<Block>,
}

struct Block {
    index: u32,
    kind: Option<DraftKind>,
    text: String,
    state: State,
}

enum State {
    Open,
    /// Its finished step was emitted: the step's number, and the id by which a later message may replace
    /// it.
    Finished {
        step: u64,
        uuid: Option<String>,
    },
    Void,
}

/// The block that a finished step belongs to.
pub(super) enum BlockMatch {
    /// The step belongs to this block.
    Block(u32),
    /// The step was emitted already.
    AlreadyEmitted,
}

impl ClaudeDecoder {
    pub(super) fn stream_event(&mut self, line: &StreamLine<'_>, sink: &mut Sink<'_>) {
        let Some(event) = &line.event else {
            return unknown_shape("stream_event", sink);
        };
        let parent = line.parent.as_deref().unwrap_or("");
        match event.kind.as_deref() {
            Some("message_start") => match &event.message {
                Some(message) => self.drafts.message_start(message, parent, sink),
                None => unknown_shape("stream_event/message_start", sink),
            },
            Some("content_block_start") => match (&event.content_block, event.index) {
                (Some(block), Some(index)) => {
                    self.drafts.block_start(line.message.as_deref(), parent, index, block, sink);
                }
                _ => unknown_shape("stream_event/content_block_start", sink),
            },
            Some("content_block_delta") => match (&event.delta, event.index) {
                (Some(delta), Some(index)) => self.drafts.delta(line, index, delta, sink),
                _ => unknown_shape("stream_event/content_block_delta", sink),
            },
            Some("message_delta") => {
                self.drafts.message_delta(
                    line.message.as_deref(),
                    parent,
                    event.usage.as_deref(),
                    sink,
                );
            }
            Some("message_stop") => {
                self.drafts.message_stop(
                    line.message.as_deref(),
                    parent,
                    line.abandoned.as_deref(),
                    sink,
                );
            }
            // The finished step makes the end of its stream redundant; a ping has no content.
            Some("content_block_stop" | "ping") => {}
            Some(other) => unknown_type(&format!("stream_event/{other}"), sink),
            None => unknown_shape("stream_event", sink),
        }
    }
}

impl ClaudeDecoder {
    /// Adds a piece of text to a block.
    pub(super) fn piece(&mut self, piece: &Piece<'_>, sink: &mut Sink<'_>) {
        self.drafts.piece(piece, sink);
    }
}

impl Drafts {
    fn message_start(&mut self, start: &StartMessage<'_>, parent: &str, sink: &mut Sink<'_>) {
        let Some(id) = start.id.as_deref() else {
            return unknown_shape("stream_event/message_start", sink);
        };
        self.abandon_unfinished(parent, id, sink);
        self.current.insert(parent.to_owned(), id.to_owned());
        let message = self.message(id, parent);
        message.streamed = true;
        message.model = start.model.as_deref().unwrap_or("").to_owned();
        message.tokens = start.usage.unwrap_or_default().over(Tokens::default());
        sink.event(message.usage(false));
    }

    fn block_start(
        &mut self,
        id: Option<&str>,
        parent: &str,
        index: u64,
        start: &StartBlock<'_>,
        sink: &mut Sink<'_>,
    ) {
        let Some(message) = self.streaming(id, parent) else {
            return unknown_shape("stream_event/content_block_start", sink);
        };
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        if message.has_begun(index) {
            // The line was printed twice.
            return;
        }
        let kind = draft_kind(start.kind.as_deref());
        message.blocks.push(Block { index, kind, text: String::new(), state: State::Open });
        if let Some(kind) = kind {
            let tool = start.name.as_deref().map(tools::shown);
            sink.draft(DraftUpdate::Open {
                message: Arc::clone(&message.id),
                block: index,
                kind,
                tool,
            });
        }
    }

    fn delta(&mut self, line: &StreamLine<'_>, index: u64, delta: &Delta<'_>, sink: &mut Sink<'_>) {
        let text = match delta.kind.as_deref() {
            Some("text_delta") => delta.text.as_deref(),
            Some("thinking_delta") => delta.thinking.as_deref(),
            Some("input_json_delta") => delta.partial_json.as_deref(),
            // Signatures, citations and later kinds of deltas are in the finished step.
            Some(_) => return,
            None => None,
        };
        let Some(text) = text else {
            return unknown_shape("stream_event/content_block_delta", sink);
        };
        let (parent, message) = (line.parent.as_deref(), line.message.as_deref());
        self.piece(&Piece { parent, message, index, text: Cow::Borrowed(text) }, sink);
    }

    fn piece(&mut self, piece: &Piece<'_>, sink: &mut Sink<'_>) {
        let Some(message) = self.streaming(piece.message, piece.parent.unwrap_or("")) else {
            return unknown_shape("stream_event/content_block_delta", sink);
        };
        if piece.text.is_empty() {
            return;
        }
        let open = |block: &&mut Block| {
            u64::from(block.index) == piece.index && matches!(block.state, State::Open)
        };
        if let Some(block) = message.blocks.iter_mut().rev().find(open)
            && let Some(kind) = block.kind
        {
            if kind != DraftKind::ToolInput {
                block.text.push_str(&piece.text);
            }
            sink.append(&message.id, block.index, &piece.text);
        }
    }

    fn message_delta(
        &mut self,
        id: Option<&str>,
        parent: &str,
        usage: Option<&Usage>,
        sink: &mut Sink<'_>,
    ) {
        match (self.streaming(id, parent), usage) {
            (Some(message), Some(usage)) => {
                message.tokens = usage.over(message.tokens);
                sink.event(message.usage(true));
            }
            _ => unknown_shape("stream_event/message_delta", sink),
        }
    }

    fn message_stop(
        &mut self,
        id: Option<&str>,
        parent: &str,
        abandoned: Option<&Abandoned<'_>>,
        sink: &mut Sink<'_>,
    ) {
        let named = abandoned.and_then(|abandoned| abandoned.message.as_deref());
        let Some(message) = self.streaming(named.or(id), parent) else {
            return unknown_shape("stream_event/message_stop", sink);
        };
        message.stopped = true;
        if let Some(abandoned) = abandoned {
            let from = u32::try_from(abandoned.from_block.unwrap_or(0)).unwrap_or(u32::MAX);
            // After an interrupt the first void block may be one that never began.
            if message.blocks.iter().any(|block| block.index >= from) {
                message.abandon(from, sink);
            }
        }
    }

    /// Finds the block of its message that a finished step belongs to, marks it as emitted and closes its
    /// draft.
    pub(super) fn place(
        &mut self,
        id: &str,
        parent: &str,
        kind: DraftKind,
        step: u64,
        uuid: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> BlockMatch {
        let message = self.message(id, parent);
        let finished = State::Finished { step, uuid: uuid.map(str::to_owned) };
        if let Some(block) = message.open_block(kind) {
            block.state = finished;
            block.text = String::new();
            let (drafted, index) = (block.kind.is_some(), block.index);
            if drafted {
                sink.draft(DraftUpdate::Close { message: Arc::clone(&message.id), block: index });
            }
            return BlockMatch::Block(index);
        }
        if message.was_emitted(step) {
            return BlockMatch::AlreadyEmitted;
        }
        let index = message.blocks.iter().map(|block| block.index + 1).max().unwrap_or(0);
        message.blocks.push(Block { index, kind: None, text: String::new(), state: finished });
        BlockMatch::Block(index)
    }

    /// Takes the tokens of a message that was not streamed (a subagent's, or one fetched whole).
    pub(super) fn whole_message(
        &mut self,
        id: &str,
        parent: &str,
        model: &str,
        usage: Usage,
        last: bool,
        sink: &mut Sink<'_>,
    ) {
        self.abandon_unfinished(parent, id, sink);
        let message = self.message(id, parent);
        let tokens = usage.over(message.tokens);
        let news = message.model != model || message.tokens != tokens || last;
        if !message.streamed && news {
            message.model = model.to_owned();
            message.tokens = tokens;
            sink.event(message.usage(last));
        }
    }

    /// Marks the steps with these ids as void, because another answer replaces them.
    pub(super) fn supersede(&mut self, uuids: &[String], sink: &mut Sink<'_>) {
        for message in &mut self.messages {
            let named = |block: &Block| matches!(&block.state, State::Finished { uuid: Some(uuid), .. } if uuids.contains(uuid));
            let first = message.blocks.iter().filter(|block| named(block)).map(|b| b.index).min();
            if let Some(first) = first {
                message.abandon(first, sink);
            }
        }
    }

    /// Takes the end of a turn (of the conversation itself if `parent` is empty): emits the unfinished
    /// text of its messages as far as it went.
    pub(super) fn finish(&mut self, parent: &str, sink: &mut Sink<'_>) {
        for message in self.messages.iter_mut().filter(|message| message.parent == parent) {
            message.emit_unfinished(sink);
        }
    }

    /// Takes the end of the run: emits all unfinished text.
    pub(super) fn finish_all(&mut self, sink: &mut Sink<'_>) {
        for message in &mut self.messages {
            message.emit_unfinished(sink);
        }
    }

    /// Marks an unfinished earlier message of the same conversation as void when a new one begins. Newer
    /// versions report this themselves.
    fn abandon_unfinished(&mut self, parent: &str, next: &str, sink: &mut Sink<'_>) {
        for message in &mut self.messages {
            if !message.stopped && message.parent == parent && *message.id != *next {
                let open = message.blocks.iter().filter(|block| matches!(block.state, State::Open));
                if let Some(first) = open.map(|block| block.index).min() {
                    message.abandon(first, sink);
                }
                message.stopped = true;
            }
        }
    }

    fn streaming(&mut self, id: Option<&str>, parent: &str) -> Option<&mut Message> {
        let id = match id {
            Some(id) => id,
            None => self.current.get(parent)?,
        };
        self.messages.iter_mut().rev().find(|message| *message.id == *id)
    }

    fn message(&mut self, id: &str, parent: &str) -> &mut Message {
        let found = self.messages.iter().rposition(|message| *message.id == *id);
        let at = found.unwrap_or_else(|| {
            if self.messages.len() == REMEMBERED {
                self.messages.pop_front();
            }
            self.messages.push_back(Message::new(id, parent));
            self.messages.len() - 1
        });
        &mut self.messages[at]
    }
}

impl Message {
    fn new(id: &str, parent: &str) -> Self {
        Self {
            id: id.into(),
            parent: parent.to_owned(),
            model: String::new(),
            tokens: Tokens::default(),
            streamed: false,
            stopped: false,
            blocks: Vec::new(),
        }
    }

    fn usage(&self, last: bool) -> Event {
        Event::MessageUsage {
            message: self.id.to_string(),
            model: self.model.clone(),
            tokens: self.tokens,
            last,
            parent: (!self.parent.is_empty()).then(|| self.parent.clone()),
        }
    }

    /// Finds the first block that waits for its finished step: of this kind, else of a kind without
    /// drafts.
    fn open_block(&mut self, kind: DraftKind) -> Option<&mut Block> {
        let open = |block: &Block| matches!(block.state, State::Open);
        let fits = |wanted: Option<DraftKind>| {
            self.blocks.iter().position(|block| open(block) && block.kind == wanted)
        };
        let at = fits(Some(kind)).or_else(|| fits(None))?;
        self.blocks.get_mut(at)
    }

    fn has_begun(&self, index: u32) -> bool {
        self.blocks.iter().any(|block| block.index == index && !matches!(block.state, State::Void))
    }

    fn was_emitted(&self, step: u64) -> bool {
        self.blocks.iter().any(
            |block| matches!(block.state, State::Finished { step: emitted, .. } if emitted == step),
        )
    }

    fn abandon(&mut self, from_block: u32, sink: &mut Sink<'_>) {
        for block in self.blocks.iter_mut().filter(|block| block.index >= from_block) {
            block.state = State::Void;
            block.text = String::new();
        }
        sink.draft(DraftUpdate::Abandon { message: Arc::clone(&self.id), from_block });
        sink.event(Event::Abandoned { message: self.id.to_string(), from_block });
    }

    fn emit_unfinished(&mut self, sink: &mut Sink<'_>) {
        let parent = (!self.parent.is_empty()).then(|| self.parent.clone());
        for block in &mut self.blocks {
            let (State::Open, Some(kind)) = (&block.state, block.kind) else {
                continue;
            };
            block.state = State::Void;
            let text = std::mem::take(&mut block.text);
            let (message, index, parent) = (self.id.to_string(), block.index, parent.clone());
            sink.draft(DraftUpdate::Close { message: Arc::clone(&self.id), block: index });
            match kind {
                _ if text.is_empty() => {}
                DraftKind::Text => sink.event(Event::Text { message, block: index, text, parent }),
                DraftKind::Thought => sink.event(Event::Thought {
                    message,
                    block: index,
                    text,
                    duration_ms: None,
                    parent,
                }),
                // Half an input is no call: the tool never ran.
                DraftKind::ToolInput | DraftKind::ToolOutput => {}
            }
        }
    }
}

fn draft_kind(block: Option<&str>) -> Option<DraftKind> {
    match block? {
        "text" => Some(DraftKind::Text),
        "thinking" => Some(DraftKind::Thought),
        "tool_use" | "server_tool_use" | "mcp_tool_use" => Some(DraftKind::ToolInput),
        _ => None,
    }
}
