//! Texts, thoughts and output of commands while they stream. A finished item replaces its draft and is
//! one event, even if it is printed again. What a broken stream left is void when the program tries
//! again. Text that was never finished is emitted as far as it went, when its turn or the run ends.

use super::CodexDecoder;
use super::agents::Threads;
use crate::codex::wire::thread::Delta;
use crate::decoder::Sink;
use crate::unrecognized::unknown_shape;
use protocol::{DraftKind, DraftUpdate, Event};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Every item is one block.
const BLOCK: u32 = 0;

/// Items that stream, and items that are over.
#[derive(Default)]
pub(super) struct Drafts {
    open: BTreeMap<Arc<str>, Draft>,
    over: HashSet<String>,
}

struct Draft {
    thread: Option<String>,
    kind: DraftKind,
    text: String,
    /// The part of a thought that streams now.
    part: u64,
}

impl CodexDecoder {
    /// Adds a piece to an item's text.
    pub(super) fn delta(&mut self, method: &str, delta: &Delta<'_>, sink: &mut Sink<'_>) {
        let (Some(item), Some(piece)) = (delta.item_id.as_deref(), delta.delta.as_deref()) else {
            return unknown_shape(method, sink);
        };
        let kind = match method {
            "item/reasoning/summaryTextDelta" | "item/reasoning/textDelta" => DraftKind::Thought,
            "item/commandExecution/outputDelta" => DraftKind::ToolOutput,
            _ => DraftKind::Text,
        };
        self.drafts.begin(item, delta.thread_id.as_deref(), kind, sink);
        self.drafts.append(item, piece, delta.summary_index.unwrap_or(0), sink);
    }
}

impl Drafts {
    /// Adds an item that begins. An item that has begun or is over is not changed.
    pub(super) fn begin(
        &mut self,
        item: &str,
        thread: Option<&str>,
        kind: DraftKind,
        sink: &mut Sink<'_>,
    ) {
        if self.open.contains_key(item) || self.over.contains(item) {
            return;
        }
        let message: Arc<str> = item.into();
        let thread = thread.map(str::to_owned);
        let draft = Draft { thread, kind, text: String::new(), part: 0 };
        self.open.insert(Arc::clone(&message), draft);
        sink.draft(DraftUpdate::Open { message, block: BLOCK, kind, tool: None });
    }

    fn append(&mut self, item: &str, piece: &str, part: u64, sink: &mut Sink<'_>) {
        let Some((message, _)) = self.open.get_key_value(item) else { return };
        let message = Arc::clone(message);
        let Some(draft) = self.open.get_mut(item) else { return };
        if part != draft.part && !draft.text.is_empty() {
            draft.text.push_str(BETWEEN_PARTS);
            sink.append(&message, BLOCK, BETWEEN_PARTS);
        }
        draft.part = part;
        if !piece.is_empty() {
            draft.text.push_str(piece);
            sink.append(&message, BLOCK, piece);
        }
    }

    /// Takes the end of an item; returns whether it was not over before.
    pub(super) fn complete(&mut self, item: &str, sink: &mut Sink<'_>) -> bool {
        if !self.over.insert(item.to_owned()) {
            return false;
        }
        if let Some((message, _)) = self.open.remove_entry(item) {
            sink.draft(DraftUpdate::Close { message, block: BLOCK });
        }
        true
    }

    /// Marks unfinished drafts of this thread as void, because the program repeats its request.
    pub(super) fn abandon(&mut self, thread: Option<&str>, sink: &mut Sink<'_>) {
        let said = |draft: &Draft| {
            draft.thread.as_deref() == thread && draft.kind != DraftKind::ToolOutput
        };
        for (message, _) in self.take(said) {
            let name = message.to_string();
            self.over.insert(name.clone());
            sink.draft(DraftUpdate::Abandon { message, from_block: BLOCK });
            sink.event(Event::Abandoned { message: name, from_block: BLOCK });
        }
    }

    /// Takes the end of a turn of this thread: emits its unfinished texts.
    pub(super) fn finish(&mut self, thread: Option<&str>, threads: &Threads, sink: &mut Sink<'_>) {
        for (message, draft) in self.take(|draft| draft.thread.as_deref() == thread) {
            self.emit(message, draft, threads, sink);
        }
    }

    /// Takes the end of the run: emits all unfinished texts.
    pub(super) fn finish_all(&mut self, threads: &Threads, sink: &mut Sink<'_>) {
        for (message, draft) in std::mem::take(&mut self.open) {
            self.emit(message, draft, threads, sink);
        }
    }

    fn take(&mut self, which: impl Fn(&Draft) -> bool) -> Vec<(Arc<str>, Draft)> {
        let (gone, open) =
            std::mem::take(&mut self.open).into_iter().partition(|(_, draft)| which(draft));
        let gone: BTreeMap<_, _> = gone;
        self.open = open;
        gone.into_iter().collect()
    }

    /// Emits an unfinished text as far as it went.
    fn emit(&mut self, message: Arc<str>, draft: Draft, threads: &Threads, sink: &mut Sink<'_>) {
        self.over.insert(message.to_string());
        sink.draft(DraftUpdate::Close { message: Arc::clone(&message), block: BLOCK });
        // The partial output of a command gives no result; it is in the log.
        if draft.text.is_empty() || draft.kind == DraftKind::ToolOutput {
            return;
        }
        let (message, text) = (message.to_string(), draft.text);
        let parent = threads.parent(draft.thread.as_deref());
        sink.event(match draft.kind {
            DraftKind::Thought => thought(message, text, parent),
            _ => Event::Text { message, block: BLOCK, text, parent },
        });
    }
}

/// Separates two parts of a thought.
const BETWEEN_PARTS: &str = "\n\n";

/// Makes the event of a finished text.
pub(super) fn text(message: &str, text: String, parent: Option<String>) -> Event {
    Event::Text { message: message.to_owned(), block: BLOCK, text, parent }
}

/// Makes the event of a finished thought, which the program shows as a summary or as a whole.
pub(super) fn thought_of_parts(
    message: &str,
    summary: &[String],
    content: &[String],
    parent: Option<String>,
) -> Event {
    let parts = if summary.is_empty() { content } else { summary };
    thought(message.to_owned(), parts.join(BETWEEN_PARTS), parent)
}

fn thought(message: String, text: String, parent: Option<String>) -> Event {
    Event::Thought { message, block: BLOCK, text, duration_ms: None, parent }
}
