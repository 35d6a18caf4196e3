//! Reads a command line as a shell would, to know of which of its commands the line's exit status is also the status.
//! What it does not understand is never tied to the status. Pure; it runs nothing.

mod lex;
mod list;
mod loose;
mod tie;
mod wrap;

pub(super) use lex::Word;
pub(super) use list::{Simple, assignment};
pub(super) use tie::{Ran, read};
pub(super) use wrap::base_name;

/// A line that is more than a list of commands, or none of a shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unreadable;

/// How deep commands are read within commands.
const DEEPEST: u32 = 12;

/// Longer lines are not read (bytes).
const LONGEST: usize = 64 * 1024;

#[cfg(test)]
mod tests;
