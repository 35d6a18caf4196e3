//! What can be asked of the owner of a data directory, over `engine.sock` or by a command of the
//! page. A reply says "accepted" or "refused, why"; effects are seen in the store and the feed.

use crate::{
    AgentId, Answer, ConfigState, Fault, Profile, QuestionId, RunId, SessionId, StartDefault,
    StopReason, StoryId, WaitsFor, earlier,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// The prompt when a person lets an agent go on without words of their own. Shown as Musher's.
pub const GO_ON: &str = "Go on where you left off. Look at the state of the work tree first.";

/// A new story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct StartStory {
    /// The id that the story will have, made by the asker, so that a request whose answer got lost can
    /// be repeated without a second story.
    pub id: StoryId,
    /// The agent.
    pub agent: AgentId,
    /// The working directory, absolute.
    pub dir: String,
    /// The first prompt.
    pub prompt: String,
    /// What the story is about; `None` takes the prompt's first line.
    #[serde(default)]
    pub title: Option<String>,
    /// How the agent is started.
    #[serde(default)]
    pub profile: Profile,
    /// The commands that must pass.
    #[serde(default)]
    pub gates: Vec<String>,
    /// The conversation to go on with.
    #[serde(default)]
    pub resume: Option<SessionId>,
    /// Resume by itself when a limit that holds the story resets.
    #[serde(default)]
    pub resume_on_reset: bool,
    /// Make a new worktree on a branch of this name instead of working in `dir` itself. A name that is
    /// taken is refused.
    #[serde(default)]
    pub worktree: Option<String>,
    /// Without such a name: make a new worktree on a branch that is named after the title, with a number
    /// where that is taken.
    #[serde(default)]
    pub new_branch: bool,
    /// What the story takes from the configuration instead; the fields above for it are ignored.
    #[serde(default)]
    pub defaults: BTreeSet<StartDefault>,
    /// The environment to start in; `None` is the owner's own. Kept in memory, never on disk.
    #[serde(default)]
    pub env: Option<BTreeMap<String, String>>,
    /// Variables set on top of it.
    #[serde(default)]
    pub set_env: BTreeMap<String, String>,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Request {
    /// Asks the owner for its version and role.
    Hello {
        /// The asker's version.
        version: String,
    },
    /// Make a story and start it.
    Start(Box<StartStory>),
    /// Send a prompt to a story, now or when it is idle, with a new run if none lives.
    Send {
        /// The story.
        story: StoryId,
        /// The id that the prompt will have, made by the asker, so that a request whose answer got lost
        /// can be repeated without a second prompt.
        id: String,
        /// The prompt.
        text: String,
    },
    /// Have a story that rests go on: with the prompts that wait for it, or, when none does, with
    /// Musher's own words. One whose account is held goes on when the limit has reset.
    Resume {
        /// The story.
        story: StoryId,
        /// The id that a prompt of Musher's will have, made by the asker.
        id: String,
        /// Try now, although the account is held: one run is let through, and its success ends the hold.
        #[serde(default)]
        now: bool,
    },
    /// Say why nothing happens in a story.
    Why {
        /// The story.
        story: StoryId,
    },
    /// Answer a question.
    Answer {
        /// The question.
        question: QuestionId,
        /// The answer.
        answer: Answer,
    },
    /// End the turn, not the process.
    Interrupt {
        /// The story.
        story: StoryId,
    },
    /// End a story's live run, or the start of its next one.
    Stop {
        /// The story.
        story: StoryId,
        /// Why.
        #[serde(deserialize_with = "earlier::stop_reason")]
        why: StopReason,
        /// Skip the polite steps.
        now: bool,
    },
    /// End one run.
    StopRun {
        /// The run.
        run: RunId,
        /// Why.
        #[serde(deserialize_with = "earlier::stop_reason")]
        why: StopReason,
    },
    /// End every live run, and every start of one.
    StopAll {
        /// Why.
        #[serde(deserialize_with = "earlier::stop_reason")]
        why: StopReason,
    },
    /// Put a story away.
    Archive {
        /// The story.
        story: StoryId,
    },
    /// Look at `config.json` and say what is in force and what waits for a person.
    Config,
    /// Set one value of `config.json`.
    SetConfig {
        /// Which, as `agents.claude.model`.
        key: String,
        /// The value as JSON; `null` is the usual one.
        value: String,
        /// A person confirmed it. Without that, a value that gives agents more power waits in the file.
        confirmed: bool,
    },
    /// Put in force what waits in `config.json`.
    AcceptConfig {
        /// The content that the person saw, by [`crate::ConfigState::file`].
        file: String,
    },
    /// Check the whole store: the caller met damage in it, or did not find it. A damaged store is recovered.
    CheckStore,
    /// Stop owning the directory; the asker takes over.
    Yield {
        /// What sort of program asks: `app`, `mush serve`.
        role: String,
    },
}

/// What the owner says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// It is there.
    Hello {
        /// Its version.
        version: String,
        /// What sort of program it is.
        role: String,
        /// Its process id.
        pid: u32,
    },
    /// The story was made.
    Started {
        /// The story.
        story: StoryId,
    },
    /// What the story waits for.
    Why {
        /// What it waits for.
        waits_for: WaitsFor,
    },
    /// The configuration, after what was asked.
    Config {
        /// What is in force, and what waits.
        state: Box<ConfigState>,
    },
    /// Accepted.
    Done,
    /// Refused; nothing was done.
    Refused {
        /// Why.
        fault: Fault,
    },
}
