//! Commands that ask the owner for something and leave.

use crate::access::Access;
use crate::args::{AnswerArgs, AnswerVerb, StopArgs};
use crate::fill::Nameless;
use crate::run::does_not_fit;
use crate::text::Out;
use crate::zone::clock;
use crate::{asked, fill, text, written};
use engine::choice::Unclear;
use engine::clock::{Clock, SystemClock};
use protocol::{
    Answer, ErrorCode, Fault, JobKind, QuestionId, Reply, Request, Slug, StopReason, Story,
    StoryId, StoryState, Timestamp, WaitsFor,
};
use std::io::Read;

/// The story's id, by id or name.
pub(crate) fn story_id(access: &Access, name: &str) -> Result<StoryId, Fault> {
    Ok(access.read(|reader| reader.story(name))?.id)
}

/// The most that is read as a prompt. No model reads as much; the agent reads files by itself.
const LONGEST_PROMPT: u64 = 32 * 1024 * 1024;

/// A program that printed something in the last so many seconds is not said to be silent.
const JUST_NOW: i64 = 2;

/// `text`, or standard input for `-`.
pub(crate) fn text_or_stdin(text: &str) -> Result<String, Fault> {
    if text != "-" {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::new();
    let input = std::io::stdin().lock().take(LONGEST_PROMPT + 1).read_to_end(&mut bytes);
    input.map_err(|error| {
        Fault::new(
            ErrorCode::BadInput,
            format!("standard input cannot be read: {error}"),
            "Give the text as an argument.",
        )
    })?;
    if bytes.len() as u64 > LONGEST_PROMPT {
        return Err(Fault::new(
            ErrorCode::BadInput,
            format!("the text is longer than {} MiB", LONGEST_PROMPT / 1024 / 1024),
            "Put it into a file and name the file in the prompt.",
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Fault::new(
            ErrorCode::BadInput,
            format!("the text is not UTF-8: byte {at} is wrong"),
            "Convert it to UTF-8 first.",
        )
    })
}

pub(crate) fn send(access: &Access, out: Out, name: &str, text: &str) -> Result<u8, Fault> {
    let text = text_or_stdin(text)?;
    let story = story_id(access, name)?;
    access.ask(Request::Send { story, id: protocol::new_prompt_id(), text })?;
    out.note(&format!(
        "{name} gets it when its agent is idle or its limit resets: mush attach {name}"
    ));
    Ok(0)
}

pub(crate) fn answer(access: &Access, out: Out, args: AnswerArgs) -> Result<u8, Fault> {
    if args.verb == AnswerVerb::Choose && args.labels.is_empty() && args.message.is_none() {
        return Err(Fault::new(
            ErrorCode::BadInput,
            "nothing was chosen",
            "`mush answer QUESTION choose LABEL...`; `mush answer --help` shows more.",
        ));
    }
    let takes_words = matches!(args.verb, AnswerVerb::Choose | AnswerVerb::Fill);
    if !takes_words && !args.labels.is_empty() {
        return Err(Fault::new(
            ErrorCode::BadInput,
            format!(
                "only `choose` and `fill` take an answer, but there is {:?}",
                args.labels.join(" ")
            ),
            "Choose an option with `choose`, or say why not with `deny --message WORDS`.",
        ));
    }
    if args.verb == AnswerVerb::Choose && args.option.is_some() {
        return Err(Fault::new(
            ErrorCode::BadInput,
            "`choose` takes no --option",
            "--option goes with `allow` and `deny`.",
        ));
    }
    let question = QuestionId::new(args.question);
    let answer = match args.verb {
        AnswerVerb::Allow => {
            Answer { message: args.message, option: args.option, ..Answer::allow() }
        }
        AnswerVerb::Deny => Answer { option: args.option, ..Answer::deny(args.message) },
        AnswerVerb::Choose => {
            let choices = access.read(|reader| asked::choices(reader, &question))?;
            let choices = choices.ok_or_else(nothing_to_choose)?;
            let (labels, choices) =
                written::read(&choices, args.labels).map_err(|Unclear { message, hint }| {
                    Fault::new(ErrorCode::BadInput, message, hint)
                })?;
            Answer { message: args.message, labels, choices, ..Answer::allow() }
        }
        AnswerVerb::Fill => {
            let fields = fill::read(args.labels).map_err(no_field)?;
            Answer { message: args.message, fields, ..Answer::allow() }
        }
        AnswerVerb::Cancel => Answer { message: args.message, ..Answer::cancel() },
    };
    access.ask(Request::Answer { question, answer })?;
    out.note("Answered.");
    Ok(0)
}

fn no_field(Nameless(word): Nameless) -> Fault {
    Fault::new(
        ErrorCode::BadInput,
        format!("“{word}” names no field"),
        "`mush answer QUESTION fill NAME=VALUE...`; `mush questions` shows the fields.",
    )
}

fn nothing_to_choose() -> Fault {
    Fault::new(
        ErrorCode::BadInput,
        "this question offers nothing to choose: the agent asks whether it may go on",
        "Say `allow`, or `deny --message WORDS` with why not.",
    )
}

pub(crate) fn interrupt(access: &Access, out: Out, name: &str) -> Result<u8, Fault> {
    access.ask(Request::Interrupt { story: story_id(access, name)? })?;
    out.note(&format!("The agent of {name} is asked to end its turn."));
    Ok(0)
}

pub(crate) fn resume(access: &Access, out: Out, name: &str, now: bool) -> Result<u8, Fault> {
    let id = protocol::new_prompt_id();
    let story = access.read(|reader| reader.story(name))?;
    // A person who asks for a story that a limit holds wants to know whether the limit is gone.
    let now = now || story.state == StoryState::Limited;
    let story = story.id;
    access.ask(Request::Resume { story: story.clone(), id, now })?;
    let stands = access.open_store()?.story(story.as_str())?;
    out.note(&match (stands.state, stands.until) {
        (StoryState::Limited, Some(until)) => format!(
            "Its account is held: {name} goes on after {}. To try now: mush resume {name}",
            clock(until)
        ),
        _ => format!("{name} goes on."),
    });
    Ok(0)
}

pub(crate) fn why(access: &Access, out: Out, name: &str) -> Result<u8, Fault> {
    let story = access.read(|reader| reader.story(name))?;
    match access.ask(Request::Why { story: story.id.clone() })? {
        Reply::Why { waits_for } => out.one(&waits_for, |waits_for| waits(&story, waits_for)),
        other => return Err(does_not_fit(&other)),
    }
    Ok(0)
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

/// What a story waits for, as a sentence.
fn waits(story: &Story, waits_for: &WaitsFor) -> String {
    let name = story.slug.as_str();
    let after = |until: &Timestamp| format!("after {}", clock(*until));
    match waits_for {
        WaitsFor::Run { slug, silent_since, .. } => works(slug, *silent_since),
        WaitsFor::Answer { question } => {
            format!("Its agent asks. Answer it: mush answer {question} allow, or deny")
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
            format!("A limit holds {}; it goes on {}. {now}", text::clean(&what), after(until))
        }
        WaitsFor::Limit { until, goes_on: true } => match until {
            Some(until) => format!("A limit stopped it; it goes on by itself {}.", after(until)),
            None => "A limit stopped it; nobody knows until when.".to_owned(),
        },
        WaitsFor::Limit { until, goes_on: false } => {
            let reset = match until {
                Some(until) if *until > SystemClock.now() => {
                    format!(" It resets at {}.", clock(*until))
                }
                Some(until) => format!(" It reset at {}.", clock(*until)),
                None => String::new(),
            };
            format!(
                "A limit stopped it, and nothing is asked of it.{reset} Go on: mush send {name} TEXT"
            )
        }
        WaitsFor::Turn { at } => {
            format!("Others go on after the same reset; its turn comes {}.", after(at))
        }
        WaitsFor::Job { job, since } => {
            let what = match job {
                JobKind::Store => "Musher's store to say which conversation goes on",
                JobKind::Program => "the agent's program to be found and to say its version",
                JobKind::Git => "git to say what worktree the folder belongs to",
                JobKind::Keeper => "the keeper to start the process",
            };
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

/// Why a story rests, and what makes it go on.
fn at_rest_text(story: &Story) -> String {
    let detail = story.detail.as_deref().map(text::clean).filter(|detail| !detail.is_empty());
    let why = detail.map_or(String::new(), |detail| format!(": {detail}"));
    let stands = format!("It is {}{why}.", text::state(story));
    let name = &story.slug;
    match (story.state, story.queued_prompts) {
        (StoryState::Archived, _) => {
            format!("{stands} A new story can go on with its conversation.")
        }
        (_, 0) => format!("{stands} Nothing is asked of it. Go on: mush send {name} TEXT"),
        (_, 1) => format!("{stands} A prompt waits. Go on: mush resume {name}"),
        (_, count) => format!("{stands} {count} prompts wait. Go on: mush resume {name}"),
    }
}

pub(crate) fn stop(access: &Access, out: Out, args: StopArgs) -> Result<u8, Fault> {
    let why = StopReason::CommandLine;
    let Some(name) = args.what else {
        let going = access.read(|reader| reader.runs(None))?;
        let going = going.iter().filter(|run| run.outcome.is_none()).count();
        access.ask(Request::StopAll { why })?;
        out.note(&match going {
            0 => "No run is live. What was about to start does not.".to_owned(),
            1 => "1 run is being stopped.".to_owned(),
            count => format!("{count} runs are being stopped."),
        });
        return Ok(0);
    };
    access.ask(stop_request(access, &name, why, args.now)?)?;
    out.note(&format!("{name} is being stopped."));
    Ok(0)
}

/// Stories go first: a run is named after its story, and no story after a run.
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
