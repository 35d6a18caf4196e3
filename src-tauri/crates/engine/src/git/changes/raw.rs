//! Reads what git says of a difference of two trees: `--raw` and `--numstat` with `-z`. Pure.

use super::super::checkpoint::{Mode, TreePath};
use protocol::{ChangeStatus, FileKind};
use std::collections::BTreeMap;

/// The lines that were added and removed; `None` for a binary file.
pub(super) type Lines = Option<(u32, u32)>;

/// A difference of two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: TreePath,
    pub(super) old_path: Option<TreePath>,
    pub(super) status: ChangeStatus,
    pub(super) old: Option<Side>,
    pub(super) new: Option<Side>,
    pub(super) lines: Lines,
    /// Whether its content is not there, so that its lines are not known.
    pub(super) is_missing: bool,
}

/// An entry of one of the trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Side {
    pub(super) kind: FileKind,
    pub(super) object: String,
}

impl Entry {
    /// Whether one of its sides is a repository of its own.
    pub(super) fn is_repository(&self) -> bool {
        [&self.old, &self.new].into_iter().flatten().any(|side| side.kind == FileKind::Submodule)
    }
}

/// What git calls an entry of a tree.
pub(super) fn kind_of(mode: Mode) -> FileKind {
    match mode {
        Mode::File => FileKind::File,
        Mode::Executable => FileKind::Executable,
        Mode::Link => FileKind::Link,
        Mode::Repository => FileKind::Submodule,
    }
}

/// The differences that git prints, in its order.
pub(super) fn entries(printed: &[u8]) -> Vec<Entry> {
    let mut parts = printed.split(|byte| *byte == 0);
    let mut found: Vec<Entry> = Vec::new();
    let mut counts: BTreeMap<TreePath, Lines> = BTreeMap::new();
    while let Some(part) = parts.next() {
        match part.strip_prefix(b":") {
            Some(meta) => found.extend(entry(meta, &mut parts)),
            None => counts.extend(counted(part, &mut parts)),
        }
    }
    for entry in &mut found {
        let lines = counts.get(&entry.path).copied().flatten();
        // Git shows the commits of a repository as a line of text each.
        entry.lines = if entry.is_repository() { Some((0, 0)) } else { lines };
    }
    found
}

/// An entry of `--raw -z`, of which `meta` is the first part without its colon.
fn entry<'p>(meta: &[u8], parts: &mut impl Iterator<Item = &'p [u8]>) -> Option<Entry> {
    let meta = std::str::from_utf8(meta).ok()?;
    let words: Vec<&str> = meta.split(' ').collect();
    let [old_mode, new_mode, old_object, new_object, status] = words[..] else { return None };
    let first = TreePath::from_git(parts.next()?);
    let letter = status.bytes().next()?;
    let (path, old_path) = match letter {
        b'R' => (TreePath::from_git(parts.next()?)?, first),
        _ => (first?, None),
    };
    let status = match letter {
        b'A' => ChangeStatus::Added,
        b'D' => ChangeStatus::Removed,
        b'R' => ChangeStatus::Renamed,
        b'T' => ChangeStatus::OtherKind,
        _ => ChangeStatus::Changed,
    };
    let (old, new) = (side(old_mode, old_object), side(new_mode, new_object));
    let (lines, is_missing) = (None, false);
    Some(Entry { path, old_path, status, old, new, lines, is_missing })
}

fn side(mode: &str, object: &str) -> Option<Side> {
    // Old trees have permissions that git does not write any more.
    let mode = match mode {
        "100664" => Mode::File,
        mode => Mode::of_git(mode)?,
    };
    Some(Side { kind: kind_of(mode), object: object.to_owned() })
}

/// An entry of `--numstat -z`, of which `first` is the first part: with an empty path, and the old and the new path
/// as parts of their own, if it was renamed.
fn counted<'p>(
    first: &[u8],
    parts: &mut impl Iterator<Item = &'p [u8]>,
) -> Option<(TreePath, Lines)> {
    let mut columns = first.splitn(3, |byte| *byte == b'\t');
    let (added, removed, path) = (columns.next()?, columns.next()?, columns.next()?);
    let path = match path {
        b"" => {
            parts.next()?;
            parts.next()?
        }
        path => path,
    };
    let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse().ok();
    Some((TreePath::from_git(path)?, number(added).zip(number(removed))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_s_lines_are_read_with_their_sides_and_counts() {
        let printed = b":100644 100755 a b M\0a\tb\n\0:100644 100644 a b R086\0old\0new\0:000000 100644 0 b A\0bin\0:100644 120000 a b T\0link\0:100644 000000 a 0 D\0gone\0:160000 160000 a b M\0lib\x001\t2\ta\tb\n\x003\t0\t\0old\0new\0-\t-\tbin\x001\t1\tlink\x000\t9\tgone\x001\t1\tlib\0";
        let found = entries(printed);
        let side = |side: &Option<Side>| match side {
            Some(Side { kind, object }) => format!("{kind:?} {object}"),
            None => "none".to_owned(),
        };
        let shown: Vec<String> = found
            .iter()
            .map(|entry| {
                let (old, new) = (side(&entry.old), side(&entry.new));
                let (status, path) = (entry.status, entry.path.text());
                format!("{status:?} {path:?} {old} > {new} {:?}", entry.lines)
            })
            .collect();
        assert_eq!(
            shown,
            [
                r#"Changed "a\tb\n" File a > Executable b Some((1, 2))"#,
                r#"Renamed "new" File a > File b Some((3, 0))"#,
                r#"Added "bin" none > File b None"#,
                r#"OtherKind "link" File a > Link b Some((1, 1))"#,
                r#"Removed "gone" File a > none Some((0, 9))"#,
                r#"Changed "lib" Submodule a > Submodule b Some((0, 0))"#,
            ]
        );
        assert_eq!(found[1].old_path, TreePath::from_git(b"old"));
        assert_eq!(entries(b""), []);
    }
}
