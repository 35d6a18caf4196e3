//! What happens in a story, in lines for a person. An answer that stands in a turn's result only is printed, and
//! nothing is printed twice.

use crate::asked;
use crate::forecast;
use crate::said::Said;
use crate::screen;
use crate::text::{bytes, clean, ends, exact, exact_command, why, word};
use crate::worktree;
use protocol::{
    CommentChange, Envelope, Event, Evidence, FinishDone, JournalEvent, LimitStatus, Profile,
    RunId, RunKind, RunSpec, Source, Timestamp, ToolOutput, Turn, TurnEnd,
};
use std::borrow::Cow;
use std::collections::HashMap;

/// The longest line of a result that is shortened.
const WIDE: usize = 160;

/// So many lines of a result are printed whole; of a longer one its first and its last [`ENDS`].
const FEW: usize = 8;

/// The lines at each end of a longer result.
const ENDS: usize = 3;

/// The indentation of a result.
const BELOW: &str = "    ";

/// How much of results is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The first line, and how many follow.
    First,
    /// Some lines, and how many are left out.
    Ends,
    /// All of them, with all that a call works on, thoughts, and what subagents write.
    Whole,
}

/// Makes lines of envelopes, and knows what was said.
pub(crate) struct Lines {
    extent: Extent,
    said: HashMap<RunId, Said>,
    /// Whether a run of the story's agent was begun.
    has_begun: bool,
}

impl Lines {
    pub(crate) fn new(extent: Extent) -> Self {
        Self { extent, said: HashMap::new(), has_begun: false }
    }

    /// The lines of an envelope; empty when it is nothing to read.
    pub(crate) fn of(&mut self, envelope: &Envelope) -> String {
        match (&envelope.source, &envelope.run) {
            (Source::Run(event), Some(run)) => {
                let said = self.said.entry(run.clone()).or_default();
                let is_news = said.takes(event);
                match is_news {
                    true => clean(&run_event(event, self.extent)),
                    false => String::new(),
                }
            }
            (Source::Run(event), None) => clean(&run_event(event, self.extent)),
            (Source::Journal(JournalEvent::RunStarting(spec)), _) => self.starting(spec),
            (Source::Journal(event), _) => clean(&journal_event(event, envelope.at)),
        }
    }

    /// What a person has to know of a run that is about to start: the command of a gate, the conversation of an agent.
    fn starting(&mut self, spec: &RunSpec) -> String {
        if let (RunKind::Gate, Some(command)) = (spec.kind, spec.argv.last()) {
            return format!("$ {}", exact_command(command));
        }
        let is_agent = spec.kind == RunKind::Agent;
        if let (RunKind::Setup, Some(command)) = (spec.kind, spec.argv.last()) {
            return clean(&format!("· set-up: {command}"));
        }
        let is_anew = is_agent && !spec.resumes && self.has_begun;
        self.has_begun |= is_agent;
        match (spec.incomplete, is_anew) {
            (true, _) => {
                "! the conversation may be incomplete: the agent could not save a part of it"
            }
            (false, true) => "· a new conversation begins: no model answered in the earlier one",
            (false, false) => "",
        }
        .to_owned()
    }
}

fn run_event(event: &Event, extent: Extent) -> String {
    let is_whole = extent == Extent::Whole;
    match event {
        Event::Session(started) => format!(
            "· {} {}",
            started.model.as_deref().unwrap_or("unknown model"),
            started.agent_version.as_deref().unwrap_or_default()
        ),
        Event::Prompt { text } => format!("> {text}"),
        Event::Text { text, parent: None, .. } => spoken(text),
        Event::Text { text, .. } if is_whole => below(&spoken(text)),
        Event::Thought { text, .. } if is_whole && !text.is_empty() => {
            format!("· thought:\n{}", below(&spoken(text)))
        }
        Event::TurnEnded(end) => turn_end(end),
        Event::ToolCall { name, title, subject, beside, parent, .. } => {
            let indent = if parent.is_some() { BELOW } else { "  " };
            let call = format!("{indent}{name} {title}");
            match is_whole {
                true => {
                    let whole = asked::of_call(subject, beside);
                    std::iter::once(call).chain(whole).collect::<Vec<_>>().join("\n")
                }
                false => call,
            }
        }
        Event::ToolResult { cut: true, output, .. } => below(cut(output.as_ref())),
        Event::ToolResult { ok, denied, text, output, .. } => {
            result(*ok, *denied, text, output.as_ref(), extent)
        }
        Event::Retry { attempt, max, delay_ms, status, error } => format!(
            "  retry {attempt}{}: {}{}{}",
            max.map(|max| format!(" of {max}")).unwrap_or_default(),
            word(error).replace('_', " "),
            status.map(|status| format!(" {status}")).unwrap_or_default(),
            // An agent that does not say how long it waits gives 0.
            match delay_ms.div_ceil(1000) {
                0 => String::new(),
                seconds => format!(", waits {seconds} s"),
            }
        ),
        Event::ApiError { message, .. } => format!("! {message}"),
        Event::Limit { limit } => match limit.status {
            LimitStatus::Allowed => String::new(),
            status => {
                let window = limit.name.as_ref().map(|name| name.words(' '));
                let window = window.as_deref().unwrap_or("unknown");
                format!("  limit {window}: {}", word(status))
            }
        },
        Event::Question { content, .. } => format!("? {} {}", content.tool, content.title),
        Event::Denied { tool, message, .. } if message.is_empty() => format!("  {tool} denied"),
        Event::Denied { tool, message, .. } => format!("  {tool} denied: {message}"),
        Event::TaskStarted { description, background: true, .. } => {
            format!("  in the background: {description}")
        }
        Event::TaskEnded { summary, .. } => format!("  in the background, over: {summary}"),
        Event::InjectedMessage { text } => format!("· the agent told its model: {text}"),
        Event::Notice { text, .. } => format!("· {text}"),
        Event::RequestRefused { method, .. } => refused_line(method),
        Event::Unrecognized { what, .. } => format!("· not understood: {what}"),
        Event::Output { text, .. } => format!("  {text}"),
        _ => String::new(),
    }
}

/// The words of a model. What commands a terminal is named in them, because no terminal ever acted on it.
fn spoken(text: &str) -> String {
    exact(&text.replace("\r\n", "\n"))
}

/// The answer, or the error, that stands in the result of a turn.
fn turn_end(end: &TurnEnd) -> String {
    let text = spoken(&end.text);
    match end.turn {
        Turn::Interrupted if text.trim().is_empty() => "· the turn was interrupted".to_owned(),
        _ if text.trim().is_empty() => String::new(),
        Turn::Completed | Turn::Interrupted => text,
        _ => format!("! {text}"),
    }
}

fn refused_line(method: &str) -> String {
    match method.is_empty() {
        true => {
            "· the agent asked for something that Musher does not know; Musher refused".to_owned()
        }
        false => {
            format!("· the agent asked for {method}, which Musher does not know; Musher refused")
        }
    }
}

/// What is known of a call whose turn ended before it.
fn cut(output: Option<&ToolOutput>) -> &'static str {
    match output {
        Some(ToolOutput::Command { .. }) => {
            "it had not ended when the turn ended, and may still run"
        }
        _ => "it had not ended when the turn ended",
    }
}

/// What a call gave, as far as it is printed.
fn result(
    ok: bool,
    denied: bool,
    text: &str,
    output: Option<&ToolOutput>,
    extent: Extent,
) -> String {
    let edit = match output {
        Some(ToolOutput::Edit { path, created, diff }) if ok && !denied => {
            Some((format!("{} {path}", if *created { "wrote" } else { "changed" }), diff))
        }
        _ => None,
    };
    let mark = match (ok, denied) {
        (_, true) => "denied",
        (false, _) => "failed",
        (true, _) => "",
    };
    let text = screen::shown(&printed(text, output, extent));
    match (edit, extent) {
        (Some((line, diff)), Extent::Whole) => {
            let head = format!("{BELOW}{line}");
            std::iter::once(head).chain(asked::signed(diff)).collect::<Vec<_>>().join("\n")
        }
        (Some((line, _)), _) => format!("{BELOW}{line}"),
        (None, Extent::Whole) => marked(mark, text.trim_matches('\n')),
        (None, Extent::First) => marked(mark, &shortened(&text, 1, 0)),
        (None, Extent::Ends) => marked(mark, &shortened(&text, ENDS, ENDS)),
    }
}

fn marked(mark: &str, text: &str) -> String {
    match (mark.is_empty(), text.is_empty()) {
        (true, true) => String::new(),
        (true, false) => below(text),
        (false, true) => below(mark),
        (false, false) => below(&format!("{mark}: {text}")),
    }
}

/// What a call printed. The text that its model got can be a part of what a command printed.
fn printed<'a>(text: &'a str, output: Option<&ToolOutput>, extent: Extent) -> Cow<'a, str> {
    match output {
        Some(ToolOutput::Command { stdout, stderr, .. })
            if extent == Extent::Whole && stdout.len() + stderr.len() > text.len() =>
        {
            let between = if stdout.is_empty() || stdout.ends_with('\n') { "" } else { "\n" };
            Cow::Owned(format!("{stdout}{between}{stderr}"))
        }
        _ => Cow::Borrowed(text),
    }
}

fn below(text: &str) -> String {
    text.split('\n')
        .map(|line| format!("{BELOW}{line}").trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The first and last lines of a longer text, and how much is between and beside them. Empty lines at its ends do not
/// count.
fn shortened(text: &str, first: usize, last: usize) -> String {
    let is_blank = |line: &&str| line.trim().is_empty();
    let lines: Vec<&str> = text.lines().skip_while(is_blank).collect();
    let count = lines.len() - lines.iter().rev().take_while(|line| is_blank(line)).count();
    let lines = &lines[..count];
    // A note about a single line would take as much space as the line.
    let fits = if last == 0 { first + 1 } else { FEW };
    if count <= fits {
        return lines.iter().map(|line| narrow(line)).collect::<Vec<_>>().join("\n");
    }
    let more = count - first - last;
    let how = if last == 0 { "" } else { "; --full shows them" };
    let left_out = format!("… {more} more lines{how}");
    let begin = lines[..first].iter().map(|line| narrow(line));
    let end = lines[count - last..].iter().map(|line| narrow(line));
    begin.chain([left_out]).chain(end).collect::<Vec<_>>().join("\n")
}

/// A line, or its beginning and how much follows.
fn narrow(line: &str) -> String {
    let count = line.chars().count();
    match count > WIDE {
        true => {
            let begin: String = line.chars().take(WIDE).collect();
            format!("{begin}… {} more characters", count - WIDE)
        }
        false => line.to_owned(),
    }
}

fn journal_event(event: &JournalEvent, at: Timestamp) -> String {
    match event {
        JournalEvent::StateChanged { state, reason, detail, until, reset, .. } => {
            let reason = why(*reason);
            let until = until.map(|until| ends(until, *reset, at)).unwrap_or_default();
            let detail = detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
            format!("= {}{reason}{until}{detail}", word(state).replace('_', " "))
        }
        JournalEvent::RunEnded { evidence, .. } => left(evidence),
        JournalEvent::ProfileChanged { profile } => profile_line(profile),
        JournalEvent::Warning { text } => format!("! {text}"),
        JournalEvent::CollisionFound { title, files, .. } => {
            let first = files.some.first().map(|file| format!(": {}", forecast::of_file(file)));
            let more = files.some.len().saturating_sub(1) + files.more as usize;
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            format!(
                "! its work came to conflict with that of {title}{}{more}",
                first.unwrap_or_default()
            )
        }
        JournalEvent::CheckpointFailed { fault, .. } => {
            format!("! no checkpoint was made: {}", fault.message)
        }
        JournalEvent::RestoreEnded { n, fault: Some(fault), .. } => {
            format!("! restoring checkpoint {n} failed: {}", fault.message)
        }
        JournalEvent::RestoreEnded { n, restored, .. } => format!(
            "= restored from checkpoint {n}: {} written, {} removed",
            restored.written, restored.removed
        ),
        JournalEvent::FinishEnded { done: Some(FinishDone { url: Some(url), .. }), .. } => {
            format!("= a pull request was begun: {url}")
        }
        JournalEvent::FinishEnded { done: Some(done), .. } => {
            let reference = done.reference.strip_prefix("refs/heads/");
            let reference = reference.or_else(|| done.reference.strip_prefix("refs/remotes/"));
            let reference = reference.unwrap_or(&done.reference);
            let to = done.to.as_deref().map_or("no commit", |to| to.get(..12).unwrap_or(to));
            format!("= {}: {reference} is {to} now", word(done.act).replace('_', " "))
        }
        JournalEvent::FinishEnded { fault: Some(fault), .. } => {
            format!("! nothing was done with the branch: {}", fault.message)
        }
        JournalEvent::SetUpSkipped {} => "= starts without its set-up".to_owned(),
        JournalEvent::GatesRequested {} => "= its gates run again".to_owned(),
        JournalEvent::WentBack { n, before, goes_on } => {
            let conversation = match goes_on.is_empty() {
                true => "the next prompt begins a new conversation",
                false => "the conversation goes on as it was then",
            };
            format!("= went back to checkpoint {n}; {conversation}; the state before is {before}")
        }
        JournalEvent::StoryRenamed { title } => format!("= renamed: {title}"),
        JournalEvent::StoryLooked { .. } => "= you looked".to_owned(),
        JournalEvent::CommentMade { anchor, text, .. } => {
            let lines = anchor.lines.map(|lines| format!(":{}", lines.first)).unwrap_or_default();
            format!("= comment on {}{lines}: {text}", anchor.path)
        }
        JournalEvent::CommentChanged { change, .. } => match change {
            CommentChange::Edited { text } => format!("= comment changed: {text}"),
            CommentChange::Removed => "= comment taken away".to_owned(),
            CommentChange::Resolved => "= comment resolved".to_owned(),
            CommentChange::Reopened => "= comment opened again".to_owned(),
        },
        JournalEvent::FileReviewed { path, content: Some(_) } => format!("= reviewed: {path}"),
        JournalEvent::FileReviewed { path, content: None } => format!("= not reviewed: {path}"),
        JournalEvent::StoryUnarchived {} => "= taken out of the archive".to_owned(),
        JournalEvent::LogsDeleted { bytes: size, .. } => {
            format!("= logs deleted: {}", bytes(*size))
        }
        JournalEvent::StoryCreated { made: Some(made), .. } => worktree::facts(made),
        _ => String::new(),
    }
}

/// What had to be ended by force when a run ended, and what was left running.
pub(crate) fn left(evidence: &Evidence) -> String {
    let lines = evidence.forced.iter().chain(&evidence.left);
    lines.map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// With what a story's next runs are started.
fn profile_line(profile: &Profile) -> String {
    let model = profile.model.as_deref().unwrap_or("the agent's own");
    let bin = profile.bin.as_deref().unwrap_or("the one that is found");
    let arguments = match profile.extra_args.is_empty() {
        true => "none".to_owned(),
        false => profile.extra_args.join(" "),
    };
    format!("· from now on: model {model}, program {bin}, arguments {arguments}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Seq, StoryId};

    fn envelope(event: Event) -> Envelope {
        Envelope {
            story: Some(StoryId::new("s")),
            run: Some(RunId::new("r")),
            seq: Seq(1),
            pos: None,
            at: Timestamp::from_millis(0),
            source: Source::Run(event),
        }
    }

    fn text(block: u32, text: &str) -> Event {
        Event::Text { message: "m".to_owned(), block, text: text.to_owned(), parent: None }
    }

    fn end(turn: Turn, text: &str) -> Event {
        Event::TurnEnded(Box::new(TurnEnd {
            turn,
            said: String::new(),
            text: text.to_owned(),
            usage: None,
            index: None,
            queued: 0,
            joined: 0,
            from_task: false,
            denials: Vec::new(),
            duration_ms: None,
            api_ms: None,
            login_expires_at: None,
            number: 0,
            shares: Vec::new(),
        }))
    }

    /// What is printed of these events, the prompt first.
    fn printed(events: impl IntoIterator<Item = Event>) -> Vec<String> {
        let mut lines = Lines::new(Extent::First);
        let prompt = Event::Prompt { text: "p".to_owned() };
        let events = std::iter::once(prompt).chain(events);
        let lines: Vec<String> = events.map(|event| lines.of(&envelope(event))).collect();
        lines.into_iter().skip(1).filter(|line| !line.is_empty()).collect()
    }

    #[test]
    fn an_answer_is_printed_once_wherever_it_stands() {
        let completed = |words: &str| end(Turn::Completed, words);
        let only_in_the_result = printed([completed("The port is 4711.")]);
        assert_eq!(only_in_the_result, ["The port is 4711."]);
        assert_eq!(
            printed([text(0, "It is 4711.\n"), completed("It is 4711.")]),
            ["It is 4711.\n"]
        );
        let before = printed([text(0, "Looking at 4 files"), completed("4")]);
        assert_eq!(before, ["Looking at 4 files", "4"], "a part of a text is another text");
        let two = [text(0, "One."), text(1, "Two."), completed("One.\n\nTwo.")];
        assert_eq!(printed(two), ["One.", "Two."], "the last texts together are said");
        let last = [text(0, "One."), text(1, "Two."), completed("Two.")];
        assert_eq!(printed(last), ["One.", "Two."]);
        assert_eq!(printed([completed("Done."), completed("Done.")]), ["Done."]);
        assert_eq!(printed([completed(" \n")]), Vec::<String>::new());
        let void = Event::Abandoned { message: "m".to_owned(), from_block: 0 };
        assert_eq!(printed([text(0, "Half"), void, completed("Half")]), ["Half", "Half"]);
        let again = Event::Prompt { text: "again".to_owned() };
        assert_eq!(printed([completed("Yes"), again, completed("Yes")]), ["Yes", "> again", "Yes"]);
    }

    #[test]
    fn a_refusal_and_a_task_are_printed_once() {
        let denied = |message: &str| Event::Denied {
            tool: "Bash".to_owned(),
            call: Some("c".to_owned()),
            message: message.to_owned(),
        };
        let result = |text: &str| Event::ToolResult {
            call: "c".to_owned(),
            ok: false,
            denied: true,
            text: text.to_owned(),
            output: None,
            images: Vec::new(),
            duration_ms: None,
            cut: false,
            parent: None,
        };
        assert_eq!(
            printed([denied("Not here."), result("Not here.")]),
            ["  Bash denied: Not here."]
        );
        assert_eq!(printed([denied(""), result("")]), ["  Bash denied"]);
        assert_eq!(printed([result("")]), ["    denied"]);
        let both = printed([denied("By a rule."), result("Ask first.")]);
        assert_eq!(both, ["  Bash denied: By a rule.", "    denied: Ask first."]);
        let started = |background| Event::TaskStarted {
            task: "t".to_owned(),
            call: None,
            kind: protocol::TaskKind::Agent,
            description: "look".to_owned(),
            background,
        };
        let ended = || Event::TaskEnded {
            task: "t".to_owned(),
            status: protocol::TaskStatus::Completed,
            summary: "found".to_owned(),
        };
        assert!(printed([started(false), ended()]).is_empty(), "its call has the result");
        let background = printed([started(true), ended()]);
        assert_eq!(background, ["  in the background: look", "  in the background, over: found"]);
        let notice =
            Event::Notice { level: protocol::NoticeLevel::Error, text: "No sandbox.".to_owned() };
        assert_eq!(printed([notice, end(Turn::Failed, "No sandbox.")]), ["· No sandbox."]);
        assert_eq!(printed([end(Turn::Interrupted, "")]), ["· the turn was interrupted"]);
    }

    #[test]
    fn what_commands_a_terminal_is_named_in_a_models_words() {
        let words = "rm a\rls b\u{8}c\r\nend\u{1b}[2K";
        let shown = "rm a<U+000D>ls b<U+0008>c\nend<U+001B>[2K";
        assert_eq!(printed([text(0, words)]), [shown]);
        assert_eq!(printed([end(Turn::Completed, words)]), [shown]);
    }

    #[test]
    fn all_that_a_command_printed_is_shown_whole() {
        let command = |stdout: &str, stderr: &str| ToolOutput::Command {
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
            exit_code: None,
            interrupted: false,
            background: None,
        };
        let show = |output: &ToolOutput, extent| result(true, false, "a…", Some(output), extent);
        let long = command("a\nb\nc", "warned");
        assert_eq!(show(&long, Extent::Whole), "    a\n    b\n    c\n    warned");
        assert_eq!(show(&long, Extent::Ends), "    a…");
        assert_eq!(show(&command("a", ""), Extent::Whole), "    a…");
    }

    #[test]
    fn an_error_in_the_result_is_printed_once() {
        let failed = || end(Turn::Failed, "Out of tokens");
        assert_eq!(printed([failed()]), ["! Out of tokens"]);
        let error = Event::ApiError {
            error: protocol::ApiErrorKind::Overloaded,
            status: None,
            message: "Out of tokens".to_owned(),
        };
        assert_eq!(printed([error, failed()]), ["! Out of tokens"]);
    }

    #[test]
    fn a_result_is_whole_or_says_how_much_is_left_out() {
        let many = (1..=12).map(|line| format!("line {line}")).collect::<Vec<_>>().join("\n");
        let few = "a\nb\nc\nd failed\n";
        let show = |text: &str, extent| result(false, false, text, None, extent);
        assert_eq!(show(few, Extent::First), "    failed: a\n    … 3 more lines");
        assert_eq!(show("a\nb\n", Extent::First), "    failed: a\n    b");
        assert_eq!(show(few, Extent::Ends), "    failed: a\n    b\n    c\n    d failed");
        assert_eq!(
            show(&many, Extent::Ends),
            "    failed: line 1\n    line 2\n    line 3\n    … 6 more lines; --full shows them\n    \
             line 10\n    line 11\n    line 12"
        );
        assert_eq!(show(&many, Extent::Whole).lines().count(), 12);
        assert_eq!(show("\n\none\n\n", Extent::First), "    failed: one");
        let wide = result(true, false, &"x".repeat(200), None, Extent::Ends);
        assert!(wide.ends_with("x… 40 more characters"), "{wide}");
        assert_eq!(result(true, false, "", None, Extent::Ends), "");
        assert_eq!(
            result(true, false, "5 %\r100 %\u{85}end", None, Extent::Ends),
            "    100 %\n    end"
        );
    }
}
