//! What a merge would be, found out without touching anything: git merges two commits without a worktree.

use super::conflicts::{self, MergeTree};
use super::objects::Objects;
use crate::error::Result;
use crate::git::checkpoint::Place;
use crate::git::{Git, reason};
use protocol::{ConflictedFile, MergePreview};

/// How many files with conflicts are listed.
const MOST_FILES: usize = 50;

/// How many of them are read for the pieces that conflict.
const MOST_READ: usize = 20;

/// What the sides of a piece are called.
const SIDES: [&str; 2] = ["base", "branch"];

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
                        text.map_or_else(Default::default, |text| conflicts::pieces(&text, SIDES));
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
