//! Reads from the owner of a data directory: [`Query`] is for reads what [`Request`](crate::Request) is for
//! writes. Queries change nothing; changes reach the page through the feed.

use crate::{
    Envelope, Evidence, FolderSummary, LimitHistory, PackedUsage, RawEnvelope, RawPiece, RunId,
    Seq, StoryId, StoryUsage, Stream, Timestamp, UsageQuery,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What can be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Query {
    /// Events of a run, for paging in a long one.
    Events {
        /// The run.
        run: RunId,
        /// Events after this number.
        after: Seq,
        /// At most so many; the engine gives at most 5,000.
        most: u32,
    },
    /// What a folder is, before a story is started in it.
    Folder {
        /// Its path.
        path: String,
    },
    /// The branch that a new story with a goal would have: free now, and made free again when it starts.
    NewBranch {
        /// The folder in which it would start.
        dir: String,
        /// The goal.
        goal: String,
    },
    /// What a story's state rests on.
    Evidence {
        /// The story.
        story: StoryId,
    },
    /// A piece of a run's log, at most 64 KiB.
    Raw {
        /// The run.
        run: RunId,
        /// Which of its logs.
        stream: Stream,
        /// Where the piece begins (bytes).
        offset: u64,
        /// How long it is (bytes).
        len: u64,
    },
    /// The command that goes on with a story's conversation without Musher.
    ResumeCommand {
        /// The story.
        story: StoryId,
    },
    /// Sums of what was used, by time and group.
    Usage(UsageQuery),
    /// What a story used turn by turn, and how full its conversation was.
    StoryUsage {
        /// The story.
        story: StoryId,
    },
    /// What was reported of every limit window in a range, and when accounts were held.
    LimitHistory {
        /// Where the range begins.
        from: Timestamp,
        /// Where it ends.
        to: Timestamp,
    },
}

/// The answer to a [`Query`], under the same word.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "of", content = "is", rename_all = "snake_case")]
pub enum QueryAnswer {
    /// The events, oldest first.
    Events(#[ts(as = "Vec<Envelope>")] Vec<RawEnvelope>),
    /// The folder.
    Folder(FolderSummary),
    /// The branch's name.
    NewBranch(String),
    /// The evidence.
    Evidence(Evidence),
    /// The piece.
    Raw(RawPiece),
    /// The command; `None` where the story has no conversation yet.
    ResumeCommand(Option<String>),
    /// The sums, column by column.
    Usage(PackedUsage),
    /// Turns and context.
    StoryUsage(StoryUsage),
    /// One for each limit window.
    LimitHistory(Vec<LimitHistory>),
}
