//! `mush stop`: one story, one run, or everything.

use crate::access::Access;
use crate::args::StopArgs;
use crate::text::{self, Out};
use protocol::{ErrorCode, Fault, NotStopped, Reply, Request, Slug, StopReason, Story, StoryState};

pub(crate) fn stop(access: &Access, out: Out, args: StopArgs) -> Result<u8, Fault> {
    let why = StopReason::CommandLine;
    let Some(name) = args.what else {
        return all(access, out, why);
    };
    access.ask(stop_request(access, &name, why, args.now)?)?;
    out.note(&format!("{name} is being stopped."));
    Ok(0)
}

/// Stops everything; not everything may be possible.
fn all(access: &Access, out: Out, why: StopReason) -> Result<u8, Fault> {
    let reply = access.ask(Request::StopAll { why })?;
    let stories = access.open_store()?.stories()?;
    out.one(&reply, |reply| lines(reply, &stories).join("\n"));
    let is_whole = !matches!(&reply, Reply::Stopping { failed, .. } if !failed.is_empty());
    Ok(u8::from(!is_whole))
}

/// What became of it: what is being stopped, what could not be and why, and what goes on later.
fn lines(reply: &Reply, stories: &[Story]) -> Vec<String> {
    let Reply::Stopping { runs, starts, failed } = reply else { return Vec::new() };
    let mut lines = vec![match runs.len() {
        0 => "No run is live.".to_owned(),
        1 => format!("1 run is being stopped: {}.", names(runs)),
        count => format!("{count} runs are being stopped: {}.", names(runs)),
    }];
    match starts {
        0 => {}
        1 => lines.push("1 start was cancelled.".to_owned()),
        count => lines.push(format!("{count} starts were cancelled.")),
    }
    lines.extend(failed.iter().map(|NotStopped { name, fault }| {
        let Fault { message, hint, .. } = fault;
        text::clean(&format!("{name} could not be stopped: {message}. {hint}"))
    }));
    let is_held = |story: &&Story| story.state == StoryState::Limited && story.goes_on_by_itself();
    let held: Vec<Slug> = stories.iter().filter(is_held).map(|story| story.slug.clone()).collect();
    if !held.is_empty() {
        let held = names(&held);
        lines.push(format!(
            "A limit holds {held}, to go on after its reset; to end that: mush stop STORY"
        ));
    }
    lines
}

fn names(names: &[Slug]) -> String {
    names.iter().map(Slug::as_str).collect::<Vec<_>>().join(", ")
}

/// A name is looked up among stories first: runs are named after their story, so no story has the
/// name of a run.
fn stop_request(access: &Access, name: &str, why: StopReason, now: bool) -> Result<Request, Fault> {
    match access.read(|reader| reader.story(name)) {
        Ok(story) => Ok(Request::Stop { story: story.id, why, now }),
        Err(no_story) if no_story.code == ErrorCode::NotFound => {
            match access.read(|reader| reader.run(name)) {
                Ok(run) => Ok(Request::StopRun { run: run.id, why }),
                Err(no_run) if no_run.code == ErrorCode::NotFound => Err(Fault::new(
                    ErrorCode::NotFound,
                    format!("there is no story or run \"{name}\""),
                    no_story.hint,
                )
                .on_terminal(no_story.on_terminal)),
                Err(fault) => Err(fault),
            }
        }
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stopped_is_named_and_what_was_not_with_its_reason() {
        let slugs = |names: &[&str]| names.iter().map(|name| Slug::new(*name)).collect::<Vec<_>>();
        let said = |runs: &[&str], starts, failed: &[&str]| {
            let fault = Fault::new(ErrorCode::Internal, "the disk is full", "Make space.");
            let failed = slugs(failed).into_iter();
            let failed = failed.map(|name| NotStopped { name, fault: fault.clone() }).collect();
            lines(&Reply::Stopping { runs: slugs(runs), starts, failed }, &[])
        };
        assert_eq!(said(&[], 0, &[]), ["No run is live."]);
        assert_eq!(
            said(&["a.1"], 1, &[]),
            ["1 run is being stopped: a.1.", "1 start was cancelled."]
        );
        assert_eq!(
            said(&["a.1", "b.2"], 2, &["c.1"]),
            [
                "2 runs are being stopped: a.1, b.2.",
                "2 starts were cancelled.",
                "c.1 could not be stopped: the disk is full. Make space."
            ]
        );
    }
}
