//! `mush delete-logs`: deletes the logs of a story that is over, after a person confirmed it.

use crate::access::Access;
use crate::terminal;
use crate::text::{Out, bytes};
use crate::zone::clock;
use protocol::{ErrorCode, Fault, LogsDeleted, Request, Story};

pub(crate) fn delete_logs(access: &Access, out: Out, name: &str, yes: bool) -> Result<u8, Fault> {
    let story = access.read(|reader| reader.story(name))?;
    let runs = access.read(|reader| reader.runs(Some(&story.id)))?;
    let has_logs = runs.iter().any(|run| run.logs_deleted.is_none());
    if has_logs && !yes {
        let size = engine::log_size(&access.dir, &runs);
        if !terminal::can_ask(out) {
            return Err(Fault::new(
                ErrorCode::BadInput,
                format!("there is no terminal to ask on whether {} may be deleted", bytes(size)),
                format!("`mush delete-logs {name} --yes` does not ask."),
            ));
        }
        if !terminal::is_confirmed(&question(&story, size)) {
            out.note("Nothing was deleted.");
            return Ok(0);
        }
    }
    access.ask(Request::DeleteLogs { story: story.id.clone() })?;
    let story = access.read(|reader| reader.story(story.id.as_str()))?;
    out.one(&story, deleted);
    Ok(0)
}

fn question(story: &Story, size: u64) -> Vec<String> {
    vec![
        format!("The logs of {} take {}.", story.slug, bytes(size)),
        "What its agent printed, its calls and their results are gone after that.".to_owned(),
        "The story stays, with its prompts, questions and answers, the result of each turn, and its usage."
            .to_owned(),
        "Nothing brings the logs back. Delete them? Type yes:".to_owned(),
    ]
}

/// When the logs of a story were deleted, as a sentence.
fn deleted(story: &Story) -> String {
    match story.logs_deleted {
        Some(LogsDeleted { at, bytes: size }) => {
            format!("The logs of {} were deleted on {}: {}.", story.slug, clock(at), bytes(size))
        }
        None => format!("{} has no logs.", story.slug),
    }
}
