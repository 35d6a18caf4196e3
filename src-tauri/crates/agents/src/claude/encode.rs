//! Builds what is written to Claude Code: one JSON object per line on its standard input. serde_json
//! encodes it, so a prompt may contain any characters. `decode` reads the same shapes back from the run's
//! input log.

use crate::converse::{Conversation, Input, OpenQuestion, ProtocolAsk, Say};
use crate::elicitation;
use protocol::{Answer, AnswerBehavior, Chosen, InputKind, QuestionKind};
use serde_json::{Map, Value, json};

/// The message of a denial if the person wrote none; the program requires one.
const NO_WORDS: &str = "The user denied this.";

/// The id of the request that opens the conversation.
const HELLO: &str = "musher-hello";

/// Marks, in `Conversation::unexplained`, that the program reported an MCP server without a reason.
pub(super) const MCP_STATUS: &str = "mcp_status";

/// The id of the request that asks for the states of MCP servers.
pub(super) const MCP_STATUS_REQUEST: &str = "musher-mcp-status";

/// What must be written now: the handshake until it is in the input log, the request for an unexplained
/// report, and refusals. The program takes prompts after the handshake without having answered it.
pub(crate) fn owed(with: &Conversation) -> Vec<Input> {
    let hello = (!with.sent.contains(HELLO)).then(|| Input {
        id: "hello".to_owned(),
        kind: InputKind::Hello,
        text: request(HELLO, json!({"subtype": "initialize", "hooks": null})),
    });
    let wants_status =
        with.unexplained.contains(MCP_STATUS) && !with.sent.contains(MCP_STATUS_REQUEST);
    let status = wants_status.then(|| Input {
        id: "mcp-status".to_owned(),
        kind: InputKind::Protocol,
        text: request(MCP_STATUS_REQUEST, json!({"subtype": MCP_STATUS})),
    });
    hello.into_iter().chain(status).chain(with.asks.iter().map(refusal)).collect()
}

/// Encodes a request of the control protocol. The first one opens the conversation: without it the
/// program does not start the two-way protocol.
fn request(id: &str, request: Value) -> String {
    line(&json!({"type": "control_request", "request_id": id, "request": request}))
}

/// Refuses a request that is not supported; otherwise the program would wait for an answer.
fn refusal(ask: &ProtocolAsk) -> Input {
    let id: Value = serde_json::from_str(&ask.id).unwrap_or_default();
    let text = line(&json!({
        "type": "control_response",
        "response": {
            "subtype": "error",
            "request_id": id,
            "error": format!("Musher does not know this request: {}", ask.method),
        },
    }));
    Input { id: format!("reply-{}", ask.id), kind: InputKind::Protocol, text }
}

/// Encodes a message as a line. The program reads input at any time, so everything can be sent at once.
pub(crate) fn say(what: Say<'_>) -> String {
    match what {
        Say::Prompt { id, text } => prompt(id, text),
        Say::Interrupt { id } => interrupt(id),
        Say::Answer { question, answer: given } => answer(question, given),
    }
}

/// Encodes a prompt. The program takes only a UUID as the message's `uuid`, so the input's id is passed
/// on only if it is one; then a repeated line does no harm.
fn prompt(id: &str, text: &str) -> String {
    let mut message = json!({
        "type": "user",
        "message": {"role": "user", "content": [{"type": "text", "text": text}]},
        "parent_tool_use_id": null,
        "session_id": "",
    });
    if is_uuid(id) {
        message["uuid"] = Value::from(id);
    }
    line(&message)
}

/// Encodes an interrupt, which ends the turn but not the process.
pub(crate) fn interrupt(id: &str) -> String {
    request(id, json!({"subtype": "interrupt"}))
}

/// Encodes the answer to a question. An allowed tool runs with its own input, unchanged; a choice adds
/// `answers`.
fn answer(question: &OpenQuestion, answer: &Answer) -> String {
    let response = match (question.kind, answer.behavior) {
        (QuestionKind::Form, behavior) => filled(question, behavior, answer),
        (_, AnswerBehavior::Allow) => {
            let input = updated_input(question, answer);
            let mut response = json!({"behavior": "allow", "updatedInput": input});
            if let Some(permissions) = updated_permissions(question, answer) {
                response["updatedPermissions"] = permissions.clone();
            }
            response
        }
        (_, AnswerBehavior::Deny | AnswerBehavior::Cancel) => {
            let message = answer.message.as_deref().filter(|words| !words.trim().is_empty());
            json!({"behavior": "deny", "message": message.unwrap_or(NO_WORDS)})
        }
    };
    line(&json!({
        "type": "control_response",
        "response": {"subtype": "success", "request_id": question.request, "response": response},
    }))
}

/// The answer to an MCP server's request. A request that only showed an address gets no content.
fn filled(question: &OpenQuestion, behavior: AnswerBehavior, answer: &Answer) -> Value {
    let action = elicitation::action(behavior);
    let fields = elicitation::fields(&question.input, &[]).filter(|_| action == "accept");
    match fields {
        Some(fields) => {
            json!({"action": action, "content": elicitation::content(&fields, answer)})
        }
        None => json!({"action": action}),
    }
}

/// The program's own suggestion for the chosen decision, unchanged.
fn updated_permissions<'a>(question: &'a OpenQuestion, answer: &Answer) -> Option<&'a Value> {
    let taken = answer.option.as_deref();
    let option = question.options.iter().find(|option| Some(option.id.as_str()) == taken)?;
    Some(&option.reply).filter(|reply| !reply.is_null())
}

fn updated_input(question: &OpenQuestion, answer: &Answer) -> Value {
    let mut input = question.input.clone();
    if question.kind == QuestionKind::Choice
        && let Value::Object(fields) = &mut input
    {
        let answers = answers(fields.get("questions"), answer);
        fields.insert("answers".to_owned(), Value::Object(answers));
    }
    input
}

/// Builds `{question text: answer}`. Several labels of one question, and a person's own text beside them,
/// are joined by a comma, as in the program's own dialog.
fn answers(questions: Option<&Value>, answer: &Answer) -> Map<String, Value> {
    let questions = questions.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let given = |chosen: &Chosen| {
        let question = questions.get(chosen.question as usize)?;
        let text = question.get("question").and_then(Value::as_str)?;
        let parts: Vec<&str> =
            chosen.labels.iter().chain(&chosen.words).map(String::as_str).collect();
        (!parts.is_empty()).then(|| (text.to_owned(), Value::from(parts.join(", "))))
    };
    answer.choices.iter().filter_map(given).collect()
}

fn is_uuid(id: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    id.len() == 36
        && id
            .bytes()
            .enumerate()
            .all(|(k, b)| if dashes.contains(&k) { b == b'-' } else { b.is_ascii_hexdigit() })
}

fn line(message: &Value) -> String {
    format!("{message}\n")
}
