//! Questions that wait for a person: permissions, the agent's own questions, plans, forms. A question is
//! answered exactly once, by the first answer from anywhere.

use crate::{
    Field, FilledField, QuestionId, QuestionOption, RunId, StoryId, Subject, Timestamp, ToolKind,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// The kind of a question, which decides the kind of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// Whether a tool may run with this input.
    Permission,
    /// The agent's own question, with options to choose from.
    Choice,
    /// Whether a plan is accepted.
    Plan,
    /// A request of an MCP server, through the agent: fill in a form, or open an address.
    Form,
}

/// The state of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QuestionState {
    /// The question waits for an answer.
    Open,
    /// A person or a rule answered it.
    Answered,
    /// The agent withdrew it, or its run ended before an answer.
    Withdrawn,
}

/// The question itself, as the decoder of the agent's output makes it. Event, store and page carry it as a
/// whole, so a new field is added here, in the decoder that fills it and in the view that shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct QuestionContent {
    /// The kind of answer that is wanted.
    pub kind: QuestionKind,
    /// The tool that asks, by the agent's name.
    pub tool: String,
    /// The kind of that tool.
    #[serde(default)]
    pub tool_kind: ToolKind,
    /// The agent's id of the tool call that waits.
    #[serde(default)]
    pub call: Option<String>,
    /// What the question is about, in one line: the command, the path, the question itself.
    #[serde(default)]
    pub title: String,
    /// The agent's sentence about the question, if it gives one.
    #[serde(default)]
    pub description: Option<String>,
    /// What the tool works on; if the request itself lacks it, taken from the call that waits.
    #[serde(default)]
    pub subject: Subject,
    /// The other fields of the tool's input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Field>>")]
    pub beside: Vec<Field>,
    /// The decisions that the agent offers; empty for a question that is answered by choosing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<QuestionOption>>")]
    pub options: Vec<QuestionOption>,
    /// Why the agent's own rules did not decide, as a sentence.
    #[serde(default)]
    pub why: Option<String>,
    /// The path outside the working directory that the agent asks for.
    #[serde(default)]
    pub blocked_path: Option<String>,
}

impl QuestionContent {
    /// Makes a question without anything but its kind and its tool.
    pub fn new(kind: QuestionKind, tool: impl Into<String>) -> Self {
        Self {
            kind,
            tool: tool.into(),
            tool_kind: ToolKind::default(),
            call: None,
            title: String::new(),
            description: None,
            subject: Subject::default(),
            beside: Vec::new(),
            options: Vec::new(),
            why: None,
            blocked_path: None,
        }
    }
}

/// A question of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Question {
    /// The question's lasting name.
    pub id: QuestionId,
    /// The story that the question belongs to.
    pub story: StoryId,
    /// The run whose agent asks.
    pub run: RunId,
    /// The question itself.
    #[serde(flatten)]
    pub content: QuestionContent,
    /// The agent's id of the request, unique in the run.
    #[serde(default)]
    pub request_id: String,
    /// The input as the agent gave it, for programs that read `mush questions --json`. No part of Musher
    /// reads it, and the page does not get it.
    #[serde(default)]
    #[ts(skip)]
    pub request: Value,
    /// The question's state.
    pub state: QuestionState,
    /// When the question was asked.
    pub at: Timestamp,
    /// The answer, if there is one.
    pub answer: Option<Answer>,
}

/// Whether an answer allows what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AnswerBehavior {
    /// Allow; this one time, unless `option` names another decision.
    Allow,
    /// Deny.
    Deny,
    /// Close a [`QuestionKind::Form`] without an answer.
    Cancel,
}

/// The answer of a person or a rule. An allowance has no message: a message goes with a denial, or with
/// the answers to the agent's own questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Answer {
    /// Whether it allows or denies.
    pub behavior: AnswerBehavior,
    /// The message to the agent with a denial.
    #[serde(default)]
    pub message: Option<String>,
    /// Chosen labels that name no question. They are accepted only if they can belong to one question
    /// alone, and are then moved to `choices`; only records of earlier versions keep them here.
    #[serde(default)]
    pub labels: Vec<String>,
    /// The answers to a [`QuestionKind::Choice`], one for each of its questions.
    #[serde(default)]
    pub choices: Vec<Chosen>,
    /// The values of a [`QuestionKind::Form`]; empty fields are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<FilledField>>")]
    pub fields: Vec<FilledField>,
    /// The id of the decision, if it is not a plain yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub option: Option<String>,
}

impl Answer {
    /// Allows, this one time.
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

    /// Denies, with a message.
    pub fn deny(message: Option<String>) -> Self {
        Self { behavior: AnswerBehavior::Deny, message, ..Self::allow() }
    }

    /// Closes a form without an answer.
    pub fn cancel() -> Self {
        Self { behavior: AnswerBehavior::Cancel, ..Self::allow() }
    }
}

/// The answer to one of the questions that an agent asks together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Chosen {
    /// The question's index, from 0.
    pub question: u32,
    /// The question's text, as the agent wrote it, so that the record can be read alone.
    #[serde(default)]
    pub text: String,
    /// The chosen labels, in the agent's own order.
    #[serde(default)]
    pub labels: Vec<String>,
    /// A person's own text, instead of a label or in addition to it.
    #[serde(default)]
    pub words: Option<String>,
}
