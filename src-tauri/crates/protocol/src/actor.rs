//! Who did something: asked for it, answered, or stopped it. This is a value, so that no code has to read
//! it from a sentence or an id.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The one who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person.
    You,
    /// Musher by itself.
    #[serde(alias = "engine")]
    Musher,
    /// A rule that a person set beforehand, such as the story's permission mode.
    #[serde(alias = "unattended")]
    Rule,
    /// Something outside Musher: the system at a shutdown, another program.
    System,
}

impl Actor {
    /// The value's word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::You => "you",
            Self::Musher => "musher",
            Self::Rule => "rule",
            Self::System => "system",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_same_in_json() {
        for actor in [Actor::You, Actor::Musher, Actor::Rule, Actor::System] {
            assert_eq!(serde_json::to_value(actor).unwrap(), actor.word());
        }
    }
}
