//! Finished blocks of the agent's answers: texts, thoughts, tool calls, and the messages that the program
//! itself writes when a request failed for good.

use super::drafts::BlockMatch;
use super::errors::{self, Failure};
use super::read::{unknown_shape, unknown_type};
use super::subject::About;
use super::{At, ClaudeDecoder};
use crate::claude::wire::message::{AssistantLine, Block, Content, Message};
use crate::decoder::Sink;
use protocol::{ApiErrorKind, DraftKind, Event};
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The model name of messages that no model wrote.
const SYNTHETIC: &str = "<synthetic>";

/// The program's answer to its own command without output (2.1.197).
const NO_CONTENT: &str = "(no content)";

/// What all blocks of one line share.
struct Context<'a> {
    message: &'a str,
    parent: Option<&'a str>,
    uuid: Option<&'a str>,
    thinking_ms: Option<u64>,
    at: At,
}

impl ClaudeDecoder {
    pub(super) fn assistant(&mut self, line: AssistantLine<'_>, at: At, sink: &mut Sink<'_>) {
        let Some(message) = line.message else {
            return unknown_shape("assistant", sink);
        };
        if let Some(replaced) = &line.supersedes {
            self.drafts.supersede(replaced, sink);
        }
        if line.error.is_some() || line.is_api_error == Some(true) {
            let failure = Failure {
                class: line.error.as_deref(),
                api_error: line.api_error.as_deref(),
                status: line.api_error_status,
                ..Failure::default()
            };
            return self.api_error(failure, &message, line.parent.as_deref(), sink);
        }
        let id = message.id.as_deref().or(line.uuid.as_deref()).unwrap_or("");
        let context = Context {
            message: id,
            parent: line.parent.as_deref(),
            uuid: line.uuid.as_deref(),
            thinking_ms: line.thinking_duration_ms,
            at,
        };
        let is_own = message.model.as_deref() == Some(SYNTHETIC);
        if is_own && texts(&message.content) == NO_CONTENT {
            self.turn.doings.acted = true;
            return;
        }
        self.turn.doings.answered |= !is_own && line.parent.is_none();
        self.whole_message(&context, &message, sink);
        self.blocks(&context, message.content, sink);
    }

    fn whole_message(&mut self, context: &Context<'_>, message: &Message<'_>, sink: &mut Sink<'_>) {
        let model = message.model.as_deref().unwrap_or("");
        if model != SYNTHETIC
            && let Some(usage) = message.usage
        {
            let last = message.stop_reason.is_some();
            let parent = context.parent.unwrap_or("");
            self.drafts.whole_message(context.message, parent, model, usage, last, sink);
        }
    }

    fn blocks(&mut self, context: &Context<'_>, content: Content<'_>, sink: &mut Sink<'_>) {
        match content {
            Content::Text(text) => self.text(context, text, sink),
            Content::Blocks(blocks) => {
                for block in blocks {
                    match block {
                        Some(block) => self.block(context, block, sink),
                        None => unknown_shape("assistant/content", sink),
                    }
                }
            }
            Content::Missing => unknown_shape("assistant/content", sink),
        }
    }

    fn block(&mut self, context: &Context<'_>, block: Block<'_>, sink: &mut Sink<'_>) {
        match block.kind.as_deref() {
            Some("text") => match block.text {
                Some(text) => self.text(context, text, sink),
                None => unknown_shape("assistant/text", sink),
            },
            Some("thinking") => match block.thinking {
                Some(thought) => self.thought(context, thought, sink),
                None => unknown_shape("assistant/thinking", sink),
            },
            Some("redacted_thinking") => self.thought(context, Cow::Borrowed(""), sink),
            Some("tool_use" | "server_tool_use" | "mcp_tool_use") => {
                self.tool_call(context, block, sink)
            }
            // The result of a provider's own tool, inside the answer.
            Some(kind) if kind.ends_with("_tool_result") => {
                self.provider_result(&block, context.parent, context.at, sink);
            }
            Some(other) => unknown_type(&format!("assistant/{other}"), sink),
            None => unknown_shape("assistant/content", sink),
        }
    }

    fn text(&mut self, context: &Context<'_>, text: Cow<'_, str>, sink: &mut Sink<'_>) {
        self.has_worked |= !text.trim().is_empty();
        if let BlockMatch::Block(block) = self.placed(context, DraftKind::Text, &text, sink) {
            sink.event(Event::Text {
                message: context.message.to_owned(),
                block,
                text: text.into_owned(),
                parent: context.parent.map(str::to_owned),
            });
        }
    }

    fn thought(&mut self, context: &Context<'_>, thought: Cow<'_, str>, sink: &mut Sink<'_>) {
        if let BlockMatch::Block(block) = self.placed(context, DraftKind::Thought, &thought, sink) {
            sink.event(Event::Thought {
                message: context.message.to_owned(),
                block,
                text: thought.into_owned(),
                duration_ms: context.thinking_ms,
                parent: context.parent.map(str::to_owned),
            });
        }
    }

    fn tool_call(&mut self, context: &Context<'_>, block: Block<'_>, sink: &mut Sink<'_>) {
        let (Some(call), Some(name)) = (block.id, block.name) else {
            return unknown_shape("assistant/tool_use", sink);
        };
        self.has_worked = true;
        if let BlockMatch::AlreadyEmitted = self.placed(context, DraftKind::ToolInput, &call, sink)
        {
            return;
        }
        let input = block.input.unwrap_or_default();
        let (known, About { subject, beside }) = self.calls.begin(&call, &name, input, context.at);
        sink.event(Event::ToolCall {
            kind: known.kind,
            title: known.title.clone(),
            call: call.into_owned(),
            name: known.name.clone(),
            subject,
            beside,
            parent: context.parent.map(str::to_owned),
        });
    }

    fn placed(
        &mut self,
        context: &Context<'_>,
        kind: DraftKind,
        content: &str,
        sink: &mut Sink<'_>,
    ) -> BlockMatch {
        let mut hasher = DefaultHasher::new();
        (kind, content).hash(&mut hasher);
        let parent = context.parent.unwrap_or("");
        self.drafts.place(context.message, parent, kind, hasher.finish(), context.uuid, sink)
    }

    /// Takes the program's own message about a request that failed for good. The unfinished answer is
    /// emitted first.
    fn api_error(
        &mut self,
        failure: Failure<'_>,
        message: &Message<'_>,
        parent: Option<&str>,
        sink: &mut Sink<'_>,
    ) {
        self.drafts.finish(parent.unwrap_or(""), sink);
        let text = texts(&message.content);
        let failure =
            Failure { stop_reason: message.stop_reason.as_deref(), message: &text, ..failure };
        let kind = match failure.kind().unwrap_or(ApiErrorKind::Unknown) {
            // This word is vaguer than the retries before it, which named what kept failing.
            ApiErrorKind::Server | ApiErrorKind::Unknown if failure.status().is_none() => {
                self.turn.last_retry.unwrap_or(ApiErrorKind::Server)
            }
            kind => kind,
        };
        if parent.is_none() {
            self.turn.api_error = Some(kind);
        }
        let status = errors::status(failure.status());
        sink.event(Event::ApiError { error: kind, status, message: text });
    }
}

/// Joins all texts of a message or a tool result, one per line.
pub(super) fn texts(content: &Content<'_>) -> String {
    match content {
        Content::Text(text) => text.clone().into_owned(),
        Content::Blocks(blocks) => {
            let texts = blocks.iter().flatten().filter_map(|block| block.text.as_deref());
            texts.collect::<Vec<_>>().join("\n")
        }
        Content::Missing => String::new(),
    }
}
