//! Forms: what an MCP server asks a person for through an agent (`elicitation` of the Model Context Protocol,
//! revision 2025-11-25). A form is flat: each field holds a text, a number, a yes or no, or a choice.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct FormField {
    /// Its name in the answer.
    pub name: String,
    /// Its name for people; the same where the server gives none.
    pub title: String,
    /// What it means, if the server says so.
    pub description: Option<String>,
    /// Whether the form cannot be sent without it.
    pub required: bool,
    /// What it holds.
    pub takes: Takes,
    /// Its value at first, if the server proposes one: written as a person would.
    pub proposed: Vec<String>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Takes {
    /// A text.
    Text {
        /// Fewest characters.
        min: Option<u32>,
        /// Most characters.
        max: Option<u32>,
        /// What sort of text: `email`, `uri`, `date`, `date-time`.
        format: Option<String>,
    },
    /// A number.
    Number {
        /// Without a fraction.
        whole: bool,
        /// The smallest.
        min: Option<f64>,
        /// The largest.
        max: Option<f64>,
    },
    /// Yes or no.
    Flag,
    /// One of these.
    One {
        /// What is offered.
        options: Vec<FormOption>,
    },
    /// Any of these.
    Several {
        /// What is offered.
        options: Vec<FormOption>,
        /// Fewest of them.
        min: Option<u32>,
        /// Most of them.
        max: Option<u32>,
    },
}

/// Something that a field offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FormOption {
    /// What the server gets.
    pub value: String,
    /// Its name for people; the same where the server gives none.
    pub label: String,
}

/// The value of one field of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FilledField {
    /// The field's name.
    pub name: String,
    /// What a person wrote or chose; more than one only where several can be chosen.
    pub written: Vec<String>,
}
