//! Output: JSON lines for programs, plain lines for people. Control characters in the text of
//! agents are removed or escaped, so that the text cannot control the terminal.

use crate::zone::clock;
use engine::clock::{Clock, SystemClock};
use engine::joiners;
use protocol::{
    CostBasis, ErrorCode, Fault, Limit, LimitStatus, Reason, ResetBasis, Run, Story, StoryState,
    Timestamp, Tokens, Work,
};
use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The output format.
#[derive(Clone, Copy)]
pub(crate) struct Out {
    pub(crate) json: bool,
}

impl Out {
    /// Prints one value: as JSON, or as the text that `text` makes of it.
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

    /// Prints a sentence for people. JSON output does not have it.
    pub(crate) fn note(self, text: &str) {
        if !self.json {
            say(text);
        }
    }
}

/// One line of JSON. Characters that control a terminal are escaped, and so are line ends other
/// than the newline, because some readers split lines at them.
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

/// Characters to escape that JSON leaves as they are: control characters, Unicode line ends, and
/// characters that change the direction of text.
fn is_commanding(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The first error of standard output, other than a closed pipe.
static REFUSED: OnceLock<String> = OnceLock::new();

/// Whether standard output still has a reader. Set to false by the first write to a closed pipe.
static HEARD: AtomicBool = AtomicBool::new(true);

/// Prints a line. A closed pipe is not an error; other errors, such as a full disk, are reported by
/// [`refused`] at the end.
pub(crate) fn say(line: &str) {
    note_written(writeln!(io::stdout(), "{line}"));
}

fn note_written(written: io::Result<()>) {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            HEARD.store(false, Ordering::Relaxed);
        }
        Err(error) => drop(REFUSED.set(error.to_string())),
        Ok(()) => {}
    }
}

/// Prints bytes as they are to a file or another program, and as readable text to a terminal.
pub(crate) fn say_bytes(bytes: &[u8]) {
    let mut stdout = io::stdout();
    let written = match stdout.is_terminal() {
        true => stdout.write_all(clean(&String::from_utf8_lossy(bytes)).as_bytes()),
        false => stdout.write_all(bytes),
    };
    note_written(written.and_then(|()| stdout.flush()));
}

/// Whether standard output still has a reader.
pub(crate) fn is_read() -> bool {
    HEARD.load(Ordering::Relaxed)
}

/// The error if some output could not be written.
pub(crate) fn refused() -> Option<Fault> {
    REFUSED.get().map(|why| {
        Fault::new(
            ErrorCode::Internal,
            format!("not everything could be printed: {why}"),
            "Nothing else is lost: say it again with the output somewhere else.",
        )
    })
}

/// Prints a line for people on standard error.
pub(crate) fn announce(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Text of an agent without control characters. Characters that are invisible or change the reading
/// direction are replaced by their numbers.
pub(crate) fn clean(text: &str) -> String {
    let is_left_out = |character: char| character.is_control() && !is_layout(character);
    exact(&text.replace(is_left_out, ""))
}

/// Text that a person is asked to allow. As [`clean`], but control characters are shown by their
/// numbers and not removed, because a program that gets the text acts on them.
pub(crate) fn exact(text: &str) -> String {
    joiners::map(text, push_exact)
}

/// A command or path that a person is asked to allow. As [`exact`], and joiners are shown by their
/// numbers, too, because they make a different name that looks the same.
pub(crate) fn exact_command(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|character| push_exact(character, &mut shown));
    shown
}

/// A path on one line. As [`exact_command`], and newlines and tabs are shown by their numbers, too.
pub(crate) fn exact_path(path: &str) -> String {
    exact_command(path).replace('\n', "<U+000A>").replace('\t', "<U+0009>")
}

fn push_exact(character: char, shown: &mut String) {
    if is_hidden(character) || (character.is_control() && !is_layout(character)) {
        shown.push_str(&format!("<U+{:04X}>", u32::from(character)));
    } else {
        shown.push(character);
    }
}

/// Control characters that only affect the layout.
fn is_layout(character: char) -> bool {
    matches!(character, '\n' | '\t')
}

/// Whether a character is invisible or changes the reading direction.
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

/// The word of a unit enum value, as in JSON.
pub(crate) fn word(value: impl Serialize) -> String {
    engine::store::text::word(value)
}

/// The lines of a table with its heads. Columns of numbers are aligned to the right.
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

/// Stories as a list for people; whether a process owns the directory, without which nothing follows from what
/// agents do.
pub(crate) fn stories(stories: &[Story], is_looked_after: bool) -> Vec<String> {
    let stands = |story: &Story| match is_looked_after || !story.goes_on_by_itself() {
        true => state(story),
        false => format!("{}, nobody looks after it", state(story)),
    };
    let row = |story: &Story| {
        vec![
            story.slug.to_string(),
            stands(story),
            figure(story.rereading, || used(story.tokens, story.is_partial)),
            figure(story.rereading, || money(story.cost_micros, story.cost_basis)),
            work(story.work.as_ref()),
            clean(&story.title),
        ]
    };
    let rows: Vec<_> = stories.iter().map(row).collect();
    let heads = ["STORY", "STATE", "TOKENS", "COST", "CHANGES", "TITLE"];
    columns(&heads, &[false, false, true, true, true, false], &rows)
}

/// How much a story changed; nothing where that is not known.
fn work(work: Option<&Work>) -> String {
    match work.and_then(|work| work.added.zip(work.removed)) {
        Some((added, removed)) => format!("+{added} \u{2212}{removed}"),
        None => String::new(),
    }
}

/// A value that comes from events. If these are being read again, a note instead.
fn figure(rereading: bool, figure: impl FnOnce() -> String) -> String {
    if rereading { "being read again".to_owned() } else { figure() }
}

/// The state of a story with its reason and detail.
pub(crate) fn state(story: &Story) -> String {
    let now = SystemClock.now();
    let (state, reason) = match story.is_limit_over(now) {
        // Nobody has recorded it yet.
        true => (StoryState::NeedsYou, Some(Reason::LimitOver)),
        false => (story.state, story.reason),
    };
    let mut text = word(state).replace('_', " ");
    text.push_str(&why(reason));
    if let Some(until) = story.until {
        text.push_str(&ends(until, story.reset, now));
    }
    match (story.state, story.tasks_after_turn) {
        (StoryState::Running, Some(0)) => text.push_str(" (turn over)"),
        (StoryState::Running, Some(1)) => text.push_str(" (turn over, 1 background task)"),
        (StoryState::Running, Some(tasks)) => {
            text.push_str(&format!(" (turn over, {tasks} background tasks)"));
        }
        _ => {}
    }
    text
}

/// When a state ends by itself; of a time that has passed, that it has. A time that no agent reported is said to be a
/// guess.
pub(crate) fn ends(until: Timestamp, reset: ResetBasis, now: Timestamp) -> String {
    let time = clock(until);
    match (reset, until > now) {
        (ResetBasis::Reported, true) => format!(" until {time}"),
        (ResetBasis::Reported, false) => format!(", its reset was at {time}"),
        (ResetBasis::Guessed, true) => format!(" until about {time} (the agent named no reset)"),
        (ResetBasis::Guessed, false) => ", the agent named no reset".to_owned(),
        (ResetBasis::Served, _) => format!(", the limit is gone since {time}"),
    }
}

/// The reason of a state in brackets; nothing where the agent's own words are the only reason.
pub(crate) fn why(reason: Option<Reason>) -> String {
    match reason {
        None | Some(Reason::Other) => String::new(),
        Some(Reason::You) => " (by you)".to_owned(),
        Some(Reason::Engine) => " (by Musher)".to_owned(),
        Some(Reason::System) => " (by the system)".to_owned(),
        Some(other) => format!(" ({})", word(other).replace('_', " ")),
    }
}

/// Runs as a table for people.
pub(crate) fn runs(runs: &[Run]) -> Vec<String> {
    let ending = |run: &Run| match run.outcome {
        Some(outcome) => word(outcome).replace('_', " "),
        None => word(run.state),
    };
    let ending = |run: &Run| match run.logs_deleted {
        Some(_) => format!("{}, logs deleted", ending(run)),
        None => ending(run),
    };
    let row = |run: &Run| {
        vec![
            run.slug.to_string(),
            word(run.kind),
            ending(run),
            figure(run.rereading, || used(run.tokens, run.is_partial)),
            figure(run.rereading, || money(run.cost_micros, run.cost_basis)),
            clean(run.model.as_deref().unwrap_or_default()),
        ]
    };
    let rows: Vec<_> = runs.iter().map(row).collect();
    let heads = ["RUN", "KIND", "STATE", "TOKENS", "COST", "MODEL"];
    columns(&heads, &[false, false, false, true, true, false], &rows)
}

/// Limits as a table for people.
pub(crate) fn limits(limits: &[Limit], now: Timestamp) -> Vec<String> {
    let has_passed = |limit: &Limit| limit.resets_at.is_some_and(|reset| reset <= now);
    let row = |limit: &Limit| {
        vec![
            clean(limit.account.as_str()),
            clean(&limit.name.words(' ')),
            match limit.status {
                LimitStatus::Overage => "extra usage is used".to_owned(),
                LimitStatus::Rejected if limit.name.is_extra => "no extra usage".to_owned(),
                LimitStatus::Rejected if limit.is_over => "no longer held".to_owned(),
                LimitStatus::Rejected if has_passed(limit) => "reset passed".to_owned(),
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

/// `812 bytes`, `48.2 kB`, `3.2 GB`; decimal units, as in the window.
pub(crate) fn bytes(size: u64) -> String {
    if size < 1000 {
        return if size == 1 { "1 byte".to_owned() } else { format!("{size} bytes") };
    }
    let units = ["kB", "MB", "GB", "TB"];
    let mut value = size as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < units.len() {
        (value, unit) = (value / 1000.0, unit + 1);
    }
    let digits = usize::from(value < 99.95);
    format!("{value:.digits$} {}", units[unit])
}

pub(crate) fn money(micros: u64, basis: CostBasis) -> String {
    let mark = match basis {
        CostBasis::Reported => "",
        CostBasis::Priced => "≈ ",
        _ => "≥ ",
    };
    match (micros, basis) {
        // No amount is known, so none is shown: 0 would look like a cost of nothing.
        (0, CostBasis::Unpriced) => "not priced yet".to_owned(),
        (0, CostBasis::LowerBound) => "not known".to_owned(),
        // "At least less than a cent" has no meaning, so these amounts have four decimals.
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

/// Micro-dollars in cents, rounded as in the window.
pub(crate) fn cents(micros: u64) -> u128 {
    (u128::from(micros) + 5_000) / 10_000
}

/// A count with three significant digits, rounded as in the window: `812`, `8.12 k`, `81.2 k`,
/// `2.87 M`.
pub(crate) fn count(tokens: u64) -> String {
    let (unit, name) = match tokens {
        0..1_000 => return tokens.to_string(),
        // 999,500 and more would round to "1000 k", so it is shown as "1.00 M".
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

/// Tokens by class; with `≥` if they are a lower bound.
pub(crate) fn tokens(tokens: Tokens, is_partial: bool) -> String {
    if is_unknown(tokens, is_partial) {
        return "tokens not known".to_owned();
    }
    format!(
        "{}{} input, {} output, {} cache read, {} cache write",
        at_least(is_partial),
        tokens.input,
        tokens.output,
        tokens.cache_read,
        tokens.cache_write
    )
}

/// Whether nothing is known of what was used: a turn was cut before its agent told it.
pub(crate) fn is_unknown(tokens: Tokens, is_partial: bool) -> bool {
    tokens.total() == 0 && is_partial
}

/// The mark before a count that is a lower bound.
pub(crate) fn at_least(is_partial: bool) -> &'static str {
    if is_partial { "≥ " } else { "" }
}

/// A count of tokens in a table.
fn used(tokens: Tokens, is_partial: bool) -> String {
    match is_unknown(tokens, is_partial) {
        true => "not known".to_owned(),
        false => format!("{}{}", at_least(is_partial), count(tokens.total())),
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
    fn a_size_has_three_figures_and_its_unit() {
        let sizes = [0, 1, 999, 1_000, 99_949, 99_950, 999_499, 999_500, 12_345_678, 3_210_000_000];
        assert_eq!(
            sizes.map(bytes),
            [
                "0 bytes",
                "1 byte",
                "999 bytes",
                "1.0 kB",
                "99.9 kB",
                "100 kB",
                "999 kB",
                "1.0 MB",
                "12.3 MB",
                "3.2 GB"
            ]
        );
    }

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
        let said = |reset, millis| ends(now.plus_millis(millis), reset, now);
        assert!(said(ResetBasis::Reported, 1).starts_with(" until 20"));
        assert!(said(ResetBasis::Reported, 0).starts_with(", its reset was at 20"));
        let guess = said(ResetBasis::Guessed, 1);
        assert!(guess.starts_with(" until about 20") && guess.ends_with("named no reset)"));
        assert_eq!(said(ResetBasis::Guessed, 0), ", the agent named no reset");
        assert!(said(ResetBasis::Served, 0).starts_with(", the limit is gone since 20"));
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
    fn tokens_that_are_not_all_known_are_a_lower_bound() {
        let some = Tokens { input: 1_200, output: 13, ..Tokens::default() };
        assert_eq!(
            (used(some, false), used(some, true)),
            ("1.21 k".to_owned(), "≥ 1.21 k".to_owned())
        );
        assert_eq!(used(Tokens::default(), true), "not known");
        assert_eq!(tokens(some, true), "≥ 1200 input, 13 output, 0 cache read, 0 cache write");
        assert_eq!(tokens(Tokens::default(), true), "tokens not known");
        assert!(tokens(Tokens::default(), false).starts_with("0 input"));
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
