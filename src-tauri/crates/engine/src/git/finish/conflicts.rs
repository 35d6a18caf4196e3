//! Reads what `git merge-tree` says: the tree of a merge, or the files that conflict; and finds the pieces of a file
//! that conflict by git's marks. Pure.

use crate::command::RawOutput;
use crate::git::checkpoint::TreePath;
use protocol::{ConflictKind, ConflictPiece};
use std::collections::{BTreeMap, BTreeSet};

/// How many pieces of a file are shown.
const MOST_PIECES: usize = 20;

/// How many lines of a piece are shown.
const MOST_LINES: usize = 60;

/// What became of a merge without a worktree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::git) enum MergeTree {
    Clean { tree: String },
    Conflicts { tree: String, files: Vec<Conflicted> },
}

/// A file that conflicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::git) struct Conflicted {
    pub(in crate::git) path: TreePath,
    pub(in crate::git) kind: ConflictKind,
}

/// The words that merge one commit into another one without a worktree.
pub(in crate::git) fn merge_tree<'w>(into: &'w str, commit: &'w str) -> [&'w str; 6] {
    ["merge-tree", "--write-tree", "-z", "--end-of-options", into, commit]
}

/// Reads the answer; `None` if git could not merge them, or it is not understood.
pub(in crate::git) fn read(said: &RawOutput) -> Option<MergeTree> {
    let mut fields = said.stdout.split(|byte| *byte == 0);
    let tree = std::str::from_utf8(fields.next()?).ok()?.trim_end().to_owned();
    let is_id = matches!(tree.len(), 40 | 64) && tree.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id {
        return None;
    }
    if said.ok {
        return Some(MergeTree::Clean { tree });
    }
    let mut stages: BTreeMap<TreePath, BTreeSet<u8>> = BTreeMap::new();
    for entry in fields.take_while(|entry| !entry.is_empty()) {
        let tab = entry.iter().position(|byte| *byte == b'\t')?;
        let (facts, path) = (&entry[..tab], &entry[tab + 1..]);
        stages.entry(TreePath::from_git(path)?).or_default().insert(*facts.last()?);
    }
    let file = |(path, stages): (TreePath, BTreeSet<u8>)| Conflicted { path, kind: kind(&stages) };
    Some(MergeTree::Conflicts { tree, files: stages.into_iter().map(file).collect() })
}

/// How a file conflicts, by the sides that have it: `1` the common ancestor, `2` the base, `3` the story's branch.
fn kind(stages: &BTreeSet<u8>) -> ConflictKind {
    let has = |stage: u8| stages.contains(&stage);
    match (has(b'1'), has(b'2'), has(b'3')) {
        (true, true, true) => ConflictKind::BothChanged,
        (false, true, true) => ConflictKind::BothAdded,
        (true, true, false) => ConflictKind::RemovedInBranch,
        (true, false, true) => ConflictKind::RemovedInBase,
        _ => ConflictKind::Other,
    }
}

/// The pieces of a text between git's marks, in which its two sides get these names, and how many more there are.
pub(in crate::git) fn pieces(text: &str, sides: [&str; 2]) -> (Vec<ConflictPiece>, u32) {
    let [into, from] = sides.map(|side| side.replace(['\n', '\r'], " "));
    let (into, from) = (format!("<<<<<<< {into}"), format!(">>>>>>> {from}"));
    let (mut pieces, mut more) = (Vec::new(), 0_u32);
    let mut open: Option<(u32, Vec<&str>)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        match &mut open {
            None if line.starts_with("<<<<<<< ") => open = Some((number, vec![into.as_str()])),
            None => {}
            Some((first, lines)) => {
                let is_end = line.starts_with(">>>>>>> ");
                lines.push(if is_end { from.as_str() } else { line });
                if is_end && pieces.len() < MOST_PIECES {
                    pieces.push(ConflictPiece { line: *first, text: shortened(lines) });
                } else if is_end {
                    more += 1;
                }
                if is_end {
                    open = None;
                }
            }
        }
    }
    (pieces, more)
}

fn shortened(lines: &[&str]) -> String {
    match lines.len().checked_sub(MOST_LINES) {
        None | Some(0) => lines.join("\n"),
        Some(left_out) => {
            let (first, last) = lines.split_at(MOST_LINES / 2);
            let last = &last[left_out..];
            let between = format!("... {left_out} more lines ...");
            [first, &[between.as_str()], last].concat().join("\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDES: [&str; 2] = ["base", "branch"];
    const TREE: &str = "8f2c1c0e8a4b4ce3a29d0ab6d63d1b1d3f5f7a10";

    fn said(ok: bool, stdout: &[u8]) -> RawOutput {
        RawOutput { ok, stdout: stdout.to_owned(), stderr: String::new() }
    }

    #[test]
    fn each_conflict_has_its_kind() {
        let entries = [
            ("both", "123"),
            ("added twice", "23"),
            ("gone in branch", "12"),
            ("gone in base", "13"),
            ("renamed", "1"),
        ];
        let mut printed = format!("{TREE}\0");
        for (path, stages) in entries {
            stages.chars().for_each(|it| printed.push_str(&format!("100644 aa {it}\t{path}\0")));
        }
        printed.push_str("\u{0}1\0both\0Auto-merging\0Auto-merging both\n\0");
        let Some(MergeTree::Conflicts { tree, files }) = read(&said(false, printed.as_bytes()))
        else {
            panic!("no conflicts")
        };
        assert_eq!(tree, TREE);
        let kinds: Vec<_> = files.iter().map(|it| (it.path.text(), it.kind)).collect();
        use ConflictKind as K;
        let expected = [
            ("added twice", K::BothAdded),
            ("both", K::BothChanged),
            ("gone in base", K::RemovedInBase),
            ("gone in branch", K::RemovedInBranch),
            ("renamed", K::Other),
        ];
        assert_eq!(kinds, expected.map(|(path, kind)| (path.to_owned(), kind)));
        let clean = read(&said(true, format!("{TREE}\0").as_bytes()));
        assert_eq!(clean, Some(MergeTree::Clean { tree: TREE.to_owned() }));
        for odd in ["", "fatal", "not a tree\0"] {
            assert_eq!(read(&said(false, odd.as_bytes())), None, "{odd}");
        }
    }

    #[test]
    fn pieces_are_what_is_between_the_marks() {
        let text = "a\n<<<<<<< 1234\nbase\n=======\nbranch\n>>>>>>> 5678\nb\n";
        let (found, more) = pieces(text, SIDES);
        assert_eq!(more, 0);
        assert_eq!((found.len(), found[0].line), (1, 2));
        assert_eq!(found[0].text, "<<<<<<< base\nbase\n=======\nbranch\n>>>>>>> branch");
        let long = format!("<<<<<<< x\n{}=======\n>>>>>>> y\n", "line\n".repeat(100));
        let (found, more) = pieces(&long.repeat(MOST_PIECES + 2), SIDES);
        assert_eq!((found.len(), more), (MOST_PIECES, 2));
        assert_eq!(found[0].text.lines().count(), MOST_LINES + 1);
        assert!(found[0].text.contains("... 43 more lines ..."), "{}", found[0].text);
        assert_eq!(pieces("<<<<<<< never ended\nx\n", SIDES), (Vec::new(), 0));
    }
}
