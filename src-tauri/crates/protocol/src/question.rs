//! Questions that wait for a person: permissions, the agent's own questions, plans, forms. A question is
//! answered exactly once, wherever that happens first.

use crate::{
    Field, FilledField, QuestionId, QuestionOption, RunId, StoryId, Subject, Timestamp, ToolKind,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// What kind of answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// May this tool run with this input?
    Permission,
    /// The agent's own question, with options to choose from.
    Choice,
    /// Is this plan accepted?
    Plan,
    /// An MCP server asks through the agent: for a form to be filled in, or for an address to be opened.
    Form,
}

/// The state of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QuestionState {
    /// It waits for an answer.
    Open,
    /// A person or a rule answered it.
    Answered,
    /// The agent took it back, or its run ended before an answer.
    Withdrawn,
}

/// One question of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Question {
    /// Its lasting name.
    pub id: QuestionId,
    /// The story it belongs to.
    pub story: StoryId,
    /// The run that asks.
    pub run: RunId,
    /// What kind of answer is wanted.
    pub kind: QuestionKind,
    /// The tool that asks, by the agent's name.
    pub tool: String,
    /// What sort of tool that is.
    pub tool_kind: ToolKind,
    /// The agent's sentence about it, if it gives one.
    pub description: Option<String>,
    /// What it is about, in one line: the command, the path, the question itself.
    #[serde(default)]
    pub title: String,
    /// The agent's id of the request, unique in the run.
    #[serde(default)]
    pub request_id: String,
    /// What the tool works on.
    pub subject: Subject,
    /// The other fields of its input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Field>>")]
    pub beside: Vec<Field>,
    /// The input as the agent gave it, for programs that read `mush questions --json`. Nothing in Musher reads
    /// it, and the page does not know of it.
    #[serde(default)]
    #[ts(skip)]
    pub request: Value,
    /// The decisions that the agent offers; none where it is answered by choosing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<QuestionOption>>")]
    pub options: Vec<QuestionOption>,
    /// Its state.
    pub state: QuestionState,
    /// When it was asked.
    pub at: Timestamp,
    /// The answer that was given.
    pub answer: Option<Answer>,
}

/// Whether the thing asked for may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AnswerBehavior {
    /// Yes, this once.
    Allow,
    /// No.
    Deny,
    /// Neither: a [`QuestionKind::Form`] is closed without an answer.
    Cancel,
}

/// A person's or a rule's answer. An allowance carries no words: words go with a denial, or with the answers
/// to the agent's own questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Answer {
    /// Yes or no.
    pub behavior: AnswerBehavior,
    /// The text for the agent with a denial.
    #[serde(default)]
    pub message: Option<String>,
    /// Labels that were chosen without saying of which question. They are accepted only where that is beyond
    /// doubt, and are then moved to `choices`; only records of earlier versions keep them here.
    #[serde(default)]
    pub labels: Vec<String>,
    /// The answers to a [`QuestionKind::Choice`], one for each of the questions that it asks.
    #[serde(default)]
    pub choices: Vec<Chosen>,
    /// What was filled into a [`QuestionKind::Form`]; fields that stayed empty are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<FilledField>>")]
    pub fields: Vec<FilledField>,
    /// The id of the decision, where it is another one than a plain yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub option: Option<String>,
}

impl Answer {
    /// Yes, this once.
    pub fn allow() -> Self {
        Self {
            behavior: AnswerBehavior::Allow,
            message: None,
            labels: Vec::new(),
            choices: Vec::new(),
            fields: Vec::new(),
            option: None,
        }
    }

    /// No, and why.
    pub fn deny(message: Option<String>) -> Self {
        Self { behavior: AnswerBehavior::Deny, message, ..Self::allow() }
    }

    /// Neither yes nor no.
    pub fn cancel() -> Self {
        Self { behavior: AnswerBehavior::Cancel, ..Self::allow() }
    }
}

/// What was answered to one of the questions that an agent asks together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Chosen {
    /// Its place among them, from 0.
    pub question: u32,
    /// Its text, as the agent wrote it, so that the record can be read alone.
    #[serde(default)]
    pub text: String,
    /// The chosen labels, in the agent's own order.
    #[serde(default)]
    pub labels: Vec<String>,
    /// A person's own words, instead of a label or in addition to it.
    #[serde(default)]
    pub words: Option<String>,
}
