//! Work that goes on beside the conversation: subagents and background commands. They are started
//! in a turn, go on after its result, and their end starts a turn of its own, as in the real
//! program. A subagent's messages are whole lines with `parent_tool_use_id`, never stream events.

use std::fs;
use std::time::Instant;

use serde_json::{Value, json};

use super::{Turn, milliseconds, text_block};
use crate::price::{Tokens, tokens_of};
use crate::stage::Play;
use crate::tools::{self, Tool, bash};
use crate::wire::{self, Assistant, Block, Parent, ToolResult};

/// A background task that has not ended.
#[derive(Debug, Clone)]
pub(crate) struct OpenTask {
    /// `task_id`.
    id: String,
    run: String,
    tool_use_id: String,
    /// How `background_tasks_changed` shows it.
    shown: Value,
    /// The ticket of its command, if it is one.
    command: Option<u64>,
}

/// What happens after a result: the work of background tasks, then a turn that ends with `closing`.
pub(crate) struct Later {
    /// `run_id` of the task whose end starts the turn.
    pub(crate) run: String,
    pub(crate) work: Box<Work>,
    pub(crate) closing: String,
}

/// The part of a play between two results.
pub(crate) type Work = dyn FnOnce(&mut Turn<'_>) -> Play<()>;

/// A subagent that works.
pub(crate) struct Subagent {
    pub(crate) parent: Parent,
    pub(crate) run: String,
    tokens: Tokens,
    uses: u32,
    began: Instant,
    calls: usize,
}

impl Turn<'_> {
    /// Starts a subagent by a tool call of its own message.
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

    fn open_task(&mut self, task: OpenTask) {
        self.talk.tasks.push(task);
        self.tell_tasks();
    }

    /// Prints which tasks are open now.
    fn tell_tasks(&mut self) {
        let shown: Vec<&Value> = self.talk.tasks.iter().map(|task| &task.shown).collect();
        let tasks = json!({"tasks": shown});
        self.system("background_tasks_changed", tasks);
    }

    /// Stops every open task: what an interrupt does to them.
    pub(crate) fn stop_tasks(&mut self) {
        let tasks = self.talk.tasks.clone();
        for task in &tasks {
            if let Some(ticket) = task.command {
                self.talk.stage.running.kill(ticket);
            }
            let ended = json!({
                "tool_use_id": task.tool_use_id,
                "status": "stopped",
                "summary": "Stopped by the interrupt",
            });
            self.task_ends(&task.id, &task.run, "killed", ended);
        }
    }

    /// A message of the subagent made of one text.
    pub(crate) fn subagent_says(&mut self, subagent: &mut Subagent, text: &str) -> Play<()> {
        self.subagent_message(subagent, text_block(text), tokens_of(text))
    }

    /// A tool call of the subagent; returns its id.
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

    /// The subagent's end with its report.
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

    /// The lines that end any background task; `ended` are the fields of its notification.
    fn task_ends(&mut self, task: &str, run: &str, status: &str, ended: Value) {
        let now = chrono::Utc::now().timestamp_millis();
        let patch = json!({"status": status, "end_time": now});
        self.system("task_updated", json!({"task_id": task, "run_id": run, "patch": patch}));
        let mut news = json!({
            "task_id": task,
            "run_id": run,
            "output_file": self.talk.session.task_output(task),
        });
        wire::merge(&mut news, ended);
        self.system("task_notification", news);
        self.talk.tasks.retain(|open| open.id != task);
        self.tell_tasks();
    }

    /// Starts a background command; its end comes later.
    pub(crate) fn start_in_background(
        &mut self,
        command: &str,
        description: &str,
        closing: &str,
    ) -> Play<()> {
        let tool = Tool::Bash {
            command: command.into(),
            description: description.into(),
            background: true,
        };
        let tool_use_id = self.call(&tool)?;
        self.finish("tool_use");
        let stage = &mut self.talk.stage;
        let (task, run, ticket) = (stage.ids.shell_task(), stage.ids.task_run(), stage.ticket());
        let file = self.talk.session.task_output(&task);
        let fields = json!({
            "task_id": task,
            "run_id": run,
            "task_type": "local_bash",
            "description": description,
        });
        self.open_task(OpenTask {
            id: task.clone(),
            run: run.clone(),
            tool_use_id: tool_use_id.clone(),
            shown: fields.clone(),
            command: Some(ticket),
        });
        let mut started = fields;
        wire::merge(&mut started, json!({"tool_use_id": tool_use_id, "is_backgrounded": true}));
        self.system("task_started", started);
        let result = match self.spawn_to_file(command, &file, ticket) {
            Ok(()) => in_background(&task, &file),
            Err(error) => {
                self.tool_result(&tool_use_id, &tools::failed(&error.to_string(), json!({})));
                let ended = json!({"tool_use_id": tool_use_id, "status": "failed", "summary": ""});
                self.task_ends(&task, &run, "failed", ended);
                return Ok(());
            }
        };
        self.tool_result(&tool_use_id, &result);
        let (description, task_run) = (description.to_owned(), run.clone());
        let work = move |turn: &mut Turn<'_>| {
            let finished = turn.talk.stage.tool(ticket)?;
            let how = finished.code.map_or("killed".to_owned(), |code| format!("exit code {code}"));
            let ended = json!({
                "tool_use_id": tool_use_id,
                "status": "completed",
                "summary": format!("Background command \"{description}\" completed ({how})"),
            });
            turn.task_ends(&task, &run, "completed", ended);
            Ok(())
        };
        let closing = closing.to_owned();
        self.later.push_back(Later { run: task_run, work: Box::new(work), closing });
        Ok(())
    }

    fn spawn_to_file(
        &mut self,
        command: &str,
        file: &std::path::Path,
        ticket: u64,
    ) -> std::io::Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let output = fs::File::create(file)?;
        let stage = &self.talk.stage;
        let (running, sender) = (stage.running.clone(), stage.sender.clone());
        bash::start(command, &self.talk.cwd, Some(output), ticket, &running, sender)
    }
}

/// The fields that name a subagent's task.
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

fn in_background(task: &str, file: &std::path::Path) -> ToolResult {
    ToolResult {
        content: json!(format!(
            "Command running in background with ID: {task}. Output is being written to: {}. You will be notified when it completes.",
            file.display()
        )),
        is_error: Some(false),
        detail: Some(json!({
            "stdout": "",
            "stderr": "",
            "interrupted": false,
            "isImage": false,
            "noOutputExpected": false,
            "backgroundTaskId": task,
        })),
        meta: tools::accepted("rule"),
    }
}
