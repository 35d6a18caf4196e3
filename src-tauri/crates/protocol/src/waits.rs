//! What a story waits for, as facts: a story that could run but does not.

use crate::{AccountId, QuestionId, RunId, Slug, StoryId, StoryState, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why nothing happens in a story now, or what does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum WaitsFor {
    /// The story works: this run goes on.
    Run {
        /// The run.
        run: RunId,
        /// The run's name for people.
        slug: Slug,
        /// Since when nothing came from its program. A [`crate::StoryView`] has a run only in a long
        /// silence.
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
        /// The one model that is held, as the limit names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        model: Option<String>,
        /// When the limit is expected to reset.
        until: Timestamp,
        /// The name for people of the run that tests whether the limit is gone, or of the story whose
        /// next run will.
        tried_by: Option<Slug>,
    },
    /// A limit that stopped its run.
    Limit {
        /// When the limit is expected to reset; `None` if that was never known.
        until: Option<Timestamp>,
        /// Whether the story then resumes by itself.
        goes_on: bool,
    },
    /// The story's turn, because other stories resume after the same reset.
    Turn {
        /// When it is the story's turn.
        at: Timestamp,
    },
    /// The worktree, in which another story works.
    Place {
        /// The other story.
        story: StoryId,
        /// The other story's name for people.
        slug: Slug,
    },
    /// A job that the next run needs.
    Job {
        /// The job.
        job: JobKind,
        /// When the job began.
        since: Timestamp,
        /// How much of it is done (per cent), if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        percent: Option<u8>,
    },
    /// A person: nothing is asked of the story.
    Person {
        /// The story's state.
        state: StoryState,
    },
    /// Musher, which could not decide about the story: a fault of Musher. It decides again at the story's
    /// next input.
    Fault,
    /// Nothing: the story continues at this moment.
    Nothing,
}

/// The kind of a job that a start waits for, because it can take long or hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Asks Musher's store which conversation to resume.
    Store,
    /// Finds the agent's program, asks it for its version, and reads its saved usage.
    Program,
    /// Asks git which worktree the folder belongs to.
    Git,
    /// Has a keeper start the process.
    Keeper,
    /// Has git fetch what a new worktree begins from.
    Fetch,
    /// Has git make a new worktree.
    Checkout,
    /// Copies ignored files into a new worktree.
    Copy,
}
