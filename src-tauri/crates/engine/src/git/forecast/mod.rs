//! How the work of two stories would come together, found out without touching anything: git merges their checkpoints
//! into objects of a folder that goes afterwards. Only files count that both stories changed themselves, so that what
//! one of them took over from its base is no collision with it. Called by `job::forecast` and `crate::forecast`.

mod messages;
#[cfg(test)]
#[cfg(unix)]
mod zoo;

use super::changes::Own;
use super::checkpoint::{Place, TreePath};
use super::finish::{MergeTree, Objects, merge_tree, pieces, read_merge_tree};
use super::{Git, reason};
use crate::command::RawOutput;
use crate::error::Result;
use messages::{Group, groups};
use protocol::{
    ConflictKind, Overlap, OverlapFile, OverlapUnknown, SharedFile, SharedFiles, SharedKind,
};
use std::collections::BTreeMap;

/// How many files are read for the pieces that conflict.
const MOST_READ: usize = 20;

/// One of two stories that come together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    /// The commit of its checkpoint.
    pub(crate) commit: &'a str,
    /// What it changed itself up to there.
    pub(crate) own: &'a Own,
}

/// A repository in which checkpoints are merged.
pub(crate) struct Merging<'a> {
    objects: Objects<'a>,
}

impl Git {
    /// The version of git, if it is too old to merge two commits without a worktree.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(crate) async fn too_old_to_forecast(&self, place: &Place) -> Result<Option<String>> {
        self.too_old_to_merge(&place.root).await
    }

    /// Opens a repository to merge checkpoints.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(crate) async fn merging<'a>(&'a self, place: &'a Place) -> Result<Merging<'a>> {
        Ok(Merging { objects: Objects::open(self, place).await? })
    }
}

impl Merging<'_> {
    /// How the work of two stories comes together.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(crate) async fn overlap(&self, one: Side<'_>, other: Side<'_>) -> Result<Overlap> {
        let said = self.objects.run(&merge_tree(one.commit, other.commit)).await?;
        let conflicts = match read_merge_tree(&said) {
            None => return Ok(Overlap::Unknown { why: why(&said) }),
            Some(MergeTree::Clean { .. }) => BTreeMap::new(),
            Some(MergeTree::Conflicts { files, .. }) => {
                let stages = files.into_iter().map(|it| (it.path, it.kind)).collect();
                conflicts(&groups(&said.stdout), stages, one.own, other.own)
            }
        };
        let merges = one.own.shared(other.own).filter(|path| !conflicts.contains_key(*path));
        let file = |path: &TreePath, kind| SharedFile { kind, path: path.text() };
        let mut files: Vec<_> = conflicts.iter().map(|(path, kind)| file(path, *kind)).collect();
        files.extend(merges.map(|path| file(path, SharedKind::Merges)));
        Ok(match (files.is_empty(), conflicts.is_empty()) {
            (true, _) => Overlap::Apart,
            (false, true) => Overlap::SameFile { files: SharedFiles::of(files) },
            (false, false) => Overlap::Conflicts { files: SharedFiles::of(files) },
        })
    }

    /// Whether a base has all that is in a checkpoint: merging it would change nothing.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(crate) async fn has_all(&self, base: &str, commit: &str) -> Result<bool> {
        let said = self.objects.run(&merge_tree(base, commit)).await?;
        let Some(MergeTree::Clean { tree }) = read_merge_tree(&said) else { return Ok(false) };
        let before = self.objects.run(&["rev-parse", &format!("{base}^{{tree}}")]).await?;
        Ok(before.ok && String::from_utf8_lossy(&before.stdout).trim_end() == tree)
    }

    /// The pieces of files that conflict between two checkpoints, of stories with these names.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(crate) async fn pieces(
        &self,
        [one, other]: [&str; 2],
        names: [&str; 2],
    ) -> Result<Vec<OverlapFile>> {
        let said = self.objects.run(&merge_tree(one, other)).await?;
        let Some(MergeTree::Conflicts { tree, files }) = read_merge_tree(&said) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for file in files.into_iter().take(MOST_READ) {
            let text = self.objects.text(&tree, file.path.bytes()).await?;
            let (pieces, more_pieces) =
                text.map_or_else(Default::default, |text| pieces(&text, names));
            found.push(OverlapFile { path: file.path.text(), pieces, more_pieces });
        }
        Ok(found)
    }
}

/// The files that conflict and that both stories changed themselves, each with its kind.
fn conflicts(
    groups: &[Group],
    mut stages: BTreeMap<TreePath, ConflictKind>,
    one: &Own,
    other: &Own,
) -> BTreeMap<TreePath, SharedKind> {
    let mut found: BTreeMap<TreePath, SharedKind> = BTreeMap::new();
    let mut take = |path: &TreePath, kind: SharedKind| {
        let known = found.entry(path.clone()).or_insert(kind);
        *known = more_telling(*known, kind);
    };
    for Group { kind, paths } in groups {
        let kinds = paths.iter().filter_map(|path| stages.get(path)).copied();
        let is_added = kinds.clone().any(|it| it == ConflictKind::BothAdded);
        let kind = match kind {
            SharedKind::Lines if is_added => SharedKind::BothAdded,
            kind => *kind,
        };
        let is_touched = |own: &Own| paths.iter().any(|path| own.touches(path));
        if is_touched(one) && is_touched(other) {
            let both = paths.iter().find(|path| one.touches(path) && other.touches(path));
            let either = paths.iter().find(|path| one.touches(path) || other.touches(path));
            both.or(either).into_iter().for_each(|path| take(path, kind));
        }
    }
    // What no message is about.
    for path in groups.iter().flat_map(|group| &group.paths) {
        stages.remove(path);
    }
    for path in stages.keys().filter(|path| one.touches(path) && other.touches(path)) {
        take(path, SharedKind::Other);
    }
    found
}

/// Of two kinds of conflict in one file the one that says more.
fn more_telling(one: SharedKind, other: SharedKind) -> SharedKind {
    use SharedKind as K;
    let rank = |kind: &SharedKind| match kind {
        K::FileAndFolder | K::OtherKind | K::Submodule | K::Binary => 0,
        K::Removed | K::Renamed => 1,
        K::BothAdded => 2,
        K::Lines => 3,
        K::Other | K::Merges => 4,
    };
    std::cmp::min_by_key(one, other, rank)
}

/// Why git did not merge.
fn why(said: &RawOutput) -> OverlapUnknown {
    match said.stderr.contains("unrelated histories") {
        true => OverlapUnknown::NothingInCommon,
        false => OverlapUnknown::Git { why: reason(&said.stderr) },
    }
}
