//! Requests of the program: approval of commands, file changes and permissions, its own questions, and
//! questions of MCP servers. A request gives one question, even if it is printed again, and its id is
//! kept as JSON text, because the answer repeats it byte for byte.

use super::offers;
use super::subject::{self, About};
use super::tools::script;
use super::{CodexDecoder, row};
use crate::codex::method;
use crate::codex::wire::ask::{Ask, Resolved};
use crate::codex::wire::sent::Answer;
use crate::converse::ProtocolAsk;
use crate::decoder::Sink;
use crate::unrecognized::{unknown_shape, unknown_type};
use crate::{elicitation, rpc, text};
use protocol::{Event, QuestionContent, QuestionKind, ToolKind};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// At most this many requests of unknown methods wait at once; the rest get no answer.
const MOST: usize = 1_000;

/// Questions that were asked.
#[derive(Default)]
pub(super) struct Questions {
    asked: HashSet<String>,
    /// Those without an answer, each with its call if it names one.
    open: HashMap<String, Option<String>>,
    calls: HashSet<String>,
    /// Requests of unknown methods that have no answer yet.
    unknown: Vec<ProtocolAsk>,
}

impl Questions {
    /// Adds a request; returns whether it is new.
    fn ask(&mut self, request: &str, call: Option<&str>) -> bool {
        self.calls.extend(call.map(str::to_owned));
        self.open.insert(request.to_owned(), call.map(str::to_owned));
        self.asked.insert(request.to_owned())
    }

    /// Removes a question that was answered or withdrawn; returns the call that waited for it, `None` if the question
    /// was not open.
    pub(super) fn close(&mut self, request: &str) -> Option<Option<String>> {
        self.open.remove(request)
    }

    /// Adds a request of an unknown method.
    fn not_understood(&mut self, request: &str, method: &str) {
        if self.unknown.len() < MOST && self.asked.insert(request.to_owned()) {
            let (id, method) = (request.to_owned(), method.to_owned());
            self.unknown.push(ProtocolAsk { id, method });
        }
    }

    /// Removes a request of an unknown method; returns its method if it was waiting.
    pub(super) fn not_understood_over(&mut self, request: &str) -> Option<String> {
        let at = self.unknown.iter().position(|ask| ask.id == request)?;
        Some(self.unknown.remove(at).method)
    }

    /// Requests of unknown methods that have no answer yet.
    pub(super) fn unknown(&self) -> &[ProtocolAsk] {
        &self.unknown
    }

    /// Whether a person was asked about a call.
    pub(super) fn was_asked_about(&self, call: &str) -> bool {
        self.calls.contains(call)
    }
}

/// The parts of a question that depend on its kind.
struct Asked {
    kind: QuestionKind,
    tool: String,
    tool_kind: ToolKind,
    title: String,
    description: Option<String>,
    about: About,
}

impl CodexDecoder {
    pub(super) fn asked(
        &mut self,
        id: &str,
        method: &str,
        params: Option<&RawValue>,
        sink: &mut Sink<'_>,
    ) {
        if !method::ASKS.contains(&method) {
            self.questions.not_understood(id, method);
            return unknown_type(&format!("request {method}"), sink);
        }
        let Some(ask) = rpc::fields::<Ask>(params) else {
            self.questions.not_understood(id, method);
            return unknown_shape(method, sink);
        };
        if !self.questions.ask(id, ask.item_id.as_deref()) {
            return;
        }
        let whole = params.map(RawValue::get).and_then(|json| serde_json::from_str(json).ok());
        let whole: Value = whole.unwrap_or_default();
        let input = kept(&whole);
        let offered = whole.clone();
        let Asked { kind, tool, tool_kind, title, description, about } =
            self.question(method, &ask, whole);
        let mut content = QuestionContent::new(kind, tool);
        content.tool_kind = tool_kind;
        content.call = ask.item_id;
        content.title = title;
        content.description = description;
        content.subject = about.subject;
        content.beside = about.beside;
        content.options = offers::options(method, kind, &offered);
        content.why = ask.reason;
        content.blocked_path = ask.grant_root;
        sink.event(Event::Question { request: id.to_owned(), content, input });
    }

    fn question(&self, method: &str, ask: &Ask, whole: Value) -> Asked {
        let permission = |tool: &str, tool_kind, title: String, about| Asked {
            kind: QuestionKind::Permission,
            tool: tool.to_owned(),
            tool_kind,
            title,
            description: None,
            about,
        };
        match method {
            method::COMMAND => {
                let host = ask.network_approval_context.as_ref().and_then(|net| net.host.clone());
                let title = ask.command.as_deref().map(script).or(host);
                let title = title.map(|command| text::title(&command)).unwrap_or_default();
                let about = subject::about(whole, &title);
                permission("exec_command", ToolKind::Command, title, about)
            }
            method::FILES => {
                // Only the call has the changes.
                let call = ask.item_id.as_deref().and_then(|call| self.calls.get(call));
                let title = call.map(|call| call.title.clone()).unwrap_or_default();
                let about = match call {
                    Some(call) => call.about.clone(),
                    None => subject::about(whole, &title),
                };
                permission("apply_patch", ToolKind::Edit, title, about)
            }
            method::PERMISSIONS => {
                let title = row(ask.reason.as_deref());
                let about = subject::about(whole, &title);
                permission("request_permissions", ToolKind::Other, title, about)
            }
            method::QUESTIONS => {
                let title = row(first_question(ask));
                Asked {
                    kind: QuestionKind::Choice,
                    tool: "request_user_input".to_owned(),
                    tool_kind: ToolKind::Ask,
                    about: subject::about(whole, &title),
                    title,
                    description: None,
                }
            }
            _ => of_server(ask, whole),
        }
    }

    /// Takes the notification that a request was answered elsewhere or needs no answer any more.
    pub(super) fn resolved(&mut self, resolved: &Resolved<'_>, sink: &mut Sink<'_>) {
        let Some(request) = resolved.request_id.map(RawValue::get) else {
            return unknown_shape("serverRequest/resolved", sink);
        };
        self.questions.not_understood_over(request);
        if self.questions.close(request).is_some() {
            sink.event(Event::QuestionWithdrawn { request: request.to_owned() });
        }
    }
}

/// The part of a request that is needed to build its answer.
fn kept(whole: &Value) -> Value {
    let mut kept = json!({});
    for name in ["questions", "requestedSchema"] {
        if let Some(value) = whole.get(name).filter(|value| !value.is_null()) {
            kept[name] = value.clone();
        }
    }
    kept
}

fn first_question(ask: &Ask) -> Option<&str> {
    ask.questions.iter().flatten().flatten().find_map(|question| question.question.as_deref())
}

/// Makes the question of an MCP server, or about one of its tools that waits for approval.
fn of_server(ask: &Ask, whole: Value) -> Asked {
    let server = ask.server_name.as_deref().unwrap_or("");
    let meta = ask.meta.as_ref();
    let tool = meta
        .filter(|meta| meta.codex_approval_kind.as_deref() == Some("mcp_tool_call"))
        .and_then(|meta| Some((meta, meta.tool_name.as_deref()?)));
    let title = row(ask.message.as_deref().or(ask.url.as_deref()));
    match tool {
        Some((meta, tool)) => Asked {
            kind: QuestionKind::Permission,
            tool: format!("{server} {tool}"),
            tool_kind: ToolKind::Mcp,
            about: subject::of_arguments(Some(meta.tool_params.clone()), &title),
            title,
            description: meta.tool_description.clone(),
        },
        None => Asked {
            kind: QuestionKind::Form,
            tool: server.to_owned(),
            tool_kind: ToolKind::Mcp,
            about: subject::about(without_words(whole), &title),
            title,
            description: ask.message.clone(),
        },
    }
}

/// The request without the fields that the question has already.
fn without_words(mut whole: Value) -> Value {
    if let Some(fields) = whole.as_object_mut() {
        fields.retain(|name, _| {
            !matches!(name.as_str(), "message" | "serverName" | "mode" | "elicitationId")
        });
    }
    whole
}

/// Whether an answer of Musher's allowed the request, and the message to the program that came with it.
pub(super) fn what_was_answered(result: Option<&RawValue>) -> Option<(bool, Option<String>)> {
    let answer: Answer = rpc::fields(result)?;
    if let Some(action) = answer.action {
        return Some((action == "accept", elicitation::values_text(&answer.content)));
    }
    match &answer.decision {
        Value::String(word) => {
            let plain = matches!(word.as_str(), "accept" | "decline");
            let allowed = word.starts_with("accept");
            return Some((allowed, (!plain).then(|| word.clone())));
        }
        Value::Object(one) => {
            let word = one.keys().next()?;
            return Some((word.starts_with("accept"), Some(word.clone())));
        }
        _ => {}
    }
    if let Value::Object(granted) = &answer.permissions {
        return Some((granted.values().any(|granted| !granted.is_null()), None));
    }
    let answers = answer.answers.as_object()?;
    let words = answers.values().filter_map(|one| one.get("answers")?.as_array());
    let words: Vec<&str> = words.flatten().filter_map(Value::as_str).collect();
    Some((true, Some(words.join(", "))))
}
