//! Follows one file from state to state: which content it has in each, under which path, and which lines differ
//! between two contents. What git does not have any more is not known, and nothing is concluded from it.

use super::super::checkpoint::TreePath;
use super::edits::{Edit, edits};
use super::raw::entries;
use super::{ChangesPlace, State, difference};
use crate::error::Result;
use crate::git::Git;
use protocol::{ChangeStatus, FileDiff};
use std::ffi::OsStr;
use std::path::Path;

/// A file in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileAt {
    /// It is there.
    There {
        /// Its path there, as a text.
        path: String,
        /// The object with its content.
        blob: String,
    },
    /// It is not there, under no path.
    Gone,
    /// That cannot be said.
    Unknown,
}

impl Git {
    /// The file with this path in a state.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(crate) async fn file_at(
        &self,
        place: &ChangesPlace,
        path: &str,
        at: &State,
    ) -> Result<FileAt> {
        let Some(tree_path) = TreePath::from_text(path) else { return Ok(FileAt::Unknown) };
        if !self.has_object(place, &at.object).await? {
            return Ok(FileAt::Unknown);
        }
        let blob = self.blob_at(place, &tree_path, at).await?;
        Ok(blob.map_or(FileAt::Gone, |blob| FileAt::There { path: path.to_owned(), blob }))
    }

    /// The file in the state `to` that has this path in the state `from` and another one in `to`, as git finds
    /// renames.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(crate) async fn renamed_file(
        &self,
        place: &ChangesPlace,
        path: &str,
        from: &State,
        to: &State,
    ) -> Result<FileAt> {
        let Some(tree_path) = TreePath::from_text(path) else { return Ok(FileAt::Unknown) };
        for state in [from, to] {
            if !self.has_object(place, &state.object).await? {
                return Ok(FileAt::Unknown);
            }
        }
        match self.renamed(place, &tree_path, from, to).await? {
            Some(renamed) => self.file_at(place, &renamed.text(), to).await,
            None => Ok(FileAt::Gone),
        }
    }

    /// The lines that differ between two contents of a file; `None` if one of them is not there, or is too large.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(crate) async fn edits(
        &self,
        place: &ChangesPlace,
        path: &str,
        at: &State,
        blobs: [&str; 2],
    ) -> Result<Option<Vec<Edit>>> {
        let Some(path) = TreePath::from_text(path) else { return Ok(None) };
        let located =
            self.source(place).await?.located([None, Some(at.clone())], path, None).await?;
        for blob in blobs {
            let size = located.source.text(&["cat-file", "-s", blob]).await?;
            let size = size.and_then(|size| size.parse::<u64>().ok());
            if size.is_none_or(|size| size > FileDiff::LARGEST) {
                return Ok(None);
            }
        }
        let options = [
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--text",
            "--unified=0",
            "--inter-hunk-context=0",
            "--diff-algorithm=histogram",
            "--end-of-options",
        ];
        let words: Vec<&str> = options.into_iter().chain(blobs).collect();
        let said = located.source.run(&words, None).await?;
        Ok(said.ok.then(|| edits(&said.stdout)))
    }

    /// Whether git takes a file in a state for a binary one, so that it has no lines.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(crate) async fn is_binary(
        &self,
        place: &ChangesPlace,
        path: &str,
        at: &State,
    ) -> Result<bool> {
        let Some(path) = TreePath::from_text(path) else { return Ok(false) };
        let located =
            self.source(place).await?.located([None, Some(at.clone())], path, None).await?;
        let [_, Some(state)] = &located.states else { return Ok(false) };
        let (nothing, path) = (located.source.empty_tree().await?, located.path.at(Path::new("")));
        let mut words = difference(&["-z", "--numstat"], &nothing, &state.object);
        words.push(path.as_os_str());
        Ok(located.source.bytes(&words, None).await?.starts_with(b"-\t-\t"))
    }

    /// The object with the content of a file in a state, if it is there.
    async fn blob_at(
        &self,
        place: &ChangesPlace,
        path: &TreePath,
        at: &State,
    ) -> Result<Option<String>> {
        let source = self.source(place).await?;
        let located = source.located([None, Some(at.clone())], path.clone(), None).await?;
        let [_, Some(state)] = &located.states else { return Ok(None) };
        let path = located.path.at(Path::new(""));
        let words = ["ls-tree", "-z", "--full-tree", "--end-of-options", &state.object, "--"];
        let words: Vec<&OsStr> =
            words.into_iter().map(OsStr::new).chain([path.as_os_str()]).collect();
        Ok(object_of(&located.source.bytes(&words, None).await?))
    }

    /// The path in the state `to` of a file that had another one in the state `from`.
    async fn renamed(
        &self,
        place: &ChangesPlace,
        path: &TreePath,
        from: &State,
        to: &State,
    ) -> Result<Option<TreePath>> {
        let source = self.source(place).await?;
        let words = difference(&["-z", "--raw"], &from.object, &to.object);
        let said = source.bytes(&words, None).await?;
        let mut all = entries(&said).into_iter();
        let found = all.find(|entry| {
            entry.status == ChangeStatus::Renamed && entry.old_path.as_ref() == Some(path)
        });
        Ok(found.map(|entry| entry.path))
    }

    async fn has_object(&self, place: &ChangesPlace, object: &str) -> Result<bool> {
        Ok(self.source(place).await?.run(&["cat-file", "-e", object], None).await?.ok)
    }
}

/// The object of an entry that `git ls-tree` prints, if it is no folder: `100644 blob 1a2b...`, a tab and the path.
fn object_of(printed: &[u8]) -> Option<String> {
    let entry = printed.split(|byte| *byte == b'\t').next()?;
    let mut words = std::str::from_utf8(entry).ok()?.split(' ').skip(1);
    let (kind, object) = (words.next()?, words.next()?);
    (kind != "tree" && super::ends::is_id(object)).then(|| object.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_an_object_unless_it_is_a_folder() {
        let id = "a".repeat(40);
        let printed = |kind: &str| format!("100644 {kind} {id}\tsrc/a b.rs\0").into_bytes();
        for kind in ["blob", "commit"] {
            assert_eq!(object_of(&printed(kind)), Some(id.clone()), "{kind}");
        }
        assert_eq!([object_of(&printed("tree")), object_of(b"")], [None, None]);
    }
}
