//! The batches that the page pulls: everything newer than what the page has, reduced to what it shows. A
//! notice only announces that there is something newer; the page decides when to pull.

use crate::{
    Activity, AgentId, ApiErrorKind, Collision, CopyOffer, Envelope, Fault, FewPaths, Limit,
    NoPlace, Question, RawEnvelope, Reason, Run, RunId, Seq, Slug, Story, StoryId, StoryState,
    Timestamp, WaitsFor,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use ts_rs::TS;

/// The kind of text that a draft becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DraftKind {
    /// A text.
    Text,
    /// A thought.
    Thought,
    /// A tool's input, as raw JSON text.
    ToolInput,
    /// The output of a running tool, as far as its agent reports it; the result has all of it.
    ToolOutput,
}

/// Text that is being streamed. The finished step replaces it. A pull returns only the part that the page
/// does not have: `text` continues the draft at `from`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Draft {
    /// The run.
    pub run: RunId,
    /// The vendor's id of the message.
    pub message: String,
    /// Index of the block in the message.
    pub block: u32,
    /// The kind of text. Of a tool's input and output only the beginning is drafted.
    pub kind: DraftKind,
    /// The tool's name, for [`DraftKind::ToolInput`].
    pub tool: Option<String>,
    /// The `end` of the page's part, which `text` continues; 0 if `text` is the whole draft.
    pub from: u64,
    /// The length of the draft including `text`, in bytes. The page sends it back unchanged.
    pub end: u64,
    /// Checksum of the draft's text up to `end`. The page sends it back unchanged.
    pub checksum: u64,
    /// The draft's text from `from` on.
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

/// A change of a draft, from a decoder to the feed's memory. The message's id is shared, because nearly
/// every line of a run makes such a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftUpdate {
    /// A block began.
    Open {
        /// The vendor's id of the message.
        message: Arc<str>,
        /// Index of the block.
        block: u32,
        /// The kind of text.
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
        /// The added text.
        text: String,
    },
    /// The block is over: its finished step is among the events, or it had no content.
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

/// Tells the page, after a commit, that the store has something newer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notice {
    /// The store's revision, which only grows.
    pub revision: u64,
}

/// A pull of the page: the topics on screen, and what the page has of each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct FeedRequest {
    /// The epoch of the page's data, 0 for none. If it is not the feed's epoch, the page gets everything
    /// anew.
    pub epoch: u64,
    /// The topics on screen.
    pub topics: Vec<TopicRequest>,
}

impl FeedRequest {
    /// Asks for all data of these topics.
    pub fn all(topics: impl IntoIterator<Item = Topic>) -> Self {
        let all = |topic| TopicRequest { since: 0, topic };
        Self { epoch: 0, topics: topics.into_iter().map(all).collect() }
    }
}

/// A topic on screen, with what the page has of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TopicRequest {
    /// The revision of the page's data; 0 asks for all of it.
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

/// A story whose timeline is on screen, with what the page has of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct HeldTimeline {
    /// The story.
    pub story: StoryId,
    /// The last event that the page has of each run of the story. A run that is missing here returns its
    /// newest events.
    #[serde(default)]
    pub held: Vec<(RunId, Seq)>,
    /// The last journal entry of the story that the page has.
    #[serde(default)]
    pub journal: Seq,
    /// The drafts that the page has.
    #[serde(default)]
    pub drafts: Vec<HeldDraft>,
}

impl HeldTimeline {
    /// Asks for a timeline of which the page has nothing.
    pub fn nothing_of(story: StoryId) -> Self {
        Self { story, held: Vec::new(), journal: Seq(0), drafts: Vec::new() }
    }
}

/// The names of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentName {
    /// The agent.
    pub agent: AgentId,
    /// The name for people: `Claude Code`.
    pub name: String,
    /// A shorter name, for columns and sentences: `Claude`.
    pub short_name: String,
}

/// What is newer than the page's data, reduced to what the page shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct FeedBatch {
    /// Changes with every owner of the data directory.
    pub epoch: u64,
    /// The page's revision of every requested topic after this batch.
    pub revision: u64,
    /// The machine's clock, for countdowns that do not depend on the page's clock.
    pub now: Timestamp,
    /// The topics that changed, in the requested order.
    pub topics: Vec<TopicBatch>,
}

/// The newer data of a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum TopicBatch {
    /// Stories.
    Stories {
        /// Whether these are all stories; otherwise only those that changed.
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
    /// Every agent that this version knows; it does not change while the owner lives.
    Agents {
        /// The agents.
        agents: Vec<AgentName>,
    },
    /// The timeline on screen.
    Timeline(TimelineBatch),
}

/// A failed request to the provider that the agent repeats by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Retrying {
    /// The number of the coming attempt, from 1.
    pub attempt: u32,
    /// The most attempts that the agent makes.
    pub max: Option<u32>,
    /// When the coming attempt is made.
    pub until: Timestamp,
    /// The HTTP status of the failure; `None` if there was no answer.
    pub status: Option<u16>,
    /// What failed.
    pub error: ApiErrorKind,
}

/// A story as the board shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct StoryView {
    /// The story.
    pub story: Story,
    /// What the story's agent is doing now.
    pub activity: Option<Activity>,
    /// The retry that the agent waits for, after an error of the provider.
    #[serde(default)]
    pub retrying: Option<Retrying>,
    /// Whether the agent is held back because the disk is full.
    #[serde(default)]
    pub paused: bool,
    /// What the story waits for; `None` if it only rests, or if its run goes on and was not silent for long.
    #[serde(default)]
    pub waits_for: Option<WaitsFor>,
    /// The stories with whose work that of this one conflicts, by their newest checkpoints that were compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Collision>>")]
    pub collisions: Vec<Collision>,
    /// The story's states over time, oldest first.
    pub spans: Vec<Span>,
    /// When tools were called, reduced to one time per two seconds and a few hundred in all.
    pub calls: CallTimes,
    /// The story's runs, oldest first.
    pub runs: Vec<Run>,
}

impl StoryView {
    /// Since when nothing came from the story's program, if that is long ago. An agent that waits for its
    /// provider is expected to be silent.
    pub fn silent_since(&self) -> Option<Timestamp> {
        match &self.waits_for {
            Some(WaitsFor::Run { silent_since, .. }) if self.retrying.is_none() => *silent_since,
            _ => None,
        }
    }
}

/// Times of tool calls, in few bytes, because a story at work is sent each second.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallTimes {
    /// The first call, in milliseconds since 1970; 0 if there is none.
    #[ts(type = "number")]
    pub first: i64,
    /// Each later call: whole seconds since the call before it, rounded so that they add up to the time
    /// since the first.
    pub gaps: Vec<u32>,
}

impl CallTimes {
    /// From times in milliseconds since 1970, oldest first.
    pub fn new(times: impl IntoIterator<Item = i64>) -> Self {
        let mut times = times.into_iter();
        let Some(first) = times.next() else { return Self::default() };
        let gaps = times.scan(0, |before, at| {
            // A clock that was set back makes no negative gap.
            let seconds = ((at - first) / 1_000).max(*before);
            let gap = u32::try_from(seconds - *before).unwrap_or(u32::MAX);
            *before = seconds;
            Some(gap)
        });
        Self { first, gaps: gaps.collect() }
    }
}

/// A stretch of time in one state. It ends where the next one begins; the last one continues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Span {
    /// The state.
    pub state: StoryState,
    /// The reason of the state.
    pub reason: Option<Reason>,
    /// When it began.
    pub from: Timestamp,
}

/// The newer part of a story's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TimelineBatch {
    /// The story.
    pub story: StoryId,
    /// Whether this replaces everything that the page has; otherwise it continues it.
    pub is_all: bool,
    /// Whether there is more than one batch can hold; then the page pulls again.
    pub is_cut: bool,
    /// New events of the story's runs.
    pub runs: Vec<RunBatch>,
    /// New journal entries.
    pub journal: Vec<Envelope>,
    /// Every draft of the live run, each with the part that the page does not have. A draft that is
    /// missing here is over.
    pub drafts: Vec<Draft>,
}

/// New events of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct RunBatch {
    /// The run.
    pub run: RunId,
    /// The number of the event before the first of these, without a gap.
    pub from: Seq,
    /// The number of the last of these events.
    pub to: Seq,
    /// The events.
    #[ts(as = "Vec<Envelope>")]
    pub events: Vec<RawEnvelope>,
    /// Texts and thoughts whose beginning the page has as a draft; their events hold only the rest.
    #[serde(default)]
    pub tails: Vec<TextTail>,
}

/// A finished text that is sent without its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TextTail {
    /// The event's number.
    pub seq: Seq,
    /// The `end` of the draft that holds the beginning.
    pub from: u64,
}

/// What is known of a folder before a story is started in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FolderSummary {
    /// The folder's absolute path.
    pub dir: String,
    /// The folder's name.
    pub name: String,
    /// Whether the folder is in a git repository.
    pub is_repository: bool,
    /// The root of the folder's worktree.
    pub root: String,
    /// The branch checked out there.
    pub branch: Option<String>,
    /// How many files are changed or untracked; `None` when git did not answer.
    pub changed: Option<u32>,
    /// The files there that git ignores, which a new worktree does not have either.
    #[serde(default)]
    pub ignored: FewPaths,
    /// Stories whose agent works there now.
    pub live: Vec<Slug>,
    /// The branch that a new worktree would get for a goal that is not written yet.
    pub new_branch: String,
    /// The folder in which a new worktree would be made, by the configuration.
    #[serde(default)]
    pub worktrees: String,
    /// Why it cannot be made there, as far as that is known.
    #[serde(default)]
    pub no_place: Option<NoPlace>,
    /// The gates of this repository, by the configuration.
    #[serde(default)]
    pub gates: Vec<String>,
    /// The commands that prepare a new worktree of this repository, by the configuration.
    #[serde(default)]
    pub set_up: Vec<String>,
    /// What would be copied into a new worktree, and what could be.
    #[serde(default)]
    pub copies: CopyOffer,
    /// Why a story cannot get a new worktree of it, with what to do; `None` if it can.
    #[serde(default)]
    pub no_worktree: Option<Fault>,
    /// Why a story cannot work in the folder itself, with what to do; `None` if it can.
    #[serde(default)]
    pub not_as_is: Option<Fault>,
}

/// A piece of a log, shown as evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RawPiece {
    /// Where the piece begins in the log.
    pub offset: u64,
    /// The length of the whole piece; the text may be shorter.
    pub len: u64,
    /// The piece's text; invalid bytes are replaced.
    pub text: String,
    /// Whether the text is shorter than the piece.
    pub cut: bool,
}

#[cfg(test)]
mod tests {
    use super::CallTimes;

    #[test]
    fn call_times_are_seconds_after_the_first() {
        let times = CallTimes::new([1_790_000_000_000, 1_790_000_002_000, 1_790_000_007_999]);
        assert_eq!(times, CallTimes { first: 1_790_000_000_000, gaps: vec![2, 5] });
        assert_eq!(CallTimes::new([]), CallTimes::default());
    }
}
