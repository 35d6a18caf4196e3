//! Names of things: newtypes around strings and numbers so that one kind of id cannot be passed for another.
//! Ids are opaque to all code but the one that makes them; only slugs are for people.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]

        pub struct $name(String);

        impl $name {
            /// Takes over a text that is already known to name one.
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
    /// A story, for ever: a UUID v7 made by Musher. People use its [`Slug`].
    StoryId
);
text_id!(
    /// A run, for ever: a UUID v7 made by Musher, and the name of its directory under `runs/`.
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
    /// An account: agent, configuration directory, authentication method and the name of the
    /// credential variable, joined. Never made from a secret.
    AccountId
);
text_id!(
    /// A kind of command-line agent: `claude`, `demo`.
    AgentId
);
text_id!(
    /// A decoder's family and version: `claude/2`. A run is read by the newest of the family that it began with.
    DecoderId
);
text_id!(
    /// An open or answered question: the run's id and the agent's request id, joined by a colon.
    QuestionId
);

impl StoryId {
    /// A new id, later ids sorting after earlier ones.
    pub fn generate() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }
}

/// A new id for a prompt, made by the caller that sends it.
pub fn new_prompt_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

impl RunId {
    /// A new id, later ids sorting after earlier ones.
    pub fn generate() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }
}

impl SessionId {
    /// A new id for a fresh conversation. Random, because agents expect a UUID v4.
    pub fn generate() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }
}

impl QuestionId {
    /// The lasting name of a question that `run` asked under the agent's `request` id.
    pub fn of(run: &RunId, request: &str) -> Self {
        Self(format!("{run}:{request}"))
    }
}

/// The dense number of an event: per run for run events (valid for one decoder version), per data
/// directory for journal entries. Starts at 1.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS,
)]

pub struct Seq(pub u64);

impl Seq {
    /// The number after this one.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
