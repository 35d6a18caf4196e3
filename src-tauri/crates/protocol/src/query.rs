//! Reads from the owner of a data directory: [`Query`] is for reads what [`Request`](crate::Request) is for
//! writes. Queries change nothing; changes reach the page through the feed.

use crate::{
    BaseSummary, Branches, ChangedFile, Checkpoint, Envelope, Evidence, FolderSummary,
    LimitHistory, PackedUsage, RawEnvelope, RawPiece, RunId, Seq, StoryId, StoryUsage, Stream,
    Timestamp, UsageQuery,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Query {
    /// Events of a run, for paging through a long one.
    Events {
        /// The run.
        run: RunId,
        /// Events after this number.
        after: Seq,
        /// The most events to return; the engine returns 5,000 at most.
        most: u32,
    },
    /// What is known of a folder before a story is started in it.
    Folder {
        /// The folder's path.
        path: String,
    },
    /// The branch that a new story with a goal would get. It is free now; the start makes sure of that
    /// again.
    NewBranch {
        /// The folder in which it would start.
        dir: String,
        /// The goal.
        goal: String,
    },
    /// The branches from which a new worktree of a folder's repository can begin.
    Branches {
        /// The folder.
        dir: String,
    },
    /// What a new worktree would begin from.
    Base {
        /// The folder.
        dir: String,
        /// The branch, tag or commit; `None` for what is checked out there.
        name: Option<String>,
    },
    /// The checkpoints of a story.
    Checkpoints {
        /// The story.
        story: StoryId,
    },
    /// What differs between two checkpoints of a story.
    Changes {
        /// The story.
        story: StoryId,
        /// The number of the earlier one.
        since: u32,
        /// The number of the later one; `None` for the newest.
        until: Option<u32>,
    },
    /// The evidence of a story's state.
    Evidence {
        /// The story.
        story: StoryId,
    },
    /// A piece of a run's log, at most 64 KiB.
    Raw {
        /// The run.
        run: RunId,
        /// The log.
        stream: Stream,
        /// Where the piece begins (bytes).
        offset: u64,
        /// The length of the piece (bytes).
        len: u64,
    },
    /// How large the logs of a story are that can be deleted.
    LogSize {
        /// The story.
        story: StoryId,
    },
    /// The command that resumes a story's conversation without Musher.
    ResumeCommand {
        /// The story.
        story: StoryId,
    },
    /// Sums of usage, by time and group.
    Usage(UsageQuery),
    /// A story's usage by turn, and how full its conversation was.
    StoryUsage {
        /// The story.
        story: StoryId,
    },
    /// The reports of every limit window in a range, and the holds of accounts.
    LimitHistory {
        /// The beginning of the range.
        from: Timestamp,
        /// The end of the range.
        to: Timestamp,
    },
}

/// The answer to a [`Query`], with the variant of the same name.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "of", content = "is", rename_all = "snake_case")]
pub enum QueryAnswer {
    /// The events, oldest first.
    Events(#[ts(as = "Vec<Envelope>")] Vec<RawEnvelope>),
    /// The folder.
    Folder(FolderSummary),
    /// The branch's name.
    NewBranch(String),
    /// The branches.
    Branches(Branches),
    /// The base.
    Base(BaseSummary),
    /// The checkpoints, oldest first.
    Checkpoints(Vec<Checkpoint>),
    /// The files that differ, by path.
    Changes(Vec<ChangedFile>),
    /// The evidence.
    Evidence(Evidence),
    /// The piece.
    Raw(RawPiece),
    /// The size (bytes).
    LogSize(u64),
    /// The command; `None` if the story has no conversation yet.
    ResumeCommand(Option<String>),
    /// The sums, column by column.
    Usage(PackedUsage),
    /// The turns, and how full the conversation was.
    StoryUsage(StoryUsage),
    /// The histories, one per limit window.
    LimitHistory(Vec<LimitHistory>),
}
