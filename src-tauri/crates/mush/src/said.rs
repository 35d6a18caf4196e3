//! What was printed of a run since its last prompt, so that nothing is printed twice: an answer that its result repeats,
//! a refusal that a call's result repeats, and the end of a task whose result is the result of its call.

use protocol::{Event, Turn};
use std::collections::{HashMap, HashSet};

/// What was said in a run.
#[derive(Default)]
pub(crate) struct Said {
    /// The texts since the last prompt, each with its message and block.
    texts: Vec<(String, u32, String)>,
    /// The calls of which a refusal was said, with its words.
    refused: HashMap<String, String>,
    /// The tasks that were said to go on in the background.
    background: HashSet<String>,
}

impl Said {
    /// Takes what an event says; gives whether it was not said before.
    pub(crate) fn takes(&mut self, event: &Event) -> bool {
        match event {
            Event::Prompt { .. } => self.texts.clear(),
            Event::Text { message, block, text, parent: None } => self.add(message, *block, text),
            Event::ApiError { message, .. } => self.add("", 0, message),
            Event::Notice { text, .. } => self.add("", 0, text),
            Event::Abandoned { message, from_block } => {
                self.texts.retain(|(of, block, _)| of != message || block < from_block);
            }
            Event::Denied { call: Some(call), message, .. } => {
                self.refused.insert(call.clone(), bare(message));
            }
            Event::ToolResult { call, denied: true, text, .. } => {
                return !self.is_refused(call, text);
            }
            Event::TaskStarted { task, background: true, .. } => {
                self.background.insert(task.clone());
            }
            Event::TaskEnded { task, .. } => return self.background.contains(task),
            Event::TurnEnded(end) => {
                let is_news = !self.has(&end.text) || end.turn == Turn::Interrupted;
                self.add("", 0, &end.text);
                return is_news;
            }
            _ => {}
        }
        true
    }

    /// Whether the refusal of a call was said with these words, or the result adds none.
    fn is_refused(&self, call: &str, text: &str) -> bool {
        let text = bare(text);
        self.refused.get(call).is_some_and(|said| text.is_empty() || said.contains(&text))
    }

    fn add(&mut self, message: &str, block: u32, text: &str) {
        self.texts.push((message.to_owned(), block, bare(text)));
    }

    /// Whether a text is one of those that were said, or the last ones of them together.
    fn has(&self, text: &str) -> bool {
        let text = bare(text);
        let mut left = text.as_str();
        let is_together =
            self.texts.iter().rev().any(|(.., said)| match left.strip_suffix(said.as_str()) {
                Some(before) => {
                    left = before;
                    left.is_empty()
                }
                None => false,
            });
        text.is_empty() || is_together || self.texts.iter().any(|(.., said)| *said == text)
    }
}

/// A text without its spaces, which differ between a text and the same text in a result.
fn bare(text: &str) -> String {
    text.split_whitespace().collect()
}
