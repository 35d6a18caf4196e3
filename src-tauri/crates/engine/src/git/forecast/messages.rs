//! Reads why files conflict from what `git merge-tree -z` says after its list of files: messages, each with the paths
//! that it is about and a word for its kind. Their sentences are not read. Pure.

use crate::git::checkpoint::TreePath;
use protocol::SharedKind;

/// Files that conflict together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) kind: SharedKind,
    pub(super) paths: Vec<TreePath>,
}

/// The groups of an answer; none if it has no messages.
pub(super) fn groups(printed: &[u8]) -> Vec<Group> {
    let mut fields = printed.split(|byte| *byte == 0);
    // The tree and the files end with an empty field.
    if !fields.by_ref().any(<[u8]>::is_empty) {
        return Vec::new();
    }
    let mut found = Vec::new();
    while let Some(message) = message(&mut fields) {
        found.extend(message);
    }
    found
}

/// The next message, if there is one; nothing of it if it is about no conflict.
fn message<'p>(fields: &mut impl Iterator<Item = &'p [u8]>) -> Option<Option<Group>> {
    let count: usize = std::str::from_utf8(fields.next()?).ok()?.parse().ok()?;
    let paths: Vec<TreePath> = fields.by_ref().take(count).filter_map(TreePath::from_git).collect();
    let word = fields.next()?;
    let _sentence = fields.next()?;
    Some(kind(word).map(|kind| Group { kind, paths }))
}

/// The kind of a conflict by git's word for it; `None` for what is no conflict.
fn kind(word: &[u8]) -> Option<SharedKind> {
    use SharedKind as K;
    let word = std::str::from_utf8(word).ok()?;
    let name = word.strip_prefix("CONFLICT (")?.trim_end_matches(')');
    Some(match name {
        "contents" => K::Lines,
        "binary" => K::Binary,
        "file/directory" | "file in way of directory rename" => K::FileAndFolder,
        "distinct modes" => K::OtherKind,
        "modify/delete" | "rename/delete" => K::Removed,
        "rename/rename" | "rename involved in collision" => K::Renamed,
        name if name.starts_with("submodule") => K::Submodule,
        _ => K::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_conflict_has_its_kind_and_what_is_none_has_none() {
        let mut printed = b"8f2c\x00100644 aa 1\tboth\x00\x00".to_vec();
        let messages: [(&[&str], &str); 8] = [
            (&["both"], "Auto-merging"),
            (&["both"], "CONFLICT (contents)"),
            (&["d~1", "d"], "CONFLICT (file/directory)"),
            (&["gone"], "CONFLICT (modify/delete)"),
            (&["old", "new a", "new b"], "CONFLICT (rename/rename)"),
            (&["lib"], "CONFLICT (submodule lacks merge base)"),
            (&["x"], "CONFLICT (of a later git)"),
            (&["y"], "Path updated due to directory rename"),
        ];
        for (paths, word) in messages {
            printed.extend(
                format!("{}\0{}\0{word}\0a sentence\n\0", paths.len(), paths.join("\0")).bytes(),
            );
        }
        let found: Vec<_> = groups(&printed)
            .iter()
            .map(|it| (it.kind, it.paths.iter().map(TreePath::text).collect::<Vec<_>>().join(",")))
            .collect();
        use SharedKind as K;
        let expected = [
            (K::Lines, "both"),
            (K::FileAndFolder, "d~1,d"),
            (K::Removed, "gone"),
            (K::Renamed, "old,new a,new b"),
            (K::Submodule, "lib"),
            (K::Other, "x"),
        ];
        assert_eq!(found, expected.map(|(kind, paths)| (kind, paths.to_owned())));
        assert_eq!(groups(b"8f2c\0"), []);
        assert_eq!(groups(b"8f2c\0\0two\0"), []);
    }
}
