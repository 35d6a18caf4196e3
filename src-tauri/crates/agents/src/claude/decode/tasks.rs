//! Work outside the conversation: subagents and background commands. The program reports a task's start,
//! progress and end one by one, and the whole set of background tasks whenever it changes; a task that is
//! missing from the set has ended, even if its own end was missed. A second start of a task means that it
//! moved to the background. Housekeeping that the program itself marks as no activity is left out.

use super::ClaudeDecoder;
use super::read::unknown_shape;
use crate::claude::wire::system::{ListedTask, SystemLine};
use crate::decoder::Sink;
use protocol::{Event, TaskKind, TaskStatus};
use std::collections::{BTreeMap, BTreeSet};

/// Tasks that are open.
#[derive(Default)]
pub(super) struct Tasks {
    open: BTreeMap<String, Task>,
    ambient: BTreeSet<String>,
}

#[derive(Default)]
struct Task {
    call: Option<String>,
    kind: Option<TaskKind>,
    description: String,
    background: bool,
    /// Whether the set of background tasks contained it.
    listed: bool,
    /// How it ended, if only its own end, which has the summary, is still missing.
    over: Option<TaskStatus>,
}

impl ClaudeDecoder {
    /// Takes `task_started`, `task_progress`, `task_updated` and `task_notification`.
    pub(super) fn task(&mut self, subtype: &str, line: &SystemLine<'_>, sink: &mut Sink<'_>) {
        let Some(id) = line.task_id.as_deref() else {
            return unknown_shape(&format!("system/{subtype}"), sink);
        };
        if line.ambient == Some(true) || line.skip_transcript == Some(true) {
            self.tasks.ambient.insert(id.to_owned());
            self.tasks.open.remove(id);
        }
        if self.tasks.ambient.contains(id) {
            return;
        }
        match subtype {
            "task_started" => self.task_started(id, line, sink),
            "task_progress" => sink.event(progress(id, line)),
            "task_updated" => self.tasks.updated(id, line, sink),
            _ => self.tasks.ended(id, line, sink),
        }
    }

    fn task_started(&mut self, id: &str, line: &SystemLine<'_>, sink: &mut Sink<'_>) {
        // Earlier versions do not report whether the conversation waits; the call's input does.
        let call = line.tool_use_id.as_deref();
        let asked = call.and_then(|call| self.calls.get(call)).is_some_and(|call| call.background);
        let task = self.tasks.open.entry(id.to_owned()).or_default();
        task.call = call.map(str::to_owned);
        task.kind = Some(kind(line.task_type.as_deref(), line.subagent_type.is_some()));
        task.description = line.description.as_deref().unwrap_or("").to_owned();
        task.background = line.is_backgrounded.unwrap_or(asked);
        task.over = None;
        sink.event(task.started(id));
    }

    /// Takes `background_tasks_changed`: the whole set.
    pub(super) fn task_set(&mut self, listed: &[Option<ListedTask<'_>>], sink: &mut Sink<'_>) {
        let ids: BTreeSet<&str> =
            listed.iter().flatten().filter_map(|task| task.task_id.as_deref()).collect();
        let gone = |(id, task): (&String, &Task)| {
            (task.listed && task.is_described() && !ids.contains(id.as_str())).then(|| id.clone())
        };
        let missed: Vec<String> = self.tasks.open.iter().filter_map(gone).collect();
        for id in missed {
            self.tasks.end(&id, TaskStatus::Unknown, String::new(), sink);
        }
        for id in ids {
            if !self.tasks.ambient.contains(id) {
                self.tasks.open.entry(id.to_owned()).or_default().listed = true;
            }
        }
    }
}

impl Tasks {
    fn updated(&mut self, id: &str, line: &SystemLine<'_>, sink: &mut Sink<'_>) {
        let Some(patch) = &line.patch else {
            return unknown_shape("system/task_updated", sink);
        };
        let task = self.open.entry(id.to_owned()).or_default();
        if patch.is_backgrounded == Some(true) && !task.background {
            task.background = true;
            sink.event(task.started(id));
        }
        let news = patch.description.as_deref().or(patch.error.as_deref());
        if let Some(description) = news.filter(|news| !news.is_empty()) {
            let description = Some(description.to_owned());
            let task = id.to_owned();
            sink.event(Event::TaskProgress { task, description, tokens: None, tool_uses: None });
        }
        task.over = patch.status.as_deref().and_then(over).or(task.over);
    }

    fn ended(&mut self, id: &str, line: &SystemLine<'_>, sink: &mut Sink<'_>) {
        let status = line.status.as_deref().and_then(over).unwrap_or(TaskStatus::Unknown);
        let summary = line.summary.as_deref().unwrap_or("").to_owned();
        self.end(id, status, summary, sink);
    }

    fn end(&mut self, id: &str, status: TaskStatus, summary: String, sink: &mut Sink<'_>) {
        let said = self.open.remove(id).and_then(|task| task.over);
        let status = if status == TaskStatus::Unknown { said.unwrap_or(status) } else { status };
        sink.event(Event::TaskEnded { task: id.to_owned(), status, summary });
    }

    /// Ends tasks that were reported as over, without a summary, because the turn or the run is over.
    pub(super) fn settle(&mut self, sink: &mut Sink<'_>) {
        let over: Vec<(String, TaskStatus)> =
            self.open.iter().filter_map(|(id, task)| Some((id.clone(), task.over?))).collect();
        for (id, status) in over {
            self.end(&id, status, String::new(), sink);
        }
    }
}

impl Task {
    /// Whether its start was reported; the set of tasks alone does not describe a task.
    fn is_described(&self) -> bool {
        self.kind.is_some()
    }

    fn started(&self, id: &str) -> Event {
        Event::TaskStarted {
            task: id.to_owned(),
            call: self.call.clone(),
            kind: self.kind.unwrap_or(TaskKind::Other),
            description: self.description.clone(),
            background: self.background,
        }
    }
}

fn kind(word: Option<&str>, subagent: bool) -> TaskKind {
    match word {
        Some("local_agent" | "remote_agent") => TaskKind::Agent,
        Some("local_bash") => TaskKind::Command,
        None if subagent => TaskKind::Agent,
        _ => TaskKind::Other,
    }
}

/// How a task ended, if this status is an end.
fn over(word: &str) -> Option<TaskStatus> {
    match word {
        "completed" => Some(TaskStatus::Completed),
        "failed" => Some(TaskStatus::Failed),
        "killed" | "stopped" => Some(TaskStatus::Stopped),
        _ => None,
    }
}

fn progress(id: &str, line: &SystemLine<'_>) -> Event {
    let said = line.summary.as_deref().or(line.description.as_deref());
    Event::TaskProgress {
        task: id.to_owned(),
        description: said.map(str::to_owned),
        tokens: line.usage.as_ref().and_then(|usage| usage.total_tokens),
        tool_uses: line.usage.as_ref().and_then(|usage| usage.tool_uses),
    }
}
