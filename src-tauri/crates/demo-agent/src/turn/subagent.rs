//! Subagents: they are started by a tool call, and work at the same time as the conversation and
//! after its result. Their messages are whole lines with `parent_tool_use_id`, never stream events,
//! and their tokens count in the session's totals only.

use std::time::Instant;

use serde_json::{Value, json};

use super::tasks::OpenTask;
use super::{Turn, milliseconds, text_block};
use crate::price::{Tokens, tokens_of};
use crate::stage::Play;
use crate::tools::{self, Tool};
use crate::wire::{self, Assistant, Block, Parent, ToolResult};

/// A running subagent.
pub(crate) struct Subagent {
    pub(crate) parent: Parent,
    pub(crate) run: String,
    tokens: Tokens,
    uses: u32,
    began: Instant,
    calls: usize,
}

impl Turn<'_> {
    /// Starts a subagent with a tool call in a message of its own.
    pub(crate) fn delegate(&mut self, description: &str, prompt: &str) -> Play<Subagent> {
        let tool = Tool::Agent { description: description.into(), prompt: prompt.into() };
        let tool_use_id = self.call(&tool)?;
        let subagent = self.new_subagent(tool_use_id, description);
        let parent = &subagent.parent;
        self.open_task(OpenTask {
            id: parent.agent_id.clone(),
            run: subagent.run.clone(),
            tool_use_id: parent.tool_use_id.clone(),
            shown: task_fields(&subagent),
            command: None,
        });
        let mut started = task_fields(&subagent);
        wire::merge(
            &mut started,
            json!({
                "tool_use_id": parent.tool_use_id,
                "is_backgrounded": true,
                "spawn_depth": 1,
                "prompt": prompt,
            }),
        );
        self.system("task_started", started);
        self.finish("tool_use");
        let result = self.launched(&subagent, prompt);
        self.tool_result(&subagent.parent.tool_use_id, &result);
        self.talk.subagents.spawned += 1;
        Ok(subagent)
    }

    fn new_subagent(&mut self, tool_use_id: String, description: &str) -> Subagent {
        let parent = Parent {
            tool_use_id,
            agent_id: self.talk.stage.ids.agent_task(),
            kind: "general-purpose".into(),
            description: description.into(),
        };
        let run = self.talk.stage.ids.task_run();
        Subagent {
            parent,
            run,
            tokens: Tokens::default(),
            uses: 0,
            began: Instant::now(),
            calls: 0,
        }
    }

    fn launched(&self, subagent: &Subagent, prompt: &str) -> ToolResult {
        let agent = &subagent.parent.agent_id;
        let file = self.talk.session.task_output(agent);
        let text = format!(
            "Async agent launched successfully.\nagentId: {agent}\nThe agent is working in the background. You will be notified automatically when it completes.\noutput_file: {}",
            file.display()
        );
        ToolResult {
            content: json!([{"type": "text", "text": text}]),
            is_error: None,
            detail: Some(json!({
                "isAsync": true,
                "status": "async_launched",
                "agentId": agent,
                "description": subagent.parent.description,
                "resolvedModel": self.talk.model,
                "prompt": prompt,
                "outputFile": file,
                "canReadOutputFile": true,
                "canContinueAgent": true,
            })),
            meta: json!({"permission_decision": {"decision": "accept", "source": "config"}}),
        }
    }

    /// A message of the subagent with one text.
    pub(crate) fn subagent_says(&mut self, subagent: &mut Subagent, text: &str) -> Play<()> {
        self.subagent_message(subagent, text_block(text), tokens_of(text))
    }

    /// A tool call of the subagent. Returns its id.
    pub(crate) fn subagent_calls(&mut self, subagent: &mut Subagent, tool: &Tool) -> Play<String> {
        subagent.calls += 1;
        subagent.uses += 1;
        let input = tool.input();
        let cost = tokens_of(&input.to_string()) + 8;
        let id = format!("{}_{}", subagent.parent.tool_use_id, subagent.calls);
        let block = Block::ToolUse { id: id.clone(), name: tool.name().into(), input };
        self.subagent_message(subagent, block, cost)?;
        let doing = tool.description().unwrap_or(tool.name());
        self.system(
            "task_progress",
            json!({
                "task_id": subagent.parent.agent_id,
                "run_id": subagent.run,
                "tool_use_id": subagent.parent.tool_use_id,
                "subagent_type": subagent.parent.kind,
                "description": format!("Running {doing}"),
                "usage": usage_of(subagent),
                "last_tool_name": tool.name(),
            }),
        );
        Ok(id)
    }

    /// A tool call of the subagent with its result.
    pub(crate) fn subagent_acts(&mut self, subagent: &mut Subagent, tool: &Tool) -> Play<()> {
        let id = self.subagent_calls(subagent, tool)?;
        self.pause(300)?;
        let result = self.execute(tool, tools::accepted("mode"))?;
        let parent = subagent.parent.clone();
        self.subagent_result(&id, &result, &parent);
        Ok(())
    }

    fn subagent_message(&mut self, subagent: &mut Subagent, block: Block, cost: u64) -> Play<()> {
        self.pause(1_200)?;
        let id = self.talk.stage.ids.message();
        let request = self.talk.stage.ids.request();
        let tokens = Tokens {
            input: 4,
            output: cost,
            thinking: 0,
            cache_write: 900,
            cache_read: 3_000 + 900 * u64::from(subagent.uses),
        };
        let line = wire::assistant(Assistant {
            id: &id,
            model: &self.talk.model,
            request: &request,
            block,
            stop_reason: None,
            tokens: Tokens { output: 1, ..tokens },
            parent: Some(&subagent.parent),
        });
        self.emit(line);
        self.charge(tokens);
        subagent.tokens += tokens;
        Ok(())
    }

    /// Ends the subagent with its report.
    pub(crate) fn subagent_ends(&mut self, subagent: &Subagent, report: &str) {
        self.talk.subagents.completed += 1;
        let parent = &subagent.parent;
        let ended = json!({
            "tool_use_id": parent.tool_use_id,
            "status": "completed",
            "summary": report,
            "summary_is_report": true,
            "usage": usage_of(subagent),
        });
        self.task_ends(&parent.agent_id, &subagent.run, "completed", ended);
    }
}

/// The fields that identify a subagent's task.
fn task_fields(subagent: &Subagent) -> Value {
    json!({
        "task_id": subagent.parent.agent_id,
        "run_id": subagent.run,
        "task_type": "local_agent",
        "subagent_type": subagent.parent.kind,
        "description": subagent.parent.description,
    })
}

fn usage_of(subagent: &Subagent) -> Value {
    json!({
        "total_tokens": subagent.tokens.total(),
        "tool_uses": subagent.uses,
        "duration_ms": milliseconds(subagent.began),
    })
}
