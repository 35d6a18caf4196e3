//! Turns that the program calls a success although nothing was done in them: a command that it does not
//! know or does not offer here, a command that failed, a prompt that no model read, a prompt to which a model
//! answered without a word in a run that did nothing before either. A turn in which a model said or did something is
//! never among them, and neither is a command that did what it is for.

use crate::claude::wire::result::ResultLine;
use std::collections::VecDeque;

/// The program's sentences for a command that it does not know or cannot do. (2.1.197 to 2.1.330.)
const REFUSALS: [&str; 8] = [
    "Unknown command: ",
    "Unknown slash command: ",
    "Unknown skill: ",
    "Not enough messages to compact",
    "Error during compaction: ",
    "Compaction canceled",
    "Error: ",
    "Failed to ",
];

/// The program's sentence for its own command that needs a terminal: `/help isn't available in this
/// environment.`
const NOT_HERE: &str = " isn't available in this environment";

/// What happened in a turn, as far as it shows whether something was done.
#[derive(Default)]
pub(super) struct Doings {
    /// A model answered.
    pub(super) answered: bool,
    /// A command did something: it printed, compacted, or began a new conversation.
    pub(super) acted: bool,
    /// The program reported that one of its own commands failed.
    pub(super) command_failed: bool,
}

impl Doings {
    /// Whether a turn that words for the model began ended without a word and without a command that acted.
    pub(super) fn are_silent(&self, line: &ResultLine<'_>, prompt: Option<Prompt>) -> bool {
        let words = line.result.as_deref().unwrap_or("").trim();
        prompt == Some(Prompt::Words) && words.is_empty() && !self.acted
    }

    /// Whether nothing was done in a turn that the program calls a success. `prompt` is what began it, if
    /// that is known.
    pub(super) fn are_nothing(&self, line: &ResultLine<'_>, prompt: Option<Prompt>) -> bool {
        if self.answered {
            return false;
        }
        let words = line.result.as_deref().unwrap_or("").trim();
        if self.command_failed || is_refusal(words) {
            return true;
        }
        let unread = line.num_turns == Some(0);
        match prompt {
            // The program took it for itself and no model read it, so its words are about a failure.
            Some(Prompt::Words) => unread && !self.acted,
            _ => unread && !self.acted && words.is_empty(),
        }
    }
}

fn is_refusal(words: &str) -> bool {
    let first = words.lines().next().unwrap_or("");
    let of_command = first.starts_with('/') && first.contains(NOT_HERE);
    of_command || REFUSALS.iter().any(|beginning| first.starts_with(beginning))
}

/// The kinds of prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    /// A command of the program: `/compact`.
    Command,
    /// Words for the model.
    Words,
}

/// The prompts that were written and have no result yet, oldest first.
#[derive(Default)]
pub(super) struct Prompts(VecDeque<Prompt>);

impl Prompts {
    pub(super) fn written(&mut self, text: &str) {
        let is_command = text.trim_start().starts_with('/');
        self.0.push_back(if is_command { Prompt::Command } else { Prompt::Words });
    }

    /// Takes the prompt that a result answers.
    pub(super) fn answered(&mut self) -> Option<Prompt> {
        self.0.pop_front()
    }
}
