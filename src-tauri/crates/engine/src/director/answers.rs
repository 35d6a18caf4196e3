//! Decides whether an answer fits its question, and what of it is recorded and sent. No part of a
//! person's answer is dropped or moved: a part that cannot reach the agent is refused, with the possible
//! ways to answer.

use crate::error::{Error, Result};
use crate::record::OpenQuestion;
use agents::choice::{self, Unclear};
use agents::form;
use protocol::{Answer, AnswerBehavior, ErrorCode, QuestionKind, QuestionOption, Subject};

/// Returns the answer as it is recorded and sent: every part of it under its question.
pub(super) fn settle(open: &OpenQuestion, answer: &Answer) -> Result<Answer> {
    let has_choices = !answer.labels.is_empty() || !answer.choices.is_empty();
    let has_words = answer.message.as_deref().is_some_and(|words| !words.trim().is_empty());
    let answer = &decided(open, answer)?;
    match (answer.behavior, open.content.kind) {
        (_, QuestionKind::Form) => settle_form(open, answer, has_choices || has_words),
        (_, kind) if !answer.fields.is_empty() => {
            Err(bad(format!("{} is no form", noun(kind)), "Allow it, or deny it and say why."))
        }
        (AnswerBehavior::Cancel, kind) => Err(bad(
            format!("{} cannot be closed without an answer", noun(kind)),
            "Allow it, or deny it and say why.",
        )),
        (AnswerBehavior::Deny, _) if has_choices => Err(bad(
            "a denial chooses nothing",
            "Say in the message what the agent is to do instead.",
        )),
        (AnswerBehavior::Deny, _) => Ok(answer.clone()),
        (AnswerBehavior::Allow, QuestionKind::Choice) => {
            choice::settled(open.content.subject.choices(), answer)
                .map_err(|Unclear { message, hint }| bad(message, hint))
        }
        (AnswerBehavior::Allow, kind) if has_choices => Err(bad(
            format!("{} offers nothing to choose from", noun(kind)),
            "Allow it, or deny it and say why.",
        )),
        (AnswerBehavior::Allow, kind) if has_words => Err(bad(
            format!("{} that is allowed carries no words to the agent", noun(kind)),
            "Deny it with these words, or allow it and send them as a prompt.",
        )),
        (AnswerBehavior::Allow, _) => Ok(answer.clone()),
    }
}

/// Settles the answer to a form, which is filled in, declined or closed; other text cannot reach the
/// server and is refused.
fn settle_form(open: &OpenQuestion, answer: &Answer, has_more: bool) -> Result<Answer> {
    if has_more {
        return Err(bad(
            "a form takes nothing but its fields",
            "Fill them in, decline it, or cancel; say the rest in a prompt.",
        ));
    }
    match (answer.behavior, &open.content.subject) {
        (AnswerBehavior::Allow, Subject::Form { fields }) => {
            form::settled(fields, answer).map_err(|Unclear { message, hint }| bad(message, hint))
        }
        _ if !answer.fields.is_empty() => Err(bad(
            "there is nothing to fill in with this answer",
            "Accept it without fields, decline it, or cancel.",
        )),
        (AnswerBehavior::Allow, Subject::Address { .. }) => Ok(answer.clone()),
        (AnswerBehavior::Allow, _) => {
            Err(bad("this form cannot be read here", "Decline it, or cancel."))
        }
        (AnswerBehavior::Deny | AnswerBehavior::Cancel, _) => Ok(answer.clone()),
    }
}

/// Returns the answer with the decision that it means, one that the agent offers. For a question without
/// decisions, a plain yes or no is the decision itself. A plain no matches any decision that refuses,
/// because a no must always be possible.
fn decided(open: &OpenQuestion, answer: &Answer) -> Result<Answer> {
    let behaves = |option: &QuestionOption| option.does.behavior() == answer.behavior;
    let Some(id) = &answer.option else {
        let plain = open.content.options.iter().find(|option| option.is_plain() && behaves(option));
        let any_no = || open.content.options.iter().find(|option| behaves(option));
        let taken = match answer.behavior {
            AnswerBehavior::Deny => plain.or_else(any_no),
            AnswerBehavior::Allow | AnswerBehavior::Cancel => plain,
        };
        return match taken {
            Some(option) => Ok(Answer { option: Some(option.id.clone()), ..answer.clone() }),
            None if open.content.options.is_empty()
                || answer.behavior == AnswerBehavior::Cancel =>
            {
                Ok(answer.clone())
            }
            None => Err(bad(
                format!("the agent does not offer a plain {}", said(answer.behavior)),
                offered(open),
            )),
        };
    };
    match open.content.options.iter().find(|option| option.id == *id) {
        Some(option) if behaves(option) => Ok(answer.clone()),
        Some(option) => {
            Err(bad(format!("“{id}” is {}", said(option.does.behavior())), offered(open)))
        }
        None => Err(bad(format!("the agent does not offer “{id}”"), offered(open))),
    }
}

fn said(behavior: AnswerBehavior) -> &'static str {
    match behavior {
        AnswerBehavior::Allow => "yes",
        AnswerBehavior::Deny => "no",
        AnswerBehavior::Cancel => "neither",
    }
}

fn offered(open: &OpenQuestion) -> String {
    let ids: Vec<&str> = open.content.options.iter().map(|option| option.id.as_str()).collect();
    match ids.is_empty() {
        true => "It offers no decisions beside a plain yes and no.".to_owned(),
        false => format!("It offers: {}.", ids.join(", ")),
    }
}

fn noun(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Permission => "a permission",
        QuestionKind::Plan => "a plan",
        QuestionKind::Choice => "a question",
        QuestionKind::Form => "a form",
    }
}

fn bad(message: impl Into<String>, hint: impl Into<String>) -> Error {
    Error::refused(ErrorCode::BadInput, message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{
        Choice, Chosen, Decision, FilledField, FormField, Offered, QuestionContent, Takes,
        Timestamp,
    };
    use serde_json::Value;

    fn go() -> Choice {
        let yes = Offered { label: "Yes".to_owned(), description: None };
        Choice { question: "Go?".to_owned(), options: vec![yes], ..Choice::default() }
    }

    fn open(kind: QuestionKind) -> OpenQuestion {
        OpenQuestion {
            request: "r".to_owned(),
            content: QuestionContent {
                subject: Subject::Choices { questions: vec![go()] },
                ..QuestionContent::new(kind, "Tool")
            },
            input: Value::Null,
            at: Timestamp::from_millis(0),
        }
    }

    fn refused(kind: QuestionKind, answer: &Answer) -> Option<String> {
        settle(&open(kind), answer).err().map(|error| error.to_string())
    }

    #[test]
    fn an_answer_is_one_of_the_decisions_that_the_agent_offers() {
        let once = QuestionOption::once;
        let options = vec![
            once("accept", Decision::AllowOnce),
            once("acceptForSession", Decision::AllowSession),
            once("cancel", Decision::DenyAndEnd),
        ];
        let mut asked = open(QuestionKind::Permission);
        asked.content.options = options;
        let by =
            |option: &str, answer: Answer| Answer { option: Some(option.to_owned()), ..answer };
        let settled =
            |answer: &Answer| settle(&asked, answer).ok().and_then(|answer| answer.option);
        assert_eq!(settled(&Answer::allow()).as_deref(), Some("accept"), "a plain yes");
        let session = by("acceptForSession", Answer::allow());
        assert_eq!(settled(&session).as_deref(), Some("acceptForSession"));
        let why = Answer::deny(Some("no".to_owned()));
        assert_eq!(settled(&by("cancel", why)).as_deref(), Some("cancel"));
        assert_eq!(settled(&Answer::deny(None)).as_deref(), Some("cancel"), "the only no");
        for refused in [
            by("cancel", Answer::allow()),
            by("acceptForSession", Answer::deny(None)),
            by("always", Answer::allow()),
        ] {
            assert_eq!(settled(&refused), None, "{refused:?}");
        }
        let none = open(QuestionKind::Permission);
        assert_eq!(settle(&none, &Answer::allow()).unwrap().option, None);
        assert!(settle(&none, &session).is_err());
    }

    #[test]
    fn what_cannot_reach_the_agent_is_refused() {
        let labels = Answer { labels: vec!["Yes".to_owned()], ..Answer::allow() };
        let chosen = Chosen { words: Some("no".to_owned()), ..Chosen::default() };
        let choices = Answer { choices: vec![chosen], ..Answer::allow() };
        let words = Answer { message: Some("but".to_owned()), ..Answer::allow() };
        let choosing_no = Answer { labels: vec!["Yes".to_owned()], ..Answer::deny(None) };
        for kind in [QuestionKind::Permission, QuestionKind::Plan] {
            for answer in [&labels, &choices, &words, &choosing_no] {
                assert!(refused(kind, answer).is_some(), "{kind:?} {answer:?}");
            }
            for answer in [Answer::allow(), Answer::deny(None), Answer::deny(Some("no".to_owned()))]
            {
                assert_eq!(refused(kind, &answer), None, "{kind:?} {answer:?}");
            }
        }
        assert!(refused(QuestionKind::Choice, &Answer::allow()).is_some());
        assert!(refused(QuestionKind::Choice, &choosing_no).is_some());
        assert_eq!(refused(QuestionKind::Choice, &labels), None);
        assert_eq!(refused(QuestionKind::Choice, &words), None);
    }

    #[test]
    fn a_form_takes_its_fields_or_none() {
        let field = FormField {
            name: "rows".to_owned(),
            title: "Rows".to_owned(),
            description: None,
            required: true,
            takes: Takes::Number { whole: true, min: None, max: None },
            proposed: Vec::new(),
        };
        let form = |subject| {
            let content =
                QuestionContent { subject, ..QuestionContent::new(QuestionKind::Form, "Tool") };
            OpenQuestion { content, ..open(QuestionKind::Form) }
        };
        let with = form(Subject::Form { fields: vec![field] });
        let unread = form(Subject::default());
        let address = form(Subject::Address { url: "https://a".to_owned() });
        let rows = |value: &str| Answer {
            fields: vec![FilledField { name: "rows".to_owned(), written: vec![value.to_owned()] }],
            ..Answer::allow()
        };
        let fits = |open: &OpenQuestion, answer: &Answer| settle(open, answer).is_ok();
        assert!(fits(&with, &rows("7")) && !fits(&with, &rows("x")));
        assert!(!fits(&with, &Answer::allow()) && !fits(&unread, &Answer::allow()));
        assert!(fits(&address, &Answer::allow()) && !fits(&address, &rows("7")));
        for open in [&with, &unread, &address] {
            assert!(fits(open, &Answer::deny(None)) && fits(open, &Answer::cancel()));
            assert!(!fits(open, &Answer::deny(Some("words".to_owned()))));
        }
        assert!(refused(QuestionKind::Permission, &Answer::cancel()).is_some());
        assert!(refused(QuestionKind::Plan, &rows("7")).is_some());
    }
}
