//! What is printed: JSON lines for programs, plain lines for people. Text of agents is printed
//! without control characters, so that it cannot command the terminal.

use protocol::{
    CostBasis, Envelope, Event, Fault, JournalEvent, Limit, Question, Reason, Run, Source, Story,
    Timestamp, Tokens, ToolOutput,
};
use serde::Serialize;
use std::io::{self, Write};

/// How to print.
#[derive(Clone, Copy)]
pub(crate) struct Out {
    pub(crate) json: bool,
}

impl Out {
    /// Prints one thing: as JSON, or as the text made of it.
    pub(crate) fn one<T: Serialize>(self, thing: &T, text: impl FnOnce(&T) -> String) {
        let line = match self.json {
            true => serde_json::to_string(thing).expect("our types are always JSON"),
            false => text(thing),
        };
        if !line.is_empty() {
            say(&line);
        }
    }

    /// Prints a sentence for people; programs get nothing.
    pub(crate) fn note(self, text: &str) {
        if !self.json {
            say(text);
        }
    }
}

/// Prints a line. A reader that went away is no error of ours.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints a line for people beside the output.
pub(crate) fn announce(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Agent text that cannot command a terminal.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .filter(|character| matches!(character, '\n' | '\t') || !character.is_control())
        .collect()
}

fn word(value: impl Serialize) -> String {
    engine::store::text::word(value)
}

pub(crate) fn story(story: &Story) -> String {
    let state = state(story);
    let cost = money(story.cost_micros, story.cost_basis);
    format!(
        "{:<24} {:<34} {:>10} {:>10}  {}",
        story.slug,
        state,
        count(story.tokens.total()),
        cost,
        clean(&story.title)
    )
}

/// The state with its reason and detail.
pub(crate) fn state(story: &Story) -> String {
    let mut text = word(story.state).replace('_', " ");
    if let Some(reason) = story.reason {
        text.push_str(&format!(" ({})", reason_word(reason)));
    }
    if let Some(until) = story.until {
        text.push_str(&format!(" until {}", clock(until)));
    }
    text
}

fn reason_word(reason: Reason) -> String {
    match reason {
        Reason::You => "by you".to_owned(),
        Reason::Engine => "by Musher".to_owned(),
        other => word(other).replace('_', " "),
    }
}

pub(crate) fn run(run: &Run) -> String {
    let ending = match run.outcome {
        Some(outcome) => word(outcome).replace('_', " "),
        None => word(run.state),
    };
    format!(
        "{:<26} {:<8} {:<14} {:>10} {:>10}  {}",
        run.slug,
        word(run.kind),
        ending,
        count(run.tokens.total()),
        money(run.cost_micros, run.cost_basis),
        run.model.as_deref().unwrap_or("")
    )
}

pub(crate) fn question(question: &Question) -> String {
    format!(
        "{}\n    {} {}: {}",
        question.id,
        word(question.kind),
        question.tool,
        clean(&serde_json::to_string(&question.request).unwrap_or_default())
    )
}

pub(crate) fn limit(limit: &Limit) -> String {
    let used =
        limit.utilization.map_or("unknown".to_owned(), |used| format!("{:.0} %", used * 100.0));
    let resets =
        limit.resets_at.map_or("reset unknown".to_owned(), |at| format!("resets {}", clock(at)));
    format!(
        "{:<28} {:<26} {:<10} {:>8}  {resets}, seen {}",
        limit.account,
        limit.window,
        word(limit.status),
        used,
        clock(limit.seen_at)
    )
}

pub(crate) fn money(micros: u64, basis: CostBasis) -> String {
    if basis == CostBasis::Unpriced {
        return "no price".to_owned();
    }
    let mark = match basis {
        CostBasis::Reported => "",
        CostBasis::Priced => "≈ ",
        _ => "≥ ",
    };
    match micros {
        1..10_000 => format!("{mark}< $0.01"),
        _ => format!("{mark}${}.{:02}", micros / 1_000_000, micros % 1_000_000 / 10_000),
    }
}

/// Three figures: `812`, `8.12 k`, `81.2 k`, `2.87 M`.
pub(crate) fn count(tokens: u64) -> String {
    let (unit, name) = match tokens {
        0..1_000 => return tokens.to_string(),
        1_000..1_000_000 => (1_000, "k"),
        _ => (1_000_000, "M"),
    };
    let decimals = match tokens / unit {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    // Cut and never rounded up, so that 999,999 does not become 1000 k.
    let hundredths = tokens * 100 / unit;
    let shown = hundredths / 10_u64.pow(2 - decimals) * 10_u64.pow(2 - decimals);
    let (whole, part) = (shown / 100, shown % 100 / 10_u64.pow(2 - decimals));
    match decimals {
        0 => format!("{whole} {name}"),
        _ => format!("{whole}.{part:0width$} {name}", width = decimals as usize),
    }
}

pub(crate) fn tokens(tokens: Tokens) -> String {
    format!(
        "{} input, {} output, {} cache read, {} cache write",
        tokens.input, tokens.output, tokens.cache_read, tokens.cache_write
    )
}

pub(crate) fn clock(at: Timestamp) -> String {
    use chrono::{Local, TimeZone};
    match Local.timestamp_millis_opt(at.millis()).single() {
        Some(time) => time.format("%Y-%m-%d %H:%M").to_string(),
        None => at.to_string(),
    }
}

/// An envelope as lines for a person; empty when it is nothing to read.
pub(crate) fn envelope(envelope: &Envelope) -> String {
    match &envelope.source {
        Source::Run(event) => clean(&run_event(event)),
        Source::Journal(event) => clean(&journal_event(event)),
    }
}

fn run_event(event: &Event) -> String {
    match event {
        Event::Session(started) => format!(
            "· {} {}",
            started.model.as_deref().unwrap_or("unknown model"),
            started.agent_version.as_deref().unwrap_or_default()
        ),
        Event::Prompt { text } => format!("> {text}"),
        Event::Text { text, parent: None, .. } => text.clone(),
        Event::ToolCall { name, title, parent, .. } => {
            format!("{}{name} {title}", if parent.is_some() { "    " } else { "  " })
        }
        Event::ToolResult { ok, denied, text, output, .. } => {
            result_line(*ok, *denied, text, output.as_ref())
        }
        Event::Retry { attempt, max, delay_ms, status, error } => format!(
            "  retry {attempt}{}: {} {}, waits {} s",
            max.map(|max| format!(" of {max}")).unwrap_or_default(),
            word(error).replace('_', " "),
            status.map(|status| status.to_string()).unwrap_or_default(),
            delay_ms.div_ceil(1000)
        ),
        Event::ApiError { message, .. } => format!("! {message}"),
        Event::Limit { limit } => match limit.status {
            protocol::LimitStatus::Allowed => String::new(),
            status => format!(
                "  limit {}: {}",
                limit.window.as_deref().unwrap_or("unknown"),
                word(status)
            ),
        },
        Event::Question { tool, title, .. } => format!("? {tool} {title}"),
        Event::Denied { tool, message, .. } => format!("  {tool} denied: {message}"),
        Event::TaskStarted { description, background: true, .. } => {
            format!("  in the background: {description}")
        }
        Event::TaskEnded { summary, .. } => format!("  background: {summary}"),
        Event::Nudge { text } => format!("· the agent told its model: {text}"),
        Event::Notice { text, .. } => format!("· {text}"),
        Event::Unrecognized { what, .. } => format!("· not understood: {what}"),
        Event::Output { text, .. } => format!("  {text}"),
        _ => String::new(),
    }
}

fn result_line(ok: bool, denied: bool, text: &str, output: Option<&ToolOutput>) -> String {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let first: String = first.chars().take(160).collect();
    match (ok, denied, output) {
        (_, true, _) => format!("    denied: {first}"),
        (false, ..) => format!("    failed: {first}"),
        (true, _, Some(ToolOutput::Edit { path, created, .. })) => {
            format!("    {} {path}", if *created { "wrote" } else { "changed" })
        }
        _ => format!("    {first}"),
    }
}

fn journal_event(event: &JournalEvent) -> String {
    match event {
        JournalEvent::StateChanged { state, reason, detail, until, .. } => {
            let reason =
                reason.map(|reason| format!(" ({})", reason_word(reason))).unwrap_or_default();
            let until = until.map(|until| format!(" until {}", clock(until))).unwrap_or_default();
            let detail = detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
            format!("= {}{reason}{until}{detail}", word(state).replace('_', " "))
        }
        JournalEvent::RunEnded { evidence, .. } => evidence
            .forced
            .iter()
            .chain(&evidence.left)
            .map(|line| format!("  {line}\n"))
            .collect::<String>()
            .trim_end()
            .to_owned(),
        JournalEvent::Warning { text } => format!("! {text}"),
        _ => String::new(),
    }
}

/// A fault on standard error, without ending.
pub(crate) fn fault(fault: &Fault) {
    announce(&format!("mush: {fault}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_three_figures() {
        let shown =
            [7, 999, 1_000, 1_234, 81_240, 812_000, 999_999, 2_870_000, 26_500_000].map(count);
        assert_eq!(
            shown,
            ["7", "999", "1.00 k", "1.23 k", "81.2 k", "812 k", "999 k", "2.87 M", "26.5 M"]
        );
    }

    #[test]
    fn money_says_where_it_comes_from() {
        assert_eq!(money(4_060_000, CostBasis::Reported), "$4.06");
        assert_eq!(money(4_060_000, CostBasis::LowerBound), "≥ $4.06");
        assert_eq!(money(900, CostBasis::Priced), "≈ < $0.01");
        assert_eq!(money(0, CostBasis::Unpriced), "no price");
        assert_eq!(money(0, CostBasis::Reported), "$0.00");
    }

    #[test]
    fn agent_text_cannot_command_a_terminal() {
        assert_eq!(clean("a\u{1b}]0;x\u{7}b\nc"), "a]0;xb\nc");
    }
}
