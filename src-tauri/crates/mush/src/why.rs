//! `mush why`: what a story waits for, as a sentence.

use crate::access::Access;
use crate::asked::Asked;
use crate::run::does_not_fit;
use crate::text::Out;
use crate::zone::clock;
use crate::{advice, text, ways};
use engine::clock::{Clock, SystemClock};
use protocol::{
    Fault, JobKind, Reply, Request, ResetBasis, Retrying, Slug, Story, StoryState, Timestamp,
    WaitsFor,
};

/// A program that printed something in the last so many seconds is not said to be silent.
const JUST_NOW: i64 = 2;

pub(crate) fn why(access: &Access, out: Out, name: &str) -> Result<u8, Fault> {
    let story = access.read(|reader| reader.story(name))?;
    match access.ask(Request::Why { story: story.id.clone() })? {
        Reply::Why { waits_for } => {
            let how = answering(access, &waits_for);
            out.one(&waits_for, |waits_for| sentence(&story, waits_for, how.as_deref()));
            if let WaitsFor::Run { .. } = waits_for {
                let only = [story.id.clone()];
                let views = access.read(|reader| reader.story_views(Some(&only)))?;
                let retrying = views.into_iter().find_map(|view| view.retrying);
                retrying.iter().for_each(|it| out.note(&retries(it, SystemClock.now())));
            }
        }
        other => return Err(does_not_fit(&other)),
    }
    Ok(0)
}

/// How the question that is waited for is answered.
fn answering(access: &Access, waits_for: &WaitsFor) -> Option<String> {
    let WaitsFor::Answer { question } = waits_for else { return None };
    let asked = access.read(|reader| Asked::of(reader, reader.question(question)?));
    // Without it the list of questions is named.
    let Asked { name, question, .. } = asked.ok()?;
    Some(format!("mush answer '{name}' {}", ways::words(question.content.kind)))
}

/// What a job has something else do, after "waits for".
pub(crate) fn job_words(job: JobKind, percent: Option<u8>) -> String {
    let what = match job {
        JobKind::Store => "Musher's store to say which conversation goes on",
        JobKind::Program => "the agent's program to be found and to say its version",
        JobKind::Git => "git to say what worktree the folder belongs to",
        JobKind::Keeper => "the keeper to start the process",
        JobKind::Fetch => "git to fetch what the worktree begins from",
        JobKind::Checkout => "git to make the worktree",
        JobKind::Copy => "ignored files to be copied into the worktree",
    };
    let share = percent.map(|percent| format!(" ({percent} %)")).unwrap_or_default();
    format!("{what}{share}")
}

/// That an agent repeats a request, as a sentence: what failed, the attempt, and when it is made.
fn retries(retrying: &Retrying, now: Timestamp) -> String {
    let Retrying { attempt, max, until, status, error } = retrying;
    let status = status.map(|status| format!(" {status}")).unwrap_or_default();
    let of = max.map(|max| format!(" of {max}")).unwrap_or_default();
    let what = format!("{}{status}", text::word(error).replace('_', " "));
    let when = match *until > now {
        true => format!("comes at {}", clock(*until)),
        // Not every agent says how long it waits.
        false => format!("was announced at {}", clock(*until)),
    };
    format!("Its request to the provider failed ({what}). Attempt {attempt}{of} {when}.")
}

/// A run that goes on, and since when nothing came from it if that is not just now.
fn works(slug: &Slug, silent_since: Option<Timestamp>) -> String {
    let silent = silent_since.map(|since| (since, SystemClock.now().since(since).max(0) / 1000));
    match silent.filter(|(_, seconds)| *seconds > JUST_NOW) {
        Some((since, seconds)) => format!(
            "It works: {slug}. Nothing came from its program since {}, {seconds} s ago.",
            clock(since)
        ),
        None => format!("It works: {slug}."),
    }
}

/// What a story waits for, as a sentence; `how` is the command for an answer if it waits for one.
pub(crate) fn sentence(story: &Story, waits_for: &WaitsFor, how: Option<&str>) -> String {
    let name = story.slug.as_str();
    let after = |until: &Timestamp| format!("after {}", clock(*until));
    match waits_for {
        WaitsFor::Run { slug, silent_since, .. } => works(slug, *silent_since),
        WaitsFor::Answer { .. } => {
            format!("Its agent asks. Answer it: {}", how.unwrap_or("mush questions"))
        }
        WaitsFor::Hold { account, model, until, tried_by } => {
            let what = match model {
                Some(model) => format!("{model} of the account {account}"),
                None => format!("the account {account}"),
            };
            let now = match tried_by {
                Some(run) => format!("{run} tries now whether the limit is gone"),
                None if story.state == StoryState::Limited => {
                    format!("To try now: mush resume {name}")
                }
                None => format!("To try now: mush resume {name} --now"),
            };
            let goes_on = match story.reset {
                ResetBasis::Guessed => {
                    format!("it tries again at about {} (the agent named no reset)", clock(*until))
                }
                ResetBasis::Reported | ResetBasis::Served => format!("it goes on {}", after(until)),
            };
            format!("A limit holds {}; {goes_on}. {now}", text::clean(&what))
        }
        WaitsFor::Limit { until: None, goes_on: true } => {
            "A limit stopped it; its agent named no reset.".to_owned()
        }
        WaitsFor::Limit { goes_on: true, .. } => {
            format!("A limit stopped it. {}.", advice::tried_again(story))
        }
        WaitsFor::Limit { until, goes_on: false } => {
            let reset = until.map_or(String::new(), |until| when_reset(until, story.reset));
            let go_on = advice::go_on(story).unwrap_or_default();
            format!("A limit stopped it, and no prompt waits.{reset} {go_on}")
        }
        WaitsFor::Turn { at } => {
            format!("Others go on after the same reset; its turn comes {}.", after(at))
        }
        WaitsFor::Job { job, since, percent } => {
            let what = job_words(*job, *percent);
            let taken = SystemClock.now().since(*since).max(0) / 1000;
            format!("It waits for {what}, {taken} s. To end that: mush stop {name}")
        }
        WaitsFor::Place { slug, .. } => {
            format!("{slug} works in the same worktree; it goes on after that.")
        }
        WaitsFor::Person { .. } => at_rest_text(story),
        WaitsFor::Fault => {
            "Musher could not decide what to do next (fault). It looks again with the next request."
                .to_owned()
        }
        WaitsFor::Nothing => "It goes on in this moment.".to_owned(),
    }
}

/// When a limit resets or has reset, as a sentence with a space before it.
fn when_reset(until: Timestamp, reset: ResetBasis) -> String {
    let time = clock(until);
    match reset {
        ResetBasis::Guessed => " Its agent named no reset.".to_owned(),
        ResetBasis::Served => format!(" The limit is gone since {time}."),
        ResetBasis::Reported if until > SystemClock.now() => format!(" It resets at {time}."),
        ResetBasis::Reported => format!(" It reset at {time}."),
    }
}

/// Why a story rests, and what makes it go on.
fn at_rest_text(story: &Story) -> String {
    let stands = advice::stands(story);
    match (story.state, advice::go_on(story)) {
        (StoryState::Archived, _) => {
            format!("{stands} A new story can go on with its conversation.")
        }
        (_, Some(go_on)) => format!("{stands} {} {go_on}", advice::waiting(story)),
        (_, None) => stands,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_is_repeated_is_said_with_its_attempt_and_its_error() {
        let now = Timestamp::from_seconds(1_795_000_000);
        let at = |millis: i64| Retrying {
            attempt: 3,
            max: Some(10),
            until: now.plus_millis(millis),
            status: Some(529),
            error: protocol::ApiErrorKind::Overloaded,
        };
        let said = retries(&at(5_000), now);
        let begin =
            "Its request to the provider failed (overloaded 529). Attempt 3 of 10 comes at ";
        assert!(said.starts_with(begin), "{said}");
        let unknown = Retrying { max: None, status: None, ..at(0) };
        let said = retries(&unknown, now);
        let begin = "Its request to the provider failed (overloaded). Attempt 3 was announced at ";
        assert!(said.starts_with(begin), "{said}");
    }

    #[test]
    fn a_program_that_is_silent_is_said_to_be() {
        let slug = Slug::new("fix-it.1");
        let now = SystemClock.now();
        assert_eq!(works(&slug, None), "It works: fix-it.1.");
        assert_eq!(works(&slug, Some(now)), "It works: fix-it.1.");
        let silent = works(&slug, Some(now.plus_millis(-45_900)));
        let begin = "It works: fix-it.1. Nothing came from its program since ";
        assert!(silent.starts_with(begin) && silent.ends_with(" s ago."), "{silent}");
    }
}
