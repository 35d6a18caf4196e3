//! Reads records of earlier versions. A journal is never rewritten, so what earlier versions recorded as
//! a sentence or an id is converted to a fact here, when its line is read, and nowhere else.

use crate::{
    Actor, CommentId, Event, JournalEvent, KeptRun, NotificationKind, Outcome, PromptQueued, RunId,
    Seq, SessionId, StartFailedKind, StateDetail, StopReason, StoryId, StoryState, Timestamp, Turn,
};
use serde::{Deserialize, Deserializer};

/// The evidence's sentence of a run whose owner ended before it started a process.
const NOTHING_RAN: &str = "Musher ended before the process was started; nothing ran";

/// One line of the journal, of any version.
#[derive(Deserialize)]
pub(crate) struct JournalEntry {
    seq: Seq,
    at: Timestamp,
    #[serde(default)]
    story: Option<StoryId>,
    #[serde(default)]
    run: Option<RunId>,
    event: JournalEvent,
}

impl From<JournalEntry> for crate::JournalEntry {
    fn from(line: JournalEntry) -> Self {
        let JournalEntry { seq, at, story, run, event } = line;
        Self { seq, at, story, run, event: as_facts(event) }
    }
}

fn as_facts(mut event: JournalEvent) -> JournalEvent {
    match &mut event {
        JournalEvent::RunEnded {
            outcome: Outcome::StartFailed { why: why @ StartFailedKind::Other },
            evidence,
            ..
        } if evidence.summary == NOTHING_RAN => *why = StartFailedKind::NeverStarted,
        JournalEvent::StateChanged {
            state: StoryState::Stopped,
            about: about @ None,
            evidence,
            ..
        } => {
            *about = evidence
                .stop
                .clone()
                .map(|stop| StateDetail::Stopped { by: stop.by, why: stop.why });
        }
        JournalEvent::LogsDeleted { runs, .. } => runs.iter_mut().for_each(|run| {
            run.spoken = run.spoken.take().or_else(|| spoken(run));
        }),
        _ => {}
    }
    event
}

/// The conversation of a run whose logs were deleted, if what stayed shows that a model took a prompt in it.
/// It decides like the engine does from all events, so a record that names no such conversation keeps none.
fn spoken(run: &KeptRun) -> Option<SessionId> {
    let mut events = run.kept.iter().map(|kept| &kept.event);
    events.find(|event| matches!(event, Event::Prompt { .. }))?;
    let is_taken = |event: &Event| match event {
        Event::TurnEnded(end) => {
            !end.from_task && !matches!(end.turn, Turn::Failed | Turn::SessionMissing)
        }
        _ => false,
    };
    (run.tool_calls > 0 || events.any(is_taken)).then(|| run.session.clone())?
}

/// Reads the notification that a change called for; from earlier records, which have the shown text too,
/// only its kind.
pub(crate) fn notifies<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NotificationKind>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Recorded {
        Kind(NotificationKind),
        Shown { kind: NotificationKind },
    }
    let recorded = Option::<Recorded>::deserialize(deserializer)?;
    Ok(recorded.map(|recorded| match recorded {
        Recorded::Kind(kind) | Recorded::Shown { kind } => kind,
    }))
}

/// A queued prompt. Without `by`, the form of the id decides: Musher's own prompts were named after their
/// cause, a person's prompts have the bare id of the request.
#[derive(Deserialize)]
pub(crate) struct Queued {
    id: String,
    text: String,
    by: Option<Actor>,
    #[serde(default)]
    comments: Vec<CommentId>,
}

impl From<Queued> for PromptQueued {
    fn from(Queued { id, text, by, comments }: Queued) -> Self {
        let named_by_cause = || ["resume-", "gate-"].iter().any(|cause| id.starts_with(cause));
        let by = by.unwrap_or_else(|| if named_by_cause() { Actor::Musher } else { Actor::You });
        Self { id, text, by, comments }
    }
}

/// A stop, as an object or as the text `you: asked for on the command line`.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Stop {
    Fact { by: Actor, why: StopReason },
    Text(String),
}

impl From<Stop> for crate::Stop {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Fact { by, why } => Self { by, why },
            Stop::Text(text) => {
                let (by, why) = text.split_once(": ").unwrap_or(("", &text));
                let by = serde_json::from_value(by.into()).unwrap_or(Actor::System);
                Self { by, why: StopReason::of_text(why) }
            }
        }
    }
}

/// Reads a reason, which earlier versions recorded as a sentence.
pub(crate) fn stop_reason<'de, D: Deserializer<'de>>(from: D) -> Result<StopReason, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Reason {
        Fact(StopReason),
        Text(String),
    }
    Ok(match Reason::deserialize(from)? {
        Reason::Fact(reason) => reason,
        Reason::Text(words) => StopReason::Words(words),
    })
}
