//! What the agent said that it changed: the paths of its tool calls, against the paths that really differ. A command
//! line says nothing of files, and a call that failed changed none. Pure, but for the links that lead to a path, which
//! the caller follows.

use super::scope::Calls;
use crate::git::TreePath;
use crate::store::edits::Edit;
use protocol::ChangedFile;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Where the agent works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The root of the worktree, with links resolved.
    pub(super) root: PathBuf,
    /// The working directory.
    pub(super) dir: PathBuf,
}

impl Calls {
    /// Whether a call counts.
    pub(super) fn has(&self, edit: &Edit) -> bool {
        match self {
            _ if edit.has_failed => false,
            Self::All => true,
            Self::Between(from, to) => edit.ended_at.is_none_or(|at| at >= *from) && edit.at <= *to,
            Self::Turn(run, after, last) => {
                edit.run == *run && edit.seq > *after && last.is_none_or(|last| edit.seq <= last)
            }
        }
    }
}

/// The paths in the worktree that these calls name. `real` follows the links that lead to a path.
pub(super) fn paths<'e>(
    edits: impl Iterator<Item = &'e Edit>,
    place: &Place,
    real: impl Fn(&Path) -> Option<PathBuf>,
) -> BTreeSet<String> {
    let texts: BTreeSet<&str> = edits.flat_map(|edit| &edit.paths).map(String::as_str).collect();
    let found = texts.into_iter().flat_map(|text| {
        let whole = plain(&place.dir.join(text));
        let real = real(&whole);
        [Some(whole), real].into_iter().flatten().filter_map(|path| below(&path, place))
    });
    found.collect()
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

/// A path relative to the root of the worktree, with `/` between its parts.
fn below(path: &Path, place: &Place) -> Option<String> {
    let relative = match path.strip_prefix(&place.root) {
        Ok(relative) => relative.to_owned(),
        // The directory may be named by a link that leads into the worktree.
        Err(_) => path.strip_prefix(&place.dir).ok()?.to_owned(),
    };
    let parts: Option<Vec<&str>> = relative.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/")).filter(|path| !path.is_empty())
}

/// Marks the files that the agent said. A path that is none of them by its exact name is one of those whose name
/// differs in case only, or in bytes that an agent's text cannot have.
pub(super) fn mark(files: &mut [ChangedFile], said: &BTreeSet<String>) {
    let readable = |path: &str| TreePath::from_text(path).map(|path| path.readable());
    let names = |file: &ChangedFile| -> Vec<String> {
        [Some(&file.path), file.old_path.as_ref()].into_iter().flatten().cloned().collect()
    };
    let exact: BTreeSet<String> = files.iter().flat_map(names).collect();
    let loose: BTreeSet<String> = said.difference(&exact).map(|path| path.to_lowercase()).collect();
    for file in files {
        let is_said = |path: &String| {
            let readable = readable(path).unwrap_or_else(|| path.clone());
            said.contains(path) || loose.contains(&readable.to_lowercase())
        };
        let is_within = file.is_repository()
            && said.iter().any(|path| {
                path.strip_prefix(file.path.as_str()).is_some_and(|rest| rest.starts_with('/'))
            });
        file.said = Some(is_within || names(file).iter().any(is_said));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{ChangeStatus, FileKind, FileReview, FileSide, RunId, Seq, Timestamp};

    fn place() -> Place {
        Place { root: "/w/shop".into(), dir: "/w/shop/api".into() }
    }

    fn edit(paths: &[&str]) -> Edit {
        Edit {
            run: RunId::new("A"),
            seq: Seq(5),
            at: Timestamp::from_seconds(10),
            ended_at: Some(Timestamp::from_seconds(12)),
            has_failed: false,
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        }
    }

    fn file(path: &str, old_path: Option<&str>, kind: FileKind) -> ChangedFile {
        let side = FileSide { kind, object: None, size: None, permissions: None };
        ChangedFile {
            path: path.to_owned(),
            old_path: old_path.map(str::to_owned),
            status: ChangeStatus::Changed,
            old: Some(side.clone()),
            new: Some(side),
            added: 0,
            removed: 0,
            binary: false,
            folded: None,
            said: None,
            reviewed: FileReview::No,
        }
    }

    #[test]
    fn a_path_is_found_however_the_agent_writes_it() {
        let links = |path: &Path| {
            let rest = path.strip_prefix("/link").or_else(|_| path.strip_prefix("/w/shop/linked"));
            rest.ok().map(|rest| Path::new("/w/shop/api").join(rest))
        };
        let table: [(&str, &[&str]); 12] = [
            ("/w/shop/api/a.rs", &["api/a.rs"]),
            ("a.rs", &["api/a.rs"]),
            ("./a.rs", &["api/a.rs"]),
            ("../ui/b.ts", &["ui/b.ts"]),
            ("x/../../c", &["c"]),
            ("/w/shop/./api//a.rs", &["api/a.rs"]),
            ("/link/a.rs", &["api/a.rs"]),
            ("/w/shop/linked/a.rs", &["api/a.rs", "linked/a.rs"]),
            ("/w/shopping/a.rs", &[]),
            ("../../elsewhere", &[]),
            ("/w/shop", &[]),
            ("two\nlines \u{1f980}", &["api/two\nlines \u{1f980}"]),
        ];
        for (written, expected) in table {
            let found = paths([edit(&[written])].iter(), &place(), links);
            assert!(found.iter().eq(expected), "{written}: {found:?}");
        }
        let by_link = Place { root: "/w/shop".into(), dir: "/home/ann/shop".into() };
        let found = paths([edit(&["/home/ann/shop/a"])].iter(), &by_link, |_| None);
        assert!(found.iter().eq(["a"]), "{found:?}");
    }

    #[test]
    fn what_differs_is_said_or_not() {
        let said = |said: &[&str], file: ChangedFile| {
            let mut files = [file, self::file("other", None, FileKind::File)];
            mark(&mut files, &said.iter().map(|it| (*it).to_owned()).collect());
            files[0].said
        };
        let plain = |path| file(path, None, FileKind::File);
        let table = [
            (&["a.rs"][..], plain("a.rs"), true),
            (&[], plain("a.rs"), false),
            (&["b.rs"], plain("a.rs"), false),
            (&["README.MD"], plain("Readme.md"), true),
            // The exact name is another file.
            (&["OTHER", "other"], plain("Other"), true),
            (&["other"], plain("Other"), false),
            (&["x\u{fffd}y"], plain(r#""x\377y""#), true),
            (&["x\u{fffd}y"], plain("x\u{fffd}y"), true),
            (&["old"], file("new", Some("old"), FileKind::File), true),
            (&["new"], file("new", Some("old"), FileKind::File), true),
            (&["lib/a"], file("lib", None, FileKind::Submodule), true),
            (&["library/a"], file("lib", None, FileKind::Submodule), false),
        ];
        for (paths, file, expected) in table {
            let name = file.path.clone();
            assert_eq!(said(paths, file), Some(expected), "{paths:?} {name}");
        }
    }

    #[test]
    fn only_calls_of_the_scope_that_did_not_fail_say_something() {
        let seconds = Timestamp::from_seconds;
        let turn = |run: &str, after, last: Option<u64>| {
            Calls::Turn(RunId::new(run), Seq(after), last.map(Seq))
        };
        for (calls, expected) in [
            (Calls::All, true),
            (Calls::Between(seconds(1), seconds(9)), false),
            (Calls::Between(seconds(1), seconds(11)), true),
            (Calls::Between(seconds(11), seconds(20)), true),
            (Calls::Between(seconds(13), seconds(20)), false),
            (turn("A", 4, None), true),
            (turn("A", 4, Some(5)), true),
            (turn("A", 5, None), false),
            (turn("A", 0, Some(4)), false),
            (turn("B", 4, None), false),
        ] {
            assert_eq!(calls.has(&edit(&["a"])), expected, "{calls:?}");
            assert!(!calls.has(&Edit { has_failed: true, ..edit(&["a"]) }), "{calls:?}");
        }
        let open = Edit { ended_at: None, ..edit(&["a"]) };
        assert!(Calls::Between(seconds(13), seconds(20)).has(&open));
    }
}
