//! `mush review` sends the open comments of a story as its next prompt; `mush reviewed` notes which files were
//! reviewed. Called by `main`, which knows the commands of a review as one.

use crate::access::Access;
use crate::act::{gets_it, story_id};
use crate::comments::{self, changed, git, not_among};
use crate::review_args::ReviewCommand;
use crate::text::{Out, money};
use crate::zone::clock;
use engine::runtime;
use protocol::{Fault, Request, Review, SinceLooked, Tokens};

pub(crate) fn command(access: &Access, out: Out, command: ReviewCommand) -> Result<u8, Fault> {
    match command {
        ReviewCommand::Comment(args) => comments::comment(access, out, &args),
        ReviewCommand::Comments { story, all } => comments::list(access, out, &story, all),
        ReviewCommand::EditComment { story, n, text } => {
            comments::edit(access, out, &story, n, &text)
        }
        ReviewCommand::RemoveComment(numbers) => comments::remove(access, out, &numbers),
        ReviewCommand::Resolve(numbers) => comments::resolve(access, out, &numbers),
        ReviewCommand::Reopen(numbers) => comments::reopen(access, out, &numbers),
        ReviewCommand::Review { story, show } => review(access, out, &story, show),
        ReviewCommand::Since { story } => since(access, out, &story),
        ReviewCommand::Reviewed { story, paths, undo } => {
            reviewed(access, out, &story, &paths, undo)
        }
    }
}

fn review(access: &Access, out: Out, name: &str, is_only_shown: bool) -> Result<u8, Fault> {
    let plan = access.read(|reader| reader.comments_plan(name))?;
    let review = runtime::wait(engine::comments::review(&git(), &access.dir, &plan));
    let review = review.map_err(engine::Error::Thread).flatten()?;
    if is_only_shown {
        out.one(&review, |Review { prompt, .. }| match prompt.is_empty() {
            true => format!("No comment is open in {name}."),
            false => prompt.clone(),
        });
        return Ok(0);
    }
    let stood = access.read(|reader| reader.story(name))?;
    let (story, id) = (stood.id.clone(), protocol::new_prompt_id());
    access.ask(Request::Review { story, id, comments: review.comments.clone() })?;
    let stands = access.open_store()?.story(stood.id.as_str())?;
    out.one(&review, |review| {
        let count = review.comments.len();
        let comments = if count == 1 { "comment" } else { "comments" };
        format!("{count} {comments}. {}", gets_it(name, &stood, &stands))
    });
    Ok(0)
}

fn since(access: &Access, out: Out, name: &str) -> Result<u8, Fault> {
    let plan = access.read(|reader| reader.since_plan(name))?;
    let found = runtime::wait(engine::since::since(&git(), &access.dir, &plan));
    let found = found.map_err(engine::Error::Thread).flatten()?;
    out.one(&found, in_words);
    Ok(0)
}

/// What came since a person looked, in a line.
fn in_words(since: &SinceLooked) -> String {
    let start = match since.looked {
        Some(at) => format!("Since you looked, {}", clock(at)),
        None => "Since the beginning (nobody looked yet)".to_owned(),
    };
    if since.is_nothing() {
        return format!("{start}: nothing.");
    }
    let counted = |count: Option<u32>, one: &str, many: &str| match count {
        Some(0) => None,
        Some(1) => Some(format!("1 {one}")),
        Some(count) => Some(format!("{count} {many}")),
        None => Some(format!("{many} not known")),
    };
    let SinceLooked { gates_passed, gates_failed, tokens, cost, is_partial, .. } = *since;
    let is_used = is_partial || tokens != Tokens::default() || cost.micros > 0;
    let parts = [
        counted(since.files, "file", "files"),
        counted(since.commands, "command", "commands"),
        counted(since.questions, "question", "questions"),
        counted(Some(gates_passed), "gate passed", "gates passed"),
        counted(Some(gates_failed), "gate failed", "gates failed"),
        is_used.then(|| money(cost.micros, cost.basis)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{start}: {}.", parts.join(", "))
}

fn reviewed(
    access: &Access,
    out: Out,
    name: &str,
    paths: &[String],
    undo: bool,
) -> Result<u8, Fault> {
    let story = story_id(access, name)?;
    let found = changed(access, name)?;
    let mut marks = Vec::new();
    for path in paths {
        let file = found.files.iter().find(|file| file.path == *path);
        let file = file.ok_or_else(|| not_among(path, name))?;
        marks.push((path.clone(), (!undo).then(|| file.content())));
    }
    for (path, content) in marks {
        access.ask(Request::FileReviewed { story: story.clone(), path, content })?;
    }
    let said = if undo { "not reviewed" } else { "reviewed" };
    let files = if paths.len() == 1 { "file is" } else { "files are" };
    out.note(&format!("{} {files} {said}.", paths.len()));
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Cost, CostBasis};

    #[test]
    fn what_came_is_a_line_and_what_is_not_known_is_said() {
        let nothing = SinceLooked {
            files: Some(0),
            commands: Some(0),
            questions: Some(0),
            ..SinceLooked::default()
        };
        let start = "Since the beginning (nobody looked yet): ";
        assert_eq!(in_words(&nothing), format!("{start}nothing."));
        let cost = Cost { micros: 410_000, basis: CostBasis::Reported };
        let some =
            SinceLooked { files: Some(4), commands: Some(1), gates_passed: 2, cost, ..nothing };
        assert_eq!(in_words(&some), format!("{start}4 files, 1 command, 2 gates passed, $0.41."));
        let unknown = SinceLooked { files: None, commands: None, gates_failed: 1, ..nothing };
        let words = "files not known, commands not known, 1 gate failed.";
        assert_eq!(in_words(&unknown), format!("{start}{words}"));
    }
}
