//! Tells why nothing happens in a story now, or what does: the answer to `mush why`. It decides nothing;
//! it checks the conditions of the policies in their order.

use super::{View, admit, limits};
use crate::state::{GatesAgain, Hold, RunRecord, StoryRecord};
use protocol::{QuestionId, RunId, StoryId, StoryState, WaitsFor};

/// Returns what the story waits for; `None` if there is no such story.
pub(crate) fn waits_for(view: &View<'_>, story: &StoryId) -> Option<WaitsFor> {
    let record = view.state.stories.get(story)?;
    let live = view.state.live_run(story).and_then(|run| view.state.runs.get_key_value(run));
    Some(match (view.seen.jobs.get(story), live) {
        _ if view.seen.left_out.contains(story) => WaitsFor::Fault,
        (Some(job), _) => WaitsFor::Job { job: job.job, since: job.since, percent: None },
        (None, Some((run, run_record))) => with_a_run(view, record, run, run_record),
        (None, None) => without_a_run(view, story, record),
    })
}

fn with_a_run(view: &View<'_>, story: &StoryRecord, run: &RunId, record: &RunRecord) -> WaitsFor {
    if view.waits_for_a_person(run)
        && let Some(status) = view.seen.runs.get(run)
        && let Some(open) = view.unanswered(run, status).next()
    {
        return WaitsFor::Answer { question: QuestionId::of(run, &open.request) };
    }
    match story.state == StoryState::Waiting && story.queue.is_empty() {
        true => WaitsFor::Person { state: story.state },
        false => {
            let (run, slug) = (run.clone(), record.spec.slug.clone());
            WaitsFor::Run { run, slug, silent_since: None }
        }
    }
}

fn without_a_run(view: &View<'_>, story: &StoryId, record: &StoryRecord) -> WaitsFor {
    let is_limited = record.state == StoryState::Limited;
    let goes_on = match is_limited {
        true => record.resume_on_reset || !record.queue.is_empty(),
        false => {
            let is_prompted = record.is_asked && !record.queue.is_empty();
            let checks_again = record.gates_again != GatesAgain::No;
            record.rests_on_a_run() || is_prompted || checks_again
        }
    };
    if is_limited
        && goes_on
        && let Some(hold) = view.hold_of(record)
    {
        return held(view, story, hold);
    }
    let has_reset = record.until.is_some_and(|until| until.since(view.now) <= 0);
    match goes_on {
        false if is_limited => WaitsFor::Limit { until: record.until, goes_on },
        false => WaitsFor::Person { state: record.state },
        true if is_limited && !has_reset && record.until.is_some() => {
            WaitsFor::Limit { until: record.until, goes_on }
        }
        true => match (admit::works_there(view, story), limits::turn(view)) {
            (Some((other, there)), _) => {
                WaitsFor::Place { story: other.clone(), slug: there.slug.clone() }
            }
            (None, Some(at)) if is_limited => WaitsFor::Turn { at },
            _ => WaitsFor::Nothing,
        },
    }
}

fn held(view: &View<'_>, story: &StoryId, hold: &Hold) -> WaitsFor {
    WaitsFor::Hold {
        account: hold.account.clone(),
        model: hold.model_name().map(str::to_owned),
        until: hold.until,
        tried_by: view.tried_by(hold, story).cloned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::*;
    use protocol::{JournalEvent, Outcome, PermissionChoice, Reason, ResetBasis, Timestamp};

    const MINUTE: i64 = 60_000;

    fn why(make: impl FnOnce(&mut Scene) -> StoryId) -> WaitsFor {
        let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
        let story = make(&mut scene);
        waits_for(&scene.view(), &story).unwrap()
    }

    fn limited(scene: &mut Scene, name: &str, resume_on_reset: bool) -> StoryId {
        let story = scene.story(name, |it| it.resume_on_reset = resume_on_reset);
        let run = scene.agent(&story);
        scene.limited(&run, scene.now.plus_millis(MINUTE));
        story
    }

    #[test]
    fn each_has_its_reason() {
        let mut table = String::new();
        let mut case = |name: &str, waits_for: WaitsFor| {
            table
                .push_str(&format!("{name}\n    {}\n", serde_json::to_string(&waits_for).unwrap()));
        };
        case("a prompt waits for nothing", why(|scene| scene.story("a", |_| ())));
        case(
            "its next run is prepared",
            why(|scene| {
                let story = scene.story("a", |_| ());
                scene.prepares(&story);
                story
            }),
        );
        case(
            "another story is about to work there",
            why(|scene| {
                let first = scene.story("first", |_| ());
                scene.prepares(&first);
                scene.story("second", |it| it.dir = "/srv/first".to_owned())
            }),
        );
        case(
            "its agent works",
            why(|scene| {
                let story = scene.story("a", |_| ());
                scene.agent(&story);
                story
            }),
        );
        for permission in [PermissionChoice::Ask, PermissionChoice::Deny] {
            case(
                &format!("its agent asks, {permission:?}"),
                why(|scene| {
                    let story = scene.story("a", |it| it.permission = permission);
                    let run = scene.agent(&story);
                    scene.asks(&run, "test");
                    story
                }),
            );
        }
        case("its account is held", why(|scene| limited(scene, "a", true)));
        case(
            "its account is held, and another run tries",
            why(|scene| {
                let story = limited(scene, "a", true);
                let other = scene.story("b", |_| ());
                scene.agent(&other);
                story
            }),
        );
        for resumes in [true, false] {
            case(
                &format!("after its reset, going on by itself: {resumes}"),
                why(|scene| {
                    let story = limited(scene, "a", resumes);
                    scene.now = scene.now.plus_millis(MINUTE);
                    story
                }),
            );
        }
        case(
            "its turn comes later",
            why(|scene| {
                let (first, story) = (limited(scene, "a", true), limited(scene, "b", true));
                scene.now = scene.now.plus_millis(MINUTE);
                let reset = Some(scene.now);
                scene.fact(Some(&first), None, JournalEvent::ResumeClaimed { reset });
                story
            }),
        );
        case(
            "another story works there",
            why(|scene| {
                let first = scene.story("a", |_| ());
                scene.agent(&first);
                scene.story("b", |it| it.dir = "/srv/a".to_owned())
            }),
        );
        case(
            "it is done",
            why(|scene| {
                let story = scene.story("a", |_| ());
                let run = scene.agent(&story);
                scene.ended(&run, Outcome::Succeeded);
                let follows = super::super::after_run::decide(&scene.view(), &story);
                follows.into_iter().for_each(|it| scene.perform(it));
                story
            }),
        );
        case(
            "it is left out",
            why(|scene| {
                let story = scene.story("a", |_| ());
                scene.seen.left_out.insert(story.clone());
                story
            }),
        );
        insta::assert_snapshot!("why", table);
    }

    /// Checks that every state of a story has a reason.
    #[test]
    fn no_state_is_without_a_reason() {
        let states = [
            (StoryState::Draft, None),
            (StoryState::Queued, None),
            (StoryState::Starting, None),
            (StoryState::Running, None),
            (StoryState::Waiting, Some(Reason::Question)),
            (StoryState::Limited, None),
            (StoryState::Gating, None),
            (StoryState::InTerminal, None),
            (StoryState::Done, Some(Reason::Checked)),
            (StoryState::NeedsYou, Some(Reason::Crashed)),
            (StoryState::Stopped, Some(Reason::You)),
            (StoryState::Archived, None),
        ];
        for (state, reason) in states {
            let mut scene = Scene { now: Timestamp::from_seconds(1), ..Scene::default() };
            let story = scene.story("a", |_| ());
            let since = scene.now;
            let event = JournalEvent::StateChanged {
                state,
                reason,
                detail: None,
                about: None,
                since,
                until: None,
                reset: ResetBasis::default(),
                notifies: None,
                evidence: Box::default(),
            };
            scene.fact(Some(&story), None, event);
            assert!(waits_for(&scene.view(), &story).is_some(), "{state:?}");
        }
        assert_eq!(waits_for(&Scene::default().view(), &StoryId::new("none")), None);
    }
}
