//! What the tests of changes share: a repository that is asked, its differences as lines, its patches tried.

use super::super::checkpoint::Made;
use super::super::checkpoint::world::{World, git};
use super::compare::Compared;
use super::{ChangesPlace, End, FileOrder, State};
use crate::error::Result;
use crate::runtime;
use protocol::{
    ChangePoint, ChangedFile, Checkpoint, CheckpointCause, FileDiff, Side, StoryId, Timestamp,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A repository whose changes are asked for.
pub(super) struct Asked<'w> {
    pub(super) world: &'w World,
    pub(super) place: ChangesPlace,
}

pub(in crate::git) fn checkpoint(made: &Made) -> Checkpoint {
    Checkpoint {
        story: StoryId::new("story"),
        n: made.n,
        at: Timestamp::default(),
        commit: made.commit.clone(),
        tree: made.tree.clone(),
        because: CheckpointCause::Asked,
        left_out: Vec::new(),
        more_left_out: 0,
    }
}

pub(super) fn held(made: &Made) -> End {
    End::Checkpoint(checkpoint(made))
}

fn state(found: &protocol::ChangeEnd) -> State {
    let is_checkpoint = matches!(found.is, ChangePoint::Checkpoint { .. });
    State { object: found.object.clone(), is_checkpoint }
}

impl<'w> Asked<'w> {
    pub(super) fn of(world: &'w World, root: &Path) -> Self {
        let project = git(root, &["rev-parse", "--path-format=absolute", "--git-common-dir"]);
        let project = PathBuf::from(project.strip_suffix('\n').unwrap());
        let aside = world.path("data").join("checkpoints");
        Self { world, place: ChangesPlace { root: root.to_owned(), project, aside } }
    }

    pub(super) fn try_changes(&self, from: &End, to: &End) -> Result<Compared> {
        runtime::wait(self.world.git.changes(&self.place, from, to)).unwrap()
    }

    pub(super) fn changes(&self, from: &End, to: &End) -> Compared {
        self.try_changes(from, to).unwrap()
    }

    pub(super) fn files(&self, from: &Made, to: &Made) -> Vec<ChangedFile> {
        self.changes(&held(from), &held(to)).files
    }

    pub(super) fn diff(&self, of: &Compared, file: &ChangedFile, white_space: bool) -> FileDiff {
        let order = FileOrder {
            from: state(&of.from),
            to: state(&of.to),
            path: file.path.clone(),
            old_path: file.old_path.clone(),
            white_space,
            context: 3,
            skip: 0,
        };
        runtime::wait(self.world.git.file_change(&self.place, &order)).unwrap().unwrap()
    }

    pub(super) fn patch(&self, from: &Made, to: &Made) -> Vec<u8> {
        let (from, to) = (held(from), held(to));
        let patch = self.world.git.patch(&self.place, &from, &to);
        runtime::wait(patch).unwrap().unwrap()
    }

    /// The tree that a patch makes of another one.
    pub(super) fn patched(&self, tree: &str, patch: &[u8]) -> String {
        let index = self.world.path("index");
        let run = |words: &[&str]| {
            let mut command = Command::new("git");
            // Names that other systems take for others are names.
            let all = ["-c", "core.protectNTFS=false", "-c", "core.protectHFS=false"];
            command.arg("-C").arg(&self.place.root).args(all).args(words);
            command.env("GIT_INDEX_FILE", &index).stdin(Stdio::piped()).stdout(Stdio::piped());
            command
        };
        assert!(run(&["read-tree", tree]).status().unwrap().success());
        if !patch.is_empty() {
            let file = self.world.path("patch");
            fs::write(&file, patch).unwrap();
            let words = ["apply", "--cached", "--whitespace=nowarn", file.to_str().unwrap()];
            let said = run(&words).stderr(Stdio::piped()).output().unwrap();
            let (why, patch) = (String::from_utf8_lossy(&said.stderr), file.display());
            assert!(said.status.success(), "{why}: {patch}");
        }
        let said = run(&["write-tree"]).output().unwrap();
        String::from_utf8(said.stdout).unwrap().trim_end().to_owned()
    }
}

/// Files as lines: what became of each, its counts, and whether it is folded.
pub(super) fn shown(files: &[ChangedFile]) -> Vec<String> {
    let kind = |side: &Option<protocol::FileSide>| match side {
        Some(side) => format!("{:?}", side.kind).to_lowercase(),
        None => "none".to_owned(),
    };
    let line = |file: &ChangedFile| {
        let (old, new) = (kind(&file.old), kind(&file.new));
        let kinds = if old == new { old } else { format!("{old}>{new}") };
        let was = file.old_path.as_ref().map(|old| format!(" was {old:?}")).unwrap_or_default();
        let folded = file.folded.map(|why| format!(" {why:?}")).unwrap_or_default();
        let ChangedFile { status, path, added, removed, .. } = file;
        format!("{status:?} {path:?} {kinds} +{added} -{removed}{was}{folded}")
    };
    files.iter().map(line).collect()
}

/// The lines of a diff on one side.
pub(super) fn lines_on(diff: &FileDiff, side: Side) -> usize {
    let pieces = diff.diff.hunks.iter().flat_map(|hunk| &hunk.pieces);
    pieces.filter(|piece| piece.side == side).map(|piece| piece.text.split('\n').count()).sum()
}

/// That each file has the lines that are counted for it; of many files, some.
pub(super) fn assert_counted(asked: &Asked<'_>, found: &Compared, name: &str) {
    for file in found.files.iter().take(25) {
        let diff = asked.diff(found, file, true);
        let counted = (lines_on(&diff, Side::Added), lines_on(&diff, Side::Removed));
        let expected = (file.added as usize, file.removed as usize);
        let path = &file.path;
        assert_eq!(counted, expected, "{name} {path:?} {:?}", diff.not_shown);
        let is_shown = diff.not_shown.is_none();
        assert_eq!(is_shown, counted != (0, 0), "{name} {path:?} {:?}", diff.not_shown);
    }
}
