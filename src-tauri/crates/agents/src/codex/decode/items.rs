//! Items, the pieces of a turn: their beginnings and their ends.

use super::agents::Threads;
use super::drafts;
use super::{At, CodexDecoder};
use crate::codex::wire::item::Item;
use crate::codex::wire::thread::ItemNews;
use crate::decoder::Sink;
use crate::rpc;
use crate::unrecognized::{unknown_shape, unknown_type};
use protocol::{Busy, DraftKind, Event, NoticeLevel};
use serde_json::value::RawValue;

/// The meaning of an item for Musher.
enum Sort {
    /// Text for the person.
    Text,
    /// A thought.
    Thought,
    /// A call of a tool.
    Call,
    /// Work of a subagent.
    Activity,
    /// A summary of the conversation.
    Compaction,
    /// Text that the program writes in the person's name.
    InjectedMessage,
    /// The beginning or end of a review by the program's reviewer.
    Review,
    /// A prompt, which the input log has already.
    Known,
    /// An item that this version does not know.
    Unknown,
}

fn sort(item: &Item<'_>) -> Sort {
    match item.kind.as_deref() {
        Some("agentMessage" | "plan") => Sort::Text,
        Some("reasoning") => Sort::Thought,
        Some(
            "commandExecution"
            | "fileChange"
            | "mcpToolCall"
            | "dynamicToolCall"
            | "collabAgentToolCall"
            | "webSearch"
            | "imageView"
            | "imageGeneration"
            | "sleep"
            | "functionCallOutput",
        ) => Sort::Call,
        Some("subAgentActivity") => Sort::Activity,
        Some("contextCompaction") => Sort::Compaction,
        Some("hookPrompt") => Sort::InjectedMessage,
        Some("enteredReviewMode" | "exitedReviewMode") => Sort::Review,
        Some("userMessage") => Sort::Known,
        _ => Sort::Unknown,
    }
}

impl Sort {
    /// Whether an item of this sort shows that something was said or done. One that is not known may be that.
    fn is_work(&self, item: &Item<'_>) -> bool {
        match self {
            Self::Text => item.text.as_deref().is_some_and(|text| !text.trim().is_empty()),
            Self::Call | Self::Activity | Self::Compaction | Self::Review | Self::Unknown => true,
            Self::Thought | Self::InjectedMessage | Self::Known => false,
        }
    }
}

impl CodexDecoder {
    pub(super) fn item_started(&mut self, news: &ItemNews<'_>, at: At, sink: &mut Sink<'_>) {
        let Some((raw, item, id)) = read(news, "item/started", sink) else { return };
        let thread = news.thread_id.as_deref();
        if let (Some(prompt), Some(turn)) = (&item.client_id, &news.turn_id) {
            self.turn.prompted(prompt.clone(), turn.clone());
        }
        match sort(&item) {
            Sort::Text => self.drafts.begin(&id, thread, DraftKind::Text, sink),
            Sort::Thought => self.drafts.begin(&id, thread, DraftKind::Thought, sink),
            Sort::Call => self.calls.begin(&id, thread, raw, &item, at, &self.threads, sink),
            Sort::Compaction => sink.event(Event::Status { busy: Busy::Compacting }),
            Sort::Unknown => unknown(&item, sink),
            // The end has the same content as the beginning and follows at once.
            Sort::Activity | Sort::InjectedMessage | Sort::Review | Sort::Known => {}
        }
    }

    pub(super) fn item_completed(&mut self, news: &ItemNews<'_>, at: At, sink: &mut Sink<'_>) {
        let Some((raw, item, id)) = read(news, "item/completed", sink) else { return };
        let thread = news.thread_id.as_deref();
        let sort = sort(&item);
        self.has_worked |= sort.is_work(&item);
        if matches!(sort, Sort::Text | Sort::Thought | Sort::Call) {
            self.threads.answers(thread);
        }
        if let Sort::Call = sort {
            if self.calls.is_over(&id) {
                return;
            }
            self.calls.begin(&id, thread, raw, &item, at, &self.threads, sink);
            self.drafts.complete(&id, sink);
            self.finished(&id, &item, at, sink);
            return self.calls_follow_up(&id, &item, sink);
        }
        if !self.drafts.complete(&id, sink) {
            return;
        }
        let parent = self.threads.parent(thread);
        match sort {
            Sort::Text => {
                let text = item.text.as_deref().unwrap_or("").to_owned();
                self.turn.said(thread, &text);
                sink.event(drafts::text(&id, text, parent));
            }
            Sort::Thought => {
                let parts = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
                let (summary, content) = (parts(&item.summary), parts(&item.content));
                sink.event(drafts::thought_of_parts(&id, &summary, &content, parent));
            }
            Sort::Activity => self.subagent(&id, raw, &item, at, thread, sink),
            Sort::Compaction => sink.event(Event::Compacted {
                trigger: self.sent.compact_trigger(),
                before: None,
                after: None,
            }),
            Sort::InjectedMessage => sink.event(injected_message(&item)),
            Sort::Review => sink.event(Event::Notice {
                level: NoticeLevel::Info,
                text: item.review.as_deref().unwrap_or("").to_owned(),
            }),
            // The beginning was emitted already.
            Sort::Unknown | Sort::Known | Sort::Call => {}
        }
    }

    /// Takes an activity of a subagent. A beginning is also emitted as a call; everything else is progress
    /// of a task.
    fn subagent(
        &mut self,
        id: &str,
        raw: &RawValue,
        item: &Item<'_>,
        at: At,
        thread: Option<&str>,
        sink: &mut Sink<'_>,
    ) {
        if item.activity.as_deref() == Some("started") {
            self.calls.begin(id, thread, raw, item, at, &self.threads, sink);
            self.activity(id, item, sink);
            return self.finished(id, item, at, sink);
        }
        self.activity(id, item, sink);
    }

    fn calls_follow_up(&mut self, id: &str, item: &Item<'_>, sink: &mut Sink<'_>) {
        if item.kind.as_deref() == Some("collabAgentToolCall") {
            self.collaborated(id, item, sink);
        }
    }

    fn finished(&mut self, id: &str, item: &Item<'_>, at: At, sink: &mut Sink<'_>) {
        let declined = item.status.as_deref() == Some("declined");
        if declined {
            self.turn.denials.push(id.to_owned());
            if !self.questions.was_asked_about(id) {
                sink.event(self.calls.denied(id));
            }
        }
        let threads: &Threads = &self.threads;
        self.calls.end(id, item, at, threads, sink);
    }
}

/// Reads an item: as JSON, as a type, and its id.
fn read<'a>(
    news: &ItemNews<'a>,
    method: &str,
    sink: &mut Sink<'_>,
) -> Option<(&'a RawValue, Item<'a>, String)> {
    let item: Option<Item<'a>> = rpc::fields(news.item);
    let read = item.and_then(|item| {
        let id = item.id.as_deref()?.to_owned();
        Some((news.item?, item, id))
    });
    if read.is_none() {
        unknown_shape(method, sink);
    }
    read
}

fn unknown(item: &Item<'_>, sink: &mut Sink<'_>) {
    match item.kind.as_deref() {
        Some(kind) => unknown_type(&format!("item/{kind}"), sink),
        None => unknown_shape("item", sink),
    }
}

fn injected_message(item: &Item<'_>) -> Event {
    let fragments = item.fragments.iter().flatten().flatten();
    let texts: Vec<&str> = fragments.filter_map(|part| part.text.as_deref()).collect();
    Event::InjectedMessage { text: texts.join("\n") }
}
