//! Compares two states of a repository and of those within it, file by file.

use super::super::checkpoint::{Facts, Mode, TreePath};
use super::aside::Aside;
use super::raw::{Entry, Lines, Side};
use super::{ChangesPlace, End, MOST_RENAMES, Source, State};
use crate::error::{Error, Result};
use crate::git::Git;
use protocol::{
    ChangeEnd, ChangeStatus, ChangedFile, Changes, FileKind, FileReview, FileSide, FoldedWhy,
};
use std::collections::{BTreeMap, BTreeSet};

/// A file of more bytes on one side is folded.
const HUGE_BYTES: u64 = 1024 * 1024;

/// A file with more changed lines is folded.
const HUGE_LINES: u32 = 3_000;

/// What differs between two states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) from: ChangeEnd,
    pub(crate) to: ChangeEnd,
    pub(crate) files: Vec<ChangedFile>,
    pub(crate) more: u32,
    /// The lines in all files.
    pub(crate) added: u32,
    pub(crate) removed: u32,
    pub(crate) renames_by_content_only: bool,
}

/// What differs, and whether only files of the same content are known as renamed.
#[derive(Default)]
struct All {
    files: Vec<Difference>,
    by_content_only: bool,
}

/// A difference in one of the repositories.
struct Difference {
    entry: Entry,
    /// The permissions on both sides, where git's own do not say them.
    permissions: (Option<u32>, Option<u32>),
    /// The folder of its repository; `None` for the outermost.
    within: Option<TreePath>,
    /// The sizes on both sides (bytes).
    sizes: (Option<u64>, Option<u64>),
    /// Whether a program made it.
    is_generated: bool,
}

impl Git {
    /// What differs between two states of a story.
    ///
    /// # Errors
    /// If git cannot read them, above all if one is not held any more.
    pub(crate) async fn changes(
        &self,
        place: &ChangesPlace,
        from: &End,
        to: &End,
    ) -> Result<Compared> {
        let source = self.source(place).await?;
        let (from, to, aside) =
            tokio::try_join!(source.found(from), source.found(to), Aside::open(&place.aside))?;
        let mut all = All::default();
        source.compare(&aside, (&from.state, &to.state), None, &mut all).await?;
        let All { files: mut all, by_content_only } = all;
        let count = |status| all.iter().filter(|it| it.entry.status == status).count();
        let pairs = count(ChangeStatus::Added).saturating_mul(count(ChangeStatus::Removed));
        let are_too_many = pairs > MOST_RENAMES.saturating_mul(MOST_RENAMES);
        let lines = all.iter().filter_map(|it| it.entry.lines);
        let (added, removed) = lines.fold((0_u32, 0_u32), |(added, removed), lines| {
            (added.saturating_add(lines.0), removed.saturating_add(lines.1))
        });
        all.sort_by_cached_key(Difference::path);
        let more = u32::try_from(all.len().saturating_sub(Changes::MOST_FILES));
        all.truncate(Changes::MOST_FILES);
        let files = all.into_iter().map(Difference::file).collect();
        Ok(Compared {
            from: from.end,
            to: to.end,
            files,
            more: more.unwrap_or(u32::MAX),
            added,
            removed,
            renames_by_content_only: by_content_only || are_too_many,
        })
    }
}

impl Source<'_> {
    /// Adds what differs between two states of one repository, and of those in it.
    async fn compare(
        &self,
        aside: &Aside,
        (from, to): (&State, &State),
        within: Option<&TreePath>,
        all: &mut All,
    ) -> Result<()> {
        let (before, after, mut listed) = tokio::try_join!(
            self.facts(from),
            self.facts(to),
            self.listed(&from.object, &to.object)
        )?;
        let same_content = only_permissions(&listed.entries, from, to, &before, &after);
        let objects = (from.object.as_str(), to.object.as_str());
        let (sizes, generated, counted) = {
            let paths = listed.entries.iter().chain(&same_content).map(|entry| &entry.path);
            let blobs = listed.blobs();
            tokio::try_join!(
                self.sizes(aside, blobs.into_iter()),
                self.generated(aside, &to.object, paths),
                self.counted(&listed, objects.0, objects.1)
            )?
        };
        self.count_lines(&mut listed, counted, &sizes, objects).await?;
        all.by_content_only |= listed.by_content_only;
        let mut found = listed.entries;
        found.extend(same_content);
        let repositories = before.repositories.iter().chain(&after.repositories);
        let repositories: BTreeSet<TreePath> = repositories.map(|it| it.path.clone()).collect();
        let mut inner = All::default();
        for path in &repositories {
            let sides = tokio::try_join!(
                self.state_within(from, &before, path),
                self.state_within(to, &after, path)
            )?;
            let is_listed = found.iter().any(|entry| entry.path == *path);
            match sides {
                (Some(old), Some(new)) if old == new => {}
                (Some(old), Some(new)) => {
                    let shown = within.map_or_else(|| path.text(), |it| it.with(&path.text()));
                    let folder = TreePath::from_text(&shown);
                    let source = self.within(&self.repository.within(path)).await?;
                    let mut compared = All::default();
                    let work = source.compare(aside, (&old, &new), folder.as_ref(), &mut compared);
                    match Box::pin(work).await {
                        Ok(()) => {
                            inner.by_content_only |= compared.by_content_only;
                            inner.files.extend(compared.files);
                        }
                        // It is not there any more, or lost the objects.
                        Err(Error::Refused(_)) if !is_listed => {
                            found.push(of_repository(path, Some(old), Some(new)));
                        }
                        Err(Error::Refused(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
                (old, new) if !is_listed => found.push(of_repository(path, old, new)),
                _ => {}
            }
        }
        let size = |side: &Option<Side>| sizes.get(&side.as_ref()?.object).copied();
        let are_known = from.is_checkpoint && to.is_checkpoint;
        let mode =
            |facts: &Facts, path: &TreePath| facts.modes.get(path).copied().filter(|_| are_known);
        let difference = |entry: &Entry| {
            let old_path = entry.old_path.as_ref().unwrap_or(&entry.path);
            Difference {
                permissions: (mode(&before, old_path), mode(&after, &entry.path)),
                sizes: (size(&entry.old), size(&entry.new)),
                within: within.cloned(),
                is_generated: generated.contains(&entry.path),
                entry: entry.clone(),
            }
        };
        all.files.extend(found.iter().map(difference));
        all.files.extend(inner.files);
        all.by_content_only |= inner.by_content_only;
        Ok(())
    }

    /// What a state says beyond its tree; nothing if it is no checkpoint.
    pub(super) async fn facts(&self, state: &State) -> Result<Facts> {
        match state.is_checkpoint {
            true => self.repository.facts(&state.object).await,
            false => Ok(Facts::default()),
        }
    }

    /// The state of a repository within this one; `None` if it is not there.
    pub(super) async fn state_within(
        &self,
        state: &State,
        facts: &Facts,
        path: &TreePath,
    ) -> Result<Option<State>> {
        if let Some(inner) = facts.repositories.iter().find(|inner| inner.path == *path) {
            return Ok(Some(State { object: inner.commit.clone(), is_checkpoint: true }));
        }
        if state.is_checkpoint {
            return Ok(None);
        }
        let path = path.at(std::path::Path::new(""));
        let words = ["ls-tree", "-z", "--full-tree", &state.object, "--"].map(std::ffi::OsStr::new);
        let said = self.bytes(&[&words[..], &[path.as_os_str()]].concat(), None).await?;
        Ok(commit_in(&said).map(|object| State { object, is_checkpoint: false }))
    }
}

impl Difference {
    fn shown(&self, path: &TreePath) -> String {
        match &self.within {
            Some(folder) => folder.with(&path.text()),
            None => path.text(),
        }
    }

    fn path(&self) -> String {
        self.shown(&self.entry.path)
    }

    fn file(self) -> ChangedFile {
        let path = self.path();
        let old_path = self.entry.old_path.as_ref().map(|path| self.shown(path));
        let Self { entry, permissions: modes, sizes, is_generated, .. } = self;
        let is_same = modes.0 == modes.1;
        let side = |side: Option<Side>, size: Option<u64>, mode: Option<u32>| {
            let Side { kind, object } = side?;
            let object = Some(object).filter(|object| !object.is_empty());
            let permissions = mode.filter(|_| !is_same).map(|mode| format!("{mode:03o}"));
            Some(FileSide { kind, object, size, permissions })
        };
        let largest = sizes.0.max(sizes.1).unwrap_or(0);
        let (added, removed) = entry.lines.unwrap_or_default();
        ChangedFile {
            path,
            old_path,
            status: entry.status,
            old: side(entry.old, sizes.0, modes.0),
            new: side(entry.new, sizes.1, modes.1),
            added,
            removed,
            binary: entry.lines.is_none(),
            folded: match entry.is_missing {
                true => Some(FoldedWhy::Missing),
                false => folded(is_generated, entry.lines, largest),
            },
            said: None,
            reviewed: FileReview::No,
        }
    }
}

/// Why a file is folded, if it is.
fn folded(is_generated: bool, lines: Lines, largest: u64) -> Option<FoldedWhy> {
    match lines {
        _ if is_generated => Some(FoldedWhy::Generated),
        None => Some(FoldedWhy::Binary),
        Some((added, removed)) if added.saturating_add(removed) > HUGE_LINES => {
            Some(FoldedWhy::Huge)
        }
        Some(_) if largest > HUGE_BYTES => Some(FoldedWhy::Huge),
        Some(_) => None,
    }
}

/// The files of which only the permissions differ that a tree has no place for. A commit says nothing of those.
fn only_permissions(
    found: &[Entry],
    from: &State,
    to: &State,
    before: &Facts,
    after: &Facts,
) -> Vec<Entry> {
    if !(from.is_checkpoint && to.is_checkpoint) {
        return Vec::new();
    }
    let known: BTreeSet<&TreePath> = found
        .iter()
        .flat_map(|entry| [Some(&entry.path), entry.old_path.as_ref()])
        .flatten()
        .collect();
    let modes: BTreeMap<&TreePath, u32> =
        before.modes.iter().chain(&after.modes).map(|(path, mode)| (path, *mode)).collect();
    let differs = |path: &TreePath| before.modes.get(path) != after.modes.get(path);
    let differing = modes.into_iter().filter(|(path, _)| differs(path) && !known.contains(path));
    let entry = |(path, mode): (&TreePath, u32)| {
        let kind = if mode & 0o111 == 0 { FileKind::File } else { FileKind::Executable };
        let side = Some(Side { kind, object: String::new() });
        let (status, lines) = (ChangeStatus::Changed, Some((0, 0)));
        Entry {
            path: path.clone(),
            old_path: None,
            status,
            old: side.clone(),
            new: side,
            lines,
            is_missing: false,
        }
    };
    differing.map(entry).collect()
}

/// A repository within the worktree that came, went, or cannot be compared.
fn of_repository(path: &TreePath, old: Option<State>, new: Option<State>) -> Entry {
    let status = match (&old, &new) {
        (None, _) => ChangeStatus::Added,
        (_, None) => ChangeStatus::Removed,
        _ => ChangeStatus::Changed,
    };
    let side = |state: State| Side { kind: FileKind::Submodule, object: state.object };
    let (old, new) = (old.map(side), new.map(side));
    Entry {
        path: path.clone(),
        old_path: None,
        status,
        old,
        new,
        lines: Some((0, 0)),
        is_missing: false,
    }
}

/// The commit of the repository that `git ls-tree -z` lists, if it is one.
fn commit_in(printed: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(printed.split(|byte| *byte == b'\t').next()?).ok()?;
    let mut words = line.split(' ');
    let (mode, _, object) = (words.next()?, words.next()?, words.next()?);
    (Mode::of_git(mode) == Some(Mode::Repository)).then(|| object.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_folded_for_the_reason_that_says_most() {
        use FoldedWhy as F;
        let table = [
            (false, Some((1, 1)), 10, None),
            (true, Some((1, 1)), 10, Some(F::Generated)),
            (true, None, 10, Some(F::Generated)),
            (false, None, HUGE_BYTES * 2, Some(F::Binary)),
            (false, Some((HUGE_LINES, 0)), 10, None),
            (false, Some((HUGE_LINES, 1)), 10, Some(F::Huge)),
            (false, Some((u32::MAX, 1)), 10, Some(F::Huge)),
            (false, Some((1, 1)), HUGE_BYTES, None),
            (false, Some((1, 1)), HUGE_BYTES + 1, Some(F::Huge)),
        ];
        for (is_generated, lines, largest, expected) in table {
            let found = folded(is_generated, lines, largest);
            assert_eq!(found, expected, "{is_generated} {lines:?} {largest}");
        }
    }

    #[test]
    fn only_a_repository_has_a_commit_in_a_tree() {
        let line = |mode: &str, kind: &str| format!("{mode} {kind} {}\tlib\0", "a".repeat(40));
        assert_eq!(commit_in(line("160000", "commit").as_bytes()), Some("a".repeat(40)));
        assert_eq!(commit_in(line("100644", "blob").as_bytes()), None);
        assert_eq!(commit_in(b""), None);
    }
}
