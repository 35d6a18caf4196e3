//! Commands in the background: their output goes to a file, and their end is reported to the model.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use serde_json::json;

use super::Turn;
use super::tasks::{Later, OpenTask};
use crate::stage::Play;
use crate::tools::{self, Tool, bash};
use crate::wire::{self, ToolResult};

/// The ids of a command's task.
struct Started {
    task: String,
    run: String,
    tool_use_id: String,
    ticket: u64,
    description: String,
}

impl Turn<'_> {
    /// Starts a background command. Its end comes later and is answered with `closing`.
    pub(crate) fn start_in_background(
        &mut self,
        command: &str,
        description: &str,
        closing: &str,
    ) -> Play<()> {
        let started = self.announce(command, description)?;
        let file = self.talk.session.task_output(&started.task);
        if let Err(error) = self.spawn_to_file(command, &file, started.ticket) {
            let id = &started.tool_use_id;
            self.tool_result(id, &tools::failed(&error.to_string(), json!({})));
            let ended = json!({"tool_use_id": id, "status": "failed", "summary": ""});
            self.task_ends(&started.task, &started.run, "failed", ended);
            return Ok(());
        }
        self.tool_result(&started.tool_use_id, &in_background(&started.task, &file));
        let run = started.run.clone();
        let work = move |turn: &mut Turn<'_>| turn.await_command(&started);
        self.later.push_back(Later { run, work: Box::new(work), closing: closing.to_owned() });
        Ok(())
    }

    /// Prints the tool call and the start of the task.
    fn announce(&mut self, command: &str, description: &str) -> Play<Started> {
        let (command, description) = (command.to_owned(), description.to_owned());
        let tool = Tool::Bash { command, description: description.clone(), background: true };
        let tool_use_id = self.call(&tool)?;
        self.finish("tool_use");
        let stage = &mut self.talk.stage;
        let (task, run) = (stage.ids.shell_task(), stage.ids.task_run());
        let ticket = stage.ticket();
        let mut fields = json!({
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
        wire::merge(&mut fields, json!({"tool_use_id": tool_use_id, "is_backgrounded": true}));
        self.system("task_started", fields);
        Ok(Started { task, run, tool_use_id, ticket, description })
    }

    fn await_command(&mut self, started: &Started) -> Play<()> {
        let finished = self.talk.stage.tool(started.ticket)?;
        let how = finished.code.map_or("killed".to_owned(), |code| format!("exit code {code}"));
        let ended = json!({
            "tool_use_id": started.tool_use_id,
            "status": "completed",
            "summary": format!("Background command \"{}\" completed ({how})", started.description),
        });
        self.task_ends(&started.task, &started.run, "completed", ended);
        Ok(())
    }

    fn spawn_to_file(&mut self, command: &str, file: &Path, ticket: u64) -> io::Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let output = File::create(file)?;
        let stage = &self.talk.stage;
        let (running, sender) = (stage.running.clone(), stage.sender.clone());
        bash::start(command, &self.talk.cwd, Some(output), ticket, &running, sender)
    }
}

fn in_background(task: &str, file: &Path) -> ToolResult {
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
