//! What is said to a person about how a story goes on. Each command that is named is one that the story's state takes
//! (`engine::story::next`). Pure.

use crate::text;
use crate::zone::clock;
use engine::clock::{Clock, SystemClock};
use engine::owner::Owner;
use engine::story::next::{NextStep, next_step};
use protocol::{Reason, ResetBasis, Story, StoryState};

/// What to do about a login or an API key that the provider refuses.
const SIGN_IN: &str =
    "Sign in with the agent's own program, or set a valid API key where Musher is started, first.";

/// The lines below the state of a story that was followed to its rest; `owner` owns the data directory now.
pub(crate) fn after(story: &Story, owner: Option<&Owner>) -> Vec<String> {
    let mut lines = Vec::new();
    match (story.state, story.reason) {
        (StoryState::Done | StoryState::Archived, _) => return lines,
        (StoryState::NeedsYou, Some(Reason::Login)) => {
            lines.push(SIGN_IN.to_owned());
        }
        (StoryState::NeedsYou, Some(Reason::StartFailed)) => {
            lines.push("Correct what is said above first.".to_owned());
        }
        (StoryState::Limited, _) => lines.push(after_reset(story, owner)),
        _ => {}
    }
    lines.extend(go_on(story));
    if (story.state, story.reason) == (StoryState::NeedsYou, Some(Reason::SetupFailed)) {
        lines.push(format!("Start without its set-up: mush resume {} --skip-set-up", story.slug));
    }
    if (story.state, story.reason) == (StoryState::NeedsYou, Some(Reason::GateFailed)) {
        lines.push(format!("Only its gates again: mush resume {} --gates", story.slug));
    }
    if (story.state, story.reason) == (StoryState::NeedsYou, Some(Reason::Model)) {
        lines.push(format!("With another model: mush resume {} --model MODEL", story.slug));
    }
    if story.reason == Some(Reason::StartFailed) && next_step(story) == Some(NextStep::Resume) {
        lines.push(format!(
            "Another program, model or arguments: mush resume {} --bin PATH --model NAME --arg X",
            story.slug
        ));
    }
    if !story.runs.is_empty() {
        lines.push(format!(
            "See everything: mush events {}.{} --full",
            story.slug,
            story.runs.len()
        ));
    }
    lines
}

/// How a story goes on that rests: the commands for it.
pub(crate) fn go_on(story: &Story) -> Option<String> {
    let name = &story.slug;
    let (step, is_limited) = (next_step(story)?, story.state == StoryState::Limited);
    let is_over = story.reason == Some(Reason::LimitOver) || story.is_limit_over(SystemClock.now());
    let resume = match (is_over, is_limited) {
        _ if story.reason == Some(Reason::SetupFailed) => {
            format!("Run the set-up again: mush resume {name}")
        }
        (true, _) => format!("Start it again: mush resume {name}"),
        (false, true) => format!("To try now: mush resume {name}"),
        (false, false) => format!("Go on: mush resume {name}"),
    };
    Some(match step {
        NextStep::Resume => resume,
        NextStep::ResumeOrSend if story.resume_on_reset && is_limited => resume,
        NextStep::ResumeOrSend if is_limited && !is_over => {
            format!("{resume}; to go on after the reset: mush send {name} TEXT")
        }
        NextStep::ResumeOrSend => {
            format!("{resume}; or with other words: mush send {name} TEXT")
        }
        NextStep::Send => format!("Go on: mush send {name} TEXT"),
    })
}

/// Whether a story was cut off and can be resumed without a prompt: a limit or a bad end stopped it.
pub(crate) fn can_be_started_again(story: &Story) -> bool {
    let is_stopped = matches!(story.state, StoryState::Limited | StoryState::NeedsYou);
    is_stopped && matches!(next_step(story), Some(NextStep::Resume | NextStep::ResumeOrSend))
}

/// What happens after the reset of a limit that holds a story.
fn after_reset(story: &Story, owner: Option<&Owner>) -> String {
    let goes_on = tried_again(story);
    match (story.goes_on_by_itself(), owner) {
        (false, _) if story.is_limit_over(SystemClock.now()) => "The limit is over.".to_owned(),
        (false, _) => "It does not go on by itself: no prompt waits.".to_owned(),
        (true, Some(owner)) => format!("{goes_on}: {owner} looks after it."),
        (true, None) => format!("{goes_on} if the window or `mush serve` is there."),
    }
}

/// When a limited story goes on by itself, as the beginning of a sentence.
pub(crate) fn tried_again(story: &Story) -> String {
    match (story.until.map(clock), story.reset) {
        (None, _) => "It goes on by itself after its reset".to_owned(),
        (Some(time), ResetBasis::Guessed) => {
            format!("It tries again by itself at about {time} (the agent named no reset)")
        }
        (Some(time), ResetBasis::Reported) => format!("It goes on by itself after {time}"),
        (Some(_), ResetBasis::Served) => "It goes on by itself".to_owned(),
    }
}

/// How many prompts are queued, as a sentence.
pub(crate) fn waiting(story: &Story) -> String {
    match story.queued_prompts {
        0 => "No prompt is queued.".to_owned(),
        1 => "A prompt is queued.".to_owned(),
        count => format!("{count} prompts are queued."),
    }
}

/// A story's state with its detail, as a sentence.
pub(crate) fn stands(story: &Story) -> String {
    let detail = story.detail.as_deref().map(text::clean).filter(|detail| !detail.is_empty());
    let why = detail.map_or(String::new(), |detail| format!(": {detail}"));
    let stands = text::state(story);
    let stands = match stands.strip_prefix("needs you") {
        Some(rest) => format!("It needs you{rest}{why}"),
        None => format!("It is {stands}{why}"),
    };
    match stands.ends_with(['.', '!', '?', '…']) {
        true => stands,
        false => format!("{stands}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::story::next::{can_be_resumed, takes_prompts};
    use protocol::{AgentId, CostBasis, Profile, RunId, Slug, StoryId, Timestamp, Tokens};

    const STATES: [StoryState; 12] = [
        StoryState::Draft,
        StoryState::Queued,
        StoryState::Starting,
        StoryState::Running,
        StoryState::Waiting,
        StoryState::Limited,
        StoryState::Gating,
        StoryState::InTerminal,
        StoryState::Done,
        StoryState::NeedsYou,
        StoryState::Stopped,
        StoryState::Archived,
    ];

    const AGAIN: &str =
        "Start it again: mush resume work; or with other words: mush send work TEXT";

    const REASONS: [Option<Reason>; 9] = [
        None,
        Some(Reason::StartFailed),
        Some(Reason::SetupFailed),
        Some(Reason::GateFailed),
        Some(Reason::Login),
        Some(Reason::Crashed),
        Some(Reason::Lost),
        Some(Reason::LimitOver),
        Some(Reason::You),
    ];

    fn story(state: StoryState, reason: Option<Reason>, prompts: u32, resumes: bool) -> Story {
        let at = Timestamp::from_millis(0);
        Story {
            id: StoryId::new("s"),
            slug: Slug::new("work"),
            title: "Work".to_owned(),
            project: "/p".to_owned(),
            dir: "/p".to_owned(),
            branch: None,
            agent: AgentId::new("demo"),
            profile: Profile::default(),
            gates: Vec::new(),
            state,
            reason,
            detail: None,
            about: None,
            since: at,
            until: None,
            reset: ResetBasis::default(),
            resume_on_reset: resumes,
            created_at: at,
            runs: vec![RunId::new("r")],
            session: None,
            incomplete: false,
            queued_prompts: prompts,
            open_questions: 0,
            tasks_after_turn: None,
            tokens: Tokens::default(),
            cost_micros: 0,
            cost_basis: CostBasis::Unpriced,
            is_partial: false,
            rereading: false,
            looked: None,
            work: None,
            logs_deleted: None,
        }
    }

    /// Every story by what its advice depends on.
    fn all() -> impl Iterator<Item = Story> {
        STATES.into_iter().flat_map(|state| {
            REASONS.into_iter().flat_map(move |reason| {
                [0, 1, 2].into_iter().flat_map(move |prompts| {
                    [false, true].map(|resumes| story(state, reason, prompts, resumes))
                })
            })
        })
    }

    #[test]
    fn what_is_advised_is_accepted() {
        for story in all() {
            let (state, name) =
                (story.state, format!("{:?} {}", story.state, story.queued_prompts));
            let said =
                after(&story, None).into_iter().chain(go_on(&story)).collect::<Vec<_>>().join("\n");
            let names = |verb: &str| said.contains(&format!("mush {verb} work"));
            assert!(!names("resume") || can_be_resumed(state), "{name}: {said}");
            assert!(!names("send") || takes_prompts(state), "{name}: {said}");
            // Where a prompt waits, another one is not asked for; where none waits, "go on" needs one.
            let is_at_rest = can_be_resumed(state);
            assert!(!(is_at_rest && story.queued_prompts > 0 && names("send")), "{name}: {said}");
            assert!(!is_at_rest || go_on(&story).is_some(), "{name}: no way on");
        }
    }

    #[test]
    fn a_turn_that_is_over_is_said_to_be() {
        let shown = |state, tasks| {
            let story = Story { tasks_after_turn: tasks, ..story(state, None, 0, false) };
            text::stories(&[story], false)[1].split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let running = |tasks| shown(StoryState::Running, tasks);
        let rest = ", nobody looks after it 0 not priced yet Work";
        assert_eq!(running(None), format!("work running{rest}"));
        assert_eq!(running(Some(0)), format!("work running (turn over){rest}"));
        assert_eq!(running(Some(1)), format!("work running (turn over, 1 background task){rest}"));
        assert_eq!(running(Some(2)), format!("work running (turn over, 2 background tasks){rest}"));
        assert_eq!(shown(StoryState::Done, Some(0)), "work done 0 not priced yet Work");
    }

    #[test]
    fn a_story_is_left_with_the_next_step() {
        let said =
            |state, reason, prompts, resumes| after(&story(state, reason, prompts, resumes), None);
        let events = "See everything: mush events work.1 --full";
        assert_eq!(
            said(StoryState::NeedsYou, Some(Reason::StartFailed), 1, false),
            [
                "Correct what is said above first.",
                "Go on: mush resume work",
                "Another program, model or arguments: mush resume work --bin PATH --model NAME --arg X",
                events
            ]
        );
        assert_eq!(
            said(StoryState::NeedsYou, Some(Reason::SetupFailed), 1, false),
            [
                "Run the set-up again: mush resume work",
                "Start without its set-up: mush resume work --skip-set-up",
                events
            ]
        );
        assert_eq!(
            said(StoryState::NeedsYou, Some(Reason::GateFailed), 0, false),
            [
                "Go on: mush resume work; or with other words: mush send work TEXT",
                "Only its gates again: mush resume work --gates",
                events
            ]
        );
        assert_eq!(
            said(StoryState::NeedsYou, Some(Reason::Login), 0, false),
            [SIGN_IN, "Go on: mush resume work; or with other words: mush send work TEXT", events]
        );
        assert_eq!(
            said(StoryState::Limited, None, 1, false),
            [
                "It goes on by itself after its reset if the window or `mush serve` is there.",
                "To try now: mush resume work",
                events
            ]
        );
        assert_eq!(
            said(StoryState::Limited, None, 0, false),
            ["The limit is over.", AGAIN, events],
            "no reset is known, and nobody looks after it"
        );
        assert_eq!(said(StoryState::NeedsYou, Some(Reason::LimitOver), 0, false), [AGAIN, events]);
        let until = Some(SystemClock.now().plus_millis(3_600_000));
        let held = Story { until, ..story(StoryState::Limited, None, 0, false) };
        assert_eq!(
            after(&held, None),
            [
                "It does not go on by itself: no prompt waits.",
                "To try now: mush resume work; to go on after the reset: mush send work TEXT",
                events
            ]
        );
        let held = Story { resume_on_reset: true, ..held };
        assert_eq!(go_on(&held).as_deref(), Some("To try now: mush resume work"));
        let crashed = story(StoryState::NeedsYou, Some(Reason::Crashed), 0, false);
        assert!(go_on(&crashed).unwrap().starts_with("Go on: mush resume work;"));
        let done = story(StoryState::Done, None, 0, false);
        assert_eq!(go_on(&done).as_deref(), Some("Go on: mush send work TEXT"));
        assert!(said(StoryState::Done, None, 0, false).is_empty());
    }
}
