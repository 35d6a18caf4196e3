//! A property over random journals and live runs: if the decisions are carried out and the policies are
//! asked again, they soon decide nothing.

use super::scene::Scene;
use super::{Decision, decide, gates, why};
use crate::story::change::Because;
use crate::story::table::StoryInput;
use proptest::prelude::*;
use protocol::{
    Actor, FailedKind, JournalEvent, Outcome, PermissionChoice, RunId, StartFailedKind, StoryId,
    StoryState, Timestamp, WaitsFor,
};

/// The kind of an event and its parameter.
type Step = (u8, u16);

/// The most stories.
const STORIES: u16 = 5;

/// Carries out the decisions up to the first run that starts, as the director does, until nothing is
/// decided. Returns how many rounds that took.
fn settle(scene: &mut Scene) -> usize {
    let most = (scene.state.stories.len() + scene.state.live.len() + 1) * 8;
    for round in 0..=most {
        let decisions = decide(&scene.view());
        assert_eq!(decisions, decide(&scene.view()), "asked twice");
        if decisions.is_empty() {
            return round;
        }
        for decision in decisions {
            let starts = matches!(decision, Decision::Start { .. });
            scene.perform(decision);
            if starts {
                break;
            }
        }
    }
    panic!("no rest after {most} rounds: {:#?}", decide(&scene.view()));
}

fn story_of(scene: &Scene, how: u16) -> Option<StoryId> {
    let mut stories: Vec<&StoryId> = scene.state.stories.keys().collect();
    stories.sort_unstable();
    (!stories.is_empty()).then(|| stories[usize::from(how) % stories.len()].clone())
}

fn run_of(scene: &Scene, how: u16) -> Option<RunId> {
    let live: Vec<&RunId> = scene.state.live.iter().collect();
    (!live.is_empty()).then(|| live[usize::from(how) % live.len()].clone())
}

fn outcome(scene: &Scene, how: u16) -> Outcome {
    let until = |millis: i64| Some(scene.now.plus_millis(millis));
    match how % 11 {
        0..=2 => Outcome::Succeeded,
        3 => {
            Outcome::Limited { window: None, name: None, until: until(i64::from(how)), model: None }
        }
        4 => Outcome::Limited { window: None, name: None, until: None, model: None },
        5 => Outcome::Limited {
            window: None,
            name: None,
            until: until(9_000),
            model: Some("big".to_owned()),
        },
        6 => Outcome::Failed { why: FailedKind::Other },
        7 => Outcome::Stopped { by: Actor::You },
        8 => Outcome::StartFailed { why: StartFailedKind::NeverStarted },
        9 => Outcome::StartFailed { why: StartFailedKind::Missing },
        _ => Outcome::Lost,
    }
}

fn happen(scene: &mut Scene, number: usize, (what, how): Step) {
    let flag = |bit: u16| how & (1 << bit) != 0;
    match (what, story_of(scene, how), run_of(scene, how)) {
        (0, ..) if scene.state.stories.len() < usize::from(STORIES) => {
            scene.story(&format!("s{number}"), |it| {
                it.permission =
                    if flag(0) { PermissionChoice::Deny } else { PermissionChoice::Ask };
                it.gates = ["one", "two"].into_iter().take(usize::from(how >> 1) % 3).collect();
                it.set_up = ["one", "two"].into_iter().take(usize::from(how >> 6) % 3).collect();
                it.resume_on_reset = flag(3);
                it.model = flag(4).then_some("big");
                if flag(5) {
                    it.dir = "/srv/shared".to_owned();
                }
            });
        }
        (1, Some(story), _) => scene.prompt(&story, &format!("p{number}")),
        (2, Some(story), _) => {
            scene.prompt(&story, &format!("p{number}"));
            let id = format!("try-{number}");
            let asked = JournalEvent::ResumeRequested { id, now: true };
            scene.fact(Some(&story), None, asked);
        }
        (3, Some(story), _) if scene.state.live_run(&story).is_none() => {
            scene.change(&story, &StoryInput::Stopped, Because::default());
        }
        (4 | 5, _, Some(run)) => {
            let outcome = outcome(scene, how / 7);
            match flag(0) && outcome == Outcome::Succeeded {
                true => scene.lost_question(&run),
                false if flag(1) => scene.ended(&run, outcome),
                false => scene.report_end(&run, outcome),
            }
        }
        (6, _, Some(run)) if scene.status(&run).questions.len() < 3 => {
            scene.asks(&run, &format!("q{number}"));
        }
        (7, _, Some(run)) => {
            let open = scene.status(&run).questions.first().map(|open| open.request.clone());
            match open.filter(|_| flag(0)) {
                Some(request) => scene.answered(&run, &request),
                None => scene.status(&run).questions.clear(),
            }
        }
        (8, _, Some(run)) => {
            let status = scene.status(&run);
            (status.spoke, status.idle, status.interrupted) = (flag(0), flag(1), flag(2));
            (status.caught_up, status.conversation.open) = (flag(3), flag(4));
            status.succeeded |= flag(8);
            status.prompts_read = u32::from(how >> 5) % 4;
        }
        // Another owner, which follows no run yet.
        (10, ..) => {
            scene.seen.runs.clear();
            scene.seen.jobs.clear();
        }
        (11, Some(story), _) if scene.state.live_run(&story).is_none() => {
            match scene.seen.jobs.remove(&story) {
                Some(_) => {}
                None => scene.prepares(&story),
            }
        }
        (12, Some(story), _) => scene.deletes(&story),
        (13, Some(story), _) if scene.state.live_run(&story).is_none() => {
            scene.fact(Some(&story), None, JournalEvent::SetUpSkipped {});
        }
        (14, Some(story), _) if gates::may_run_again(&scene.view(), &story).is_ok() => {
            scene.fact(Some(&story), None, JournalEvent::GatesRequested {});
        }
        (9, ..) => {
            let millis = i64::from(how) * if flag(0) { 1 } else { 1_000 };
            scene.now = scene.now.plus_millis(if flag(1) { millis } else { -millis / 4 });
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn the_policies_come_to_rest(steps in prop::collection::vec((0..15_u8, any::<u16>()), 1..80)) {
        let mut scene = Scene { now: Timestamp::from_seconds(1_000_000), ..Scene::default() };
        for (number, step) in steps.into_iter().enumerate() {
            happen(&mut scene, number, step);
            settle(&mut scene);
            is_consistent(&scene);
            each_has_a_reason(&scene);
        }
        // After enough time everything that can continue has done so.
        scene.seen.jobs.clear();
        for _ in 0..20 {
            scene.now = scene.now.plus_millis(7 * 60 * 60 * 1000);
            settle(&mut scene);
        }
        for (id, story) in &scene.state.stories {
            let goes_on = story.state == StoryState::Limited && !story.queue.is_empty();
            let is_free = scene.state.works_in(story.place(), id).is_none();
            prop_assert!(!(goes_on && is_free), "{id} waits for ever: {story:?}");
        }
    }
}

/// Checks that the sets of the fold are what a walk over everything finds, and that no two agents work in
/// one worktree.
fn is_consistent(scene: &Scene) {
    let state = &scene.state;
    let live = state.runs.iter().filter(|(_, run)| run.outcome.is_none());
    assert_eq!(live.clone().count(), state.live.len());
    assert!(live.clone().all(|(id, _)| state.live.contains(id)));
    let mut places: Vec<&str> = live.map(|(_, run)| state.stories[&run.story].place()).collect();
    places.sort_unstable();
    assert!(places.windows(2).all(|pair| pair[0] != pair[1]), "two work in one place: {places:?}");
    for (id, story) in &state.stories {
        let is_at_work = story.rests_on_a_run();
        let goes_on = state.live_run(id).is_some() || scene.seen.jobs.contains_key(id);
        assert!(!is_at_work || goes_on, "{id} stands still: {story:?}");
        assert!(!is_at_work || state.open.contains(id), "{id} is not looked at: {story:?}");
    }
}

/// Checks that each story waits for something, because nothing is left to be decided.
fn each_has_a_reason(scene: &Scene) {
    for (id, story) in &scene.state.stories {
        let waits_for = why::waits_for(&scene.view(), id);
        let has_reason = waits_for.as_ref().is_some_and(|it| *it != WaitsFor::Nothing);
        assert!(has_reason, "{id} waits for nothing: {waits_for:?} {story:?}");
    }
}

#[test]
fn nothing_is_decided_about_a_story_that_is_left_out() {
    let mut scene = Scene { now: Timestamp::from_seconds(1_000_000), ..Scene::default() };
    let [first, second] = ["first", "second"].map(|name| scene.story(name, |_| ()));
    let run = scene.agent(&first);
    scene.asks(&run, "test");
    let about = |scene: &Scene| -> Vec<StoryId> {
        let decisions = decide(&scene.view());
        decisions.iter().filter_map(|it| it.story(&scene.state)).cloned().collect()
    };
    assert_eq!(about(&scene), [first.clone(), second.clone()]);
    scene.seen.left_out.insert(first.clone());
    assert_eq!(about(&scene), std::slice::from_ref(&second));
    scene.seen.left_out.insert(second);
    assert!(decide(&scene.view()).is_empty());
    scene.ended(&run, Outcome::Limited { window: None, name: None, until: None, model: None });
    assert!(decide(&scene.view()).is_empty());
    scene.seen.left_out.remove(&first);
    assert!(!decide(&scene.view()).is_empty());
}
