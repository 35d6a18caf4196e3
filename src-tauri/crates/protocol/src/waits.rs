//! What a story waits for that could run and does not, as facts.

use crate::{AccountId, QuestionId, RunId, Slug, StoryId, StoryState, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why nothing happens in a story now, or what does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum WaitsFor {
    /// It works: this run goes on.
    Run {
        /// The run.
        run: RunId,
        /// Its name for people.
        slug: Slug,
        /// Since when nothing came from its program. It is looked up only for [`crate::Request::Why`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        silent_since: Option<Timestamp>,
    },
    /// A person's answer.
    Answer {
        /// The question.
        question: QuestionId,
    },
    /// A limit that holds its account.
    Hold {
        /// The account.
        account: AccountId,
        /// The model that alone is held, as the limit names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        model: Option<String>,
        /// When it is expected to reset.
        until: Timestamp,
        /// What tries whether the limit is gone: a run, or a story whose run is about to begin, by its name for people.
        tried_by: Option<Slug>,
    },
    /// A limit that stopped its run.
    Limit {
        /// When it is expected to reset; `None` when that was never known.
        until: Option<Timestamp>,
        /// Whether the story goes on by itself then.
        goes_on: bool,
    },
    /// Its turn, because others go on after the same reset.
    Turn {
        /// When that is.
        at: Timestamp,
    },
    /// The worktree, in which another story works.
    Place {
        /// That story.
        story: StoryId,
        /// Its name for people.
        slug: Slug,
    },
    /// Work that has to be done before its next run begins.
    Job {
        /// The work.
        job: JobKind,
        /// Since when it goes on.
        since: Timestamp,
    },
    /// A person: nothing is asked of it.
    Person {
        /// Its state.
        state: StoryState,
    },
    /// Musher, which could not decide about it: a fault of Musher. It is decided again with its next input.
    Fault,
    /// Nothing: it goes on in this moment.
    Nothing,
}

/// Work that a start waits for, because it can take long or hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Musher's store says which conversation is to be continued.
    Store,
    /// The agent's program is looked up and asked for its version, and its saved account is read.
    Program,
    /// Git says what worktree the folder belongs to.
    Git,
    /// A keeper starts the process.
    Keeper,
}
