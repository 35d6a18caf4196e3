//! Asks questions on a terminal: it shows a question completely, asks for its parts one after the
//! other, and never takes Enter alone, or text that was typed before the question was shown, as an
//! answer. Without a terminal it announces the questions, and they are answered elsewhere.

use crate::asked::{self, Asked};
use crate::fill::{self, Filling};
use crate::terminal;
use crate::text::{Out, announce};
use crate::ways;
use crate::written::{self, Labels};
use protocol::{
    Answer, AnswerBehavior, Choice, Chosen, FilledField, FormField, QuestionId, QuestionKind,
    QuestionOption,
};
use std::collections::HashSet;
use std::sync::mpsc::Receiver;

/// Asks the person at the terminal. Without a terminal it only announces the questions.
pub(crate) struct Asker {
    on_terminal: bool,
    /// The typed lines. The reading begins with the first question: a command that runs in the
    /// background is stopped by the shell when it reads from the terminal.
    lines: Option<Receiver<String>>,
    /// Questions that were already asked or announced.
    asked: HashSet<QuestionId>,
    open: Option<Open>,
}

/// The question that is being asked.
struct Open {
    asked: Asked,
    /// The answers so far to the agent's choices.
    chosen: Vec<Chosen>,
    /// The values so far, field by field; empty for a field that stays empty.
    filled: Vec<Vec<String>>,
}

/// The meaning of a typed line.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    /// The answer to the whole question.
    Answer(Answer),
    /// The answer to one of several choices.
    Part(Chosen),
    /// The value of the current field.
    Field(Vec<String>),
    /// Not an answer. The text says why, and how to answer.
    Unclear(String),
}

impl Asker {
    pub(crate) fn new(out: Out) -> Self {
        Self { on_terminal: terminal::can_ask(out), lines: None, asked: HashSet::new(), open: None }
    }

    /// Asks the open questions of a story, one at a time.
    pub(crate) fn ask(&mut self, open: Vec<Asked>) {
        let is_open = |id: &QuestionId| open.iter().any(|asked| asked.question.id == *id);
        if self.open.as_ref().is_some_and(|asking| !is_open(&asking.asked.question.id)) {
            self.open = None;
            announce("Already answered elsewhere, or taken back.");
        }
        for asked in open {
            if self.on_terminal && self.open.is_some() {
                return;
            }
            if !self.asked.insert(asked.question.id.clone()) {
                continue;
            }
            if self.on_terminal {
                let lines = self.lines.get_or_insert_with(terminal::lines);
                announce(&format!("\n? {}", asked.head()));
                let asking = Open { asked, chosen: Vec::new(), filled: Vec::new() };
                asking.show(lines);
                self.open = Some(asking);
            } else {
                announce(&format!(
                    "waits for an answer: {} mush answer '{}' {}",
                    asked.head(),
                    asked.name,
                    ways::words(asked.question.content.kind)
                ));
            }
        }
    }

    /// The owner refused the answer to this question. It is asked again if it is still open.
    pub(crate) fn refused(&mut self, question: &QuestionId) {
        self.asked.remove(question);
    }

    /// The answers that were typed since the last call.
    pub(crate) fn answers(&mut self) -> Vec<(QuestionId, Answer)> {
        let Some(lines) = &self.lines else { return Vec::new() };
        let mut answers = Vec::new();
        while let Ok(line) = lines.try_recv() {
            let Some(mut asking) = self.open.take() else { continue };
            match asking.typed(line.trim()) {
                Typed::Answer(answer) => answers.push((asking.asked.question.id, answer)),
                Typed::Part(chosen) => match asking.takes(chosen) {
                    Some(answer) => answers.push((asking.asked.question.id, answer)),
                    None => {
                        asking.show(lines);
                        self.open = Some(asking);
                    }
                },
                Typed::Field(written) => match asking.fills(written) {
                    Some(answer) => answers.push((asking.asked.question.id, answer)),
                    None => {
                        asking.show(lines);
                        self.open = Some(asking);
                    }
                },
                Typed::Unclear(why) => {
                    announce(&why);
                    self.open = Some(asking);
                }
            }
        }
        answers
    }
}

impl Open {
    /// Shows the current choice or field. Text that was typed before is discarded.
    fn show(&self, lines: &Receiver<String>) {
        let shown = match (self.now(), self.field()) {
            (Some((k, choice)), _) => asked::one(choice, k, self.asked.choices().len()),
            (None, Some(field)) if !self.filled.is_empty() => fill::shown(field),
            (None, Some(field)) => {
                self.asked.whole().into_iter().chain(fill::shown(field)).collect()
            }
            (None, None) => self.asked.whole(),
        };
        for line in shown {
            announce(&line);
        }
        announce(&self.ways());
        terminal::forget_typed();
        while lines.try_recv().is_ok() {}
    }

    /// Stores the answer to the current choice. Returns the whole answer after the last choice.
    fn takes(&mut self, chosen: Chosen) -> Option<Answer> {
        if let Some(before) = self.same_before(self.chosen.len()) {
            // The words become the answer to both. Labels cannot come here: `typed` accepts only
            // words for a repeated question.
            self.chosen[before] = Chosen { question: place(before), ..chosen.clone() };
        }
        self.chosen.push(chosen);
        while let Some(copy) = self.copy() {
            announce("The same question once more: the agent takes one answer for both.");
            self.chosen.push(copy);
        }
        (self.chosen.len() == self.asked.choices().len())
            .then(|| Answer { choices: std::mem::take(&mut self.chosen), ..Answer::allow() })
    }

    /// Stores the value of the current field. Returns the whole answer after the last field.
    fn fills(&mut self, written: Vec<String>) -> Option<Answer> {
        self.filled.push(written);
        let fields = self.asked.fields();
        (self.filled.len() == fields.len()).then(|| {
            let filled = fields.iter().zip(std::mem::take(&mut self.filled));
            let filled = filled.filter(|(_, written)| !written.is_empty());
            let fields =
                filled.map(|(field, written)| FilledField { name: field.name.clone(), written });
            Answer { fields: fields.collect(), ..Answer::allow() }
        })
    }

    /// The current field.
    fn field(&self) -> Option<&FormField> {
        self.asked.fields().get(self.filled.len())
    }

    /// The first of the earlier choices with the same question text as choice `k`. The agent
    /// receives its answers by question text, so both get the same answer.
    fn same_before(&self, k: usize) -> Option<usize> {
        let question = &self.asked.choices().get(k)?.question;
        self.asked.choices()[..k].iter().position(|before| before.question == *question)
    }

    /// The answer to the next choice, if an earlier one with the same text was answered and that
    /// answer is valid for this one, too.
    fn copy(&self) -> Option<Chosen> {
        let k = self.chosen.len();
        let before = &self.chosen[self.same_before(k)?];
        let choice = &self.asked.choices()[k];
        let fits = before.labels.iter().all(|label| choice.offers(label))
            && (choice.several || before.labels.len() < 2);
        fits.then(|| Chosen { question: place(k), ..before.clone() })
    }

    /// The current choice and its index.
    fn now(&self) -> Option<(usize, &Choice)> {
        let k = self.chosen.len();
        self.asked.choices().get(k).map(|choice| (k, choice))
    }

    /// The possible answers, as a text for the person.
    fn ways(&self) -> String {
        ways::with_decisions(self.plain_ways(), self.asked.more())
    }

    fn plain_ways(&self) -> String {
        match (self.asked.question.content.kind, self.now()) {
            (QuestionKind::Permission, _) => "y to allow once, or n and why not:".to_owned(),
            (QuestionKind::Plan, _) if self.asked.plan_is_empty() => {
                "y to allow it to begin without a plan, or n and why not:".to_owned()
            }
            (QuestionKind::Plan, _) => "y to allow it to begin, or n and why not:".to_owned(),
            (QuestionKind::Form, _) => match self.field() {
                Some(field) => fill::ways(field),
                None if self.asked.takes_yes() => {
                    "y to accept, !decline or !cancel:".to_owned()
                }
                None => "It cannot be read here: !decline or !cancel:".to_owned(),
            },
            (QuestionKind::Choice, None) => "It cannot be read here: n and why not:".to_owned(),
            (QuestionKind::Choice, Some((k, _))) if self.same_before(k).is_some() => {
                "The same question with other options, and the agent takes one answer for both: type = and \
                 words of your own that answer both, or n and why not:"
                    .to_owned()
            }
            (QuestionKind::Choice, Some((_, choice))) => ways::of(choice),
        }
    }

    fn typed(&self, line: &str) -> Typed {
        let unclear = || Typed::Unclear(self.ways());
        let own = |words: &str, (k, _): (usize, &Choice)| {
            Typed::Part(Chosen {
                question: place(k),
                words: Some(words.to_owned()),
                ..Chosen::default()
            })
        };
        if line.is_empty() {
            return unclear();
        }
        if self.asked.question.content.kind == QuestionKind::Form {
            return self.form(line);
        }
        if let Some((k, choice)) = self.now().filter(|(k, _)| self.same_before(*k).is_none()) {
            match written::labels_or_numbers(choice, line) {
                Labels::Are(labels) => {
                    return Typed::Part(Chosen { question: place(k), labels, ..Chosen::default() });
                }
                Labels::Either { one, several } => {
                    return Typed::Unclear(ways::either(choice, &one, &several));
                }
                Labels::None => {}
            }
        }
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        match (first.to_lowercase().as_str(), self.now()) {
            ("n" | "no", _) => {
                Typed::Answer(Answer::deny((!rest.is_empty()).then(|| rest.to_owned())))
            }
            (_, Some(now)) if now.1.options.is_empty() => own(line, now),
            (_, Some(now)) => match line.strip_prefix('=').map(str::trim) {
                Some(words) if !words.is_empty() => own(words, now),
                _ => Typed::Unclear(format!("“{line}” is not offered. {}", self.ways())),
            },
            ("y" | "yes", None)
                if self.asked.question.content.kind != QuestionKind::Choice && rest.is_empty() =>
            {
                Typed::Answer(Answer::allow())
            }
            ("y" | "yes", None) if self.asked.question.content.kind != QuestionKind::Choice => {
                Typed::Unclear(format!("A yes carries no words to the agent. {}", self.ways()))
            }
            (_, None) => match self.asked.more().find(|option| option.id == first) {
                Some(option) => self.decision(option, rest),
                None => unclear(),
            },
        }
    }

    /// Decides by an option other than plain yes and no. Only a refusal can have a message.
    fn decision(&self, option: &QuestionOption, words: &str) -> Typed {
        let decided = Some(option.id.clone());
        match (option.does.behavior(), words) {
            (AnswerBehavior::Allow, "") => {
                Typed::Answer(Answer { option: decided, ..Answer::allow() })
            }
            (AnswerBehavior::Allow, _) => {
                Typed::Unclear(format!("A yes carries no words to the agent. {}", self.ways()))
            }
            (AnswerBehavior::Deny | AnswerBehavior::Cancel, words) => {
                let words = (!words.is_empty()).then(|| words.to_owned());
                Typed::Answer(Answer { option: decided, ..Answer::deny(words) })
            }
        }
    }
}

impl Open {
    /// The meaning of a line that is typed for a form, or for an address that a server asks to
    /// open.
    fn form(&self, line: &str) -> Typed {
        let filling = match self.field() {
            Some(field) => fill::typed(field, line),
            None => match line {
                "y" | "yes" if self.asked.takes_yes() => return Typed::Answer(Answer::allow()),
                "!decline" => Filling::Decline,
                "!cancel" => Filling::Cancel,
                _ => Filling::Unclear(self.ways()),
            },
        };
        match filling {
            Filling::Is(written) => Typed::Field(written),
            Filling::Nothing => Typed::Field(Vec::new()),
            Filling::Decline => Typed::Answer(Answer::deny(None)),
            Filling::Cancel => Typed::Answer(Answer::cancel()),
            Filling::Unclear(why) => Typed::Unclear(why),
        }
    }
}

/// The index of a choice in the type that answers use.
fn place(k: usize) -> u32 {
    u32::try_from(k).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{
        Decision, Field, Offered, Question, QuestionContent, QuestionState, RunId, StoryId,
        Subject, Takes, Timestamp,
    };

    fn open(kind: QuestionKind, choices: &[(bool, &[&str])]) -> Open {
        let option = |label: &&str| Offered { label: (*label).to_owned(), description: None };
        let choice = |(several, labels): &(bool, &[&str])| Choice {
            several: *several,
            options: labels.iter().map(option).collect(),
            ..Choice::default()
        };
        let question = Question {
            id: QuestionId::new("r:q"),
            story: StoryId::new("s"),
            run: RunId::new("r"),
            content: QuestionContent {
                subject: match kind {
                    QuestionKind::Choice => {
                        Subject::Choices { questions: choices.iter().map(choice).collect() }
                    }
                    _ => Subject::default(),
                },
                ..QuestionContent::new(kind, "Tool")
            },
            request_id: "q".to_owned(),
            request: serde_json::Value::Null,
            state: QuestionState::Open,
            at: Timestamp::from_millis(0),
            answer: None,
        };
        let asked = Asked {
            question,
            story: "story".to_owned(),
            agent: "Agent".to_owned(),
            dir: "/".to_owned(),
            name: "story.1:q".to_owned(),
        };
        Open { asked, chosen: Vec::new(), filled: Vec::new() }
    }

    fn deny(words: Option<&str>) -> Typed {
        Typed::Answer(Answer::deny(words.map(str::to_owned)))
    }

    fn part(labels: &[&str], words: Option<&str>) -> Typed {
        Typed::Part(Chosen {
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            words: words.map(str::to_owned),
            ..Chosen::default()
        })
    }

    #[test]
    fn a_yes_is_typed_and_nothing_else_allows() {
        for kind in [QuestionKind::Permission, QuestionKind::Plan] {
            let asking = open(kind, &[]);
            for yes in ["y", "Y", "yes"] {
                assert_eq!(asking.typed(yes), Typed::Answer(Answer::allow()), "{yes}");
            }
            assert_eq!(asking.typed("n"), deny(None));
            assert_eq!(asking.typed("no  keep it"), deny(Some("keep it")));
            for other in ["", "ok", "yes but later", "allow", "1"] {
                assert!(matches!(asking.typed(other), Typed::Unclear(_)), "{other}");
            }
        }
    }

    /// Types these lines in turn and lists the answers to all choices.
    fn answered(mut asking: Open, typed: &[&str]) -> Vec<String> {
        let mut whole = None;
        for line in typed {
            assert!(whole.is_none(), "{line}: nothing is asked any more");
            let Typed::Part(chosen) = asking.typed(line) else { panic!("{line} is no answer") };
            whole = asking.takes(chosen);
        }
        let shown = |chosen: &Chosen| {
            let words = chosen.words.iter().map(|words| format!("= {words}"));
            let given: Vec<String> = chosen.labels.iter().cloned().chain(words).collect();
            format!("{} {}", chosen.question, given.join(", "))
        };
        whole.expect("every question is answered").choices.iter().map(shown).collect()
    }

    fn with_texts(mut asking: Open, texts: &[&str]) -> Open {
        let Subject::Choices { questions } = &mut asking.asked.question.content.subject else {
            panic!("it asks to choose")
        };
        for (choice, text) in questions.iter_mut().zip(texts) {
            choice.question = (*text).to_owned();
        }
        asking
    }

    #[test]
    fn a_question_of_the_same_text_is_asked_once() {
        let same: &[(bool, &[&str])] =
            &[(false, &["Yes", "No"]), (false, &["A"]), (false, &["Yes", "No"])];
        let asking = with_texts(open(QuestionKind::Choice, same), &["Sure?", "Which?", "Sure?"]);
        assert_eq!(answered(asking, &["2", "a"]), ["0 No", "1 A", "2 No"]);
        // The options differ, so only words can be an answer to both.
        let other: &[(bool, &[&str])] = &[(false, &["A"]), (false, &["B"])];
        let asking = || with_texts(open(QuestionKind::Choice, other), &["Which?", "Which?"]);
        assert_eq!(answered(asking(), &["A", "= A, then B"]), ["0 = A, then B", "1 = A, then B"]);
        assert_eq!(answered(asking(), &["= any"]), ["0 = any", "1 = any"]);
        let mut second = asking();
        let Typed::Part(first) = second.typed("A") else { panic!("A is offered") };
        assert_eq!(second.takes(first), None);
        assert!(second.ways().contains("answer both"), "{}", second.ways());
        assert!(matches!(second.typed("B"), Typed::Unclear(_)));
    }

    #[test]
    fn a_decision_of_the_agents_is_taken_by_its_id() {
        let mut asking = open(QuestionKind::Permission, &[]);
        asking.asked.question.content.options = vec![
            QuestionOption::once("allow", Decision::AllowOnce),
            QuestionOption::once("always", Decision::AllowAlways),
            QuestionOption::once("deny", Decision::Deny),
            QuestionOption::once("cancel", Decision::DenyAndEnd),
        ];
        let by = |id: &str, answer| Typed::Answer(Answer { option: Some(id.to_owned()), ..answer });
        assert_eq!(
            asking.ways(),
            "y to allow once, or n and why not, or always (always allow), or cancel (deny and end the turn):"
        );
        assert_eq!(asking.typed("always"), by("always", Answer::allow()));
        assert_eq!(asking.typed("cancel no"), by("cancel", Answer::deny(Some("no".to_owned()))));
        assert_eq!(asking.typed("y"), Typed::Answer(Answer::allow()));
        for unclear in ["always please", "alwayss", "allow"] {
            assert!(matches!(asking.typed(unclear), Typed::Unclear(_)), "{unclear}");
        }
    }

    #[test]
    fn an_empty_plan_is_shown_as_empty_and_needs_a_typed_yes() {
        for markdown in ["", " \n"] {
            let mut asking = open(QuestionKind::Plan, &[]);
            asking.asked.question.content.subject = Subject::Plan { markdown: markdown.to_owned() };
            let nothing = Field { name: "steps".to_owned(), value: "[]".to_owned(), aside: false };
            asking.asked.question.content.beside = vec![nothing];
            assert_eq!(asking.asked.whole(), ["    in: /", "    The plan is empty."]);
            assert_eq!(asking.asked.head(), "Agent asks to begin without a plan (story)");
            assert_eq!(asking.ways(), "y to allow it to begin without a plan, or n and why not:");
            assert!(matches!(asking.typed(""), Typed::Unclear(_)));
            assert_eq!(asking.typed("y"), Typed::Answer(Answer::allow()));
        }
    }

    #[test]
    fn a_form_is_filled_in_field_by_field() {
        let field = |name: &str, required, takes| FormField {
            name: name.to_owned(),
            title: name.to_uppercase(),
            description: None,
            required,
            takes,
            proposed: Vec::new(),
        };
        let text = Takes::Text { min: None, max: None, format: None };
        let whole = Takes::Number { whole: true, min: None, max: None };
        let fields = vec![field("name", true, text), field("rows", false, whole)];
        let asking = || {
            let mut asking = open(QuestionKind::Form, &[]);
            asking.asked.question.content.subject = Subject::Form { fields: fields.clone() };
            asking
        };
        let mut form = asking();
        assert_eq!(form.asked.head(), "Agent hands on a question of Tool (story)");
        assert_eq!(
            form.asked.whole(),
            ["    name: NAME: a text", "    rows: ROWS (optional): a whole number",]
        );
        assert_eq!(form.ways(), "Type a text, !decline or !cancel:");
        let Typed::Field(name) = form.typed("y") else { panic!("a y is a text") };
        assert_eq!(form.fills(name), None);
        assert_eq!(form.ways(), "Type a whole number, - for nothing, !decline or !cancel:");
        assert!(matches!(form.typed("many"), Typed::Unclear(_)));
        let Typed::Field(rows) = form.typed("-") else { panic!("it may stay empty") };
        let name = FilledField { name: "name".to_owned(), written: vec!["y".to_owned()] };
        assert_eq!(form.fills(rows), Some(Answer { fields: vec![name], ..Answer::allow() }));
        assert_eq!(asking().typed("!decline"), deny(None));
        assert_eq!(asking().typed("!cancel"), Typed::Answer(Answer::cancel()));
    }

    #[test]
    fn an_address_is_accepted_by_a_yes_and_what_cannot_be_read_is_not() {
        let mut address = open(QuestionKind::Form, &[]);
        address.asked.question.content.subject = Subject::Address { url: "https://a".to_owned() };
        assert_eq!(address.typed("y"), Typed::Answer(Answer::allow()));
        let unread = open(QuestionKind::Form, &[]);
        for line in ["y", "yes", "n", ""] {
            assert!(matches!(unread.typed(line), Typed::Unclear(_)), "{line}");
        }
        assert_eq!(unread.typed("!cancel"), Typed::Answer(Answer::cancel()));
    }

    #[test]
    fn a_choice_takes_labels_and_words_and_guesses_nothing() {
        let one = open(QuestionKind::Choice, &[(false, &["On disk", "No"])]);
        assert_eq!(one.typed("on disk"), part(&["On disk"], None));
        assert_eq!(one.typed("no"), part(&["No"], None));
        assert_eq!(one.typed("n not now"), deny(Some("not now")));
        assert_eq!(one.typed("= only in tests"), part(&[], Some("only in tests")));
        for other in ["", "=", "on dsk", "y", "On disk, No"] {
            assert!(matches!(one.typed(other), Typed::Unclear(_)), "{other}");
        }
        // A label with a comma can be chosen by its number, also together with others.
        let wide = open(QuestionKind::Choice, &[(true, &["Name, and date", "Size", "Size, Name"])]);
        assert_eq!(wide.typed("1, 2"), part(&["Name, and date", "Size"], None));
        assert_eq!(wide.typed("Name, and date"), part(&["Name, and date"], None));
        assert!(matches!(wide.typed("1, 4"), Typed::Unclear(_)));
        let either = open(QuestionKind::Choice, &[(true, &["A", "B", "A, B"])]);
        let Typed::Unclear(why) = either.typed("a, b") else { panic!("it is unclear") };
        assert_eq!(
            why,
            "That can be read in two ways: as “A, B”, or as “A” and “B”. Type 3, or 1, 2."
        );
        let several = open(QuestionKind::Choice, &[(true, &["Name", "Date", "Size"])]);
        assert_eq!(several.typed("Name, size"), part(&["Name", "Size"], None));
        assert!(matches!(several.typed("Name, weight"), Typed::Unclear(_)));
        let free = open(QuestionKind::Choice, &[(false, &[])]);
        assert_eq!(free.typed("Musher"), part(&[], Some("Musher")));
        let unread = open(QuestionKind::Choice, &[]);
        assert!(matches!(unread.typed("y"), Typed::Unclear(_)));
        assert_eq!(unread.typed("n"), deny(None));
    }
}
