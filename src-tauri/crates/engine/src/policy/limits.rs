//! Waits for limits to reset. A hold of an account ends with its limit's reset. A story that was asked to
//! resume by itself, or that has a queued prompt, then resumes; the reset is claimed once in the journal. Another one
//! needs a person from then on.
//! Resets are absolute instants of the provider's clock, and whether one has passed is checked anew each
//! time, so that no story is stuck after a clock jumps.

use super::reset::millis;
use super::{Decision, View, Wanted, admit};
use crate::state::{Hold, StoryRecord};
use crate::story::change::Because;
use crate::story::table::StoryInput;
use protocol::{Actor, PromptQueued, ResetBasis, StoryId, StoryState, Timestamp};

/// The prompt when an agent resumes after a limit. The text is fixed and shown as Musher's.
const LIMIT_HAS_RESET: &str = "The usage limit has reset. Go on where you left off.";

/// The same prompt when the agent named no reset, so that this is a try.
const LIMIT_MAY_HAVE_RESET: &str =
    "A usage limit stopped you, and may have reset by now. Go on where you left off.";

/// The words for a story whose limit is over.
const LIMIT_IS_OVER: &str = "the usage limit is over; start it again";

/// The same when the agent named no reset.
const LIMIT_MAY_BE_OVER: &str =
    "its agent named no reset; the usage limit may be over, start it again";

/// Ends holds whose reset has passed or whose limit proved to be gone, gives held stories the end of
/// their hold, calls a person for stories whose limit is over and that do not resume by themselves, and resumes the
/// next story that waits for a reset.
pub(crate) fn decide(view: &View<'_>) -> Vec<Decision> {
    let mut decisions: Vec<Decision> =
        view.state.holds.iter().flat_map(|hold| end_of(view, hold)).collect();
    decisions.extend(held_longer(view));
    decisions.extend(over(view));
    if turn(view).is_none() {
        let due = waiting(view).filter(|(.., until)| until.since(view.now) <= 0);
        let next = due.min_by_key(|(id, _, until)| (*until, *id));
        decisions.extend(next.into_iter().flat_map(|(id, story, until)| go_on(id, story, until)));
    }
    decisions
}

/// When there is something to decide next, if nothing else happens.
pub(crate) fn next(view: &View<'_>) -> Option<Timestamp> {
    let turn = turn(view);
    let stories = waiting(view).map(|(.., until)| turn.map_or(until, |turn| until.max(turn)));
    let over = resting(view).filter_map(|(_, story)| story.until);
    view.state.holds.iter().map(|hold| hold.until).chain(stories).chain(over).min()
}

/// Ends a hold if it is over. Stories that only this hold kept waiting may resume at once.
fn end_of(view: &View<'_>, hold: &Hold) -> Vec<Decision> {
    if view.is_in_force(hold) {
        return Vec::new();
    }
    let model = hold.model_name().map(str::to_owned);
    let release = Decision::Release { account: hold.account.clone(), model };
    let freed = limited(view)
        .filter(|(_, story)| is_covered(hold, story))
        .filter(|(_, story)| view.hold_of(story).is_none())
        .filter(|(_, story)| story.until.is_some_and(|until| until.since(view.now) > 0))
        .map(|(id, _)| {
            // Before its end a hold is over only because a run was served.
            let is_early = hold.until.since(view.now) > 0;
            let reset = if is_early { ResetBasis::Served } else { hold.reset };
            let because = Because { until: Some(view.now), reset, ..admit::because(hold) };
            Decision::change(id, StoryInput::Held, because)
        });
    freed.chain([release]).collect()
}

fn is_covered(hold: &Hold, story: &StoryRecord) -> bool {
    let account = story.account.as_ref();
    account.is_some_and(|account| hold.covers(account, story.profile.model.as_deref()))
}

/// Decides a later end for stories whose account is held for longer than their state shows.
fn held_longer<'a>(view: &View<'a>) -> impl Iterator<Item = Decision> + use<'a> {
    let view = *view;
    limited(&view).filter_map(move |(id, story)| {
        let hold =
            view.hold_of(story).filter(|hold| story.until.is_none_or(|it| it < hold.until))?;
        Some(Decision::change(id, StoryInput::Held, admit::because(hold)))
    })
}

/// Decides that stories whose limit is over, and that nothing has go on, need a person since then.
fn over<'a>(view: &View<'a>) -> impl Iterator<Item = Decision> + use<'a> {
    let now = view.now;
    let is_over = move |story: &StoryRecord| story.until.is_none_or(|until| until.since(now) <= 0);
    resting(view).filter(move |(_, story)| is_over(story)).map(|(id, story)| {
        let detail = match story.reset {
            ResetBasis::Guessed => LIMIT_MAY_BE_OVER,
            ResetBasis::Reported | ResetBasis::Served => LIMIT_IS_OVER,
        };
        let because = Because { since: story.until, ..Because::default() }.detail(detail);
        Decision::change(id, StoryInput::LimitOver, because)
    })
}

/// Stories that do not resume by themselves after the limit that stopped them, and that no hold keeps waiting.
fn resting<'a>(view: &View<'a>) -> impl Iterator<Item = (&'a StoryId, &'a StoryRecord)> + use<'a> {
    let view = *view;
    limited(&view)
        .filter(|(_, story)| !story.resume_on_reset && story.queue.is_empty())
        .filter(move |(_, story)| view.hold_of(story).is_none())
}

/// When the next story may resume, if one has just resumed. If the clock was set back since then, no
/// story has to wait.
pub(super) fn turn(view: &View<'_>) -> Option<Timestamp> {
    let (resumed, stagger) = (view.state.resumed_at?, millis(view.config.limits.stagger()));
    let is_recent = (0..stagger).contains(&view.now.since(resumed));
    is_recent.then(|| resumed.plus_millis(stagger))
}

/// Stories that resume by themselves, because that was requested or a prompt waits, and when. A story
/// whose account is held, or in whose worktree another story's agent works, waits for that too.
fn waiting<'a>(
    view: &View<'a>,
) -> impl Iterator<Item = (&'a StoryId, &'a StoryRecord, Timestamp)> + use<'a> {
    let view = *view;
    limited(&view)
        .filter(|(_, story)| story.resume_on_reset || !story.queue.is_empty())
        .filter(move |(id, story)| {
            view.hold_of(story).is_none() && admit::works_there(&view, id).is_none()
        })
        .filter_map(|(id, story)| Some((id, story, story.until?)))
}

fn limited<'a>(view: &View<'a>) -> impl Iterator<Item = (&'a StoryId, &'a StoryRecord)> + use<'a> {
    let (state, jobs) = (view.state, &view.seen.jobs);
    view.open()
        .filter(|(_, story)| story.state == StoryState::Limited)
        // The state of a recorded run comes later; a run that is being prepared is already under way.
        .filter(move |(id, story)| !state.is_live(story) && !jobs.contains_key(*id))
}

/// Claims the reset and resumes the story. What is already recorded is not decided again, so the next
/// owner continues where a killed one stopped.
fn go_on(id: &StoryId, story: &StoryRecord, reset: Timestamp) -> Vec<Decision> {
    let reset = Some(reset);
    let claim =
        (story.claimed != Some(reset)).then(|| Decision::Claim { story: id.clone(), reset });
    let text = match story.reset {
        ResetBasis::Guessed => LIMIT_MAY_HAVE_RESET,
        ResetBasis::Reported | ResetBasis::Served => LIMIT_HAS_RESET,
    };
    let prompt = story.queue.is_empty().then(|| Decision::Prompt {
        story: id.clone(),
        prompt: PromptQueued {
            // If it is requested again before a run has begun, it is the same prompt.
            id: format!("{id}-go-on-{}", story.runs.len() + 1),
            text: text.to_owned(),
            by: Actor::Musher,
            comments: Vec::new(),
        },
    });
    let start = Decision::Start { story: id.clone(), run: Wanted::Agent };
    claim.into_iter().chain(prompt).chain([start]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::*;
    use protocol::{AccountId, JournalEvent, Outcome};

    const MINUTE: i64 = 60_000;

    /// Makes a story that a limit holds for this long.
    fn held(scene: &mut Scene, name: &str, resume_on_reset: bool, millis: i64) -> StoryId {
        let story = scene.story(name, |it| it.resume_on_reset = resume_on_reset);
        let run = scene.agent(&story);
        scene.limited(&run, scene.now.plus_millis(millis));
        story
    }

    fn later(scene: &mut Scene, millis: i64) {
        scene.now = scene.now.plus_millis(millis);
    }

    #[test]
    fn a_story_that_is_due_and_whose_start_hangs_holds_no_other_one_up() {
        let mut scene = Scene::default();
        let first = held(&mut scene, "first", true, MINUTE);
        let second = held(&mut scene, "second", true, MINUTE);
        later(&mut scene, 2 * MINUTE);
        scene.prepares(&first);
        let decided = decide(&scene.view());
        let goes_on = Decision::Start { story: second, run: Wanted::Agent };
        assert_eq!(decided.last(), Some(&goes_on), "{decided:#?}");
    }

    #[test]
    fn what_is_due_goes_on_once_and_one_after_the_other() {
        let mut table = Table::default();
        table.case("nothing is limited", |scene| {
            let story = scene.story("a", |_| ());
            scene.agent(&story);
            decide(&scene.view())
        });
        for (name, resumes, passed) in [
            ("before the reset", true, MINUTE - 1),
            ("at the reset", true, MINUTE),
            ("after a reset that nobody waits for", false, 2 * MINUTE),
        ] {
            table.case(name, |scene| {
                held(scene, "a", resumes, MINUTE);
                later(scene, passed);
                decide(&scene.view())
            });
            table.case(&format!("{name}, and a prompt waits"), |scene| {
                let story = held(scene, "a", resumes, MINUTE);
                scene.prompt(&story, "next");
                later(scene, passed);
                decide(&scene.view())
            });
        }
        for (name, reset) in [
            ("after a reset that was guessed, and that nobody waits for", None),
            ("after a run was served, and nobody waits", Some(ResetBasis::Served)),
        ] {
            table.case(name, |scene| {
                let story = scene.story("a", |_| ());
                let run = scene.agent(&story);
                let until = reset.map(|_| scene.now.plus_millis(60 * MINUTE));
                let limit = Outcome::Limited { window: None, name: None, until, model: None };
                scene.ended(&run, limit);
                let follows = super::super::after_run::decide(&scene.view(), &story);
                follows.into_iter().for_each(|it| scene.perform(it));
                later(scene, 10 * MINUTE);
                if let Some(reset) = reset {
                    let because = Because { until: Some(scene.now), reset, ..Because::default() };
                    scene.change(&story, &StoryInput::Held, because);
                    let ended =
                        JournalEvent::HoldEnded { account: AccountId::new("demo"), model: None };
                    scene.fact(None, None, ended);
                }
                decide(&scene.view())
            });
        }
        table.case("its own reset passed, and its account is held for longer", |scene| {
            held(scene, "a", false, MINUTE);
            held(scene, "b", false, 3 * MINUTE);
            later(scene, 2 * MINUTE);
            decide(&scene.view())
        });
        table.case("once a person was called", |scene| {
            held(scene, "a", false, MINUTE);
            later(scene, MINUTE);
            decide(&scene.view()).into_iter().for_each(|it| scene.perform(it));
            later(scene, MINUTE);
            decide(&scene.view())
        });
        table.case("the owner was killed after the claim", |scene| {
            let story = held(scene, "a", true, MINUTE);
            later(scene, MINUTE);
            let claim = JournalEvent::ResumeClaimed { reset: Some(scene.now) };
            scene.fact(Some(&story), None, claim);
            later(scene, 3_000);
            decide(&scene.view())
        });
        table.case("the owner was killed after the prompt", |scene| {
            held(scene, "a", true, MINUTE);
            later(scene, MINUTE);
            for decision in decide(&scene.view()) {
                if !matches!(decision, Decision::Start { .. }) {
                    scene.perform(decision);
                }
            }
            later(scene, 3_000);
            decide(&scene.view())
        });
        table.case("another story works in its worktree", |scene| {
            held(scene, "a", true, MINUTE);
            let other = scene.story("b", |it| it.dir = "/srv/a".to_owned());
            scene.agent(&other);
            later(scene, MINUTE);
            decide(&scene.view())
        });
        for (name, passed) in [
            ("two are due", 0),
            ("a moment after the first", 2_999),
            ("three seconds after the first", 3_000),
            ("a clock that was put back after the first", -1),
        ] {
            table.case(name, |scene| {
                held(scene, "a", true, 2 * MINUTE);
                held(scene, "b", true, MINUTE);
                later(scene, 2 * MINUTE + 1);
                if passed != 0 {
                    decide(&scene.view()).into_iter().for_each(|it| scene.perform(it));
                    later(scene, passed);
                }
                decide(&scene.view())
            });
        }
        table.case("a hold whose reset has passed", |scene| {
            let story = scene.story("a", |_| ());
            let run = scene.agent(&story);
            let until = Some(scene.now.plus_millis(MINUTE));
            let (account, model) = (AccountId::new("demo"), None);
            scene.fact(
                None,
                Some(&run),
                JournalEvent::HoldStarted { account, model, until, reset: ResetBasis::default() },
            );
            later(scene, MINUTE);
            decide(&scene.view())
        });
        insta::assert_snapshot!("limits", table.text());
    }

    #[test]
    fn a_success_ends_a_hold_if_its_run_began_since_the_limit_was_known() {
        let mut table = Table::default();
        for (name, begins_after, model) in [
            ("a success of a run that began before", false, None),
            ("a success of a run that began since", true, None),
            ("a success of another model than the one that is held", true, Some("small")),
        ] {
            table.case(name, |scene| {
                let limited = scene.story("limited", |it| it.model = Some("big"));
                let run = scene.agent(&limited);
                let other = scene.story("other", |it| it.model = model.or(Some("big")));
                let before = (!begins_after).then(|| scene.agent(&other));
                later(scene, 1);
                let until = Some(scene.now.plus_millis(MINUTE));
                let model = model.map(|_| "big-5".to_owned());
                scene.ended(&run, Outcome::Limited { window: None, name: None, until, model });
                later(scene, 1);
                // The owner was away: what follows from the end is decided later.
                let second = before.unwrap_or_else(|| scene.agent(&other));
                let follows = super::super::after_run::decide(&scene.view(), &limited);
                follows.into_iter().for_each(|it| scene.perform(it));
                later(scene, 1);
                scene.ended(&second, Outcome::Succeeded);
                decide(&scene.view())
            });
        }
        insta::assert_snapshot!("limits_succeeded", table.text());
    }

    #[test]
    fn a_model_is_told_of_a_reset_only_if_its_agent_named_one() {
        let prompt_after = |until: Option<i64>| {
            let mut scene = Scene::default();
            let story = scene.story("a", |it| it.resume_on_reset = true);
            let run = scene.agent(&story);
            let until = until.map(|millis| scene.now.plus_millis(millis));
            scene.ended(&run, Outcome::Limited { window: None, name: None, until, model: None });
            let follows = super::super::after_run::decide(&scene.view(), &story);
            follows.into_iter().for_each(|it| scene.perform(it));
            later(&mut scene, 10 * MINUTE);
            let decided = decide(&scene.view()).into_iter();
            let mut texts = decided.filter_map(|decision| match decision {
                Decision::Prompt { prompt, .. } => Some(prompt.text),
                _ => None,
            });
            texts.next()
        };
        assert_eq!(prompt_after(Some(MINUTE)).as_deref(), Some(LIMIT_HAS_RESET));
        assert_eq!(prompt_after(None).as_deref(), Some(LIMIT_MAY_HAVE_RESET));
    }

    #[test]
    fn the_next_look_is_at_the_first_reset_that_counts() {
        let looks_in = |make: fn(&mut Scene)| {
            let mut scene = Scene::default();
            make(&mut scene);
            next(&scene.view()).map(|at| at.since(scene.now))
        };
        assert_eq!(looks_in(|_| ()), None);
        let hold = |scene: &mut Scene| drop(held(scene, "a", false, MINUTE));
        assert_eq!(looks_in(hold), Some(MINUTE), "no story waits, but the hold ends");
        let first = |scene: &mut Scene| {
            held(scene, "a", true, 2 * MINUTE);
            held(scene, "b", true, MINUTE);
        };
        assert_eq!(looks_in(first), Some(MINUTE));
        let turn = |scene: &mut Scene| {
            held(scene, "a", true, MINUTE);
            held(scene, "b", true, MINUTE);
            later(scene, MINUTE + 1_000);
            decide(&scene.view()).into_iter().for_each(|it| scene.perform(it));
            later(scene, 500);
        };
        assert_eq!(looks_in(turn), Some(2_500));
    }
}
