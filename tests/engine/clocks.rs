//! Wall clocks that jump, and resets at impossible times. The order of events comes from their
//! numbers, and waits compare absolute times repeatedly, so a jump neither blocks a story nor
//! repeats one. The engine runs in this process, with a clock that the test sets.

use crate::support::{self, World, own, until};
use crate::truth::Truth;
use engine::Engine;
use engine::clock::{Clock, SystemClock};
use protocol::{
    Answer, JournalEvent, Reason, Reply, Request, Seq, Source, StateDetail, Story, StoryId,
    StoryState, Timestamp,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const HOUR: i64 = 3_600_000;

/// The machine's clock, plus this many milliseconds.
#[derive(Default)]
struct Jumping(AtomicI64);

impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_millis(self.0.load(Ordering::Relaxed))
    }
}

impl Jumping {
    fn jump(&self, by: i64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }
}

fn open(world: &World, clock: &Arc<Jumping>) -> Engine {
    let mut options = world.options();
    options.clock = Arc::clone(clock) as _;
    own(options)
}

fn start(engine: &Engine, repo: &Path, prompt: &str, resume_on_reset: bool) -> StoryId {
    start_on(engine, "one", repo, prompt, resume_on_reset)
}

/// The same with an account of this name.
fn start_on(
    engine: &Engine,
    account: &str,
    repo: &Path,
    prompt: &str,
    resume_on_reset: bool,
) -> StoryId {
    let mut start = support::story(repo, prompt);
    start.resume_on_reset = resume_on_reset;
    start.set_env = BTreeMap::from([("MUSHER_DEMO_ACCOUNT".to_owned(), account.to_owned())]);
    support::start(engine, start)
}

/// A request to try a story although its account is held.
fn try_now(story: &StoryId, id: &str) -> Request {
    Request::Resume {
        story: story.clone(),
        id: id.to_owned(),
        now: true,
        change: protocol::ProfileChange::default(),
    }
}

/// Waits for a state. Each check also sends a request, so that the engine looks at its clock.
fn until_state(engine: &Engine, story: &StoryId, state: StoryState) -> Story {
    until(&format!("{state:?}"), || {
        engine.request(Request::Hello { version: "journey".to_owned() }).unwrap();
        let now = engine.reader().unwrap().story(story.as_str()).unwrap();
        (now.state == state && now.queued_prompts == 0).then_some(now)
    })
}

/// Waits until a limit holds the story, whether or not prompts wait.
fn until_limited(engine: &Engine, story: &StoryId) -> Story {
    until("limited", || {
        let now = engine.reader().unwrap().story(story.as_str()).unwrap();
        (now.state == StoryState::Limited).then_some(now)
    })
}

fn facts(engine: &Engine, story: &StoryId, wanted: fn(&JournalEvent) -> bool) -> usize {
    let entries = engine.reader().unwrap().journal(story, Seq(0)).unwrap();
    let is_wanted = |source: &Source| matches!(source, Source::Journal(event) if wanted(event));
    entries.iter().filter(|entry| is_wanted(&entry.source)).count()
}

#[test]
fn a_clock_that_jumps_in_the_middle_changes_nothing() {
    let world = World::new();
    let clock = Arc::new(Jumping::default());
    let engine = open(&world, &clock);
    let repo = world.repo("work");
    let story = start(&engine, &repo, "[[demo:slow n=30 ms=40]]", false);
    for jump in [-HOUR, 87_600 * HOUR, -87_599 * HOUR] {
        until_state(&engine, &story, StoryState::Running);
        clock.jump(jump);
        engine
            .request(Request::Send {
                story: story.clone(),
                id: format!("jump {jump}"),
                text: "[[demo:slow n=5 ms=40]]".to_owned(),
            })
            .unwrap();
    }
    until_state(&engine, &story, StoryState::Done);
    let entries = engine.reader().unwrap().journal(&story, Seq(0)).unwrap();
    assert!(entries.is_sorted_by_key(|entry| entry.seq), "the order is that of the numbers");
    engine.close("done");
    assert_eq!(Truth::of(&repo).prompts().len(), 4);
    Truth::of(&repo).compare(&world, story.as_str());
    world.verified();
}

#[test]
fn what_is_sent_to_a_limited_story_waits_for_the_reset() {
    let world = World::new();
    let clock = Arc::new(Jumping::default());
    let engine = open(&world, &clock);
    let repo = world.repo("work");
    let story = start(&engine, &repo, "[[demo:limit_reject until=3600]]", false);
    until_state(&engine, &story, StoryState::Limited);
    let text = "[[demo:plain]]".to_owned();
    engine.request(Request::Send { story: story.clone(), id: "later".to_owned(), text }).unwrap();
    let held = engine.reader().unwrap().story(story.as_str()).unwrap();
    assert_eq!((held.state, held.queued_prompts), (StoryState::Limited, 1), "{held:#?}");
    assert_eq!(held.runs.len(), 1, "another try now would only be refused again");
    clock.jump(HOUR + 60_000);
    let done = until_state(&engine, &story, StoryState::Done);
    assert_eq!(done.runs.len(), 2);
    engine.close("done");
    assert_eq!(Truth::of(&repo).prompts().len(), 2, "nothing was said but what the person wrote");
    world.verified();
}

#[test]
fn a_request_to_go_on_is_granted_once_and_not_refused_again() {
    let world = World::new();
    let clock = Arc::new(Jumping::default());
    let engine = open(&world, &clock);
    let story = start(&engine, &world.repo("work"), "[[demo:limit_reject until=3600]]", false);
    until_state(&engine, &story, StoryState::Limited);
    let text = "[[demo:plain]]".to_owned();
    engine.request(Request::Send { story: story.clone(), id: "later".to_owned(), text }).unwrap();
    let resume = |id: &str| try_now(&story, id);
    for _ in 0..2 {
        assert_eq!(engine.request(resume("now")).unwrap(), Reply::Done);
    }
    until_state(&engine, &story, StoryState::Done);
    assert_eq!(engine.request(resume("now")).unwrap(), Reply::Done);
    let done = until_state(&engine, &story, StoryState::Done);
    assert_eq!(done.runs.len(), 2, "{done:#?}");
    let asked = facts(&engine, &story, |it| matches!(it, JournalEvent::ResumeRequested { .. }));
    assert_eq!(asked, 1);
    engine.close("done");
    world.verified();
}

#[test]
fn what_is_asked_of_a_held_account_waits_for_its_reset() {
    let world = World::new();
    let clock = Arc::new(Jumping::default());
    let engine = open(&world, &clock);
    let first = start(&engine, &world.repo("first"), "[[demo:limit_reject until=3600]]", false);
    let until = until_state(&engine, &first, StoryState::Limited).until;
    let second = start(&engine, &world.repo("second"), "[[demo:plain]]", false);
    let held = until_limited(&engine, &second);
    assert_eq!((held.until, held.runs.len(), held.queued_prompts), (until, 0, 1), "{held:#?}");
    assert!(matches!(held.about, Some(StateDetail::Held { .. })), "{held:#?}");
    // The first story is asked to go on, but it must not be the first one to try the limit.
    let id = "go on".to_owned();
    let resume = Request::Resume {
        story: first.clone(),
        id,
        now: false,
        change: protocol::ProfileChange::default(),
    };
    assert_eq!(engine.request(resume).unwrap(), Reply::Done);
    assert_eq!(until_limited(&engine, &first).runs.len(), 1);
    clock.jump(HOUR + 60_000);
    assert_eq!(until_state(&engine, &second, StoryState::Done).runs.len(), 1);
    engine.close("done");
    world.verified();
}

#[test]
fn one_run_tries_a_limit_and_its_success_frees_the_others() {
    let world = World::new();
    let clock = Arc::new(Jumping::default());
    let engine = open(&world, &clock);
    let first = start(&engine, &world.repo("first"), "[[demo:limit_reject until=3600]]", false);
    until_state(&engine, &first, StoryState::Limited);
    let [second, third] = ["[[demo:slow n=30 ms=40]]", "[[demo:plain]]"].map(|prompt| {
        let repo = world.repo(&StoryId::generate().to_string());
        start(&engine, &repo, prompt, false)
    });
    until_limited(&engine, &second);
    until_limited(&engine, &third);
    assert_eq!(engine.request(try_now(&second, "second")).unwrap(), Reply::Done);
    let refused = engine.request(try_now(&third, "third")).unwrap_err().to_string();
    let slug = engine.reader().unwrap().story(second.as_str()).unwrap().slug;
    assert!(refused.contains(slug.as_str()), "{refused}");
    assert_eq!(until_limited(&engine, &third).runs.len(), 0);
    until_state(&engine, &second, StoryState::Done);
    assert_eq!(until_state(&engine, &third, StoryState::Done).runs.len(), 1);
    let first = until_state(&engine, &first, StoryState::NeedsYou);
    assert_eq!((first.runs.len(), first.resume_on_reset), (1, false), "nobody asked for more");
    assert_eq!(first.reason, Some(Reason::LimitOver));
    engine.close("done");
    world.verified();
}

#[test]
fn a_reset_that_a_jump_passes_is_noticed_once() {
    let world = World::new();
    let clock = Arc::new(Jumping::default());
    let engine = open(&world, &clock);
    let story = start(&engine, &world.repo("work"), "[[demo:limit_reject until=3600]]", true);
    until_state(&engine, &story, StoryState::Limited);
    clock.jump(-5 * HOUR);
    let limited = until_state(&engine, &story, StoryState::Limited);
    assert_eq!(limited.runs.len(), 1, "a clock that goes back resumes nothing");
    clock.jump(5 * HOUR + HOUR + 60_000);
    let done = until_state(&engine, &story, StoryState::Done);
    assert_eq!(done.runs.len(), 2);
    let claims = facts(&engine, &story, |it| matches!(it, JournalEvent::ResumeClaimed { .. }));
    assert_eq!(claims, 1);
    clock.jump(-3 * HOUR);
    clock.jump(3 * HOUR);
    assert_eq!(until_state(&engine, &story, StoryState::Done).runs.len(), 2);
    engine.close("done");
    world.verified();
}

#[test]
fn a_story_that_did_not_ask_for_it_is_not_resumed_and_needs_a_person() {
    let world = World::new();
    let clock = Arc::new(Jumping::default());
    let engine = open(&world, &clock);
    let story = start(&engine, &world.repo("work"), "[[demo:limit_reject until=60]]", false);
    until_state(&engine, &story, StoryState::Limited);
    clock.jump(HOUR);
    let stands = until_state(&engine, &story, StoryState::NeedsYou);
    assert_eq!((stands.runs.len(), stands.reason), (1, Some(Reason::LimitOver)));
    engine.close("done");
}

#[test]
fn resets_that_make_no_sense_are_waited_for_within_reason() {
    let world = World::new();
    let clock = Arc::new(Jumping::default());
    let engine = open(&world, &clock);
    let odd = ["0", "-1", "1000000000", "9223372036854775807", "99999999999999", "soon"];
    let stories: Vec<StoryId> = odd
        .iter()
        .map(|resets| {
            let prompt = format!("[[demo:limit_reject resets_at={resets}]]");
            let name = format!("repo{resets}");
            start_on(&engine, &name, &world.repo(&name), &prompt, true)
        })
        .collect();
    for (story, odd) in stories.iter().zip(odd) {
        let limited = until_state(&engine, story, StoryState::Limited);
        let wait = limited.until.unwrap().since(limited.since);
        assert!((30_000..=6 * HOUR).contains(&wait), "resets_at={odd}: {wait} ms");
        assert_eq!(limited.runs.len(), 1, "resets_at={odd}");
    }
    engine.close("done");
    world.verified();
}

#[test]
fn a_story_whose_next_prompt_waits_for_another_story_s_limit_says_so() {
    let world = World::new();
    let clock = Arc::new(Jumping::default());
    let engine = open(&world, &clock);
    let repo = world.repo("work");
    let story = start(&engine, &repo, "[[demo:ask]]", false);
    let asked = || engine.reader().unwrap().questions(true).unwrap().pop();
    let question = until("a question", asked).id;
    let text = "[[demo:plain]]".to_owned();
    engine.request(Request::Send { story: story.clone(), id: "later".to_owned(), text }).unwrap();
    let limit = "[[demo:limit_reject until=3600]]";
    let limited = start(&engine, &world.repo("other"), limit, false);
    until_limited(&engine, &limited);
    engine.request(Request::Answer { question, answer: Answer::allow() }).unwrap();
    let held = until_limited(&engine, &story);
    assert_eq!((held.queued_prompts, held.runs.len()), (1, 1), "{held:#?}");
    clock.jump(HOUR + 60_000);
    let done = until_state(&engine, &story, StoryState::Done);
    assert_eq!(done.runs.len(), 2, "its conversation goes on: {done:#?}");
    engine.close("done");
    assert_eq!(Truth::of(&repo).prompts().len(), 2);
    world.verified();
}
