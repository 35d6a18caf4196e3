//! Answers as a person writes them on the command line or in a terminal: labels, numbers of questions, words of
//! their own. Pure; what is still unclear is refused by the engine, with words that name the questions.

use engine::choice::Choice;
use protocol::Chosen;

/// `choose` on the command line: labels that name no question, and answers that do. A label is itself first, so that
/// one that looks like `1=x` can be chosen.
pub(crate) fn read(choices: &[Choice], written: Vec<String>) -> (Vec<String>, Vec<Chosen>) {
    let mut labels = Vec::new();
    let mut chosen = Vec::new();
    for text in written {
        let numbered = text.split_once('=').and_then(|(number, rest)| Some((place(number)?, rest)));
        match numbered {
            _ if choices.iter().any(|choice| choice.offers(&text)) => labels.push(text),
            Some((place, rest)) => chosen.push(given(choices, place, rest)),
            None => labels.push(text),
        }
    }
    (labels, chosen)
}

/// The place of a question by the number that is shown for it.
fn place(number: &str) -> Option<u32> {
    number.trim().parse::<u32>().ok()?.checked_sub(1)
}

/// What was written to the question at this place: its labels, or words.
fn given(choices: &[Choice], place: u32, text: &str) -> Chosen {
    let labels = choices.get(place as usize).and_then(|choice| labels(choice, text));
    match labels {
        Some(labels) => Chosen { question: place, labels, ..Chosen::default() },
        None => Chosen { question: place, words: Some(text.to_owned()), ..Chosen::default() },
    }
}

/// The labels in a text: one, or several between commas where several can be chosen; `None` when it is none.
pub(crate) fn labels(choice: &Choice, text: &str) -> Option<Vec<String>> {
    let one = |text: &str| Some(choice.label_like(text)?.to_owned());
    if let Some(label) = one(text) {
        return Some(vec![label]);
    }
    if !choice.several {
        return None;
    }
    text.split(',').map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::choice::Offered;

    fn choice(several: bool, labels: &[&str]) -> Choice {
        let option = |label: &&str| Offered { label: (*label).to_owned(), description: None };
        Choice { several, options: labels.iter().map(option).collect(), ..Choice::default() }
    }

    /// What one written answer comes to: labels, or `N: labels; words`.
    fn found(choices: &[Choice], written: &str) -> String {
        let (labels, chosen) = read(choices, vec![written.to_owned()]);
        match chosen.first() {
            None => labels.join("|"),
            Some(Chosen { question, labels, words, .. }) => {
                format!("{question}: {}; {}", labels.join("|"), words.as_deref().unwrap_or("-"))
            }
        }
    }

    #[test]
    fn answers_are_read_as_they_are_written() {
        let choices =
            [choice(false, &["Yes", "No", "2=two"]), choice(true, &["S", "L, wide", "XL"])];
        let table = [
            ("Yes", "Yes"),
            ("2=two", "2=two"),
            ("yes", "yes"),
            ("x=y", "x=y"),
            ("1=yes", "0: Yes; -"),
            ("2=S, xl", "1: S|XL; -"),
            ("2=L, wide", "1: L, wide; -"),
            ("2=S, huge", "1: ; S, huge"),
            ("1=only on disk", "0: ; only on disk"),
        ];
        for (written, right) in table {
            assert_eq!(found(&choices, written), right, "{written}");
        }
    }

    #[test]
    fn a_number_that_no_question_has_is_left_to_be_refused() {
        let (labels, chosen) =
            read(&[choice(false, &["A"])], vec!["7=A".to_owned(), "0=A".to_owned()]);
        assert_eq!((labels, chosen[0].question), (vec!["0=A".to_owned()], 6));
    }
}
