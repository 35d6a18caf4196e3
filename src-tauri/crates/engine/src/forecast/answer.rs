//! Puts the forecast of a project together from what the store has: what was found of each pair, which stories are not
//! known and why, and the order of merging.

use super::order::order;
use crate::error::Result;
use crate::store::forecasts::{Compared, Found};
use crate::store::read::Reader;
use protocol::{
    Checkpoint, Forecast, ForecastPair, ForecastStanding, ForecastStands, ForecastStory,
    MergeOrder, MergeStep, Overlap, OverlapUnknown, Story, StoryId, StoryState,
};
use std::collections::HashMap;
use std::path::PathBuf;

/// What is known of a story of the project.
struct Known {
    story: Story,
    root: PathBuf,
    newest: Option<Checkpoint>,
    compared: Option<Compared>,
    /// Whether the files at its newest checkpoint are other ones than those that were compared.
    is_outdated: bool,
    /// Whether its worktree is known to be gone.
    is_gone: bool,
}

impl Reader {
    /// How the work of the stories of a project would come together, as it was found out.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn forecast(&self, project: &str) -> Result<Forecast> {
        let _same = self.db().unchecked_transaction()?;
        let live = |story: &Story| story.project == project && story.state != StoryState::Archived;
        let mut known = Vec::new();
        for story in self.stories()?.into_iter().filter(live) {
            let root = self.file_place(&story.id)?.root().to_owned();
            let gone = root.symlink_metadata().err();
            let compared = self.compared(&story.id)?;
            let mut checkpoints = self.checkpoints(&story.id)?;
            let at = |it: &&Checkpoint| compared.as_ref().is_some_and(|by| by.checkpoint == it.n);
            let tree = checkpoints.iter().find(at).map(|it| it.tree.clone());
            let newest = checkpoints.pop();
            known.push(Known {
                is_outdated: newest.as_ref().map(|it| &it.tree) != tree.as_ref(),
                newest,
                compared,
                is_gone: gone.is_some_and(|it| it.kind() == std::io::ErrorKind::NotFound),
                root,
                story,
            });
        }
        let mut found = HashMap::new();
        for it in &known {
            for Found { stories, checkpoints, overlap } in self.overlaps(&it.story.id)? {
                found.insert(stories, (checkpoints, overlap));
            }
        }
        Ok(forecast(project, &known, &found))
    }
}

/// The checkpoints and the overlap of pairs, by the smaller id first.
type FoundPairs = HashMap<[StoryId; 2], ([u32; 2], Overlap)>;

fn forecast(project: &str, known: &[Known], found: &FoundPairs) -> Forecast {
    let stands: Vec<ForecastStands> = known.iter().map(|it| stands(it, known)).collect();
    let is_compared = |it: &ForecastStands| matches!(it, ForecastStands::Compared { .. });
    let compared: Vec<&StoryId> = known
        .iter()
        .zip(&stands)
        .filter_map(|(it, stands)| is_compared(stands).then_some(&it.story.id))
        .collect();
    let mut pairs = Vec::new();
    for (at, one) in compared.iter().enumerate() {
        for other in &compared[at + 1..] {
            pairs.push(pair(one, other, found));
        }
    }
    let order = proposed(&compared, &pairs);
    let all = pairs.len();
    pairs.retain(|pair| pair.overlap != Overlap::Apart);
    let separate = u32::try_from(all - pairs.len()).unwrap_or(u32::MAX);
    pairs.sort_by_key(|pair| rank(&pair.overlap));
    let stories = known.iter().zip(stands);
    let stories = stories.map(|(Known { story, .. }, stands)| ForecastStory {
        story: story.id.clone(),
        slug: story.slug.clone(),
        title: story.title.clone(),
        branch: story.branch.clone(),
        stands,
    });
    Forecast { project: project.to_owned(), stories: stories.collect(), pairs, separate, order }
}

/// How a story stands.
fn stands(own: &Known, all: &[Known]) -> ForecastStands {
    use ForecastStands as S;
    if own.newest.is_none() {
        return S::NoCheckpoint;
    }
    if own.is_gone {
        return S::NoWorktree;
    }
    // Of those with something of their own the one that was held last knows the files best.
    let held = |it: &Known| {
        let compared = it.compared.as_ref().map(|it| &it.standing);
        let at = it.newest.as_ref().map(|newest| newest.at);
        (compared == Some(&ForecastStanding::Compared), at, it.story.id.clone())
    };
    let last = all.iter().filter(|it| it.root == own.root).max_by_key(|it| held(it));
    if let Some(last) = last.filter(|last| last.story.id != own.story.id) {
        return S::SameWorktree { with: last.story.id.clone() };
    }
    let Some(Compared { checkpoint, at, standing }) = &own.compared else { return S::NotYet };
    let (checkpoint, at) = (*checkpoint, *at);
    match standing {
        ForecastStanding::Compared => S::Compared { checkpoint, at, is_outdated: own.is_outdated },
        ForecastStanding::NothingNew => S::NothingNew { checkpoint },
        ForecastStanding::NoWorktree => S::NoWorktree,
        ForecastStanding::Unknown { why } => S::Unknown { why: why.clone() },
    }
}

/// What was found of two stories.
fn pair(one: &StoryId, other: &StoryId, found: &FoundPairs) -> ForecastPair {
    let (one, other) = (one.clone(), other.clone());
    let swapped = || found.get(&[other.clone(), one.clone()]).map(|(by, it)| ([by[1], by[0]], it));
    let known = found.get(&[one.clone(), other.clone()]).map(|(by, it)| (*by, it));
    match known.or_else(swapped) {
        Some((by, overlap)) => {
            ForecastPair { one, other, checkpoints: Some(by), overlap: overlap.clone() }
        }
        None => {
            let overlap = Overlap::Unknown { why: OverlapUnknown::NotYet };
            ForecastPair { one, other, checkpoints: None, overlap }
        }
    }
}

/// The order of merging; what is not known counts as a conflict.
fn proposed(stories: &[&StoryId], pairs: &[ForecastPair]) -> MergeOrder {
    let of = |one: usize, other: usize| {
        let (one, other) = (stories[one.min(other)], stories[one.max(other)]);
        pairs.iter().find(|pair| pair.one == *one && pair.other == *other).map(|pair| &pair.overlap)
    };
    let conflict = |one, other| matches!(of(one, other), Some(Overlap::Conflicts { .. }));
    let unknown = |one, other| matches!(of(one, other), None | Some(Overlap::Unknown { .. }));
    let order = order(stories.len(), |one, other| {
        one != other && (conflict(one, other) || unknown(one, other))
    });
    let id = |at: &usize| stories[*at].clone();
    let step = |(at, story): (usize, &usize)| {
        let before = &order.steps[..at];
        let with = |is: &dyn Fn(usize, usize) -> bool| {
            before.iter().filter(|it| is(**it, *story)).map(id).collect()
        };
        MergeStep {
            story: id(story),
            conflicts_with: with(&conflict),
            unknown_with: with(&unknown),
        }
    };
    MergeOrder { steps: order.steps.iter().enumerate().map(step).collect(), is_best: order.is_best }
}

fn rank(overlap: &Overlap) -> u8 {
    match overlap {
        Overlap::Conflicts { .. } => 0,
        Overlap::SameFile { .. } => 1,
        Overlap::Unknown { .. } => 2,
        Overlap::Apart => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::SharedFiles;

    #[test]
    fn what_is_not_known_comes_after_what_is_known_not_to_conflict() {
        let [a, b, c, d] = ["a", "b", "c", "d"].map(StoryId::new);
        let conflicts = || Overlap::Conflicts { files: SharedFiles::default() };
        let found = HashMap::from([
            ([a.clone(), b.clone()], ([1, 2], conflicts())),
            ([a.clone(), c.clone()], ([1, 3], Overlap::Apart)),
            // The smaller id first, whichever story is older.
            ([b.clone(), d.clone()], ([2, 4], conflicts())),
            ([b.clone(), c.clone()], ([2, 3], Overlap::Apart)),
            ([a.clone(), d.clone()], ([1, 4], Overlap::Apart)),
        ]);
        let ids = [&d, &a, &b, &c];
        let at = |n: usize| ids.iter().skip(n + 1).map(move |other| (ids[n], *other));
        let pairs: Vec<_> =
            (0..4).flat_map(at).map(|(it, other)| pair(it, other, &found)).collect();
        assert_eq!(pairs[1].checkpoints, Some([4, 2]), "the older story's first");
        let not_yet = Overlap::Unknown { why: OverlapUnknown::NotYet };
        assert_eq!((&pairs[2].overlap, pairs[2].checkpoints), (&not_yet, None));
        let order = proposed(&ids, &pairs);
        let steps: Vec<_> = order.steps.iter().map(|it| it.story.as_str()).collect();
        assert_eq!(steps, ["d", "a", "c", "b"]);
        assert_eq!(order.steps[2].unknown_with, std::slice::from_ref(&d));
        assert_eq!(order.steps[3].conflicts_with, [d, a]);
        assert!(order.is_best);
    }
}
