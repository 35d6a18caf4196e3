//! Decides which stories are compared with the others of their project: when a checkpoint with other files came, one
//! story of a project at a time, and beside everything else. Nothing waits for it. That two stories came to conflict is
//! recorded once in each of them. After a kill only what was held lately is compared again.

use super::measure::LATELY;
use super::{Decision, View};
use protocol::{StoryForecast, StoryId};
use std::collections::BTreeSet;

/// A comparison that is under way in a project.
#[derive(Debug)]
pub(crate) struct Forecasting {
    /// What was found out, until that is recorded.
    pub(crate) done: Option<StoryForecast>,
}

/// Decides about all projects.
pub(crate) fn decide(view: &View<'_>) -> Vec<Decision> {
    let recorded = view.seen.forecasting.iter().filter(|(_, it)| it.done.is_some());
    let recorded = recorded.map(|(project, _)| Decision::Forecasted { project: project.clone() });
    let unreported = view.state.forecasts.unreported();
    let unreported = unreported.filter(|(story, _)| !view.seen.left_out.contains(story));
    let reported = unreported
        .map(|(story, with)| Decision::TellCollision { story: story.clone(), with: with.clone() });
    let next = next(view).map(|story| Decision::Forecast { story: story.clone() });
    recorded.chain(reported).chain(next).collect()
}

/// The first story of each project of those that were held lately; the others are not looked at.
fn next<'v>(view: &View<'v>) -> impl Iterator<Item = &'v StoryId> {
    let lately = (view.now.plus_millis(-LATELY), StoryId::new(""));
    let (state, seen) = (view.state, view.seen);
    let stories = state.forecasts.wanted.range(lately..).map(|(_, story)| story);
    let stories =
        stories.filter(|story| !seen.left_out.contains(*story) && state.is_beside_others(story));
    let mut busy: BTreeSet<&str> = seen.forecasting.keys().map(String::as_str).collect();
    stories.filter(move |story| {
        state.stories.get(*story).is_some_and(|record| busy.insert(&record.project))
    })
}

#[cfg(test)]
impl super::scene::Scene {
    /// A story was compared with the others, and nothing was found.
    pub(super) fn compared(&mut self, story: &StoryId) {
        let forecast = StoryForecast {
            story: story.clone(),
            checkpoint: self.state.forecasts.newest(story).unwrap_or_default(),
            standing: protocol::ForecastStanding::Compared,
            pairs: Vec::new(),
        };
        let made = protocol::JournalEvent::ForecastMade { forecast: Box::new(forecast) };
        self.fact(None, None, made);
    }

    /// It is recorded in a story that it conflicts with another one.
    pub(super) fn reported(&mut self, story: &StoryId, with: StoryId) {
        let files = self.state.forecasts.collision(story, &with).cloned().unwrap_or_default();
        let title = with.to_string();
        let found = protocol::JournalEvent::CollisionFound { with, title, files };
        self.fact(Some(story), None, found);
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::Scene;
    use super::*;
    use crate::story::change::Because;
    use crate::story::table::StoryInput;
    use protocol::{
        CheckpointCause, ForecastStanding, JournalEvent, Overlap, PairForecast, SharedFile,
        SharedFiles, SharedKind,
    };

    fn held(scene: &mut Scene, story: &StoryId, tree: &str) {
        let n = scene.state.stories[story].checkpoints.last + 1;
        let event = JournalEvent::Checkpoint {
            n,
            commit: format!("c{n}"),
            tree: tree.to_owned(),
            because: CheckpointCause::Working,
            prompt: None,
            left_out: Vec::new(),
            more_left_out: 0,
        };
        scene.fact(Some(story), None, event);
    }

    fn conflicts() -> Overlap {
        let file = SharedFile { kind: SharedKind::Lines, path: "a.rs".to_owned() };
        Overlap::Conflicts { files: SharedFiles::of(vec![file]) }
    }

    /// A story was compared with another one.
    fn found(scene: &mut Scene, story: &StoryId, with: &StoryId, overlap: Option<Overlap>) {
        let newest = |story: &StoryId| scene.state.forecasts.newest(story).unwrap();
        let forecast = StoryForecast {
            story: story.clone(),
            checkpoint: newest(story),
            standing: ForecastStanding::Compared,
            pairs: vec![PairForecast { with: with.clone(), checkpoint: newest(with), overlap }],
        };
        scene.fact(None, None, JournalEvent::ForecastMade { forecast: Box::new(forecast) });
    }

    fn words(scene: &Scene) -> Vec<String> {
        let words = decide(&scene.view()).into_iter().map(|decision| match decision {
            Decision::Forecast { story } => format!("compare {story}"),
            Decision::Forecasted { project } => format!("record {project}"),
            Decision::TellCollision { story, with } => format!("tell {story} of {with}"),
            other => panic!("{other:?}"),
        });
        words.collect()
    }

    /// Reports everything that is to be reported.
    fn reported(scene: &mut Scene) -> usize {
        let unreported: Vec<_> = scene.state.forecasts.unreported().cloned().collect();
        unreported.iter().for_each(|(story, with)| scene.reported(story, with.clone()));
        unreported.len()
    }

    #[test]
    fn a_story_is_compared_when_its_files_changed_and_it_is_beside_others() {
        let mut scene = Scene::default();
        let (a, b) = (scene.story("a", |_| ()), scene.story("b", |_| ()));
        held(&mut scene, &a, "t1");
        assert_eq!(words(&scene), [""; 0], "alone");
        held(&mut scene, &b, "t1");
        assert_eq!(words(&scene), ["compare a"], "one of a project at a time");
        let under_way = Forecasting { done: None };
        scene.seen.forecasting.insert("/work".to_owned(), under_way);
        assert_eq!(words(&scene), [""; 0]);
        let made = StoryForecast {
            story: a.clone(),
            checkpoint: 1,
            standing: ForecastStanding::Compared,
            pairs: Vec::new(),
        };
        scene.seen.forecasting.get_mut("/work").unwrap().done = Some(made);
        assert_eq!(words(&scene), ["record /work"]);
        scene.seen.forecasting.clear();
        found(&mut scene, &a, &b, Some(Overlap::Apart));
        assert_eq!(words(&scene), ["compare b"]);
        found(&mut scene, &b, &a, None);
        held(&mut scene, &a, "t1");
        assert_eq!(words(&scene), [""; 0], "the same files");
        held(&mut scene, &a, "t2");
        assert_eq!(words(&scene), ["compare a"]);
        let pair = scene.state.compared_with(&a).remove(0);
        assert_eq!((pair.story, pair.checkpoint, pair.before), (b.clone(), 1, Some((1, 1))));
        scene.now = scene.now.plus_millis(LATELY + 1);
        assert_eq!(words(&scene), [""; 0], "it was long ago");
    }

    #[test]
    fn a_collision_is_told_once_to_both_and_again_when_it_came_back() {
        let mut scene = Scene::default();
        let (a, b) = (scene.story("a", |_| ()), scene.story("b", |_| ()));
        let both = ["tell a of b", "tell b of a"];
        for story in [&a, &b] {
            held(&mut scene, story, "t1");
        }
        found(&mut scene, &a, &b, Some(conflicts()));
        found(&mut scene, &b, &a, None);
        assert_eq!(words(&scene), both);
        assert_eq!(reported(&mut scene), 2);
        held(&mut scene, &a, "t2");
        found(&mut scene, &a, &b, Some(conflicts()));
        assert_eq!(words(&scene), [""; 0], "another checkpoint");
        let why = protocol::OverlapUnknown::TooLong { seconds: 20 };
        found(&mut scene, &a, &b, Some(Overlap::Unknown { why }));
        found(&mut scene, &a, &b, Some(conflicts()));
        assert_eq!(words(&scene), [""; 0], "not known for a while");
        found(&mut scene, &b, &a, Some(Overlap::Apart));
        found(&mut scene, &b, &a, Some(conflicts()));
        assert_eq!(words(&scene), both, "it came back");
        found(&mut scene, &b, &a, Some(Overlap::Apart));
        assert_eq!(words(&scene), [""; 0], "it went before it was reported");
    }

    #[test]
    fn an_archived_story_and_one_in_the_same_worktree_do_not_count() {
        let mut scene = Scene::default();
        let (a, b) = (scene.story("a", |_| ()), scene.story("b", |_| ()));
        let c = scene.story("c", |it| it.dir = "/srv/a".to_owned());
        for story in [&a, &b, &c] {
            held(&mut scene, story, "t1");
        }
        let with = |scene: &Scene, story| -> Vec<String> {
            scene.state.compared_with(story).iter().map(|it| it.story.to_string()).collect()
        };
        assert_eq!(with(&scene, &a), ["b"]);
        assert_eq!(with(&scene, &b), ["a", "c"]);
        found(&mut scene, &a, &b, Some(conflicts()));
        scene.change(&b, &StoryInput::Archived, Because::default());
        assert_eq!(scene.state.stories[&b].state, protocol::StoryState::Archived);
        assert_eq!((with(&scene, &a), scene.state.forecasts.unreported().count()), (vec![], 0));
        assert_eq!(scene.state.forecasts.overlap(&a, &b), None);
        scene.fact(Some(&b), None, JournalEvent::StoryUnarchived {});
        assert_eq!(with(&scene, &a), ["b"]);
        assert_eq!(words(&scene), ["compare b"], "anew");
    }
}
