//! The comments of a story, folded from the journal, as far as requests must know them.

use protocol::{CommentAnchor, CommentChange, CommentId, JournalEvent};
use std::collections::BTreeMap;

/// The comments of a story that were not taken away.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comments {
    all: BTreeMap<CommentId, CommentRecord>,
    removed: Vec<CommentId>,
}

/// A comment.
#[derive(Clone, Debug)]
pub(crate) struct CommentRecord {
    /// What it is on.
    pub(crate) anchor: CommentAnchor,
    /// What the person says.
    pub(crate) text: String,
    /// The prompt that has it.
    pub(crate) prompt: Option<String>,
    /// Whether that was written to the agent.
    pub(crate) is_sent: bool,
    /// Whether a person said that nothing is left to be done.
    pub(crate) is_resolved: bool,
}

impl CommentRecord {
    /// Whether it goes with the next review.
    pub(crate) fn is_open(&self) -> bool {
        self.prompt.is_none() && !self.is_resolved
    }

    /// Whether it is in a prompt that waits.
    pub(crate) fn is_queued(&self) -> bool {
        self.prompt.is_some() && !self.is_sent
    }
}

impl Comments {
    pub(crate) fn get(&self, id: &CommentId) -> Option<&CommentRecord> {
        self.all.get(id)
    }

    /// Whether it was made, also if it was taken away since.
    pub(crate) fn is_known(&self, id: &CommentId) -> bool {
        self.all.contains_key(id) || self.removed.contains(id)
    }

    pub(super) fn apply(&mut self, event: &JournalEvent) {
        match event {
            JournalEvent::CommentMade { id, anchor, text } => {
                let record = CommentRecord {
                    anchor: (**anchor).clone(),
                    text: text.clone(),
                    prompt: None,
                    is_sent: false,
                    is_resolved: false,
                };
                self.all.insert(id.clone(), record);
            }
            JournalEvent::CommentChanged { id, change } => self.changed(id, change),
            JournalEvent::PromptQueued(prompt) => {
                for id in &prompt.comments {
                    let comment = self.all.get_mut(id);
                    comment.into_iter().for_each(|it| it.prompt = Some(prompt.id.clone()));
                }
            }
            JournalEvent::PromptDropped { id } => {
                let waiting = self.of_prompt(id).filter(|comment| !comment.is_sent);
                waiting.for_each(|comment| comment.prompt = None);
            }
            JournalEvent::Input { id, .. } => {
                self.of_prompt(id).for_each(|comment| comment.is_sent = true);
            }
            JournalEvent::RunEnded { unheard, .. } => {
                for id in unheard {
                    self.of_prompt(id).for_each(|comment| comment.is_sent = false);
                }
            }
            _ => {}
        }
    }

    fn of_prompt<'a>(&'a mut self, id: &'a str) -> impl Iterator<Item = &'a mut CommentRecord> {
        self.all.values_mut().filter(move |comment| comment.prompt.as_deref() == Some(id))
    }

    fn changed(&mut self, id: &CommentId, change: &CommentChange) {
        if *change == CommentChange::Removed {
            self.removed.extend(self.all.remove(id).map(|_| id.clone()));
            return;
        }
        let Some(comment) = self.all.get_mut(id) else { return };
        match change {
            CommentChange::Edited { text } => comment.text.clone_from(text),
            CommentChange::Resolved => comment.is_resolved = true,
            CommentChange::Reopened => {
                (comment.is_resolved, comment.is_sent, comment.prompt) = (false, false, None);
            }
            CommentChange::Removed => {}
        }
    }
}
