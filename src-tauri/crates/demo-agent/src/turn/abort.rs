//! Ends an interrupted turn: open questions are withdrawn, the interrupt is acknowledged,
//! background tasks are stopped, unfinished text and commands are marked, and an
//! `error_during_execution` follows. The order of the lines is that of Claude Code 2.1.330.

use serde_json::json;

use super::speak::{estimated, with_abandoned};
use super::{Turn, milliseconds, text_block};
use crate::stage::Interrupter;
use crate::tools;
use crate::wire::outcome::Ending;
use crate::wire::{self, Event};

const REJECTED: &str = "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit, the new_string was NOT written to the file). STOP what you are doing and wait for the user to tell you how to proceed.";

impl Turn<'_> {
    /// Ends the turn after an interrupt. Returns whether the process must end, too.
    pub(crate) fn abort(&mut self) -> (Ending, bool) {
        self.talk.stage.withdraw();
        let interrupter = self.talk.stage.take_interrupter();
        if let Some(Interrupter::Request(id)) = &interrupter {
            self.talk.stage.receipt(id);
        }
        self.stop_tasks();
        let ending = if self.pending.is_empty() { self.abort_speech() } else { self.abort_tools() };
        (ending, interrupter == Some(Interrupter::Signal))
    }

    fn abort_speech(&mut self) -> Ending {
        self.counted.num_turns += 1;
        let said = self.message.as_ref().and_then(|message| message.unfinished.clone());
        if let Some(mut line) = said.and_then(|text| self.assistant_line(text_block(&text))) {
            line["aborted"] = json!(true);
            self.emit(line);
        }
        self.emit(wire::user_text("[Request interrupted by user]", false));
        self.close_aborted();
        broken("aborted_streaming", None)
    }

    /// Prints the events that close an abandoned message.
    fn close_aborted(&mut self) {
        let Some(message) = self.message.take() else { return };
        let id = &message.id;
        if let Some(index) = message.blocks.checked_sub(1) {
            self.emit(wire::stream(id, &Event::ContentBlockStop { index }));
        }
        let delta = json!({
            "container": null,
            "stop_details": null,
            "stop_reason": null,
            "stop_sequence": null,
        });
        let usage = json!(wire::outcome::TurnUsage::from(message.opening()));
        let mut line = wire::stream(id, &Event::MessageDelta { delta, usage });
        line["event"]["context_management"] = json!(null);
        self.emit(line);
        self.emit(with_abandoned(wire::stream(id, &Event::MessageStop), id, message.blocks));
        self.counted.api_ms += milliseconds(message.began);
        self.charge(estimated(&message));
    }

    fn abort_tools(&mut self) -> Ending {
        self.counted.num_turns += 2;
        self.close_aborted();
        for id in std::mem::take(&mut self.pending) {
            let mut result =
                tools::failed(REJECTED, json!({"non_execution_kind": "user-rejected"}));
            result.detail = Some(json!("User rejected tool use"));
            self.emit(wire::tool_result(&id, &result, None));
        }
        self.emit(wire::user_text("[Request interrupted by user for tool use]", false));
        broken("aborted_tools", Some("tool_use"))
    }
}

fn broken(terminal_reason: &'static str, stop_reason: Option<&'static str>) -> Ending {
    let stopped = stop_reason.unwrap_or("null");
    Ending::Broken {
        subtype: "error_during_execution",
        terminal_reason,
        stop_reason,
        errors: vec![format!(
            "[ede_diagnostic] result_type=user last_content_type=n/a stop_reason={stopped}"
        )],
    }
}
