//! Tools: the kind of each, its name for people, one line that names a call, and the open calls.
//! [`super::subject`] reads what a tool works on.

use super::At;
use super::subject::{self, About};
use crate::text;
use protocol::{Subject, ToolKind};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Calls without a result yet, and calls that were refused.
#[derive(Default)]
pub(super) struct Calls {
    open: HashMap<String, Call>,
    refused: HashSet<String>,
    /// Those of them whose question ended without an answer, so that nobody denied them.
    unanswered: HashSet<String>,
}

/// A call.
pub(super) struct Call {
    pub(super) name: String,
    pub(super) kind: ToolKind,
    pub(super) title: String,
    /// Whether its input asks to run in the background.
    pub(super) background: bool,
    /// The plan in the call's input; the question about it does not have it.
    pub(super) plan: Option<About>,
    began: At,
}

impl Calls {
    /// Adds a call that begins.
    pub(super) fn begin(&mut self, call: &str, name: &str, input: Value, at: At) -> (&Call, About) {
        let title = title(name, &input);
        let background = input.get("run_in_background").and_then(Value::as_bool) == Some(true);
        let about = subject::about(name, input);
        let plan = matches!(about.subject, Subject::Plan { .. }).then(|| about.clone());
        let new = Call { name: shown(name), kind: kind(name), title, background, plan, began: at };
        (self.open.entry(call.to_owned()).insert_entry(new).into_mut(), about)
    }

    /// A call that is open.
    pub(super) fn get(&self, call: &str) -> Option<&Call> {
        self.open.get(call)
    }

    /// Takes the end of a call's wait for a person, from which on it runs.
    pub(super) fn waited(&mut self, call: &str, at: At) {
        if let Some(call) = self.open.get_mut(call) {
            call.began = at;
        }
    }

    /// Removes a call that is over.
    pub(super) fn end(&mut self, call: &str) -> Option<Call> {
        self.open.remove(call)
    }

    /// Marks a call as refused; returns whether it was not refused before.
    pub(super) fn refuse(&mut self, call: &str) -> bool {
        self.refused.insert(call.to_owned())
    }

    /// Marks a call that does not run because its question ended without an answer. The program counts it as
    /// refused.
    pub(super) fn leave_unanswered(&mut self, call: &str) {
        self.refuse(call);
        self.unanswered.insert(call.to_owned());
    }

    /// Whether its question ended without an answer.
    pub(super) fn is_unanswered(&self, call: &str) -> bool {
        self.unanswered.contains(call)
    }

    /// Whether it was refused.
    pub(super) fn is_refused(&self, call: &str) -> bool {
        self.refused.contains(call)
    }
}

impl Call {
    /// The time from the call's beginning, or from the answer that it waited for, to `end` (milliseconds).
    pub(super) fn duration_ms(&self, end: At) -> u64 {
        end.0.saturating_sub(self.began.0) / 1000
    }
}

/// A tool's name for people: its own name; for a tool of an MCP server (`mcp__github__create_issue`) the
/// server's name and its own.
pub(super) fn shown(name: &str) -> String {
    let parts = name.strip_prefix("mcp__").and_then(|rest| rest.split_once("__"));
    match parts.filter(|(server, tool)| !server.is_empty() && !tool.is_empty()) {
        Some((server, tool)) => format!("{server} {tool}"),
        None => name.to_owned(),
    }
}

/// The kind of a tool.
pub(super) fn kind(name: &str) -> ToolKind {
    match name {
        "Bash" | "BashOutput" | "KillShell" | "KillBash" | "PowerShell" | "Monitor"
        | "TaskOutput" | "TaskStop" => ToolKind::Command,
        "Read" | "NotebookRead" => ToolKind::Read,
        "Write" | "Edit" | "MultiEdit" | "NotebookEdit" => ToolKind::Edit,
        "Grep" | "Glob" | "LS" | "ToolSearch" => ToolKind::Search,
        "WebFetch" | "WebSearch" | "web_search" | "web_fetch" => ToolKind::Web,
        "Agent" | "Task" | "SendMessage" | "Workflow" => ToolKind::Agent,
        "TodoWrite" | "TaskCreate" | "TaskUpdate" | "TaskList" | "TaskGet" | "EnterPlanMode"
        | "ExitPlanMode" => ToolKind::Plan,
        "AskUserQuestion" => ToolKind::Ask,
        _ if name.starts_with("mcp__") => ToolKind::Mcp,
        _ => ToolKind::Other,
    }
}

/// Fields that name a call best, over all tools; the first that the input has is used.
const NAMING: [&str; 16] = [
    "command",
    "file_path",
    "notebook_path",
    "pattern",
    "url",
    "query",
    "description",
    "subject",
    "plan",
    "skill",
    "path",
    "name",
    "title",
    "prompt",
    "text",
    "id",
];

/// Makes the one-line title of a call.
pub(super) fn title(name: &str, input: &Value) -> String {
    let field = |key: &str| input.get(key).and_then(Value::as_str).filter(|s| !s.trim().is_empty());
    let line = match name {
        "Agent" | "Task" => field("description"),
        "AskUserQuestion" => input.pointer("/questions/0/question").and_then(Value::as_str),
        "ExitPlanMode" => {
            field("plan").and_then(|plan| plan.lines().find(|l| !l.trim().is_empty()))
        }
        _ => None,
    };
    if let Some(todos) = input.get("todos").and_then(Value::as_array) {
        return format!("{} things to do", todos.len());
    }
    if let Some(words) = line {
        return text::words(words);
    }
    let line = NAMING.iter().find_map(|key| field(key));
    let line = line.or_else(|| input.as_object()?.values().find_map(Value::as_str));
    let line = text::title(line.unwrap_or(""));
    match field("path").filter(|_| matches!(name, "Grep" | "Glob")) {
        Some(path) => format!("{line} in {}", text::title(path)),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tool_of_a_server_has_both_names() {
        let names = ["mcp__github__create_issue", "mcp__a__b__c", "mcp____x", "mcp__x", "Bash"];
        let shown = names.map(shown);
        assert_eq!(shown, ["github create_issue", "a b__c", "mcp____x", "mcp__x", "Bash"]);
    }

    #[test]
    fn a_row_names_what_is_done() {
        let cases = [
            ("Bash", json!({"description": "List", "command": "ls\n-l"}), "ls⏎-l"),
            ("Read", json!({"file_path": "/a/b.rs", "limit": 3}), "/a/b.rs"),
            ("Grep", json!({"path": "src", "pattern": "fn main"}), "fn main in src"),
            ("Agent", json!({"prompt": "Go", "description": "Count files"}), "Count files"),
            ("TodoWrite", json!({"todos": [{}, {}]}), "2 things to do"),
            ("ExitPlanMode", json!({"plan": "\n# Plan\n1. x"}), "# Plan"),
            ("mcp__x__y", json!({"n": 1, "z": "first"}), "first"),
            ("mcp__x__y", json!(7), ""),
        ];
        for (name, input, expected) in cases {
            assert_eq!(title(name, &input), expected, "{name}");
        }
    }
}
