//! Threads: the conversation itself, and subagents, each with its own thread on the same stream. A
//! subagent is a task while one of its turns goes on, and its events are below the call that started it.

use super::{CodexDecoder, row};
use crate::codex::wire::item::Item;
use crate::decoder::Sink;
use protocol::{Event, TaskKind, TaskStatus};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Every thread that was reported.
#[derive(Default)]
pub(super) struct Threads {
    root: Option<String>,
    models: HashMap<String, String>,
    /// By thread, the call that started the subagent.
    calls: HashMap<String, String>,
    /// By thread, the subagent's name.
    names: HashMap<String, String>,
    /// Whether the conversation is an earlier one that was resumed.
    is_resumed: bool,
    /// Threads whose model has answered in this run.
    answered: HashSet<String>,
    /// Subagents with a turn that goes on.
    working: HashSet<String>,
}

impl Threads {
    /// Takes the thread of the conversation; `resumed` if it is an earlier one.
    pub(super) fn open(&mut self, thread: Option<&str>, model: Option<String>, resumed: bool) {
        self.root = thread.map(str::to_owned);
        self.is_resumed = resumed;
        self.set_model(thread, model);
    }

    /// Sets the model of a thread.
    pub(super) fn set_model(&mut self, thread: Option<&str>, model: Option<String>) {
        if let (Some(thread), Some(model)) = (thread, model) {
            self.models.insert(thread.to_owned(), model);
        }
    }

    /// The model of a thread; a subagent without a reported model uses the conversation's.
    pub(super) fn model(&self, thread: &str) -> &str {
        let root = || self.models.get(self.root.as_deref()?);
        self.models.get(thread).or_else(root).map_or("unknown", String::as_str)
    }

    /// Whether the thread is the conversation itself.
    pub(super) fn is_root(&self, thread: Option<&str>) -> bool {
        match (thread, self.root.as_deref()) {
            (Some(thread), Some(root)) => thread == root,
            _ => true,
        }
    }

    /// The call that the events of a thread belong to.
    pub(super) fn parent(&self, thread: Option<&str>) -> Option<String> {
        let thread = thread.filter(|thread| !self.is_root(Some(thread)))?;
        Some(self.calls.get(thread).map_or(thread, String::as_str).to_owned())
    }

    /// The conversation's own thread.
    pub(super) fn root(&self) -> Option<String> {
        self.root.clone()
    }

    /// Whether the thread began in an earlier run.
    pub(super) fn is_earlier(&self, thread: &str) -> bool {
        self.is_resumed && self.root.as_deref() == Some(thread)
    }

    /// Whether the thread's model has answered in this run.
    pub(super) fn has_answered(&self, thread: &str) -> bool {
        self.answered.contains(thread)
    }

    /// Takes an answer of the thread's model.
    pub(super) fn answers(&mut self, thread: Option<&str>) {
        if let Some(thread) = thread.filter(|thread| !self.answered.contains(*thread)) {
            self.answered.insert(thread.to_owned());
        }
    }

    /// Takes the beginning of a turn; a subagent's turn is reported as a task.
    pub(super) fn begin(&mut self, thread: Option<&str>, sink: &mut Sink<'_>) {
        let Some(thread) = thread else { return };
        if self.is_root(Some(thread)) || !self.working.insert(thread.to_owned()) {
            return;
        }
        sink.event(Event::TaskStarted {
            task: thread.to_owned(),
            call: self.calls.get(thread).cloned(),
            kind: TaskKind::Agent,
            description: self.names.get(thread).cloned().unwrap_or_default(),
            background: true,
        });
    }

    /// Takes the end of a subagent's turn.
    pub(super) fn finish(
        &mut self,
        thread: &str,
        status: TaskStatus,
        summary: &str,
        sink: &mut Sink<'_>,
    ) {
        if self.working.remove(thread) {
            let (task, summary) = (thread.to_owned(), summary.to_owned());
            sink.event(Event::TaskEnded { task, status, summary });
        }
    }

    fn begun_by(&mut self, thread: &str, call: &str, name: String) {
        self.calls.insert(thread.to_owned(), call.to_owned());
        self.names.insert(thread.to_owned(), name);
    }
}

impl CodexDecoder {
    /// Takes a report that a subagent began, continues or is over.
    pub(super) fn activity(&mut self, id: &str, item: &Item<'_>, sink: &mut Sink<'_>) {
        let Some(thread) = item.agent_thread_id.as_deref() else { return };
        let name = row(item.agent_path.as_deref());
        match item.activity.as_deref() {
            Some("started") => {
                self.threads.begun_by(thread, id, name);
                self.threads.begin(Some(thread), sink);
            }
            Some("completed") => self.threads.finish(thread, TaskStatus::Completed, "", sink),
            Some("interrupted") => self.threads.finish(thread, TaskStatus::Stopped, "", sink),
            word => sink.event(Event::TaskProgress {
                task: thread.to_owned(),
                description: word.map(str::to_owned),
                tokens: None,
                tool_uses: None,
            }),
        }
    }

    /// Takes the end of a call about subagents: which ones it started, and what it reported of others.
    pub(super) fn collaborated(&mut self, id: &str, item: &Item<'_>, sink: &mut Sink<'_>) {
        if item.tool.as_deref() == Some("spawnAgent") {
            for thread in item.receiver_thread_ids.iter().flatten() {
                self.threads.begun_by(thread, id, row(item.prompt.as_deref()));
            }
        }
        for (thread, state) in item.agents_states.as_object().into_iter().flatten() {
            let field = |name: &str| state.get(name).and_then(Value::as_str);
            let status = match field("status") {
                Some("completed") => TaskStatus::Completed,
                Some("errored" | "notFound") => TaskStatus::Failed,
                Some("interrupted" | "shutdown") => TaskStatus::Stopped,
                _ => continue,
            };
            self.threads.finish(thread, status, field("message").unwrap_or(""), sink);
        }
    }
}
