//! Asking on a terminal: a question is shown whole, its parts are asked one after the other, and nothing is
//! answered by Enter alone or by what was typed before the question stood there. Without a terminal questions
//! are announced and answered elsewhere.

use crate::asked::{self, Asked};
use crate::text::{Out, announce};
use crate::written;
use engine::choice::Choice;
use protocol::{Answer, Chosen, QuestionId, QuestionKind};
use std::collections::HashSet;
use std::io::{BufRead, IsTerminal};
use std::sync::mpsc::{Receiver, channel};

/// Asks the person at the terminal, or announces questions where there is none.
pub(crate) struct Asker {
    on_terminal: bool,
    /// What is typed, from the first question on: a command in the background that read the terminal
    /// before would be stopped by the shell.
    lines: Option<Receiver<String>>,
    told: HashSet<QuestionId>,
    open: Option<Open>,
}

/// A question that is being asked.
struct Open {
    asked: Asked,
    /// What was answered so far to the agent's own questions.
    chosen: Vec<Chosen>,
}

/// What a typed line comes to.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    /// This is the answer to the question.
    Answer(Answer),
    /// This is the answer to one of several.
    Part(Chosen),
    /// It is none; why, and what is one.
    Unclear(String),
}

impl Asker {
    pub(crate) fn new(out: Out) -> Self {
        let on_terminal =
            !out.json && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        Self { on_terminal, lines: None, told: HashSet::new(), open: None }
    }

    /// Puts the open questions of a story to the person, one at a time.
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
            if !self.told.insert(asked.question.id.clone()) {
                continue;
            }
            if self.on_terminal {
                let lines = self.lines.get_or_insert_with(read_lines);
                announce(&format!("\n? {}", asked.head()));
                let asking = Open { asked, chosen: Vec::new() };
                asking.show(lines);
                self.open = Some(asking);
            } else {
                announce(&format!(
                    "waits for an answer: {} mush answer '{}' {}",
                    asked.head(),
                    asked.question.id,
                    match asked.question.kind {
                        QuestionKind::Choice => "choose ANSWER... (or deny)",
                        QuestionKind::Permission | QuestionKind::Plan => "allow (or deny)",
                    }
                ));
            }
        }
    }

    /// What was typed since, as answers.
    pub(crate) fn answers(&mut self) -> Vec<(QuestionId, Answer)> {
        let Some(lines) = &self.lines else { return Vec::new() };
        let mut answers = Vec::new();
        while let Ok(line) = lines.try_recv() {
            let Some(mut asking) = self.open.take() else { continue };
            match asking.typed(line.trim()) {
                Typed::Answer(answer) => answers.push((asking.asked.question.id, answer)),
                Typed::Part(chosen) => {
                    asking.chosen.push(chosen);
                    if asking.chosen.len() == asking.asked.choices.len() {
                        let answer = Answer { choices: asking.chosen, ..Answer::allow() };
                        answers.push((asking.asked.question.id, answer));
                    } else {
                        asking.show(lines);
                        self.open = Some(asking);
                    }
                }
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
    /// Shows what is asked now. What was typed before is no answer to it.
    fn show(&self, lines: &Receiver<String>) {
        let shown = match self.now() {
            Some((k, choice)) => asked::one(choice, k, self.asked.choices.len()),
            None => self.asked.whole(),
        };
        for line in shown {
            announce(&line);
        }
        announce(&self.ways());
        forget_typed();
        while lines.try_recv().is_ok() {}
    }

    /// The agent's question that is asked now.
    fn now(&self) -> Option<(usize, &Choice)> {
        let k = self.chosen.len();
        self.asked.choices.get(k).map(|choice| (k, choice))
    }

    /// The ways to answer.
    fn ways(&self) -> String {
        match (self.asked.question.kind, self.now()) {
            (QuestionKind::Permission, _) => "y to allow once, or n and why not:".to_owned(),
            (QuestionKind::Plan, _) => "y to allow it to begin, or n and why not:".to_owned(),
            (QuestionKind::Choice, None) => "It cannot be read here: n and why not:".to_owned(),
            (QuestionKind::Choice, Some((_, choice))) => match (choice.options.is_empty(), choice.several) {
                (true, _) => "Type your answer, or n and why not:".to_owned(),
                (false, false) => "Type a label, = and words of your own, or n and why not:".to_owned(),
                (false, true) => "Type labels with commas between them, = and words of your own, or n and why not:".to_owned(),
            },
        }
    }

    fn typed(&self, line: &str) -> Typed {
        let unclear = || Typed::Unclear(self.ways());
        let own = |words: &str, (k, _): (usize, &Choice)| {
            let question = u32::try_from(k).unwrap_or(u32::MAX);
            Typed::Part(Chosen { question, words: Some(words.to_owned()), ..Chosen::default() })
        };
        if line.is_empty() {
            return unclear();
        }
        if let Some((k, choice)) = self.now()
            && let Some(labels) = written::labels(choice, line)
        {
            let question = u32::try_from(k).unwrap_or(u32::MAX);
            return Typed::Part(Chosen { question, labels, ..Chosen::default() });
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
                if self.asked.question.kind != QuestionKind::Choice && rest.is_empty() =>
            {
                Typed::Answer(Answer::allow())
            }
            ("y" | "yes", None) if self.asked.question.kind != QuestionKind::Choice => {
                Typed::Unclear(format!("A yes carries no words to the agent. {}", self.ways()))
            }
            (_, None) => unclear(),
        }
    }
}

/// Drops what the terminal holds of a line that is not ended yet.
#[cfg(unix)]
fn forget_typed() {
    use rustix::termios::{QueueSelector, tcflush};
    if let Err(error) = tcflush(std::io::stdin(), QueueSelector::IFlush) {
        tracing::debug!(%error, "the terminal keeps what was typed before");
    }
}

/// Whole lines that were typed before are dropped all the same.
#[cfg(not(unix))]
fn forget_typed() {}

fn read_lines() -> Receiver<String> {
    forget_typed();
    let (typed, lines) = channel();
    let read = move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if typed.send(line).is_err() {
                return;
            }
        }
    };
    if let Err(error) = std::thread::Builder::new().name("terminal".to_owned()).spawn(read) {
        tracing::error!(%error, "nothing can be read from the terminal; answer with `mush answer`");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::choice::Offered;
    use protocol::{Question, QuestionState, RunId, StoryId, Timestamp, ToolKind};

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
            kind,
            tool: "Tool".to_owned(),
            tool_kind: ToolKind::Other,
            description: None,
            request: serde_json::Value::Null,
            subject: None,
            state: QuestionState::Open,
            at: Timestamp::from_millis(0),
            answer: None,
        };
        let asked = Asked {
            question,
            story: "story".to_owned(),
            agent: "Agent".to_owned(),
            dir: "/".to_owned(),
            choices: choices.iter().map(choice).collect(),
        };
        Open { asked, chosen: Vec::new() }
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
