//! What is printed: JSON lines for programs, plain lines for people. Text of agents is printed
//! without control characters, so that it cannot command the terminal.

use crate::worktree;
use crate::zone::clock;
use engine::clock::{Clock, SystemClock};
use engine::joiners;
use protocol::{
    CostBasis, Envelope, ErrorCode, Event, Fault, JournalEvent, Limit, LimitStatus, Reason, Run,
    Source, Story, StoryState, Timestamp, Tokens, ToolOutput,
};
use serde::Serialize;
use std::io::{self, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// How to print.
#[derive(Clone, Copy)]
pub(crate) struct Out {
    pub(crate) json: bool,
}

impl Out {
    /// Prints one thing: as JSON, or as the text made of it.
    pub(crate) fn one<T: Serialize>(self, thing: &T, text: impl FnOnce(&T) -> String) {
        let line = match self.json {
            true => json(thing),
            false => text(thing),
        };
        if !line.is_empty() {
            say(&line);
        }
    }

    /// Prints a list: each thing as JSON, or all of them as lines for people; none as a sentence.
    pub(crate) fn list<T: Serialize>(
        self,
        things: &[T],
        lines: impl FnOnce(&[T]) -> Vec<String>,
        none: &str,
    ) {
        match (self.json, things.is_empty()) {
            (true, _) => things.iter().for_each(|thing| self.one(thing, |_| String::new())),
            (false, true) => say(none),
            (false, false) => lines(things).iter().for_each(|line| say(line)),
        }
    }

    /// Prints a sentence for people; programs get nothing.
    pub(crate) fn note(self, text: &str) {
        if !self.json {
            say(text);
        }
    }
}

/// One line of JSON in which text of agents can neither command the terminal nor end the line for a
/// reader that knows more line ends than the newline.
pub(crate) fn json<T: Serialize>(thing: &T) -> String {
    let line = serde_json::to_string(thing).expect("our types are always JSON");
    if !line.contains(is_commanding) {
        return line;
    }
    line.chars().fold(String::with_capacity(line.len() + 64), |mut escaped, character| {
        match is_commanding(character) {
            true => escaped.push_str(&format!("\\u{:04x}", u32::from(character))),
            false => escaped.push(character),
        }
        escaped
    })
}

/// Controls beyond those that JSON escapes, further line ends, and what turns the direction of text.
fn is_commanding(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The first error of standard output other than a closed pipe.
static REFUSED: OnceLock<String> = OnceLock::new();

/// Whether standard output still has a reader.
static HEARD: AtomicBool = AtomicBool::new(true);

/// Prints a line. A reader that went away is no error of ours; a disk that is full is
/// reported at the end.
pub(crate) fn say(line: &str) {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            HEARD.store(false, Ordering::Relaxed);
        }
        Err(error) => drop(REFUSED.set(error.to_string())),
        Ok(()) => {}
    }
}

/// Whether the output is still read.
pub(crate) fn is_read() -> bool {
    HEARD.load(Ordering::Relaxed)
}

/// What was said and could not be printed, as a fault.
pub(crate) fn refused() -> Option<Fault> {
    REFUSED.get().map(|why| {
        Fault::new(
            ErrorCode::Internal,
            format!("not everything could be printed: {why}"),
            "Nothing else is lost: say it again with the output somewhere else.",
        )
    })
}

/// Prints a line for people outside the output, on standard error.
pub(crate) fn announce(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Agent text that cannot command a terminal, and in which nothing is hidden: characters that
/// cannot be seen or that turn the reading direction are shown by their numbers.
pub(crate) fn clean(text: &str) -> String {
    let is_left_out = |character: char| character.is_control() && !is_layout(character);
    exact(&text.replace(is_left_out, ""))
}

/// Text that a person is asked to allow: as [`clean`], but nothing is left out. What would command a
/// terminal is shown by its number, too, because a program that gets it acts on it.
pub(crate) fn exact(text: &str) -> String {
    joiners::map(text, push_exact)
}

/// A command or a path that a person is asked to allow: as [`exact`], and joiners are shown by their numbers,
/// too, because a name with one is another name.
pub(crate) fn exact_command(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|character| push_exact(character, &mut shown));
    shown
}

fn push_exact(character: char, shown: &mut String) {
    if is_hidden(character) || (character.is_control() && !is_layout(character)) {
        shown.push_str(&format!("<U+{:04X}>", u32::from(character)));
    } else {
        shown.push(character);
    }
}

/// Control characters that only lay text out.
fn is_layout(character: char) -> bool {
    matches!(character, '\n' | '\t')
}

/// Whether a character shows nothing or turns the reading direction.
fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e01ef}'
    )
}

/// The word of a unit value, as in JSON.
pub(crate) fn word(value: impl Serialize) -> String {
    engine::store::text::word(value)
}

/// Lines of a list under its heads; numbers are set flush right.
pub(crate) fn columns<Head: AsRef<str>>(
    heads: &[Head],
    numbers: &[bool],
    rows: &[Vec<String>],
) -> Vec<String> {
    let heads: Vec<String> = heads.iter().map(|head| head.as_ref().to_owned()).collect();
    let all: Vec<&Vec<String>> = std::iter::once(&heads).chain(rows).collect();
    let width = |column: usize| {
        all.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..heads.len()).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &&Vec<String>| {
        let cells = row.iter().zip(&widths).zip(numbers);
        let cells = cells.map(|((cell, &width), &number)| match number {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all.iter().map(line).collect()
}

/// Stories as a list for people.
pub(crate) fn stories(stories: &[Story]) -> Vec<String> {
    let row = |story: &Story| {
        vec![
            story.slug.to_string(),
            state(story),
            figure(story.rereading, || count(story.tokens.total())),
            figure(story.rereading, || money(story.cost_micros, story.cost_basis)),
            clean(&story.title),
        ]
    };
    let rows: Vec<_> = stories.iter().map(row).collect();
    let heads = ["STORY", "STATE", "TOKENS", "COST", "TITLE"];
    columns(&heads, &[false, false, true, true, false], &rows)
}

/// A figure from events; words in its place where they are being read again.
fn figure(rereading: bool, figure: impl FnOnce() -> String) -> String {
    if rereading { "being read again".to_owned() } else { figure() }
}

/// The state with its reason and detail.
pub(crate) fn state(story: &Story) -> String {
    let mut text = word(story.state).replace('_', " ");
    if let Some(reason) = story.reason {
        text.push_str(&format!(" ({})", reason_word(reason)));
    }
    if let Some(until) = story.until {
        text.push_str(&ends(until, SystemClock.now()));
    }
    if let (StoryState::Running, Some(tasks)) = (story.state, story.tasks_after_turn) {
        let noun = if tasks == 1 { "task" } else { "tasks" };
        text.push_str(&format!(" (turn over, {tasks} background {noun})"));
    }
    text
}

/// When a state ends by itself; of a time that has passed, that it has.
fn ends(until: Timestamp, now: Timestamp) -> String {
    match until > now {
        true => format!(" until {}", clock(until)),
        false => format!(", its reset was at {}", clock(until)),
    }
}

fn reason_word(reason: Reason) -> String {
    match reason {
        Reason::You => "by you".to_owned(),
        Reason::Engine => "by Musher".to_owned(),
        Reason::System => "by the system".to_owned(),
        other => word(other).replace('_', " "),
    }
}

/// Runs as a list for people.
pub(crate) fn runs(runs: &[Run]) -> Vec<String> {
    let ending = |run: &Run| match run.outcome {
        Some(outcome) => word(outcome).replace('_', " "),
        None => word(run.state),
    };
    let row = |run: &Run| {
        vec![
            run.slug.to_string(),
            word(run.kind),
            ending(run),
            figure(run.rereading, || count(run.tokens.total())),
            figure(run.rereading, || money(run.cost_micros, run.cost_basis)),
            clean(run.model.as_deref().unwrap_or_default()),
        ]
    };
    let rows: Vec<_> = runs.iter().map(row).collect();
    let heads = ["RUN", "KIND", "STATE", "TOKENS", "COST", "MODEL"];
    columns(&heads, &[false, false, false, true, true, false], &rows)
}

/// Limits as a list for people.
pub(crate) fn limits(limits: &[Limit]) -> Vec<String> {
    let row = |limit: &Limit| {
        vec![
            clean(limit.account.as_str()),
            clean(&limit.name.words(' ')),
            match limit.status {
                LimitStatus::Overage => "extra usage is used".to_owned(),
                LimitStatus::Rejected if limit.name.is_extra => "no extra usage".to_owned(),
                LimitStatus::Rejected if limit.is_over => "no longer held".to_owned(),
                status => word(status).replace('_', " "),
            },
            limit.utilization.map_or("unknown".to_owned(), |used| format!("{:.0} %", used * 100.0)),
            limit.resets_at.map_or("unknown".to_owned(), clock),
            clock(limit.seen_at),
        ]
    };
    let rows: Vec<_> = limits.iter().map(row).collect();
    let heads = ["ACCOUNT", "WINDOW", "STATUS", "USED", "RESETS", "SEEN"];
    columns(&heads, &[false, false, false, true, false, false], &rows)
}

pub(crate) fn money(micros: u64, basis: CostBasis) -> String {
    let mark = match basis {
        CostBasis::Reported => "",
        CostBasis::Priced => "≈ ",
        _ => "≥ ",
    };
    match (micros, basis) {
        // No cost is known; that is no zero. What the other parts cost is known at least.
        (0, CostBasis::Unpriced) => "not priced yet".to_owned(),
        (0, CostBasis::LowerBound) => "not known".to_owned(),
        // "At least less than a cent" would say nothing.
        (1..10_000, CostBasis::LowerBound | CostBasis::Unpriced) => {
            format!("{mark}$0.{:04}", micros / 100)
        }
        (1..10_000, _) => format!("{mark}< $0.01"),
        _ => {
            let cents = cents(micros);
            format!("{mark}${}.{:02}", cents / 100, cents % 100)
        }
    }
}

/// Micro-dollars in cents, rounded as the window rounds them.
pub(crate) fn cents(micros: u64) -> u128 {
    (u128::from(micros) + 5_000) / 10_000
}

/// Three figures, rounded as the window rounds them: `812`, `8.12 k`, `81.2 k`, `2.87 M`.
pub(crate) fn count(tokens: u64) -> String {
    let (unit, name) = match tokens {
        0..1_000 => return tokens.to_string(),
        // What would round to a thousand of a unit is one of the next.
        1_000..999_500 => (1_000, "k"),
        999_500..999_500_000 => (1_000_000, "M"),
        _ => (1_000_000_000, "G"),
    };
    let rounded = |decimals: u32| (u128::from(tokens) * 10_u128.pow(decimals) + unit / 2) / unit;
    let decimals = [2, 1].into_iter().find(|decimals| rounded(*decimals) < 1_000).unwrap_or(0);
    let (figures, one) = (rounded(decimals), 10_u128.pow(decimals));
    match decimals {
        0 => format!("{figures} {name}"),
        _ => {
            format!("{}.{:0width$} {name}", figures / one, figures % one, width = decimals as usize)
        }
    }
}

pub(crate) fn tokens(tokens: Tokens) -> String {
    format!(
        "{} input, {} output, {} cache read, {} cache write",
        tokens.input, tokens.output, tokens.cache_read, tokens.cache_write
    )
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
            "  retry {attempt}{}: {}{}{}",
            max.map(|max| format!(" of {max}")).unwrap_or_default(),
            word(error).replace('_', " "),
            status.map(|status| format!(" {status}")).unwrap_or_default(),
            // An agent that does not say how long it waits gives 0.
            match delay_ms.div_ceil(1000) {
                0 => String::new(),
                seconds => format!(", waits {seconds} s"),
            }
        ),
        Event::ApiError { message, .. } => format!("! {message}"),
        Event::Limit { limit } => match limit.status {
            protocol::LimitStatus::Allowed => String::new(),
            status => {
                let window = limit.name.as_ref().map(|name| name.words(' '));
                let window = window.as_deref().unwrap_or("unknown");
                format!("  limit {window}: {}", word(status))
            }
        },
        Event::Question { tool, title, .. } => format!("? {tool} {title}"),
        Event::Denied { tool, message, .. } => format!("  {tool} denied: {message}"),
        Event::TaskStarted { description, background: true, .. } => {
            format!("  in the background: {description}")
        }
        Event::TaskEnded { summary, .. } => format!("  background: {summary}"),
        Event::InjectedMessage { text } => format!("· the agent told its model: {text}"),
        Event::Notice { text, .. } => format!("· {text}"),
        Event::RequestRefused { method, .. } => refused_line(method),
        Event::Unrecognized { what, .. } => format!("· not understood: {what}"),
        Event::Output { text, .. } => format!("  {text}"),
        _ => String::new(),
    }
}

fn refused_line(method: &str) -> String {
    match method.is_empty() {
        true => {
            "· the agent asked for something that Musher does not know; Musher refused".to_owned()
        }
        false => {
            format!("· the agent asked for {method}, which Musher does not know; Musher refused")
        }
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
        _ if first.is_empty() => String::new(),
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
        JournalEvent::RunStarting(facts) if facts.incomplete => {
            "! the conversation may be incomplete: the agent could not save a part of it".to_owned()
        }
        JournalEvent::Warning { text } => format!("! {text}"),
        JournalEvent::StoryRenamed { title } => format!("= renamed: {title}"),
        JournalEvent::StoryUnarchived {} => "= taken out of the archive".to_owned(),
        JournalEvent::StoryCreated { made: Some(made), .. } => worktree::facts(made),
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
    fn a_line_of_json_stays_one_line_and_means_the_same() {
        let text = "a\u{85}b\u{2028}c\u{9b}31m\u{7f}\u{202e}d\u{1f600}\u{5e9}\n".to_owned();
        let line = json(&text);
        assert!(!line.contains(is_commanding), "{line}");
        assert!(line.contains("\u{1f600}\u{5e9}"), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }

    #[test]
    fn a_reset_that_has_passed_is_no_time_to_wait_for() {
        let now = Timestamp::from_seconds(1_795_000_000);
        assert!(ends(now.plus_millis(1), now).starts_with(" until 20"));
        assert!(ends(now, now).starts_with(", its reset was at 20"));
    }

    #[test]
    fn counts_have_three_figures() {
        let shown = [
            (7, "7"),
            (999, "999"),
            (1_000, "1.00 k"),
            (1_234, "1.23 k"),
            (9_995, "10.0 k"),
            (56_450, "56.5 k"),
            (81_240, "81.2 k"),
            (99_950, "100 k"),
            (812_000, "812 k"),
            (999_499, "999 k"),
            (999_500, "1.00 M"),
            (2_870_000, "2.87 M"),
            (26_500_000, "26.5 M"),
            (999_500_000, "1.00 G"),
            (u64::MAX, "18446744074 G"),
        ];
        for (tokens, text) in shown {
            assert_eq!(count(tokens), text, "{tokens}");
        }
    }

    #[test]
    fn money_says_where_it_comes_from() {
        assert_eq!(money(4_060_000, CostBasis::Reported), "$4.06");
        assert_eq!(money(4_060_000, CostBasis::LowerBound), "≥ $4.06");
        assert_eq!(money(95_000, CostBasis::Reported), "$0.10");
        assert_eq!(money(94_999, CostBasis::Reported), "$0.09");
        assert_eq!(money(1_995_000, CostBasis::Priced), "≈ $2.00");
        assert_eq!(money(900, CostBasis::Priced), "≈ < $0.01");
        assert_eq!(money(8_399, CostBasis::LowerBound), "≥ $0.0083");
        assert_eq!(money(0, CostBasis::LowerBound), "not known");
        assert_eq!(money(0, CostBasis::Unpriced), "not priced yet");
        assert_eq!(money(4_060_000, CostBasis::Unpriced), "≥ $4.06");
        assert_eq!(money(0, CostBasis::Reported), "$0.00");
    }

    #[test]
    fn agent_text_cannot_command_a_terminal() {
        assert_eq!(clean("a\u{1b}]0;x\u{7}b\nc"), "a]0;xb\nc");
        assert_eq!(
            exact("a\u{1b}[2K\rb\0\u{9b}1A\tc\n"),
            "a<U+001B>[2K<U+000D>b<U+0000><U+009B>1A\tc\n"
        );
    }

    #[test]
    fn nothing_in_agent_text_is_hidden() {
        let shown = clean("rm \u{202e}txt\u{2069}\u{200b} 👩\u{200d}💻");
        assert_eq!(shown, "rm <U+202E>txt<U+2069><U+200B> 👩\u{200d}💻");
        assert_eq!(exact("pass\u{200d}word ❤\u{fe0f}"), "pass<U+200D>word ❤\u{fe0f}");
        assert_eq!(exact_command("rm می\u{200c}خ"), "rm می<U+200C>خ");
    }

    #[test]
    fn columns_are_as_wide_as_what_is_in_them() {
        let rows = [["a", "9", "x y"], ["a-longer-name", "1.23 k", ""]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        let lines = columns(&["NAME", "TOKENS", "TITLE"], &[false, true, false], &rows);
        assert_eq!(
            lines,
            ["NAME           TOKENS  TITLE", "a                   9  x y", "a-longer-name  1.23 k"]
        );
    }
}
