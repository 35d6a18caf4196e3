//! Connects the play with the streams: prints lines one by one with pauses between them, and
//! handles inputs at once: prompts are queued, answers are stored for the scene that asked, and an
//! interrupt ends the current turn. It knows the protocol but no scenes. Only this module waits.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Write;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::args::PermissionMode;
use crate::consent::Rules;
use crate::ids::Ids;
use crate::input::Input;
use crate::misbehave::lines::Mangled;
use crate::tools::bash::{Finished, Running};
use crate::truth::Truth;
use crate::wire;

/// Why a turn is interrupted.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The person interrupted, or denied with "stop".
    Interrupt,
    /// The process must end now, with this code.
    Exit(u8),
}

/// The result of everything that can be interrupted.
pub(crate) type Play<T> = Result<T, Halt>;

/// The source of an interrupt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Interrupter {
    /// A control request that waits for its acknowledgement.
    Request(String),
    /// Ctrl-C: the process ends after the turn.
    Signal,
    /// A denial with `interrupt: true`.
    Denial,
}

/// How fast it plays (`MUSHER_DEMO_SPEED`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// Pauses are divided by this; 1 is the recorded speed.
    Times(f64),
    /// No pauses.
    Unpaused,
}

impl Speed {
    /// Parses the variable: a number, where 0 means no pauses. Anything else is speed 1.
    #[must_use]
    pub fn of(value: &str) -> Self {
        match value.trim().parse::<f64>() {
            Ok(0.0) => Self::Unpaused,
            Ok(times) if times > 0.0 && times.is_finite() => Self::Times(times),
            _ => Self::Times(1.0),
        }
    }

    fn scale(self, milliseconds: u64) -> Duration {
        let pause = Duration::from_millis(milliseconds);
        match self {
            Self::Times(times) => pause.div_f64(times),
            Self::Unpaused => Duration::ZERO,
        }
    }
}

/// The agent's streams, and the inputs that were received but not used yet.
pub(crate) struct Stage {
    out: Box<dyn Write + Send>,
    inputs: Receiver<Input>,
    /// A sender for tools that run at the same time.
    pub(crate) sender: SyncSender<Input>,
    pub(crate) running: Running,
    pub(crate) ids: Ids,
    pub(crate) rules: Rules,
    pub(crate) truth: Option<Truth>,
    pub(crate) mangled: Mangled,
    /// If true, nothing is printed any more.
    pub(crate) muted: bool,
    session: String,
    partial: bool,
    speed: Speed,
    /// The answer to `initialize`.
    introduction: Value,
    prompts: VecDeque<String>,
    open: BTreeSet<String>,
    answers: BTreeMap<String, Value>,
    finished: BTreeMap<u64, Finished>,
    interrupted: Option<Interrupter>,
    refused: Option<u8>,
    closed: bool,
    tickets: u64,
}

/// The parts of a [`Stage`].
pub(crate) struct StageParts {
    pub(crate) out: Box<dyn Write + Send>,
    pub(crate) inputs: Receiver<Input>,
    pub(crate) sender: SyncSender<Input>,
    pub(crate) running: Running,
    pub(crate) ids: Ids,
    pub(crate) rules: Rules,
    pub(crate) session: String,
    pub(crate) partial: bool,
    pub(crate) speed: Speed,
    pub(crate) introduction: Value,
}

impl Stage {
    pub(crate) fn new(parts: StageParts) -> Self {
        Self {
            out: parts.out,
            inputs: parts.inputs,
            sender: parts.sender,
            running: parts.running,
            ids: parts.ids,
            rules: parts.rules,
            truth: None,
            mangled: Mangled::default(),
            muted: false,
            session: parts.session,
            partial: parts.partial,
            speed: parts.speed,
            introduction: parts.introduction,
            prompts: VecDeque::new(),
            open: BTreeSet::new(),
            answers: BTreeMap::new(),
            finished: BTreeMap::new(),
            interrupted: None,
            refused: None,
            closed: false,
            tickets: 0,
        }
    }

    /// Prints a line, with the session's id and, for lines that have one, an id of its own. Returns
    /// the printed line.
    pub(crate) fn emit(&mut self, mut line: Value) -> Value {
        if line["type"] == "stream_event" && !self.partial {
            return line;
        }
        let bare = line["type"].as_str().is_some_and(|kind| kind.starts_with("control_"));
        if !bare {
            line["session_id"] = json!(self.session);
            line["uuid"] = json!(self.ids.uuid());
        }
        let text = wire::escape::escape(line.to_string());
        let bytes = self.mangled.line(&text);
        if self.print(&bytes) {
            self.note(|truth| truth.printed(&line, &text));
        }
        line
    }

    /// Prints bytes. Returns whether they were written. A closed stdout is not an error: the real
    /// program continues without a reader.
    pub(crate) fn print(&mut self, bytes: &[u8]) -> bool {
        !self.muted && self.out.write_all(bytes).and_then(|()| self.out.flush()).is_ok()
    }

    fn note(&mut self, note: impl FnOnce(&mut Truth) -> std::io::Result<()>) {
        let Some(truth) = &mut self.truth else { return };
        if let Err(error) = note(truth) {
            crate::tell(&format!("the ground truth cannot be written: {error}"));
            self.truth = None;
        }
    }

    /// A pause, shortened by the speed.
    pub(crate) fn pause(&mut self, milliseconds: u64) -> Play<()> {
        self.pause_exactly(self.speed.scale(milliseconds))
    }

    /// A pause that the speed does not shorten.
    pub(crate) fn pause_exactly(&mut self, pause: Duration) -> Play<()> {
        self.wait(Some(Instant::now() + pause), |_| false)
    }

    /// Waits until `ready` or until `deadline`. An interrupt ends the wait early.
    fn wait(&mut self, deadline: Option<Instant>, ready: impl Fn(&Self) -> bool) -> Play<()> {
        loop {
            while let Ok(input) = self.inputs.try_recv() {
                self.hear(input);
            }
            self.check()?;
            if ready(self) {
                return Ok(());
            }
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            match left {
                Some(Duration::ZERO) => return Ok(()),
                // The stage has a sender itself, so the channel is never closed.
                Some(left) => match self.inputs.recv_timeout(left) {
                    Ok(input) => self.hear(input),
                    Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
                },
                None => {
                    if let Ok(input) = self.inputs.recv() {
                        self.hear(input);
                    }
                }
            }
        }
    }

    fn check(&self) -> Play<()> {
        match (self.refused, &self.interrupted) {
            (Some(code), _) => Err(Halt::Exit(code)),
            (None, Some(_)) => Err(Halt::Interrupt),
            (None, None) => Ok(()),
        }
    }

    fn hear(&mut self, input: Input) {
        match input {
            Input::Prompt(text) => {
                self.note(|truth| truth.received("prompt", None, text.as_bytes()));
                self.prompts.push_back(text);
            }
            Input::Initialize { request_id } => {
                let mut answer = wire::control_success(&request_id, self.introduction.clone());
                answer["response"]["pending_permission_requests"] = json!([]);
                answer["response"]["pending_user_dialog_requests"] = json!([]);
                self.emit(answer);
            }
            Input::Interrupt { request_id } => {
                self.note(|truth| truth.received("interrupt", Some(&request_id), b""));
                self.interrupted = Some(Interrupter::Request(request_id));
            }
            Input::SetMode { request_id, mode } => self.set_mode(&request_id, &mode),
            Input::OtherControl { request_id, subtype } => {
                let error = format!("Unsupported control request subtype: {subtype}");
                self.emit(wire::control_error(&request_id, &error));
            }
            Input::Answer { request_id, response } => self.keep_answer(request_id, response),
            Input::Unreadable(line) => {
                crate::tell(&format!("Error parsing streaming input line: {line}"));
                self.refused = Some(1);
            }
            Input::Closed => self.closed = true,
            Input::SignalInterrupt => self.interrupted = Some(Interrupter::Signal),
            Input::ToolFinished { ticket, finished } => {
                self.finished.insert(ticket, finished);
            }
        }
    }

    fn set_mode(&mut self, request_id: &str, mode: &str) {
        let answer = match PermissionMode::of(mode) {
            Some(known) => {
                self.rules.mode = known;
                wire::control_success(request_id, json!({"mode": mode}))
            }
            None => wire::control_error(request_id, &format!("Unknown permission mode: {mode}")),
        };
        self.emit(answer);
    }

    fn keep_answer(&mut self, request_id: String, response: Value) {
        let asked = self.open.contains(&request_id) && !self.answers.contains_key(&request_id);
        let kind = if asked { "answer" } else { "answer_unasked" };
        let content = response.to_string();
        self.note(|truth| truth.received(kind, Some(&request_id), content.as_bytes()));
        if asked {
            self.answers.insert(request_id, response);
        }
    }

    /// Asks a question, which stays open until [`Stage::answered`] or [`Stage::withdraw`].
    pub(crate) fn ask(&mut self, request: Value) -> String {
        let id = self.ids.uuid();
        self.open.insert(id.clone());
        self.emit(wire::can_use_tool(&id, request));
        id
    }

    /// Waits for the first answer to one of `questions`. Returns its id and the answer; no answer
    /// if stdin was closed before.
    pub(crate) fn answered(&mut self, questions: &[String]) -> Play<(String, Option<Value>)> {
        let first =
            |stage: &Self| questions.iter().find(|id| stage.answers.contains_key(*id)).cloned();
        self.wait(None, |stage| stage.closed || first(stage).is_some())?;
        let id = first(self).or_else(|| questions.first().cloned()).unwrap_or_default();
        self.open.remove(&id);
        let answer = self.answers.remove(&id);
        Ok((id, answer))
    }

    /// Withdraws every open question.
    pub(crate) fn withdraw(&mut self) {
        for id in std::mem::take(&mut self.open) {
            self.answers.remove(&id);
            self.emit(wire::cancel_question(&id));
        }
    }

    /// A number for a tool that runs at the same time.
    pub(crate) fn ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }

    /// Waits for the end of a tool.
    pub(crate) fn tool(&mut self, ticket: u64) -> Play<Finished> {
        let waited = self.wait(None, |stage| stage.finished.contains_key(&ticket));
        if waited.is_err() {
            self.running.kill(ticket);
        }
        waited?;
        let killed = Finished { output: Vec::new(), code: None };
        Ok(self.finished.remove(&ticket).unwrap_or(killed))
    }

    /// Waits for the next prompt; `None` if stdin is closed and no prompt is queued. An interrupt
    /// meanwhile is only acknowledged; Ctrl-C ends the process.
    pub(crate) fn next_prompt(&mut self) -> Play<Option<String>> {
        loop {
            let waited = self.wait(None, |stage| stage.closed || !stage.prompts.is_empty());
            match (waited, self.interrupted.take()) {
                (Ok(()), _) => return Ok(self.prompts.pop_front()),
                (Err(Halt::Interrupt), Some(Interrupter::Request(id))) => self.receipt(&id),
                (Err(Halt::Interrupt), _) => return Err(Halt::Exit(0)),
                (Err(exit), _) => return Err(exit),
            }
        }
    }

    /// Acknowledges an interrupt.
    pub(crate) fn receipt(&mut self, request_id: &str) {
        self.emit(wire::control_success(request_id, json!({"still_queued": []})));
    }

    /// Marks the current turn as interrupted by a denial.
    pub(crate) fn interrupt_by_denial(&mut self) -> Halt {
        self.interrupted = Some(Interrupter::Denial);
        Halt::Interrupt
    }

    /// Returns and clears the source of the interrupt.
    pub(crate) fn take_interrupter(&mut self) -> Option<Interrupter> {
        self.interrupted.take()
    }

    /// Waits until stdin is closed, ignoring interrupts.
    pub(crate) fn until_closed(&mut self) -> Play<()> {
        loop {
            match self.wait(None, |stage| stage.closed) {
                Err(Halt::Interrupt) => self.interrupted = None,
                ended => return ended,
            }
        }
    }

    /// The number of queued prompts.
    pub(crate) fn queued(&self) -> usize {
        self.prompts.len()
    }

    /// Puts a prompt at the end of the queue.
    pub(crate) fn enqueue(&mut self, prompt: String) {
        self.prompts.push_back(prompt);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_is_a_factor_and_nought_means_no_pauses() {
        assert_eq!(Speed::of("0"), Speed::Unpaused);
        assert_eq!(Speed::of("20").scale(2000), Duration::from_millis(100));
        assert_eq!(Speed::of("fast"), Speed::Times(1.0));
        assert_eq!(Speed::of("-1"), Speed::Times(1.0));
    }
}
