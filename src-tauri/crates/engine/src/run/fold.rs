//! A run as its events show it: a pure fold, the same for a live run, a reopened one and a rebuild. It
//! answers the questions of supervision (is the agent idle? which questions are open?) and provides the
//! numbers that queries show. It decides no state; [`super::outcome`] and the story's table do.

mod settle;

use super::accounts::RunAccount;
use super::clock_time;
use crate::moments::Moments;
use crate::record::{OpenQuestion, Prompts, RunSummary, Settled};
use chrono::Local;
use protocol::{
    Activity, ApiErrorKind, Event, LimitObservation, LimitStatus, Pos, Retrying, SessionId, Stream,
    TaskKind, TaskStatus, Timestamp, ToolKind, Turn, TurnEnd, UsageTotals,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many bytes of standard error are kept for the evidence.
const STDERR_TAIL: usize = 4096;

/// The end of a turn with the errors that came before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastTurn {
    /// The agent's result.
    pub end: TurnEnd,
    /// The result's position.
    pub pos: Pos,
    /// The last error in the turn.
    pub error: Option<TurnError>,
    /// The limit that was in force when it ended.
    pub limit: Option<(LimitObservation, Pos)>,
    /// How many calls were refused, but not by a person.
    pub unexplained_denials: u32,
    /// Whether a denial was the last answer in it, and its model said nothing after that.
    pub after_denial: bool,
}

/// An error of the provider that was not retried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnError {
    /// What failed.
    pub kind: ApiErrorKind,
    /// The agent's sentence.
    pub message: String,
    /// The error's position.
    pub pos: Pos,
}

/// The state of a run, folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunFold {
    /// The conversation, once the agent has named it.
    pub session: Option<SessionId>,
    /// The agent's version.
    pub agent_version: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// Events so far.
    pub events: u64,
    /// Tool calls so far.
    pub tool_calls: u64,
    /// When tools were called.
    calls: Moments,
    /// What the run used.
    pub account: RunAccount,
    /// Prompts written to the agent.
    pub prompts: u32,
    /// How many of them a model took: it answered after them, or their turn ended as one that had begun.
    pub taken: u32,
    /// The conversation in which a model last took a prompt.
    spoken: Option<SessionId>,
    /// Results that answer a prompt.
    pub answered_prompts: u32,
    /// Whether a turn is in progress.
    pub turn_open: bool,
    /// Questions that are open, by request id.
    pub questions: BTreeMap<String, OpenQuestion>,
    /// Background tasks that are open.
    pub tasks: BTreeSet<String>,
    /// Open background tasks that use tokens: subagents.
    subagents: BTreeSet<String>,
    /// Whether a background task ended since the last result; then a turn about it is still to come.
    pub task_ended_since_result: bool,
    /// Whether a turn succeeded.
    pub succeeded: bool,
    /// The last result.
    pub last_turn: Option<LastTurn>,
    /// Whether an interrupt was written after the last prompt, and no answer to a prompt came after it.
    pub interrupted: bool,
    /// The tool call in progress: its id, and what it does.
    pub activity: Option<(String, Activity)>,
    /// The retry that the agent waits for.
    pub retrying: Option<Retrying>,
    /// Whether the agent ever printed a message.
    pub spoke: bool,
    /// The last part of standard error.
    pub stderr_tail: String,
    /// When the tokens of a message, or the start of a subagent, were last reported.
    heard: Timestamp,
    /// The shares that results settled since they were last taken.
    settled: Vec<Settled>,
    /// How many results there were.
    results: u32,
    /// Whether the model answered since the agent last reported usage, in a message of which it reported none.
    unaccounted: bool,
    /// Whether a turn ended of which its agent did not report everything that was used.
    is_unreported: bool,
    error: Option<TurnError>,
    limit: Option<(LimitObservation, Pos)>,
    explained: BTreeSet<String>,
    denials: BTreeSet<String>,
    /// Calls without a result yet whose question ended without an answer.
    unanswered: BTreeSet<String>,
    /// Whether the last answer of the turn was a denial, after which its model said nothing.
    denied: bool,
}

impl RunFold {
    /// The part of the state that the store keeps.
    pub fn summary(&self) -> RunSummary {
        RunSummary {
            events: self.events,
            tool_calls: self.tool_calls,
            calls: self.calls.clone(),
            session: self.session.clone(),
            spoken: self.spoken.clone(),
            agent_version: self.agent_version.clone(),
            model: self.model.clone(),
            tokens: self.account.tokens(),
            cost: self.cost(),
            is_partial: self.is_partial(),
            turns: self.turns(),
            models: self.account.by_model(),
            provisional: self.provisional(),
            activity: self.activity.as_ref().map(|(_, activity)| activity.clone()),
            retrying: self.retrying.clone(),
            tasks_after_turn: self.tasks_after_turn(),
        }
    }

    /// Makes the fold of a run that has printed nothing; `baseline` is the conversation's usage before the run.
    pub fn new(baseline: UsageTotals) -> Self {
        Self { account: RunAccount::new(baseline), ..Self::default() }
    }

    /// Takes the next event.
    pub fn apply(&mut self, at: Timestamp, pos: Pos, event: &Event) {
        self.events += 1;
        if pos.stream == Stream::Stdout
            && !matches!(event, Event::Output { .. } | Event::Unrecognized { .. })
        {
            self.spoke = true;
        }
        self.retry(at, event);
        self.denied &= !is_of_a_model(event);
        if shows_a_model(event) && self.prompts > 0 {
            self.taken = self.prompts;
            self.spoken = self.session.clone().or(self.spoken.take());
        }
        match event {
            Event::Session(started) => {
                self.session = started.session.clone().or(self.session.take());
                self.agent_version = started.agent_version.clone().or(self.agent_version.take());
                self.model = started.model.clone().or(self.model.take());
                self.turn_open = true;
            }
            Event::Prompt { .. } => self.prompt(),
            Event::MessageUsage { message, model, tokens, last, parent } => {
                self.heard = at;
                self.unaccounted = false;
                self.account.message(message, model, *tokens, *last, parent.is_none())
            }
            Event::Text { message, .. } | Event::Thought { message, .. } => {
                self.heard = at;
                self.unaccounted |= !self.account.has_message(message);
            }
            Event::ConversationReset { .. } => self.account.reset(),
            Event::ToolCall { call, title, name, kind, parent, .. } => {
                self.calls.add(at);
                self.unaccounted |= parent.is_none();
                self.tool_call(call, name, *kind, title, parent.is_some())
            }
            Event::ToolResult { call, ok, denied, .. } => {
                let is_unanswered = self.unanswered.remove(call) && !ok;
                self.tool_result(call, *denied || is_unanswered)
            }
            Event::ApiError { error, message, .. } => {
                self.error = Some(TurnError { kind: *error, message: message.clone(), pos });
            }
            Event::Limit { limit } => self.limit = Some((resets(limit, at), pos)),
            Event::TaskStarted { task, kind, background: true, .. } => {
                self.tasks.insert(task.clone());
                if *kind == TaskKind::Agent {
                    self.heard = at;
                    self.subagents.insert(task.clone());
                }
            }
            Event::TaskEnded { task, status, .. } => self.task_ended(task, *status),
            Event::Question { .. } => self.question(at, event),
            Event::QuestionWithdrawn { request } => self.withdrawn(request),
            Event::Answered { request, allowed, .. } => {
                self.denied = !allowed;
                self.answered(request)
            }
            Event::Denied { call, .. } => self.explained.extend(call.clone()),
            Event::InterruptSent => self.interrupted = true,
            Event::Output { stream: Stream::Stderr, text } => self.stderr(text),
            Event::TurnEnded(end) => {
                self.settle(at, end);
                self.turn_ended(pos, end);
            }
            Event::Status { .. } => self.turn_open = true,
            _ => {}
        }
    }

    /// Takes an event's effect on the announced retry, which counts until an event comes that is not
    /// itself part of retrying.
    fn retry(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::Retry { attempt, max, delay_ms, status, error } => {
                let delay = i64::try_from(*delay_ms).unwrap_or(i64::MAX);
                self.retrying = Some(Retrying {
                    attempt: *attempt,
                    max: *max,
                    until: Timestamp::from_millis(at.millis().saturating_add(delay)),
                    status: *status,
                    error: *error,
                });
            }
            Event::Status { .. }
            | Event::MessageUsage { .. }
            | Event::Limit { .. }
            | Event::Unrecognized { .. }
            | Event::Output { .. } => {}
            _ => self.retrying = None,
        }
    }

    /// What became of the prompts, if the run is over.
    pub(crate) fn prompts(&self) -> Prompts {
        Prompts { written: self.prompts, unheard: self.prompts.saturating_sub(self.taken) }
    }

    /// Whether the agent has nothing to do: its turn is over, and no background task is open. The actor
    /// also waits for two seconds of silence.
    pub fn is_idle(&self) -> bool {
        self.is_turn_over() && self.tasks.is_empty()
    }

    /// Whether the agent's turn is over: every prompt has its result, and no question is open. Background
    /// tasks may go on; the agent takes the next prompt beside them.
    pub fn is_turn_over(&self) -> bool {
        let queued = self.last_turn.as_ref().is_some_and(|turn| turn.end.queued > 0);
        self.last_turn.is_some()
            && !self.turn_open
            && self.answered_prompts >= self.prompts
            && self.questions.is_empty()
            && !queued
    }

    /// How many background tasks go on after the turn; `None` if the turn is not over.
    fn tasks_after_turn(&self) -> Option<u32> {
        let count = u32::try_from(self.tasks.len()).unwrap_or(u32::MAX);
        self.is_turn_over().then_some(count)
    }

    /// Whether Musher interrupted what the agent did: a turn or its background work.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted && !self.turn_open
    }

    fn prompt(&mut self) {
        self.prompts += 1;
        self.turn_open = true;
        self.interrupted = false;
        self.denied = false;
        self.error = None;
    }

    fn tool_call(
        &mut self,
        call: &str,
        name: &str,
        kind: ToolKind,
        title: &str,
        in_subagent: bool,
    ) {
        self.tool_calls += 1;
        if !in_subagent {
            let (tool, subject) = (name.to_owned(), title.to_owned());
            self.activity = Some((call.to_owned(), Activity { tool, kind, subject }));
        }
    }

    fn tool_result(&mut self, call: &str, denied: bool) {
        self.activity.take_if(|(going, _)| going == call);
        if denied {
            self.denials.insert(call.to_owned());
        }
    }

    fn task_ended(&mut self, task: &str, _status: TaskStatus) {
        self.subagents.remove(task);
        if self.tasks.remove(task) {
            self.task_ended_since_result = true;
        }
    }

    fn question(&mut self, at: Timestamp, event: &Event) {
        if let Event::Question { request, content, input } = event {
            let question = OpenQuestion {
                request: request.clone(),
                content: content.clone(),
                input: input.clone(),
                at,
            };
            self.questions.insert(request.clone(), question);
        }
    }

    /// Takes a question that the agent withdrew. After an interrupt by Musher, the interrupt is the
    /// reason.
    fn withdrawn(&mut self, request: &str) {
        let call = self.questions.remove(request).and_then(|question| question.content.call);
        if self.interrupted {
            self.explained.extend(call.clone());
        }
        self.unanswered.extend(call);
    }

    fn answered(&mut self, request: &str) {
        if let Some(question) = self.questions.remove(request) {
            self.explained.extend(question.content.call);
        }
    }

    fn stderr(&mut self, text: &str) {
        self.stderr_tail.push_str(text);
        self.stderr_tail.push('\n');
        if self.stderr_tail.len() > STDERR_TAIL {
            let mut cut = self.stderr_tail.len() - STDERR_TAIL;
            while !self.stderr_tail.is_char_boundary(cut) {
                cut += 1;
            }
            self.stderr_tail.drain(..cut);
        }
    }

    fn turn_ended(&mut self, pos: Pos, end: &TurnEnd) {
        self.turn_open = false;
        self.succeeded |= end.turn == Turn::Completed;
        self.activity = None;
        self.task_ended_since_result = false;
        self.answered_prompts = self.answered_prompts.saturating_add(end.joined);
        if !end.from_task {
            self.answered_prompts = self.answered_prompts.saturating_add(1);
            // If the turn ended in another way, the interrupt came too late for it.
            self.interrupted &= end.turn == Turn::Interrupted;
        }
        self.denials.extend(end.denials.iter().cloned());
        if self.interrupted && end.turn == Turn::Interrupted {
            // Calls that had not been asked about yet are refused as well.
            self.explained.extend(self.denials.iter().cloned());
        }
        let unexplained = self.denials.difference(&self.explained).count();
        self.last_turn = Some(LastTurn {
            end: end.clone(),
            pos,
            error: self.error.take(),
            limit: self.limit.clone().filter(|(limit, _)| limit.status == LimitStatus::Rejected),
            unexplained_denials: u32::try_from(unexplained).unwrap_or(u32::MAX),
            after_denial: std::mem::take(&mut self.denied),
        });
    }
}

/// Whether an event shows that a model took what was said to it last. A turn that failed without a kind of failure may
/// never have begun. What a subagent does belongs to an earlier prompt.
fn shows_a_model(event: &Event) -> bool {
    match event {
        Event::MessageUsage { parent, .. } => parent.is_none(),
        Event::TurnEnded(end) => {
            !end.from_task && !matches!(end.turn, Turn::Failed | Turn::SessionMissing)
        }
        _ => is_of_a_model(event),
    }
}

/// Whether an event is what the agent's own model says or does.
fn is_of_a_model(event: &Event) -> bool {
    match event {
        Event::Text { parent, .. }
        | Event::Thought { parent, .. }
        | Event::ToolCall { parent, .. } => parent.is_none(),
        Event::Question { .. } => true,
        _ => false,
    }
}

/// A limit that was told at this time, with the instant of its reset as far as that can be known.
fn resets(limit: &LimitObservation, at: Timestamp) -> LimitObservation {
    let on_clock = limit.resets_on_clock.as_ref();
    let read = || clock_time::instant(on_clock?, at, &Local);
    LimitObservation { resets_at: limit.resets_at.or_else(read), ..limit.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::CostBasis;
    use serde_json::json;

    fn event(json: serde_json::Value) -> Event {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn an_attempt_is_waited_for_until_something_else_comes() {
        let mut fold = RunFold::new(UsageTotals::default());
        let mut until_after = |event: &Event| {
            let pos = Pos { stream: Stream::Stdout, offset: 0, len: 1, index: 0 };
            fold.apply(Timestamp::from_millis(1_000), pos, event);
            fold.retrying.as_ref().map(|retrying| (retrying.attempt, retrying.until.millis()))
        };
        let failed = |attempt: u32, delay_ms: u64| {
            event(serde_json::json!({
                "type": "retry", "attempt": attempt, "max": 10, "delay_ms": delay_ms,
                "status": 529, "error": "overloaded"
            }))
        };
        let output = event(serde_json::json!({"type": "output", "stream": "stderr", "text": "x"}));
        let prompt = event(serde_json::json!({"type": "prompt", "text": "go on"}));
        assert_eq!(until_after(&failed(1, 500)), Some((1, 1_500)));
        assert_eq!(until_after(&output), Some((1, 1_500)));
        assert_eq!(until_after(&failed(2, u64::MAX)), Some((2, i64::MAX)));
        assert_eq!(until_after(&prompt), None);
    }

    #[test]
    fn an_answer_whose_tokens_were_not_reported_makes_the_cost_a_lower_bound() {
        let mut fold = RunFold::new(UsageTotals::default());
        let mut basis_after = |json: serde_json::Value| {
            let pos = Pos { stream: Stream::Stdout, offset: 0, len: 1, index: 0 };
            fold.apply(Timestamp::from_millis(1_000), pos, &event(json));
            fold.summary().cost.basis
        };
        let text = || serde_json::json!({"type": "text", "message": "m", "block": 0, "text": "words", "parent": null});
        let used = serde_json::json!({"type": "message_usage", "message": "m", "model": "x",
            "tokens": {"input": 1, "output": 1, "cache_read": 0, "cache_write": 0},
            "last": true, "parent": null});
        let end = |usage: serde_json::Value| {
            serde_json::json!({
                "type": "turn_ended", "turn": "completed", "said": "", "text": "", "usage": usage,
                "index": null, "queued": 0, "joined": 0, "from_task": false, "denials": [],
                "duration_ms": null, "api_ms": null, "login_expires_at": null
            })
        };
        let nothing = serde_json::json!({"used": {"models": {}, "cost_micros": 0}});
        assert_eq!(basis_after(text()), CostBasis::LowerBound);
        assert_eq!(
            basis_after(end(nothing.clone())),
            CostBasis::Reported,
            "nothing, says the agent"
        );
        assert_eq!(basis_after(used), CostBasis::LowerBound);
        assert_eq!(basis_after(end(nothing)), CostBasis::LowerBound, "what was streamed was used");
        assert_eq!(basis_after(text()), CostBasis::LowerBound);
        assert_eq!(basis_after(end(serde_json::Value::Null)), CostBasis::LowerBound);
    }

    #[test]
    fn a_prompt_that_joined_a_turn_is_answered_by_its_end() {
        let mut fold = RunFold::new(UsageTotals::default());
        let mut idle_after = |json: serde_json::Value| {
            let pos = Pos { stream: Stream::Stdout, offset: 0, len: 1, index: 0 };
            fold.apply(Timestamp::from_millis(1_000), pos, &event(json));
            fold.is_idle()
        };
        let prompt = || serde_json::json!({"type": "prompt", "text": "go on"});
        let end = |joined: u32| {
            serde_json::json!({
                "type": "turn_ended", "turn": "completed", "said": "", "text": "", "usage": null,
                "index": null, "queued": 0, "joined": joined, "from_task": false, "denials": [],
                "duration_ms": null, "api_ms": null, "login_expires_at": null
            })
        };
        assert!(!idle_after(prompt()));
        assert!(!idle_after(prompt()));
        assert!(idle_after(end(1)));
        assert!(!idle_after(prompt()));
        assert!(!idle_after(prompt()));
        assert!(!idle_after(end(0)), "the second prompt has a turn of its own");
        assert!(idle_after(end(0)));
    }

    #[test]
    fn a_call_goes_on_until_its_own_result_though_another_says_the_same() {
        let mut fold = RunFold::new(UsageTotals::default());
        let mut goes_on_after = |json: serde_json::Value| {
            let pos = Pos { stream: Stream::Stdout, offset: 0, len: 1, index: 0 };
            fold.apply(Timestamp::from_millis(1_000), pos, &event(json));
            fold.summary().activity
        };
        let call = |id: &str| {
            serde_json::json!({
                "type": "tool_call", "call": id, "name": "Bash", "kind": "command",
                "title": "cargo test", "parent": null
            })
        };
        let result = |id: &str| {
            serde_json::json!({
                "type": "tool_result", "call": id, "ok": true, "denied": false, "text": "",
                "output": null, "images": [], "duration_ms": null, "parent": null
            })
        };
        let going = Some(Activity {
            tool: "Bash".to_owned(),
            kind: ToolKind::Command,
            subject: "cargo test".to_owned(),
        });
        assert_eq!(goes_on_after(call("a")), going);
        assert_eq!(goes_on_after(call("b")), going);
        assert_eq!(goes_on_after(result("a")), going);
        assert_eq!(goes_on_after(result("b")), None);
    }

    #[test]
    fn a_prompt_is_heard_when_a_model_or_the_end_of_its_turn_shows_it() {
        let prompt = || json!({"type": "prompt", "text": "go on"});
        let session = || {
            json!({"type": "session", "session": "c", "model": null, "agent_version": null, "cwd": null,
                "permission_mode": null, "credential": null, "tools": [], "mcp_servers": []})
        };
        let text = |parent: Option<&str>| json!({"type": "text", "message": "m", "block": 0, "text": "words", "parent": parent});
        let end = |turn: serde_json::Value| {
            json!({"type": "turn_ended", "turn": turn, "said": "", "text": "", "usage": null,
                "index": null, "queued": 0, "joined": 0, "from_task": false, "denials": [],
                "duration_ms": null, "api_ms": null, "login_expires_at": null})
        };
        let found = |events: Vec<serde_json::Value>| {
            let mut fold = RunFold::new(UsageTotals::default());
            let pos = Pos { stream: Stream::Stdout, offset: 0, len: 1, index: 0 };
            let at = Timestamp::from_millis(1_000);
            events.into_iter().for_each(|json| fold.apply(at, pos, &event(json)));
            (fold.prompts().unheard, fold.summary().spoken.map(|it| it.to_string()))
        };
        let spoken = || Some("c".to_owned());
        let table = [
            (vec![prompt()], (1, None), "nothing came"),
            (vec![prompt(), session()], (1, None), "its agent is there, and no model answered"),
            (vec![session(), prompt(), text(None)], (0, spoken()), "a model answers"),
            (vec![session(), prompt(), text(Some("t"))], (1, None), "a subagent speaks"),
            (vec![session(), text(None)], (0, None), "nothing was asked"),
            (vec![session(), prompt(), text(None), prompt()], (1, spoken()), "the next is unread"),
            (
                vec![session(), prompt(), end(json!({"error": "overloaded"}))],
                (0, spoken()),
                "the provider refused it",
            ),
            (vec![session(), prompt(), end(json!("interrupted"))], (0, spoken()), "interrupted"),
            (vec![session(), prompt(), end(json!("failed"))], (1, None), "it never began"),
            (vec![prompt(), end(json!("session_missing"))], (1, None), "no such conversation"),
        ];
        for (events, expected, name) in table {
            assert_eq!(found(events), expected, "{name}");
        }
    }

    #[test]
    fn what_a_subagent_uses_is_not_in_the_last_result() {
        let mut fold = RunFold::new(UsageTotals::default());
        let mut basis_after = |json: serde_json::Value| {
            let pos = Pos { stream: Stream::Stdout, offset: 0, len: 1, index: 0 };
            fold.apply(Timestamp::from_millis(1_000), pos, &event(json));
            fold.summary().cost.basis
        };
        let started = |task: &str, kind: &str| {
            serde_json::json!({
                "type": "task_started", "task": task, "call": null, "kind": kind,
                "description": "", "background": true
            })
        };
        let ended = |task: &str| {
            serde_json::json!({
                "type": "task_ended", "task": task, "status": "completed", "summary": ""
            })
        };
        assert_eq!(basis_after(started("shell", "command")), CostBasis::Reported);
        assert_eq!(basis_after(started("agent", "agent")), CostBasis::LowerBound);
        assert_eq!(basis_after(ended("shell")), CostBasis::LowerBound);
        assert_eq!(basis_after(ended("agent")), CostBasis::Reported);
    }
}
