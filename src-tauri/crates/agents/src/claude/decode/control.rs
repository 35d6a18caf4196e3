//! The control protocol: the program's requests, withdrawals and replies, and what Musher wrote (prompts,
//! answers, interrupts), read from the input log.

use super::elicitation;
use super::messages::texts;
use super::offers;
use super::read::{unknown_shape, unknown_type};
use super::servers;
use super::subject::{self, About};
use super::tools::{self, Call};
use super::{At, ClaudeDecoder};
use crate::claude::encode::MCP_STATUS_REQUEST;
use crate::claude::wire::control::{Answered, ControlLine, ControlRequest, ControlResponse};
use crate::claude::wire::message::{Content, UserLine};
use crate::decoder::Sink;
use crate::text;
use protocol::{Event, QuestionContent, QuestionKind};
use serde_json::{Map, Value};
use std::borrow::Cow;

impl ClaudeDecoder {
    /// Takes a control line that the program printed.
    pub(super) fn control(&mut self, line: ControlLine<'_>, sink: &mut Sink<'_>) {
        match line.kind.as_deref() {
            Some("control_request") => match (line.request_id, line.request) {
                (Some(id), Some(request)) => self.request(&id, request, sink),
                (Some(id), None) => {
                    self.asked_for(&id, "");
                    unknown_shape("control_request", sink);
                }
                (None, _) => unknown_shape("control_request", sink),
            },
            Some("control_cancel_request") => match line.request_id {
                Some(id) => self.withdrawn(&id, sink),
                None => unknown_shape("control_cancel_request", sink),
            },
            _ => match line.response {
                Some(response) => self.reply(&response, sink),
                None => unknown_shape("control_response", sink),
            },
        }
    }

    fn request(&mut self, id: &str, request: ControlRequest<'_>, sink: &mut Sink<'_>) {
        match (request.subtype.as_deref(), request.tool_name.as_deref()) {
            (Some("can_use_tool"), Some(tool)) => {
                let call = request.tool_use_id.as_deref();
                self.questions.ask(id, call);
                let known = call.and_then(|call| self.calls.get(call));
                sink.event(question(id, tool, &request, known));
            }
            (Some("elicitation"), _) => {
                self.questions.ask(id, None);
                sink.event(elicitation::question(id, &request));
            }
            (Some("can_use_tool") | None, _) => {
                self.asked_for(id, request.subtype.as_deref().unwrap_or_default());
                unknown_shape("control_request", sink);
            }
            (Some(other), _) => {
                self.asked_for(id, other);
                unknown_type(&format!("control_request/{other}"), sink);
            }
        }
    }

    fn withdrawn(&mut self, id: &str, sink: &mut Sink<'_>) {
        if let Some(call) = self.questions.close(id) {
            // The tool never ran; the error that follows is counted as a refusal.
            self.calls.leave_unanswered(&call);
        }
        self.ask_over(id);
        sink.event(Event::QuestionWithdrawn { request: id.to_owned() });
    }

    /// Takes a prompt that Musher wrote.
    pub(super) fn sent_prompt(&mut self, line: &UserLine<'_>, sink: &mut Sink<'_>) {
        match line.message.as_ref().map(|message| &message.content) {
            Some(content @ (Content::Text(_) | Content::Blocks(_))) => {
                let text = texts(content);
                self.prompts.written(&text);
                sink.event(Event::Prompt { text });
            }
            _ => unknown_shape("user", sink),
        }
    }

    /// Takes a control line that Musher wrote.
    pub(super) fn sent_control(&mut self, line: &ControlLine<'_>, at: At, sink: &mut Sink<'_>) {
        if let Some(response) = &line.response {
            return self.answered(response, at, sink);
        }
        self.conversation.sent.extend(line.request_id.as_deref().map(str::to_owned));
        let request = line.request.as_ref().and_then(|request| request.subtype.as_deref());
        match request {
            Some("interrupt") => sink.event(Event::InterruptSent),
            // Opens the conversation, or asks about a server; only the program's reply gives an event.
            Some("initialize" | "mcp_status") => {}
            Some(other) => unknown_type(&format!("control_request/{other}"), sink),
            None => unknown_shape("control_request", sink),
        }
    }

    fn answered(&mut self, response: &ControlResponse<'_>, at: At, sink: &mut Sink<'_>) {
        let (request, answer) = match (&response.request_id, &response.response) {
            (Some(request), _) if response.subtype.as_deref() == Some("error") => {
                return self.refused_ask(request, sink);
            }
            (Some(request), Some(answer)) => (request, answer),
            _ => return unknown_shape("control_response", sink),
        };
        let call = self.questions.close(request);
        let allowed = answer.behavior.as_deref() == Some("allow")
            || answer.action.as_deref() == Some("accept");
        if let Some(call) = call {
            self.calls.waited(&call, at);
            if !allowed {
                self.calls.refuse(&call);
            }
        }
        let message = answer
            .message
            .as_deref()
            .map(str::to_owned)
            .or_else(|| choices(answer))
            .or_else(|| answer.content.as_ref().and_then(crate::elicitation::values_text));
        sink.event(Event::Answered { request: request.to_string(), allowed, message });
    }

    /// Takes the program's reply to a request of Musher's.
    fn reply(&mut self, response: &ControlResponse<'_>, sink: &mut Sink<'_>) {
        let Some(request) = &response.request_id else {
            return unknown_shape("control_response", sink);
        };
        self.conversation.replied.insert(request.to_string());
        let failed = response.subtype.as_deref() != Some("success");
        let error =
            failed.then(|| response.error.as_deref().unwrap_or("it gave no reason").to_owned());
        // This request is no part of the conversation, so its failure is no failure of a turn.
        if request == MCP_STATUS_REQUEST && error.is_some() {
            return servers::report_unknown(sink);
        }
        sink.event(Event::ControlReply { request: request.to_string(), error });
        if request == MCP_STATUS_REQUEST {
            servers::report_failed(response, sink);
        }
    }
}

fn question(id: &str, tool: &str, request: &ControlRequest<'_>, call: Option<&Call>) -> Event {
    let owned = |field: &Option<Cow<'_, str>>| field.as_deref().map(str::to_owned);
    let input = request.input.clone().unwrap_or_default();
    let About { subject, beside } = asked_about(tool, request, call);
    let title = match request.title.as_deref() {
        Some(title) => text::words(title),
        None => Some(tools::title(tool, &input))
            .filter(|title| !title.is_empty())
            .or_else(|| call.map(|call| call.title.clone()))
            .unwrap_or_default(),
    };
    let kind = question_kind(tool);
    let suggested = request
        .permission_suggestions
        .as_ref()
        .filter(|_| request.suppress_always_allow_rule != Some(true));
    let content = QuestionContent {
        kind,
        tool: tools::shown(tool),
        tool_kind: tools::kind(tool),
        call: owned(&request.tool_use_id),
        title,
        description: owned(&request.description),
        subject,
        beside,
        options: offers::options(kind, suggested),
        why: owned(&request.decision_reason)
            .or_else(|| request.decision_reason_type.as_deref().and_then(rule_words)),
        blocked_path: owned(&request.blocked_path),
    };
    Event::Question { request: id.to_owned(), content, input }
}

/// The subject of a request. The request about a plan lacks the plan's text, which is taken from the
/// call. The agent's reason is emitted separately.
fn asked_about(tool: &str, request: &ControlRequest<'_>, call: Option<&Call>) -> About {
    let input = request.input.clone().unwrap_or_default();
    let is_empty = input.is_null() || input.as_object().is_some_and(Map::is_empty);
    if let Some(plan) = call.and_then(|call| call.plan.as_ref()).filter(|_| is_empty) {
        return plan.clone();
    }
    let mut about = subject::about(tool, input);
    about.beside.retain(|field| {
        field.name != "description" || Some(field.value.as_str()) != request.description.as_deref()
    });
    about
}

/// Explains why the program's own rules did not decide, by its word for each kind of rule (agent SDK
/// 0.3.330, `decision_reason_type`).
fn rule_words(word: &str) -> Option<String> {
    let words = match word {
        "" | "other" => return None,
        "rule" => "A rule of the agent's settings asks for it.",
        "mode" => "The agent's permission mode asks for it.",
        "hook" => "A hook of the agent's settings asks for it.",
        "classifier" => "The agent's own check asks for it.",
        "safetyCheck" => "The agent's own safety check asks for it.",
        "workingDir" => "It is outside the agent's working folder.",
        "sandboxOverride" => "It would run outside the agent's sandbox.",
        "subcommandResults" => "A part of the command is not allowed by a rule.",
        unknown => return Some(format!("The agent's word for it is “{unknown}”.")),
    };
    Some(words.to_owned())
}

fn question_kind(tool: &str) -> QuestionKind {
    match tool {
        "AskUserQuestion" => QuestionKind::Choice,
        "ExitPlanMode" => QuestionKind::Plan,
        _ => QuestionKind::Permission,
    }
}

/// The labels that were chosen in an answer to the agent's own questions.
fn choices(answer: &Answered<'_>) -> Option<String> {
    let answers = answer.updated_input.as_ref()?.answers.as_ref()?.as_object()?;
    let labels: Vec<&str> = answers.values().filter_map(Value::as_str).collect();
    (!labels.is_empty()).then(|| labels.join(", "))
}
