//! Why something was stopped, and who stopped it.

use crate::{Actor, earlier};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a run was ended. The aliases are the sentences that earlier versions recorded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// Asked for on the story's screen.
    #[serde(alias = "stopped in the window")]
    Window,
    /// Asked for on the board.
    #[serde(alias = "stopped on the board")]
    Board,
    /// Asked for by a command of `mush`.
    #[serde(alias = "asked for on the command line")]
    CommandLine,
    /// Ctrl-C in the terminal of `mush run` or `mush attach`.
    #[serde(alias = "Ctrl-C in the terminal")]
    CtrlC,
    /// The agent was done but did not end in time after its input was closed.
    #[serde(alias = "it did not leave within 10 s of the end of its input")]
    DidNotLeave,
    /// The agent did not answer when the conversation was opened.
    Unanswered,
    /// The run took longer than its time limit.
    #[serde(alias = "it took longer than it was given")]
    TimeLimit,
    /// The run's keeper got SIGTERM, as at a shutdown.
    #[serde(alias = "SIGTERM")]
    KeeperTerminated,
    /// The run's turn was interrupted, and then the run ended.
    Interrupted,
    /// An answer to the agent's question ended its turn, and then the run ended.
    Answer,
    /// The text of the person who asked.
    Words(String),
}

impl StopReason {
    /// The reason as `stop.json` holds it: one word, or the person's text.
    pub fn to_text(&self) -> String {
        match (self, serde_json::to_value(self)) {
            (Self::Words(words), _) => words.clone(),
            (_, Ok(serde_json::Value::String(word))) => word,
            (_, _) => unreachable!("every other reason is a word in JSON"),
        }
    }

    /// Reads the reason from the text in `stop.json`.
    pub fn of_text(text: &str) -> Self {
        serde_json::from_value(text.into()).unwrap_or_else(|_| Self::Words(text.to_owned()))
    }

    /// The reason for a person, as the rest of a sentence about the run.
    pub fn words(&self) -> &str {
        match self {
            Self::Window => "stopped in the window",
            Self::Board => "stopped on the board",
            Self::CommandLine => "asked for on the command line",
            Self::CtrlC => "Ctrl-C in the terminal",
            Self::DidNotLeave => "it did not leave within 10 s of the end of its input",
            Self::Unanswered => "it did not answer when the conversation was begun",
            Self::TimeLimit => "it took longer than it was given",
            Self::KeeperTerminated => "the process that keeps it was told to end",
            Self::Interrupted => "interrupted",
            Self::Answer => "the answer to its question ended the turn",
            Self::Words(words) => words,
        }
    }
}

/// A stop: who requested it, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(from = "earlier::Stop")]
pub struct Stop {
    /// Who requested the stop.
    pub by: Actor,
    /// Why the stop was requested.
    pub why: StopReason,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_survives_the_way_through_a_file() {
        let plain = [
            StopReason::Window,
            StopReason::Board,
            StopReason::CommandLine,
            StopReason::CtrlC,
            StopReason::DidNotLeave,
            StopReason::Unanswered,
            StopReason::TimeLimit,
            StopReason::KeeperTerminated,
            StopReason::Interrupted,
            StopReason::Answer,
            StopReason::Words("enough of it".to_owned()),
        ];
        for reason in plain {
            assert_eq!(StopReason::of_text(&reason.to_text()), reason);
        }
        assert_eq!(StopReason::of_text("SIGTERM"), StopReason::KeeperTerminated);
    }
}
