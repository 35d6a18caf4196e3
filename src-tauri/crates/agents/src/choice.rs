//! Checks which answer belongs to which of the questions that an agent asks together. Pure. An answer
//! that could belong to several questions is refused, with the texts of these questions; it is never
//! moved to another one. Each agent's folder reads that agent's questions; the engine checks answers
//! here, and `mush` shows and asks questions with it.

use protocol::{Answer, AnswerBehavior, Choice, Chosen};

/// Whether several options have this label but differ otherwise. The agent gets the label alone.
fn is_ambiguous(choice: &Choice, label: &str) -> bool {
    let mut alike = choice.options.iter().filter(|option| option.label == label);
    let first = alike.next();
    alike.any(|option| Some(option) != first)
}

/// Why an answer does not fit the questions: a sentence, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclear {
    /// What is wrong with the answer.
    pub message: String,
    /// What the person can do.
    pub hint: String,
}

impl Unclear {
    fn new(message: String, choices: &[Choice]) -> Self {
        Self { message, hint: format!("Answer each question: {}.", shown(choices)) }
    }
}

/// A question's text, followed by its number if another question has the same text.
fn named(choices: &[Choice], k: usize) -> String {
    let Some(choice) = choices.get(k) else { return format!("question {}", k + 1) };
    let same = choices.iter().filter(|other| other.question == choice.question);
    match same.count() {
        0 | 1 => format!("“{}”", choice.question),
        _ => format!("question {} “{}”", k + 1, choice.question),
    }
}

/// Lists the questions with their numbers and options, in one line.
fn shown(choices: &[Choice]) -> String {
    let one = |(k, choice): (usize, &Choice)| {
        let labels: Vec<&str> = choice.options.iter().map(|option| option.label.as_str()).collect();
        let offered = match labels.is_empty() {
            true => "in words".to_owned(),
            false => labels.join(" | "),
        };
        format!("{} “{}” ({offered})", k + 1, choice.question)
    };
    choices.iter().enumerate().map(one).collect::<Vec<_>>().join("; ")
}

/// Moves every part of the answer under its question, and checks that each question is answered.
///
/// # Errors
/// If a label or text could belong to several questions, a question has no answer or too many, or a label
/// is not offered.
pub fn settled(choices: &[Choice], answer: &Answer) -> Result<Answer, Unclear> {
    if answer.behavior != AnswerBehavior::Allow {
        return Ok(answer.clone());
    }
    if choices.is_empty() {
        return Err(Unclear {
            message: "the agent's questions cannot be read".to_owned(),
            hint: "Deny, and say in the message what you want.".to_owned(),
        });
    }
    let mut given: Vec<Chosen> = choices.iter().enumerate().map(empty).collect();
    for chosen in &answer.choices {
        take(choices, &mut given, chosen)?;
    }
    for label in &answer.labels {
        take_label(choices, &mut given, label)?;
    }
    if let Some(words) = said(answer.message.as_deref()) {
        take_words(choices, &mut given, words)?;
    }
    check(choices, &given)?;
    for (chosen, choice) in given.iter_mut().zip(choices) {
        // Puts the labels in the agent's own order, each once.
        let chosen_labels = std::mem::take(&mut chosen.labels);
        let offered = choice.options.iter().map(|option| &option.label);
        for label in offered.filter(|label| chosen_labels.contains(label)) {
            if !chosen.labels.contains(label) {
                chosen.labels.push(label.clone());
            }
        }
    }
    Ok(Answer { message: None, labels: Vec::new(), choices: given, ..answer.clone() })
}

fn empty((k, choice): (usize, &Choice)) -> Chosen {
    Chosen {
        question: u32::try_from(k).unwrap_or(u32::MAX),
        text: choice.question.clone(),
        ..Chosen::default()
    }
}

fn said(words: Option<&str>) -> Option<&str> {
    words.map(str::trim).filter(|words| !words.is_empty())
}

/// Takes a part that names its question by index.
fn take(choices: &[Choice], given: &mut [Chosen], chosen: &Chosen) -> Result<(), Unclear> {
    let place = chosen.question as usize;
    let (Some(choice), Some(own)) = (choices.get(place), given.get_mut(place)) else {
        let message = match choices.len() {
            1 => format!("there is no question {}: the agent asks one", place + 1),
            count => format!("there is no question {}: the agent asks {count}", place + 1),
        };
        return Err(Unclear::new(message, choices));
    };
    if let Some(unknown) = chosen.labels.iter().find(|label| !choice.offers(label)) {
        let message = format!("{} does not offer “{unknown}”", named(choices, place));
        return Err(Unclear::new(message, choices));
    }
    own.labels.extend(chosen.labels.iter().cloned());
    if let Some(words) = said(chosen.words.as_deref()) {
        add_words(own, words);
    }
    Ok(())
}

fn add_words(own: &mut Chosen, words: &str) {
    own.words = Some(match own.words.take() {
        Some(before) => format!("{before}, {words}"),
        None => words.to_owned(),
    });
}

/// Takes a label that names no question. Either only one question offers it, or all that do have the same
/// text and therefore get the same answer.
fn take_label(choices: &[Choice], given: &mut [Chosen], label: &str) -> Result<(), Unclear> {
    let offering: Vec<usize> = (0..choices.len()).filter(|k| choices[*k].offers(label)).collect();
    let Some(first) = offering.first() else {
        return Err(Unclear {
            message: format!("“{label}” is offered by no question"),
            hint: format!(
                "Answer each question: {}. Words of your own name their question, too: 1=WORDS.",
                shown(choices)
            ),
        });
    };
    if offering.iter().all(|k| choices[*k].question == choices[*first].question) {
        offering.iter().for_each(|k| given[*k].labels.push(label.to_owned()));
        return Ok(());
    }
    let asked: Vec<String> = offering.iter().map(|k| named(choices, *k)).collect();
    let each: Vec<String> = offering.iter().map(|k| format!("{}={label}", k + 1)).collect();
    Err(Unclear {
        message: format!("“{label}” is offered by {}", asked.join(" and ")),
        hint: format!("Say which by its number: {}.", each.join(" or ")),
    })
}

/// Takes a text that names no question; there must be exactly one question.
fn take_words(choices: &[Choice], given: &mut [Chosen], words: &str) -> Result<(), Unclear> {
    match given {
        [one] => add_words(one, words),
        _ => {
            let message = format!("“{words}” could belong to any of {} questions", choices.len());
            return Err(Unclear {
                message,
                hint: format!("Say to which by its number: 1={words}. {}", shown(choices)),
            });
        }
    }
    Ok(())
}

/// Checks that every question has an answer that differs from all others, and no more answers than it
/// takes.
fn check(choices: &[Choice], given: &[Chosen]) -> Result<(), Unclear> {
    for (k, (choice, chosen)) in choices.iter().zip(given).enumerate() {
        let question = named(choices, k);
        if chosen.labels.is_empty() && chosen.words.is_none() {
            return Err(Unclear::new(format!("{question} has no answer"), choices));
        }
        let differs = chosen.labels.iter().any(|label| *label != chosen.labels[0]);
        if !choice.several && differs {
            let labels = chosen.labels.join("” and “");
            let message = format!("{question} takes one answer, not “{labels}”");
            return Err(Unclear::new(message, choices));
        }
        if let Some(label) = chosen.labels.iter().find(|label| is_ambiguous(choice, label)) {
            return Err(Unclear {
                message: format!(
                    "{question} has more than one option “{label}”, and the agent gets only this word"
                ),
                hint: "Answer it in words of your own that say which option you mean.".to_owned(),
            });
        }
    }
    same_for_same(choices, given)
}

/// Checks that questions with the same text have the same answer, because the agent gets answers by the
/// question's text.
fn same_for_same(choices: &[Choice], given: &[Chosen]) -> Result<(), Unclear> {
    for (k, (choice, chosen)) in choices.iter().zip(given).enumerate() {
        let mut before = choices.iter().zip(given).take(k);
        let same = before.find(|(other, _)| other.question == choice.question);
        let Some((_, other)) = same else { continue };
        if (&other.labels, &other.words) != (&chosen.labels, &chosen.words) {
            return Err(Unclear {
                message: format!(
                    "“{}” is asked more than once, and the agent takes one answer for all of them",
                    choice.question
                ),
                hint: "Give each the same answer; where yours differ, the same words of your own that say \
                       what is for which. Or deny, and say it in the message."
                    .to_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Offered;

    fn choice(question: &str, several: bool, labels: &[&str]) -> Choice {
        let option = |label: &&str| Offered { label: (*label).to_owned(), description: None };
        let options = labels.iter().map(option).collect();
        Choice { question: question.to_owned(), header: None, several, options }
    }

    fn allow(
        labels: &[&str],
        message: Option<&str>,
        choices: &[(u32, &[&str], Option<&str>)],
    ) -> Answer {
        let owned = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
        let chosen = |(question, labels, words): &(u32, &[&str], Option<&str>)| Chosen {
            question: *question,
            labels: owned(labels),
            words: words.map(str::to_owned),
            ..Chosen::default()
        };
        Answer {
            labels: owned(labels),
            message: message.map(str::to_owned),
            choices: choices.iter().map(chosen).collect(),
            ..Answer::allow()
        }
    }

    /// Why an answer was refused, in words for a person.
    #[derive(Debug, PartialEq)]
    struct Refused(String);

    /// The answers of each question, or why the answer was refused.
    fn got(choices: &[Choice], answer: &Answer) -> Result<Vec<String>, Refused> {
        let settled = settled(choices, answer).map_err(|unclear| Refused(unclear.message))?;
        assert!(settled.labels.is_empty() && settled.message.is_none(), "{settled:?}");
        let one = |chosen: &Chosen| {
            let words = chosen.words.clone();
            chosen.labels.iter().cloned().chain(words).collect::<Vec<_>>().join(", ")
        };
        Ok(settled.choices.iter().map(one).collect())
    }

    #[test]
    fn every_answer_stands_under_its_question() {
        let twice =
            [choice("Cache?", false, &["Yes", "No"]), choice("Retry?", false, &["Yes", "No"])];
        let separate =
            [choice("Format?", false, &["Text", "JSON"]), choice("Sizes?", true, &["S", "M", "L"])];
        let free = [choice("Name?", false, &[])];
        let ok =
            |words: &[&str]| Ok(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        let no = |why: &str| Err(Refused(why.to_owned()));
        let table = [
            (
                &twice[..],
                allow(&["Yes"], None, &[]),
                no("“Yes” is offered by “Cache?” and “Retry?”"),
            ),
            (
                &twice,
                allow(&[], None, &[(1, &["Yes"], None), (0, &[], Some("only on disk"))]),
                ok(&["only on disk", "Yes"]),
            ),
            (
                &twice,
                allow(&[], None, &[(0, &["No"], None), (1, &["Yes"], Some("twice"))]),
                ok(&["No", "Yes, twice"]),
            ),
            (&twice, allow(&[], None, &[(0, &["No"], None)]), no("“Retry?” has no answer")),
            (
                &twice,
                allow(&[], Some("hm"), &[(0, &["No"], None), (1, &["No"], None)]),
                no("“hm” could belong to any of 2 questions"),
            ),
            (
                &twice,
                allow(&[], None, &[(2, &["No"], None)]),
                no("there is no question 3: the agent asks 2"),
            ),
            (&separate, allow(&["L", "JSON", "S"], None, &[]), ok(&["JSON", "S, L"])),
            (
                &separate,
                allow(&["JSON", "Text", "S"], None, &[]),
                no("“Format?” takes one answer, not “JSON” and “Text”"),
            ),
            (&separate, allow(&["JSON"], None, &[(1, &[], Some("none"))]), ok(&["JSON", "none"])),
            (&separate, allow(&["JSON", "XL"], None, &[]), no("“XL” is offered by no question")),
            (
                &separate,
                allow(&[], None, &[(0, &["XML"], None)]),
                no("“Format?” does not offer “XML”"),
            ),
            (
                &separate,
                allow(&["JSON", "S"], Some("and keep the header"), &[]),
                no("“and keep the header” could belong to any of 2 questions"),
            ),
            (&free, allow(&[], Some(" Musher "), &[]), ok(&["Musher"])),
            (&free, allow(&[], Some("  "), &[]), no("“Name?” has no answer")),
            (&[], allow(&["Yes"], None, &[]), no("the agent's questions cannot be read")),
        ];
        for (choices, answer, right) in table {
            assert_eq!(got(choices, &answer), right, "{answer:?}");
        }
    }

    #[test]
    fn one_question_takes_a_label_and_a_remark() {
        let one = [choice("Go?", false, &["Yes", "No"])];
        let answer = allow(&["No"], Some("not before Monday"), &[]);
        assert_eq!(got(&one, &answer), Ok(vec!["No, not before Monday".to_owned()]));
    }

    #[test]
    fn questions_of_one_text_have_one_answer() {
        let same = [choice("Sure?", false, &["Yes", "No"]), choice("Sure?", false, &["Yes", "No"])];
        let each = |first, second| allow(&[], None, &[(0, &[first], None), (1, &[second], None)]);
        let both = Ok(vec!["Yes".to_owned(), "Yes".to_owned()]);
        assert_eq!(got(&same, &each("Yes", "Yes")), both);
        assert_eq!(got(&same, &allow(&["Yes"], None, &[])), both, "a label without a number");
        let refused = settled(&same, &each("Yes", "No")).unwrap_err();
        assert_eq!(
            refused.message,
            "“Sure?” is asked more than once, and the agent takes one answer for all of them"
        );
        // What is to be done can be done.
        assert!(refused.hint.contains("the same words of your own"), "{}", refused.hint);
        let words = Some("the first yes, the second no");
        assert!(got(&same, &allow(&[], None, &[(0, &[], words), (1, &[], words)])).is_ok());
        let one = allow(&[], None, &[(0, &["Yes"], None)]);
        assert_eq!(got(&same, &one), Err(Refused("question 2 “Sure?” has no answer".to_owned())));
    }

    #[test]
    fn options_of_one_label_that_mean_different_things_are_answered_in_words() {
        let option = |label: &str, means: &str| Offered {
            label: label.to_owned(),
            description: Some(means.to_owned()),
        };
        let options = vec![option("Yes", "keep"), option("Yes", "delete"), option("No", "")];
        let one = [Choice { question: "Go?".to_owned(), options, ..Choice::default() }];
        assert_eq!(
            got(&one, &allow(&["Yes"], None, &[])),
            Err(Refused(
                "“Go?” has more than one option “Yes”, and the agent gets only this word"
                    .to_owned()
            ))
        );
        assert!(got(&one, &allow(&["No"], None, &[])).is_ok());
        assert!(got(&one, &allow(&[], Some("yes, and keep it"), &[])).is_ok());
        // Twice the very same option is one.
        let twice = [choice("Go?", false, &["Yes", "Yes", "No"])];
        assert_eq!(got(&twice, &allow(&["Yes"], None, &[])), Ok(vec!["Yes".to_owned()]));
    }

    #[test]
    fn what_is_unclear_names_every_question() {
        let separate = [choice("Format?", false, &["Text"]), choice("Name?", false, &[])];
        let unclear = settled(&separate, &allow(&["Text"], None, &[])).unwrap_err();
        assert_eq!(unclear.hint, "Answer each question: 1 “Format?” (Text); 2 “Name?” (in words).");
    }
}
