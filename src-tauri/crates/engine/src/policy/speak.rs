//! Decides what is written to agents, from the conversation, which the decoder folds from the run's own
//! logs, and from the inputs in the journal. Every input has an id that follows from the conversation or
//! the prompt, so nothing is written twice, even after a crash. Nothing is written before the run was
//! read up to now, and no prompt while a limit holds the account, nor before a checkpoint was made of the
//! files, or tried.

use super::{Decision, Outgoing, View};
use crate::record::RunStatus;
use crate::state::{RunRecord, StoryRecord};
use agents::{Agent, LaunchSpec, Say};
use protocol::{InputKind, InputMode, PermissionChoice, RunId, RunKind, SessionId};

/// Decides what is written to a live run now, in order.
pub(crate) fn decide(view: &View<'_>, run: &RunId) -> Vec<Decision> {
    let Some(record) = view.state.runs.get(run) else { return Vec::new() };
    let waits = |input: &Outgoing| {
        input.kind == InputKind::Prompt && !view.is_tried(&record.story, &input.id)
    };
    // What follows a prompt waits with it.
    let said = all(view, run).into_iter().take_while(|input| !waits(input));
    said.map(|input| Decision::Write { run: run.clone(), input }).collect()
}

/// The prompt that is next, if the agent takes it now.
pub(super) fn next_prompt(view: &View<'_>, run: &RunId) -> Option<String> {
    let mut said = all(view, run).into_iter();
    said.find(|input| input.kind == InputKind::Prompt).map(|input| input.id)
}

/// What could be written now, whether or not the files are held.
fn all(view: &View<'_>, run: &RunId) -> Vec<Outgoing> {
    let Some(record) = view.state.runs.get(run) else { return Vec::new() };
    let Some(story) = view.state.stories.get(&record.story) else { return Vec::new() };
    let unread = RunStatus::default();
    let status = view.seen.runs.get(run).unwrap_or(&unread);
    let agent = agents::agent(&record.spec.agent);
    next(run, record, story, agent, status, is_held(view, run, record))
}

/// Whether a limit holds the account of a run; not for the run that tests whether the limit is gone.
fn is_held(view: &View<'_>, run: &RunId, record: &RunRecord) -> bool {
    let account = record.spec.account.as_ref();
    let model = view.state.stories.get(&record.story).and_then(|it| it.profile.model.as_deref());
    let hold = account.and_then(|account| view.hold(account, model));
    hold.is_some_and(|hold| hold.probe.as_ref() != Some(run))
}

/// The launch specification of a run of a story.
pub(crate) fn launch_spec(story: &StoryRecord, session: SessionId, resume: bool) -> LaunchSpec {
    LaunchSpec {
        session,
        resume,
        profile: story.profile.clone(),
        unattended: story.profile.permission == PermissionChoice::Deny,
    }
}

/// The inputs for a run now, in order. A command gets the end of its input and nothing else.
fn next(
    run: &RunId,
    record: &RunRecord,
    story: &StoryRecord,
    agent: Option<&dyn Agent>,
    status: &RunStatus,
    is_held: bool,
) -> Vec<Outgoing> {
    if !record.started || record.outcome.is_some() || record.is_closed() {
        return Vec::new();
    }
    match (record.spec.kind, agent) {
        (RunKind::Agent, Some(_)) if status.caught_up && status.conversation.refused => {
            vec![Outgoing::close(run)]
        }
        (RunKind::Agent, Some(agent)) if status.caught_up => {
            let mut said = owed(run, record, story, agent, status);
            if status.conversation.open {
                let words = match is_held && !story.queue.is_empty() {
                    true => Vec::from_iter(end_for_a_limit(run, record, status, said.is_empty())),
                    false => words(run, record, story, agent, status, said.is_empty()),
                };
                said.extend(words);
            }
            said
        }
        (RunKind::Agent, _) => Vec::new(),
        _ => vec![Outgoing::close(run)],
    }
}

/// The inputs that the agent's protocol needs and that were not recorded yet.
fn owed(
    run: &RunId,
    record: &RunRecord,
    story: &StoryRecord,
    agent: &dyn Agent,
    status: &RunStatus,
) -> Vec<Outgoing> {
    let session = record.spec.session.clone().or_else(|| status.conversation.session.clone());
    let Some(session) = session else { return Vec::new() };
    let spec = launch_spec(story, session, record.spec.resumes);
    let owed = agent.owed(&spec, &status.conversation).into_iter();
    let owed = owed.map(|input| Outgoing {
        id: format!("{run}-{}", input.id),
        kind: input.kind,
        text: input.text,
    });
    owed.filter(|input| !record.inputs.iter().any(|sent| sent.id == input.id)).collect()
}

/// The end of input of an agent that has done its turn while prompts wait for a limit: the story then waits for the
/// limit as one that has not begun, and the conversation is resumed. A live agent would look as if it worked.
fn end_for_a_limit(
    run: &RunId,
    record: &RunRecord,
    status: &RunStatus,
    may_close: bool,
) -> Option<Outgoing> {
    let prompts = record.prompts();
    let is_settled = match record.spec.input {
        InputMode::OnePrompt => prompts > 0,
        InputMode::TwoWay => prompts > 0 && status.rests_after(prompts) && may_close,
    };
    is_settled.then(|| Outgoing::close(run))
}

/// The next prompt, or the end of input if nothing is left to send.
fn words(
    run: &RunId,
    record: &RunRecord,
    story: &StoryRecord,
    agent: &dyn Agent,
    status: &RunStatus,
    may_close: bool,
) -> Vec<Outgoing> {
    let is_settled = status.rests_after(record.prompts());
    let one_prompt = record.spec.input == InputMode::OnePrompt;
    let takes_next = status.takes_next_after(record.prompts());
    let may_prompt = record.prompts() == 0 || (takes_next && !one_prompt);
    let prompt = story.queue.front().filter(|_| may_prompt).and_then(|(id, text)| {
        let whole = story.preface(record).map(|words| format!("{words}\n\n{text}"));
        let text = whole.as_ref().unwrap_or(text);
        let text = agent.say(Say::Prompt { id, text }, &status.conversation).ok()?;
        Some(Outgoing { id: id.clone(), kind: InputKind::Prompt, text })
    });
    let is_last = match one_prompt {
        true => prompt.is_some() || record.prompts() > 0,
        false => story.queue.is_empty() && is_settled && !status.interrupted && may_close,
    };
    prompt.into_iter().chain(is_last.then(|| Outgoing::close(run))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{SentInput, State};
    use agents::Conversation;
    use protocol::{JournalEntry, StoryId, Timestamp};
    use serde_json::json;

    /// Folds the journal of a story with an agent's run.
    fn journal() -> State {
        let events = [
            json!({"type": "story_created", "slug": "s", "title": "S", "project": "/w", "dir": "/w", "branch": null, "agent": "claude", "profile": {},
                "gates": [], "resume_on_reset": false}),
            json!({"type": "run_starting", "slug": "s.1", "kind": "agent", "agent": "claude",
                "decoder": "claude/1", "account": null, "session": "c", "resumes": false,
                "argv": [], "usage_baseline": {"models": {}, "cost_micros": 0}}),
            json!({"type": "run_started", "pid": 7}),
        ];
        let mut state = State::default();
        for (n, event) in events.into_iter().enumerate() {
            let entry = json!({"seq": n + 1, "at": "2026-01-01T00:00:00.000Z", "story": "story", "run": "run", "event": event});
            state.apply(&serde_json::from_value::<JournalEntry>(entry).expect("an entry"));
        }
        state
    }

    /// The inputs of the run in the journal, its status, and the queued prompts.
    #[derive(Default)]
    struct Case {
        recorded: &'static [(&'static str, InputKind)],
        queue: &'static [&'static str],
        idle: bool,
        turn_over: bool,
        prompts_read: u32,
        interrupted: bool,
        closed_to_prompts: bool,
        unread: bool,
        one_prompt: bool,
        kind: Option<RunKind>,
        is_held: bool,
    }

    /// The ids of the inputs that are decided.
    fn said(case: &Case) -> Vec<String> {
        let (mut state, run) = (journal(), RunId::new("run"));
        let story = state.stories.get_mut(&StoryId::new("story")).expect("the story");
        story.queue.extend(case.queue.iter().map(|id| ((*id).to_owned(), "words".to_owned())));
        let record = state.runs.get_mut(&run).expect("the run");
        record.spec.kind = case.kind.unwrap_or(RunKind::Agent);
        record.spec.input = if case.one_prompt { InputMode::OnePrompt } else { InputMode::TwoWay };
        record.inputs.extend(case.recorded.iter().map(|(id, kind)| SentInput {
            id: (*id).to_owned(),
            kind: *kind,
            text: String::new(),
            at: Timestamp::default(),
        }));
        let conversation =
            Conversation { open: !case.closed_to_prompts, ..Conversation::default() };
        let status = RunStatus {
            idle: case.idle,
            turn_over: case.idle || case.turn_over,
            prompts_read: case.prompts_read,
            interrupted: case.interrupted,
            caught_up: !case.unread,
            conversation,
            ..RunStatus::default()
        };
        let record = &state.runs[&run];
        let agent = agents::agent(&record.spec.agent);
        let said = next(&run, record, &state.stories[&record.story], agent, &status, case.is_held);
        said.into_iter().map(|input| input.id).collect()
    }

    const HELLO: (&str, InputKind) = ("run-hello", InputKind::Hello);
    const FIRST: (&str, InputKind) = ("p1", InputKind::Prompt);

    #[test]
    fn what_is_owed_comes_first_and_then_the_prompts_one_by_one() {
        let queued = || Case { queue: &["p1", "p2"], ..Case::default() };
        assert_eq!(said(&queued()), ["run-hello", "p1"]);
        assert_eq!(said(&Case { recorded: &[HELLO], ..queued() }), ["p1"]);
        let sent = || Case { recorded: &[HELLO, FIRST], queue: &["p2"], ..Case::default() };
        assert!(said(&sent()).is_empty(), "it works");
        let looks_idle = Case { idle: true, ..sent() };
        assert!(said(&looks_idle).is_empty(), "the first was not read back");
        assert_eq!(said(&Case { idle: true, prompts_read: 1, ..sent() }), ["p2"]);
    }

    #[test]
    fn a_background_task_holds_no_prompt_back_and_keeps_the_input_open() {
        let server = || Case {
            recorded: &[HELLO, FIRST],
            turn_over: true,
            prompts_read: 1,
            ..Case::default()
        };
        assert!(said(&server()).is_empty(), "the input stays open for its task");
        assert_eq!(said(&Case { queue: &["p2"], ..server() }), ["p2"]);
        assert!(said(&Case { queue: &["p2"], one_prompt: true, ..server() }) == ["run-close"]);
        assert!(said(&Case { queue: &["p2"], prompts_read: 0, ..server() }).is_empty());
    }

    #[test]
    fn input_is_ended_when_nothing_is_left_to_say_and_no_person_is_waited_for() {
        let idle =
            || Case { recorded: &[HELLO, FIRST], idle: true, prompts_read: 1, ..Case::default() };
        assert_eq!(said(&idle()), ["run-close"]);
        assert!(said(&Case { interrupted: true, ..idle() }).is_empty());
        assert!(said(&Case { prompts_read: 0, ..idle() }).is_empty());
        let recorded = &[HELLO, FIRST, ("run-close", InputKind::Close)];
        assert!(said(&Case { recorded, queue: &["p2"], ..idle() }).is_empty());
    }

    #[test]
    fn no_prompt_is_sent_before_the_conversation_is_open() {
        let shut = Case { queue: &["p1"], closed_to_prompts: true, ..Case::default() };
        assert_eq!(said(&shut), ["run-hello"]);
        assert!(said(&Case { recorded: &[HELLO], ..shut }).is_empty());
    }

    #[test]
    fn a_prompt_waits_while_a_limit_holds_the_account() {
        let held = |queue| Case {
            recorded: &[HELLO, FIRST],
            queue,
            idle: true,
            prompts_read: 1,
            is_held: true,
            ..Case::default()
        };
        assert_eq!(said(&held(&["p2"])), ["run-close"], "the story waits, and not its agent");
        assert_eq!(said(&Case { interrupted: true, ..held(&["p2"]) }), ["run-close"]);
        assert!(said(&Case { idle: false, ..held(&["p2"]) }).is_empty(), "it works");
        let task = Case { idle: false, turn_over: true, ..held(&["p2"]) };
        assert!(said(&task).is_empty(), "its background task goes on");
        let one = Case { idle: false, one_prompt: true, ..held(&["p2"]) };
        assert_eq!(said(&one), ["run-close"], "it works only when its input has ended");
        assert!(said(&Case { recorded: &[HELLO], prompts_read: 0, ..held(&["p1"]) }).is_empty());
        assert_eq!(said(&held(&[])), ["run-close"]);
        assert_eq!(said(&Case { is_held: false, ..held(&["p2"]) }), ["p2"]);
    }

    #[test]
    fn nothing_is_said_before_the_run_was_read() {
        assert!(said(&Case { queue: &["p1"], unread: true, ..Case::default() }).is_empty());
    }

    #[test]
    fn an_agent_of_one_prompt_gets_it_and_the_end_of_its_input() {
        let one = || Case { queue: &["p1", "p2"], one_prompt: true, ..Case::default() };
        assert_eq!(said(&one()), ["run-hello", "p1", "run-close"]);
        let killed_between = Case { recorded: &[HELLO, FIRST], queue: &["p2"], ..one() };
        assert_eq!(said(&killed_between), ["run-close"]);
        assert_eq!(said(&Case { queue: &[], ..one() }), ["run-hello"]);
    }

    #[test]
    fn a_command_gets_the_end_of_its_input() {
        let gate = Case { kind: Some(RunKind::Gate), unread: true, ..Case::default() };
        assert_eq!(said(&gate), ["run-close"]);
    }
}
