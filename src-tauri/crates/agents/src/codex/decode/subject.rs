//! The subject of a call or a request, read from its fields. Nothing is lost: what the subject does not
//! hold becomes a separate field; fields that only place the item in the conversation are listed and left
//! out.

use super::tools::script;
use crate::codex::questions;
use crate::{diff, elicitation, readable};
use protocol::{Diff, Field, FileAct, FileChange, Subject, Todo, TodoState};
use serde_json::{Map, Value};

/// The subject of a call or a request, with the fields beside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct About {
    pub(super) subject: Subject,
    pub(super) beside: Vec<Field>,
}

/// Fields that place an item in the conversation, or have its progress or its result.
const NO_INPUT: [&str; 22] = [
    "type",
    "id",
    "status",
    "startedAtMs",
    "completedAtMs",
    "aggregatedOutput",
    "exitCode",
    "durationMs",
    "processId",
    "source",
    "result",
    "error",
    "contentItems",
    "agentsStates",
    "threadId",
    "turnId",
    "itemId",
    "environmentId",
    "senderThreadId",
    "approvalId",
    "reason",
    "output",
];

/// Fields that say how a request can be answered: its options have them.
const ANSWERS: [&str; 3] =
    ["availableDecisions", "proposedExecpolicyAmendment", "proposedNetworkPolicyAmendments"];

/// Fields that do not change what is done: other descriptions of it.
const ASIDE: [&str; 6] = ["command", "actions", "kind", "model", "reasoningEffort", "isBlocking"];

/// Reads the subject of an item or of a request's parameters. `words` is the line that describes it best.
pub(super) fn about(fields: Value, words: &str) -> About {
    let Value::Object(mut fields) = fields else { return About::default() };
    let kind = text(&fields, "type");
    let arguments = fields.remove("arguments");
    let is_input = |name: &str| !NO_INPUT.contains(&name) && !ANSWERS.contains(&name);
    fields.retain(|name, value| !value.is_null() && is_input(name));
    match kind.as_deref() {
        Some("mcpToolCall" | "dynamicToolCall") => return of_arguments(arguments, words),
        Some("subAgentActivity" | "collabAgentToolCall") => {
            fields.remove("kind");
        }
        _ => {}
    }
    let subject = command(&mut fields)
        .or_else(|| changes(&mut fields))
        .or_else(|| choices(&mut fields))
        .or_else(|| form(&mut fields))
        .or_else(|| taken(&mut fields, "query").map(|text| Subject::Query { text, within: None }))
        .or_else(|| taken(&mut fields, "path").map(|path| Subject::Path { path }))
        .or_else(|| taken(&mut fields, "url").map(|url| Subject::Address { url }))
        .unwrap_or_else(|| Subject::Other { words: words.to_owned() });
    About { subject, beside: fields.iter().map(field).collect() }
}

/// Reads the arguments of a tool that is not the program's own.
pub(super) fn of_arguments(arguments: Option<Value>, words: &str) -> About {
    let beside = match arguments.unwrap_or_default() {
        Value::Object(fields) => fields.iter().map(field).collect(),
        Value::Null => Vec::new(),
        other => vec![field((&"arguments".to_owned(), &other))],
    };
    let beside = beside.into_iter().map(|field| Field { aside: false, ..field }).collect();
    About { subject: Subject::Other { words: words.to_owned() }, beside }
}

/// Makes a list of things to do of a plan.
pub(super) fn todos<'s>(
    steps: impl Iterator<Item = (Option<&'s str>, Option<&'s str>)>,
    explanation: Option<String>,
) -> About {
    let todo = |(text, status): (Option<&str>, Option<&str>)| Todo {
        text: text.unwrap_or("").to_owned(),
        state: match status {
            Some("completed") => TodoState::Done,
            Some("inProgress") => TodoState::Doing,
            _ => TodoState::Open,
        },
    };
    let explanation = explanation.map(|words| Field {
        name: "explanation".to_owned(),
        value: words,
        aside: true,
    });
    About {
        subject: Subject::Todos { items: steps.map(todo).collect() },
        beside: explanation.into_iter().collect(),
    }
}

/// Reads a command line. The shell that runs it becomes a separate field.
fn command(fields: &mut Map<String, Value>) -> Option<Subject> {
    let whole = text(fields, "command")?;
    let command = script(&whole);
    if command == whole {
        fields.remove("command");
    }
    if let Some(Value::Array(actions)) = fields.remove("commandActions") {
        let said: Vec<String> =
            actions.iter().filter(|action| !only_repeats(action, &command)).map(action).collect();
        if !said.is_empty() {
            fields.insert("actions".to_owned(), Value::from(said.join("\n")));
        }
    }
    Some(Subject::Command { text: command, cwd: taken(fields, "cwd") })
}

/// Whether what the program made of a part of the command says no more than the command.
fn only_repeats(action: &Value, command: &str) -> bool {
    let text = |name: &str| action.get(name).and_then(Value::as_str);
    text("type") == Some("unknown") && text("command") == Some(command)
}

/// What the program made of a part of the command, as a line: `read: name: a.md, path: /w/a.md`.
fn action(action: &Value) -> String {
    let text = |name: &str| action.get(name).and_then(Value::as_str);
    let kind = text("type").unwrap_or("unknown");
    let fields = action.as_object().into_iter().flatten();
    let said = fields.filter(|(name, value)| *name != "type" && !value.is_null());
    let said = said.map(|(name, value)| format!("{name}: {}", readable::lines(value)));
    format!("{kind}: {}", said.collect::<Vec<_>>().join(", "))
}

fn changes(fields: &mut Map<String, Value>) -> Option<Subject> {
    let changes = fields.get("changes")?.as_array()?;
    let files: Vec<FileChange> = changes.iter().map(file).collect::<Option<_>>()?;
    if files.is_empty() {
        return None;
    }
    fields.remove("changes");
    Some(Subject::Change { files })
}

fn file(change: &Value) -> Option<FileChange> {
    let kind = change.get("kind");
    let word = kind.and_then(|kind| kind.get("type")).and_then(Value::as_str);
    let moved_to = kind.and_then(|kind| kind.get("move_path")).and_then(Value::as_str);
    let (act, diff) = change_of(word, change.get("diff").and_then(Value::as_str).unwrap_or(""));
    Some(FileChange {
        path: change.get("path")?.as_str()?.to_owned(),
        act,
        moved_to: moved_to.map(str::to_owned),
        diff,
    })
}

/// Reads what happens to a file and what changes in it. For a file that is added or deleted the program
/// gives the content.
pub(super) fn change_of(word: Option<&str>, text: &str) -> (FileAct, Diff) {
    match word {
        Some("add") => (FileAct::Create, diff::of_content(text)),
        Some("delete") => (FileAct::Delete, diff::of_removed(text)),
        _ => (FileAct::Edit, diff::unified(text)),
    }
}

fn choices(fields: &mut Map<String, Value>) -> Option<Subject> {
    let questions = questions::questions(fields.get("questions")?).filter(|all| !all.is_empty())?;
    fields.remove("questions");
    Some(Subject::Choices { questions })
}

/// Reads the fields of a form; one that cannot be read stays as JSON.
fn form(fields: &mut Map<String, Value>) -> Option<Subject> {
    let read = elicitation::fields(fields.get("requestedSchema")?, &[])?;
    fields.remove("requestedSchema");
    Some(Subject::Form { fields: read })
}

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn taken(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    let text = text(fields, name)?;
    fields.remove(name);
    Some(text)
}

fn field((name, value): (&String, &Value)) -> Field {
    let value = readable::lines(value);
    Field { name: name.clone(), value, aside: ASIDE.contains(&name.as_str()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_command_is_shown_as_the_shell_gets_it_and_whole_beside() {
        let item = json!({"type": "commandExecution", "id": "c", "command": "/bin/bash -lc 'ls -l'",
            "cwd": "/w", "status": "inProgress", "commandActions": [], "exitCode": null});
        let about = about(item, "ls -l");
        let command = Subject::Command { text: "ls -l".to_owned(), cwd: Some("/w".to_owned()) };
        assert_eq!(about.subject, command);
        let beside: Vec<_> = about.beside.iter().map(|field| (&*field.name, field.aside)).collect();
        assert_eq!(beside, [("command", true)]);
    }

    #[test]
    fn what_is_beside_a_request_is_read_without_its_json() {
        let unknown = json!({"type": "unknown", "command": "cat a.md && make"});
        let read =
            json!({"type": "read", "command": "cat a.md", "name": "a.md", "path": "/w/a.md"});
        let ask = json!({"command": "cat a.md && make", "cwd": "/w",
            "commandActions": [unknown, read],
            "proposedExecpolicyAmendment": ["cat"],
            "availableDecisions": ["accept", {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": ["cat"]}}],
            "networkApprovalContext": {"host": "x", "protocol": "https"}});
        let beside = about(ask, "").beside;
        let shown: Vec<_> = beside.iter().map(|field| (&*field.name, &*field.value)).collect();
        assert_eq!(
            shown,
            [
                ("actions", "read: command: cat a.md, name: a.md, path: /w/a.md"),
                ("networkApprovalContext", "host: x\nprotocol: https"),
            ]
        );
    }

    #[test]
    fn what_may_be_more_than_it_seems_is_not_aside() {
        let ask = json!({"command": "curl x", "cwd": "/w", "threadId": "t",
            "networkApprovalContext": {"host": "x"}, "additionalPermissions": {"network": {}}});
        let beside = about(ask, "").beside;
        let shown: Vec<_> = beside.iter().filter(|field| !field.aside).map(|f| &*f.name).collect();
        assert_eq!(shown, ["additionalPermissions", "networkApprovalContext"]);
    }

    #[test]
    fn changes_of_files_are_diffs() {
        let item = json!({"type": "fileChange", "changes": [
            {"path": "/w/a", "kind": {"type": "add"}, "diff": "x\n"},
            {"path": "/w/b", "kind": {"type": "update", "move_path": "/w/c"},
             "diff": "@@ -3,2 +3,2 @@ fn f\n-old\n+new\n same\n"},
            {"path": "/w/d", "kind": {"type": "delete"}, "diff": "y\n"},
        ]});
        let Subject::Change { files } = about(item, "").subject else { panic!("no change") };
        let acts: Vec<_> = files.iter().map(|file| (file.act, file.diff.hunks.len())).collect();
        assert_eq!(acts, [(FileAct::Create, 1), (FileAct::Edit, 1), (FileAct::Delete, 1)]);
        assert_eq!(files[1].moved_to.as_deref(), Some("/w/c"));
        let hunk = &files[1].diff.hunks[0];
        assert_eq!((hunk.start.unwrap().old, hunk.heading.as_str()), (3, "fn f"));
    }

    #[test]
    fn what_is_not_understood_is_shown_whole() {
        let item = json!({"type": "fileChange", "changes": [{"kind": 7}]});
        let about = about(item, "words");
        assert_eq!(about.subject, Subject::Other { words: "words".to_owned() });
        assert_eq!(about.beside.len(), 1);
    }
}
