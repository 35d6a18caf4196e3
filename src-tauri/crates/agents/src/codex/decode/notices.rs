//! Notifications: maps each method to its meaning, and shows those that only inform. Ignored methods are
//! listed with the reason; a method that is not listed is unrecognised.

use super::subject::{self, About};
use super::{At, CodexDecoder};
use crate::codex::wire::account::LimitsNews;
use crate::codex::wire::ask::Resolved;
use crate::codex::wire::thread::{
    Delta, ErrorNews, ItemNews, PlanNews, Rerouted, SettingsUpdated, ThreadOpened, TurnNews,
    UsageNews, Words,
};
use crate::decoder::Sink;
use crate::rpc;
use crate::unrecognized::{unknown_shape, unknown_type};
use protocol::{Event, NoticeLevel, ToolKind};
use serde::Deserialize;
use serde_json::value::RawValue;

impl CodexDecoder {
    pub(super) fn news(
        &mut self,
        method: &str,
        params: Option<&RawValue>,
        at: At,
        sink: &mut Sink<'_>,
    ) {
        match method {
            "item/agentMessage/delta"
            | "item/plan/delta"
            | "item/reasoning/summaryTextDelta"
            | "item/reasoning/textDelta"
            | "item/commandExecution/outputDelta" => {
                with(method, params, sink, |delta: Delta<'_>, sink| {
                    self.delta(method, &delta, sink)
                });
            }
            "item/started" => with(method, params, sink, |news: ItemNews<'_>, sink| {
                self.item_started(&news, at, sink);
            }),
            "item/completed" => with(method, params, sink, |news: ItemNews<'_>, sink| {
                self.item_completed(&news, at, sink);
            }),
            "turn/started" => with(method, params, sink, |news: TurnNews<'_>, sink| {
                self.turn_started(&news, sink);
            }),
            "turn/completed" => with(method, params, sink, |news: TurnNews<'_>, sink| {
                self.turn_completed(news, sink);
            }),
            "error" => with(method, params, sink, |news: ErrorNews, sink| self.failed(news, sink)),
            "thread/tokenUsage/updated" => with(method, params, sink, |news: UsageNews, sink| {
                self.usage.update(&news, &self.threads, sink);
            }),
            "account/rateLimits/updated" => with(method, params, sink, |news: LimitsNews, sink| {
                self.limits.update(news, sink);
            }),
            "turn/plan/updated" => with(method, params, sink, |news: PlanNews<'_>, sink| {
                self.plan(&news, sink);
            }),
            "serverRequest/resolved" => with(method, params, sink, |news: Resolved<'_>, sink| {
                self.resolved(&news, sink);
            }),
            "thread/started" => with(method, params, sink, |news: ThreadOpened, _| {
                if let Some(thread) = news.thread {
                    self.threads.set_model(thread.id.as_deref(), thread.model);
                }
            }),
            "thread/settings/updated" => with(method, params, sink, |news: SettingsUpdated, _| {
                let model = news.thread_settings.and_then(|settings| settings.model);
                self.threads.set_model(news.thread_id.as_deref(), model);
            }),
            "model/rerouted" => with(method, params, sink, |news: Rerouted, sink| {
                self.rerouted(news, sink);
            }),
            other => said(other, params, sink),
        }
    }

    /// Emits the current plan: a list of things to do, as the call of a tool that keeps it.
    fn plan(&mut self, news: &PlanNews<'_>, sink: &mut Sink<'_>) {
        let Some(plan) = &news.plan else {
            return unknown_shape("turn/plan/updated", sink);
        };
        let steps = plan.iter().flatten();
        let steps = steps.map(|step| (step.step.as_deref(), step.status.as_deref()));
        let title = format!("{} things to do", plan.len());
        let About { subject, beside } = subject::todos(steps, news.explanation.clone());
        let parent = self.threads.parent(news.thread_id.as_deref());
        // The program gives the plan no id; its place in the log is one.
        let call = format!("plan-{}", sink.position().offset);
        sink.event(Event::ToolCall {
            call: call.clone(),
            name: "update_plan".to_owned(),
            kind: ToolKind::Plan,
            title,
            subject,
            beside,
            parent: parent.clone(),
        });
        sink.event(Event::ToolResult {
            call,
            ok: true,
            denied: false,
            text: String::new(),
            output: None,
            images: Vec::new(),
            duration_ms: None,
            cut: false,
            parent,
        });
    }

    fn rerouted(&mut self, news: Rerouted, sink: &mut Sink<'_>) {
        let from = news.from_model.as_deref().unwrap_or("the model");
        let to = news.to_model.as_deref().unwrap_or("another one");
        let text = format!("The provider answers with {to} instead of {from}.");
        sink.event(Event::Notice { level: NoticeLevel::Warning, text });
        self.threads.set_model(news.thread_id.as_deref(), news.to_model);
    }
}

/// Reads the parameters and passes them on.
fn with<'a, T: Deserialize<'a>>(
    method: &str,
    params: Option<&'a RawValue>,
    sink: &mut Sink<'_>,
    then: impl FnOnce(T, &mut Sink<'_>),
) {
    match rpc::fields(params) {
        Some(news) => then(news, sink),
        None => unknown_shape(method, sink),
    }
}

/// Emits what the program reports about itself.
fn said(method: &str, params: Option<&RawValue>, sink: &mut Sink<'_>) {
    let words = || rpc::fields::<Words>(params);
    let notice = match method {
        "warning"
        | "guardianWarning"
        | "configWarning"
        | "deprecationNotice"
        | "modelProvider/authRecoveryStarted"
        | "modelProvider/authRecoveryCompleted" => words().and_then(|words| message_text(&words)),
        "mcpServer/startupStatus/updated" => match words() {
            Some(words) => match server(&words) {
                Some(notice) => Some(notice),
                None => return,
            },
            None => None,
        },
        "hook/completed" => match words() {
            Some(words) => match hook(&words) {
                Some(notice) => Some(notice),
                None => return,
            },
            None => None,
        },
        _ if is_left_out(method) => return,
        other => return unknown_type(other, sink),
    };
    match notice {
        Some(text) => sink.event(Event::Notice { level: NoticeLevel::Warning, text }),
        None => unknown_shape(method, sink),
    }
}

fn message_text(words: &Words) -> Option<String> {
    let first = words.message.as_deref().or(words.summary.as_deref())?;
    Some(match words.details.as_deref() {
        Some(details) => format!("{first}\n{details}"),
        None => first.to_owned(),
    })
}

/// The notice of an MCP server that did not start, with its own reason.
fn server(words: &Words) -> Option<String> {
    if !matches!(words.status.as_deref(), Some("failed" | "cancelled")) {
        return None;
    }
    let name = words.name.as_deref().unwrap_or("?");
    let why = words.error.as_deref().unwrap_or("it gave no reason");
    Some(format!("MCP server {name} did not start: {why}"))
}

/// The notice of a hook that failed or stopped something.
fn hook(words: &Words) -> Option<String> {
    let run = words.run.as_ref()?;
    let status = run.status.as_deref()?;
    if !matches!(status, "failed" | "blocked" | "stopped") {
        return None;
    }
    let hook = run.event_name.as_deref().unwrap_or("?");
    Some(match run.status_message.as_deref() {
        Some(message) => format!("Hook {hook} {status}: {message}"),
        None => format!("Hook {hook} {status}"),
    })
}

/// Whether a notification is of no interest to a person who follows a run.
fn is_left_out(method: &str) -> bool {
    matches!(
        method,
        // Repeated by the turn's beginning and end, the question, or the items.
        "thread/status/changed"
            | "thread/closed"
            | "thread/compacted"
            | "item/reasoning/summaryPartAdded"
            | "item/fileChange/patchUpdated"
            | "item/fileChange/outputDelta"
            | "turn/diff/updated"
            // The next call has what was typed into a command.
            | "item/commandExecution/terminalInteraction"
            | "command/exec/outputDelta"
            | "item/mcpToolCall/progress"
            // The program's own lists, views and environments.
            | "thread/readState/changed"
            | "thread/name/updated"
            | "thread/section/changed"
            | "thread/project/updated"
            | "project/changed"
            | "thread/queue/changed"
            | "thread/prediction/updated"
            | "thread/goal/updated"
            | "thread/goal/cleared"
            | "thread/environment/connected"
            | "thread/environment/disconnected"
            | "skills/changed"
            | "app/list/updated"
            | "fs/changed"
            | "remoteControl/status/changed"
            | "account/updated"
            // The end of a hook is shown instead.
            | "hook/started"
            // These do not interest a person.
            | "model/safetyBuffering/updated"
            | "turn/moderationMetadata"
    )
}
