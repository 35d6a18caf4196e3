//! `mush checkpoint`, `checkpoints` and `restore`: holds the files of a story's worktree, lists what is
//! held, and gives files back.

use crate::access::Access;
use crate::act::story_id;
use crate::run::does_not_fit;
use crate::text::{Out, exact_path, word};
use crate::zone::clock;
use protocol::{Checkpoint, Fault, LeftOut, NotRestoredWhy, Reply, Request, Restored, StoryId};
use serde::Serialize;

/// How many digits of a commit are shown.
const DIGITS: usize = 12;

pub(crate) fn checkpoint(access: &Access, out: Out, name: &str) -> Result<u8, Fault> {
    let story = story_id(access, name)?;
    match access.ask(Request::Checkpoint { story })? {
        Reply::Checkpoint { checkpoint } => {
            out.one(&*checkpoint, in_lines);
            Ok(0)
        }
        other => Err(does_not_fit(&other)),
    }
}

pub(crate) fn checkpoints(access: &Access, out: Out, name: &str) -> Result<u8, Fault> {
    let story = story_id(access, name)?;
    let made = access.read(|reader| reader.checkpoints(&story))?;
    let lines = |made: &[Checkpoint]| made.iter().map(in_lines).collect();
    out.list(&made, lines, &format!("{name} has no checkpoints yet."));
    Ok(0)
}

/// A checkpoint, and below it what it does not hold.
fn in_lines(made: &Checkpoint) -> String {
    let commit = made.commit.get(..DIGITS).unwrap_or(&made.commit);
    let first = format!("{:>4}  {}  {commit}  {}", made.n, clock(made.at), word(made.because));
    let left_out = |it: &LeftOut| {
        format!("      not held: {} ({})", exact_path(&it.path), word(it.why).replace('_', " "))
    };
    let more =
        (made.more_left_out > 0).then(|| format!("      not held: {} more", made.more_left_out));
    let rest = made.left_out.iter().map(left_out).chain(more);
    std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n")
}

/// What a restore did, as one line of JSON.
#[derive(Serialize)]
struct Answer {
    story: StoryId,
    n: u32,
    before: u32,
    #[serde(flatten)]
    restored: Restored,
    /// Whether the conversation goes on as it was then, if the story went back.
    #[serde(skip_serializing_if = "Option::is_none")]
    goes_on: Option<bool>,
}

/// Goes back to a checkpoint, with the conversation.
pub(crate) fn back(access: &Access, out: Out, name: &str, n: u32) -> Result<u8, Fault> {
    let story = story_id(access, name)?;
    match access.ask(Request::Back { story: story.clone(), n })? {
        Reply::WentBack { before, restored, goes_on } => {
            let answer = Answer { story, n, before, restored, goes_on: Some(goes_on) };
            out.one(&answer, |answer| sentences(name, answer));
            Ok(0)
        }
        other => Err(does_not_fit(&other)),
    }
}

pub(crate) fn restore(
    access: &Access,
    out: Out,
    name: &str,
    n: u32,
    paths: Vec<String>,
) -> Result<u8, Fault> {
    let story = story_id(access, name)?;
    let request = Request::Restore { story: story.clone(), n, paths };
    match access.ask(request)? {
        Reply::Restored { before, restored } => {
            let answer = Answer { story, n, before, restored, goes_on: None };
            out.one(&answer, |answer| sentences(name, answer));
            Ok(0)
        }
        other => Err(does_not_fit(&other)),
    }
}

fn sentences(name: &str, Answer { n, before, restored, goes_on, .. }: &Answer) -> String {
    let Restored { written, removed, kept, more_kept } = restored;
    let first = format!("Restored from checkpoint {n}: {written} written, {removed} removed.");
    let kept = kept.iter().map(|it| {
        let why = match it.why {
            NotRestoredWhy::InTheWay => "something is there that no checkpoint holds",
            NotRestoredWhy::Refused => "the system refuses to write it",
            NotRestoredWhy::RepositoryGone => "its own repository is not there any more",
            NotRestoredWhy::Staged => "only git's index had these bytes",
            NotRestoredWhy::InRepository => "it is a part of a repository of its own",
        };
        let held = it.object.as_ref().map(|object| format!("; git cat-file blob {object}"));
        format!("Left as it is: {} ({why}{})", exact_path(&it.path), held.unwrap_or_default())
    });
    let more = (*more_kept > 0).then(|| format!("Left as they are: {more_kept} more"));
    let conversation = goes_on.map(|goes_on| match goes_on {
        true => "The conversation goes on as it was then.".to_owned(),
        false => "More was said in the conversation since: the next prompt begins a new one, and says in it that \
                  the files were put back."
            .to_owned(),
    });
    let verb = if goes_on.is_some() { "back" } else { "restore" };
    let undo = format!("To undo: mush {verb} {name} {before}");
    let lines = std::iter::once(first).chain(kept).chain(more).chain(conversation).chain([undo]);
    lines.collect::<Vec<_>>().join("\n")
}
