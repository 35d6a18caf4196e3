//! What a person says about the changes of a story: comments on files and their lines, where each lies now, and the
//! files that they have reviewed.

use crate::{CommentId, StoryId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// On which of the two states that are compared a comment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CommentSide {
    /// The earlier state: a line that was removed.
    Before,
    /// The later state.
    After,
}

/// Lines of a file, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct LineRange {
    /// The first line.
    pub first: u32,
    /// The last line.
    pub last: u32,
}

impl LineRange {
    /// The most lines on which one comment can be.
    pub const MOST: u32 = 1_000;
}

/// What a comment was made on. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CommentAnchor {
    /// The file's path in that state.
    pub path: String,
    /// Which of the two states it was.
    pub side: CommentSide,
    /// The object of git that holds that state, a commit or a tree, by its full id.
    pub object: String,
    /// The object of git that has the file's content in that state; of a submodule its commit.
    pub blob: String,
    /// The lines; `None` for a comment on the whole file.
    #[serde(default)]
    pub lines: Option<LineRange>,
    /// The text of the lines, without the last newline; of many only the first ones. Empty for a comment on the whole
    /// file.
    #[serde(default)]
    pub quote: String,
}

impl CommentAnchor {
    /// The most lines that are quoted.
    pub const MOST_QUOTED: usize = 40;
    /// The longest quote (bytes).
    pub const LONGEST_QUOTE: usize = 16 * 1024;
}

/// How a comment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CommentState {
    /// It goes with the next review.
    Open,
    /// It is in a review that waits to be written to the agent.
    Queued,
    /// The agent has it.
    Sent,
    /// The agent has it, and its lines changed after that.
    Addressed,
    /// A person said that nothing is left to be done.
    Resolved,
}

/// What became of the lines of a comment, or of its file, since it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CommentPlace {
    /// They are as they were, where they were.
    Same,
    /// They are as they were, at other numbers.
    Moved,
    /// They changed; the lines that stand there now are named.
    Changed,
    /// They are gone, and nothing stands in their place.
    Removed,
    /// The file is gone.
    Gone,
    /// That is not known: what must be compared is not in the repository any more.
    Unknown,
}

/// Where a comment is in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CommentSpot {
    /// The path of the file there; the last one that is known if it is gone.
    pub path: String,
    /// Its lines there; `None` for a comment on the whole file, and if they are not there.
    pub lines: Option<LineRange>,
    /// What became of them.
    pub place: CommentPlace,
}

/// A comment of a person on the changes of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The story.
    pub story: StoryId,
    /// Its number in the story, from 1.
    pub n: u32,
    /// The path of its file now; the last one that is known if it is gone.
    pub path: String,
    /// On which side it is.
    pub side: CommentSide,
    /// Its first line now, or of the earlier state if it is on that; `None` for a comment on the whole file, and if
    /// the lines are not there.
    pub line: Option<u32>,
    /// Its last line.
    pub last_line: Option<u32>,
    /// What the person says.
    pub text: String,
    /// How it stands.
    pub state: CommentState,
    /// What became of its lines since it was made, up to the newest checkpoint.
    pub place: CommentPlace,
    /// When it was made.
    pub at: Timestamp,
    /// When it was written to the agent.
    pub sent_at: Option<Timestamp>,
    /// The id of the prompt that has it, or had it.
    pub prompt: Option<String>,
    /// What it was made on.
    pub anchor: CommentAnchor,
    /// Where it is in the two states that were asked for; `None` if none were, or its file is not in them.
    pub shown: Option<CommentSpot>,
}

/// What is changed in a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum CommentChange {
    /// Its text; only while it was not sent.
    Edited {
        /// The text.
        text: String,
    },
    /// It is taken away. The journal keeps it.
    Removed,
    /// Nothing is left to be done.
    Resolved,
    /// It is open again, and goes with the next review.
    Reopened,
}

/// A comment in a review, with where it is then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReviewedComment {
    /// The comment.
    pub id: CommentId,
    /// Where it is.
    pub spot: CommentSpot,
}

/// The open comments of a story as they would be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Review {
    /// The comments, by file and line.
    pub comments: Vec<ReviewedComment>,
    /// The prompt; empty if there are no comments.
    pub prompt: String,
}

/// Whether a person reviewed a changed file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileReview {
    /// They did not.
    #[default]
    No,
    /// They did, as it is.
    Yes,
    /// They did, and it changed after that.
    ChangedSince,
}
