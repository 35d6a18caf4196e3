//! Decides which stories' agents start: not while another story's agent works in the same worktree, and
//! not while a limit holds the account. If a person insists, one run is let through a hold to test
//! whether the limit is gone.

use super::{Decision, View, Wanted, set_up};
use crate::state::{Hold, StoryRecord};
use crate::story::change::Because;
use crate::story::table::StoryInput;
use protocol::{AccountId, Slug, StateDetail, StoryId, StoryState};

/// Starts the agent of a resting story that is asked for something, or first what prepares its worktree, or has the
/// story wait while its account is held.
pub(crate) fn decide(view: &View<'_>, story: &StoryId) -> Vec<Decision> {
    let Some(record) = view.state.stories.get(story).filter(|record| is_to_start(record)) else {
        return Vec::new();
    };
    let is_busy = view.state.live_run(story).is_some() || view.seen.jobs.contains_key(story);
    let is_restored = view.seen.checkpoints.restores.contains_key(record.place());
    let is_finished = view.seen.finishes.works_in(record.place()).is_some();
    if is_busy || is_restored || is_finished || works_there(view, story).is_some() {
        return Vec::new();
    }
    let run = set_up::first(record);
    let account = record.account.as_ref().filter(|_| run == Wanted::Agent);
    vec![match account.and_then(|account| held(view, story, account)) {
        Some(hold) => Decision::change(story, StoryInput::Held, because(hold)),
        None => Decision::Start { story: story.clone(), run },
    }]
}

/// Whether the story's agent is to start as soon as it may.
fn is_to_start(story: &StoryRecord) -> bool {
    use StoryState as S;
    let is_settled =
        matches!(story.state, S::Draft | S::Queued | S::Done | S::NeedsYou | S::Stopped);
    // Other policies wait for a limit's end, unless a person insists or the end was never known.
    let insists = story.state == S::Limited && (story.is_to_be_tried || story.until.is_none());
    // The story was to be started, but only its state was recorded.
    let stands_still = story.state == S::Starting && story.runs.is_empty();
    (story.is_asked && !story.queue.is_empty() && (is_settled || insists)) || stands_still
}

/// Finds the other story whose agent works, or is about to work, in this story's worktree.
pub(crate) fn works_there<'a>(
    view: &View<'a>,
    story: &StoryId,
) -> Option<(&'a StoryId, &'a StoryRecord)> {
    works_in(view, view.state.stories.get(story)?.place(), story)
}

/// Finds a story other than `own` whose agent works, or is about to work, in the worktree with this root.
pub(crate) fn works_in<'a>(
    view: &View<'a>,
    root: &str,
    own: &StoryId,
) -> Option<(&'a StoryId, &'a StoryRecord)> {
    let others = view.seen.jobs.keys().filter(|story| *story != own);
    let mut about_to = others.filter_map(|story| view.state.stories.get_key_value(story));
    let works = view.state.works_in(root, own);
    works.or_else(|| about_to.find(|(_, story)| story.place() == root))
}

/// Finds the hold that keeps the story from starting a run on this account.
pub(crate) fn held<'a>(view: &View<'a>, story: &StoryId, account: &AccountId) -> Option<&'a Hold> {
    let record = view.state.stories.get(story)?;
    let hold = view.hold(account, record.profile.model.as_deref())?;
    let is_let_through = record.is_to_be_tried && view.tried_by(hold, story).is_none();
    (!is_let_through).then_some(hold)
}

/// Returns the name of the run or story that already tests whether the limit that holds this story is
/// gone.
pub(crate) fn tries<'a>(view: &View<'a>, story: &StoryId) -> Option<&'a Slug> {
    view.tried_by(view.hold_of(view.state.stories.get(story)?)?, story)
}

/// The reason for the state of a story that a hold keeps from running.
pub(crate) fn because(hold: &Hold) -> Because {
    let account = hold.account.clone();
    let (model, window) = (hold.model_name().map(str::to_owned), hold.window.clone());
    Because {
        about: Some(StateDetail::Held { account, window, model }),
        until: Some(hold.until),
        reset: hold.reset,
        ..Because::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::super::{Decision, after_run, limits};
    use super::*;
    use crate::story::table::StoryInput;
    use protocol::{JournalEvent, Outcome, RunId, Timestamp};

    const MINUTE: i64 = 60_000;

    /// Decides for a story whose agent is to be started.
    fn start(scene: &mut Scene, story: &StoryId) -> Vec<Decision> {
        let account = AccountId::new("demo");
        match held(&scene.view(), story, &account) {
            Some(hold) => vec![Decision::change(story, StoryInput::Held, because(hold))],
            None => {
                let run = super::super::Wanted::Agent;
                vec![Decision::Start { story: story.clone(), run }]
            }
        }
    }

    /// Makes a story whose run was limited: the whole account, or one model of it.
    fn limited(scene: &mut Scene, model: Option<&str>) -> StoryId {
        let story = scene.story("limited", |it| it.model = Some("big"));
        let run = scene.agent(&story);
        end(scene, &run, Some(scene.now.plus_millis(MINUTE)), model);
        story
    }

    fn end(scene: &mut Scene, run: &RunId, until: Option<Timestamp>, model: Option<&str>) {
        let model = model.map(str::to_owned);
        scene.ended(run, Outcome::Limited { window: None, name: None, until, model });
        perform(scene, |scene| after_run::decide(&scene.view(), &scene.state.runs[run].story));
    }

    fn perform(scene: &mut Scene, decide: impl Fn(&Scene) -> Vec<Decision>) {
        decide(scene).into_iter().for_each(|it| scene.perform(it));
    }

    /// Has a story tried now on a person's request; its run is started if that is allowed.
    fn try_now(scene: &mut Scene, story: &StoryId) -> RunId {
        let now = JournalEvent::ResumeRequested { id: format!("{story}-now"), now: true };
        scene.prompt(story, "now");
        scene.fact(Some(story), None, now);
        perform_start(scene, story)
    }

    fn perform_start(scene: &mut Scene, story: &StoryId) -> RunId {
        start(scene, story).into_iter().for_each(|it| scene.perform(it));
        scene.state.stories[story].runs.last().unwrap().clone()
    }

    fn later(scene: &mut Scene, millis: i64) {
        scene.now = scene.now.plus_millis(millis);
    }

    #[test]
    fn no_run_of_a_held_account_starts_but_one_that_tries() {
        let mut table = Table::default();
        for (name, limit) in [("the account", None), ("the model huge-2", Some("huge-2"))] {
            for asks_for in [None, Some("big"), Some("small"), Some("huge-2")] {
                let what = asks_for.unwrap_or("the usual model");
                table.case(&format!("{name} is held, a story asks for {what}"), |scene| {
                    limited(scene, limit);
                    let story = scene.story("other", |it| it.model = asks_for);
                    start(scene, &story)
                });
            }
        }
        table.case("at the reset", |scene| {
            limited(scene, None);
            let story = scene.story("other", |_| ());
            later(scene, MINUTE);
            start(scene, &story)
        });
        table.case("a person insists", |scene| {
            let story = limited(scene, None);
            scene.fact(
                Some(&story),
                None,
                JournalEvent::ResumeRequested { id: "now".to_owned(), now: true },
            );
            start(scene, &story)
        });
        table.case("another one insists while that run goes", |scene| {
            let story = limited(scene, None);
            try_now(scene, &story);
            let other = scene.story("other", |_| ());
            scene.fact(
                Some(&other),
                None,
                JournalEvent::ResumeRequested { id: "now".to_owned(), now: true },
            );
            start(scene, &other)
        });
        table.case("the process of the run that tries was never started", |scene| {
            let story = limited(scene, None);
            let run = try_now(scene, &story);
            let why = protocol::StartFailedKind::NeverStarted;
            scene.ended(&run, Outcome::StartFailed { why });
            start(scene, &story)
        });
        table.case("the run that tries crashed", |scene| {
            let story = limited(scene, None);
            let run = try_now(scene, &story);
            scene.ended(&run, Outcome::Crashed { code: Some(1), signal: None });
            start(scene, &story)
        });
        insta::assert_snapshot!("admit", table.text());
    }

    #[test]
    fn a_run_that_tries_ends_the_hold_or_renews_it() {
        let mut table = Table::default();
        let held = |scene: &mut Scene| {
            let story = limited(scene, None);
            let other = scene.story("other", |_| ());
            perform(scene, |scene| {
                let hold = scene.state.holds.iter().next().unwrap();
                vec![Decision::change(&other, StoryInput::Held, because(hold))]
            });
            later(scene, MINUTE / 2);
            (story, other)
        };
        table.case("nothing was tried", |scene| {
            held(scene);
            limits::decide(&scene.view())
        });
        table.case("it succeeded: what was held may go on", |scene| {
            let (story, _) = held(scene);
            let run = try_now(scene, &story);
            scene.ended(&run, Outcome::Succeeded);
            limits::decide(&scene.view())
        });
        table.case("it goes on after its first good answer", |scene| {
            let (story, _) = held(scene);
            let run = try_now(scene, &story);
            scene.status(&run).succeeded = true;
            limits::decide(&scene.view())
        });
        table.case("it succeeded: what was held goes on", |scene| {
            let (story, _) = held(scene);
            let run = try_now(scene, &story);
            scene.ended(&run, Outcome::Succeeded);
            perform(scene, |scene| limits::decide(&scene.view()));
            limits::decide(&scene.view())
        });
        for until in [Some(MINUTE / 4), None] {
            table.case(&format!("it was limited, {until:?} from now"), |scene| {
                let (story, _) = held(scene);
                let run = try_now(scene, &story);
                later(scene, 1);
                let until = until.map(|millis| scene.now.plus_millis(millis));
                scene
                    .ended(&run, Outcome::Limited { window: None, name: None, until, model: None });
                after_run::decide(&scene.view(), &scene.state.runs[&run].story)
            });
        }
        table.case("it was limited for longer: what is held says so", |scene| {
            let (story, _) = held(scene);
            let run = try_now(scene, &story);
            end(scene, &run, Some(scene.now.plus_millis(5 * MINUTE)), None);
            limits::decide(&scene.view())
        });
        table.case("a run that was going before succeeded", |scene| {
            let before = scene.story("before", |_| ());
            let run = scene.agent(&before);
            held(scene);
            scene.ended(&run, Outcome::Succeeded);
            limits::decide(&scene.view())
        });
        table.case("a run that was going before was limited for less", |scene| {
            let before = scene.story("before", |_| ());
            let run = scene.agent(&before);
            held(scene);
            let until = Some(scene.now.plus_millis(MINUTE / 4));
            scene.ended(&run, Outcome::Limited { window: None, name: None, until, model: None });
            after_run::decide(&scene.view(), &scene.state.runs[&run].story)
        });
        insta::assert_snapshot!("admit_tries", table.text());
    }

    #[test]
    fn a_second_try_is_refused_with_the_name_of_the_first() {
        let mut scene = Scene::default();
        let other = limited(&mut scene, None);
        let story = scene.story("a", |_| ());
        perform(&mut scene, |scene| {
            vec![Decision::change(
                &story,
                StoryInput::Held,
                because(scene.state.holds.iter().next().unwrap()),
            )]
        });
        let tries = |scene: &Scene| tries(&scene.view(), &other).map(ToString::to_string);
        assert_eq!(tries(&scene), None);
        let now = JournalEvent::ResumeRequested { id: "now".to_owned(), now: true };
        scene.fact(Some(&story), None, now);
        assert_eq!(tries(&scene), None, "it was asked for, and nothing of it began");
        scene.prepares(&story);
        assert_eq!(tries(&scene).as_deref(), Some("a"), "its run is about to begin");
        scene.seen.jobs.clear();
        let run = perform_start(&mut scene, &story);
        assert_eq!(tries(&scene).as_deref(), Some("a.1"));
        scene.ended(&run, Outcome::NoResult);
        assert_eq!(tries(&scene), None);
    }

    #[test]
    fn a_story_whose_next_run_is_prepared_starts_nothing_and_has_its_worktree() {
        let mut scene = Scene::default();
        let first = scene.story("first", |_| ());
        let second = scene.story("second", |it| it.dir = "/srv/first".to_owned());
        scene.prepares(&first);
        for story in [&first, &second] {
            assert_eq!(decide(&scene.view(), story), []);
        }
        scene.seen.jobs.clear();
        let starts = decide(&scene.view(), &second);
        assert!(matches!(starts[..], [Decision::Start { .. }]), "{starts:?}");
    }

    #[test]
    fn one_works_in_a_worktree_at_a_time() {
        let mut scene = Scene::default();
        let first = scene.story("first", |_| ());
        let second = scene.story("second", |it| it.dir = "/srv/first".to_owned());
        assert_eq!(works_there(&scene.view(), &second).map(|(id, _)| id.as_str()), None);
        let run = scene.agent(&first);
        let other = |scene: &Scene, story| {
            works_there(&scene.view(), story).map(|(id, _)| id.as_str().to_owned())
        };
        assert_eq!(other(&scene, &second).as_deref(), Some("first"));
        assert_eq!(other(&scene, &first), None);
        scene.ended(&run, Outcome::Succeeded);
        assert_eq!(other(&scene, &second).as_deref(), Some("first"), "what follows comes first");
        perform(&mut scene, |scene| after_run::decide(&scene.view(), &first));
        assert_eq!(other(&scene, &second), None);
    }
}
