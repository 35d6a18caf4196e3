//! Commands that print what there is, and the two that prove and rebuild it.

use crate::access::Access;
use crate::asked::Asked;
use crate::text::{self, Out};
use engine::Rebuilding;
use engine::rebuild::{self, Rebuilt};
use engine::store::read::Reader;
use protocol::{Answer, AnswerBehavior, Chosen, ErrorCode, Fault, Question, QuestionState, Seq};
use serde::Serialize;
use serde_json::json;

/// Events fetched at once.
const PAGE: usize = 1000;

pub(crate) fn stories(access: &Access, out: Out) -> Result<u8, Fault> {
    let none = "No stories yet. Start one: mush run --agent claude --dir DIR --prompt TEXT";
    out.list(&access.read(|reader| reader.stories())?, text::stories, none);
    Ok(0)
}

pub(crate) fn runs(access: &Access, out: Out) -> Result<u8, Fault> {
    out.list(&access.read(|reader| reader.runs(None))?, text::runs, "No runs yet.");
    Ok(0)
}

pub(crate) fn events(access: &Access, out: Out, run: &str, after: u64) -> Result<u8, Fault> {
    let run = access.read(|reader| reader.run(run))?;
    if run.rereading {
        out.note("The run is being read again; these are not all of its events.");
    }
    let run = run.id;
    let mut reader = access.open_store()?;
    let mut after = Seq(after);
    loop {
        let last = match out.json {
            // Programs get them as they are stored.
            true => {
                let read = |reader: &Reader| reader.raw_events(&run, after, PAGE);
                let events = access.with_recovery(&mut reader, read)?;
                page(out, &events, |_| String::new(), |event| event.seq)
            }
            false => {
                let read = |reader: &Reader| reader.events(&run, after, PAGE);
                page(out, &access.with_recovery(&mut reader, read)?, text::envelope, |event| {
                    event.seq
                })
            }
        };
        let Some(last) = last else { return Ok(0) };
        after = last;
        if !text::is_read() {
            return Ok(0);
        }
    }
}

/// Prints events; gives the number of the last one.
fn page<E: Serialize>(
    out: Out,
    events: &[E],
    text: fn(&E) -> String,
    seq: fn(&E) -> Seq,
) -> Option<Seq> {
    events.iter().for_each(|event| out.one(event, text));
    events.last().map(seq)
}

pub(crate) fn questions(access: &Access, out: Out, all: bool) -> Result<u8, Fault> {
    let questions = access.read(|reader| reader.questions(!all))?;
    let lines = access.read(|reader| {
        let asked = questions.iter().map(|question| Asked::of(reader, question.clone()));
        Ok(asked.collect::<engine::Result<Vec<_>>>()?.iter().map(in_lines).collect::<Vec<_>>())
    })?;
    out.list(&questions, |_| lines, "Nobody asks anything.");
    Ok(0)
}

/// A question whole, under its id, with its state.
fn in_lines(asked: &Asked) -> String {
    let Question { id, state, answer, .. } = &asked.question;
    let stands = match (state, answer) {
        (QuestionState::Open, _) => String::new(),
        (QuestionState::Withdrawn, _) => " (withdrawn)".to_owned(),
        (QuestionState::Answered, None) => " (answered)".to_owned(),
        (QuestionState::Answered, Some(answer)) => format!(" ({})", given(answer)),
    };
    let head = format!("{id}\n  {}{stands}", asked.head());
    std::iter::once(head).chain(asked.whole()).collect::<Vec<_>>().join("\n")
}

/// An answer in words, each part with its question where there are several.
fn given(answer: &Answer) -> String {
    let said = answer.message.as_ref().map(|words| format!(": {}", text::clean(words)));
    match answer.behavior {
        AnswerBehavior::Deny => return format!("denied{}", said.unwrap_or_default()),
        AnswerBehavior::Cancel => return "cancelled".to_owned(),
        AnswerBehavior::Allow => {}
    }
    let fields = answer
        .fields
        .iter()
        .map(|filled| format!("{}: {}", filled.name, filled.written.join(", ")));
    let one = |chosen: &Chosen| {
        let parts: Vec<_> = chosen.labels.iter().chain(&chosen.words).map(String::as_str).collect();
        match answer.choices.len() {
            0 | 1 => parts.join(", "),
            _ => format!("{} {}", chosen.text, parts.join(", ")),
        }
    };
    let chosen: Vec<String> =
        answer.choices.iter().map(one).chain(answer.labels.iter().cloned()).chain(fields).collect();
    match chosen.is_empty() {
        true => "allowed".to_owned(),
        false => format!("answered: {}", text::clean(&chosen.join("; "))),
    }
}

pub(crate) fn limits(access: &Access, out: Out) -> Result<u8, Fault> {
    let none = "No agent has reported a limit yet. With an API key none ever does.";
    out.list(&access.read(|reader| reader.limits())?, text::limits, none);
    Ok(0)
}

pub(crate) fn verify(access: &Access, out: Out) -> Result<u8, Fault> {
    drop(access.reader()?);
    let (rebuilt, differences) = rebuild::verify(&access.dir)?;
    for difference in &differences {
        let row = json!({"table": difference.table, "stored": difference.stored, "derived": difference.derived});
        out.one(&row, |_| {
            let (side, row) = match (&difference.stored, &difference.derived) {
                (Some(row), _) => ("only in the store", row.as_str()),
                (None, row) => ("missing in the store", row.as_deref().unwrap_or_default()),
            };
            format!("{}: {side}: {row}", difference.table)
        });
    }
    print_damage(out, &rebuilt);
    let summary = json!({
        "entries": rebuilt.entries, "runs": rebuilt.runs, "events": rebuilt.events,
        "damaged": rebuilt.damaged.len(), "differences": differences.len()
    });
    out.one(&summary, |_| {
        format!(
            "{} journal entries, {} runs, {} events: {} differences",
            rebuilt.entries,
            rebuilt.runs,
            rebuilt.events,
            differences.len()
        )
    });
    Ok(u8::from(!differences.is_empty() || !rebuilt.damaged.is_empty()))
}

pub(crate) fn rebuild(access: &Access, out: Out) -> Result<u8, Fault> {
    let rebuilt = match engine::rebuild_store(&access.dir, "mush rebuild")? {
        Rebuilding::Done(rebuilt) => rebuilt,
        Rebuilding::Owned(owner) => {
            let who = owner.map_or("another program".to_owned(), |owner| {
                format!("{} ({})", owner.role, owner.pid)
            });
            return Err(Fault::new(
                ErrorCode::Busy,
                format!("{who} owns {}", access.dir.root().display()),
                "Close it first; its agents go on.",
            ));
        }
    };
    print_damage(out, &rebuilt);
    let summary = json!({
        "entries": rebuilt.entries, "runs": rebuilt.runs, "events": rebuilt.events,
        "damaged": rebuilt.damaged.len()
    });
    out.one(&summary, |_| {
        format!(
            "Made again from {} journal entries and {} runs with {} events.",
            rebuilt.entries, rebuilt.runs, rebuilt.events
        )
    });
    Ok(0)
}

/// Names the runs whose logs could not be read to their end.
fn print_damage(out: Out, rebuilt: &Rebuilt) {
    for (run, damage) in &rebuilt.damaged {
        let row = json!({"run": run, "damage": damage});
        out.one(&row, |_| format!("run {run} is read up to its damage only: {damage}"));
    }
}
