//! Forms: an MCP server asks a person for values through an agent (`elicitation` of the Model Context
//! Protocol, revision 2025-11-25). A form is flat: each field holds a text, a number, a yes or no, or a
//! choice.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct FormField {
    /// The field's name in the answer.
    pub name: String,
    /// The field's name for people; the same as `name` if the server gives none.
    pub title: String,
    /// What the field means, if the server explains it.
    pub description: Option<String>,
    /// Whether the form cannot be sent without this field.
    pub required: bool,
    /// The kind of value.
    pub takes: Takes,
    /// The server's proposed value, if any, written as a person would write it.
    pub proposed: Vec<String>,
}

/// The kind of value of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Takes {
    /// A text.
    Text {
        /// Fewest characters.
        min: Option<u32>,
        /// Most characters.
        max: Option<u32>,
        /// The format of the text: `email`, `uri`, `date`, `date-time`.
        format: Option<String>,
    },
    /// A number.
    Number {
        /// Whether it must be whole.
        whole: bool,
        /// The smallest number.
        min: Option<f64>,
        /// The largest number.
        max: Option<f64>,
    },
    /// Yes or no.
    Flag,
    /// One of several options.
    One {
        /// The options.
        options: Vec<FormOption>,
    },
    /// Any number of several options.
    Several {
        /// The options.
        options: Vec<FormOption>,
        /// Fewest options.
        min: Option<u32>,
        /// Most options.
        max: Option<u32>,
    },
}

/// An option of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FormOption {
    /// The value that the server gets.
    pub value: String,
    /// The option's name for people; the same as `value` if the server gives none.
    pub label: String,
}

/// The value of one field of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FilledField {
    /// The field's name.
    pub name: String,
    /// What a person wrote or chose; more than one value only for several options.
    pub written: Vec<String>,
}
