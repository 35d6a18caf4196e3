//! Builds what is written to the app-server: one JSON object per line on its standard input. Each request of
//! ours has the id of the input that carries it; replies repeat the agent's id unchanged. `decode` reads the
//! same shapes back from the run's input log.

use super::launch::{Held, held};
use super::questions;
use crate::agent::LaunchSpec;
use crate::converse::{Conversation, Input, OpenQuestion, ProtocolAsk, Say, Unsayable};
use crate::elicitation;
use protocol::{Answer, AnswerBehavior, InputKind, QuestionKind, QuestionOption};
use serde_json::{Value, json};

const HELLO: &str = "hello";
const THREAD: &str = "thread";
const LIMITS: &str = "limits";
const PROBE: &str = "probe";

/// Time limit of the command that tests the sandbox (milliseconds).
const PROBE_LIMIT: u32 = 20_000;

/// The error for a request of an unknown method: JSON-RPC's *method not found*.
const NOT_FOUND: i32 = -32601;

/// Returns the next step of the handshake, and replies to requests of unknown methods.
pub(super) fn owed(spec: &LaunchSpec, with: &Conversation) -> Vec<Input> {
    if with.refused {
        return Vec::new();
    }
    let mut owed: Vec<Input> = with.asks.iter().map(not_understood).collect();
    let held = held(spec);
    let steps = [
        (HELLO, true, hello as fn(&LaunchSpec, Held) -> String),
        (THREAD, with.replied.contains(HELLO), thread),
        (LIMITS, with.session.is_some(), limits),
        (PROBE, with.session.is_some() && needs_probe(held), probe),
    ];
    for (id, is_time, text) in steps {
        if is_time && !with.sent.contains(id) {
            let kind = if id == HELLO { InputKind::Hello } else { InputKind::Protocol };
            owed.push(Input { id: id.to_owned(), kind, text: text(spec, held) });
        }
    }
    owed
}

fn needs_probe(held: Held) -> bool {
    held.sandbox != "danger-full-access"
}

fn hello(_: &LaunchSpec, _: Held) -> String {
    let client = json!({
        "name": "musher", "title": "Musher", "version": env!("CARGO_PKG_VERSION"),
    });
    // Only clients with this capability get requests from the agent and limits of several models.
    let capabilities = json!({"experimentalApi": true, "requestAttestation": false});
    request(HELLO, "initialize", json!({"clientInfo": client, "capabilities": capabilities}))
}

/// Ends the handshake's greeting and opens a new thread, or resumes the existing one.
fn thread(spec: &LaunchSpec, held: Held) -> String {
    let mut params = json!({
        "approvalPolicy": held.policy,
        // Questions go to a person or to Musher's own rules, never to the program's reviewer.
        "approvalsReviewer": "user",
        "sandbox": held.sandbox,
    });
    if let Some(model) = &spec.profile.model {
        params["model"] = Value::from(model.clone());
    }
    let method = if spec.resume { "thread/resume" } else { "thread/start" };
    if spec.resume {
        params["threadId"] = Value::from(spec.session.to_string());
        // Earlier turns were already reported by the runs that made them.
        params["excludeTurns"] = Value::from(true);
    }
    line(&json!({"method": "initialized"})) + &request(THREAD, method, params)
}

fn limits(_: &LaunchSpec, _: Held) -> String {
    line(&json!({"id": LIMITS, "method": "account/rateLimits/read"}))
}

/// Runs a command that does nothing, inside the sandbox of the thread, to test the sandbox.
fn probe(_: &LaunchSpec, held: Held) -> String {
    let command = if cfg!(windows) { vec!["cmd", "/c", "exit 0"] } else { vec!["true"] };
    let sandbox = match held.sandbox {
        "read-only" => json!({"type": "readOnly", "networkAccess": false}),
        _ => json!({
            "type": "workspaceWrite", "writableRoots": [], "networkAccess": false,
            "excludeTmpdirEnvVar": false, "excludeSlashTmp": false,
        }),
    };
    let params = json!({"command": command, "timeoutMs": PROBE_LIMIT, "sandboxPolicy": sandbox});
    request(PROBE, "command/exec", params)
}

fn not_understood(ask: &ProtocolAsk) -> Input {
    let error =
        json!({"code": NOT_FOUND, "message": format!("Musher does not know {}", ask.method)});
    Input {
        id: format!("reply-{}", ask.id),
        kind: InputKind::Protocol,
        text: with_raw_id(&ask.id, "error", &error),
    }
}

/// Encodes a message as a line.
pub(super) fn say(what: Say<'_>, with: &Conversation) -> Result<String, Unsayable> {
    let thread = with.session.as_ref().ok_or(Unsayable::NotYet)?;
    match what {
        Say::Prompt { .. } if !with.open => Err(Unsayable::NotYet),
        Say::Prompt { id, text } => Ok(prompt(thread.as_str(), id, text)),
        Say::Interrupt { id } => {
            let turn = with.turn.as_deref().ok_or(Unsayable::NotYet)?;
            let params = json!({"threadId": thread.as_str(), "turnId": turn});
            Ok(request(id, "turn/interrupt", params))
        }
        Say::Answer { question, answer: given } => Ok(answer(thread.as_str(), question, given)),
    }
}

/// Encodes a prompt, which begins a turn or joins the current one.
fn prompt(thread: &str, id: &str, text: &str) -> String {
    let params = json!({
        "threadId": thread,
        "clientUserMessageId": id,
        "input": [{"type": "text", "text": text}],
    });
    request(id, "turn/start", params)
}

/// Encodes the answer to a request. A denial has no field for a message, so the message follows as a
/// prompt of the same turn.
fn answer(thread: &str, question: &OpenQuestion, answer: &Answer) -> String {
    let allow = answer.behavior == AnswerBehavior::Allow;
    let kept = |name: &str| question.input.get(name).unwrap_or(&Value::Null);
    let result = match question.kind {
        QuestionKind::Choice if allow => {
            json!({"answers": questions::answers(kept("questions"), answer)})
        }
        QuestionKind::Choice => json!({"answers": {}}),
        QuestionKind::Form => filled(kept("requestedSchema"), answer),
        _ => decided(question, answer),
    };
    let mut lines = with_raw_id(&question.request, "result", &result);
    let words = answer.message.as_deref().filter(|words| !allow && !words.trim().is_empty());
    if let Some(words) = words {
        lines += &prompt(thread, &format!("words-{}", question.request), words);
    }
    lines
}

/// The answer to an MCP server's form; it has no fields if only a yes was asked for.
fn filled(schema: &Value, answer: &Answer) -> Value {
    let action = elicitation::action(answer.behavior);
    let fields = elicitation::fields(schema, &[]).filter(|_| action == "accept");
    let content = fields.map(|fields| elicitation::content(&fields, answer));
    json!({"action": action, "content": content, "_meta": null})
}

/// The value that the program wants back with the chosen decision. A plain yes or no applies once.
fn decided(question: &OpenQuestion, answer: &Answer) -> Value {
    let taken = |option: &&QuestionOption| match &answer.option {
        Some(id) => option.id == *id,
        None => option.is_plain() && option.does.behavior() == answer.behavior,
    };
    let option = question.options.iter().find(taken);
    option.map_or_else(|| json!({"decision": "decline"}), |option| option.reply.clone())
}

fn request(id: &str, method: &str, params: Value) -> String {
    line(&json!({"id": id, "method": method, "params": params}))
}

/// Encodes a reply to a request of the program; the request's id is repeated byte for byte.
fn with_raw_id(id: &str, outcome: &str, value: &Value) -> String {
    format!("{{\"id\":{id},\"{outcome}\":{value}}}\n")
}

fn line(message: &Value) -> String {
    format!("{message}\n")
}
