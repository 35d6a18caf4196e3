//! What is known of a conversation with an agent, and what is said in it. A [`Conversation`] is folded by the
//! run's decoder from the run's own logs, output and input; from it alone an [`crate::Agent`] derives what is
//! owed to it and how something is said. So a process that opens the logs again, after a crash or an upgrade,
//! goes on where the last one stopped. Nothing here writes to an agent; the engine does, after it recorded
//! the input under its id.

use protocol::{Answer, InputKind, QuestionKind, QuestionOption, SessionId};
use serde_json::Value;
use std::collections::BTreeSet;

/// What must be known of a run to speak to its agent. The same bytes give the same value, for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The agent's id of the conversation, once it said it.
    pub session: Option<SessionId>,
    /// The agent's id of the turn that goes on, where interrupts need it.
    pub turn: Option<String>,
    /// Prompts may be sent: the handshake went as far as the agent asks for.
    pub open: bool,
    /// The agent refused the handshake, or Musher refused what came of it: nothing more is said, and its input
    /// is to be ended.
    pub refused: bool,
    /// Our requests that are in the input log, by our ids.
    pub sent: BTreeSet<String>,
    /// Requests of ours that the agent answered, by our ids.
    pub replied: BTreeSet<String>,
    /// What the agent reported of itself and only a further request explains, as words of its folder.
    pub unexplained: BTreeSet<&'static str>,
    /// Requests of the agent that need no person and were not answered yet, oldest first.
    pub asks: Vec<ProtocolAsk>,
}

/// A request that an agent's protocol makes of every client, or one of an unknown method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolAsk {
    /// The agent's id of the request as it is in the line, quotes included: the answer repeats it byte for
    /// byte.
    pub id: String,
    /// What it asks for, in the word of its protocol.
    pub method: String,
}

/// Something to write to the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name, unique in the run and a function of the conversation: what is asked for again has the same
    /// name. The run's id makes it unique everywhere.
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
        /// The words.
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

/// Why something cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsayable {
    /// The handshake goes on, or what the message refers to is not there yet.
    NotYet,
    /// This agent takes no such words in this run; a prompt goes to the next one.
    NotHere,
}

/// A question as far as answering needs it.
#[derive(Clone, Debug)]
pub struct OpenQuestion {
    /// The agent's id of the request.
    pub request: String,
    /// What kind of answer is wanted.
    pub kind: QuestionKind,
    /// The decisions that the agent offers.
    pub options: Vec<QuestionOption>,
    /// What the agent wants back with an answer.
    pub input: Value,
}

/// Bytes of a line that are reserved for what surrounds a prompt.
const AROUND_A_PROMPT: usize = 64 * 1024;

/// How many bytes a prompt takes in a line of JSON, if that is more than a line that can be read back from the
/// log may have.
pub fn too_long(prompt: &str) -> Option<usize> {
    let len = Value::from(prompt).to_string().len();
    (len > crate::MAX_LINE - AROUND_A_PROMPT).then_some(len)
}
