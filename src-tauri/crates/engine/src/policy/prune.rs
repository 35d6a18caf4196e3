//! Decides which checkpoints are kept no more, because they are older, or more, than the configuration says,
//! and has their references removed. The newest of a story always stays. A part more than that is let
//! gather, so that not every new checkpoint removes one.

use super::may::{Act, Worktree, may};
use super::{Decision, View};
use crate::state::StoryRecord;
use protocol::StoryId;
use std::collections::BTreeSet;

/// A day (ms).
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Decides about all stories; those that keep no more than they are to keep are not looked at.
pub(crate) fn decide(view: &View<'_>) -> Vec<Decision> {
    let settings = &view.config.checkpoints;
    let days = |days: u32| view.now.plus_millis(-i64::from(days) * DAY);
    let most = settings.keep_count as usize;
    let old = view.state.prunable.older_than(days(settings.keep_days.saturating_add(1)));
    let many = view.state.prunable.more_than(most + most / 10);
    let stories: BTreeSet<&StoryId> = old.chain(many).collect();
    let pruned = stories.into_iter().filter_map(|story| {
        let record = view.state.stories.get(story)?;
        let kept = &record.checkpoints.kept;
        let surplus = kept.len().saturating_sub(most);
        let before = days(settings.keep_days);
        let numbers = kept.iter().take(kept.len() - 1).enumerate();
        let numbers = numbers.filter(|(at, (_, made))| *at < surplus || **made < before);
        let numbers: Vec<u32> = numbers.map(|(_, (n, _))| *n).collect();
        is_free(view, story, record).then(|| Decision::Prune { story: story.clone(), numbers })
    });
    let left = view.state.pruned.iter().filter_map(|story| {
        let record = view.state.stories.get(story)?;
        let is_tried = view.seen.checkpoints.unremoved.contains(story);
        let is_next = !is_tried && is_free(view, story, record);
        is_next.then(|| Decision::RemovePruned { story: story.clone() })
    });
    pruned.chain(one_of_each(view, left)).collect()
}

/// Whether nothing that needs its checkpoints is done in its worktree.
fn is_free(view: &View<'_>, story: &StoryId, record: &StoryRecord) -> bool {
    let worktree = Worktree::of(view, story);
    let seen = &view.seen.checkpoints;
    !view.seen.left_out.contains(story)
        && !seen.restores.contains_key(record.place())
        && may(&worktree, Act::Prune).is_ok()
}

/// The first decision about each worktree.
fn one_of_each(view: &View<'_>, all: impl Iterator<Item = Decision>) -> Vec<Decision> {
    let mut places = BTreeSet::new();
    let place = |decision: &Decision| {
        let story = decision.story(view.state).and_then(|story| view.state.stories.get(story));
        story.map(|story| story.place().to_owned())
    };
    all.filter(|decision| places.insert(place(decision))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::*;
    use protocol::{CheckpointCause, JournalEvent};

    /// A story with checkpoints, made at these hours.
    fn held(scene: &mut Scene, name: &str, hours: &[i64]) -> StoryId {
        let story = scene.story(name, |_| ());
        for hour in hours {
            scene.now = Table::BEGIN.plus_millis(hour * 60 * 60 * 1000);
            scene.checkpoint(&story, None, CheckpointCause::Asked, None);
        }
        story
    }

    /// The numbers that are pruned of each story, once settled.
    fn pruned(scene: &mut Scene) -> Vec<(String, Vec<u32>)> {
        scene.settle(decide, |decision| match decision {
            Decision::Prune { story, numbers } => Some((story.to_string(), numbers.clone())),
            _ => None,
        })
    }

    fn scene(keep_days: u32, keep_count: u32) -> Scene {
        let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
        scene.config.checkpoints.keep_days = keep_days;
        scene.config.checkpoints.keep_count = keep_count;
        scene
    }

    #[test]
    fn what_is_too_old_goes_but_never_the_newest() {
        let mut scene = scene(2, 100);
        let a = held(&mut scene, "a", &[0, 1, 30, 60]);
        held(&mut scene, "b", &[0]);
        assert_eq!(pruned(&mut scene), []);
        scene.now = Table::BEGIN.plus_millis(3 * DAY + 1);
        assert_eq!(pruned(&mut scene), [("a".to_owned(), vec![1, 2])]);
        assert!(scene.state.stories[&a].checkpoints.kept.keys().eq(&[3, 4]));
        scene.now = Table::BEGIN.plus_millis(300 * DAY);
        assert_eq!(pruned(&mut scene), [("a".to_owned(), vec![3])]);
        assert_eq!(pruned(&mut scene), []);
    }

    #[test]
    fn what_is_too_many_goes_the_oldest_first() {
        let mut scene = scene(1_000, 20);
        let hours: Vec<i64> = (0..22).collect();
        let story = held(&mut scene, "a", &hours);
        assert_eq!(pruned(&mut scene), [], "a tenth more may gather");
        scene.checkpoint(&story, None, CheckpointCause::Asked, None);
        assert_eq!(pruned(&mut scene), [("a".to_owned(), vec![1, 2, 3])]);
    }

    #[test]
    fn references_go_when_nothing_needs_them_and_a_killed_owner_leaves_it_to_the_next() {
        let mut scene = scene(1_000, 1);
        let story = held(&mut scene, "a", &[0, 1, 2]);
        scene.holds(&story);
        assert_eq!(decide(&scene.view()), []);
        scene.seen.checkpoints.jobs.clear();
        let pruned = JournalEvent::CheckpointsPruned { numbers: vec![1, 2] };
        scene.fact(Some(&story), None, pruned);
        let removal = Decision::RemovePruned { story: story.clone() };
        assert_eq!(decide(&scene.view()), std::slice::from_ref(&removal));
        scene.seen.checkpoints.unremoved.insert(story);
        assert_eq!(decide(&scene.view()), []);
        scene.perform(removal);
        assert!(scene.state.pruned.is_empty());
    }
}
