//! The changes of one file, piece by piece, and lines of it in one state.

use super::super::checkpoint::TreePath;
use super::hunks::{self, line_of};
use super::located::Located;
use super::raw::{Entry, entries};
use super::{ChangesPlace, State, difference, image};
use crate::error::{Error, Result};
use crate::git::Git;
use protocol::{ErrorCode, FileDiff, FileImage, FileKind, FileLines, NotShownWhy};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Which changes of which file are wanted.
#[derive(Clone, Debug)]
pub(crate) struct FileOrder {
    pub(crate) from: State,
    pub(crate) to: State,
    /// The paths, as texts.
    pub(crate) path: String,
    pub(crate) old_path: Option<String>,
    pub(crate) white_space: bool,
    pub(crate) context: u32,
    pub(crate) skip: u32,
}

/// Which lines of which file are wanted.
#[derive(Clone, Debug)]
pub(crate) struct LinesOrder {
    pub(crate) state: State,
    pub(crate) path: String,
    pub(crate) first: u32,
    pub(crate) most: u32,
}

/// A file in one state.
#[derive(Clone, Debug, Default)]
struct Content {
    /// `None` for a file that is larger than what is read.
    bytes: Option<Vec<u8>>,
    /// Whether there is no such file.
    is_nothing: bool,
    /// Whether there is one, and its content is not on this machine.
    is_missing: bool,
}

impl Git {
    /// The changes of a file.
    ///
    /// # Errors
    /// If it does not differ, or git cannot read it.
    pub(crate) async fn file_change(
        &self,
        place: &ChangesPlace,
        order: &FileOrder,
    ) -> Result<FileDiff> {
        let source = self.source(place).await?;
        let path = path_of(&order.path)?;
        let old_path = order.old_path.as_deref().map(path_of).transpose()?;
        let states = [Some(order.from.clone()), Some(order.to.clone())];
        let located = source.located(states, path, old_path).await?;
        let [from, to] = located.objects().await?;
        let Some(entry) = located.entry(&from, &to).await? else {
            let why = match located.is_repository().await? {
                true => NotShownWhy::Submodule,
                false => NotShownWhy::SameContent,
            };
            return Ok(not_shown(why));
        };
        if entry.is_repository() {
            return Ok(not_shown(NotShownWhy::Submodule));
        }
        let (old, new) = located.contents(&entry).await?;
        if old.is_missing || new.is_missing {
            return Ok(not_shown(NotShownWhy::Missing));
        }
        let whole = FileDiff {
            old_lines: old.lines(),
            new_lines: new.lines(),
            old_without_newline: old.is_without_newline(),
            new_without_newline: new.is_without_newline(),
            ..FileDiff::default()
        };
        if [&old, &new].iter().any(|it| it.is_too_large()) {
            return Ok(FileDiff { not_shown: Some(NotShownWhy::TooLarge), ..whole });
        }
        let patch = located.patch(&from, &to, order).await?;
        let read = hunks::read(&patch, order.skip, FileDiff::MOST_LINES);
        if read.is_binary {
            let (old_image, new_image) = (old.image(), new.image());
            let why = Some(NotShownWhy::Binary);
            let none = FileDiff::default();
            return Ok(FileDiff { old_image, new_image, not_shown: why, ..none });
        }
        let is_empty = read.diff.hunks.is_empty() && order.skip == 0;
        let is_same = old.bytes == new.bytes || (old.is_empty() && new.is_empty());
        let not_shown = is_empty.then_some(match is_same {
            true => NotShownWhy::SameContent,
            false => NotShownWhy::OnlyWhiteSpace,
        });
        Ok(FileDiff {
            diff: read.diff,
            next: read.next,
            cut_lines: read.cut_lines,
            lossy: read.lossy,
            not_shown,
            ..whole
        })
    }

    /// Lines of a file in one state.
    ///
    /// # Errors
    /// If it is not there, or has no lines.
    pub(crate) async fn file_lines(
        &self,
        place: &ChangesPlace,
        order: &LinesOrder,
    ) -> Result<FileLines> {
        let source = self.source(place).await?;
        let path = path_of(&order.path)?;
        let states = [None, Some(order.state.clone())];
        let located = source.located(states, path, None).await?;
        let [_, Some(state)] = &located.states else { return Err(no_file(&order.path)) };
        let mut name = OsString::from(format!("{}:", state.object));
        name.push(located.path.at(Path::new("")));
        let content = located.content(&name).await?;
        match content.bytes {
            _ if content.is_nothing || content.is_missing => Err(no_file(&order.path)),
            None => Err(too_large(&order.path)),
            Some(bytes) => Ok(cut(&bytes, order.first, order.most)),
        }
    }
}

impl Located<'_> {
    /// The objects that are compared; the tree without entries where the repository is not there.
    async fn objects(&self) -> Result<[String; 2]> {
        let mut objects = [String::new(), String::new()];
        for (object, state) in objects.iter_mut().zip(&self.states) {
            *object = match state {
                Some(state) => state.object.clone(),
                None => self.source.empty_tree().await?,
            };
        }
        Ok(objects)
    }

    /// How the file differs; `None` if only what a tree has no place for does.
    async fn entry(&self, from: &str, to: &str) -> Result<Option<Entry>> {
        let words = difference(&["-z", "--raw"], from, to);
        let said = self.ask(words).await?;
        Ok(entries(&said).into_iter().find(|entry| entry.path == self.path))
    }

    async fn patch(&self, from: &str, to: &str, order: &FileOrder) -> Result<Vec<u8>> {
        let context = format!("--unified={}", order.context.min(FileDiff::MOST_CONTEXT));
        let mut options = vec!["-p", "--inter-hunk-context=0", context.as_str()];
        if !order.white_space {
            options.push("--ignore-all-space");
        }
        let words = [OsStr::new("-c"), OsStr::new("diff.suppressBlankEmpty=false")];
        let words = words.into_iter().chain(difference(&options, from, to)).collect();
        self.ask(words).await
    }

    /// Runs git with these words and the paths of the file. What is in a folder of the same name, on the other side, is
    /// another file.
    async fn ask(&self, words: Vec<&OsStr>) -> Result<Vec<u8>> {
        let paths = [Some(&self.path), self.old_path.as_ref()];
        let paths = paths.into_iter().flatten().flat_map(|path| {
            let path = path.at(Path::new(""));
            let (mut file, mut folder) =
                (OsString::from(":(literal)"), OsString::from(":(exclude,literal)"));
            file.push(&path);
            folder.push(&path);
            folder.push("/");
            [file, folder]
        });
        let words: Vec<OsString> = words.into_iter().map(OsStr::to_owned).chain(paths).collect();
        let magic = [("GIT_LITERAL_PATHSPECS", OsString::from("0"))];
        let said = self.source.run_with(&words, &magic, None).await?;
        if said.ok { Ok(said.stdout) } else { Err(self.source.refused(&said)) }
    }

    async fn contents(&self, entry: &Entry) -> Result<(Content, Content)> {
        let object = |side: &Option<super::raw::Side>| {
            let side = side.as_ref().filter(|side| side.kind != FileKind::Submodule)?;
            Some(OsString::from(&side.object))
        };
        let (old, new) = (object(&entry.old), object(&entry.new));
        let content = async |object: Option<OsString>| match object {
            Some(object) => self.content(&object).await,
            None => Ok(Content { is_nothing: true, ..Content::default() }),
        };
        tokio::try_join!(content(old), content(new))
    }

    /// The content of a blob.
    async fn content(&self, blob: &OsStr) -> Result<Content> {
        let words = [OsStr::new("cat-file"), OsStr::new("-s"), blob];
        let size = self.source.text(&words).await?;
        let Some(size) = size.and_then(|size| size.parse::<u64>().ok()) else {
            return Ok(Content { is_missing: true, ..Content::default() });
        };
        if size > FileDiff::LARGEST {
            return Ok(Content::default());
        }
        let words = [OsStr::new("cat-file"), OsStr::new("blob"), blob];
        let bytes = Some(self.source.bytes(&words, None).await?);
        Ok(Content { bytes, ..Content::default() })
    }
}

impl Content {
    fn is_too_large(&self) -> bool {
        self.bytes.is_none() && !self.is_nothing
    }

    fn is_empty(&self) -> bool {
        self.bytes.as_ref().is_none_or(Vec::is_empty)
    }

    fn lines(&self) -> Option<u32> {
        self.bytes.as_deref().map(count)
    }

    fn is_without_newline(&self) -> bool {
        self.bytes.as_ref().and_then(|it| it.last()).is_some_and(|byte| *byte != b'\n')
    }

    fn image(&self) -> Option<FileImage> {
        image::of(self.bytes.as_deref()?)
    }
}

/// How many lines there are; what comes after the last newline is one, too.
fn count(bytes: &[u8]) -> u32 {
    let newlines = bytes.iter().filter(|byte| **byte == b'\n').count();
    let rest = usize::from(bytes.last().is_some_and(|byte| *byte != b'\n'));
    u32::try_from(newlines + rest).unwrap_or(u32::MAX)
}

/// The lines from number `first` on, at most `most` of them.
fn cut(bytes: &[u8], first: u32, most: u32) -> FileLines {
    let first = first.max(1);
    let skip = usize::try_from(first - 1).unwrap_or(usize::MAX);
    let most = usize::try_from(most).unwrap_or(usize::MAX).min(FileDiff::MOST_LINES);
    let mut lines =
        FileLines { first, lines: Vec::new(), of: count(bytes), cut_lines: 0, lossy: false };
    let whole = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let all = whole.split(|byte| *byte == b'\n').skip(skip).take(most);
    for line in all.filter(|_| !bytes.is_empty()) {
        let (text, is_cut, is_lossy) = line_of(line);
        lines.cut_lines += u32::from(is_cut);
        lines.lossy |= is_lossy;
        lines.lines.push(text);
    }
    lines
}

fn not_shown(why: NotShownWhy) -> FileDiff {
    FileDiff { not_shown: Some(why), ..FileDiff::default() }
}

fn path_of(text: &str) -> Result<TreePath> {
    TreePath::from_text(text).ok_or_else(|| {
        let message = format!("{} is no path in a worktree", text.escape_debug());
        Error::refused(ErrorCode::BadInput, message, "Name a file by its path in the worktree.")
    })
}

fn no_file(path: &str) -> Error {
    let message = format!("{} is not there in that state", path.escape_debug());
    Error::refused(ErrorCode::NotFound, message, "Look at the list of changes again.")
}

fn too_large(path: &str) -> Error {
    let message = format!("{} is too large to be shown", path.escape_debug());
    Error::refused(ErrorCode::BadInput, message, "Open it in an editor.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_and_cut_as_git_does() {
        for (bytes, expected) in
            [(&b""[..], 0), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"\n\n", 2), (b"a\r\n", 1)]
        {
            assert_eq!(count(bytes), expected, "{bytes:?}");
            let lines = cut(bytes, 1, 100);
            assert_eq!((lines.of, lines.lines.len()), (expected, expected as usize), "{bytes:?}");
        }
        let lines = cut(b"1\n2\n3\n4", 2, 2);
        assert_eq!((lines.first, lines.lines, lines.of), (2, vec!["2".into(), "3".into()], 4));
        assert_eq!(cut(b"1\n2\n", 3, 9).lines, Vec::<String>::new());
        assert_eq!(cut(b"1\n2\n", 0, 1).lines, ["1"]);
        assert!(cut(b"\xff", 1, 1).lossy);
    }

    #[test]
    fn a_path_that_leads_out_is_refused() {
        for path in ["../x", "/etc/passwd", ".git/config", ""] {
            assert!(path_of(path).is_err(), "{path}");
        }
    }
}
