//! The state of a conversation with an agent, and the messages that are sent in it. The run's decoder
//! folds a [`Conversation`] from the run's own logs, output and input. From it alone an [`crate::Agent`]
//! derives what it must be sent and how a message is encoded, so a process that opens the logs again,
//! after a crash or an upgrade, continues where the last one stopped. Nothing here writes to an agent;
//! the engine writes, after it recorded the input under its id.

use protocol::{Answer, InputKind, QuestionKind, QuestionOption, SessionId};
use serde_json::Value;
use std::collections::BTreeSet;

/// What must be known of a run to speak to its agent. The same bytes always give the same value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The agent's id of the conversation, once the agent has named it.
    pub session: Option<SessionId>,
    /// The agent's id of the current turn, if interrupts need it.
    pub turn: Option<String>,
    /// Whether prompts may be sent: the handshake is far enough for this agent.
    pub open: bool,
    /// Whether the agent refused the handshake, or Musher refused what the agent answered. Then nothing
    /// more is sent, and the agent's input is closed.
    pub refused: bool,
    /// Ids of Musher's requests that are in the input log.
    pub sent: BTreeSet<String>,
    /// Ids of Musher's requests that the agent has answered.
    pub replied: BTreeSet<String>,
    /// Names, known to the agent's folder, of reports that only a further request to the agent can
    /// explain.
    pub unexplained: BTreeSet<&'static str>,
    /// Requests of the agent that need no person and have no answer yet, oldest first.
    pub asks: Vec<ProtocolAsk>,
}

/// A request that an agent's protocol makes of every client, or one of an unknown method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolAsk {
    /// The agent's id of the request as JSON text, quotes included: the answer repeats it byte for byte.
    pub id: String,
    /// The method's name in the agent's protocol.
    pub method: String,
}

/// Something to write to the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The id of the input, unique in the run and derived from the conversation: the same input always
    /// gets the same id. With the run's id it is unique everywhere.
    pub id: String,
    /// The kind of the input.
    pub kind: InputKind,
    /// The bytes as text, newline included.
    pub text: String,
}

/// A message to an agent, before it is encoded.
#[derive(Clone, Copy, Debug)]
pub enum Say<'a> {
    /// A prompt.
    Prompt {
        /// The input's id.
        id: &'a str,
        /// The text of the prompt.
        text: &'a str,
    },
    /// End the turn, not the process.
    Interrupt {
        /// The input's id; it comes back in the agent's reply.
        id: &'a str,
    },
    /// The answer to a question.
    Answer {
        /// The question.
        question: &'a OpenQuestion,
        /// The answer, as [`crate::choice::settled`] gives it.
        answer: &'a Answer,
    },
}

/// Why a message cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsayable {
    /// The handshake is not over, or the message refers to something that does not exist yet.
    NotYet,
    /// This agent takes no such message in this run; a prompt waits for the next run.
    NotHere,
}

/// An open question, with what is needed to answer it.
#[derive(Clone, Debug)]
pub struct OpenQuestion {
    /// The agent's id of the request.
    pub request: String,
    /// What kind of answer is wanted.
    pub kind: QuestionKind,
    /// The decisions that the agent offers.
    pub options: Vec<QuestionOption>,
    /// The part of the request that the agent wants back with the answer.
    pub input: Value,
}

/// Bytes of a line that are reserved for the JSON around a prompt.
const AROUND_A_PROMPT: usize = 64 * 1024;

/// Returns the length of a prompt as a JSON string (bytes) if its line would be too long to be read back
/// from the log; `None` if it fits.
pub fn too_long(prompt: &str) -> Option<usize> {
    let len = Value::from(prompt).to_string().len();
    (len > crate::MAX_LINE - AROUND_A_PROMPT).then_some(len)
}
