//! The decisions that the program offers for a request, each with the value that it wants back. Yes and
//! no for this one time are always accepted (recorded with 0.145.0, 0.169.0 and 0.171.0, even if the
//! program's list lacks them). A yes that the program keeps as a rule is offered only in the words that
//! it proposes.

use crate::codex::method;
use crate::readable;
use protocol::{Decision, QuestionKind, QuestionOption};
use serde_json::{Value, json};

/// Returns the decisions for a request. The agent's own questions are answered by choosing and forms by
/// filling them in, so they have none.
pub(super) fn options(method: &str, kind: QuestionKind, whole: &Value) -> Vec<QuestionOption> {
    match (method, kind) {
        (_, QuestionKind::Choice | QuestionKind::Form) => Vec::new(),
        (method::COMMAND, _) => command(whole),
        (method::FILES, _) => files(whole),
        (method::PERMISSIONS, _) => permissions(whole),
        _ => server(whole),
    }
}

fn option(id: &str, does: Decision, covers: Vec<String>, reply: Value) -> QuestionOption {
    QuestionOption { id: id.to_owned(), does, covers, reply }
}

fn decision(id: &str, does: Decision, covers: Vec<String>) -> QuestionOption {
    option(id, does, covers, json!({"decision": id}))
}

fn command(whole: &Value) -> Vec<QuestionOption> {
    let text = |name: &str| whole.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut options = vec![
        decision("accept", Decision::AllowOnce, Vec::new()),
        decision("acceptForSession", Decision::AllowSession, text("command").into_iter().collect()),
    ];
    options.extend(amended(whole));
    options.push(decision("decline", Decision::Deny, Vec::new()));
    options.push(decision("cancel", Decision::DenyAndEnd, Vec::new()));
    options
}

/// The decision to keep a rule that the program proposes: commands that begin with these words are
/// allowed.
fn amended(whole: &Value) -> Option<QuestionOption> {
    const NAME: &str = "acceptWithExecpolicyAmendment";
    let listed = whole.get("availableDecisions")?.as_array()?;
    let offered = listed.iter().find_map(|one| one.get(NAME))?;
    let words = offered.get("execpolicy_amendment")?.as_array()?;
    let words: Vec<&str> = words.iter().map(Value::as_str).collect::<Option<_>>()?;
    let covers = format!("commands that begin with {}", words.join(" "));
    let reply = json!({"decision": {NAME: offered}});
    Some(option(NAME, Decision::AllowAlways, vec![covers], reply))
}

fn files(whole: &Value) -> Vec<QuestionOption> {
    let root = whole.get("grantRoot").and_then(Value::as_str);
    let covers = match root {
        Some(root) => format!("changes below {root}"),
        None => "changes of these files".to_owned(),
    };
    vec![
        decision("accept", Decision::AllowOnce, Vec::new()),
        decision("acceptForSession", Decision::AllowSession, vec![covers]),
        decision("decline", Decision::Deny, Vec::new()),
        decision("cancel", Decision::DenyAndEnd, Vec::new()),
    ]
}

fn permissions(whole: &Value) -> Vec<QuestionOption> {
    let fields = whole.get("permissions").and_then(Value::as_object).into_iter().flatten();
    // The program takes no null in what is granted.
    let asked: Value = fields
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let granted = |scope: &str| json!({"permissions": asked, "scope": scope});
    let none = json!({"permissions": {}, "scope": "turn"});
    vec![
        option("turn", Decision::AllowOnce, Vec::new(), granted("turn")),
        option(
            "session",
            Decision::AllowSession,
            vec![readable::lines(&asked)],
            granted("session"),
        ),
        option("decline", Decision::Deny, Vec::new(), none),
    ]
}

/// The decisions about a tool of an MCP server.
fn server(whole: &Value) -> Vec<QuestionOption> {
    let meta = whole.get("_meta");
    let kept = meta.and_then(|meta| meta.get("persist")).and_then(Value::as_array);
    let offers = |word: &str| kept.is_some_and(|kept| kept.iter().any(|one| one == word));
    let tool = meta.and_then(|meta| meta.get("tool_name")).and_then(Value::as_str).unwrap_or("it");
    let accept = |meta: Value| json!({"action": "accept", "content": {}, "_meta": meta});
    let mut options = vec![option("accept", Decision::AllowOnce, Vec::new(), accept(Value::Null))];
    for (word, does) in [("session", Decision::AllowSession), ("always", Decision::AllowAlways)] {
        if offers(word) {
            let covers = vec![format!("every call of {tool}")];
            options.push(option(word, does, covers, accept(json!({"persist": word}))));
        }
    }
    let decline = json!({"action": "decline", "content": null, "_meta": null});
    options.push(option("decline", Decision::Deny, Vec::new(), decline));
    options
}
