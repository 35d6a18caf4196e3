//! The tools of the agent: the contents of the `tool_use` block, and executing it in the working
//! directory. Files are really read and changed, commands really run; the results have the shapes
//! of the real program. `consent` decides whether a tool may run.

pub(crate) mod bash;
mod patch;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::tools::bash::Finished;
use crate::wire::ToolResult;

/// A tool call. Paths are absolute.
#[derive(Debug, Clone)]
pub(crate) enum Tool {
    Read {
        path: PathBuf,
    },
    Write {
        path: PathBuf,
        content: String,
    },
    Edit {
        path: PathBuf,
        old: String,
        new: String,
    },
    Bash {
        command: String,
        description: String,
        background: bool,
    },
    Agent {
        description: String,
        prompt: String,
    },
    /// A tool that only has a name and an input (questions, plans).
    Other {
        name: &'static str,
        input: Value,
    },
}

impl Tool {
    pub(crate) fn bash(command: &str, description: &str) -> Self {
        Self::Bash { command: command.into(), description: description.into(), background: false }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Read { .. } => "Read",
            Self::Write { .. } => "Write",
            Self::Edit { .. } => "Edit",
            Self::Bash { .. } => "Bash",
            Self::Agent { .. } => "Agent",
            Self::Other { name, .. } => name,
        }
    }

    /// `input` of the `tool_use` block.
    pub(crate) fn input(&self) -> Value {
        match self {
            Self::Read { path } => json!({"file_path": path}),
            Self::Write { path, content } => json!({"file_path": path, "content": content}),
            Self::Edit { path, old, new } => json!({
                "replace_all": false,
                "file_path": path,
                "old_string": old,
                "new_string": new,
            }),
            Self::Bash { command, description, background: false } => {
                json!({"command": command, "description": description})
            }
            Self::Bash { command, description, background: true } => {
                json!({"command": command, "description": description, "run_in_background": true})
            }
            Self::Agent { description, prompt } => json!({
                "description": description,
                "prompt": prompt,
                "subagent_type": "general-purpose",
            }),
            Self::Other { input, .. } => input.clone(),
        }
    }

    /// The short text beside the input in a question.
    pub(crate) fn description(&self) -> Option<&str> {
        match self {
            Self::Bash { description, .. } => Some(description),
            _ => None,
        }
    }
}

/// The `permission_decision` of a tool that needed no question.
pub(crate) fn accepted(reason: &str) -> Value {
    json!({"permission_decision": {"decision": "accept", "source": "config", "reason_type": reason}})
}

/// The result of a failed tool.
pub(crate) fn failed(text: &str, meta: Value) -> ToolResult {
    ToolResult {
        content: json!(text),
        is_error: Some(true),
        detail: Some(json!(format!("Error: {text}"))),
        meta,
    }
}

fn failed_use(text: &str) -> ToolResult {
    let mut result = failed(text, Value::Null);
    result.content = json!(format!("<tool_use_error>{text}</tool_use_error>"));
    result
}

/// Reads a text file in the format of the Read tool: numbered lines.
pub(crate) fn read(path: &Path, cwd: &Path) -> ToolResult {
    let Ok(content) = fs::read_to_string(path) else { return missing(cwd) };
    let numbered: Vec<String> =
        content.split('\n').enumerate().map(|(n, line)| format!("{}\t{line}", n + 1)).collect();
    let lines = numbered.len();
    ToolResult {
        content: json!(numbered.join("\n")),
        is_error: None,
        detail: Some(json!({
            "type": "text",
            "file": {
                "filePath": path,
                "content": content,
                "numLines": lines,
                "startLine": 1,
                "totalLines": lines,
            },
        })),
        meta: accepted("mode"),
    }
}

fn missing(cwd: &Path) -> ToolResult {
    let text =
        format!("File does not exist. Note: your current working directory is {}.", cwd.display());
    failed(&text, accepted("mode"))
}

/// Creates or replaces a file.
pub(crate) fn write(path: &Path, content: &str) -> ToolResult {
    let before = fs::read_to_string(path).ok();
    if let Err(error) = fs::write(path, content) {
        return failed(&error.to_string(), accepted("mode"));
    }
    let shown = path.display();
    let (kind, text, patch) = match &before {
        None => ("create", format!("File created successfully at: {shown}"), Vec::new()),
        Some(old) => (
            "update",
            format!("The file {shown} has been updated successfully."),
            patch::hunks(old, content),
        ),
    };
    ToolResult {
        content: json!(format!("{text}{STATE_IS_CURRENT}")),
        is_error: None,
        detail: Some(json!({
            "type": kind,
            "filePath": path,
            "content": content,
            "structuredPatch": patch,
            "originalFile": before,
            "userModified": false,
        })),
        meta: accepted("mode"),
    }
}

const STATE_IS_CURRENT: &str =
    " (file state is current in your context \u{2014} no need to Read it back)";

/// Replaces the only occurrence of `old`.
pub(crate) fn edit(path: &Path, old: &str, new: &str, cwd: &Path) -> ToolResult {
    let Ok(before) = fs::read_to_string(path) else { return missing(cwd) };
    if !before.contains(old) {
        return failed_use(&format!("String to replace not found in file.\nString: {old}"));
    }
    let after = before.replacen(old, new, 1);
    if let Err(error) = fs::write(path, &after) {
        return failed(&error.to_string(), accepted("mode"));
    }
    let text = format!("The file {} has been updated successfully.", path.display());
    ToolResult {
        content: json!(format!("{text}{STATE_IS_CURRENT}")),
        is_error: None,
        detail: Some(json!({
            "filePath": path,
            "oldString": old,
            "newString": new,
            "originalFile": before,
            "structuredPatch": patch::hunks(&before, &after),
            "userModified": false,
            "replaceAll": false,
        })),
        meta: accepted("mode"),
    }
}

/// The result of an ended command: stderr is included in stdout, the exit code is text.
pub(crate) fn bash_result(finished: &Finished, meta: Value) -> ToolResult {
    let output = String::from_utf8_lossy(&finished.output);
    let output = output.trim_end_matches(['\n', '\r']);
    match finished.code {
        Some(0) => ToolResult {
            content: json!(output),
            is_error: Some(false),
            detail: Some(json!({
                "stdout": output,
                "stderr": "",
                "interrupted": false,
                "isImage": false,
                "noOutputExpected": false,
            })),
            meta,
        },
        Some(code) => failed(&format!("Exit code {code}\n{output}"), meta),
        None => failed(&format!("Command was killed\n{output}"), meta),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_changes_the_file_and_tells_the_patch() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a.txt");
        fs::write(&path, "hello world\nsecond line\n").expect("written");
        let result = edit(&path, "hello world", "hello brave new world", dir.path());
        assert_eq!(
            fs::read_to_string(&path).expect("there"),
            "hello brave new world\nsecond line\n"
        );
        let detail = result.detail.expect("a detail");
        assert_eq!(
            detail["structuredPatch"],
            json!([{
                "oldStart": 1, "oldLines": 2, "newStart": 1, "newLines": 2,
                "lines": ["-hello world", "+hello brave new world", " second line"],
            }])
        );
    }

    #[test]
    fn an_edit_that_does_not_fit_changes_nothing() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a.txt");
        fs::write(&path, "text\n").expect("written");
        let result = edit(&path, "absent", "x", dir.path());
        assert_eq!(result.is_error, Some(true));
        assert_eq!(fs::read_to_string(&path).expect("there"), "text\n");
    }

    #[test]
    fn a_read_numbers_the_lines() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a.txt");
        fs::write(&path, "# Title\n\nText.\n").expect("written");
        let result = read(&path, dir.path());
        assert_eq!(result.content, "1\t# Title\n2\t\n3\tText.\n4\t");
        assert_eq!(read(&dir.path().join("b"), dir.path()).is_error, Some(true));
    }
}
