//! Waiting prompts: a person can take one back or change it until it is written to its agent. A
//! prompt is removed from the queue by the same record that it is written, so a prompt that the
//! agent has cannot be taken back.

use super::Director;
use super::requests::check_prompt;
use crate::error::{Error, Result};
use protocol::{ErrorCode, JournalEvent, StoryId};

impl Director {
    /// Takes a queued prompt back. If it was already taken back, this succeeds.
    pub(super) fn unsend(&mut self, prompt: &str) -> Result<()> {
        let story = self.waits_in(prompt)?;
        self.record(Some(&story), None, JournalEvent::PromptDropped { id: prompt.to_owned() })?;
        Ok(())
    }

    /// Changes a queued prompt.
    pub(super) fn edit_prompt(&mut self, prompt: &str, text: &str) -> Result<()> {
        let story = self.waits_in(prompt)?;
        if let Some(record) = self.state.stories.get(&story) {
            check_prompt(&record.agent, text)?;
        }
        let edited = JournalEvent::PromptEdited { id: prompt.to_owned(), text: text.to_owned() };
        self.record(Some(&story), None, edited)?;
        Ok(())
    }

    /// The story in which a prompt waits.
    fn waits_in(&self, prompt: &str) -> Result<StoryId> {
        let mut stories = self.state.stories.iter();
        let waiting = stories.find(|(_, story)| story.queue.iter().any(|(id, _)| id == prompt));
        let known = self.state.prompts.contains(prompt);
        waiting.map(|(story, _)| story.clone()).ok_or_else(|| match known {
            true => Error::refused(
                ErrorCode::WrongState,
                "the prompt does not wait any more: its agent has it, or it was taken back",
                "To end the turn, interrupt the agent.",
            )
            .on_terminal("What waits: mush prompts STORY. To end the turn: mush interrupt STORY."),
            false => {
                Error::refused(ErrorCode::NotFound, "there is no such prompt", "Check its name.")
                    .on_terminal("What waits, with its ids: mush prompts STORY")
            }
        })
    }
}
