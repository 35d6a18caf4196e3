//! Facts about runs as plain data: events with their numbers, what a result settled, what the store
//! keeps of a run, and the status of a live run. The modules in `run` make these values; `store`,
//! `story` and `policy` read them. Nothing is computed here.

use crate::moments::Moments;
use agents::Conversation;
use protocol::{
    AccountId, Activity, Cost, DecoderId, DraftUpdate, Event, Evidence, ModelShare, Outcome, Pos,
    QuestionContent, QuestionId, Retrying, RunId, Seq, SessionId, StartFailedKind, StateDetail,
    StoryId, Timestamp, Tokens,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// An event with its number and time, ready to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbered {
    /// Its number in the run.
    pub seq: Seq,
    /// Wall-clock time of the bytes that completed it.
    pub at: Timestamp,
    /// Its position in the log.
    pub pos: Pos,
    /// The event.
    pub event: Event,
}

/// What one result settled: the turn's shares by model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// The result's event.
    pub seq: Seq,
    /// When it came.
    pub at: Timestamp,
    /// By model; never empty, so that a turn without usage totals still counts as a turn.
    pub shares: Vec<ModelShare>,
}

/// What was used since the last result, as far as it was reported.
#[derive(Clone, Debug, PartialEq)]
pub struct Provisional {
    /// When it was last reported.
    pub at: Timestamp,
    /// By model, each a lower bound; empty if nothing was reported.
    pub shares: Vec<ModelShare>,
}

/// The part of a fold that the store keeps.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// Events so far.
    pub events: u64,
    /// Tool calls so far.
    pub tool_calls: u64,
    /// When tools were called.
    pub calls: Moments,
    /// The conversation, once the agent named it.
    pub session: Option<SessionId>,
    /// The conversation in which a model last took a prompt.
    pub spoken: Option<SessionId>,
    /// The agent's version.
    pub agent_version: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// Tokens of this run, without what its conversation had used before it (the baseline).
    pub tokens: Tokens,
    /// Cost of the run alone.
    pub cost: Cost,
    /// Whether the tokens are a lower bound, which the basis of the cost does not say.
    pub is_partial: bool,
    /// How many turns it has in every sum.
    pub turns: u32,
    /// Tokens by model.
    pub models: BTreeMap<String, Tokens>,
    /// Provisional values until the next result.
    pub provisional: Provisional,
    /// The tool call in progress.
    pub activity: Option<Activity>,
    /// The retry that the agent waits for.
    pub retrying: Option<Retrying>,
    /// Background tasks that go on after the turn; `None` while it goes on.
    pub tasks_after_turn: Option<u32>,
}

/// New events of one run, with the fold after them.
#[derive(Clone, Debug)]
pub struct RunCommit {
    /// The run.
    pub run: RunId,
    /// Its story.
    pub story: StoryId,
    /// The account it spends from.
    pub account: Option<AccountId>,
    /// The decoder that made the events.
    pub decoder: DecoderId,
    /// The events, in order.
    pub events: Vec<Numbered>,
    /// What results among them settled, in order.
    pub settled: Vec<Settled>,
    /// The fold after them.
    pub fold: RunSummary,
    /// Bytes of standard output that were read.
    pub output_bytes: u64,
    /// Bytes that were read for it, which is about its size in memory.
    pub bytes: u64,
    /// Changes of drafts meanwhile. The store does not keep them; pages get them after the commit.
    pub drafts: Vec<DraftUpdate>,
}

/// A question that is open in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenQuestion {
    /// The agent's id of the request.
    pub request: String,
    /// The question itself.
    #[serde(flatten)]
    pub content: QuestionContent,
    /// The tool's input, which the agent needs back with an answer.
    pub input: Value,
    /// When it was asked.
    pub at: Timestamp,
}

impl OpenQuestion {
    /// The state detail of a story that waits for the answer.
    pub(crate) fn about(&self, run: &RunId) -> StateDetail {
        StateDetail::Question {
            question: QuestionId::of(run, &self.request),
            asks: self.content.kind,
            tool: self.content.tool.clone(),
            tool_kind: self.content.tool_kind,
            subject: self.content.title.clone(),
        }
    }
}

/// The status of a live run: its process and its conversation.
#[derive(Clone, Debug, Default)]
pub struct RunStatus {
    /// The agent's process, once its keeper has started it.
    pub process: Option<u32>,
    /// The agent printed its first message.
    pub spoke: bool,
    /// Questions that are open, oldest first.
    pub questions: Vec<OpenQuestion>,
    /// Every prompt has its result, no question or task is open, and nothing was printed for a
    /// while.
    pub idle: bool,
    /// Its turn is over, and nothing was printed for a while; background tasks may still run.
    pub turn_over: bool,
    /// Idle because Musher interrupted the turn.
    pub interrupted: bool,
    /// At least one turn succeeded.
    pub succeeded: bool,
    /// What is known of the conversation.
    pub conversation: Conversation,
    /// Prompts that were read back from the input log.
    pub prompts_read: u32,
    /// Wall-clock time of the last bytes.
    pub at: Timestamp,
    /// The disk is full: the keeper holds the agent until there is space.
    pub paused: bool,
    /// The run was read up to now. Before that, nothing of it is reported.
    pub caught_up: bool,
}

impl RunStatus {
    /// Whether `other` is equal in everything that a decision may depend on; the time of the last
    /// bytes is ignored.
    pub(crate) fn is_unchanged(&self, other: &Self) -> bool {
        self.process == other.process
            && self.spoke == other.spoke
            && self.questions == other.questions
            && self.idle == other.idle
            && self.turn_over == other.turn_over
            && self.interrupted == other.interrupted
            && self.succeeded == other.succeeded
            && self.paused == other.paused
            && self.conversation == other.conversation
            && self.prompts_read == other.prompts_read
    }

    /// Whether it can take the next prompt after this many recorded ones: its turn is over, even if
    /// background work continues.
    pub(crate) fn takes_next_after(&self, prompts: usize) -> bool {
        self.turn_over && self.prompts_read as usize >= prompts
    }

    /// Whether it is idle after this many recorded prompts. If one of them was not read back yet it
    /// is still on its way, and the agent only looks idle.
    pub(crate) fn rests_after(&self, prompts: usize) -> bool {
        self.idle && self.prompts_read as usize >= prompts
    }
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The outcome.
    pub outcome: Outcome,
    /// The evidence.
    pub evidence: Evidence,
    /// A question was closed although no person answered it.
    pub question_lost: bool,
    /// The time, by the keeper's clock; `None` if no process was started.
    pub at: Option<Timestamp>,
    /// What became of its prompts; `None` if that cannot be found out.
    pub prompts: Option<Prompts>,
}

/// What became of the prompts of a run that is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompts {
    /// Prompts that were written to the agent.
    pub written: u32,
    /// The last ones of them that no model took.
    pub unheard: u32,
}

impl Prompts {
    /// The last ones of the prompts that a run was `given`, as the journal has them, that no model took: those that
    /// were never written, and those that its agent left unread.
    pub(crate) fn unheard_of<'a, T>(&self, given: &'a [T]) -> &'a [T] {
        let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let unwritten = given.len().saturating_sub(count(self.written));
        let unheard = unwritten.saturating_add(count(self.unheard)).min(given.len());
        &given[given.len() - unheard..]
    }
}

impl Ending {
    /// No process could be started.
    pub(crate) fn start_failed(why: StartFailedKind, words: &str) -> Self {
        let prompts = Some(Prompts::default());
        Self { prompts, ..Self::without_process(Outcome::StartFailed { why }, words) }
    }

    /// No process was ever started, because its owner ended before it could.
    pub(crate) fn never_started() -> Self {
        let words = "Musher ended before the process was started; nothing ran";
        Self::start_failed(StartFailedKind::NeverStarted, words)
    }

    /// The end of a run whose outcome cannot be found out.
    pub(crate) fn lost(words: &str) -> Self {
        Self::without_process(Outcome::Lost, words)
    }

    fn without_process(outcome: Outcome, words: &str) -> Self {
        let evidence = Evidence { summary: words.to_owned(), ..Evidence::default() };
        Self { outcome, evidence, question_lost: false, at: None, prompts: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_that_were_not_written_and_those_that_were_not_taken_are_unheard() {
        let unheard = |written, unheard, given: &'static [&'static str]| {
            Prompts { written, unheard }.unheard_of(given)
        };
        assert_eq!(unheard(1, 0, &["a"]), [""; 0]);
        assert_eq!(unheard(1, 1, &["a"]), ["a"]);
        assert_eq!(unheard(2, 1, &["a", "b"]), ["b"]);
        assert_eq!(unheard(0, 0, &["a"]), ["a"], "it was never written");
        assert_eq!(unheard(1, 1, &["a", "b"]), ["a", "b"]);
        assert_eq!(unheard(3, 1, &["a", "b"]), ["b"], "one was written with an answer");
        assert_eq!(unheard(2, 2, &[]), [""; 0]);
    }
}
