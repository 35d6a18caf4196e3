//! Names of the program's requests that a person answers.

/// May this command run?
pub(super) const COMMAND: &str = "item/commandExecution/requestApproval";
/// May these files be changed?
pub(super) const FILES: &str = "item/fileChange/requestApproval";
/// May the sandbox let more through?
pub(super) const PERMISSIONS: &str = "item/permissions/requestApproval";
/// The agent's own questions.
pub(super) const QUESTIONS: &str = "item/tool/requestUserInput";
/// An MCP server asks, or a tool of it waits for leave.
pub(super) const SERVER: &str = "mcpServer/elicitation/request";

/// All of them.
pub(super) const ASKS: [&str; 5] = [COMMAND, FILES, PERMISSIONS, QUESTIONS, SERVER];
