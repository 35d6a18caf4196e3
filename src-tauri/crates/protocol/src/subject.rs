//! The subject of a tool call, or of a question about one, in words that fit every agent. A decoder makes it
//! from the call's input; no other code reads the fields of that input.

use crate::{Choice, Diff, FormField};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a tool works on. Texts are whole and unchanged: the person who is asked to allow it sees exactly
/// this. The other fields of the input are a list of [`Field`]s.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Subject {
    /// A command is run.
    Command {
        /// The command line. An agent's list of arguments is quoted for a POSIX shell.
        text: String,
        /// Where it runs, if the agent says so; else where the agent works.
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
    /// Something is searched for: in files, by their names, on the network.
    Query {
        /// The pattern or the words.
        text: String,
        /// Where, if it is not everywhere.
        within: Option<String>,
    },
    /// A person is asked to choose.
    Choices {
        /// The questions, in their order; never empty.
        questions: Vec<Choice>,
    },
    /// A person is asked to fill in a form.
    Form {
        /// Its fields, in their order; a form without fields only asks for a yes.
        fields: Vec<FormField>,
    },
    /// A plan waits for approval.
    Plan {
        /// The plan; empty where the agent gave none.
        markdown: String,
    },
    /// A list of things to do is kept.
    Todos {
        /// The whole list as it is from now on.
        items: Vec<Todo>,
    },
    /// Anything else.
    Other {
        /// The line of the input that says most; empty where none does.
        words: String,
    },
}

impl Subject {
    /// The questions that are to be answered by choosing; none where it is about anything else.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Choices { questions } => questions,
            _ => &[],
        }
    }

    /// The fields that are to be filled in; none where it is about anything else.
    pub fn fields(&self) -> &[FormField] {
        match self {
            Self::Form { fields } => fields,
            _ => &[],
        }
    }

    /// Whether it is a plan with nothing to read in it.
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
    /// Its path, as the agent writes it.
    pub path: String,
    /// What happens to the file as a whole.
    pub act: FileAct,
    /// Where it is moved to, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub moved_to: Option<String>,
    /// What changes in it.
    pub diff: Diff,
}

/// What happens to a file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileAct {
    /// It is made.
    Create,
    /// Its content is replaced or made; whether it was there before is not said.
    Write,
    /// A part of it is changed.
    Edit,
    /// It is deleted.
    Delete,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Todo {
    /// What.
    pub text: String,
    /// How far it is.
    pub state: TodoState,
}

/// How far a thing to do is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TodoState {
    /// Not begun, or in a state that this version does not know.
    Open,
    /// It goes on.
    Doing,
    /// Done.
    Done,
}

/// A part of a tool's input that its [`Subject`] does not hold, by the agent's own name of it. It is shown as
/// it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Field {
    /// Its name; of a part of a part the whole way to it: `edits[1].replace_all`.
    pub name: String,
    /// Its value: a text as it is, anything else as JSON.
    pub value: String,
    /// Whether it is known to change nothing of what is allowed: a time limit, the agent's words about it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub aside: bool,
}
