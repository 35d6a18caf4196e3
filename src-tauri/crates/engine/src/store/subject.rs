//! What a question is about when its own request does not say: the input of the call that it names. An agent
//! asks for the approval of a plan with an empty request; whoever is asked must see the plan all the same.

use super::text::from_json;
use protocol::{Event, Question, QuestionId};
use rusqlite::{Connection, params};
use serde_json::Value;

/// The input of the call that a question is about, if its request is empty and the call is known.
pub(super) fn of(db: &Connection, question: &Question) -> rusqlite::Result<Option<Value>> {
    if !is_empty(&question.request) {
        return Ok(None);
    }
    let asked = find(db, question, "question", |event| match event {
        Event::Question { request, call, .. }
            if QuestionId::of(&question.run, &request) == question.id =>
        {
            Some(call)
        }
        _ => None,
    })?;
    let Some(named) = asked.flatten() else { return Ok(None) };
    find(db, question, "tool_call", |event| match event {
        Event::ToolCall { call, input, .. } if call == named => Some(input),
        _ => None,
    })
}

fn is_empty(request: &Value) -> bool {
    match request {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// What the newest event of a type that fits gives.
fn find<T>(
    db: &Connection,
    question: &Question,
    kind: &str,
    fit: impl Fn(Event) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    let mut statement =
        db.prepare_cached("SELECT event FROM events WHERE run = ? AND type = ? ORDER BY seq DESC")?;
    let mut rows = statement.query(params![question.run.as_str(), kind])?;
    while let Some(row) = rows.next()? {
        if let Some(found) = fit(from_json(&row.get::<_, String>(0)?)?) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
