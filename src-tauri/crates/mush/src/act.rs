//! Commands that send one request to the owner and end.

use crate::access::Access;
use crate::args::{AnswerArgs, AnswerVerb, ResumeArgs};
use crate::fill::Nameless;
use crate::run::program;
use crate::text::Out;
use crate::{advice, asked, fill, written};
use engine::choice::Unclear;
use protocol::{
    Answer, ErrorCode, Fault, ProfileChange, Request, Story, StoryId, StoryState, WaitingPrompt,
};
use std::io::Read;
use std::path::Path;

/// The id of the story with this id or name.
pub(crate) fn story_id(access: &Access, name: &str) -> Result<StoryId, Fault> {
    Ok(access.read(|reader| reader.story(name))?.id)
}

/// The longest prompt that is read from standard input (bytes). No model accepts as much; an agent
/// can read files itself.
const LONGEST_PROMPT: u64 = 32 * 1024 * 1024;

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
    let stood = access.read(|reader| reader.story(name))?;
    let (story, id) = (stood.id.clone(), protocol::new_prompt_id());
    let prompt = WaitingPrompt { story: story.clone(), id: id.clone(), text: text.clone() };
    access.ask(Request::Send { story, id, text })?;
    // A limit may have held the story only now.
    let stands = access.open_store()?.story(stood.id.as_str())?;
    out.one(&prompt, |_| gets_it(name, &stood, &stands));
    Ok(0)
}

/// When a story gets the prompt that was sent to it: `stood` before that, and `stands` after it.
pub(crate) fn gets_it(name: &str, stood: &Story, stands: &Story) -> String {
    match (stood.state, stands.state) {
        (_, StoryState::Limited) => held(name, stands),
        (StoryState::Done | StoryState::NeedsYou | StoryState::Stopped | StoryState::Draft, _) => {
            format!("{name} goes on with it: mush attach {name}")
        }
        _ => format!("{name} gets it when its agent is idle: mush attach {name}"),
    }
}

/// That a limit holds a story, and when it goes on.
pub(crate) fn held(name: &str, story: &Story) -> String {
    let goes_on = advice::tried_again(story);
    format!("A limit holds {name}. {goes_on}. To try now: mush resume {name}")
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
    let question = access.read(|reader| reader.question_named(&args.question))?;
    let answer = match args.verb {
        AnswerVerb::Allow => {
            Answer { message: args.message, option: args.option, ..Answer::allow() }
        }
        AnswerVerb::Deny => Answer { option: args.option, ..Answer::deny(args.message) },
        AnswerVerb::Choose => {
            let choices = asked::choices(&question).ok_or_else(nothing_to_choose)?;
            let (labels, choices) =
                written::read(choices, args.labels).map_err(|Unclear { message, hint }| {
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
    access.ask(Request::Answer { question: question.id, answer })?;
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

pub(crate) fn resume(access: &Access, out: Out, args: ResumeArgs) -> Result<u8, Fault> {
    let id = protocol::new_prompt_id();
    let name = &args.story;
    let story = access.read(|reader| reader.story(name))?;
    if args.skip_set_up {
        access.ask(Request::SkipSetUp { story: story.id })?;
        out.note(&format!("{name} starts without its set-up."));
        return Ok(0);
    }
    if args.gates {
        access.ask(Request::RunGates { story: story.id })?;
        out.note(&format!("{name} runs its gates again: mush attach {name}"));
        return Ok(0);
    }
    // A person who asks for a story that a limit holds wants to know whether the limit is gone.
    let now = args.now || story.state == StoryState::Limited;
    let bin = args.bin.map(|path| program(&path, Path::new(&story.dir))).transpose()?;
    let extra_args = (args.no_args || !args.extra_args.is_empty()).then_some(args.extra_args);
    let change = ProfileChange { model: args.model, bin, extra_args };
    let story = story.id;
    access.ask(Request::Resume { story: story.clone(), id, now, change })?;
    let stands = access.open_store()?.story(story.as_str())?;
    out.note(&match stands.state {
        // The start may not be recorded yet.
        _ if now => format!("{name} tries now."),
        StoryState::Limited => held(name, &stands),
        _ => format!("{name} goes on."),
    });
    Ok(0)
}
