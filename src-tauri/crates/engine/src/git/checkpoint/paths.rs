//! Paths of files in a worktree as git has them: bytes, relative to the root of the worktree, with `/`
//! between the parts. Their text is the path itself; a path that is not valid UTF-8 or begins with a
//! quotation mark is quoted as git quotes it, so that each text stands for one path.

use protocol::{LeftOut, LeftOutWhy};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A path in a worktree. The root itself is the empty path.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TreePath(Vec<u8>);

impl TreePath {
    /// A path as git prints it. `None` if it would lead out of the worktree or into git's own folder.
    pub(crate) fn from_git(bytes: &[u8]) -> Option<Self> {
        let is_inside = |part: &[u8]| {
            !matches!(part, b"" | b"." | b"..") && !part.eq_ignore_ascii_case(b".git")
        };
        let is_path = !bytes.contains(&0) && bytes.split(|byte| *byte == b'/').all(is_inside);
        is_path.then(|| Self(bytes.to_owned()))
    }

    /// The path that a text stands for, see [`TreePath::text`].
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        match text.strip_prefix('"') {
            None => Self::from_git(text.as_bytes()),
            Some(quoted) => Self::from_git(&unquoted(quoted.strip_suffix('"')?)?),
        }
    }

    /// The path as a text that stands for no other path.
    pub(crate) fn text(&self) -> String {
        match std::str::from_utf8(&self.0) {
            Ok(text) if !text.starts_with('"') => text.to_owned(),
            _ => quoted(&self.0),
        }
    }

    /// The path as a program writes it that cannot write every byte.
    pub(crate) fn readable(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }

    /// The path in quotation marks, as git reads it everywhere.
    pub(super) fn quoted(&self) -> String {
        quoted(&self.0)
    }

    /// That it is not held, for this reason.
    pub(super) fn left_out(&self, why: LeftOutWhy) -> LeftOut {
        LeftOut { path: self.text(), why, size: None }
    }

    /// The entry `name` of this folder; `None` if the name cannot be a part of a path in git.
    pub(super) fn join(&self, name: &OsStr) -> Option<Self> {
        let name = bytes_of(name)?;
        let mut path = self.0.clone();
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        Some(Self(path))
    }

    /// The bytes.
    pub(in crate::git) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Where it is, in the worktree with this root.
    pub(crate) fn at(&self, root: &Path) -> PathBuf {
        match self.0.is_empty() {
            true => root.to_owned(),
            false => root.join(os_path(&self.0)),
        }
    }

    /// Whether it is `folder`, or below it.
    pub(in crate::git) fn is_within(&self, folder: &Self) -> bool {
        folder.0.is_empty()
            || self
                .0
                .strip_prefix(folder.0.as_slice())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    }

    /// The same path as of a folder that it is below.
    pub(in crate::git) fn below(&self, folder: &Self) -> Option<Self> {
        Self::from_git(self.0.strip_prefix(folder.0.as_slice())?.strip_prefix(b"/")?)
    }

    /// Whether it or a folder that it is in is one of these.
    pub(super) fn is_in(&self, paths: &HashSet<Self>) -> bool {
        !paths.is_empty()
            && (paths.contains(self) || self.folders().any(|folder| paths.contains(&folder)))
    }

    /// The bytes of the folder that it is in, none for the root.
    pub(in crate::git) fn folder(&self) -> &[u8] {
        let end = self.0.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        &self.0[..end]
    }

    /// The folders that it is in, the outermost first, without the root.
    pub(in crate::git) fn folders(&self) -> impl DoubleEndedIterator<Item = Self> + '_ {
        let ends = self.0.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        ends.map(|end| Self(self.0[..end].to_owned()))
    }

    /// The path of `inner`, which is relative to this folder.
    pub(in crate::git) fn with(&self, inner: &str) -> String {
        match Self::from_text(inner) {
            Some(inner) => Self([&self.0[..], b"/", &inner.0].concat()).text(),
            None => inner.to_owned(),
        }
    }
}

impl Serialize for TreePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for TreePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_text(&text).ok_or_else(|| de::Error::custom("no path in a worktree"))
    }
}

/// Whether a path is one of `paths` or below one of them; every path is if there are none.
pub(super) fn is_wanted(paths: &[TreePath], path: &TreePath) -> bool {
    paths.is_empty() || paths.iter().any(|folder| path.is_within(folder))
}

/// Quotes as git does: what is no printable ASCII as an octal escape.
fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => text.push(char::from(*byte)),
            _ => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    text.push('"');
    text
}

/// The bytes of a quoted text; `None` if it is not quoted as [`quoted`] does.
fn unquoted(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next()? {
            plain @ (b'"' | b'\\') => bytes.push(plain),
            first => {
                let digits = [first, rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&digits).ok()?;
                bytes.push(u8::from_str_radix(digits, 8).ok()?);
            }
        }
    }
    Some(bytes)
}

#[cfg(unix)]
fn bytes_of(name: &OsStr) -> Option<&[u8]> {
    Some(std::os::unix::ffi::OsStrExt::as_bytes(name))
}

#[cfg(not(unix))]
fn bytes_of(name: &OsStr) -> Option<&[u8]> {
    name.to_str().map(str::as_bytes)
}

/// The path of bytes that git printed.
#[cfg(unix)]
pub(super) fn os_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
}

/// The path of bytes that git printed.
#[cfg(not(unix))]
pub(super) fn os_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(bytes: &[u8]) -> TreePath {
        TreePath::from_git(bytes).expect("a path")
    }

    #[test]
    fn a_text_stands_for_one_path() {
        let table: [(&[u8], &str); 6] = [
            (b"src/main.rs", "src/main.rs"),
            (b"a b/\n", "a b/\n"),
            (b"-x", "-x"),
            ("caf\u{e9}".as_bytes(), "caf\u{e9}"),
            (b"\"q\"", r#""\"q\"""#),
            (b"x\xff\\y", r#""x\377\\y""#),
        ];
        for (bytes, text) in table {
            assert_eq!(path(bytes).text(), text);
            assert_eq!(TreePath::from_text(text), Some(path(bytes)), "{text}");
        }
    }

    #[test]
    fn no_path_leads_out_or_into_git() {
        for bytes in [
            &b""[..],
            b"/x",
            b"x/",
            b"../x",
            b"a/../b",
            b"./x",
            b"a//b",
            b".git/x",
            b"a/.GIT",
            b"a\0b",
        ] {
            assert_eq!(TreePath::from_git(bytes), None, "{bytes:?}");
        }
        for text in [r#""a"#, r#""\9""#, r#""\""#, r#""\777""#, r#""../x""#] {
            assert_eq!(TreePath::from_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_path_is_within_its_folders() {
        let deep = path(b"a/b/c");
        let folders: Vec<TreePath> = deep.folders().collect();
        assert_eq!(folders, [path(b"a"), path(b"a/b")]);
        assert!(folders.iter().all(|folder| deep.is_within(folder)));
        assert!(deep.is_within(&TreePath::default()) && deep.is_within(&deep));
        assert!(!path(b"ab/c").is_within(&path(b"a")) && !path(b"a").is_within(&deep));
        assert_eq!(path(b"sub").with(r#""\377""#), r#""sub/\377""#);
        assert_eq!(deep.below(&path(b"a/b")), Some(path(b"c")));
        assert_eq!((deep.below(&deep), path(b"ab/c").below(&path(b"a"))), (None, None));
    }
}
