//! Makes sentences and clauses of a message in Markdown, without code blocks, quotations and marks. Pure.

/// Stands for a piece of code, followed by its number.
pub(super) const CODE: char = '\u{fffc}';

/// A sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sentence {
    /// As it is shown, on one line.
    pub(super) shown: String,
    /// In small letters, with [`CODE`] in place of code.
    pub(super) text: String,
    /// Its clauses, of the same.
    pub(super) clauses: Vec<String>,
    /// The pieces of code.
    pub(super) codes: Vec<String>,
    pub(super) is_question: bool,
}

/// Lines that begin with one of these say that something is not so, or not yet.
const OPEN_MARKS: &[&str] =
    &["[ ]", "\u{274c}", "\u{2717}", "\u{2718}", "\u{2610}", "\u{23f3}", "\u{1f6a7}", "\u{26a0}"];

const MARKS: &[&str] = &["[x]", "[X]", "\u{2705}", "\u{2714}", "\u{2713}", "\u{2611}", "\u{fe0f}"];

/// The sentences of a message.
pub(super) fn sentences(message: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut quoted_paragraph = false;
    for line in message.lines() {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        if let Some(mark) = mark {
            fence = match fence {
                Some(open) if open == mark => None,
                Some(open) => Some(open),
                None => Some(mark),
            };
            continue;
        }
        let is_code = fence.is_some()
            || line.starts_with("    ") && !begins_item(trimmed)
            || line.starts_with('\t');
        if trimmed.is_empty() {
            quoted_paragraph = false;
        }
        quoted_paragraph |= trimmed.starts_with('>');
        if !is_code && !quoted_paragraph {
            of_line(trimmed, &mut found);
        }
    }
    found
}

fn begins_item(line: &str) -> bool {
    line.starts_with(['-', '*', '+', '\u{2022}']) || line.starts_with(|c: char| c.is_ascii_digit())
}

fn of_line(line: &str, found: &mut Vec<Sentence>) {
    let mut line = line.trim_start_matches(['#', '-', '*', '+', '\u{2022}', '|', ' ', '\t']);
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if let Some(rest) = number.strip_prefix(['.', ')']).filter(|rest| rest.starts_with(' ')) {
        line = rest.trim_start();
    }
    if OPEN_MARKS.iter().any(|mark| line.contains(mark)) || line.contains("~~") {
        return;
    }
    let mut line = line.to_owned();
    for mark in MARKS {
        line = line.replace(mark, " ");
    }
    let (text, codes) = without_code(&line.replace("**", "").replace("__", ""));
    for (text, is_question) in cut(&without_quotations(&text)) {
        let text = text.trim();
        if !text.is_empty() {
            found.push(sentence(text, &codes, is_question));
        }
    }
}

fn sentence(text: &str, codes: &[String], is_question: bool) -> Sentence {
    let mut shown = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            CODE => {
                let number: String = chars.by_ref().take_while(|c| *c != CODE).collect();
                let code = number.parse().ok().and_then(|at: usize| codes.get(at));
                // The spaces around it only part it from other words.
                if shown.ends_with(' ') {
                    shown.pop();
                }
                shown.push_str(code.map_or("", String::as_str));
                chars.next_if_eq(&' ');
            }
            c => shown.push(c),
        }
    }
    let text = text.to_lowercase().replace(['\u{2019}', '\u{2bc}'], "'");
    Sentence {
        shown: shown.split_whitespace().collect::<Vec<_>>().join(" "),
        clauses: clauses(&text),
        text,
        codes: codes.to_vec(),
        is_question,
    }
}

/// Puts marks in the place of pieces in backquotes.
fn without_code(line: &str) -> (String, Vec<String>) {
    let (mut text, mut codes) = (String::new(), Vec::new());
    let mut rest = line.replace(CODE, " ");
    while let Some(at) = rest.find('`') {
        let run = rest[at..].bytes().take_while(|byte| *byte == b'`').count();
        let after = at + run;
        let Some(len) = rest[after..].find(&"`".repeat(run)) else { break };
        text.push_str(&rest[..at]);
        text.push_str(&format!(" {CODE}{}{CODE} ", codes.len()));
        codes.push(rest[after..after + len].trim().to_owned());
        rest = rest[after + len + run..].to_owned();
    }
    text.push_str(&rest);
    (text, codes)
}

const QUOTES: &[(char, char)] = &[
    ('"', '"'),
    ('\u{201c}', '\u{201d}'),
    ('\u{201e}', '\u{201c}'),
    ('\u{ab}', '\u{bb}'),
    ('\u{bb}', '\u{ab}'),
    ('\u{300c}', '\u{300d}'),
    ('\u{300e}', '\u{300f}'),
    ('\u{2018}', '\u{2019}'),
];

/// Leaves out what stands in quotation marks. Without a closing mark all the rest may be quoted.
fn without_quotations(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match QUOTES.iter().find(|(open, _)| *open == c) {
            Some((_, close)) => {
                let closed = chars.by_ref().any(|c| c == *close);
                plain.push_str(if closed { " \u{2026} " } else { "" });
            }
            None => plain.push(c),
        }
    }
    plain
}

/// The sentences of a line, and whether each is a question.
fn cut(text: &str) -> Vec<(String, bool)> {
    let mut sentences = vec![(String::new(), false)];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let ends = match c {
            '.' | '!' | '?' => {
                chars.peek().is_none_or(|next| next.is_whitespace() || "!?*_)".contains(*next))
            }
            '\u{3002}' | '\u{ff01}' | '\u{ff1f}' => true,
            _ => false,
        };
        let Some((sentence, is_question)) = sentences.last_mut() else { break };
        sentence.push(c);
        *is_question |= ends && matches!(c, '?' | '\u{ff1f}');
        if ends {
            sentences.push((String::new(), false));
        }
    }
    sentences
}

/// Words that begin a clause.
const BREAKS: &[&str] = &[
    " but ",
    " however ",
    " although ",
    " though ",
    " while ",
    " whereas ",
    " aber ",
    " jedoch ",
    " mais ",
    " pero ",
    " mas ",
    " \u{2014} ",
    " \u{2013} ",
    " - ",
    " и ",
    " но ",
    " and ",
    " und ",
    " et ",
    " y ",
    " e ",
];

fn clauses(text: &str) -> Vec<String> {
    let mut text = text.replace(
        [';', ',', '(', ')', '\u{ff0c}', '\u{3001}', '\u{ff1b}', '\u{ff08}', '\u{ff09}'],
        "\n",
    );
    for word in BREAKS {
        text = text.replace(word, &format!("\n{} ", word.trim()));
    }
    text.split('\n').map(str::trim).filter(|clause| !clause.is_empty()).map(str::to_owned).collect()
}

/// The piece of code that a word stands for.
pub(super) fn code<'c>(word: &str, codes: &'c [String]) -> Option<&'c str> {
    let number = word.strip_prefix(CODE)?.strip_suffix(CODE)?;
    codes.get(number.parse::<usize>().ok()?).map(String::as_str)
}

/// The words of a clause, with apostrophes, hyphens and slashes within.
pub(super) fn words(clause: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == CODE || "'-/_.".contains(c);
    let trim = |word: &str| word.trim_matches(|c: char| "'-/_.".contains(c)).to_owned();
    clause.split(|c: char| !is_part(c)).map(trim).filter(|word| !word.is_empty()).collect()
}
