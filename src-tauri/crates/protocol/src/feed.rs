//! What the page pulls: batches of what is newer than what it has, already reduced. A notice says
//! only that there is something; the page decides when to pull.

use crate::{Envelope, Limit, Question, RunId, Seq, Story, StoryId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a draft will become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DraftKind {
    /// A text.
    Text,
    /// A thought.
    Thought,
    /// A tool's input, as raw JSON text.
    ToolInput,
}

/// Text being streamed, at its full length so far. It is replaced by the finished step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Draft {
    /// The run.
    pub run: RunId,
    /// The vendor's id of the message.
    pub message: String,
    /// Index of the block in the message.
    pub block: u32,
    /// What it will become.
    pub kind: DraftKind,
    /// The tool's name, for [`DraftKind::ToolInput`].
    pub tool: Option<String>,
    /// The text so far.
    pub text: String,
}

/// One step of a draft's life, from a decoder to the feed's memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftUpdate {
    /// A block began.
    Open {
        /// The vendor's id of the message.
        message: String,
        /// Index of the block.
        block: u32,
        /// What it will become.
        kind: DraftKind,
        /// The tool's name.
        tool: Option<String>,
    },
    /// Text was added.
    Append {
        /// The vendor's id of the message.
        message: String,
        /// Index of the block.
        block: u32,
        /// What was added.
        text: String,
    },
    /// The finished step stands in the events now, or the block came to nothing.
    Close {
        /// The vendor's id of the message.
        message: String,
        /// Index of the block.
        block: u32,
    },
    /// Every block of the message from this one on is void.
    Abandon {
        /// The vendor's id of the message.
        message: String,
        /// The first void block.
        from_block: u32,
    },
}

/// Told to the page after a commit: something newer is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notice {
    /// The store's revision, growing.
    pub revision: u64,
}

/// What the page shows, with every pull.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct PullRequest {
    /// The page's generation; another one means a reload, and a snapshot.
    pub generation: u64,
    /// The revision that the page has.
    pub revision: u64,
    /// The story whose timeline is on screen.
    pub story: Option<StoryId>,
    /// The last event that the page has, per run of that story.
    pub have: Vec<(RunId, Seq)>,
}

/// What is newer, reduced to what is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct FeedBatch {
    /// Changes with every owner; another one means a snapshot.
    pub epoch: u64,
    /// The revision this batch leads to.
    pub revision: u64,
    /// Stories that changed.
    pub stories: Vec<Story>,
    /// Questions that changed.
    pub questions: Vec<Question>,
    /// Limits that changed.
    pub limits: Vec<Limit>,
    /// New events of the runs on screen.
    pub runs: Vec<RunBatch>,
    /// Drafts of the runs on screen, all of them at full length.
    pub drafts: Vec<Draft>,
    /// Counters of runs that are not on screen.
    pub counters: Vec<RunCounters>,
}

/// New events of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct RunBatch {
    /// The run.
    pub run: RunId,
    /// The number after which these follow.
    pub from: Seq,
    /// The number of the last of these.
    pub to: Seq,
    /// The events.
    pub events: Vec<Envelope>,
}

/// What is told of a run that is not on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RunCounters {
    /// Events so far.
    pub events: u64,
    /// Tool calls so far.
    pub tool_calls: u64,
}
