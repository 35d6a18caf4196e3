//! Requests of the program that Musher does not know, and reports of the program that only a request
//! explains: what is owed then, and what is read back. Written by hand from the types of the agent SDK
//! 0.3.332; the answers to `mcp_status` are as versions 2.1.197 to 2.1.332 gave them.

use crate::capture::{self, Chunk, decode};
use agents::{Conversation, Decoded, Input, LaunchSpec, agent};
use protocol::{
    AgentId, Busy, Event, InputKind, NoticeLevel, Profile, SessionId, Stream, UnrecognizedWhy,
};
use serde_json::{Value, json};

/// What is owed to the program after these lines, in the order of the run.
pub(crate) fn owed(lines: &[(Stream, Value)]) -> Vec<Input> {
    let spec = LaunchSpec {
        session: SessionId::new("c"),
        resume: false,
        profile: Profile::default(),
        unattended: false,
    };
    let hello = json!({"type": "control_request", "request_id": "musher-hello",
        "request": {"subtype": "initialize"}});
    let mut chunks = chunks(&[(Stream::Stdin, hello)]);
    chunks.extend(self::chunks(lines));
    agent(&AgentId::new("claude")).unwrap().owed(&spec, &conversation(&chunks))
}

fn conversation(chunks: &[Chunk]) -> Conversation {
    capture::conversation(chunks)
}

fn chunks(lines: &[(Stream, Value)]) -> Vec<Chunk> {
    lines.iter().map(|(stream, line)| (*stream, format!("{line}\n").into_bytes())).collect()
}

pub(crate) fn events(lines: &[(Stream, Value)]) -> Vec<Event> {
    let decoded = decode(&chunks(lines), 1000).into_iter();
    decoded
        .filter_map(|decoded| match decoded {
            Decoded::Event(_, event) => Some(event),
            Decoded::Draft(_) => None,
        })
        .collect()
}

pub(crate) fn request(id: &str, request: Value) -> (Stream, Value) {
    let line = json!({"type": "control_request", "request_id": id, "request": request});
    (Stream::Stdout, line)
}

/// What was owed, as it is in the input log once it was written.
fn written(input: &Input) -> (Stream, Value) {
    assert!(input.text.ends_with('\n') && input.text.matches('\n').count() == 1);
    (Stream::Stdin, serde_json::from_str(&input.text).unwrap())
}

#[test]
fn a_request_that_nobody_knows_is_refused_once_under_its_own_id() {
    for (asked, method) in [
        (json!({"subtype": "hook_callback", "callback_id": "h"}), "hook_callback"),
        (json!({"subtype": "request_user_dialog", "dialog_kind": "x"}), "request_user_dialog"),
        (json!({"subtype": "mcp_message", "server_name": "s"}), "mcp_message"),
        (json!({"subtype": "brand_new"}), "brand_new"),
        (json!({"subtype": "can_use_tool"}), "can_use_tool"),
        (json!({}), ""),
    ] {
        let line = request("a\"b", asked.clone());
        let refusals = owed(&[line.clone(), line.clone()]);
        let [refusal] = refusals.as_slice() else { panic!("{asked}: {refusals:?}") };
        assert_eq!((refusal.id.as_str(), refusal.kind), (r#"reply-"a\"b""#, InputKind::Protocol));
        let written = written(refusal);
        let response = &written.1["response"];
        assert_eq!(
            (&response["subtype"], &response["request_id"]),
            (&json!("error"), &json!("a\"b"))
        );
        assert!(response["error"].as_str().unwrap().ends_with(method));

        let read_back = [line, written];
        assert!(owed(&read_back).is_empty(), "{asked}");
        let refused =
            Event::RequestRefused { request: "a\"b".to_owned(), method: method.to_owned() };
        assert_eq!(events(&read_back).last(), Some(&refused));
    }
}

#[test]
fn a_request_that_the_program_takes_back_needs_no_answer() {
    let back = json!({"type": "control_cancel_request", "request_id": "r"});
    let lines = [request("r", json!({"subtype": "hook_callback"})), (Stream::Stdout, back)];
    assert!(owed(&lines).is_empty());
    assert_eq!(
        events(&lines)[0],
        Event::Unrecognized {
            why: UnrecognizedWhy::UnknownType,
            what: "control_request/hook_callback".to_owned()
        }
    );
}

#[test]
fn a_permission_is_a_persons_and_nothing_is_owed() {
    let ask = json!({"subtype": "can_use_tool", "tool_name": "Bash", "input": {"command": "ls"}});
    assert!(owed(&[request("r", ask)]).is_empty());
}

fn init(status: &str) -> (Stream, Value) {
    let servers = json!([{"name": "a", "status": "connected"}, {"name": "b", "status": status}]);
    (Stream::Stdout, json!({"type": "system", "subtype": "init", "mcp_servers": servers}))
}

#[test]
fn a_server_that_did_not_start_is_asked_about_once_and_reported_with_its_words() {
    assert!(owed(&[init("connected")]).is_empty());
    let asked = owed(&[init("failed")]);
    let [ask] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!((ask.id.as_str(), ask.kind), ("mcp-status", InputKind::Protocol));
    let ask = written(ask);
    assert_eq!(ask.1["request"], json!({"subtype": "mcp_status"}));
    assert!(owed(&[init("failed"), ask.clone(), init("failed")]).is_empty());

    let servers = json!([
        {"name": "a", "status": "connected"},
        {"name": "b", "status": "failed", "error": "Connection closed"},
        {"name": "c", "status": "failed"},
    ]);
    let reply = json!({"type": "control_response", "response": {"subtype": "success",
        "request_id": "musher-mcp-status", "response": {"mcpServers": servers}}});
    let events = events(&[init("failed"), ask, (Stream::Stdout, reply)]);
    let notice = |text: &str| Event::Notice { level: NoticeLevel::Warning, text: text.to_owned() };
    assert_eq!(
        events[2..],
        [
            notice("MCP server b did not start: Connection closed"),
            notice("MCP server c did not start."),
        ]
    );
}

#[test]
fn a_version_that_cannot_say_why_says_so_and_fails_nothing() {
    let reply = json!({"type": "control_response", "response": {"subtype": "error",
        "request_id": "musher-mcp-status", "error": "Unsupported control request subtype"}});
    let events = events(&[init("failed"), (Stream::Stdout, reply)]);
    let text = "The agent cannot say why an MCP server did not start.".to_owned();
    assert_eq!(events[1..], [Event::Notice { level: NoticeLevel::Info, text }]);
}

#[test]
fn what_was_not_saved_is_reported_and_names_the_conversations() {
    let lost = |more: Value| {
        let mut line = json!({"type": "system", "subtype": "session_writes_lost",
            "error_code": "ENOSPC", "session_id": "now"});
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        events(&[(Stream::Stdout, line)])
    };
    let incomplete = |sessions: &[&str]| Event::ConversationIncomplete {
        sessions: sessions.iter().map(|session| SessionId::new(*session)).collect(),
    };
    let named = json!({"lost": ["transcript"], "transcript_session_ids": ["before", "now"]});
    assert_eq!(lost(named)[1..], [incomplete(&["before", "now"])]);
    assert_eq!(lost(json!({"lost": ["global_config", "transcript"]}))[1..], [incomplete(&["now"])]);
    let text =
        "The agent could not save global_config: ENOSPC. Resuming may miss a part.".to_owned();
    let notice = Event::Notice { level: NoticeLevel::Error, text };
    assert_eq!(lost(json!({"lost": ["global_config"]})), [notice]);
}

#[test]
fn the_state_that_a_program_says_it_is_in_begins_no_turn_when_one_ended() {
    let state = |state: &str| {
        let line = json!({"type": "system", "subtype": "session_state_changed", "state": state});
        events(&[(Stream::Stdout, line)])
    };
    assert_eq!(state("running"), [Event::Status { busy: Busy::Working }]);
    assert!(state("idle").is_empty() && state("requires_action").is_empty());
}
