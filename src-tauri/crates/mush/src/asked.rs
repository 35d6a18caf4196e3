//! Prints a question of an agent completely, as lines of text, so that a person can read all of it
//! before answering.

use crate::fill;
use crate::text::{exact, exact_command};
use crate::written;
use engine::store::read::Reader;
use protocol::{
    Choice, Diff, Field, FileAct, FileChange, FormField, Question, QuestionContent, QuestionKind,
};
use protocol::{QuestionOption, Side, Subject};

/// The indentation of every line of a question.
const INDENT: &str = "    ";

/// A question with its story's name, agent and directory.
pub(crate) struct Asked {
    pub(crate) question: Question,
    /// The story's name.
    pub(crate) story: String,
    /// The agent's name for people.
    pub(crate) agent: String,
    /// Where the story works.
    pub(crate) dir: String,
    /// The question's name in `mush answer`.
    pub(crate) name: String,
}

impl Asked {
    /// Joins a question with its story.
    pub(crate) fn of(reader: &Reader, question: Question) -> engine::Result<Self> {
        let story = reader.story(question.story.as_str())?;
        Ok(Self {
            agent: engine::agent_name(&story.agent).to_owned(),
            story: story.slug.to_string(),
            dir: story.dir,
            name: reader.short_name(&question)?,
            question,
        })
    }

    /// The fields of a form; empty for other kinds of question.
    pub(crate) fn fields(&self) -> &[FormField] {
        self.question.content.subject.fields()
    }

    /// Whether it can be answered with a plain yes. A form that cannot be read cannot.
    pub(crate) fn takes_yes(&self) -> bool {
        let can_be_read =
            matches!(self.question.content.subject, Subject::Form { .. } | Subject::Address { .. });
        self.question.content.kind != QuestionKind::Form || can_be_read
    }

    /// The choices that the agent asks for; empty for other kinds of question.
    pub(crate) fn choices(&self) -> &[Choice] {
        self.question.content.subject.choices()
    }

    /// Whether this asks to approve a plan that is empty.
    pub(crate) fn plan_is_empty(&self) -> bool {
        self.question.content.kind == QuestionKind::Plan
            && self.question.content.subject.is_empty_plan()
    }

    /// The decisions that are offered in addition to a plain yes and no.
    pub(crate) fn more(&self) -> impl Iterator<Item = &QuestionOption> {
        self.question.content.options.iter().filter(|option| !option.is_plain())
    }

    /// The first line: which agent asks, in which story, for what.
    pub(crate) fn head(&self) -> String {
        let Self { question, agent, story, .. } = self;
        let what = match question.content.kind {
            QuestionKind::Permission => {
                format!("{agent} asks to use {}", exact(&question.content.tool))
            }
            QuestionKind::Choice => format!("{agent} asks you"),
            QuestionKind::Form => {
                format!("{agent} hands on a question of {}", exact(&question.content.tool))
            }
            QuestionKind::Plan if self.plan_is_empty() => {
                format!("{agent} asks to begin without a plan")
            }
            QuestionKind::Plan => format!("{agent} has a plan and asks to begin"),
        };
        format!("{what} ({story})")
    }

    /// The whole question, as lines.
    pub(crate) fn whole(&self) -> Vec<String> {
        let QuestionContent { subject, beside, description, why, .. } = &self.question.content;
        if !self.choices().is_empty() {
            let count = self.choices().len();
            let each = self.choices().iter().enumerate();
            return each.flat_map(|(k, choice)| one(choice, k, count)).collect();
        }
        let mut lines = Vec::new();
        match self.question.content.kind {
            QuestionKind::Form => {
                lines.extend(description.iter().flat_map(|words| indented(&exact(words))));
            }
            _ => {
                lines.extend(description.iter().flat_map(|words| in_words("agent says", words)));
                lines.extend(why.iter().flat_map(|words| in_words("asked because", words)));
                lines.extend(field("in", &self.dir));
            }
        }
        lines.extend(about(subject));
        let says = |field: &&Field| !self.plan_is_empty() || !is_nothing(&field.value);
        lines.extend(
            beside.iter().filter(says).flat_map(|Field { name, value, .. }| field(name, value)),
        );
        lines.extend(self.more().flat_map(offered));
        lines
    }
}

/// What a call works on, in lines, with the other fields of its input.
pub(crate) fn of_call(subject: &Subject, beside: &[Field]) -> Vec<String> {
    let fields = beside.iter().flat_map(|Field { name, value, .. }| field(name, value));
    about(subject).into_iter().chain(fields).collect()
}

/// A decision with all that it covers.
fn offered(option: &QuestionOption) -> Vec<String> {
    let words = option.does.words();
    let covers = option.covers.iter().map(String::as_str);
    let lines: Vec<&str> = std::iter::once(words).chain(covers).collect();
    field(&format!("option {}", option.id), &lines.join("\n"))
}

/// The subject of a question, unshortened, as lines.
fn about(subject: &Subject) -> Vec<String> {
    match subject {
        Subject::Command { text, cwd } => {
            let cwd = cwd.iter().flat_map(|cwd| field("runs in", cwd));
            cwd.chain(field("command", text)).collect()
        }
        Subject::Change { files } => files.iter().flat_map(change).collect(),
        Subject::Path { path } => field("path", path),
        Subject::Address { url } => field("address", url),
        Subject::Query { text, within } => {
            let within = within.iter().flat_map(|within| field("within", within));
            field("search", text).into_iter().chain(within).collect()
        }
        Subject::Plan { .. } if subject.is_empty_plan() => indented("The plan is empty."),
        Subject::Plan { markdown } => in_words("plan", markdown),
        Subject::Form { fields } => fields
            .iter()
            .flat_map(|field| {
                let named = format!("{}: {}", field.name, fill::shown(field).join("\n  "));
                indented(&exact(&named))
            })
            .collect(),
        Subject::Todos { items } => {
            let items: Vec<&str> = items.iter().map(|todo| todo.text.as_str()).collect();
            in_words("to do", &items.join("\n"))
        }
        // The fields of these subjects are printed separately.
        Subject::Choices { .. } | Subject::Other { .. } => Vec::new(),
    }
}

/// A changed file, and its changed lines with their signs.
fn change(file: &FileChange) -> Vec<String> {
    let FileChange { path, act, moved_to, diff } = file;
    let name = match act {
        FileAct::Create => "new file",
        FileAct::Write => "write file",
        FileAct::Edit => "change file",
        FileAct::Delete => "delete file",
    };
    let moved = moved_to.iter().flat_map(|to| field("move to", to));
    field(name, path).into_iter().chain(moved).chain(signed(diff)).collect()
}

/// The lines of a change, each with its sign.
pub(crate) fn signed(diff: &Diff) -> Vec<String> {
    let mut lines = Vec::new();
    for hunk in &diff.hunks {
        if let Some(start) = hunk.start {
            let place = format!("@@ -{} +{} @@ {}", start.old, start.new, hunk.heading);
            lines.extend(indented(exact(&place).trim_end()));
        }
        for piece in &hunk.pieces {
            let sign = match piece.side {
                Side::Same => " ",
                Side::Removed => "-",
                Side::Added => "+",
            };
            let text = exact(&piece.text);
            lines.extend(text.split('\n').map(|line| format!("{INDENT}  {sign}{line}")));
        }
    }
    lines
}

/// The agent's own questions in a question; `None` for one that offers nothing to choose.
pub(crate) fn choices(question: &Question) -> Option<&[Choice]> {
    match question.content.kind {
        QuestionKind::Choice => Some(question.content.subject.choices()),
        QuestionKind::Permission | QuestionKind::Plan | QuestionKind::Form => None,
    }
}

/// One choice with its numbered options. The choice itself is numbered if there are several.
pub(crate) fn one(choice: &Choice, k: usize, count: usize) -> Vec<String> {
    let number = if count > 1 { format!("{}. ", k + 1) } else { String::new() };
    let several = if choice.several { " (several can be chosen)" } else { "" };
    let mut lines = indented(&format!("{number}{}{several}", exact(&choice.question)));
    let mark = written::mark(choice);
    for (option, number) in choice.options.iter().zip(1..) {
        let place = mark.map_or("-".to_owned(), |mark| format!("{mark}{number}."));
        let means = option.description.as_ref().filter(|means| **means != option.label);
        let means = means.map(|means| format!(": {means}")).unwrap_or_default();
        lines.extend(indented(&exact(&format!("  {place} {}{means}", option.label))));
    }
    lines
}

/// Whether a JSON value is empty.
fn is_nothing(value: &str) -> bool {
    matches!(value.trim(), "" | "null" | "[]" | "{}")
}

/// A field as a line, or as several lines below its name. For values that a program executes or
/// opens.
fn field(name: &str, value: &str) -> Vec<String> {
    below(name, &exact_command(value))
}

/// Like [`field`], for prose, in which joiners are part of letters and emoji.
fn in_words(name: &str, value: &str) -> Vec<String> {
    below(name, &exact(value))
}

fn below(name: &str, text: &str) -> Vec<String> {
    let name = exact(name);
    match text.contains('\n') {
        false => indented(&format!("{name}: {text}")),
        true => {
            let below = text.lines().map(|line| format!("  {line}"));
            std::iter::once(format!("{name}:"))
                .chain(below)
                .map(|line| format!("{INDENT}{line}"))
                .collect()
        }
    }
}

fn indented(text: &str) -> Vec<String> {
    text.lines().map(|line| format!("{INDENT}{line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{
        Decision, Hunk, HunkStart, Offered, Piece, QuestionId, QuestionState, RunId, StoryId,
        Timestamp,
    };

    fn asked(subject: Subject, beside: &[(&str, &str)]) -> Vec<String> {
        let field = |(name, value): &(&str, &str)| Field {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            aside: false,
        };
        let question = Question {
            id: QuestionId::new("r:q"),
            story: StoryId::new("s"),
            run: RunId::new("r"),
            content: QuestionContent {
                description: Some("Clean".to_owned()),
                subject,
                beside: beside.iter().map(field).collect(),
                options: vec![
                    QuestionOption::once("allow", Decision::AllowOnce),
                    QuestionOption {
                        covers: vec!["Bash(ls:*)".to_owned()],
                        ..QuestionOption::once("always", Decision::AllowAlways)
                    },
                ],
                ..QuestionContent::new(QuestionKind::Permission, "Tool")
            },
            request_id: "q".to_owned(),
            request: serde_json::Value::Null,
            state: QuestionState::Open,
            at: Timestamp::from_millis(0),
            answer: None,
        };
        let (story, agent, dir) = ("story".to_owned(), "Agent".to_owned(), "/".to_owned());
        let name = "s.1:q".to_owned();
        Asked { question, story, agent, dir, name }.whole()
    }

    #[test]
    fn what_is_asked_is_shown_whole_and_in_lines() {
        let command = Subject::Command { text: "a\nb\u{1b}".to_owned(), cwd: None };
        assert_eq!(
            asked(command, &[("edits", "[\n  1\n]"), ("timeout", "5")]),
            [
                "    agent says: Clean",
                "    in: /",
                "    command:",
                "      a",
                "      b<U+001B>",
                "    edits:",
                "      [",
                "        1",
                "      ]",
                "    timeout: 5",
                "    option always:",
                "      Always allow",
                "      Bash(ls:*)",
            ]
        );
    }

    #[test]
    fn a_change_is_shown_line_by_line() {
        let piece = |side, text: &str| Piece { side, text: text.to_owned() };
        let pieces = vec![
            piece(Side::Same, "fn a"),
            piece(Side::Removed, "x"),
            piece(Side::Added, "y\u{202e}\n"),
        ];
        let start = Some(HunkStart { old: 3, new: 3 });
        let diff = Diff { hunks: vec![Hunk { start, heading: String::new(), pieces }] };
        let file = FileChange { path: "a.rs".to_owned(), act: FileAct::Edit, moved_to: None, diff };
        assert_eq!(
            asked(Subject::Change { files: vec![file] }, &[]),
            [
                "    agent says: Clean",
                "    in: /",
                "    change file: a.rs",
                "    @@ -3 +3 @@",
                "       fn a",
                "      -x",
                "      +y<U+202E>",
                "      +",
                "    option always:",
                "      Always allow",
                "      Bash(ls:*)",
            ]
        );
    }

    #[test]
    fn a_question_is_shown_with_what_it_offers() {
        let option = |label: &str, means: Option<&str>| Offered {
            label: label.to_owned(),
            description: means.map(str::to_owned),
        };
        let choice = Choice {
            question: "Which?\u{1b}[2J".to_owned(),
            header: None,
            several: true,
            options: vec![option("A", Some("first")), option("B", Some("B")), option("C", None)],
        };
        assert_eq!(
            one(&choice, 1, 2),
            [
                "    2. Which?<U+001B>[2J (several can be chosen)",
                "      1. A: first",
                "      2. B",
                "      3. C"
            ]
        );
        // A label that is a number is not taken as the number of an option.
        let options = ["10", "20"].map(|label| option(label, None)).to_vec();
        let choice = Choice { question: "How many?".to_owned(), options, ..Choice::default() };
        assert_eq!(one(&choice, 0, 1), ["    How many?", "      #1. 10", "      #2. 20"]);
    }
}
