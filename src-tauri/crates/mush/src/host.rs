//! `mush push`, `pr` and `checks`: sends a story's branch to its remote, begins its pull request, and shows what the host
//! checks. What is done is a step of finishing (`finish`).

use crate::access::Access;
use crate::act::{self, text_or_stdin};
use crate::finish::{act, look};
use crate::host_args::{HostCommand, PrArgs};
use crate::host_words::{failing_lines, hosted_lines, not_ready, pull_request_lines};
use crate::text::Out;
use engine::env::Environment;
use engine::finish::{failing_logs, hosted};
use engine::git::Git;
use engine::runtime;
use protocol::{
    ErrorCode, FailingLogs, Fault, FinishStep, Finishing, Hosted, PullRequestState, ToolState,
};

pub(crate) fn command(access: &Access, out: Out, command: HostCommand) -> Result<u8, Fault> {
    match command {
        HostCommand::Push { story } => {
            let (id, found) = look(access, &story)?;
            let step = FinishStep::Push { remote: remote(&found) };
            act(access, out, &story, (id, &found), step)
        }
        HostCommand::Pr(args) => pull_request(access, out, args),
        HostCommand::Checks { story, log, send } => checks(access, out, &story, log, send),
    }
}

/// The name of the remote; empty without one, of which no step is taken.
fn remote(found: &Finishing) -> String {
    found.remote.as_ref().map(|remote| remote.name.clone()).unwrap_or_default()
}

fn pull_request(access: &Access, out: Out, args: PrArgs) -> Result<u8, Fault> {
    let name = args.story.as_str();
    let (id, found) = look(access, name)?;
    let hosted = of_host(access, name)?;
    if let Some(open) = &hosted.pull_request
        && open.state == PullRequestState::Open
    {
        out.one(open, |open| format!("It has one already.\n{}", pull_request_lines(open)));
        return Ok(0);
    }
    let proposed = found.pull_request.as_ref();
    let text = match args.text {
        Some(text) => text_or_stdin(&text)?,
        None => proposed.map(|it| it.text.clone()).unwrap_or_default(),
    };
    let title = args.title.or_else(|| proposed.map(|it| it.title.clone()));
    let base = args.base.or_else(|| proposed.map(|it| it.base.clone()));
    let step = FinishStep::PullRequest {
        remote: remote(&found),
        base: base.unwrap_or_default(),
        title: title.unwrap_or_default(),
        text,
        draft: args.draft,
    };
    crate::finish::check(&found, step.act(), name)?;
    check_host(&hosted, &found, name)?;
    act(access, out, name, (id, &found), step)
}

/// Refuses where a pull request cannot be begun here, or it is not known whether there is one.
fn check_host(hosted: &Hosted, found: &Finishing, name: &str) -> Result<(), Fault> {
    let is_ready = hosted.tool.as_ref().is_some_and(|tool| tool.state == ToolState::Ready);
    if is_ready && hosted.is_known {
        return Ok(());
    }
    let (message, hint) = not_ready(hosted, &remote(found), name);
    Err(Fault::new(ErrorCode::Host, message, hint))
}

fn checks(access: &Access, out: Out, name: &str, log: bool, send: bool) -> Result<u8, Fault> {
    if !log && !send {
        let hosted = of_host(access, name)?;
        out.one(&hosted, hosted_lines);
        return Ok(0);
    }
    let plan = access.read(|reader| reader.finish_plan(name))?;
    let found = runtime::wait(failing_logs(&git(), &plan));
    let found: FailingLogs = found.map_err(engine::Error::Thread).flatten()?;
    match (&found.prompt, send) {
        (_, false) => out.one(&found, failing_lines),
        (Some(prompt), true) => return act::send(access, out, name, prompt),
        (None, true) => {
            return Err(Fault::new(
                ErrorCode::WrongState,
                "no check failed",
                format!("There is nothing to send. `mush checks {name}` shows them."),
            ));
        }
    }
    Ok(0)
}

fn of_host(access: &Access, name: &str) -> Result<Hosted, Fault> {
    let plan = access.read(|reader| reader.finish_plan(name))?;
    let found = runtime::wait(hosted(&git(), &plan));
    Ok(found.map_err(engine::Error::Thread).flatten()?)
}

fn git() -> Git {
    Git::of(&Environment::of_this_process())
}
