//! Names of git's objects, and the entries of its trees.

use super::facts::Inner;
use super::paths::TreePath;
use super::stamp::Stamp;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use std::fmt;
use std::io::{self, Read};

/// The name of an object.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ObjectId {
    bytes: [u8; 32],
    /// How many of the bytes count: 20 or 32.
    length: usize,
}

impl ObjectId {
    pub(super) fn new(digest: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        let length = digest.len();
        if !matches!(length, 20 | 32) {
            return None;
        }
        bytes[..length].copy_from_slice(digest);
        Some(Self { bytes, length })
    }

    /// The object that a text names in full.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        let digit = |at: &u8| char::from(*at).to_digit(16).and_then(|it| u8::try_from(it).ok());
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let bytes = pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?));
        let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
        rest.is_empty().then(|| Self::new(&bytes)).flatten()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The hash function of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
}

impl Hash {
    /// The one that git calls so.
    pub(super) fn of(format: &str) -> Option<Self> {
        match format {
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            _ => None,
        }
    }

    /// The name of the blob with this content of `size` bytes; `None` if it has another size.
    pub(super) fn blob(self, size: u64, content: impl Read) -> io::Result<Option<ObjectId>> {
        match self {
            Self::Sha1 => blob::<Sha1>(size, content),
            Self::Sha256 => blob::<Sha256>(size, content),
        }
    }
}

fn blob<D: Digest>(size: u64, mut content: impl Read) -> io::Result<Option<ObjectId>> {
    let mut digest = D::new_with_prefix(format!("blob {size}\0"));
    let mut buffer = [0; 64 * 1024];
    let mut seen = 0_u64;
    loop {
        match content.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                digest.update(&buffer[..read]);
                seen = seen.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(if seen == size { ObjectId::new(&digest.finalize()) } else { None })
}

/// What kind of thing an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::git) enum Mode {
    File,
    Executable,
    Link,
    /// A repository of its own, of which the tree has the commit.
    Repository,
}

impl Mode {
    /// Every mode, in the order of [`Mode::number`].
    const ALL: [Self; 4] = [Self::File, Self::Executable, Self::Link, Self::Repository];

    pub(in crate::git) fn git(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
            Self::Link => "120000",
            Self::Repository => "160000",
        }
    }

    pub(in crate::git) fn of_git(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.git() == text)
    }

    pub(super) fn number(self) -> u8 {
        match self {
            Self::File => 0,
            Self::Executable => 1,
            Self::Link => 2,
            Self::Repository => 3,
        }
    }

    pub(super) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// An entry of a checkpoint's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: TreePath,
    pub(super) mode: Mode,
    pub(super) object: ObjectId,
    /// What the file system said of the file when it had this content; `None` if it must be read again.
    pub(super) stamp: Option<Stamp>,
}

impl Entry {
    /// The entry of a repository within the worktree, which has this commit checked out.
    pub(super) fn of_repository(inner: &Inner, head: &str) -> Option<Self> {
        let object = ObjectId::from_hex(head)?;
        Some(Self { path: inner.path.clone(), mode: Mode::Repository, object, stamp: None })
    }

    /// An entry as `git ls-tree -z` prints it: mode, type and object, a tab, the path.
    pub(super) fn of_tree(line: &[u8]) -> Option<Self> {
        let tab = line.iter().position(|byte| *byte == b'\t')?;
        let mut words = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
        let (mode, _, object) = (Mode::of_git(words.next()?)?, words.next()?, words.next()?);
        let (path, object) = (TreePath::from_git(&line[tab + 1..])?, ObjectId::from_hex(object)?);
        Some(Self { path, mode, object, stamp: None })
    }

    /// Whether the tree has the same for both.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.mode == other.mode && self.object == other.object
    }
}

/// Goes through two lists that are sorted by path, side by side.
pub(super) fn side_by_side<'e, A: Pathed, B: Pathed>(
    ones: &'e [A],
    others: &'e [B],
) -> impl Iterator<Item = (Option<&'e A>, Option<&'e B>)> {
    let (mut ones, mut others) = (ones.iter().peekable(), others.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (ones.peek(), others.peek()) {
            (Some(one), Some(other)) => one.path().cmp(other.path()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return None,
        };
        let one = if order.is_le() { ones.next() } else { None };
        let other = if order.is_ge() { others.next() } else { None };
        Some((one, other))
    })
}

/// Something with a path in a worktree.
pub(super) trait Pathed {
    fn path(&self) -> &TreePath;
}

impl Pathed for TreePath {
    fn path(&self) -> &TreePath {
        self
    }
}

impl Pathed for Entry {
    fn path(&self) -> &TreePath {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_has_the_name_that_git_gives_it() {
        let name = |hash: Hash, text: &str, size| hash.blob(size, text.as_bytes()).unwrap();
        let shown = |hash, text: &str| {
            let size = u64::try_from(text.len()).unwrap();
            name(hash, text, size).map(|it| it.to_string())
        };
        let hello = "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0";
        assert_eq!(shown(Hash::Sha1, "hello").as_deref(), Some(hello));
        let empty = "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813";
        assert_eq!(shown(Hash::Sha256, "").as_deref(), Some(empty));
        assert_eq!(name(Hash::Sha1, "hello", 4), None);
        assert_eq!(ObjectId::from_hex(hello).map(|it| it.to_string()).as_deref(), Some(hello));
        for text in ["", "b6", &hello[1..], &hello.replace('b', "x")] {
            assert_eq!(ObjectId::from_hex(text), None, "{text}");
        }
    }

    #[test]
    fn a_mode_is_found_by_its_number_and_by_its_name() {
        for mode in Mode::ALL {
            assert_eq!(Mode::from_number(mode.number()), Some(mode));
            assert_eq!(Mode::of_git(mode.git()), Some(mode));
        }
        assert_eq!((Mode::from_number(4), Mode::of_git("040000")), (None, None));
    }

    #[test]
    fn sorted_lists_are_walked_side_by_side() {
        let path = |bytes: &[u8]| TreePath::from_git(bytes).expect("a path");
        let (ones, others) = ([b"a", b"b", b"d"], [b"b", b"b", b"c"]);
        let (ones, others) = (ones.map(|it| path(it)), others.map(|it| path(it)));
        let pairs = side_by_side(&ones, &others);
        let shown: Vec<_> = pairs.map(|(one, other)| (one.is_some(), other.is_some())).collect();
        assert_eq!(
            shown,
            [(true, false), (true, true), (false, true), (false, true), (true, false)]
        );
    }
}
