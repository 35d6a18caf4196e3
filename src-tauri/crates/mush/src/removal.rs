//! `mush worktrees` and `mush remove`: shows the worktrees of stories as they are, and removes one after a person
//! confirmed what goes with it.

use crate::access::Access;
use crate::finish_live;
use crate::removal_args::RemovalCommand;
use crate::removal_words::{in_lines, kept};
use crate::run::does_not_fit;
use crate::terminal;
use crate::text::Out;
use engine::env::Environment;
use engine::git::Git;
use engine::removal;
use engine::runtime;
use protocol::{
    ErrorCode, Fault, FinishDone, FinishStep, Reply, Request, StoryId, WorktreeGit, WorktreeLook,
};
use serde::Serialize;

pub(crate) fn command(access: &Access, out: Out, command: RemovalCommand) -> Result<u8, Fault> {
    match command {
        RemovalCommand::Worktrees => worktrees(access, out),
        RemovalCommand::Remove { story, dry_run: true, .. } => {
            out.one(&look(access, &story)?, in_lines);
            Ok(0)
        }
        RemovalCommand::Remove { story, delete_branch, yes, .. } => {
            remove(access, out, &story, delete_branch, yes)
        }
    }
}

fn worktrees(access: &Access, out: Out) -> Result<u8, Fault> {
    let stories = access.read(|reader| reader.stories_with_own_worktrees())?;
    let looks = stories.iter().map(|story| look(access, story.as_str()));
    let looks = looks.collect::<Result<Vec<_>, _>>()?;
    let lines = |looks: &[WorktreeLook]| looks.iter().map(in_lines).collect();
    out.list(&looks, lines, "No worktree was made for a story.");
    Ok(0)
}

/// How the worktree of a story is now.
fn look(access: &Access, name: &str) -> Result<WorktreeLook, Fault> {
    let plan = access.read(|reader| reader.removal_plan(name))?;
    let git = Git::of(&Environment::of_this_process());
    let found = runtime::wait(removal::worktree(&git, &access.dir, &plan));
    Ok(found.map_err(engine::Error::Thread).flatten()?)
}

/// What was removed, as one line of JSON.
#[derive(Serialize)]
struct Answer {
    story: StoryId,
    #[serde(flatten)]
    done: FinishDone,
}

fn remove(
    access: &Access,
    out: Out,
    name: &str,
    delete_branch: bool,
    yes: bool,
) -> Result<u8, Fault> {
    let story = access.read(|reader| reader.story(name))?.id;
    let found = look(access, name)?;
    if let Some(why) = found.kept_because.first() {
        return Err(Fault::new(
            ErrorCode::WrongState,
            format!("the worktree is not removed: {}", kept(why)),
            format!("`mush remove {name} --dry-run` shows what is there."),
        ));
    }
    let git = found.git.clone().unwrap_or_default();
    if !yes {
        if !terminal::can_ask(out) {
            return Err(Fault::new(
                ErrorCode::BadInput,
                "there is no terminal to ask on whether the worktree may be removed",
                format!("`mush remove {name} --yes` does not ask."),
            ));
        }
        if !terminal::is_confirmed(&question(&found, &git, delete_branch)) {
            out.note("Nothing was removed.");
            return Ok(0);
        }
    }
    let ignored = u32::try_from(git.ignored.names.len()).unwrap_or(u32::MAX);
    let ignored = ignored.saturating_add(git.ignored.more);
    let step = FinishStep::Remove { ignored, delete_branch };
    let request = Request::Finish { story: story.clone(), head: git.head, step };
    match finish_live::ask(access, &story, request)? {
        Reply::Finished { done, .. } => {
            let answer = Answer { story, done: *done };
            out.one(&answer, |answer| removed_line(&answer.done, name));
            Ok(0)
        }
        other => Err(does_not_fit(&other)),
    }
}

fn question(found: &WorktreeLook, git: &WorktreeGit, delete_branch: bool) -> Vec<String> {
    let mut lines: Vec<String> = in_lines(found).lines().map(str::to_owned).collect();
    lines.push("A checkpoint holds its files; `mush undo` brings the worktree back.".to_owned());
    if !git.ignored.names.is_empty() {
        lines.push(
            "What git ignores is in no checkpoint unless checkpoints.ignored says so: it goes."
                .to_owned(),
        );
    }
    if delete_branch {
        lines.push("Its branch is deleted, too; undo makes it again.".to_owned());
    }
    lines.push("Remove it? Type yes:".to_owned());
    lines
}

fn removed_line(done: &FinishDone, name: &str) -> String {
    let branch = match &done.removed {
        Some(removed) if removed.branch_deleted => " Its branch is deleted, too.",
        _ => "",
    };
    format!("Done: the worktree was removed.{branch}\nTo undo: mush undo {name}")
}
