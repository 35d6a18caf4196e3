//! Background tasks: which are open, what is printed about them, and how they end. A task is
//! started in a turn and continues after its result; its end starts a new turn, as in the real
//! program. An interrupt stops all tasks. `subagent` and `command` implement the tasks.

use serde_json::{Value, json};

use super::Turn;
use crate::stage::Play;
use crate::wire;

/// A background task that has not ended.
#[derive(Debug, Clone)]
pub(crate) struct OpenTask {
    /// `task_id`.
    pub(super) id: String,
    pub(super) run: String,
    pub(super) tool_use_id: String,
    /// Its entry in `background_tasks_changed`.
    pub(super) shown: Value,
    /// The ticket of its command, if it is a command.
    pub(super) command: Option<u64>,
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

impl Turn<'_> {
    pub(super) fn open_task(&mut self, task: OpenTask) {
        self.talk.tasks.push(task);
        self.tell_tasks();
    }

    /// Prints the open tasks.
    fn tell_tasks(&mut self) {
        let shown: Vec<&Value> = self.talk.tasks.iter().map(|task| &task.shown).collect();
        let tasks = json!({"tasks": shown});
        self.system("background_tasks_changed", tasks);
    }

    /// Stops every open task, after an interrupt.
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

    /// Prints the lines that end a background task; `ended` are the fields of its notification.
    pub(super) fn task_ends(&mut self, task: &str, run: &str, status: &str, ended: Value) {
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
}
