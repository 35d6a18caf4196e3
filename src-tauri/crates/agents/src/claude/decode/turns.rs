//! The end of a turn, worked out from the program's result. `is_error` is checked before `subtype`,
//! because a turn that died of an API error has the subtype `success`; the terminal reason is checked
//! before both, because an interrupt has the subtype of a failure.

use super::ClaudeDecoder;
use super::errors::Failure;
use super::instant::iso;
use super::undone::{Doings, Prompt};
use super::{markup, stated_limit, tools};
use crate::claude::wire::result::{ResultLine, micros};
use crate::decoder::Sink;
use crate::nothing_done::NOTHING_DONE;
use protocol::{ApiErrorKind, ApiUsage, Event, LimitObservation, Turn, TurnEnd, UsageTotals};
use std::collections::{HashMap, HashSet};

/// The program's message if a session to be resumed does not exist.
const NO_SESSION: &str = "No conversation found";

/// How the program's notes to its makers begin. (2.1.197 to 2.1.330.)
const DIAGNOSTICS: [&str; 2] = ["[ede_diagnostic]", "[session_crash]"];

/// What is known about the turn before its end.
#[derive(Default)]
pub(super) struct TurnSoFar {
    /// The last error that was not retried.
    pub(super) api_error: Option<ApiErrorKind>,
    /// The error of the last retry.
    pub(super) last_retry: Option<ApiErrorKind>,
    /// Whether the program reported an interrupt to the model.
    pub(super) interrupted: bool,
    /// Calls that the agent's own rules refused and whose result was not emitted yet.
    pub(super) ruled_out: HashSet<String>,
    /// The texts that the model got for calls that failed.
    pub(super) failures: HashMap<String, String>,
    /// What happened in it.
    pub(super) doings: Doings,
    /// A limit event reported that requests are refused.
    pub(super) limit_reported: bool,
}

impl ClaudeDecoder {
    pub(super) fn result(&mut self, line: ResultLine<'_>, sink: &mut Sink<'_>) {
        self.drafts.finish("", sink);
        self.tasks.settle(sink);
        self.unheard_denials(&line, sink);
        let from_task = is_from_task(&line);
        let prompt = if from_task { None } else { self.prompts.answered() };
        let stated = self.stated_limit(&line);
        let turn = match &stated {
            Some(_) => Turn::Error(ApiErrorKind::RateLimit),
            None => self.turn.meaning(&line, prompt, self.has_worked),
        };
        if let Some(limit) = stated.filter(|_| !self.turn.limit_reported) {
            sink.event(Event::Limit { limit });
        }
        self.turn = TurnSoFar::default();
        sink.event(Event::TurnEnded(Box::new(TurnEnd {
            turn,
            said: said(&line),
            text: text(&line, turn),
            index: line.result_index.and_then(|index| u32::try_from(index).ok()),
            queued: line.queued_turn_count.map_or(0, |n| u32::try_from(n).unwrap_or(u32::MAX)),
            joined: 0,
            from_task,
            denials: denied_calls(&line),
            duration_ms: line.duration_ms,
            api_ms: line.duration_api_ms,
            login_expires_at: line.credential_expires_at.as_deref().and_then(iso),
            number: 0,
            shares: Vec::new(),
            usage: usage(line),
        })));
    }

    /// Reads the limit that the result states in a sentence. A model's words about limits are none: the turn
    /// must have failed, or no model answered in it.
    fn stated_limit(&self, line: &ResultLine<'_>) -> Option<LimitObservation> {
        let may_tell = line.is_error == Some(true) || !self.turn.doings.answered;
        let words = line.result.as_deref().filter(|_| may_tell);
        let words = words.or_else(|| line.errors.iter().flatten().next().map(String::as_str));
        stated_limit::limit(words?, self.model.as_deref())
    }

    /// Emits refusals that only the result reports, as in earlier versions.
    fn unheard_denials(&mut self, line: &ResultLine<'_>, sink: &mut Sink<'_>) {
        for denial in line.permission_denials.iter().flatten().flatten() {
            let Some(call) = denial.tool_use_id.as_deref() else {
                continue;
            };
            if self.calls.refuse(call) {
                sink.event(Event::Denied {
                    tool: tools::shown(denial.tool_name.as_deref().unwrap_or("")),
                    call: Some(call.to_owned()),
                    message: self.turn.failures.remove(call).unwrap_or_default(),
                });
            }
        }
    }
}

impl TurnSoFar {
    fn meaning(&self, line: &ResultLine<'_>, prompt: Option<Prompt>, has_worked: bool) -> Turn {
        let subtype = line.subtype.as_deref().unwrap_or("");
        let reason = line.terminal_reason.as_deref();
        let aborted = reason.is_some_and(|r| r.starts_with("aborted") || r == "interrupted");
        if aborted || (self.interrupted && reason.is_none() && subtype == "error_during_execution")
        {
            return Turn::Interrupted;
        }
        match subtype {
            "error_max_turns" => return Turn::MaxTurns,
            "error_max_budget_usd" => return Turn::Budget,
            _ => {}
        }
        if line.errors.iter().flatten().any(|error| error.contains(NO_SESSION)) {
            return Turn::SessionMissing;
        }
        if !line.is_error.unwrap_or(subtype != "success") && subtype == "success" {
            let is_silent = !has_worked && self.doings.are_silent(line, prompt);
            let undone =
                is_silent || stopped_by_hook(line) || self.doings.are_nothing(line, prompt);
            return if undone { Turn::Failed } else { Turn::Completed };
        }
        match self.failure(line) {
            Some(kind) => Turn::Error(kind),
            None if subtype == "success" => Turn::Error(ApiErrorKind::Unknown),
            None => Turn::Failed,
        }
    }

    fn failure(&self, line: &ResultLine<'_>) -> Option<ApiErrorKind> {
        let result = Failure {
            class: None,
            api_error: line.api_error.as_deref(),
            status: line.api_error_status,
            stop_reason: line.stop_reason.as_deref(),
            message: line.result.as_deref().unwrap_or(""),
        };
        match line.terminal_reason.as_deref() {
            // The context is full; this is no rate limit.
            Some("prompt_too_long" | "blocking_limit" | "rapid_refill_breaker") => {
                Some(ApiErrorKind::PromptTooLong)
            }
            _ => self.api_error.or_else(|| result.kind()),
        }
    }
}

/// Whether a hook refused the prompt or ended the turn. The program calls that a success, but the work
/// was not done.
fn stopped_by_hook(line: &ResultLine<'_>) -> bool {
    let refused = |text: &str| text.starts_with("UserPromptSubmit operation blocked by hook");
    line.terminal_reason.as_deref() == Some("hook_stopped")
        || line.result.as_deref().is_some_and(refused)
}

/// Whether a background task, not a prompt, began the turn.
fn is_from_task(line: &ResultLine<'_>) -> bool {
    line.origin.as_ref().and_then(|origin| origin.kind.as_deref()) == Some("task-notification")
}

/// The program's own words about the end.
fn said(line: &ResultLine<'_>) -> String {
    let words = [&line.subtype, &line.terminal_reason, &line.startup_failure_reason];
    let words = words.into_iter().flatten().map(|word| word.as_ref());
    words.chain(errors(line).filter(|text| is_diagnostic(text))).collect::<Vec<_>>().join(" / ")
}

fn errors<'a>(line: &'a ResultLine<'_>) -> impl Iterator<Item = &'a str> {
    line.errors.iter().flatten().map(String::as_str)
}

/// Whether an error is about the program itself. The program shows no person such lines.
fn is_diagnostic(error: &str) -> bool {
    DIAGNOSTICS.iter().any(|beginning| error.starts_with(beginning))
}

fn text(line: &ResultLine<'_>, turn: Turn) -> String {
    match &line.result {
        Some(text) if text.is_empty() && stopped_by_hook(line) => {
            "A hook ended the turn.".to_owned()
        }
        Some(text) if text.trim().is_empty() && turn == Turn::Failed => NOTHING_DONE.to_owned(),
        Some(text) if turn == Turn::Failed => markup::words(text),
        Some(text) => text.clone().into_owned(),
        None => errors(line).filter(|text| !is_diagnostic(text)).collect::<Vec<_>>().join("\n"),
    }
}

fn denied_calls(line: &ResultLine<'_>) -> Vec<String> {
    let denials = line.permission_denials.iter().flatten().flatten();
    denials.filter_map(|denial| denial.tool_use_id.as_deref().map(str::to_owned)).collect()
}

/// The usage totals of a result. A result with no model and no cost, as after a failed start, gives an
/// empty step: as a cumulative total it would look like a restart of the conversation's counter.
fn usage(line: ResultLine<'_>) -> Option<ApiUsage> {
    let models = line.model_usage?.into_models();
    let cost_micros = line.total_cost_usd.map(micros);
    if models.is_empty() && cost_micros.unwrap_or(0) == 0 {
        let used = UsageTotals { models, cost_micros };
        return cost_micros.is_some().then_some(ApiUsage::Step { used });
    }
    let since_last = line.since_last.map(|since| since.into_models());
    Some(ApiUsage::Cumulative { totals: UsageTotals { models, cost_micros }, since_last })
}
