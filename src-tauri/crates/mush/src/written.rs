//! Parses answers as a person writes them on the command line or in a terminal: labels, numbers of
//! choices, free words. Pure. A text that can be read in two ways is refused, with both readings
//! and how to write each. Other unclear answers are refused by the engine.

use engine::choice::Unclear;
use protocol::{Choice, Chosen};

/// What a text can mean as labels of one choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Labels {
    /// It is not a label.
    None,
    /// It is these labels.
    Are(Vec<String>),
    /// It is one label, or several separated by commas.
    Either { one: String, several: Vec<String> },
}

/// Parses the arguments of `choose`: labels alone, and answers that name their choice by number.
///
/// # Errors
/// When a text is both a label and an answer `N=ANSWER`, or both one label and several.
pub(crate) fn read(
    choices: &[Choice],
    written: Vec<String>,
) -> Result<(Vec<String>, Vec<Chosen>), Unclear> {
    let mut labels = Vec::new();
    let mut chosen = Vec::new();
    for text in written {
        let numbered = numbered(choices, &text);
        let offering = choices.iter().position(|choice| choice.label_like(&text).is_some());
        match (numbered, offering) {
            (Some((place, rest)), Some(offering)) if place < choices.len() => {
                return Err(label_or_answer(choices, &text, offering, (place, rest)));
            }
            (_, Some(_)) | (None, None) => labels.push(text),
            (Some((place, rest)), None) => chosen.push(given(choices, place, rest)?),
        }
    }
    Ok((labels, chosen))
}

/// The index of the choice and the answer in `N=ANSWER`. The engine refuses a number that no choice
/// has.
fn numbered<'a>(choices: &[Choice], text: &'a str) -> Option<(usize, &'a str)> {
    let (number, rest) = text.split_once('=').filter(|_| !choices.is_empty())?;
    Some((number.trim().parse::<usize>().ok()?.checked_sub(1)?, rest))
}

/// How to write `text` so that it is read as an answer to the choice at `place` and not as a label.
/// Spaces are added until no label looks the same.
fn for_question(choices: &[Choice], place: usize, text: &str) -> String {
    let mut spaces = String::new();
    loop {
        let written = format!("{}={spaces}{text}", place + 1);
        if !choices.iter().any(|choice| choice.label_like(&written).is_some()) {
            return written;
        }
        spaces.push(' ');
    }
}

fn label_or_answer(
    choices: &[Choice],
    text: &str,
    offering: usize,
    (place, rest): (usize, &str),
) -> Unclear {
    let rest = rest.trim();
    let label = choices[offering].label_like(text).unwrap_or(text);
    Unclear {
        message: format!(
            "“{text}” can be read in two ways: as an option of “{}”, or as “{rest}” for “{}”",
            choices[offering].question, choices[place].question
        ),
        hint: format!(
            "For the option say \"{}\", for “{rest}” say \"{}\".",
            for_question(choices, offering, label),
            for_question(choices, place, rest)
        ),
    }
}

/// The answer to the choice at this index: labels if the text is one, else words.
fn given(choices: &[Choice], place: usize, text: &str) -> Result<Chosen, Unclear> {
    let question = u32::try_from(place).unwrap_or(u32::MAX);
    let own = Chosen { question, ..Chosen::default() };
    let meant = choices.get(place).map_or(Labels::None, |choice| labels(choice, text));
    match meant {
        Labels::None => Ok(Chosen { words: Some(text.to_owned()), ..own }),
        Labels::Are(labels) => Ok(Chosen { labels, ..own }),
        Labels::Either { one, several } => {
            let each: Vec<String> = several
                .iter()
                .map(|label| format!("\"{}\"", for_question(choices, place, label)))
                .collect();
            Err(Unclear {
                message: format!(
                    "“{one}” can be read in two ways: as one option, or as “{}”",
                    several.join("” and “")
                ),
                hint: format!("For the one say \"{one}\", for the others {}.", each.join(" ")),
            })
        }
    }
}

/// The meaning of a text as labels: one label, or several separated by commas if several can be
/// chosen.
pub(crate) fn labels(choice: &Choice, text: &str) -> Labels {
    read_labels(choice, text, |part| choice.label_like(part).map(str::to_owned))
}

/// As [`labels`], on a terminal, where an option can also be chosen by its number.
pub(crate) fn labels_or_numbers(choice: &Choice, text: &str) -> Labels {
    let by_number = |part: &str| {
        let number = part.trim().strip_prefix(mark(choice)?)?.parse::<usize>().ok()?;
        Some(choice.options.get(number.checked_sub(1)?)?.label.clone())
    };
    read_labels(choice, text, |part| {
        choice.label_like(part).map(str::to_owned).or_else(|| by_number(part))
    })
}

fn read_labels(choice: &Choice, text: &str, option: impl Fn(&str) -> Option<String>) -> Labels {
    let several: Option<Vec<String>> = match choice.several && text.contains(',') {
        true => text.split(',').map(&option).collect(),
        false => None,
    };
    match (option(text), several) {
        (Some(one), Some(several)) => Labels::Either { one, several },
        (Some(one), None) => Labels::Are(vec![one]),
        (None, Some(several)) => Labels::Are(several),
        (None, None) => Labels::None,
    }
}

/// The prefix of an option's number: empty, or `#` if a label is itself a number. `None` if labels
/// look like both; options then cannot be chosen by number.
pub(crate) fn mark(choice: &Choice) -> Option<&'static str> {
    let is_number = |part: &str, mark: &str| {
        let digits = part.trim().strip_prefix(mark);
        digits.is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let is_free = |mark: &&str| {
        let mut parts = choice.options.iter().flat_map(|option| option.label.split(','));
        !parts.any(|part| is_number(part, mark))
    };
    ["", "#"].into_iter().find(is_free)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Offered;

    fn choice(question: &str, several: bool, labels: &[&str]) -> Choice {
        let option = |label: &&str| Offered { label: (*label).to_owned(), description: None };
        Choice {
            question: question.to_owned(),
            several,
            options: labels.iter().map(option).collect(),
            ..Choice::default()
        }
    }

    /// The result for one argument: labels, `N: labels; words`, or the reason of the refusal.
    fn found(choices: &[Choice], written: &str) -> String {
        let (labels, chosen) = match read(choices, vec![written.to_owned()]) {
            Ok(found) => found,
            Err(unclear) => return format!("{}. {}", unclear.message, unclear.hint),
        };
        match chosen.first() {
            None => labels.join("|"),
            Some(Chosen { question, labels, words, .. }) => {
                format!("{question}: {}; {}", labels.join("|"), words.as_deref().unwrap_or("-"))
            }
        }
    }

    #[test]
    fn answers_are_read_as_they_are_written() {
        let choices = [
            choice("A?", false, &["Yes", "No", "x=y", "7=seven"]),
            choice("B?", true, &["S", "L, wide", "XL"]),
        ];
        let table = [
            ("Yes", "Yes"),
            ("yes", "yes"),
            ("x=y", "x=y"),
            ("a=b", "a=b"),
            ("1=yes", "0: Yes; -"),
            ("2=S, xl", "1: S|XL; -"),
            ("2=L, wide", "1: L, wide; -"),
            ("2=S, huge", "1: ; S, huge"),
            ("2=1", "1: ; 1"),
            ("1=only on disk", "0: ; only on disk"),
            // No choice has this number, so the text is the label.
            ("7=seven", "7=seven"),
        ];
        for (written, right) in table {
            assert_eq!(found(&choices, written), right, "{written}");
        }
    }

    #[test]
    fn a_label_that_looks_like_a_numbered_answer_is_refused_with_both_ways_to_say_it() {
        let choices = [choice("A?", false, &["Yes", "No"]), choice("B?", false, &["1=Yes", "2=x"])];
        let table = [
            (
                "1=Yes",
                "“1=Yes” can be read in two ways: as an option of “B?”, or as “Yes” for “A?”. \
                 For the option say \"2=1=Yes\", for “Yes” say \"1= Yes\".",
            ),
            (
                "2=x",
                "“2=x” can be read in two ways: as an option of “B?”, or as “x” for “B?”. \
                 For the option say \"2=2=x\", for “x” say \"2= x\".",
            ),
            ("2=1=Yes", "1: 1=Yes; -"),
            ("1= Yes", "0: Yes; -"),
            ("2=2=x", "1: 2=x; -"),
            ("2= x", "1: ;  x"),
        ];
        for (written, right) in table {
            assert_eq!(found(&choices, written), right, "{written}");
        }
    }

    #[test]
    fn a_label_with_a_comma_is_not_taken_for_two() {
        let choices = [choice("A?", true, &["S", "L", "S, L"])];
        assert_eq!(
            found(&choices, "1=S, L"),
            "“S, L” can be read in two ways: as one option, or as “S” and “L”. \
             For the one say \"S, L\", for the others \"1=S\" \"1=L\"."
        );
        assert_eq!(found(&choices, "S, L"), "S, L");
    }

    #[test]
    fn an_option_has_a_number_on_a_terminal() {
        let are =
            |labels: &[&str]| Labels::Are(labels.iter().map(|label| (*label).to_owned()).collect());
        let wide = choice("A?", true, &["Small, and round", "Large", "Wide, and flat"]);
        let sizes = choice("B?", true, &["3", "2", "1"]);
        let odd = choice("C?", false, &["1", "#1"]);
        let table = [
            (&wide, "3", are(&["Wide, and flat"])),
            (&wide, "1, 3", are(&["Small, and round", "Wide, and flat"])),
            (&wide, "large, 1", are(&["Large", "Small, and round"])),
            (&wide, "Small, and round", are(&["Small, and round"])),
            (&wide, "0", Labels::None),
            (&wide, "4", Labels::None),
            (&wide, "1, 4", Labels::None),
            // If a label is a number, a plain number means the label, and `#` marks the number of
            // an option.
            (&sizes, "1", are(&["1"])),
            (&sizes, "#1", are(&["3"])),
            (&sizes, "#3, 3", are(&["1", "3"])),
            (&odd, "1", are(&["1"])),
            (&odd, "#1", are(&["#1"])),
            (&odd, "2", Labels::None),
        ];
        for (choice, typed, right) in table {
            assert_eq!(labels_or_numbers(choice, typed), right, "{typed}");
        }
        assert_eq!([&wide, &sizes, &odd].map(mark), [Some(""), Some("#"), None]);
    }

    #[test]
    fn a_number_that_no_question_has_is_left_to_be_refused() {
        let choices = [choice("A?", false, &["A"])];
        let (labels, chosen) = read(&choices, vec!["7=A".to_owned(), "0=A".to_owned()]).unwrap();
        assert_eq!((labels, chosen[0].question), (vec!["0=A".to_owned()], 6));
    }
}
