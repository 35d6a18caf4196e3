//! What a merge would be, found out without touching anything: git merges two commits without a worktree, into objects
//! of a folder of Musher's own that goes afterwards.

use super::conflicts::{self, MergeTree};
use crate::command::{Lane, RawOutput};
use crate::data_dir::create_private;
use crate::error::{Error, Result};
use crate::git::changes::Aside;
use crate::git::checkpoint::{Place, listed};
use crate::git::{Git, OwnEnvironment, SAFE, one_line, reason};
use crate::runtime;
use protocol::{ConflictedFile, MergePreview};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many files with conflicts are listed.
const MOST_FILES: usize = 50;

/// How many of them are read for the pieces that conflict.
const MOST_READ: usize = 20;

/// A repository's objects, with a folder for new ones.
struct Objects<'a> {
    git: &'a Git,
    root: &'a Path,
    variables: Vec<(&'static str, OsString)>,
    /// Goes with it.
    _aside: Aside,
}

impl Git {
    /// What a merge of `head` into `base` would be.
    pub(super) async fn preview(
        &self,
        place: &Place,
        base: &str,
        head: &str,
    ) -> Result<MergePreview> {
        if let Some(version) = self.too_old_to_merge(&place.root).await? {
            return Ok(MergePreview::GitTooOld { version });
        }
        let objects = Objects::open(self, place).await?;
        let said = objects.run(&conflicts::merge_tree(base, head)).await?;
        match conflicts::read(&said) {
            Some(MergeTree::Clean { tree }) => {
                let name = format!("{base}^{{tree}}");
                let before = self.said(&place.root, &["rev-parse", &name]).await?;
                Ok(MergePreview::Clean { changes: before.as_ref() != Some(&tree) })
            }
            Some(MergeTree::Conflicts { tree, files }) => {
                let more = files.len().saturating_sub(MOST_FILES);
                let mut listed = Vec::new();
                for (at, file) in files.into_iter().take(MOST_FILES).enumerate() {
                    let text = match at < MOST_READ {
                        true => objects.text(&tree, file.path.bytes()).await?,
                        false => None,
                    };
                    let (pieces, more_pieces) =
                        text.map_or_else(Default::default, |text| conflicts::pieces(&text));
                    let (path, kind) = (file.path.text(), file.kind);
                    listed.push(ConflictedFile { path, kind, pieces, more_pieces });
                }
                let more = u32::try_from(more).unwrap_or(u32::MAX);
                Ok(MergePreview::Conflicts { files: listed, more })
            }
            None => Ok(MergePreview::Unknown { why: reason(&said.stderr) }),
        }
    }
}

impl<'a> Objects<'a> {
    async fn open(git: &'a Git, place: &'a Place) -> Result<Self> {
        let root = place.root.as_path();
        let words = ["rev-parse", "--path-format=absolute", "--git-path", "objects"];
        let theirs = PathBuf::from(one_line(&git.question(root, &words).await?));
        let aside = Aside::open(&place.scratch).await?;
        let own = aside.path("objects");
        let make = own.clone();
        runtime::blocking(move || create_private(&make)).await.map_err(Error::Thread)??;
        let variables = vec![
            ("GIT_OBJECT_DIRECTORY", own.into_os_string()),
            ("GIT_ALTERNATE_OBJECT_DIRECTORIES", listed(&theirs)),
            // What is not here is not fetched for a look.
            ("GIT_NO_LAZY_FETCH", "1".into()),
        ];
        Ok(Self { git, root, variables, _aside: aside })
    }

    async fn run<W: AsRef<OsStr>>(&self, words: &[W]) -> Result<RawOutput> {
        let mut command = Command::new(self.git.program(self.root).await?);
        command.arg("-C").arg(self.root).args(SAFE).args(words);
        let own = OwnEnvironment { variables: &self.variables, input: None };
        self.git.call(command, own, Lane::Git, super::LIMIT).await
    }

    /// The text of a file in a tree; `None` if it is none.
    async fn text(&self, tree: &str, path: &[u8]) -> Result<Option<String>> {
        let Ok(path) = std::str::from_utf8(path) else { return Ok(None) };
        let said = self.run(&["cat-file", "blob", &format!("{tree}:{path}")]).await?;
        let is_text = said.ok && !said.stdout.contains(&0);
        Ok(is_text.then_some(said.stdout).and_then(|bytes| String::from_utf8(bytes).ok()))
    }
}
