//! What can be set in `config.json`, as data: each section of [`Config`](crate::Config) lists its fields with
//! [`ConfigField`]. The engine reads, checks and merges the file by these lists, and the window draws a
//! control for each field, so a new field is written in one place. The sections are in `config.rs`.

use crate::PermissionChoice;

/// A field of the section `T`.
pub struct ConfigField<T: 'static> {
    /// Its name in the file.
    pub name: &'static str,
    /// Its kind, and where its value is.
    pub value: FieldValue<T>,
    /// Whether a change by hand waits until a person accepts it, because it can give agents more power. Of a
    /// permission only a more powerful one waits.
    pub waits: bool,
}

/// The kind of a field's value, with access to it.
pub enum FieldValue<T: 'static> {
    /// A text that is not empty; `None` leaves it to the agent.
    Text(fn(&mut T) -> &mut Option<String>),
    /// A list of texts, none of them empty.
    Texts {
        /// What the texts are, as a plural noun for errors: "arguments".
        of: &'static str,
        /// Where the list is.
        at: fn(&mut T) -> &mut Vec<String>,
    },
    /// Names of environment variables, without their values.
    Variables(fn(&mut T) -> &mut Vec<String>),
    /// What may happen without asking; never full access.
    Permission(fn(&mut T) -> &mut PermissionChoice),
    /// Yes or no.
    Flag(fn(&mut T) -> &mut bool),
    /// A whole number.
    Whole {
        /// The smallest number that can be set.
        least: u32,
        /// The largest number that can be set.
        most: u32,
        /// Where the number is.
        at: fn(&mut T) -> &mut u32,
    },
    /// The folder of new worktrees, as a pattern.
    Place(fn(&mut T) -> &mut String),
    /// The branches of new worktrees, as a pattern.
    Branch(fn(&mut T) -> &mut String),
}

impl<T> FieldValue<T> {
    /// The kind's name, by which the window chooses a control.
    pub fn control(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Texts { .. } | Self::Variables(_) => "lines",
            Self::Permission(_) => "permission",
            Self::Flag(_) => "flag",
            Self::Whole { .. } => "number",
            Self::Place(_) | Self::Branch(_) => "pattern",
        }
    }
}
