//! The subject of a tool call, or of a question about one, as a type that fits every agent. A decoder
//! makes it from the call's input; no other code reads the fields of that input.

use crate::{Choice, Diff, FormField};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a tool works on. Texts are whole and unchanged: the person who is asked to allow the call sees
/// exactly these. The other fields of the input are a list of [`Field`]s.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Subject {
    /// A command is run.
    Command {
        /// The command line. An agent's list of arguments is quoted for a POSIX shell.
        text: String,
        /// Where the command runs, if the agent reports it; else where the agent works.
        cwd: Option<String>,
    },
    /// Files are changed.
    Change {
        /// Each file with its change; never empty.
        files: Vec<FileChange>,
    },
    /// A file or folder is used.
    Path {
        /// The path, as the agent writes it.
        path: String,
    },
    /// An address is opened.
    Address {
        /// The address.
        url: String,
    },
    /// Files, file names or the network are searched.
    Query {
        /// The pattern or the words.
        text: String,
        /// Where it searches, if not everywhere.
        within: Option<String>,
    },
    /// A person is asked to choose.
    Choices {
        /// The questions, in their order; never empty.
        questions: Vec<Choice>,
    },
    /// A person is asked to fill in a form.
    Form {
        /// The form's fields, in their order; a form without fields only asks for a yes.
        fields: Vec<FormField>,
    },
    /// A plan waits for approval.
    Plan {
        /// The plan; empty if the agent gave none.
        markdown: String,
    },
    /// A list of things to do is updated.
    Todos {
        /// The whole new list.
        items: Vec<Todo>,
    },
    /// Anything else.
    Other {
        /// The line of the input that describes the call best; empty if there is none.
        words: String,
    },
}

impl Subject {
    /// The questions to answer by choosing; empty for other subjects.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Choices { questions } => questions,
            _ => &[],
        }
    }

    /// The fields to fill in; empty for other subjects.
    pub fn fields(&self) -> &[FormField] {
        match self {
            Self::Form { fields } => fields,
            _ => &[],
        }
    }

    /// Whether it is a plan without text.
    pub fn is_empty_plan(&self) -> bool {
        matches!(self, Self::Plan { markdown } if markdown.trim().is_empty())
    }
}

impl Default for Subject {
    fn default() -> Self {
        Self::Other { words: String::new() }
    }
}

/// A change of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileChange {
    /// The file's path, as the agent writes it.
    pub path: String,
    /// What happens to the file as a whole.
    pub act: FileAct,
    /// Where the file is moved to, if it is moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub moved_to: Option<String>,
    /// The changes in the file.
    pub diff: Diff,
}

/// What happens to a file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileAct {
    /// The file is made.
    Create,
    /// The file's whole content is written; whether it existed before is not known.
    Write,
    /// A part of the file is changed.
    Edit,
    /// The file is deleted.
    Delete,
}

/// An item of a list of things to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Todo {
    /// The item's text.
    pub text: String,
    /// The item's state.
    pub state: TodoState,
}

/// The state of an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TodoState {
    /// Not begun, or in a state that this version does not know.
    Open,
    /// In progress.
    Doing,
    /// Done.
    Done,
}

/// A part of a tool's input that its [`Subject`] does not hold, under the agent's own name of it. It is
/// shown unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Field {
    /// The field's name; for a nested field the whole path: `edits[1].replace_all`.
    pub name: String,
    /// The field's value: a text unchanged, anything else as JSON.
    pub value: String,
    /// Whether the field is known not to change what is allowed: a time limit, the agent's description.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub aside: bool,
}
