//! How agents are found, started and spoken to.

use crate::capture;
use agents::{
    AccountIdentity, Agent, Conversation, Decoded, InputMode, Interrupt, LaunchSpec, OpenQuestion,
    Say, Transport, agent, agents,
};
use proptest::prelude::*;
use protocol::{
    AgentId, Answer, AnswerBehavior, Chosen, Decision, Event, InputKind, LoginState,
    PermissionChoice, Profile, QuestionKind, QuestionOption, SessionId, Stream,
};
use serde_json::{Value, json};

const SESSION: &str = "0a33613a-654f-4260-8a2c-a0ddf3f371d0";

fn claude() -> &'static dyn Agent {
    agent(&AgentId::new("claude")).unwrap()
}

fn spec(profile: Profile) -> LaunchSpec {
    LaunchSpec { session: SessionId::new(SESSION), resume: false, profile, unattended: false }
}

/// The line that says it at the beginning of a conversation.
fn say(what: Say<'_>) -> String {
    claude().say(what, &Conversation::default()).expect("Claude can always be spoken to")
}

fn hello() -> String {
    let owed = claude().owed(&spec(Profile::default()), &Conversation::default());
    let [hello] = owed.as_slice() else { panic!("{owed:?}") };
    assert_eq!((hello.id.as_str(), hello.kind), ("hello", InputKind::Hello));
    hello.text.clone()
}

/// The arguments as one line, without what every two-way run has.
fn argv(spec: &LaunchSpec) -> String {
    let argv = claude().launch(spec).argv.join(" ");
    let common = "-p --input-format stream-json --output-format stream-json --verbose \
                  --include-partial-messages ";
    argv.strip_prefix(common).unwrap().replace(SESSION, "ID")
}

#[test]
fn every_agent_is_found_by_its_id_and_has_a_decoder() {
    for agent in agents() {
        assert_eq!(agents::agent(&agent.id()).unwrap().program(), agent.program());
        let decoder = agents::decoder(&agent.decoder()).unwrap();
        assert_eq!(decoder.id(), agent.decoder());
    }
    assert!(agent(&AgentId::new("nobody")).is_none());
    for (began_with, read_by) in [
        ("claude/1", Some("claude/5")),
        ("claude/2", Some("claude/5")),
        ("claude/9", Some("claude/5")),
        ("plain/1", Some("plain/1")),
        ("claudette/1", None),
        ("", None),
    ] {
        let reader = agents::decoder(&protocol::DecoderId::new(began_with));
        let read = reader.map(|reader| reader.id());
        assert_eq!(read, read_by.map(protocol::DecoderId::new), "{began_with}");
    }
    assert_eq!(agents::decoder(&agents::plain_decoder()).unwrap().id(), agents::plain_decoder());
}

#[test]
fn permissions_select_who_decides() {
    let ask = "--permission-prompt-tool stdio --permission-mode";
    let cases = [
        (PermissionChoice::Ask, false, format!("{ask} default")),
        (PermissionChoice::Ask, true, "--permission-mode dontAsk".to_owned()),
        (PermissionChoice::AcceptEdits, false, format!("{ask} acceptEdits")),
        (PermissionChoice::AcceptEdits, true, "--permission-mode acceptEdits".to_owned()),
        (PermissionChoice::Deny, false, "--permission-mode dontAsk".to_owned()),
        (PermissionChoice::Deny, true, "--permission-mode dontAsk".to_owned()),
        (PermissionChoice::FullAccess, false, "--permission-mode bypassPermissions".to_owned()),
    ];
    for (permission, unattended, expected) in cases {
        let profile = Profile { permission, ..Profile::default() };
        let spec = LaunchSpec { unattended, ..spec(profile) };
        assert_eq!(argv(&spec), format!("{expected} --session-id ID"), "{permission:?}");
    }
}

#[test]
fn a_profile_becomes_arguments_and_extra_ones_come_last() {
    let profile = Profile {
        model: Some("opus".to_owned()),
        allowed_tools: vec!["Bash(git *)".to_owned(), "Read".to_owned()],
        add_dirs: vec!["/a b".to_owned()],
        extra_args: vec!["--max-turns".to_owned(), "3".to_owned()],
        ..Profile::default()
    };
    let spec = LaunchSpec { resume: true, ..spec(profile) };
    assert_eq!(
        claude().launch(&spec).argv[7..],
        [
            "--permission-prompt-tool",
            "stdio",
            "--permission-mode",
            "default",
            "--resume",
            SESSION,
            "--model",
            "opus",
            "--allowedTools",
            "Bash(git *)",
            "--allowedTools",
            "Read",
            "--add-dir",
            "/a b",
            "--max-turns",
            "3",
        ]
    );
}

#[test]
fn the_conversation_opens_with_hello_and_an_interrupt_needs_no_engine() {
    let launch = claude().launch(&spec(Profile::default()));
    assert_eq!((launch.transport, launch.input), (Transport::Structured, InputMode::TwoWay));
    assert_eq!(line(&hello())["request"]["subtype"], "initialize");
    let Interrupt::Bytes(interrupt) = &launch.interrupt else { panic!("by bytes") };
    assert_eq!(line(interrupt)["request"]["subtype"], "interrupt");
}

#[test]
fn the_demo_agent_starts_like_claude_behind_its_word() {
    let demo = agent(&AgentId::new("demo")).unwrap();
    let spec = spec(Profile::default());
    let launch = demo.launch(&spec);
    assert_eq!(launch.argv[0], "demo-agent");
    assert_eq!(launch.argv[1..], claude().launch(&spec).argv);
    assert_eq!(demo.program().login_args, None);
    assert_eq!(
        demo.resume_command("/a", &SessionId::new("x"), "mush"),
        "cd /a && mush demo-agent --resume x"
    );
}

#[test]
fn a_resume_command_survives_any_directory() {
    let id = SessionId::new(SESSION);
    assert_eq!(
        claude().resume_command("/home/it's me", &id, "claude"),
        format!("cd '/home/it'\\''s me' && claude --resume {SESSION}")
    );
}

#[test]
fn versions_are_read_and_noise_is_not() {
    for (printed, version) in [
        ("2.1.330 (Claude Code)\n", Some("2.1.330")),
        ("v2.1.5\n", Some("2.1.5")),
        ("2.2.0-beta.1 (Claude Code)", Some("2.2.0-beta.1")),
        ("command not found", None),
        ("", None),
    ] {
        assert_eq!(claude().parse_version(printed).as_deref(), version, "{printed:?}");
    }
}

#[test]
fn login_states_are_what_the_program_says() {
    let read = |ok, text: &str| claude().parse_login(ok, text, "");
    // As 2.1.330 prints it, exit code 1.
    let out = r#"{"loggedIn": false, "authMethod": "none", "apiProvider": "firstParty"}"#;
    assert_eq!(read(false, out), LoginState::SignedOut { how: "claude auth login".to_owned() });
    let key = r#"{"loggedIn": true, "authMethod": "api_key", "apiKeySource": "ANTHROPIC_API_KEY"}"#;
    assert_eq!(read(true, key), LoginState::SignedIn { method: "api_key".to_owned() });
    assert_eq!(
        read(false, "error: unknown command 'auth'"),
        LoginState::Unknown {
            why: "it failed and printed: error: unknown command 'auth'".to_owned()
        }
    );
    assert!(matches!(read(true, ""), LoginState::Unknown { .. }));
}

#[test]
fn the_account_is_named_by_the_environment_and_holds_no_secret() {
    let facts = |set: &[(&str, &str)]| {
        claude().account(&|name| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    };
    assert_eq!(facts(&[]), AccountIdentity::default());
    let both = facts(&[("ANTHROPIC_API_KEY", "secret"), ("CLAUDE_CODE_OAUTH_TOKEN", "secret")]);
    assert_eq!(both.method.as_deref(), Some("api_key"));
    assert_eq!(both.credential_variable.as_deref(), Some("ANTHROPIC_API_KEY"));
    assert!(!format!("{both:?}").contains("secret"));
    let cloud = facts(&[("CLAUDE_CODE_USE_BEDROCK", "1"), ("CLAUDE_CONFIG_DIR", "/c")]);
    assert_eq!(cloud.method.as_deref(), Some("bedrock"));
    assert_eq!(cloud.credential_variable, None);
    assert_eq!(cloud.config_dir.as_deref(), Some("/c"));
    assert_eq!(facts(&[("CLAUDE_CODE_USE_BEDROCK", "0")]).method, None);
    assert_eq!(facts(&[("ANTHROPIC_API_KEY", "")]).method, None);
}

fn line(text: &str) -> Value {
    assert!(text.ends_with('\n') && text.matches('\n').count() == 1, "{text:?} is one line");
    serde_json::from_str(text).unwrap()
}

fn question(kind: QuestionKind, input: Value) -> OpenQuestion {
    OpenQuestion { request: "r1".to_owned(), kind, options: Vec::new(), input }
}

fn said(behavior: AnswerBehavior, message: Option<&str>) -> Answer {
    Answer { behavior, message: message.map(str::to_owned), ..Answer::allow() }
}

fn chosen(question: u32, labels: &[&str], words: Option<&str>) -> Chosen {
    let labels = labels.iter().map(|label| (*label).to_owned()).collect();
    Chosen { question, labels, words: words.map(str::to_owned), ..Chosen::default() }
}

fn choosing(choices: &[Chosen]) -> Answer {
    Answer { choices: choices.to_vec(), ..Answer::allow() }
}

fn response(question: &OpenQuestion, answer: &Answer) -> Value {
    let sent = line(&say(Say::Answer { question, answer }));
    assert_eq!(sent["type"], "control_response");
    assert_eq!(sent["response"]["request_id"], "r1");
    sent["response"]["response"].clone()
}

#[test]
fn an_allowance_gives_the_input_back_unchanged() {
    let input = json!({"command": "ls \u{2028} \u{0}", "n": [1, null]});
    let question = question(QuestionKind::Permission, input.clone());
    let allow = said(AnswerBehavior::Allow, Some("ignored"));
    assert_eq!(response(&question, &allow), json!({"behavior": "allow", "updatedInput": input}));
}

#[test]
fn a_decision_that_the_agent_suggested_goes_back_as_it_came() {
    let suggested = json!([{"type": "addRules", "rules": [{"toolName": "Bash"}]}]);
    let option = QuestionOption {
        reply: suggested.clone(),
        ..QuestionOption::once("allow_suggested", Decision::AllowAlways)
    };
    let mut question = question(QuestionKind::Permission, json!({}));
    question.options = vec![QuestionOption::once("allow", Decision::AllowOnce), option];
    let by = |id: &str| Answer { option: Some(id.to_owned()), ..Answer::allow() };
    assert_eq!(
        response(&question, &by("allow_suggested")),
        json!({"behavior": "allow", "updatedInput": {}, "updatedPermissions": suggested})
    );
    let once = json!({"behavior": "allow", "updatedInput": {}});
    assert_eq!(response(&question, &by("allow")), once);
    assert_eq!(response(&question, &Answer::allow()), once);
}

#[test]
fn a_denial_always_has_words() {
    let question = question(QuestionKind::Permission, json!({}));
    let deny = |words| response(&question, &said(AnswerBehavior::Deny, words))["message"].clone();
    assert_eq!(deny(Some("not now")), "not now");
    assert_eq!(deny(None), "The user denied this.");
    assert_eq!(deny(Some("  ")), "The user denied this.");
}

#[test]
fn every_answer_is_sent_under_its_question() {
    let option = |label: &str| json!({"label": label, "description": ""});
    let input = json!({"questions": [
        {"question": "Cache?", "multiSelect": false, "options": [option("Yes"), option("No")]},
        {"question": "Retry?", "multiSelect": true, "options": [option("Yes"), option("No")]},
    ]});
    let sent = |choices: &[Chosen]| {
        let question = question(QuestionKind::Choice, input.clone());
        let response = response(&question, &choosing(choices));
        assert_eq!(response["updatedInput"]["questions"], input["questions"]);
        response["updatedInput"]["answers"].clone()
    };
    let words = chosen(0, &[], Some("only on disk"));
    assert_eq!(
        sent(&[words, chosen(1, &["Yes"], None)]),
        json!({"Cache?": "only on disk", "Retry?": "Yes"})
    );
    assert_eq!(
        sent(&[chosen(1, &["Yes", "No"], Some("twice")), chosen(0, &["No"], None)]),
        json!({"Cache?": "No", "Retry?": "Yes, No, twice"})
    );
    assert_eq!(sent(&[chosen(0, &[], None), chosen(7, &["Yes"], None)]), json!({}));
}

/// What the decoder makes of lines that Musher wrote.
fn read_back(lines: &[String]) -> Vec<Event> {
    let chunks: Vec<_> =
        lines.iter().map(|text| (Stream::Stdin, text.clone().into_bytes())).collect();
    let decoded = capture::decode(&chunks, 0);
    decoded
        .into_iter()
        .map(|decoded| match decoded {
            Decoded::Event(_, event) => event,
            Decoded::Draft(_) => panic!("input has no drafts"),
        })
        .collect()
}

#[test]
fn what_is_written_is_read_back_from_the_input_log() {
    let choice = question(
        QuestionKind::Choice,
        json!({"questions": [{"question": "Q", "options": [{"label": "A"}]}]}),
    );
    let permission = question(QuestionKind::Permission, json!({}));
    let events = read_back(&[
        hello(),
        say(Say::Prompt { id: "p1", text: "Do it." }),
        say(Say::Answer { question: &choice, answer: &choosing(&[chosen(0, &["A"], None)]) }),
        say(Say::Answer { question: &permission, answer: &said(AnswerBehavior::Deny, Some("no")) }),
        say(Say::Interrupt { id: "i1" }),
    ]);
    let answered = |allowed, message: &str| Event::Answered {
        request: "r1".to_owned(),
        allowed,
        message: Some(message.to_owned()),
    };
    assert_eq!(
        events,
        [
            Event::Prompt { text: "Do it.".to_owned() },
            answered(true, "A"),
            answered(false, "no"),
            Event::InterruptSent,
        ]
    );
}

proptest! {
    #[test]
    fn any_prompt_arrives_whole(text in any::<String>(), id in "\\PC{0,40}") {
        let sent = say(Say::Prompt { id: &id, text: &text });
        prop_assert_eq!(&line(&sent)["message"]["content"][0]["text"], &text);
        prop_assert_eq!(read_back(&[sent]), [Event::Prompt { text }]);
    }
}

#[test]
fn a_prompt_of_megabytes_with_every_separator_arrives_whole() {
    let text = "a\n\r\u{0}\u{85}\u{2028}\u{2029}\u{feff}😀\"\\".repeat(200_000);
    let sent = say(Say::Prompt { id: SESSION, text: &text });
    assert_eq!(line(&sent)["uuid"], SESSION);
    assert_eq!(read_back(&[sent]), [Event::Prompt { text }]);
}
