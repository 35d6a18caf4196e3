//! The two lines with which the program introduces itself: `system/init`, once per turn, and the
//! answer to `initialize`. Both have the fields of Claude Code 2.1.330; the long lists of commands
//! are shortened, because no reader uses them.

use std::path::Path;

use serde_json::{Value, json};

use super::system;
use crate::VERSION;

const TOOLS: &[&str] = &[
    "Task",
    "AskUserQuestion",
    "Bash",
    "Edit",
    "EnterPlanMode",
    "ExitPlanMode",
    "NotebookEdit",
    "Read",
    "Skill",
    "TaskStop",
    "ToolSearch",
    "WebFetch",
    "WebSearch",
    "Write",
];

const AGENTS: &[&str] = &["claude", "Explore", "general-purpose", "Plan"];

const COMMANDS: &[(&str, &str)] = &[
    ("clear", "Start a new session with empty context"),
    ("compact", "Free up context by summarizing the conversation so far"),
    ("context", "Show current context usage"),
    ("usage", "Show session cost, plan usage, and what's contributing to your limits"),
];

/// The values in the introduction.
pub(crate) struct Introduction<'a> {
    pub(crate) cwd: &'a Path,
    pub(crate) home: &'a Path,
    pub(crate) model: &'a str,
    pub(crate) mode: &'a str,
    /// Whether questions can be asked; if not, `AskUserQuestion` and `ExitPlanMode` are not
    /// offered.
    pub(crate) asks: bool,
}

/// The `system/init` line.
pub(crate) fn init(about: &Introduction<'_>) -> Value {
    let offered =
        |tool: &&&str| about.asks || !matches!(**tool, "AskUserQuestion" | "ExitPlanMode");
    let commands: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
    system(
        "init",
        json!({
            "cwd": about.cwd,
            "tools": TOOLS.iter().filter(offered).collect::<Vec<_>>(),
            "mcp_servers": [],
            "model": about.model,
            "permissionMode": about.mode,
            "slash_commands": commands,
            "terminal_slash_commands": [],
            "apiKeySource": "none",
            "claude_code_version": VERSION,
            "output_style": "default",
            "agents": AGENTS,
            "skills": [],
            "plugins": [],
            "capabilities": ["interrupt_receipt_v1", "interrupt_cancel_queued_v1", "msg_lifecycle_v1"],
            "analytics_disabled": true,
            "product_feedback_disabled": true,
            "served_by_anthropic": false,
            "memory_paths": {"auto": about.home.join("memory")},
            "original_cwd": about.cwd,
            "additional_directories": [],
            "messaging_socket_path": about.home.join("socks").join(std::process::id().to_string()),
            "fast_mode_state": "off",
            "fast_mode_disabled_reason": "sdk_opt_in_required",
            "per_turn_effort_active": true,
            "ultrathink_available": false,
            "ultrathink_typed_raises": false,
            "view_mode": "default",
        }),
    )
}

/// `response` of the answer to `initialize`.
pub(crate) fn initialized(about: &Introduction<'_>) -> Value {
    let commands: Vec<Value> = COMMANDS
        .iter()
        .map(|(name, what)| {
            json!({"name": name, "description": what, "argumentHint": "", "builtin": true})
        })
        .collect();
    let agents: Vec<Value> = AGENTS
        .iter()
        .map(|name| {
            json!({
                "name": name,
                "description": "A scripted agent of the demo",
                "model": "inherit",
            })
        })
        .collect();
    json!({
        "commands": commands,
        "agents": agents,
        "output_style": "default",
        "available_output_styles": ["default"],
        "user_output_styles_dir": about.home.join("output-styles"),
        "models": [{
            "value": "default",
            "resolvedModel": about.model,
            "displayName": "Default (recommended)",
            "description": "The demo has one script for every model",
            "supportsEffort": false,
            "supportedEffortLevels": [],
            "supportsAdaptiveThinking": false,
            "supportsFastMode": false,
            "supportsAutoMode": false,
            "supportsThinkingOff": false,
        }],
        "account": {"tokenSource": "none", "apiKeySource": "none", "apiProvider": "firstParty"},
        "pid": std::process::id(),
        "claude_code_version": VERSION,
        "current_permission_mode": about.mode,
        "hook_on_failure_supported": true,
        "hooks_when_unanswered_kept": 0,
        "other_hook_ask_outranks_host": true,
        "feedback_mode": {"kind": "disabled"},
        "analytics_disabled": true,
        "remote_control_auto_enable": false,
        "remote_control_auto_connect_default": false,
        "remote_control_available": false,
        "remote_control_auto_on_by_default": false,
        "ide_rc_auto_enable_gate": false,
        "fast_mode_state": "off",
        "fast_mode_disabled_reason": "sdk_opt_in_required",
        "session_state": "idle",
        "capabilities": [],
    })
}
