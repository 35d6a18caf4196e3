//! The subject of a call, read from its input by a table of the program's tools. A tool of the table with
//! an unknown input, and every other tool, is [`Subject::Other`] with its likeliest line. Nothing of an
//! input is lost: what the subject does not hold becomes a separate field.

use super::tools;
use crate::claude::choices;
use crate::{diff, readable};
use protocol::{Diff, Field, FileAct, FileChange, Subject, Todo, TodoState};
use serde_json::{Map, Value};

/// The subject of a call, with the fields beside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct About {
    pub(super) subject: Subject,
    pub(super) beside: Vec<Field>,
}

/// Reads the subject of a call of `tool` with this input.
pub(super) fn about(tool: &str, input: Value) -> About {
    let words = tools::title(tool, &input);
    let mut rest = match input {
        Value::Object(fields) => Input { fields, extra: Vec::new() },
        Value::Null => Input::default(),
        other => Input { fields: Map::new(), extra: vec![field("input", &other)] },
    };
    match known(tool, &mut rest) {
        Some(subject) => {
            let aside = |field: Field| Field { aside: is_aside(&field), ..field };
            About { subject, beside: rest.beside().map(aside).collect() }
        }
        None => About { subject: Subject::Other { words }, beside: rest.beside().collect() },
    }
}

/// Takes the subject's fields out of the input; takes none if one of them is missing or of another type.
fn known(tool: &str, input: &mut Input) -> Option<Subject> {
    match tool {
        "Bash" | "PowerShell" | "Monitor" => {
            let [text] = input.texts(["command"])?;
            Some(Subject::Command { text, cwd: None })
        }
        "Read" => path(input, "file_path"),
        "NotebookRead" | "NotebookEdit" => path(input, "notebook_path"),
        "LS" => path(input, "path"),
        "Write" => {
            let [path, content] = input.texts(["file_path", "content"])?;
            Some(change(path, FileAct::Write, diff::of_content(&content)))
        }
        "Edit" => {
            let [path, before, after] = input.texts(["file_path", "old_string", "new_string"])?;
            let hunks = diff::of_texts(&before, &after).into_iter().collect();
            Some(change(path, FileAct::Edit, Diff { hunks }))
        }
        "MultiEdit" => edits(input),
        "Grep" | "Glob" => {
            let [text] = input.texts(["pattern"])?;
            let within = input.texts(["path"]).map(|[path]| path);
            Some(Subject::Query { text, within })
        }
        "ToolSearch" | "WebSearch" | "web_search" => {
            let [text] = input.texts(["query"])?;
            Some(Subject::Query { text, within: None })
        }
        "WebFetch" | "web_fetch" => {
            let [url] = input.texts(["url"])?;
            Some(Subject::Address { url })
        }
        "TodoWrite" => todos(input),
        "AskUserQuestion" => {
            let questions = choices::choices(input.fields.get("questions")?)?;
            input.fields.remove("questions");
            Some(Subject::Choices { questions })
        }
        "ExitPlanMode" => {
            let markdown = input.texts(["plan"]).map_or(String::new(), |[plan]| plan);
            Some(Subject::Plan { markdown })
        }
        _ => None,
    }
}

fn path(input: &mut Input, name: &str) -> Option<Subject> {
    let [path] = input.texts([name])?;
    Some(Subject::Path { path })
}

fn change(path: String, act: FileAct, diff: Diff) -> Subject {
    Subject::Change { files: vec![FileChange { path, act, moved_to: None, diff }] }
}

/// Reads several edits of one file. Other values of an edit than its texts become fields named by its
/// index.
fn edits(input: &mut Input) -> Option<Subject> {
    let edits = input.fields.get("edits")?.as_array()?;
    let text = |edit: &Value, name: &str| edit.get(name)?.as_str().map(str::to_owned);
    let texts: Vec<(String, String)> = edits
        .iter()
        .map(|edit| Some((text(edit, "old_string")?, text(edit, "new_string")?)))
        .collect::<Option<_>>()?;
    let [path] = input.texts(["file_path"])?;
    let hunks = texts.iter().filter_map(|(before, after)| diff::of_texts(before, after)).collect();
    let edits = input.fields.remove("edits");
    for (k, edit) in edits.iter().filter_map(Value::as_array).flatten().enumerate() {
        let all = edit.as_object().into_iter().flatten();
        let others = all.filter(|(name, _)| !matches!(name.as_str(), "old_string" | "new_string"));
        let named = others.map(|(name, value)| field(&format!("edits[{k}].{name}"), value));
        input.extra.extend(named);
    }
    Some(change(path, FileAct::Edit, Diff { hunks }))
}

/// Reads a list of things to do: the text and state of each. The program's second wording of an item is
/// left out.
fn todos(input: &mut Input) -> Option<Subject> {
    let item = |todo: &Value| {
        let text = todo.get("content")?.as_str()?.to_owned();
        let state = match todo.get("status").and_then(Value::as_str) {
            Some("completed") => TodoState::Done,
            Some("in_progress") => TodoState::Doing,
            _ => TodoState::Open,
        };
        Some(Todo { text, state })
    };
    let todos = input.fields.get("todos")?.as_array()?;
    let items = todos.iter().map(item).collect::<Option<_>>()?;
    input.fields.remove("todos");
    Some(Subject::Todos { items })
}

/// The part of an input that is not taken yet.
#[derive(Default)]
struct Input {
    fields: Map<String, Value>,
    /// The left-over parts of fields that were taken.
    extra: Vec<Field>,
}

impl Input {
    /// Takes these fields if all of them are texts.
    fn texts<const N: usize>(&mut self, names: [&str; N]) -> Option<[String; N]> {
        let is_text = |name: &&str| self.fields.get(*name).is_some_and(Value::is_string);
        if !names.iter().all(is_text) {
            return None;
        }
        Some(names.map(|name| match self.fields.remove(name) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        }))
    }

    fn beside(self) -> impl Iterator<Item = Field> {
        let fields = self.fields.into_iter().map(|(name, value)| field(&name, &value));
        fields.chain(self.extra)
    }
}

/// Fields that do not change what a call does: the program's description, a time limit, how much of a
/// file is read.
const ASIDE: [&str; 4] = ["description", "timeout", "limit", "offset"];

fn is_aside(field: &Field) -> bool {
    ASIDE.contains(&field.name.as_str())
}

fn field(name: &str, value: &Value) -> Field {
    Field { name: name.to_owned(), value: readable::lines(value), aside: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decoded(tool: &str, input: Value) -> Value {
        let About { subject, beside } = about(tool, input);
        let beside: Map<String, Value> =
            beside.into_iter().map(|field| (field.name, Value::from(field.value))).collect();
        let mut decoded = serde_json::to_value(subject).unwrap();
        if !beside.is_empty() {
            decoded["beside"] = Value::Object(beside);
        }
        decoded
    }

    #[test]
    fn the_tools_of_the_table_are_understood() {
        let command = json!({"command": "ls\n-l", "description": "List", "timeout": 5});
        assert_eq!(
            decoded("Bash", command),
            json!({"is": "command", "text": "ls\n-l", "cwd": null,
                "beside": {"description": "List", "timeout": "5"}})
        );
        assert_eq!(
            decoded("Read", json!({"file_path": "/a", "limit": 3})),
            json!({"is": "path", "path": "/a", "beside": {"limit": "3"}})
        );
        assert_eq!(
            decoded("Grep", json!({"pattern": "x", "path": "src"})),
            json!({"is": "query", "text": "x", "within": "src"})
        );
        assert_eq!(
            decoded("WebFetch", json!({"url": "https://a", "prompt": "sum up"})),
            json!({"is": "address", "url": "https://a", "beside": {"prompt": "sum up"}})
        );
        assert_eq!(
            decoded("ExitPlanMode", json!({"plan": "# Go", "allowedPrompts": [1]})),
            json!({"is": "plan", "markdown": "# Go", "beside": {"allowedPrompts": "- 1"}})
        );
        assert_eq!(decoded("ExitPlanMode", json!({})), json!({"is": "plan", "markdown": ""}));
        let todos = json!([{"content": "a", "status": "completed", "activeForm": "doing a"},
            {"content": "b", "status": "in_progress"}, {"content": "c", "status": "later"}]);
        assert_eq!(
            decoded("TodoWrite", json!({"todos": todos})),
            json!({"is": "todos", "items": [{"text": "a", "state": "done"},
                {"text": "b", "state": "doing"}, {"text": "c", "state": "open"}]})
        );
    }

    #[test]
    fn changes_of_files_are_diffs() {
        let file = |act: &str, hunks: Value| json!({"is": "change", "files": [{"path": "a", "act": act, "diff": {"hunks": hunks}}]});
        let piece = |side: &str, text: &str| json!({"side": side, "text": text});
        assert_eq!(
            decoded("Write", json!({"file_path": "a", "content": "x\ny\n"})),
            file(
                "write",
                json!([{"start": {"old": 1, "new": 1}, "pieces": [piece("added", "x\ny")]}])
            )
        );
        let (removed, added) = (piece("removed", "x"), piece("added", "y"));
        let hunk = json!({"start": null, "pieces": [removed, added]});
        let edit = json!({"old_string": "x", "new_string": "y", "replace_all": true});
        let mut one = edit.clone();
        one["file_path"] = "a".into();
        let mut right = file("edit", json!([hunk]));
        right["beside"] = json!({"replace_all": "true"});
        assert_eq!(decoded("Edit", one), right);
        let mut two = file("edit", json!([hunk, hunk]));
        two["beside"] = json!({"edits[0].replace_all": "true", "edits[1].replace_all": "true"});
        assert_eq!(decoded("MultiEdit", json!({"file_path": "a", "edits": [edit, edit]})), two);
    }

    #[test]
    fn only_what_is_known_to_change_nothing_is_aside() {
        let aside = |tool: &str| {
            let input = json!({"command": "ls", "timeout": 1, "run_in_background": true});
            let beside = about(tool, input).beside.into_iter();
            beside.filter(|field| field.aside).map(|field| field.name).collect::<Vec<_>>()
        };
        assert_eq!(aside("Bash"), ["timeout"]);
        assert!(aside("mcp__x__y").is_empty());
    }

    #[test]
    fn what_is_not_understood_is_shown_whole() {
        for (tool, input, words) in [
            ("mcp__x__y", json!({"n": 1, "z": "first"}), "first"),
            ("Bash", json!({"command": ["ls"], "z": "no"}), "no"),
            ("Edit", json!({"file_path": "/a", "old_string": "x"}), "/a"),
            ("MultiEdit", json!({"file_path": "/a", "edits": [{"old_string": "x"}]}), "/a"),
            ("TodoWrite", json!({"todos": ["a"]}), "1 things to do"),
            ("AskUserQuestion", json!({"questions": [{"header": "h"}]}), ""),
        ] {
            let About { subject, beside } = about(tool, input.clone());
            assert_eq!(subject, Subject::Other { words: words.to_owned() }, "{tool}");
            let names: Vec<&String> = beside.iter().map(|field| &field.name).collect();
            assert_eq!(names, input.as_object().unwrap().keys().collect::<Vec<_>>(), "{tool}");
        }
        assert_eq!(
            decoded("mcp__x__y", json!(7)),
            json!({"is": "other", "words": "", "beside": {"input": "7"}})
        );
        assert_eq!(decoded("mcp__x__y", Value::Null), json!({"is": "other", "words": ""}));
    }
}
