//! `mush finish`, `commit`, `update`, `merge` and `undo`: shows how the branch of a story stands, and does with it what
//! a person wants. What was looked at goes with the request, so nothing is done to what moved meanwhile.

use crate::access::Access;
use crate::act::text_or_stdin;
use crate::finish_args::{FinishCommand, MergeArgs};
use crate::finish_live;
use crate::finish_words::{act_words, done_line, in_lines, why_words};
use crate::run::does_not_fit;
use crate::text::Out;
use engine::env::Environment;
use engine::finish::finishing;
use engine::git::Git;
use engine::runtime;
use protocol::{
    ErrorCode, Fault, FinishAct, FinishBranch, FinishDone, FinishStep, FinishWhyNot, Finishing,
    Reply, Request, StoryId,
};
use serde::Serialize;

pub(crate) fn command(access: &Access, out: Out, command: FinishCommand) -> Result<u8, Fault> {
    match command {
        FinishCommand::Finish { story } => {
            let (_, found) = look(access, &story)?;
            out.one(&found, |found| in_lines(found, &story));
            Ok(0)
        }
        FinishCommand::Commit { story, paths, message } => {
            let (id, found) = look(access, &story)?;
            let message = match message {
                Some(message) => text_or_stdin(&message)?,
                None => found.message.clone(),
            };
            let step = FinishStep::Commit { message, paths };
            act(access, out, &story, (id, &found), step)
        }
        FinishCommand::Update { story, rebase, ask_agent } => {
            update(access, out, &story, rebase, ask_agent)
        }
        FinishCommand::Merge(args) => merge(access, out, args),
        FinishCommand::Undo { story } => {
            let (id, found) = look(access, &story)?;
            let n = found.last.as_ref().map_or(0, |last| last.n);
            act(access, out, &story, (id, &found), FinishStep::Undo { n })
        }
    }
}

/// How the branch of a story stands now.
pub(crate) fn look(access: &Access, name: &str) -> Result<(StoryId, Finishing), Fault> {
    let plan = access.read(|reader| reader.finish_plan(name))?;
    let id = access.read(|reader| reader.story(name))?.id;
    let git = Git::of(&Environment::of_this_process());
    let found = runtime::wait(finishing(&git, &access.dir, &plan));
    Ok((id, found.map_err(engine::Error::Thread).flatten()?))
}

fn update(
    access: &Access,
    out: Out,
    name: &str,
    rebase: bool,
    ask_agent: bool,
) -> Result<u8, Fault> {
    let (id, found) = look(access, name)?;
    if let (true, Some(text)) = (ask_agent, &found.hand_over) {
        return crate::act::send(access, out, name, text);
    }
    let base = shown(found.base.as_ref(), FinishAct::UpdateByMerge, &found)?.shown.clone();
    let step = match rebase {
        true => FinishStep::UpdateByRebase { base },
        false => FinishStep::UpdateByMerge { base },
    };
    act(access, out, name, (id, &found), step)
}

fn merge(access: &Access, out: Out, args: MergeArgs) -> Result<u8, Fault> {
    let (id, found) = look(access, &args.story)?;
    let branch = shown(found.target.as_ref(), FinishAct::Merge, &found)?;
    let target = branch.shown.clone();
    let message = args.message.as_deref().map(text_or_stdin).transpose()?;
    let goes_forward = branch.behind == Some(0) && message.is_none() && !args.no_ff;
    let step = match (args.squash, args.ff || goes_forward) {
        (true, _) => {
            let message = message.unwrap_or_else(|| found.squash_message.clone());
            FinishStep::Squash { target, message }
        }
        (false, true) => FinishStep::FastForward { target },
        (false, false) => FinishStep::Merge { target, message: message.unwrap_or_default() },
    };
    if args.dry_run {
        check(&found, step.act(), &args.story)?;
        let would = Would { would: step.act(), head: found.head.clone(), step: &step };
        out.one(&would, |_| format!("Would {}.", act_words(&step, &found)));
        return Ok(0);
    }
    act(access, out, &args.story, (id, &found), step)
}

/// What would be done, as one line of JSON.
#[derive(Serialize)]
struct Would<'s> {
    would: FinishAct,
    head: Option<String>,
    step: &'s FinishStep,
}

/// What was done, as one line of JSON.
#[derive(Serialize)]
struct Answer {
    story: StoryId,
    #[serde(flatten)]
    done: FinishDone,
    output: String,
}

/// Does it, and shows meanwhile what git and hooks print.
pub(crate) fn act(
    access: &Access,
    out: Out,
    name: &str,
    (story, found): (StoryId, &Finishing),
    step: FinishStep,
) -> Result<u8, Fault> {
    check(found, step.act(), name)?;
    let request = Request::Finish { story: story.clone(), head: found.head.clone(), step };
    match finish_live::ask(access, &story, request)? {
        Reply::Finished { done, output } => {
            let left = found.uncommitted.as_ref().map(|it| it.names.len() + it.more as usize);
            let answer = Answer { story, done: *done, output };
            out.one(&answer, |answer| done_line(&answer.done, name, left.unwrap_or_default()));
            Ok(0)
        }
        other => Err(does_not_fit(&other)),
    }
}

/// Refuses what cannot be done now, with the reason.
pub(crate) fn check(found: &Finishing, act: FinishAct, name: &str) -> Result<(), Fault> {
    let offer = found.offers.iter().find(|offer| offer.act == act);
    match offer.and_then(|offer| offer.why_not) {
        None => Ok(()),
        Some(why) => Err(refusal(why, found, name)),
    }
}

fn refusal(why: FinishWhyNot, found: &Finishing, name: &str) -> Fault {
    let code = match why {
        FinishWhyNot::Conflicts => ErrorCode::Conflicts,
        FinishWhyNot::GitTooOld => ErrorCode::Git,
        _ => ErrorCode::WrongState,
    };
    let (message, hint) = why_words(why, found, name);
    Fault::new(code, message, hint)
}

/// The branch against which it is done, or why there is none.
fn shown<'f>(
    branch: Option<&'f FinishBranch>,
    act: FinishAct,
    found: &Finishing,
) -> Result<&'f FinishBranch, Fault> {
    branch.ok_or_else(|| {
        let offer = found.offers.iter().find(|offer| offer.act == act);
        let why = offer.and_then(|offer| offer.why_not).unwrap_or(FinishWhyNot::NoBase);
        refusal(why, found, "STORY")
    })
}
