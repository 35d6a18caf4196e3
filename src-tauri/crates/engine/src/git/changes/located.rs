//! Finds the repository in which a path lies, and the two states that are compared there: a path of a repository
//! within the worktree is one of that repository.

use super::super::checkpoint::{Facts, TreePath};
use super::{Source, State};
use crate::error::Result;

/// A path in the repository in which it lies.
pub(super) struct Located<'a> {
    pub(super) source: Source<'a>,
    /// The earlier and the later state there; one is `None` where the repository is not there.
    pub(super) states: [Option<State>; 2],
    pub(super) path: TreePath,
    /// Its path in the earlier state, if that is another one.
    pub(super) old_path: Option<TreePath>,
}

impl<'a> Source<'a> {
    /// Finds where `path` lies.
    pub(super) async fn located(
        self,
        states: [Option<State>; 2],
        path: TreePath,
        old_path: Option<TreePath>,
    ) -> Result<Located<'a>> {
        let mut located = Located { source: self, states, path, old_path };
        while let Some(next) = located.inner().await? {
            located = next;
        }
        Ok(located)
    }
}

impl<'a> Located<'a> {
    /// Whether the path is a repository within this one, in one of the states.
    pub(super) async fn is_repository(&self) -> Result<bool> {
        let facts = self.facts().await?;
        let mut all = facts.iter().flat_map(|facts| &facts.repositories);
        Ok(all.any(|inner| inner.path == self.path))
    }

    async fn facts(&self) -> Result<[Facts; 2]> {
        let mut facts: [Facts; 2] = Default::default();
        for (facts, state) in facts.iter_mut().zip(&self.states) {
            if let Some(state) = state {
                *facts = self.source.facts(state).await?;
            }
        }
        Ok(facts)
    }

    /// The same path in a repository within this one, if it lies in one that both states know, or the only one.
    async fn inner(&self) -> Result<Option<Located<'a>>> {
        let facts = self.facts().await?;
        let all = facts.iter().flat_map(|facts| &facts.repositories);
        let around = all.map(|inner| &inner.path).find_map(|folder| {
            let is_below = self.path != *folder && self.path.is_within(folder);
            is_below.then(|| Some((folder.clone(), self.path.below(folder)?))).flatten()
        });
        let Some((folder, path)) = around else { return Ok(None) };
        let mut states = [None, None];
        for ((inner, state), facts) in states.iter_mut().zip(&self.states).zip(&facts) {
            if let Some(state) = state {
                *inner = self.source.state_within(state, facts, &folder).await?;
            }
        }
        let source = self.source.within(&self.source.repository.within(&folder)).await?;
        let old_path = self.old_path.as_ref().and_then(|old| old.below(&folder));
        Ok(Some(Located { source, states, path, old_path }))
    }
}
