//! The actions of the model in a turn: tool calls with their results, and the questions that some
//! of them cause. A tool that needs consent runs only after a rule or a person allowed it. A person
//! may change its input, add a rule, deny it, or deny it and stop the turn.

use serde_json::{Value, json};

use super::{Subagent, Turn};
use crate::consent::{Consent, suggestions};
use crate::price::tokens_of;
use crate::stage::Play;
use crate::tools::{self, Tool, bash};
use crate::wire::{self, Parent, ToolResult};

/// The result of a tool call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Acted {
    /// It ran.
    Ran { failed: bool },
    /// A person or a rule denied it, with this message.
    Denied(String),
}

const STREAM_CLOSED: &str = "Tool permission request failed: AbortError: Tool permission stream closed before response received";

/// The answer to a question.
pub(crate) enum Verdict {
    /// Allowed, with the input to use.
    Allow(Value),
    /// Denied with a message; `true` if the turn must stop.
    Deny(String, bool),
    /// stdin was closed before an answer.
    Closed,
}

impl Turn<'_> {
    /// A message with one tool call that needs no consent.
    pub(crate) fn perform(&mut self, tool: &Tool) -> Play<Acted> {
        let id = self.call(tool)?;
        self.finish("tool_use");
        self.run(&id, tool, tools::accepted("mode"))
    }

    /// A message with one tool call that needs consent.
    pub(crate) fn perform_asking(&mut self, tool: &Tool) -> Play<Acted> {
        let id = self.call(tool)?;
        self.finish("tool_use");
        match self.talk.stage.rules.consent(tool) {
            Consent::Granted(reason) => self.run(&id, tool, tools::accepted(reason)),
            Consent::Refused(reason, message) => Ok(self.refuse(&id, tool, reason, &message)),
            Consent::Ask => {
                let question = self.ask(&id, tool, None);
                let (_, answer) = self.talk.stage.answered(std::slice::from_ref(&question))?;
                self.obey(&id, tool, answer.as_ref())
            }
        }
    }

    /// Asks whether `tool` may run.
    pub(crate) fn ask(&mut self, id: &str, tool: &Tool, asker: Option<&Subagent>) -> String {
        let mut request = json!({
            "tool_name": tool.name(),
            "display_name": tool.name(),
            "input": tool.input(),
            "tool_use_id": id,
        });
        if let Some(description) = tool.description() {
            request["description"] = json!(description);
            request["decision_reason_type"] = json!("other");
        } else {
            request["requires_user_interaction"] = json!(true);
        }
        if let Some(suggestions) = suggestions(tool) {
            request["permission_suggestions"] = suggestions;
        }
        if let Some(asker) = asker {
            request["agent_id"] = json!(asker.parent.agent_id);
        }
        self.talk.stage.ask(request)
    }

    /// Evaluates an answer. A new rule in it applies from now on.
    pub(crate) fn verdict(&mut self, tool: &Tool, answer: Option<&Value>) -> Verdict {
        let Some(answer) = answer else { return Verdict::Closed };
        if answer["behavior"] == "allow" {
            self.talk.stage.rules.learn(&answer["updatedPermissions"]);
            let changed = answer.get("updatedInput").filter(|input| input.is_object());
            return Verdict::Allow(changed.cloned().unwrap_or_else(|| tool.input()));
        }
        let message = answer["message"].as_str().unwrap_or("The answer could not be understood");
        Verdict::Deny(message.to_owned(), answer["interrupt"] == true)
    }

    fn obey(&mut self, id: &str, tool: &Tool, answer: Option<&Value>) -> Play<Acted> {
        match self.verdict(tool, answer) {
            Verdict::Allow(input) => {
                let meta = json!({"permission_decision": {"decision": "accept", "source": "user_temporary"}});
                self.run(id, &with_input(tool, &input), meta)
            }
            Verdict::Deny(_, true) => {
                self.deny(tool, id);
                Err(self.talk.stage.interrupt_by_denial())
            }
            Verdict::Deny(message, false) => {
                self.deny(tool, id);
                self.tool_result(id, &denied(&message));
                Ok(Acted::Denied(message))
            }
            Verdict::Closed => {
                self.deny(tool, id);
                self.tool_result(id, &unanswered());
                Ok(Acted::Denied(STREAM_CLOSED.to_owned()))
            }
        }
    }

    /// Records a denial for the result.
    pub(crate) fn deny(&mut self, tool: &Tool, id: &str) {
        self.counted.denials.push(json!({
            "tool_name": tool.name(),
            "tool_use_id": id,
            "tool_input": tool.input(),
        }));
    }

    fn refuse(&mut self, id: &str, tool: &Tool, reason: &str, message: &str) -> Acted {
        self.deny(tool, id);
        self.system(
            "permission_denied",
            json!({
                "tool_name": tool.name(),
                "tool_use_id": id,
                "decision_reason_type": reason,
                "message": message,
            }),
        );
        let meta = json!({
            "non_execution_kind": "user-rejected",
            "permission_decision": {"decision": "reject", "source": "config"},
        });
        self.tool_result(id, &tools::failed(message, meta));
        Acted::Denied(message.to_owned())
    }

    /// Runs `tool` and prints its result.
    fn run(&mut self, id: &str, tool: &Tool, meta: Value) -> Play<Acted> {
        self.pause(500)?;
        let result = self.execute(tool, meta)?;
        let failed = result.is_error == Some(true);
        self.tool_result(id, &result);
        Ok(Acted::Ran { failed })
    }

    /// Executes `tool`.
    pub(crate) fn execute(&mut self, tool: &Tool, meta: Value) -> Play<ToolResult> {
        let cwd = self.talk.cwd.clone();
        Ok(match tool {
            Tool::Read { path } => tools::read(path, &cwd),
            Tool::Write { path, content } => tools::write(path, content),
            Tool::Edit { path, old, new } => tools::edit(path, old, new, &cwd),
            Tool::Bash { command, .. } => self.execute_bash(command, meta)?,
            Tool::Agent { .. } | Tool::Other { .. } => other_result(tool, meta),
        })
    }

    fn execute_bash(&mut self, command: &str, meta: Value) -> Play<ToolResult> {
        let stage = &mut self.talk.stage;
        let ticket = stage.ticket();
        let (running, sender) = (stage.running.clone(), stage.sender.clone());
        match bash::start(command, &self.talk.cwd, None, ticket, &running, sender) {
            Ok(()) => Ok(tools::bash_result(&self.talk.stage.tool(ticket)?, meta)),
            Err(error) => Ok(tools::failed(&error.to_string(), meta)),
        }
    }

    /// Prints the result of a tool call of the main conversation.
    pub(crate) fn tool_result(&mut self, id: &str, result: &ToolResult) {
        self.pending.retain(|pending| pending != id);
        self.talk.context.grow(tokens_of(&result.content.to_string()));
        self.emit(wire::tool_result(id, result, None));
    }

    /// Prints the result of a subagent's tool call.
    pub(crate) fn subagent_result(&mut self, id: &str, result: &ToolResult, parent: &Parent) {
        self.emit(wire::tool_result(id, result, Some(parent)));
    }
}

/// A denial's result.
pub(crate) fn denied(message: &str) -> ToolResult {
    tools::failed(
        message,
        json!({
            "non_execution_kind": "permission-rule",
            "permission_decision": {"decision": "reject", "source": "user_reject"},
        }),
    )
}

/// The result of a question that was open when stdin was closed.
pub(crate) fn unanswered() -> ToolResult {
    tools::failed(
        STREAM_CLOSED,
        json!({
            "non_execution_kind": "permission-rule",
            "permission_decision": {"decision": "reject", "source": "config", "reason_type": "other"},
        }),
    )
}

/// The tool with the input as changed by a person.
pub(crate) fn with_input(tool: &Tool, input: &Value) -> Tool {
    match tool {
        Tool::Bash { command, description, background } => Tool::Bash {
            command: input["command"].as_str().unwrap_or(command).to_owned(),
            description: description.clone(),
            background: *background,
        },
        Tool::Other { name, .. } => Tool::Other { name, input: input.clone() },
        unchanged => unchanged.clone(),
    }
}

/// The result of an answered question or an approved plan.
fn other_result(tool: &Tool, meta: Value) -> ToolResult {
    let input = tool.input();
    let (content, detail) = if tool.name() == "AskUserQuestion" {
        let answers = input["answers"].as_object().into_iter().flatten();
        let said: Vec<String> = answers
            .map(|(question, answer)| format!("\"{question}\"=\"{}\"", words(answer)))
            .collect();
        let text = format!(
            "Your questions have been answered: {}. You can now continue with these answers in mind.",
            said.join(", ")
        );
        (text, input)
    } else {
        let text = "User has approved exiting plan mode. You can now proceed.".to_owned();
        (text, json!({"plan": input["plan"], "isAgent": false}))
    };
    ToolResult { content: json!(content), is_error: None, detail: Some(detail), meta }
}

fn words(answer: &Value) -> String {
    answer.as_str().map_or_else(|| answer.to_string(), str::to_owned)
}
