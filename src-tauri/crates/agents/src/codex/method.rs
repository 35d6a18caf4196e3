//! Names of the program's requests that a person answers.

/// Asks whether a command may run.
pub(super) const COMMAND: &str = "item/commandExecution/requestApproval";
/// Asks whether files may be changed.
pub(super) const FILES: &str = "item/fileChange/requestApproval";
/// Asks for permissions beyond the sandbox.
pub(super) const PERMISSIONS: &str = "item/permissions/requestApproval";
/// The agent's own questions.
pub(super) const QUESTIONS: &str = "item/tool/requestUserInput";
/// Passes on a question of an MCP server, or asks whether one of its tools may run.
pub(super) const SERVER: &str = "mcpServer/elicitation/request";

/// All requests that a person answers.
pub(super) const ASKS: [&str; 5] = [COMMAND, FILES, PERMISSIONS, QUESTIONS, SERVER];
