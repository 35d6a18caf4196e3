//! Commands that only print: stories, runs, events, questions, limits.

use crate::access::Access;
use crate::advice;
use crate::asked::Asked;
use crate::lines::{self, Extent, Lines};
use crate::text::{self, Out};
use crate::zone::clock;
use engine::clock::{Clock, SystemClock};
use engine::owner;
use engine::store::read::Reader;
use protocol::{
    Answer, AnswerBehavior, Chosen, Fault, JournalEvent, Limit, Question, QuestionState,
    ResetBasis, Run, Seq, Source, Story, StoryState, Timestamp,
};
use serde::Serialize;

/// What to do about stories that go on while no process owns the directory.
const NOBODY: &str = "Nobody looks after what goes on: its gates, its next prompt and its limits wait for the window, or for: mush serve";

/// How stories go on that were cut off.
const AGAIN: &str =
    "What a limit or a bad end stopped goes on with: mush resume STORY (mush why STORY says more)";

/// Events fetched at once.
const PAGE: usize = 1000;

pub(crate) fn stories(access: &Access, out: Out, all: bool) -> Result<u8, Fault> {
    let mut stories = access.read(|reader| reader.stories())?;
    let count = stories.len();
    // Programs have every row, as ever, and see by its state which one was put away.
    stories.retain(|story| all || out.json || story.state != StoryState::Archived);
    let none = match count {
        0 => "No stories yet. Start one: mush run --agent claude --dir DIR --prompt TEXT",
        _ => "Every story was put away: mush stories --all",
    };
    let is_looked_after = owner::is_owned(&access.dir)?;
    out.list(&stories, |stories| text::stories(stories, is_looked_after), none);
    if !is_looked_after && stories.iter().any(Story::goes_on_by_itself) {
        out.note(NOBODY);
    }
    if stories.iter().any(advice::can_be_started_again) {
        out.note(AGAIN);
    }
    Ok(0)
}

pub(crate) fn runs(access: &Access, out: Out) -> Result<u8, Fault> {
    out.list(&access.read(|reader| reader.runs(None))?, text::runs, "No runs yet.");
    Ok(0)
}

pub(crate) fn events(
    access: &Access,
    out: Out,
    run: &str,
    after: u64,
    full: bool,
) -> Result<u8, Fault> {
    let run = access.read(|reader| reader.run(run))?;
    if run.rereading {
        out.note("The run is being read again; these are not all of its events.");
    }
    if let Some(at) = run.logs_deleted {
        text::announce(&format!(
            "The logs of {} were deleted on {}. What stays: prompts, questions and answers, limits, and the result of each turn.",
            run.slug,
            clock(at)
        ));
    }
    if let Some(command) = gate(access, &run)? {
        out.note(&format!("$ {}", text::exact_command(&command)));
    }
    let (run, ending) = (run.id.clone(), ending(access, &run)?);
    let mut reader = access.open_store()?;
    let mut after = Seq(after);
    let mut lines = Lines::new(if full { Extent::Whole } else { Extent::Ends });
    loop {
        let last = match out.json {
            // JSON output prints events as they are stored, without parsing them.
            true => {
                let read = |reader: &Reader| reader.raw_events(&run, after, PAGE);
                let events = access.read_whole(&mut reader, read)?;
                page(out, &events, |_| String::new(), |event| event.seq)
            }
            false => {
                let read = |reader: &Reader| reader.events(&run, after, PAGE);
                let events = access.read_whole(&mut reader, read)?;
                page(out, &events, |event| lines.of(event), |event| event.seq)
            }
        };
        let Some(last) = last else {
            if let Some(ending) = ending {
                out.note(&ending);
            }
            return Ok(0);
        };
        after = last;
        if !text::is_read() {
            return Ok(0);
        }
    }
}

/// The command of a gate's run.
fn gate(access: &Access, run: &Run) -> Result<Option<String>, Fault> {
    let Some(number) = run.gate.and_then(|number| usize::try_from(number).ok()) else {
        return Ok(None);
    };
    let gates = access.read(|reader| reader.story(run.story.as_str()))?.gates;
    Ok(gates.into_iter().nth(number.saturating_sub(1)))
}

/// How a run ended, what was left of it and why, as the last lines of its events; `None` while it goes on.
fn ending(access: &Access, run: &Run) -> Result<Option<String>, Fault> {
    let Some(outcome) = run.outcome else { return Ok(None) };
    let journal = access.read(|reader| reader.journal(&run.story, Seq(0)))?;
    let evidence = journal.into_iter().find_map(|entry| match entry.source {
        Source::Journal(JournalEvent::RunEnded { evidence, .. })
            if entry.run.as_ref() == Some(&run.id) =>
        {
            Some(*evidence)
        }
        _ => None,
    });
    let evidence = evidence.unwrap_or_default();
    let why = text::clean(&evidence.summary);
    let why = if why.is_empty() { why } else { format!(": {why}") };
    let end = format!("= the run ended: {}{why}", text::word(outcome).replace('_', " "));
    let lines = [text::clean(&lines::left(&evidence)), end];
    Ok(Some(lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")))
}

/// Prints events. Returns the number of the last one.
fn page<E: Serialize>(
    out: Out,
    events: &[E],
    mut text: impl FnMut(&E) -> String,
    seq: fn(&E) -> Seq,
) -> Option<Seq> {
    events.iter().for_each(|event| out.one(event, &mut text));
    events.last().map(seq)
}

pub(crate) fn questions(access: &Access, out: Out, all: bool) -> Result<u8, Fault> {
    let questions = access.read(|reader| reader.questions(!all))?;
    let lines = access.read(|reader| {
        let asked = questions.iter().map(|question| Asked::of(reader, question.clone()));
        Ok(asked.collect::<engine::Result<Vec<_>>>()?.iter().map(in_lines).collect::<Vec<_>>())
    })?;
    out.list(&questions, |_| lines, "Nobody asks anything.");
    Ok(0)
}

/// A question completely, with its id and state.
fn in_lines(asked: &Asked) -> String {
    let Question { state, answer, .. } = &asked.question;
    let stands = match (state, answer) {
        (QuestionState::Open, _) => String::new(),
        (QuestionState::Withdrawn, _) => " (withdrawn)".to_owned(),
        (QuestionState::Answered, None) => " (answered)".to_owned(),
        (QuestionState::Answered, Some(answer)) => format!(" ({})", given(answer)),
    };
    let head = format!("{}\n  {}{stands}", text::exact(&asked.name), asked.head());
    std::iter::once(head).chain(asked.whole()).collect::<Vec<_>>().join("\n")
}

/// An answer as text. If there are several choices, each part has its question.
fn given(answer: &Answer) -> String {
    let said = answer.message.as_ref().map(|words| format!(": {}", text::clean(words)));
    match answer.behavior {
        AnswerBehavior::Deny => return format!("denied{}", said.unwrap_or_default()),
        AnswerBehavior::Cancel => return "cancelled".to_owned(),
        AnswerBehavior::Allow => {}
    }
    let fields = answer
        .fields
        .iter()
        .map(|filled| format!("{}: {}", filled.name, filled.written.join(", ")));
    let one = |chosen: &Chosen| {
        let parts: Vec<_> = chosen.labels.iter().chain(&chosen.words).map(String::as_str).collect();
        match answer.choices.len() {
            0 | 1 => parts.join(", "),
            _ => format!("{} {}", chosen.text, parts.join(", ")),
        }
    };
    let chosen: Vec<String> =
        answer.choices.iter().map(one).chain(answer.labels.iter().cloned()).chain(fields).collect();
    match chosen.is_empty() {
        true => "allowed".to_owned(),
        false => format!("answered: {}", text::clean(&chosen.join("; "))),
    }
}

pub(crate) fn limits(access: &Access, out: Out) -> Result<u8, Fault> {
    let now = SystemClock.now();
    let (limits, stories) = access.read(|reader| Ok((reader.limits()?, reader.stories()?)))?;
    let held: Vec<String> = stories.iter().filter_map(|story| held(story, now)).collect();
    let none = match held.is_empty() {
        true => "No agent has reported a limit yet. With an API key none ever does.".to_owned(),
        false => held.join("\n"),
    };
    let in_lines = |limits: &[Limit]| [text::limits(limits, now), held].concat();
    out.list(&limits, in_lines, &none);
    Ok(0)
}

/// Which limit holds a story now, as a line: an agent can run into one without ever reporting it.
fn held(story: &Story, now: Timestamp) -> Option<String> {
    let is_held = story.state == StoryState::Limited
        && story.reset != ResetBasis::Served
        && story.until.is_none_or(|until| until > now);
    is_held.then(|| format!("{} is {}", story.slug, text::state(story)))
}
