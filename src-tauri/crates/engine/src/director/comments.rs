//! What a person says of a story's changes: comments are made, changed, and sent as a review; files are reviewed. A
//! review is a prompt like any other, and its comments are sent when that is written to the agent.

use super::{Director, not_found, wrong_state};
use crate::comments::{Written, prompt};
use crate::error::{Error, Result};
use protocol::{
    Actor, CommentAnchor, CommentChange, CommentId, ErrorCode, JournalEvent, LineRange,
    ReviewedComment, StoryId,
};

/// The longest comment (bytes).
const LONGEST: usize = 64 * 1024;

impl Director {
    pub(super) fn comment(
        &mut self,
        story: &StoryId,
        id: CommentId,
        anchor: CommentAnchor,
        text: &str,
    ) -> Result<()> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        let text = checked(text)?;
        check(&anchor)?;
        if record.comments.is_known(&id) {
            return Ok(());
        }
        let anchor = Box::new(anchor);
        self.record(Some(story), None, JournalEvent::CommentMade { id, anchor, text })?;
        Ok(())
    }

    /// Changes something in a comment; what is so already is no change.
    pub(super) fn change_comment(
        &mut self,
        story: &StoryId,
        id: CommentId,
        change: CommentChange,
    ) -> Result<()> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        let Some(comment) = record.comments.get(&id) else {
            return match change == CommentChange::Removed && record.comments.is_known(&id) {
                true => Ok(()),
                false => Err(no_comment()),
            };
        };
        let change = match change {
            CommentChange::Edited { text } => CommentChange::Edited { text: checked(&text)? },
            other => other,
        };
        let is_same = match &change {
            CommentChange::Edited { text } => *text == comment.text,
            CommentChange::Resolved => comment.is_resolved,
            CommentChange::Reopened => comment.is_open(),
            CommentChange::Removed => false,
        };
        if is_same {
            return Ok(());
        }
        if comment.is_queued() {
            return Err(wrong_state(
                "the comment is in a review that waits to be sent".to_owned(),
                "Take that prompt back first, or wait until the agent has it.",
            )
            .on_terminal(
                "`mush prompts STORY` lists what waits; `mush unsend PROMPT` takes it back.",
            ));
        }
        if comment.is_sent && matches!(change, CommentChange::Edited { .. }) {
            return Err(wrong_state(
                "the agent has the comment already".to_owned(),
                "Open it again to send it with other words, or make another one.",
            ));
        }
        self.record(Some(story), None, JournalEvent::CommentChanged { id, change })?;
        Ok(())
    }

    /// Sends comments as the next prompt.
    pub(super) fn review(
        &mut self,
        story: &StoryId,
        id: String,
        comments: &[ReviewedComment],
    ) -> Result<()> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        if self.state.prompts.contains(&id) {
            return Ok(());
        }
        if comments.is_empty() {
            return Err(wrong_state(
                "there are no open comments to be sent".to_owned(),
                "Comment on a line or a file of its changes first.",
            )
            .on_terminal("mush comment STORY PATH:LINE TEXT"));
        }
        let mut written = Vec::new();
        for ReviewedComment { id, spot } in comments {
            let comment = record.comments.get(id).ok_or_else(no_comment)?;
            if !comment.is_open() {
                return Err(wrong_state(
                    "a comment of the review was sent or resolved meanwhile".to_owned(),
                    "Look at the comments again, and send what is open.",
                ));
            }
            written.push(Written { anchor: &comment.anchor, spot, text: &comment.text });
        }
        let text = prompt(&written);
        self.takes_prompt(story, &text)?;
        let comments = comments.iter().map(|comment| comment.id.clone()).collect();
        self.queue_prompt(story, id, &text, (Actor::You, comments))
    }

    /// Notes that a person reviewed a file, or takes that back.
    pub(super) fn file_reviewed(
        &mut self,
        story: &StoryId,
        path: String,
        content: Option<String>,
    ) -> Result<()> {
        if !self.state.stories.contains_key(story) {
            return Err(not_found("such story"));
        }
        self.record(Some(story), None, JournalEvent::FileReviewed { path, content })?;
        Ok(())
    }
}

/// Checks what a comment is on, which the caller has from a query.
fn check(anchor: &CommentAnchor) -> Result<()> {
    let is_range = |lines: LineRange| (1..=lines.last).contains(&lines.first);
    let is_sound = anchor.lines.is_none_or(is_range)
        && anchor.quote.len() <= CommentAnchor::LONGEST_QUOTE
        && !anchor.path.is_empty();
    let hint = "Choose the lines again.";
    let message = "the comment is on no lines of a file";
    is_sound.then_some(()).ok_or_else(|| Error::refused(ErrorCode::BadInput, message, hint))
}

/// The text of a comment without space around it.
fn checked(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        let hint = "Say what the agent is to do, or what you want to know.";
        return Err(Error::refused(ErrorCode::BadInput, "the comment is empty", hint));
    }
    if text.len() > LONGEST {
        let message = format!("the comment is too long: {} KiB is the most", LONGEST / 1024);
        let hint = "Put it into a file and name the file in the comment.";
        return Err(Error::refused(ErrorCode::BadInput, message, hint));
    }
    Ok(text.to_owned())
}

fn no_comment() -> Error {
    not_found("such comment").on_terminal("`mush comments STORY` lists them.")
}
