//! How the work of stories would come together, folded from the journal: which stories are to be compared again because
//! their files changed, what was found of each pair, and which collisions are still to be reported.

use super::State;
use protocol::{
    CheckpointCause, FinishAct, ForecastStanding, JournalEntry, JournalEvent, Overlap, SharedFiles,
    StoryForecast, StoryId, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is known of the stories of all projects.
#[derive(Clone, Debug, Default)]
pub(crate) struct Forecasts {
    /// The stories whose files changed since they were compared, by the time of that.
    pub(crate) wanted: BTreeSet<(Timestamp, StoryId)>,
    /// The stories that are held and not archived, by their project.
    live: BTreeMap<String, BTreeSet<StoryId>>,
    /// What is held of each story.
    held: HashMap<StoryId, Held>,
    /// What was found of each pair, by the smaller id first.
    pairs: BTreeMap<(StoryId, StoryId), Pair>,
    /// The stories that came to conflict with another one and were not reported.
    unreported: BTreeSet<(StoryId, StoryId)>,
}

/// What is held of a story.
#[derive(Clone, Debug, Default)]
struct Held {
    /// The number of its newest checkpoint.
    n: u32,
    /// When that was made.
    at: Timestamp,
    /// The tree of that checkpoint.
    tree: String,
    /// The checkpoint up to which it is to be compared, and the time by which that is wanted.
    wanted: Option<(u32, Timestamp)>,
    /// Whether it was found to have nothing that is to come together with others.
    has_nothing: bool,
}

/// What was found of two stories.
#[derive(Clone, Debug)]
struct Pair {
    /// The numbers of their checkpoints.
    checkpoints: (u32, u32),
    overlap: Overlap,
    /// Whether they conflicted when that was known last.
    conflicts: bool,
}

/// A story that another one is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) story: StoryId,
    /// The number of its newest checkpoint.
    pub(crate) checkpoint: u32,
    /// The checkpoints of the first one and of this one at which they were compared.
    pub(crate) before: Option<(u32, u32)>,
}

fn key(one: &StoryId, other: &StoryId) -> (StoryId, StoryId) {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    (first.clone(), second.clone())
}

impl Forecasts {
    /// The number of a story's newest checkpoint, if it is held.
    pub(crate) fn newest(&self, story: &StoryId) -> Option<u32> {
        self.held.get(story).map(|held| held.n)
    }

    /// What was found of two stories.
    pub(crate) fn overlap(&self, one: &StoryId, other: &StoryId) -> Option<&Overlap> {
        self.pairs.get(&key(one, other)).map(|pair| &pair.overlap)
    }

    /// The stories with which something was found of this one, each with the number of its checkpoint.
    pub(crate) fn pairs_of<'a>(
        &'a self,
        story: &'a StoryId,
    ) -> impl Iterator<Item = (&'a StoryId, u32)> {
        self.pairs.iter().filter_map(move |((one, other), pair)| {
            match (one == story, other == story) {
                (true, _) => Some((other, pair.checkpoints.1)),
                (_, true) => Some((one, pair.checkpoints.0)),
                _ => None,
            }
        })
    }

    /// The collisions that are still to be reported: the story to which, and the other one.
    pub(crate) fn unreported(&self) -> impl Iterator<Item = &(StoryId, StoryId)> {
        self.unreported.iter().filter(|(story, with)| self.collision(story, with).is_some())
    }

    /// The files of a collision.
    pub(crate) fn collision(&self, one: &StoryId, other: &StoryId) -> Option<&SharedFiles> {
        match self.overlap(one, other)? {
            Overlap::Conflicts { files } => Some(files),
            _ => None,
        }
    }

    /// A checkpoint was made.
    fn held(&mut self, story: &StoryId, n: u32, tree: &str, is_finish: bool, at: Timestamp) {
        let held = self.held.entry(story.clone()).or_default();
        let has_changed = held.tree != tree || is_finish;
        (held.n, held.at) = (n, at);
        if has_changed {
            tree.clone_into(&mut held.tree);
            self.want(story, at);
        }
    }

    /// Has a story compared at its newest checkpoint.
    fn want(&mut self, story: &StoryId, at: Timestamp) {
        let Some(held) = self.held.get_mut(story) else { return };
        if let Some((_, before)) = held.wanted.replace((held.n, at)) {
            self.wanted.remove(&(before, story.clone()));
        }
        self.wanted.insert((at, story.clone()));
    }

    fn want_no_more(&mut self, story: &StoryId) {
        let wanted = self.held.get_mut(story).and_then(|held| held.wanted.take());
        if let Some((_, at)) = wanted {
            self.wanted.remove(&(at, story.clone()));
        }
    }

    /// A story was compared.
    fn made(&mut self, made: &StoryForecast) {
        let story = &made.story;
        let Some(held) = self.held.get_mut(story) else { return };
        held.has_nothing =
            matches!(made.standing, ForecastStanding::NothingNew | ForecastStanding::NoWorktree);
        let has_nothing = held.has_nothing;
        if held.wanted.is_some_and(|(n, _)| n <= made.checkpoint) {
            self.want_no_more(story);
        }
        if has_nothing {
            return self.forget_pairs(story);
        }
        for pair in &made.pairs {
            let key = key(story, &pair.with);
            let checkpoints = match key.0 == *story {
                true => (made.checkpoint, pair.checkpoint),
                false => (pair.checkpoint, made.checkpoint),
            };
            match &pair.overlap {
                Some(overlap) => self.found(key, checkpoints, overlap),
                None => {
                    let known = self.pairs.get_mut(&key);
                    known.into_iter().for_each(|pair| pair.checkpoints = checkpoints);
                }
            }
        }
    }

    fn found(&mut self, key: (StoryId, StoryId), checkpoints: (u32, u32), overlap: &Overlap) {
        let did_conflict = self.pairs.get(&key).is_some_and(|pair| pair.conflicts);
        let conflicts = match overlap {
            Overlap::Conflicts { .. } => true,
            Overlap::Unknown { .. } => did_conflict,
            Overlap::Apart | Overlap::SameFile { .. } => false,
        };
        let swapped = (key.1.clone(), key.0.clone());
        if conflicts && !did_conflict {
            self.unreported.extend([key.clone(), swapped]);
        } else if !conflicts {
            self.unreported.remove(&key);
            self.unreported.remove(&swapped);
        }
        self.pairs.insert(key, Pair { checkpoints, overlap: overlap.clone(), conflicts });
    }

    /// What was found of a story does not count any more.
    fn forget_pairs(&mut self, story: &StoryId) {
        let is_of = |(one, other): &(StoryId, StoryId)| one == story || other == story;
        self.pairs.retain(|key, _| !is_of(key));
        self.unreported.retain(|key| !is_of(key));
    }
}

impl State {
    /// The stories that this one is compared with: of the same project, in other worktrees, with something of their
    /// own. The one that was held last comes first.
    pub(crate) fn compared_with(&self, story: &StoryId) -> Vec<Compared> {
        let Some(own) = self.stories.get(story) else { return Vec::new() };
        let forecasts = &self.forecasts;
        let others = forecasts.live.get(&own.project).into_iter().flatten();
        let others = others.filter(|other| {
            let place = self.stories.get(*other).map(|other| other.place());
            *other != story && place.is_some_and(|place| place != own.place())
        });
        let mut others: Vec<_> = others
            .filter_map(|other| Some((other, forecasts.held.get(other)?)))
            .filter(|(_, held)| !held.has_nothing || held.wanted.is_some())
            .collect();
        others.sort_by_key(|(other, held)| (std::cmp::Reverse(held.at), *other));
        let before = |other: &StoryId| {
            let key = key(story, other);
            let (first, second) = forecasts.pairs.get(&key)?.checkpoints;
            Some(if key.0 == *story { (first, second) } else { (second, first) })
        };
        let compared = |(other, held): (&StoryId, &Held)| Compared {
            story: other.clone(),
            checkpoint: held.n,
            before: before(other),
        };
        others.into_iter().map(compared).collect()
    }

    /// Whether a story has another one to be compared with.
    pub(crate) fn is_beside_others(&self, story: &StoryId) -> bool {
        self.live_beside(story).is_some_and(|live| live.len() > 1)
    }

    /// Whether a story is held and not archived.
    pub(crate) fn is_compared(&self, story: &StoryId) -> bool {
        self.live_beside(story).is_some()
    }

    /// The stories of its project that are held and not archived, if it is one of them.
    fn live_beside(&self, story: &StoryId) -> Option<&BTreeSet<StoryId>> {
        let project = &self.stories.get(story)?.project;
        self.forecasts.live.get(project).filter(|live| live.contains(story))
    }

    /// Takes a fact; others change nothing.
    pub(super) fn forecast(&mut self, entry: &JournalEntry) {
        if let JournalEvent::ForecastMade { forecast } = &entry.event {
            return self.forecasts.made(forecast);
        }
        let Some(story) = &entry.story else { return };
        match &entry.event {
            JournalEvent::Checkpoint { n, tree, because, .. } => {
                let is_finish = *because == CheckpointCause::Finish;
                self.forecasts.held(story, *n, tree, is_finish, entry.at);
                self.is_live_again(story);
            }
            JournalEvent::CollisionFound { with, .. } => {
                self.forecasts.unreported.remove(&(story.clone(), with.clone()));
            }
            JournalEvent::StateChanged { state: protocol::StoryState::Archived, .. } => {
                let live = self.stories.get(story).map(|record| &record.project);
                let live = live.and_then(|project| self.forecasts.live.get_mut(project));
                if let Some(live) = live {
                    live.remove(story);
                }
                self.forecasts.want_no_more(story);
                self.forecasts.forget_pairs(story);
            }
            JournalEvent::StoryUnarchived {} if self.forecasts.held.contains_key(story) => {
                self.is_live_again(story);
                self.forecasts.want(story, entry.at);
            }
            // Its base may have its work now, or not any more.
            JournalEvent::FinishEnded { done: Some(done), .. }
                if !matches!(done.act, FinishAct::Push | FinishAct::PullRequest) =>
            {
                self.forecasts.want(story, entry.at);
            }
            _ => {}
        }
    }

    fn is_live_again(&mut self, story: &StoryId) {
        let Some(record) = self.stories.get(story) else { return };
        if record.state != protocol::StoryState::Archived {
            let live = self.forecasts.live.entry(record.project.clone()).or_default();
            live.insert(story.clone());
        }
    }
}
