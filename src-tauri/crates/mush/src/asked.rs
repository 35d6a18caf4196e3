//! A question as it is put to a person: whole, in lines and in words, before it is answered.

use crate::text::exact;
use crate::written;
use engine::choice::Choice;
use engine::store::read::Reader;
use protocol::{Question, QuestionId, QuestionKind};
use serde_json::Value;

/// Before every line of what is asked.
const INDENT: &str = "    ";

/// A question with what is known around it.
pub(crate) struct Asked {
    pub(crate) question: Question,
    /// The story's name.
    pub(crate) story: String,
    /// The agent's name for people.
    pub(crate) agent: String,
    /// Where the story works.
    pub(crate) dir: String,
    /// The agent's own questions, for a choice.
    pub(crate) choices: Vec<Choice>,
    /// Whether there is no plan to read where one is to be approved.
    pub(crate) plan_is_empty: bool,
}

impl Asked {
    /// Joins a question with its story.
    pub(crate) fn of(reader: &Reader, question: Question) -> engine::Result<Self> {
        let story = reader.story(question.story.as_str())?;
        let choices = match question.kind {
            QuestionKind::Choice => engine::choices(&story.agent, &question.request),
            QuestionKind::Permission | QuestionKind::Plan => Vec::new(),
        };
        let plan = question.subject.as_ref().unwrap_or(&question.request);
        let is_plan = question.kind == QuestionKind::Plan;
        Ok(Self {
            plan_is_empty: is_plan && engine::plan(&story.agent, plan).is_none(),
            agent: engine::agent_name(&story.agent).to_owned(),
            story: story.slug.to_string(),
            dir: story.dir,
            question,
            choices,
        })
    }

    /// Who asks for what.
    pub(crate) fn head(&self) -> String {
        let Self { question, agent, story, .. } = self;
        let what = match question.kind {
            QuestionKind::Permission => format!("{agent} asks to use {}", exact(&question.tool)),
            QuestionKind::Choice => format!("{agent} asks you"),
            QuestionKind::Plan if self.plan_is_empty => {
                format!("{agent} asks to begin without a plan")
            }
            QuestionKind::Plan => format!("{agent} has a plan and asks to begin"),
        };
        format!("{what} ({story})")
    }

    /// All that is asked, in lines.
    pub(crate) fn whole(&self) -> Vec<String> {
        let Self { question, .. } = self;
        match question.kind {
            QuestionKind::Choice if !self.choices.is_empty() => {
                let count = self.choices.len();
                let each = self.choices.iter().enumerate();
                each.flat_map(|(k, choice)| one(choice, k, count)).collect()
            }
            _ => {
                let mut lines = Vec::new();
                if let Some(words) = &question.description {
                    lines.extend(field("why", &Value::from(words.as_str())));
                }
                lines.extend(field("in", &Value::from(self.dir.as_str())));
                let shown = question.description.as_deref();
                for fields in
                    [Some(&question.request), question.subject.as_ref()].into_iter().flatten()
                {
                    lines.extend(match self.plan_is_empty {
                        true => input(&without_nothing(fields), shown),
                        false => input(fields, shown),
                    });
                }
                if self.plan_is_empty {
                    lines.extend(indented(match &question.subject {
                        None if is_nothing(&question.request) => "No plan came with the question.",
                        _ => "The plan is empty.",
                    }));
                }
                lines
            }
        }
    }
}

/// The agent's own questions in a question of this id; `None` for one that offers nothing to choose.
pub(crate) fn choices(reader: &Reader, id: &QuestionId) -> engine::Result<Option<Vec<Choice>>> {
    let question = reader.question(id)?;
    let story = reader.story(question.story.as_str())?;
    Ok(match question.kind {
        QuestionKind::Choice => Some(engine::choices(&story.agent, &question.request)),
        QuestionKind::Permission | QuestionKind::Plan => None,
    })
}

/// One of the agent's questions with what it offers, each option with its number; the question is numbered
/// where there are several.
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

/// A tool's input, field by field, without its description where that is shown already.
fn input(value: &Value, shown: Option<&str>) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, value)| *name != "description" || value.as_str() != shown)
            .flat_map(|(name, value)| field(name, value))
            .collect(),
        Value::Null => Vec::new(),
        other => field("input", other),
    }
}

/// The fields that say something.
fn without_nothing(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !is_nothing(value));
            fields.map(|(name, value)| (name.clone(), value.clone())).collect()
        }
        other => other.clone(),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A field in a line, or its lines below its name.
fn field(name: &str, value: &Value) -> Vec<String> {
    let text = match value {
        Value::String(text) => exact(text),
        Value::Array(_) | Value::Object(_) => {
            exact(&serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string()))
        }
        other => other.to_string(),
    };
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
    use engine::choice::Offered;
    use serde_json::json;

    #[test]
    fn an_input_is_shown_whole_and_in_lines() {
        let lines = input(
            &json!({"command": "a\nb", "description": "Clean", "timeout": 5, "edits": [{"x": "y"}]}),
            Some("Clean"),
        );
        assert_eq!(
            lines,
            [
                "    command:",
                "      a",
                "      b",
                "    edits:",
                "      [",
                "        {",
                "          \"x\": \"y\"",
                "        }",
                "      ]",
                "    timeout: 5",
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
        // A number that is a label is no number of an option.
        let options = ["10", "20"].map(|label| option(label, None)).to_vec();
        let choice = Choice { question: "How many?".to_owned(), options, ..Choice::default() };
        assert_eq!(one(&choice, 0, 1), ["    How many?", "      #1. 10", "      #2. 20"]);
    }
}
