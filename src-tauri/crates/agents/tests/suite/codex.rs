//! What is said to Codex: the handshake step by step, prompts, interrupts and answers, each read back from the
//! input log as what it was.

use crate::capture::{Chunk, conversation_as, decode_as};
use agents::{
    Agent, Conversation, Decoded, Input, LaunchSpec, OpenQuestion, Say, Unsayable, agent,
};
use protocol::{
    AgentId, Answer, AnswerBehavior, Chosen, Event, FilledField, InputKind, PermissionChoice,
    Profile, QuestionKind, SessionId, Stream, Turn,
};
use serde_json::{Value, json};

const DECODER: &str = "codex/2";
const THREAD: &str = "01a2263f-1111-7000-8000-000000000001";

fn codex() -> &'static dyn Agent {
    agent(&AgentId::new("codex")).unwrap()
}

fn spec(permission: PermissionChoice, resume: bool) -> LaunchSpec {
    let profile = Profile { permission, model: Some("gpt-x".to_owned()), ..Profile::default() };
    let unattended = permission == PermissionChoice::Deny;
    LaunchSpec { session: SessionId::new(THREAD), resume, profile, unattended }
}

/// Both logs of a run.
#[derive(Default)]
struct Logs(Vec<Chunk>);

impl Logs {
    fn wrote(&mut self, text: &str) {
        self.0.push((Stream::Stdin, text.as_bytes().to_vec()));
    }

    fn printed(&mut self, message: &Value) {
        self.0.push((Stream::Stdout, format!("{message}\n").into_bytes()));
    }

    fn conversation(&self) -> Conversation {
        conversation_as(DECODER, &self.0)
    }

    fn events(&self) -> Vec<Event> {
        let event = |decoded| match decoded {
            Decoded::Event(_, event) => Some(event),
            Decoded::Draft(_) => None,
        };
        decode_as(DECODER, &self.0, 0).into_iter().filter_map(event).collect()
    }

    /// Writes what is owed, and gives the ids.
    fn give_what_is_owed(&mut self, spec: &LaunchSpec) -> Vec<String> {
        let owed: Vec<Input> = codex().owed(spec, &self.conversation());
        owed.iter().for_each(|input| self.wrote(&input.text));
        owed.into_iter().map(|input| input.id).collect()
    }

    fn greeted(&mut self) {
        self.printed(&json!({"id": "hello", "result": {"userAgent": "musher/0.171.0 (x)"}}));
    }

    fn opened(&mut self, policy: &str, sandbox: &str) {
        self.printed(&json!({"id": "thread", "result": {
            "thread": {"id": THREAD, "cliVersion": "0.171.0"}, "model": "gpt-x", "cwd": "/w",
            "approvalPolicy": policy, "approvalsReviewer": "user", "sandbox": {"type": sandbox},
        }}));
    }

    fn probed(&mut self, exit_code: i32) {
        let result = json!({"exitCode": exit_code, "stdout": "", "stderr": "bwrap: no"});
        self.printed(&json!({"id": "probe", "result": result}));
    }

    /// A conversation that is open for prompts.
    fn open() -> Self {
        let mut logs = Self::default();
        let spec = spec(PermissionChoice::Ask, false);
        logs.give_what_is_owed(&spec);
        logs.greeted();
        logs.give_what_is_owed(&spec);
        logs.opened("untrusted", "workspaceWrite");
        logs.give_what_is_owed(&spec);
        logs.probed(0);
        logs
    }
}

fn last_line(logs: &Logs) -> Value {
    let text = String::from_utf8(logs.0.last().unwrap().1.clone()).unwrap();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

#[test]
fn the_handshake_goes_step_by_step_and_each_step_once() {
    let spec = spec(PermissionChoice::Ask, false);
    let mut logs = Logs::default();
    assert_eq!(codex().owed(&spec, &logs.conversation())[0].kind, InputKind::Hello);
    assert_eq!(logs.give_what_is_owed(&spec), ["hello"]);
    assert!(logs.give_what_is_owed(&spec).is_empty(), "it was not answered yet");
    logs.greeted();
    assert_eq!(logs.give_what_is_owed(&spec), ["thread"]);
    let opening = last_line(&logs);
    assert_eq!(opening["method"], "thread/start");
    assert_eq!(
        opening["params"],
        json!({"approvalPolicy": "untrusted", "approvalsReviewer": "user",
            "sandbox": "workspace-write", "model": "gpt-x"})
    );
    logs.opened("untrusted", "workspaceWrite");
    assert_eq!(logs.give_what_is_owed(&spec), ["limits", "probe"]);
    assert!(!logs.conversation().open, "the sandbox was not tried yet");
    logs.probed(0);
    let with = logs.conversation();
    assert!(with.open && !with.refused);
    assert_eq!(with.session, Some(SessionId::new(THREAD)));
    assert!(logs.give_what_is_owed(&spec).is_empty());
}

#[test]
fn a_thread_that_exists_is_resumed_and_full_access_has_no_sandbox_to_try() {
    let spec = spec(PermissionChoice::FullAccess, true);
    let mut logs = Logs::default();
    logs.give_what_is_owed(&spec);
    logs.greeted();
    logs.give_what_is_owed(&spec);
    let opening = last_line(&logs);
    assert_eq!(
        (&opening["method"], &opening["params"]["threadId"]),
        (&json!("thread/resume"), &json!(THREAD))
    );
    logs.opened("never", "dangerFullAccess");
    assert_eq!(logs.give_what_is_owed(&spec), ["limits"]);
    assert!(logs.conversation().open);
}

#[test]
fn nothing_is_begun_with_less_care_than_was_asked_for() {
    let spec = spec(PermissionChoice::Ask, false);
    for (policy, sandbox) in [
        ("never", "workspaceWrite"),
        ("untrusted", "dangerFullAccess"),
        ("untrusted", "aWordOfTomorrow"),
    ] {
        let mut logs = Logs::default();
        logs.give_what_is_owed(&spec);
        logs.greeted();
        logs.give_what_is_owed(&spec);
        logs.opened(policy, sandbox);
        let with = logs.conversation();
        assert!(with.refused && !with.open, "{policy} {sandbox}");
        assert!(logs.give_what_is_owed(&spec).is_empty());
        let events = logs.events();
        let Some(Event::TurnEnded(end)) = events.last() else { panic!("no end: {events:?}") };
        assert_eq!(end.turn, Turn::Failed);
        let got = if policy == "never" { policy } else { sandbox };
        assert!(end.text.contains(got), "{}", end.text);
    }
}

#[test]
fn a_sandbox_that_cannot_start_ends_the_run() {
    let mut logs = Logs::open();
    logs.0.pop();
    logs.probed(1);
    assert!(logs.conversation().refused);
    let events = logs.events();
    assert!(
        matches!(events.last(), Some(Event::TurnEnded(end)) if end.text.contains("sandbox cannot start: bwrap: no"))
    );
}

#[test]
fn a_prompt_waits_for_the_handshake_and_an_interrupt_for_a_turn() {
    let prompt = Say::Prompt { id: "p1", text: "Zeile\n\"zwei\" \u{2028}" };
    let early = Logs::default().conversation();
    assert_eq!(codex().say(prompt, &early), Err(Unsayable::NotYet));
    let mut logs = Logs::open();
    let line = codex().say(prompt, &logs.conversation()).unwrap();
    assert_eq!(line.matches('\n').count(), 1, "one line");
    logs.wrote(&line);
    let text = "Zeile\n\"zwei\" \u{2028}".to_owned();
    assert_eq!(logs.events().last(), Some(&Event::Prompt { text }));
    let interrupt = Say::Interrupt { id: "i1" };
    assert_eq!(codex().say(interrupt, &logs.conversation()), Err(Unsayable::NotYet));
    logs.printed(&json!({"id": "p1", "result": {"turn": {"id": "t1"}}}));
    let turn = |status: &str| json!({"threadId": THREAD, "turn": {"id": "t1", "status": status}});
    logs.printed(&json!({"method": "turn/started", "params": turn("inProgress")}));
    logs.wrote(&codex().say(interrupt, &logs.conversation()).unwrap());
    assert_eq!(logs.events().last(), Some(&Event::InterruptSent));
    logs.printed(&json!({"method": "turn/completed", "params": turn("interrupted")}));
    assert_eq!(logs.conversation().turn, None);
    assert_eq!(codex().say(interrupt, &logs.conversation()), Err(Unsayable::NotYet));
}

/// Asks, answers, and gives what was written and how it is read back.
fn answered(method: &str, params: Value, answer: &Answer) -> (Vec<Value>, Vec<Event>) {
    let mut logs = Logs::open();
    let ask = json!({"method": method, "params": params}).to_string();
    let ask = format!("{{\"id\":\"q\\u0031\",{}\n", &ask[1..]);
    logs.0.push((Stream::Stdout, ask.into_bytes()));
    let events = logs.events();
    let Some(Event::Question { request, content, input }) = events.last() else {
        panic!("no question: {events:?}");
    };
    let question = OpenQuestion {
        request: request.clone(),
        kind: content.kind,
        options: content.options.clone(),
        input: input.clone(),
    };
    let text =
        codex().say(Say::Answer { question: &question, answer }, &logs.conversation()).unwrap();
    assert!(text.starts_with("{\"id\":\"q\\u0031\","), "the id goes back as it came: {text}");
    logs.wrote(&text);
    let read = logs.events().split_off(events.len());
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), read)
}

#[test]
fn each_request_is_answered_in_its_own_form_and_read_back() {
    let no = Answer::deny(None);
    let yes = Answer::allow();
    let chosen = Chosen { labels: vec!["Blue".to_owned()], ..Chosen::default() };
    let closed = Answer::cancel();
    let blue = Answer { choices: vec![chosen], ..Answer::allow() };
    let filled = FilledField { name: "n".to_owned(), written: vec!["3".to_owned()] };
    let three = Answer { fields: vec![filled], ..Answer::allow() };
    let questions =
        json!({"questions": [{"id": "c", "question": "Which?", "options": [{"label": "Blue"}]}]});
    let form = json!({"serverName": "s", "message": "How many?", "mode": "form",
        "requestedSchema": {"type": "object", "properties": {"n": {"type": "integer"}}}});
    let tool = json!({"serverName": "lab", "message": "Allow?", "mode": "form",
        "_meta": {"codex_approval_kind": "mcp_tool_call", "tool_name": "picture", "tool_params": {"a": 1}},
        "requestedSchema": {"type": "object", "properties": {}}});
    let permissions = json!({"permissions": {"network": null, "fileSystem": {"write": ["/x"]}}});
    let cases = [
        (
            "item/commandExecution/requestApproval",
            json!({"command": "ls"}),
            &yes,
            json!({"decision": "accept"}),
        ),
        (
            "item/commandExecution/requestApproval",
            json!({"command": "ls"}),
            &no,
            json!({"decision": "decline"}),
        ),
        (
            "item/fileChange/requestApproval",
            json!({"itemId": "c"}),
            &yes,
            json!({"decision": "accept"}),
        ),
        (
            "item/permissions/requestApproval",
            permissions.clone(),
            &yes,
            json!({"permissions": {"fileSystem": {"write": ["/x"]}}, "scope": "turn"}),
        ),
        (
            "item/permissions/requestApproval",
            permissions,
            &no,
            json!({"permissions": {}, "scope": "turn"}),
        ),
        (
            "item/tool/requestUserInput",
            questions,
            &blue,
            json!({"answers": {"c": {"answers": ["Blue"]}}}),
        ),
        (
            "mcpServer/elicitation/request",
            form.clone(),
            &three,
            json!({"action": "accept", "content": {"n": 3}, "_meta": null}),
        ),
        (
            "mcpServer/elicitation/request",
            form,
            &closed,
            json!({"action": "cancel", "content": null, "_meta": null}),
        ),
        (
            "mcpServer/elicitation/request",
            tool.clone(),
            &yes,
            json!({"action": "accept", "content": {}, "_meta": null}),
        ),
        (
            "mcpServer/elicitation/request",
            tool,
            &no,
            json!({"action": "decline", "content": null, "_meta": null}),
        ),
    ];
    for (method, params, answer, expected) in cases {
        let (written, read) = answered(method, params, answer);
        assert_eq!(written[0]["result"], expected, "{method}");
        let allow = answer.behavior == AnswerBehavior::Allow;
        assert!(
            matches!(&read[..], [Event::Answered { allowed, .. }] if *allowed == allow),
            "{method}: {read:?}"
        );
    }
}

#[test]
fn words_of_a_denial_reach_the_agent_in_the_same_turn() {
    let answer = Answer::deny(Some("use make instead".to_owned()));
    let ask = json!({"command": "cmake"});
    let (written, read) = answered("item/commandExecution/requestApproval", ask, &answer);
    assert_eq!(written[1]["method"], "turn/start");
    assert_eq!(read.last(), Some(&Event::Prompt { text: "use make instead".to_owned() }));
}

#[test]
fn what_nobody_understands_is_answered_once_and_at_once() {
    let mut logs = Logs::open();
    for id in [json!(7), json!("x")] {
        logs.printed(&json!({"id": id, "method": "item/tool/call", "params": {}}));
    }
    let spec = spec(PermissionChoice::Ask, false);
    assert_eq!(logs.give_what_is_owed(&spec), ["reply-7", "reply-\"x\""]);
    assert_eq!(last_line(&logs)["id"], "x");
    assert_eq!(last_line(&logs)["error"]["code"], -32601);
    assert!(logs.give_what_is_owed(&spec).is_empty());
    let refused =
        Event::RequestRefused { request: "\"x\"".to_owned(), method: "item/tool/call".to_owned() };
    assert_eq!(logs.events().last(), Some(&refused));
}

#[test]
fn the_agents_own_questions_are_choices_and_an_mcp_servers_form_has_fields() {
    let mut logs = Logs::open();
    logs.printed(&json!({"id": 1, "method": "item/tool/requestUserInput", "params": {
        "questions": [{"id": "c", "question": "Which?", "header": "H", "options": [{"label": "Blue"}]}]}}));
    let events = logs.events();
    let Some(Event::Question { content, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!(content.kind, QuestionKind::Choice);
    assert_eq!(content.subject.choices()[0].options[0].label, "Blue");
    logs.printed(&json!({"id": 2, "method": "mcpServer/elicitation/request", "params": {
        "serverName": "lab", "message": "How many?", "mode": "form", "threadId": THREAD,
        "requestedSchema": {"type": "object", "properties": {"n": {"type": "integer"}}}}}));
    let events = logs.events();
    let Some(Event::Question { content, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!((content.kind, content.tool.as_str()), (QuestionKind::Form, "lab"));
    let fields = content.subject.fields();
    assert_eq!((fields[0].name.as_str(), &content.beside[..]), ("n", &[][..]));
}

#[test]
fn a_decision_is_for_as_long_as_the_program_offers_it() {
    let by = |option: &str| Answer { option: Some(option.to_owned()), ..Answer::allow() };
    let rule = json!({"execpolicy_amendment": ["git", "commit"]});
    let command = json!({"command": "git commit -m x", "availableDecisions": ["accept",
        {"acceptWithExecpolicyAmendment": rule}, "cancel"]});
    let tool = json!({"serverName": "lab", "mode": "form", "requestedSchema": {"properties": {}},
        "_meta": {"codex_approval_kind": "mcp_tool_call", "tool_name": "picture", "persist": ["session"]}});
    let permissions = json!({"permissions": {"network": null, "fileSystem": {"write": ["/x"]}}});
    let cases = [
        (
            "item/commandExecution/requestApproval",
            command.clone(),
            "acceptForSession",
            json!({"decision": "acceptForSession"}),
        ),
        (
            "item/commandExecution/requestApproval",
            command,
            "acceptWithExecpolicyAmendment",
            json!({"decision": {"acceptWithExecpolicyAmendment": rule}}),
        ),
        (
            "item/fileChange/requestApproval",
            json!({"itemId": "c"}),
            "acceptForSession",
            json!({"decision": "acceptForSession"}),
        ),
        (
            "item/permissions/requestApproval",
            permissions,
            "session",
            json!({"permissions": {"fileSystem": {"write": ["/x"]}}, "scope": "session"}),
        ),
        (
            "mcpServer/elicitation/request",
            tool,
            "session",
            json!({"action": "accept", "content": {}, "_meta": {"persist": "session"}}),
        ),
    ];
    for (method, params, option, expected) in cases {
        let (written, read) = answered(method, params, &by(option));
        assert_eq!(written[0]["result"], expected, "{method}");
        assert!(matches!(&read[..], [Event::Answered { allowed: true, .. }]), "{read:?}");
    }
}

/// A total of the thread as the program tells it: input, and the last request's.
fn usage_reported(logs: &mut Logs, total: u64, last: u64) {
    let count = |input: u64| {
        json!({"inputTokens": input, "cachedInputTokens": 0,
        "cacheWriteInputTokens": 0, "outputTokens": 0})
    };
    let usage = json!({"total": count(total), "last": count(last)});
    logs.printed(&json!({"method": "thread/tokenUsage/updated",
        "params": {"threadId": THREAD, "tokenUsage": usage}}));
}

fn item(logs: &mut Logs, method: &str, kind: &str) {
    let item = json!({"type": kind, "id": format!("{kind}-1"), "text": "words"});
    logs.printed(&json!({"method": method, "params": {"threadId": THREAD, "item": item}}));
}

fn begun(logs: &mut Logs) {
    logs.printed(&json!({"method": "turn/started",
        "params": {"threadId": THREAD, "turn": {"id": "t", "status": "inProgress"}}}));
}

fn input_tokens(logs: &Logs) -> Vec<u64> {
    let used = logs.events().into_iter().filter_map(|event| match event {
        Event::MessageUsage { tokens, .. } => Some(tokens.input),
        _ => None,
    });
    used.collect()
}

#[test]
fn a_new_thread_counts_from_nothing_whatever_its_last_request_is_said_to_be() {
    let mut logs = Logs::open();
    begun(&mut logs);
    usage_reported(&mut logs, 1200, 0);
    usage_reported(&mut logs, 1500, 300);
    assert_eq!(input_tokens(&logs), [1200, 300]);
}

#[test]
fn a_thread_that_goes_on_counts_from_what_is_reported_before_its_model_answers() {
    let resumed = || {
        let mut logs = Logs::default();
        let spec = spec(PermissionChoice::FullAccess, true);
        logs.give_what_is_owed(&spec);
        logs.greeted();
        logs.give_what_is_owed(&spec);
        logs.opened("never", "dangerFullAccess");
        logs.give_what_is_owed(&spec);
        logs
    };
    // A turn that begins with a summary reports the old total again.
    let mut logs = resumed();
    begun(&mut logs);
    item(&mut logs, "item/started", "contextCompaction");
    usage_reported(&mut logs, 3800, 1250);
    usage_reported(&mut logs, 5000, 1200);
    item(&mut logs, "item/completed", "agentMessage");
    usage_reported(&mut logs, 6300, 1300);
    assert_eq!(input_tokens(&logs), [1200, 1300]);
    // Without the old total, the baseline is the new total less the last request.
    let mut logs = resumed();
    begun(&mut logs);
    item(&mut logs, "item/completed", "agentMessage");
    usage_reported(&mut logs, 5000, 1200);
    assert_eq!(input_tokens(&logs), [1200]);
}
