//! Works out what a story's state refers to when its journal entry does not say it, because it was
//! recorded before [`StateDetail`] existed. The run and the question of that time are used for it.

use super::super::questions;
use super::super::text::from_json;
use protocol::{
    AccountId, Evidence, JournalEntry, JournalEvent, Outcome, Reason, RunId, RunSpec, StateDetail,
    Story, StoryId, StoryState,
};
use rusqlite::{Connection, OptionalExtension, Result};

/// What the entry of a state refers to, or else which gate its run is, or which limit stopped it. A question is left to [`asked`]: it
/// comes from a run's log, which is applied in no fixed order with the journal.
pub(super) fn of(
    db: &Connection,
    story: &StoryId,
    entry: &JournalEntry,
) -> Result<Option<StateDetail>> {
    let JournalEvent::StateChanged { state, reason, about, .. } = &entry.event else {
        return Ok(None);
    };
    match (about, state, reason, &entry.run) {
        (None, StoryState::Limited, _, Some(run)) => held(db, run),
        (None, StoryState::Gating, _, Some(run))
        | (None, _, Some(Reason::GateFailed), Some(run)) => gate(db, story, run),
        (about, ..) => Ok(about.clone()),
    }
}

/// The limit that stopped this run.
fn held(db: &Connection, run: &RunId) -> Result<Option<StateDetail>> {
    let ended = db
        .prepare_cached("SELECT account, outcome FROM runs WHERE id = ?")?
        .query_row([run.as_str()], |row| {
            let account: Option<String> = row.get(0)?;
            Ok(account.map(AccountId::new).zip(row.get::<_, Option<String>>(1)?))
        })
        .optional()?;
    let Some((account, outcome)) = ended.flatten() else { return Ok(None) };
    Ok(match from_json(&outcome)? {
        Outcome::Limited { window, model, .. } => {
            Some(StateDetail::Held { account, window, model })
        }
        _ => None,
    })
}

fn gate(db: &Connection, story: &StoryId, run: &RunId) -> Result<Option<StateDetail>> {
    let gates: Option<String> = db
        .prepare_cached("SELECT gates FROM stories WHERE id = ?")?
        .query_row([story.as_str()], |row| row.get(0))
        .optional()?;
    let gates: Vec<String> = gates.map(|gates| from_json(&gates)).transpose()?.unwrap_or_default();
    let ran = db
        .prepare_cached("SELECT spec, outcome, evidence FROM runs WHERE id = ?")?
        .query_row([run.as_str()], |row| {
            let spec: RunSpec = from_json(&row.get::<_, String>(0)?)?;
            let outcome: Option<String> = row.get(1)?;
            let evidence: Option<String> = row.get(2)?;
            Ok((spec.gate, outcome, evidence))
        })
        .optional()?;
    let Some((Some(number), outcome, evidence)) = ran else { return Ok(None) };
    let outcome: Option<Outcome> = outcome.map(|text| from_json(&text)).transpose()?;
    let evidence: Option<Evidence> = evidence.map(|text| from_json(&text)).transpose()?;
    Ok(StateDetail::gate(number, &gates, outcome.as_ref().zip(evidence.as_ref())))
}

/// The question that was asked at the time when the story began to wait.
pub(super) fn asked(db: &Connection, story: &Story) -> Result<Option<StateDetail>> {
    if (story.state, story.reason) != (StoryState::Waiting, Some(Reason::Question)) {
        return Ok(None);
    }
    let asked = questions::asked_at(db, &story.id, story.since)?;
    Ok(asked.map(|asked| StateDetail::Question {
        question: asked.id,
        asks: asked.content.kind,
        tool: asked.content.tool,
        tool_kind: asked.content.tool_kind,
        subject: asked.content.title,
    }))
}
