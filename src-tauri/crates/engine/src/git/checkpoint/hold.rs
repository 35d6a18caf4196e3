//! Reads the files of a worktree that are not known to be as they were, and gives those with new content to
//! git. A file that cannot be read, or is larger than a checkpoint takes, is left out.

use super::import::Import;
use super::limits::Limits;
use super::object::{Entry, Hash, Mode, ObjectId, side_by_side};
use super::paths::TreePath;
use super::walk::{Found, mode_of};
use protocol::{LeftOut, LeftOutWhy};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

/// How files are read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) root: PathBuf,
    pub(super) hash: Hash,
    pub(super) limits: Limits,
    /// When the walk began.
    pub(super) began: SystemTime,
    /// When it gives up.
    pub(super) until: Instant,
}

/// The files of a checkpoint.
#[derive(Debug)]
pub(super) struct Held {
    /// In the order of their paths.
    pub(super) entries: Vec<Entry>,
    /// Files that are not held although they are there.
    pub(super) skipped: Vec<TreePath>,
    pub(super) left_out: Vec<LeftOut>,
    /// What git is to read.
    pub(super) import: Import,
}

/// What is known of a path.
#[derive(Clone, Copy)]
struct Known<'e> {
    /// What the file was.
    was: Option<&'e Entry>,
    /// What the tree has that the new one is made from.
    base: Option<&'e Entry>,
}

impl Known<'_> {
    /// Whether git has the object.
    fn has(self, object: ObjectId) -> bool {
        [self.was, self.base].into_iter().flatten().any(|entry| entry.object == object)
    }

    fn is_nothing(self) -> bool {
        self.was.is_none() && self.base.is_none()
    }
}

/// What became of a file.
enum Outcome {
    /// Git has this content already.
    There(ObjectId),
    New(ObjectId, Vec<u8>),
    /// It is not taken, for this reason; with its size if that is the reason.
    LeftOut(LeftOutWhy, Option<u64>),
    /// It is gone meanwhile.
    Gone,
}

/// A file with what is known of its path.
struct Candidate<'e> {
    found: &'e Found,
    known: Known<'e>,
}

impl Reading {
    /// Reads what must be read of `files`. `was` is what they were, `base` the entries of the tree that the
    /// new one is made from.
    ///
    /// # Errors
    /// If it takes too long, or the content cannot be put aside for git.
    pub(super) fn hold(
        &self,
        files: &[Found],
        was: &[Entry],
        base: &[Entry],
        import: Import,
    ) -> io::Result<Held> {
        let mut held = Held {
            entries: Vec::with_capacity(files.len()),
            skipped: Vec::new(),
            left_out: Vec::new(),
            import,
        };
        let mut room = self.limits.total;
        for candidate in candidates(files, was, base) {
            let found = candidate.found;
            let object = match self.content(&candidate, &mut room)? {
                Outcome::There(object) => object,
                Outcome::New(object, content) => {
                    held.import.blob(object, &content)?;
                    object
                }
                Outcome::LeftOut(why, size) => {
                    held.left_out.push(LeftOut { size, ..found.path.left_out(why) });
                    held.skipped.push(found.path.clone());
                    continue;
                }
                Outcome::Gone => {
                    held.skipped.push(found.path.clone());
                    continue;
                }
            };
            held.entries.push(Entry {
                path: found.path.clone(),
                mode: found.mode,
                object,
                stamp: found.stamp.is_settled(self.began).then_some(found.stamp),
            });
        }
        Ok(held)
    }

    fn content(&self, candidate: &Candidate<'_>, room: &mut u64) -> io::Result<Outcome> {
        let Candidate { found, known } = candidate;
        if let Some(was) = known.was
            && was.stamp == Some(found.stamp)
            && was.mode == found.mode
        {
            return Ok(Outcome::There(was.object));
        }
        if Instant::now() >= self.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let path = found.path.at(&self.root);
        let read = match found.mode {
            Mode::Link => {
                fs::read_link(&path).and_then(|leads| self.of_bytes(link(&leads), *known))
            }
            _ => self.of_file(&path, *known, *room),
        };
        Ok(match read {
            Ok(Outcome::New(object, content)) => {
                let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
                match room.checked_sub(size) {
                    Some(left) => {
                        *room = left;
                        Outcome::New(object, content)
                    }
                    None => Outcome::LeftOut(LeftOutWhy::TooMuch, Some(size)),
                }
            }
            Ok(other) => other,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Outcome::Gone,
            Err(_) => Outcome::LeftOut(LeftOutWhy::Unreadable, None),
        })
    }

    fn of_bytes(&self, content: Vec<u8>, known: Known<'_>) -> io::Result<Outcome> {
        let size = u64::try_from(content.len()).map_err(io::Error::other)?;
        let object = self.hash.blob(size, content.as_slice())?;
        let object = object.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(match known.has(object) {
            true => Outcome::There(object),
            false => Outcome::New(object, content),
        })
    }

    fn of_file(&self, path: &Path, known: Known<'_>, room: u64) -> io::Result<Outcome> {
        let file = File::open(path)?;
        let found = file.metadata()?;
        if !found.is_file() {
            return Ok(Outcome::Gone);
        }
        let size = found.len();
        if size > self.limits.file {
            // What git has already is held at any size.
            let object = match known.is_nothing() {
                true => None,
                false => self.hash.blob(size, file)?,
            };
            return Ok(match object.filter(|object| known.has(*object)) {
                Some(object) => Outcome::There(object),
                None => Outcome::LeftOut(LeftOutWhy::TooLarge, Some(size)),
            });
        }
        if known.is_nothing() && size > room {
            return Ok(Outcome::LeftOut(LeftOutWhy::TooMuch, Some(size)));
        }
        let mut content = Vec::new();
        let most = self.limits.file.saturating_add(1);
        file.take(most).read_to_end(&mut content)?;
        if u64::try_from(content.len()).map_err(io::Error::other)? == most {
            return Ok(Outcome::LeftOut(LeftOutWhy::TooLarge, Some(most)));
        }
        self.of_bytes(content, known)
    }
}

/// Whether the worktree with this root has this content and mode at a path.
pub(super) fn is_there(
    root: &Path,
    hash: Hash,
    path: &TreePath,
    mode: Mode,
    object: ObjectId,
) -> bool {
    let path = path.at(root);
    let blob = || {
        let found = path.symlink_metadata()?;
        match mode_of(&found) {
            other if other != mode => Ok(None),
            Mode::Link => {
                let leads = link(&fs::read_link(&path)?);
                hash.blob(u64::try_from(leads.len()).map_err(io::Error::other)?, leads.as_slice())
            }
            _ if !found.is_file() => Ok(None),
            _ => hash.blob(found.len(), File::open(&path)?),
        }
    };
    blob().is_ok_and(|it: Option<ObjectId>| it == Some(object))
}

/// The files with what is known of their paths. All lists are in the order of their paths.
fn candidates<'e>(
    files: &'e [Found],
    was: &'e [Entry],
    base: &'e [Entry],
) -> impl Iterator<Item = Candidate<'e>> {
    let with_was = side_by_side(files, was).filter_map(|(found, was)| Some((found?, was)));
    let with_base = side_by_side(files, base).filter_map(|(found, base)| found.map(|_| base));
    with_was
        .zip(with_base)
        .map(|((found, was), base)| Candidate { found, known: Known { was, base } })
}

#[cfg(unix)]
fn link(leads: &Path) -> Vec<u8> {
    leads.as_os_str().as_encoded_bytes().to_owned()
}

/// Git has links with the separator of other systems.
#[cfg(not(unix))]
fn link(leads: &Path) -> Vec<u8> {
    leads.to_string_lossy().replace('\\', "/").into_bytes()
}
