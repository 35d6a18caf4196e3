//! Commands that ask the owner for something and leave.

use crate::access::Place;
use crate::args::{AnswerArgs, AnswerVerb, StopArgs};
use protocol::{Answer, AnswerBehavior, ErrorCode, Fault, QuestionId, Request, RunId, StoryId};
use std::io::Read;

/// The story's id, by id or name.
pub(crate) fn story_id(place: &Place, name: &str) -> Result<StoryId, Fault> {
    Ok(place.read(|reader| reader.story(name))?.id)
}

/// `text`, or standard input for `-`.
pub(crate) fn text_or_stdin(text: &str) -> Result<String, Fault> {
    if text != "-" {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| {
        Fault::new(
            ErrorCode::BadInput,
            format!("standard input cannot be read: {error}"),
            "Give the text as an argument.",
        )
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Fault::new(
            ErrorCode::BadInput,
            format!("the text is not UTF-8: byte {at} is wrong"),
            "Convert it to UTF-8 first.",
        )
    })
}

pub(crate) fn send(place: &Place, story: &str, text: &str) -> Result<u8, Fault> {
    let text = text_or_stdin(text)?;
    place.ask(Request::Send {
        story: story_id(place, story)?,
        id: protocol::new_prompt_id(),
        text,
    })?;
    Ok(0)
}

pub(crate) fn answer(place: &Place, args: AnswerArgs) -> Result<u8, Fault> {
    let behavior = match args.verb {
        AnswerVerb::Allow | AnswerVerb::Choose => AnswerBehavior::Allow,
        AnswerVerb::Deny => AnswerBehavior::Deny,
    };
    if args.verb == AnswerVerb::Choose && args.labels.is_empty() {
        return Err(Fault::new(
            ErrorCode::BadInput,
            "no label was chosen",
            "`mush answer QUESTION choose LABEL...`",
        ));
    }
    if args.verb != AnswerVerb::Choose && !args.labels.is_empty() {
        return Err(Fault::new(
            ErrorCode::BadInput,
            format!("what is {:?} to mean here?", args.labels.join(" ")),
            "Say what the agent is to be told with --message TEXT.",
        ));
    }
    let question = QuestionId::new(args.question);
    let answer = Answer { behavior, message: args.message, labels: args.labels };
    place.ask(Request::Answer { question, answer })?;
    Ok(0)
}

pub(crate) fn interrupt(place: &Place, story: &str) -> Result<u8, Fault> {
    place.ask(Request::Interrupt { story: story_id(place, story)? })?;
    Ok(0)
}

pub(crate) fn archive(place: &Place, story: &str) -> Result<u8, Fault> {
    place.ask(Request::Archive { story: story_id(place, story)? })?;
    Ok(0)
}

pub(crate) fn stop(place: &Place, args: StopArgs) -> Result<u8, Fault> {
    let why = "asked for on the command line".to_owned();
    let request = match args.what {
        None => Request::StopAll { why },
        Some(name) => match place.reader()?.story(&name) {
            Ok(story) => Request::Stop { story: story.id, why, now: args.now },
            Err(_) => Request::StopRun { run: run_id(place, &name)?, why },
        },
    };
    place.ask(request)?;
    Ok(0)
}

fn run_id(place: &Place, name: &str) -> Result<RunId, Fault> {
    Ok(place.read(|reader| reader.run(name))?.id)
}
