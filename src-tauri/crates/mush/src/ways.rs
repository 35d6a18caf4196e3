//! Texts that tell a person at the terminal how to answer a question. Pure.

use crate::text::exact;
use crate::written;
use protocol::{Choice, QuestionKind, QuestionOption};

/// What follows the question's id in `mush answer`.
pub(crate) fn words(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Choice => "choose ANSWER... (or deny)",
        QuestionKind::Permission | QuestionKind::Plan => "allow (or deny)",
        QuestionKind::Form => "fill NAME=VALUE... (or deny, or cancel)",
    }
}

/// How to answer one choice.
pub(crate) fn of(choice: &Choice) -> String {
    let by = match written::mark(choice) {
        Some("") => "numbers or labels",
        Some(_) => "labels, or numbers with #",
        None => "labels",
    };
    match (choice.options.is_empty(), choice.several) {
        (true, _) => "Type your answer, or n and why not:".to_owned(),
        (false, false) => {
            let by = by.replace("numbers", "a number").replace("labels", "a label");
            format!("Type {by}, = and words of your own, or n and why not:")
        }
        (false, true) => {
            format!(
                "Type {by} with commas between them, = and words of your own, or n and why not:"
            )
        }
    }
}

/// The message for a text that can be read as one label or as several, with how to write each.
pub(crate) fn either(choice: &Choice, one: &str, several: &[String]) -> String {
    let number = |label: &str| {
        let at = choice.options.iter().position(|option| option.label == label)?;
        Some(format!("{}{}", written::mark(choice)?, at + 1))
    };
    let labels = several.join("” and “");
    let numbers: Option<Vec<String>> = several.iter().map(|label| number(label)).collect();
    let how = match (number(one), numbers) {
        (Some(one), Some(several)) => format!("Type {one}, or {}.", several.join(", ")),
        _ => "Type = and words of your own that say which.".to_owned(),
    };
    format!("That can be read in two ways: as “{one}”, or as “{labels}”. {how}")
}

/// How to answer with one of the decisions beyond plain yes and no: each is written as its id.
pub(crate) fn with_decisions<'a>(
    plain: String,
    more: impl Iterator<Item = &'a QuestionOption>,
) -> String {
    let with_scope = |option: &QuestionOption| {
        format!("{} ({})", exact(&option.id), option.does.words().to_lowercase())
    };
    let more: Vec<String> = more.map(with_scope).collect();
    match (more.is_empty(), plain.strip_suffix(':')) {
        (false, Some(plain)) => format!("{plain}, or {}:", more.join(", or ")),
        _ => plain,
    }
}
