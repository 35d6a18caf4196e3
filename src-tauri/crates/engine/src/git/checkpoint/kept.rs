//! What is kept of a worktree from one checkpoint to the next: the checkpoint itself, every file of it as the
//! file system shows it, so that only files that changed are read, and what git said of ignored and of
//! tracked files. A file that is damaged, of another version or of another repository counts as none.

use super::facts::{Facts, Staged};
use super::object::{Entry, Mode, ObjectId};
use super::paths::TreePath;
use super::stamp::{LENGTH, Stamp};
use crate::data_dir::write_private;
use protocol::StoryId;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::Path;

/// The beginning of the file. It changes with the format.
const MAGIC: &[u8] = b"musher kept 1\n";

/// What is known of a worktree.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) last: Last,
    /// The entries of the last checkpoint's tree, by path.
    pub(super) entries: Vec<Entry>,
    /// The paths that git ignored, by path; what is below them is not listed.
    pub(super) ignored: Vec<TreePath>,
    pub(super) tracked: Tracked,
}

/// The last checkpoint of a worktree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Last {
    pub(super) story: String,
    pub(super) commit: String,
    pub(super) tree: String,
    pub(super) facts: Facts,
}

impl Last {
    /// Whether it is a checkpoint of this story.
    pub(super) fn is_of(&self, story: &StoryId) -> bool {
        self.story == story.as_str()
    }
}

/// What git's index of the repository says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tracked {
    pub(super) of: TrackedOf,
    /// The paths, in order.
    pub(super) paths: Vec<TreePath>,
}

/// Which index it was, and what it had beyond the commit that was checked out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct TrackedOf {
    /// See [`super::tracked`]; `None` if it was not asked.
    pub(super) index: Option<String>,
    pub(super) head: Option<String>,
    pub(super) staged: Staged,
}

#[derive(Serialize, Deserialize)]
struct Texts {
    /// The repository and its hash function.
    repository: String,
    last: Last,
    tracked: TrackedOf,
}

impl Kept {
    /// Reads what was kept of a worktree of this repository.
    pub(super) fn read(path: &Path, repository: &str) -> Option<Self> {
        let bytes = fs::read(path).ok()?;
        let (content, sum) = bytes.split_last_chunk::<8>()?;
        if u64::from_le_bytes(*sum) != checksum(content) {
            return None;
        }
        let mut reader = Reader(content.strip_prefix(MAGIC)?);
        let texts: Texts = serde_json::from_slice(reader.part()?).ok()?;
        let ignored = reader.paths()?;
        let paths = reader.paths()?;
        let mut entries = Vec::new();
        while !reader.0.is_empty() {
            entries.push(reader.entry()?);
        }
        let tracked = Tracked { of: texts.tracked, paths };
        let kept = Self { last: texts.last, entries, ignored, tracked };
        (texts.repository == repository).then_some(kept)
    }

    /// Keeps it for the next checkpoint.
    pub(super) fn write(&self, path: &Path, repository: &str) -> io::Result<()> {
        let texts = Texts {
            repository: repository.to_owned(),
            last: self.last.clone(),
            tracked: self.tracked.of.clone(),
        };
        let mut bytes = MAGIC.to_vec();
        append(&mut bytes, &serde_json::to_vec(&texts).map_err(io::Error::other)?)?;
        append(&mut bytes, &joined(&self.ignored))?;
        append(&mut bytes, &joined(&self.tracked.paths))?;
        for entry in &self.entries {
            append(&mut bytes, entry.path.bytes())?;
            append(&mut bytes, entry.object.bytes())?;
            bytes.push(entry.mode.number());
            bytes.extend(entry.stamp.map_or([0; LENGTH], |stamp| stamp.bytes()));
        }
        bytes.extend(checksum(&bytes).to_le_bytes());
        // Not synced: if it is lost, every file is read once more.
        let beside = path.with_extension("new");
        write_private(&beside, &bytes)?;
        fs::rename(beside, path)
    }
}

/// Appends a part with its length.
fn append(bytes: &mut Vec<u8>, part: &[u8]) -> io::Result<()> {
    let length = u32::try_from(part.len()).map_err(io::Error::other)?;
    bytes.extend(length.to_le_bytes());
    bytes.extend_from_slice(part);
    Ok(())
}

fn joined(paths: &[TreePath]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for path in paths {
        bytes.extend_from_slice(path.bytes());
        bytes.push(0);
    }
    bytes
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (part, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(part)
    }

    /// A part that [`append`] wrote.
    fn part(&mut self) -> Option<&'b [u8]> {
        let length = u32::from_le_bytes(self.take(4)?.try_into().ok()?);
        self.take(usize::try_from(length).ok()?)
    }

    fn paths(&mut self) -> Option<Vec<TreePath>> {
        let part = self.part()?;
        let names = part.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        names.map(TreePath::from_git).collect()
    }

    fn entry(&mut self) -> Option<Entry> {
        let path = TreePath::from_git(self.part()?)?;
        let object = ObjectId::new(self.part()?)?;
        let mode = Mode::from_number(*self.take(1)?.first()?)?;
        let stamp: &[u8; LENGTH] = self.take(LENGTH)?.try_into().ok()?;
        let is_known = stamp.iter().any(|byte| *byte != 0);
        let stamp = if is_known { Stamp::from_bytes(stamp) } else { None };
        Some(Entry { path, mode, object, stamp })
    }
}

/// FNV-1a over words of eight bytes: it finds damage, and costs next to nothing.
fn checksum(bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x0100_0000_01b3;
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(PRIME).rotate_left(23);
    let (words, rest) = bytes.as_chunks::<8>();
    let sum = words.iter().fold(0xcbf2_9ce4_8422_2325, |sum, it| mix(sum, u64::from_le_bytes(*it)));
    rest.iter().fold(sum, |sum, byte| mix(sum, u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(bytes: &[u8]) -> TreePath {
        TreePath::from_git(bytes).expect("a path")
    }

    #[test]
    fn what_is_kept_is_read_as_it_was_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("kept");
        let stamp = Stamp::of(&fs::metadata(dir.path()).unwrap());
        let object = ObjectId::new(&[7; 32]).unwrap();
        let entries = vec![
            Entry { path: path(b"a"), mode: Mode::Executable, object, stamp: Some(stamp) },
            Entry { path: path(b"\xff\n"), mode: Mode::Repository, object, stamp: None },
        ];
        let kept = Kept {
            last: Last { story: "s".to_owned(), commit: "c".to_owned(), ..Last::default() },
            entries,
            ignored: vec![path(b"built"), path(b"x\xfe")],
            tracked: Tracked { of: TrackedOf::default(), paths: vec![path(b"a")] },
        };
        kept.write(&file, "here").unwrap();
        let read = Kept::read(&file, "here").unwrap();
        assert_eq!((read.last, read.entries), (kept.last, kept.entries));
        assert_eq!((read.ignored, read.tracked), (kept.ignored, kept.tracked));
        assert!(Kept::read(&file, "elsewhere").is_none());
        let whole = fs::read(&file).unwrap();
        for at in [0, 20, whole.len() / 2, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&file, damaged).unwrap();
            assert!(Kept::read(&file, "here").is_none(), "{at}");
            fs::write(&file, &whole[..at]).unwrap();
            assert!(Kept::read(&file, "here").is_none(), "{at}");
        }
    }
}
