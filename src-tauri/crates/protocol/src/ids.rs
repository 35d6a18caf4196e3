//! Ids and names: newtypes around strings and numbers, so that one kind of id cannot be passed for
//! another. Ids are opaque to all code but the one that makes them; only slugs are for people.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]

        pub struct $name(String);

        impl $name {
            /// Wraps a text that is known to be such an id.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

text_id!(
    /// A story's permanent id: a UUID v7 made by Musher. People use the story's [`Slug`].
    StoryId
);
text_id!(
    /// A run's permanent id: a UUID v7 made by Musher, and the name of its directory under `runs/`.
    RunId
);
text_id!(
    /// The agent's own conversation, by the agent's id (a UUID for Claude Code).
    SessionId
);
text_id!(
    /// A short name that a person can type: `login-fix-2` for a story, `login-fix-2.3` for a run.
    Slug
);
text_id!(
    /// An account: agent, configuration directory, authentication method and the name of the credential
    /// variable, joined. Never made from a secret.
    AccountId
);
text_id!(
    /// A kind of command-line agent: `claude`, `demo`.
    AgentId
);
text_id!(
    /// A decoder's family and version: `claude/3`. The newest decoder of a run's family reads the run.
    DecoderId
);
text_id!(
    /// An open or answered question: the run's id and the agent's request id, joined by a colon.
    QuestionId
);

text_id!(
    /// A comment of a person on changes: a UUID v7 made by the caller. People use its number in the story.
    CommentId
);

impl CommentId {
    /// Makes a new id; later ids sort after earlier ones.
    pub fn generate() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }
}

impl StoryId {
    /// Makes a new id; later ids sort after earlier ones.
    pub fn generate() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }
}

/// Makes a new id for a prompt; the caller that sends the prompt makes it.
pub fn new_prompt_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

impl RunId {
    /// Makes a new id; later ids sort after earlier ones.
    pub fn generate() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }
}

impl SessionId {
    /// Makes the id of a new conversation. It is random, because agents expect a UUID v4.
    pub fn generate() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }
}

impl QuestionId {
    /// Makes the lasting name of the question that `run` asked under the agent's `request` id.
    pub fn of(run: &RunId, request: &str) -> Self {
        Self(format!("{run}:{request}"))
    }
}

/// The number of an event, from 1 without gaps: per run for run events (valid for one decoder version),
/// per data directory for journal entries.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS,
)]

pub struct Seq(pub u64);

impl Seq {
    /// Returns the next number.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
