//! Resumes stories that rest, with another model, program or arguments if a person asks for that.

use super::requests::{NEW_STORY, works_there};
use super::{Director, check_has_files, not_found, wrong_state};
use crate::error::{Error, Result};
use crate::policy::admit;
use crate::story::next::can_be_resumed;
use protocol::{Actor, GO_ON, JournalEvent, ProfileChange, Slug, StoryId, StoryState};

impl Director {
    /// Resumes a resting story; with `now` its next run is let through a hold of its account.
    pub(super) fn resume(
        &mut self,
        story: &StoryId,
        id: String,
        now: bool,
        change: ProfileChange,
    ) -> Result<()> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        let is_known = self.state.prompts.contains(&id);
        let is_empty = record.queue.is_empty();
        let state = record.state;
        if self.state.live_run(story).is_some()
            || self.is_preparing(story)
            || !can_be_resumed(state)
        {
            return if is_known { Ok(()) } else { Err(self.not_at_rest(story, state)) };
        }
        check_has_files(record)?;
        if let Some((_, other)) = admit::works_there(&self.view(), story) {
            return Err(works_there(other));
        }
        if is_known && is_empty {
            // The request was already carried out.
            return Ok(());
        }
        if now && let Some(tries) = admit::tries(&self.view(), story) {
            return Err(tried_already(tries));
        }
        self.change_profile(story, change)?;
        // A prompt that is already known was recorded by an owner that was killed.
        if !is_known && is_empty {
            self.queue_prompt(story, id.clone(), GO_ON, (Actor::Musher, Vec::new()))?;
        }
        if now || (!is_known && !is_empty) {
            self.record(Some(story), None, JournalEvent::ResumeRequested { id, now })?;
        }
        Ok(())
    }

    /// Records with what a story's next runs are started, if that differs.
    fn change_profile(&mut self, story: &StoryId, change: ProfileChange) -> Result<()> {
        let Some(record) = self.state.stories.get(story) else { return Ok(()) };
        let profile = change.applied_to(&record.profile);
        if profile != record.profile {
            self.record(Some(story), None, JournalEvent::ProfileChanged { profile })?;
        }
        Ok(())
    }

    /// Whether the story's agent waits for a person's answer.
    fn asks(&self, story: &StoryId) -> bool {
        let view = self.view();
        view.state.live_run(story).is_some_and(|run| view.waits_for_a_person(run))
    }

    fn not_at_rest(&self, story: &StoryId, state: StoryState) -> Error {
        let asks = state == StoryState::Waiting && self.asks(story);
        let refusal = wrong_state(
            format!("the story is {}", self.stands(story, state)),
            match state {
                StoryState::Archived => NEW_STORY,
                StoryState::InTerminal => "Leave the terminal first.",
                StoryState::Waiting if asks => "Its agent waits for an answer.",
                StoryState::Waiting => "Its agent waits for a prompt; send it one.",
                _ => "It goes on by itself; send it a prompt if you have more to say.",
            },
        );
        match asks {
            true => refusal.on_terminal("`mush questions` shows what it asks."),
            false => refusal,
        }
    }
}

/// Makes the refusal of another test whether the limit is gone.
fn tried_already(what: &Slug) -> Error {
    wrong_state(
        format!("{what} tries already whether the limit is gone"),
        "Its success ends the hold of the account, and then this story goes on by itself.",
    )
}
