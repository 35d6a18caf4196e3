//! What the page pulls: batches of what is newer than what it has, already reduced. A notice says only that
//! there is something new; the page decides when to pull.

use crate::{
    Activity, AgentId, ApiErrorKind, Envelope, Fault, Limit, Question, RawEnvelope, Reason, Run,
    RunId, Seq, Slug, Story, StoryId, StoryState, Timestamp, WaitsFor,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
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
    /// The output of a tool that is still running, as far as its agent reports it; the result has all of it.
    ToolOutput,
}

/// Text being streamed. It is replaced by the finished step. A pull gives only what the page does not
/// have of it: `text` continues the draft at `from`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Draft {
    /// The run.
    pub run: RunId,
    /// The vendor's id of the message.
    pub message: String,
    /// Index of the block in the message.
    pub block: u32,
    /// What it will become. Of a tool's input and of its output only the beginning is drafted.
    pub kind: DraftKind,
    /// The tool's name, for [`DraftKind::ToolInput`].
    pub tool: Option<String>,
    /// The `end` of what the page has, which `text` continues; 0 for the whole draft.
    pub from: u64,
    /// The length of the draft with `text`, in bytes. The page sends it back unchanged.
    pub end: u64,
    /// Checksum of the text up to `end`. The page sends it back unchanged.
    pub checksum: u64,
    /// The text from `from` on.
    pub text: String,
}

/// How much the page has of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HeldDraft {
    /// The run.
    pub run: RunId,
    /// The vendor's id of the message.
    pub message: String,
    /// Index of the block in the message.
    pub block: u32,
    /// The draft's `end`.
    pub end: u64,
    /// The draft's `checksum`.
    pub checksum: u64,
}

/// One step of a draft's life, from a decoder to the feed's memory. The message's id is shared, because
/// nearly every line of a run makes one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftUpdate {
    /// A block began.
    Open {
        /// The vendor's id of the message.
        message: Arc<str>,
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
        message: Arc<str>,
        /// Index of the block.
        block: u32,
        /// What was added.
        text: String,
    },
    /// The finished step is among the events now, or the block came to nothing.
    Close {
        /// The vendor's id of the message.
        message: Arc<str>,
        /// Index of the block.
        block: u32,
    },
    /// Every block of the message from this one on is void.
    Abandon {
        /// The vendor's id of the message.
        message: Arc<str>,
        /// The first void block.
        from_block: u32,
    },
}

/// Sent to the page after a commit: the store has something newer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notice {
    /// The store's revision, growing.
    pub revision: u64,
}

/// What the page shows, with every pull.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct PullRequest {
    /// The epoch that the page has; of another one than the feed's nothing counts. 0 for none.
    pub epoch: u64,
    /// What is on screen.
    pub topics: Vec<TopicRequest>,
}

impl PullRequest {
    /// Asks for all of these topics.
    pub fn all(topics: impl IntoIterator<Item = Topic>) -> Self {
        let all = |topic| TopicRequest { since: 0, topic };
        Self { epoch: 0, topics: topics.into_iter().map(all).collect() }
    }
}

/// A topic that is on screen, and what the page has of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TopicRequest {
    /// The revision that the page has of it; 0 asks for all of it.
    pub since: u64,
    /// The topic.
    pub topic: Topic,
}

/// Something that changes and can be on screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Topic {
    /// Every story.
    Stories,
    /// Every open question.
    Questions,
    /// Every limit.
    Limits,
    /// The agents that this version knows.
    Agents,
    /// The timeline of one story.
    Timeline(HeldTimeline),
}

/// The story whose timeline is on screen, and what the page has of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct HeldTimeline {
    /// The story.
    pub story: StoryId,
    /// The last event that the page has, per run of that story. A run that is not named gives its
    /// newest events.
    #[serde(default)]
    pub held: Vec<(RunId, Seq)>,
    /// The last journal entry of that story that the page has.
    #[serde(default)]
    pub journal: Seq,
    /// The drafts that the page has.
    #[serde(default)]
    pub drafts: Vec<HeldDraft>,
}

impl HeldTimeline {
    /// A page that shows this story's timeline and has nothing of it.
    pub fn nothing_of(story: StoryId) -> Self {
        Self { story, held: Vec::new(), journal: Seq(0), drafts: Vec::new() }
    }
}

/// What an agent is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentName {
    /// The agent.
    pub agent: AgentId,
    /// Its name for people: `Claude Code`.
    pub name: String,
    /// A shorter name, for columns and sentences: `Claude`.
    pub short_name: String,
}

/// What is newer, reduced to what is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct FeedBatch {
    /// Changes with every owner.
    pub epoch: u64,
    /// The revision that this batch leads to, for every topic that was asked for.
    pub revision: u64,
    /// The clock of the machine, for countdowns that do not trust the page's.
    pub now: Timestamp,
    /// The topics that changed, in the order in which they were asked for.
    pub topics: Vec<TopicBatch>,
}

/// What is newer of a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum TopicBatch {
    /// Stories.
    Stories {
        /// These are all there are; otherwise those that changed.
        is_all: bool,
        /// The stories.
        stories: Vec<StoryView>,
    },
    /// Every open question.
    Questions {
        /// The questions.
        questions: Vec<Question>,
    },
    /// Every limit.
    Limits {
        /// The limits.
        limits: Vec<Limit>,
    },
    /// Every agent that this version knows; the same as long as the owner lives.
    Agents {
        /// The agents.
        agents: Vec<AgentName>,
    },
    /// The timeline on screen.
    Timeline(TimelineBatch),
}

/// A request to the provider that failed, which the agent makes again by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Retrying {
    /// Which attempt that will be, from 1.
    pub attempt: u32,
    /// How many it makes at most.
    pub max: Option<u32>,
    /// When it is made.
    pub until: Timestamp,
    /// The HTTP status that failed; `None` when there was no answer.
    pub status: Option<u16>,
    /// What failed.
    pub error: ApiErrorKind,
}

/// A story as the board shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct StoryView {
    /// The story.
    pub story: Story,
    /// What its agent does now.
    pub activity: Option<Activity>,
    /// What its agent waits for, after an error of the provider.
    #[serde(default)]
    pub retrying: Option<Retrying>,
    /// The disk is full: its agent is held until there is room.
    #[serde(default)]
    pub paused: bool,
    /// Why nothing happens in it, where something goes on in it or is asked of it; `None` where it only rests.
    #[serde(default)]
    pub waits_for: Option<WaitsFor>,
    /// Its states over time, oldest first.
    pub spans: Vec<Span>,
    /// When tools were called, thinned out to at most one in two seconds and a few hundred in all.
    pub ticks: Vec<Timestamp>,
    /// Its runs, oldest first.
    pub runs: Vec<Run>,
}

/// A stretch of time in one state. It ends where the next one begins; the last one goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Span {
    /// The state.
    pub state: StoryState,
    /// Why.
    pub reason: Option<Reason>,
    /// Since when.
    pub from: Timestamp,
}

/// What is new in the timeline of a story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TimelineBatch {
    /// The story.
    pub story: StoryId,
    /// Nothing that the page had counts; otherwise this follows it.
    pub is_all: bool,
    /// There is more than one batch carries; the page pulls again for it.
    pub is_cut: bool,
    /// New events of its runs.
    pub runs: Vec<RunBatch>,
    /// New journal entries.
    pub journal: Vec<Envelope>,
    /// Every draft of its live run, each with what the page does not have of it. A draft that is not
    /// named here is over.
    pub drafts: Vec<Draft>,
}

/// New events of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct RunBatch {
    /// The run.
    pub run: RunId,
    /// The number after which these follow without a gap.
    pub from: Seq,
    /// The number of the last of these.
    pub to: Seq,
    /// The events.
    #[ts(as = "Vec<Envelope>")]
    pub events: Vec<RawEnvelope>,
    /// Texts and thoughts of which the page has the beginning as a draft; their events hold only what
    /// follows it.
    #[serde(default)]
    pub tails: Vec<TextTail>,
}

/// A finished text that is given without its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TextTail {
    /// The event's number.
    pub seq: Seq,
    /// The `end` of the draft that is its beginning.
    pub from: u64,
}

/// Files of a repository that git ignores. A folder of which all is ignored counts as one, and ends in `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct IgnoredFiles {
    /// The first of them, by their paths from the worktree's root.
    pub names: Vec<String>,
    /// How many more there are.
    pub more: u32,
}

/// What a folder is, before a story is started in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FolderSummary {
    /// Its absolute path.
    pub dir: String,
    /// Its name.
    pub name: String,
    /// Whether it is in a git repository.
    pub is_repository: bool,
    /// The root of its worktree.
    pub root: String,
    /// The branch checked out there.
    pub branch: Option<String>,
    /// How many files are changed or untracked; `None` when git did not answer.
    pub changed: Option<u32>,
    /// The files there that git ignores, which a new worktree does not have either.
    #[serde(default)]
    pub ignored: IgnoredFiles,
    /// Stories that work there now.
    pub live: Vec<Slug>,
    /// The branch that a new worktree would have for a goal that is not written yet.
    pub new_branch: String,
    /// The folder in which a new worktree would be made, by the configuration.
    #[serde(default)]
    pub worktrees: String,
    /// The commands that must pass in this repository, by the configuration.
    #[serde(default)]
    pub gates: Vec<String>,
    /// Why a story can have no new worktree of it, with what to do; `None` where it can.
    #[serde(default)]
    pub no_worktree: Option<Fault>,
    /// Why no story can work in it as it is, with what to do; `None` where one can.
    #[serde(default)]
    pub not_as_is: Option<Fault>,
}

/// A piece of a log, as evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RawPiece {
    /// Where it begins in the log.
    pub offset: u64,
    /// How long the whole piece is; the text may be cut.
    pub len: u64,
    /// Its text, wrong bytes replaced.
    pub text: String,
    /// Whether the text is shorter than the piece.
    pub cut: bool,
}
