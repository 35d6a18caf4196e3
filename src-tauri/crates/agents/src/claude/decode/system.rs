//! `system` messages and the small types near them: the program's introduction, what it is busy with,
//! retries, refusals, and reports about itself. Subtypes that only serve the program's own screen, or
//! repeat other events, are listed and ignored.

use super::ClaudeDecoder;
use super::errors::{self, Failure};
use super::read::{unknown_shape, unknown_type};
use super::{markup, tools};
use crate::claude::wire::system::SystemLine;
use crate::decoder::Sink;
use protocol::{
    ApiErrorKind, Busy, CompactTrigger, Event, McpServer, NoticeLevel, SessionId, SessionStarted,
};
use std::borrow::Cow;

impl ClaudeDecoder {
    pub(super) fn system(&mut self, line: SystemLine<'_>, sink: &mut Sink<'_>) {
        match line.kind.as_deref() {
            Some("tool_progress") => subagent_retry(&line, sink),
            Some("auth_status") => auth_status(&line, sink),
            Some("conversation_reset") => {
                self.turn.doings.acted = true;
                sink.event(Event::ConversationReset { trigger: owned(&line.trigger) });
            }
            _ => match line.subtype.as_deref() {
                Some(subtype) => self.subtype(subtype, &line, sink),
                None => unknown_shape("system", sink),
            },
        }
    }

    fn subtype(&mut self, subtype: &str, line: &SystemLine<'_>, sink: &mut Sink<'_>) {
        match subtype {
            "init" => self.init(line, sink),
            "status" => self.status(line, sink),
            "session_state_changed" => state_changed(line.state.as_deref(), sink),
            "session_writes_lost" => writes_lost(line, sink),
            "api_retry" => self.api_retry(line, sink),
            "compact_boundary" => {
                self.turn.doings.acted = true;
                compacted(line, sink);
            }
            "local_command_output" => {
                self.turn.doings.acted = true;
                info(&line.content, sink);
            }
            "task_started" | "task_progress" | "task_updated" | "task_notification" => {
                self.task(subtype, line, sink);
            }
            "background_tasks_changed" => match &line.tasks {
                Some(tasks) => self.task_set(tasks, sink),
                None => unknown_shape("system/background_tasks_changed", sink),
            },
            "permission_denied" => self.permission_denied(line, sink),
            "model_refusal_fallback" => {
                self.drafts
                    .supersede(line.retracted_message_uuids.as_deref().unwrap_or_default(), sink);
                sink.event(refusal(line));
            }
            "model_refusal_no_fallback" => sink.event(refusal(line)),
            // Ignored: output and effects of a hook that did not fail; the program's own commands and memories;
            // progress of requests that Musher does not make; the end of a dialog that Musher never saw.
            "hook_started"
            | "hook_progress"
            | "commands_changed"
            | "memory_recall"
            | "control_request_progress"
            | "elicitation_complete" => {}
            other => match notice(other, line) {
                Some(Some(event)) => sink.event(event),
                Some(None) => {}
                None => unknown_type(&format!("system/{other}"), sink),
            },
        }
    }

    fn init(&mut self, line: &SystemLine<'_>, sink: &mut Sink<'_>) {
        self.model = owned(&line.model).or_else(|| self.model.take());
        let session = owned(&line.session_id).map(SessionId::new);
        self.conversation.session = session.clone().or_else(|| self.conversation.session.take());
        self.servers(line.mcp_servers.as_deref().unwrap_or_default());
        let servers = line.mcp_servers.iter().flatten().flatten();
        sink.event(Event::Session(SessionStarted {
            session,
            model: owned(&line.model),
            agent_version: owned(&line.version),
            cwd: owned(&line.cwd),
            permission_mode: owned(&line.permission_mode),
            credential: owned(&line.api_key_source),
            tools: line.tools.clone().unwrap_or_default(),
            mcp_servers: servers
                .map(|server| McpServer {
                    name: owned(&server.name).unwrap_or_default(),
                    status: owned(&server.status).unwrap_or_default(),
                })
                .collect(),
        }));
    }

    /// Emits the program's status. A null status means that the last activity is over; the next event
    /// shows the new one.
    fn status(&mut self, line: &SystemLine<'_>, sink: &mut Sink<'_>) {
        if let Some(status) = line.status.as_deref() {
            sink.event(Event::Status { busy: busy(status) });
        }
        if let Some(text) = owned(&line.compact_error) {
            self.turn.doings.command_failed = true;
            sink.event(Event::Notice { level: NoticeLevel::Warning, text });
        }
    }

    fn api_retry(&mut self, line: &SystemLine<'_>, sink: &mut Sink<'_>) {
        let Some(attempt) = line.attempt else {
            return unknown_shape("system/api_retry", sink);
        };
        let class = line.error.as_deref();
        let failure = Failure { class, status: line.error_status, ..Failure::default() };
        let error = failure.kind().unwrap_or(ApiErrorKind::Unknown);
        self.turn.last_retry = Some(error);
        sink.event(Event::Retry {
            attempt: narrow(attempt),
            max: line.max_retries.map(narrow),
            delay_ms: line.retry_delay_ms.unwrap_or(0),
            status: errors::status(line.error_status),
            error,
        });
    }

    fn permission_denied(&mut self, line: &SystemLine<'_>, sink: &mut Sink<'_>) {
        let Some(tool) = owned(&line.tool_name) else {
            return unknown_shape("system/permission_denied", sink);
        };
        if let Some(call) = line.tool_use_id.as_deref() {
            self.calls.refuse(call);
        }
        let message = owned(&line.message).unwrap_or_default();
        let tool = tools::shown(&tool);
        sink.event(Event::Denied { tool, call: owned(&line.tool_use_id), message });
    }
}

fn owned(field: &Option<Cow<'_, str>>) -> Option<String> {
    field.as_deref().map(str::to_owned)
}

fn narrow(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Emits words of the program, if there are any.
fn info(words: &Option<Cow<'_, str>>, sink: &mut Sink<'_>) {
    let words = words.as_deref().map(markup::words);
    if let Some(text) = words.filter(|text| !text.trim().is_empty()) {
        sink.event(Event::Notice { level: NoticeLevel::Info, text });
    }
}

/// Maps the word of a status, or of a session's state, to what the program is busy with.
fn busy(word: &str) -> Busy {
    match word {
        "requesting" => Busy::Requesting,
        "compacting" => Busy::Compacting,
        "running" => Busy::Working,
        other => Busy::Other { words: other.replace('_', " ") },
    }
}

fn compacted(line: &SystemLine<'_>, sink: &mut Sink<'_>) {
    match &line.compact_metadata {
        Some(compact) => sink.event(Event::Compacted {
            trigger: match compact.trigger.as_deref() {
                Some("auto") => CompactTrigger::Automatic,
                Some("manual") => CompactTrigger::Asked,
                _ => CompactTrigger::Unknown,
            },
            before: compact.pre_tokens,
            after: compact.post_tokens,
        }),
        None => unknown_shape("system/compact_boundary", sink),
    }
}

/// Emits a subagent's retry. A plain tool heartbeat adds nothing to its call and gives no event.
fn subagent_retry(line: &SystemLine<'_>, sink: &mut Sink<'_>) {
    if let Some(retry) = &line.subagent_retry {
        let class = retry.error_category.as_deref();
        let failure = Failure { class, status: retry.error_status, ..Failure::default() };
        sink.event(Event::Retry {
            attempt: retry.attempt.map_or(1, narrow),
            max: retry.max_retries.map(narrow),
            delay_ms: retry.retry_delay_ms.unwrap_or(0),
            status: errors::status(retry.error_status),
            error: failure.kind().unwrap_or(ApiErrorKind::Unknown),
        });
    }
}

fn auth_status(line: &SystemLine<'_>, sink: &mut Sink<'_>) {
    if let Some(text) = owned(&line.error) {
        sink.event(Event::Notice { level: NoticeLevel::Error, text });
    }
}

fn refusal(line: &SystemLine<'_>) -> Event {
    let said = owned(&line.content).filter(|text| !text.trim().is_empty());
    let model = line.original_model.as_deref().unwrap_or("The model");
    let text = said.unwrap_or_else(|| match line.fallback_model.as_deref() {
        Some(other) => format!("{model} refused; {other} answers instead."),
        None => format!("{model} refused."),
    });
    Event::Notice { level: NoticeLevel::Warning, text }
}

/// Reads a report of the program about itself. `None`: the subtype is none. `Some(None)`: there is
/// nothing to show.
fn notice(subtype: &str, line: &SystemLine<'_>) -> Option<Option<Event>> {
    let (level, text) = match subtype {
        "informational" => (informational_level(line.level.as_deref()), owned(&line.content)),
        "notification" => (notification_level(line.priority.as_deref()), owned(&line.text)),
        "mirror_error" => (NoticeLevel::Warning, owned(&line.error)),
        "hook_response" => (NoticeLevel::Warning, failed_hook(line)),
        "plugin_install" => (NoticeLevel::Warning, failed_plugin(line)),
        "files_persisted" => (NoticeLevel::Warning, files_not_kept(line)),
        "worker_shutting_down" => {
            let why = line.reason.as_deref().unwrap_or("no reason given");
            (NoticeLevel::Warning, Some(format!("The agent is shutting down: {why}.")))
        }
        _ => return None,
    };
    Some(text.filter(|text| !text.trim().is_empty()).map(|text| Event::Notice { level, text }))
}

fn informational_level(word: Option<&str>) -> NoticeLevel {
    match word {
        Some("warning") => NoticeLevel::Warning,
        Some("error") => NoticeLevel::Error,
        _ => NoticeLevel::Info,
    }
}

fn notification_level(priority: Option<&str>) -> NoticeLevel {
    match priority {
        Some("high" | "immediate") => NoticeLevel::Warning,
        _ => NoticeLevel::Info,
    }
}

fn failed_hook(line: &SystemLine<'_>) -> Option<String> {
    let name = line.hook_name.as_deref().unwrap_or("a hook");
    let words = line.stderr.as_deref().unwrap_or("").trim();
    match line.outcome.as_deref() {
        Some("success") | None => None,
        Some(outcome) if words.is_empty() => Some(format!("Hook {name}: {outcome}.")),
        Some(outcome) => Some(format!("Hook {name}: {outcome}: {words}")),
    }
}

fn failed_plugin(line: &SystemLine<'_>) -> Option<String> {
    let failed = line.status.as_deref() == Some("failed");
    let name = line.name.as_deref().unwrap_or("a plugin");
    let why = line.error.as_deref().unwrap_or("no reason given");
    failed.then(|| format!("Plugin {name} could not be installed: {why}"))
}

fn files_not_kept(line: &SystemLine<'_>) -> Option<String> {
    let names: Vec<&str> = line
        .failed
        .iter()
        .flatten()
        .flatten()
        .filter_map(|file| file.filename.as_deref())
        .collect();
    (!names.is_empty()).then(|| format!("Files not kept: {}", names.join(", ")))
}

/// Reports that the program could not save a part of the conversation. Later runs of it take this into
/// account.
fn writes_lost(line: &SystemLine<'_>, sink: &mut Sink<'_>) {
    let lost = line.lost.as_deref().unwrap_or_default();
    let what = lost.join(", ");
    let why = line.error_code.as_deref().unwrap_or("no reason given");
    let text = format!("The agent could not save {what}: {why}. Resuming may miss a part.");
    sink.event(Event::Notice { level: NoticeLevel::Error, text });
    if lost.iter().any(|part| part == "transcript") {
        let named = line.transcript_session_ids.iter().flatten().cloned();
        let mut sessions: Vec<SessionId> = named.map(SessionId::new).collect();
        if sessions.is_empty() {
            sessions.extend(owned(&line.session_id).map(SessionId::new));
        }
        sink.event(Event::ConversationIncomplete { sessions });
    }
}

/// Emits a new state of the session, but not those that have events of their own: the end of a turn and a
/// wait for a person.
fn state_changed(state: Option<&str>, sink: &mut Sink<'_>) {
    match state {
        Some("idle" | "requires_action") => {}
        Some(state) => sink.event(Event::Status { busy: busy(state) }),
        None => unknown_shape("system/session_state_changed", sink),
    }
}
