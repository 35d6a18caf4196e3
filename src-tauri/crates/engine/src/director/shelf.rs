//! What a person does to a story itself, whatever its agent does: archives it, takes it out of the archive,
//! gives it another title, looks at it.

use super::{Director, not_found, wrong_state};
use crate::error::{Error, Result};
use crate::story::change::Because;
use crate::story::table::{StoryInput, is_at_rest};
use crate::story::title::shortened;
use protocol::{ErrorCode, JournalEvent, StoryId, StoryState};

impl Director {
    pub(super) fn archive(&mut self, story: &StoryId) -> Result<()> {
        let state = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?.state;
        if !is_at_rest(state) || self.is_preparing(story) {
            let hint = match state {
                StoryState::Archived => "There is nothing more to put away.",
                _ => "Stop it first.",
            };
            let stands = self.stands(story, state);
            return Err(wrong_state(format!("the story is {stands}"), hint));
        }
        self.apply(story, &StoryInput::Archived, Because::default())
    }

    /// Takes a story out of the archive. Nothing begins by itself: what was asked of it before is not asked any more.
    pub(super) fn unarchive(&mut self, story: &StoryId) -> Result<()> {
        let state = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?.state;
        if state != StoryState::Archived {
            let stands = self.stands(story, state);
            let message = format!("the story is not archived but {stands}");
            return Err(wrong_state(message, "The board shows it already."));
        }
        self.record(Some(story), None, JournalEvent::StoryUnarchived {})?;
        Ok(())
    }

    /// Notes that a person looked. If nothing came since they did last, nothing is recorded.
    pub(super) fn looked(&mut self, story: &StoryId) -> Result<()> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        if record.is_looked_at && self.state.live_run(story).is_none() {
            return Ok(());
        }
        let checkpoint = record.checkpoints.kept.keys().next_back().copied();
        self.record(Some(story), None, JournalEvent::StoryLooked { checkpoint })?;
        Ok(())
    }

    /// Gives a story another title; the same one is no change.
    pub(super) fn rename(&mut self, story: &StoryId, title: &str) -> Result<()> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        let title = shortened(title.trim());
        if title.is_empty() {
            let hint = "Say in a line what the story is about.";
            return Err(Error::refused(ErrorCode::BadInput, "the title is empty", hint));
        }
        if record.title != title {
            self.record(Some(story), None, JournalEvent::StoryRenamed { title })?;
        }
        Ok(())
    }
}
