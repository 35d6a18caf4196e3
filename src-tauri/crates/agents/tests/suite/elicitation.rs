//! Forms of MCP servers, as the real program hands them on (2.1.197, 2.1.330, 2.1.332), and the answers that go back:
//! each is what the recorded server got, and is read back from the input log.

use crate::asks::{events, owed, request};
use crate::capture;
use agents::{Conversation, Decoded, OpenQuestion, Say, agent};
use protocol::{
    AgentId, Answer, Event, FilledField, FormField, QuestionKind, Stream, Subject, Takes,
};
use serde_json::{Value, json};

/// The questions of a recorded run, and how each was answered.
fn asked(name: &str) -> Vec<(OpenQuestion, Subject, Option<bool>)> {
    let events: Vec<Event> = capture::one(name)
        .decoded()
        .into_iter()
        .filter_map(|decoded| match decoded {
            Decoded::Event(_, event) => Some(event),
            Decoded::Draft(_) => None,
        })
        .collect();
    let answered = |of: &str| {
        events.iter().find_map(|event| match event {
            Event::Answered { request, allowed, .. } if request == of => Some(*allowed),
            _ => None,
        })
    };
    let question = |event: &Event| match event {
        Event::Question { request, content, input } if content.kind == QuestionKind::Form => {
            let open = OpenQuestion {
                request: request.clone(),
                kind: content.kind,
                options: Vec::new(),
                input: input.clone(),
            };
            Some((open, content.subject.clone(), answered(request)))
        }
        _ => None,
    };
    events.iter().filter_map(question).collect()
}

/// What goes back to the program.
fn sent(open: &OpenQuestion, answer: &Answer) -> Value {
    let claude = agent(&AgentId::new("claude")).unwrap();
    let say = Say::Answer { question: open, answer };
    let line = claude.say(say, &Conversation::default()).unwrap();
    serde_json::from_str::<Value>(&line).unwrap()["response"]["response"].clone()
}

/// What was recorded as sent, in order.
fn recorded(name: &str) -> Vec<Value> {
    let stdin = String::from_utf8(capture::one(name).stdin).unwrap();
    let lines = stdin.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let answers = lines.map(|line| line["response"]["response"].clone());
    answers.filter(|response| response["action"].is_string()).collect()
}

fn fill(fields: &[(&str, &[&str])]) -> Answer {
    let filled = |(name, written): &(&str, &[&str])| FilledField {
        name: (*name).to_owned(),
        written: written.iter().map(|part| (*part).to_owned()).collect(),
    };
    Answer { fields: fields.iter().map(filled).collect(), ..Answer::allow() }
}

const FILLED: &[(&str, &[&str])] = &[
    ("name", &["sales"]),
    ("region", &["Europe"]),
    ("rows", &["7"]),
    ("ratio", &["0.5"]),
    ("readonly", &["no"]),
    ("level", &["High"]),
    ("tags", &["a", "c"]),
];

#[test]
fn a_form_is_a_question_with_its_fields_in_the_servers_order() {
    for (name, count) in [("2.1.330/elicit_accept", 2), ("2.1.197/elicit_accept", 1)] {
        let asked = asked(name);
        assert_eq!(asked.len(), count, "{name}: an older version hands on no addresses");
        let Subject::Form { fields } = &asked[0].1 else { panic!("{:?}", asked[0].1) };
        let shown = |field: &FormField| {
            let required = if field.required { "!" } else { "" };
            format!("{}{required} {} {:?}", field.name, field.title, field.proposed)
        };
        let mut shown: Vec<String> = fields.iter().map(shown).collect();
        let mut ordered = vec![
            r#"name! Database []"#,
            r#"mail Notify []"#,
            r#"rows Rows ["100"]"#,
            r#"ratio Sample []"#,
            r#"readonly Read only ["yes"]"#,
            r#"region! Region []"#,
            r#"level Level []"#,
            r#"tags Tags []"#,
        ];
        if name.starts_with("2.1.197") {
            // It does not tell the order.
            shown.sort();
            ordered.sort_unstable();
        }
        assert_eq!(shown, ordered, "{name}");
        let takes = |name: &str| {
            let field = fields.iter().find(|field| field.name == name).unwrap();
            serde_json::to_value(&field.takes).unwrap()
        };
        assert_eq!(takes("mail")["format"], "email");
        assert_eq!(
            takes("rows"),
            json!({"is": "number", "whole": true, "min": 1.0, "max": 1000.0})
        );
        assert_eq!(takes("region")["options"][1], json!({"value": "us", "label": "United States"}));
        assert_eq!(takes("level")["options"][1], json!({"value": "hi", "label": "High"}));
        assert_eq!(takes("tags")["max"], 2);
    }
    let address = &asked("2.1.330/elicit_accept")[1].1;
    assert_eq!(*address, Subject::Address { url: "https://reports.example/login?x=1".to_owned() });
}

#[test]
fn every_answer_is_what_the_server_got_and_is_read_back() {
    let cases = [
        ("2.1.330/elicit_accept", fill(FILLED), Answer::allow(), true),
        ("2.1.197/elicit_accept", fill(FILLED), Answer::allow(), true),
        ("2.1.330/elicit_decline", Answer::deny(None), Answer::deny(None), false),
        ("2.1.332/elicit_cancel", Answer::cancel(), Answer::cancel(), false),
    ];
    for (name, form, address, allowed) in cases {
        let asked = asked(name);
        let answers = [form, address];
        let ours: Vec<Value> =
            asked.iter().zip(&answers).map(|((open, ..), answer)| sent(open, answer)).collect();
        assert_eq!(ours, recorded(name), "{name}");
        assert!(asked.iter().all(|(_, _, known)| *known == Some(allowed)), "{name}");
    }
}

#[test]
fn a_server_that_did_not_start_is_reported_in_the_programs_words() {
    for name in ["2.1.330/elicit_accept", "2.1.197/elicit_accept"] {
        let notices =
            capture::one(name).decoded().into_iter().filter_map(|decoded| match decoded {
                Decoded::Event(_, Event::Notice { text, .. }) => Some(text),
                _ => None,
            });
        let notices: Vec<String> = notices.filter(|text| text.starts_with("MCP server")).collect();
        assert_eq!(notices.len(), 2, "{name}: {notices:?}");
        assert!(notices.iter().any(|text| text.starts_with("MCP server absent did not start: ")));
    }
}

fn elicitation(more: Value) -> (Stream, Value) {
    let mut form = json!({"subtype": "elicitation", "mcp_server_name": "s", "message": "M"});
    form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request("r", form)
}

fn subject(more: Value) -> Subject {
    let asked = [elicitation(more)];
    assert!(owed(&asked).is_empty(), "a person answers it");
    match events(&asked).remove(0) {
        Event::Question { content, .. } if content.kind == QuestionKind::Form => content.subject,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_flat_form_has_no_fields_and_a_form_without_fields_asks_for_a_yes() {
    let schema = |properties: Value| json!({"requested_schema": {"properties": properties}});
    for odd in [
        json!({}),
        json!({"requested_schema": []}),
        schema(json!({"a": {"type": "object", "properties": {}}})),
        schema(json!({"a": {"type": "array", "items": {"type": "number"}}})),
        schema(json!({"a": {"enum": ["x"]}})),
        schema(json!({"a": {"type": "string", "enum": ["x", 1]}})),
        schema(json!({"a": 1})),
    ] {
        assert_eq!(subject(odd.clone()), Subject::default(), "{odd}");
    }
    assert_eq!(subject(schema(json!({}))), Subject::Form { fields: Vec::new() });
    let untitled = subject(schema(json!({"a": {"type": "string", "anyOf": [{"const": "x"}]}})));
    let [field] = untitled.fields() else { panic!("{untitled:?}") };
    assert_eq!((field.title.as_str(), field.required), ("a", false));
    assert!(matches!(&field.takes, Takes::One { options } if options[0].label == "x"));
}

#[test]
fn a_form_that_is_taken_back_is_open_no_more() {
    let back = json!({"type": "control_cancel_request", "request_id": "r"});
    let events = events(&[elicitation(json!({})), (Stream::Stdout, back)]);
    assert_eq!(events[1], Event::QuestionWithdrawn { request: "r".to_owned() });
}
