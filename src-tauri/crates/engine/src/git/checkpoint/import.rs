//! Writes the objects of a checkpoint by one `git fast-import`, which stores bytes as they are, makes the
//! tree from that of an earlier commit, and runs no hook, filter or signer. What it reads is written into a file
//! first, so that a file which changes while it is read breaks nothing. It writes into a [`Quarantine`].

use super::facts::Staged;
use super::object::{Entry, Mode, ObjectId, side_by_side};
use super::paths::TreePath;
use super::quarantine::Quarantine;
use super::repository::refused;
use super::scratch::{Scratch, remove};
use crate::data_dir::private_file;
use crate::error::{Error, Result};
use crate::git::reason;
use crate::runtime;
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The reference of the scratch directory that fast-import needs. Nothing reads it.
const BRANCH: &str = "refs/heads/checkpoint";

/// What a new tree is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Nothing,
    /// The commit that is checked out.
    Head,
    /// An earlier checkpoint.
    Checkpoint {
        commit: String,
        tree: String,
    },
}

/// The commit that is to be made, but for its files.
#[derive(Debug)]
pub(super) struct Commit<'c> {
    pub(super) head: Option<&'c str>,
    /// What a further parent is to hold.
    pub(super) staged: &'c Staged,
    pub(super) seconds: i64,
    pub(super) message: &'c str,
}

/// How a new tree differs from its base.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) removed: Vec<TreePath>,
    /// Mode, object and path.
    pub(super) written: Vec<(Mode, ObjectId, TreePath)>,
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.written.is_empty()
    }

    /// What leads from the entries of one tree to those of another.
    pub(super) fn between(from: &[Entry], to: &[Entry]) -> Self {
        let mut changes = Self::default();
        for (gone, come) in side_by_side(from, to) {
            match (gone, come) {
                (Some(gone), Some(come)) if gone.is_same(come) => {}
                (Some(gone), None) => changes.removed.push(gone.path.clone()),
                (_, come) => {
                    changes.written.extend(come.map(|it| (it.mode, it.object, it.path.clone())))
                }
            }
        }
        changes
    }
}

/// The input of fast-import. Dropping it removes the file.
#[derive(Debug)]
pub(super) struct Import {
    path: PathBuf,
    file: BufWriter<File>,
    blobs: HashSet<ObjectId>,
}

impl Import {
    /// Begins it in the scratch directory.
    pub(super) fn begin(scratch: &Path) -> io::Result<Self> {
        let path = scratch.join("import.in");
        let file = private_file().write(true).create(true).truncate(true).open(&path)?;
        Ok(Self { path, file: BufWriter::new(file), blobs: HashSet::new() })
    }

    /// Adds the content of a file or a link.
    pub(super) fn blob(&mut self, object: ObjectId, content: &[u8]) -> io::Result<()> {
        if !self.blobs.insert(object) {
            return Ok(());
        }
        self.file.write_all(b"blob\n")?;
        self.data(content)
    }

    fn data(&mut self, content: &[u8]) -> io::Result<()> {
        writeln!(self.file, "data {}", content.len())?;
        self.file.write_all(content)?;
        self.file.write_all(b"\n")
    }

    fn begin_commit(&mut self, mark: u32, seconds: i64, message: &str) -> io::Result<()> {
        write!(
            self.file,
            "commit {BRANCH}\nmark :{mark}\n\
             committer Musher <checkpoint@musher.invalid> {seconds} +0000\n"
        )?;
        self.data(message.as_bytes())
    }

    /// Ends it with the commit.
    fn end(&mut self, base: &Base, changes: &Changes, commit: &Commit<'_>) -> io::Result<()> {
        if let Base::Checkpoint { commit, .. } = base {
            // It fails if that commit is gone, and then its files may be gone, too.
            writeln!(self.file, "ls {commit} \"\"")?;
        }
        let staged = commit.staged.values().filter(|(mode, _)| mode != Mode::Repository.git());
        let staged: BTreeMap<&String, ()> = staged.map(|(_, object)| (object, ())).collect();
        if !staged.is_empty() {
            self.begin_commit(1, 0, "What was in git's index only\n")?;
            self.file.write_all(b"deleteall\n")?;
            for object in staged.keys() {
                writeln!(self.file, "M 100644 {object} {object}")?;
            }
            self.file.write_all(b"\n")?;
        }
        let parents = commit.head.map(str::to_owned);
        let parents = parents.into_iter().chain((!staged.is_empty()).then(|| ":1".to_owned()));
        self.begin_commit(2, commit.seconds, commit.message)?;
        for (word, parent) in ["from", "merge"].into_iter().zip(parents) {
            writeln!(self.file, "{word} {parent}")?;
        }
        match base {
            Base::Head if commit.head.is_some() => {}
            Base::Head | Base::Nothing => self.file.write_all(b"deleteall\n")?,
            Base::Checkpoint { tree, .. } => writeln!(self.file, "M 040000 {tree} \"\"")?,
        }
        for path in &changes.removed {
            writeln!(self.file, "D {}", path.quoted())?;
        }
        for (mode, object, path) in &changes.written {
            writeln!(self.file, "M {} {object} {}", mode.git(), path.quoted())?;
        }
        self.file.write_all(b"\nget-mark :2\nls :2 \"\"\ndone\n")?;
        self.file.flush()
    }
}

impl Drop for Import {
    fn drop(&mut self) {
        // It has bytes of a person's files.
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "the input of a checkpoint stays");
        }
    }
}

/// A commit that was made, with its tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) commit: String,
    pub(super) tree: String,
}

impl Scratch<'_> {
    /// Has git write a commit with the blobs of `import`. Objects of a failure are not left.
    pub(super) async fn write(
        &self,
        mut import: Import,
        base: &Base,
        changes: &Changes,
        commit: &Commit<'_>,
    ) -> Result<Written> {
        import.end(base, changes, commit).map_err(Error::io("write", &import.path))?;
        let (objects, scratch) = (self.repository.common.join("objects"), self.dir.clone());
        let opened =
            runtime::blocking(move || Quarantine::open(&objects, &scratch)).await.flatten();
        let because = |error: io::Error| refused(&keeper::words(&error), &self.repository.root);
        let quarantine = opened.map_err(because)?;
        let input = File::open(&import.path).map_err(Error::io("read", &import.path))?;
        // Its branch needs no log, which git would make for everybody to read.
        let no_log = "core.logAllRefUpdates=false";
        let words = ["-c", no_log, "fast-import", "--quiet", "--force", "--done"];
        let said = self.run_with(&words, &quarantine.variables(), Some(input)).await?;
        self.forget_leftovers().await;
        if !said.ok {
            return Err(refused(&reason(&said.stderr), &self.repository.root));
        }
        let text = String::from_utf8_lossy(&said.stdout);
        let written = written(&text).ok_or_else(|| {
            refused("fast-import does not say what it made", &self.repository.root)
        })?;
        runtime::blocking(move || quarantine.release()).await.flatten().map_err(because)?;
        Ok(written)
    }

    /// Removes what fast-import leaves: the branch, which it makes for everybody to read, and its report of a failure,
    /// whose reason is in the error.
    async fn forget_leftovers(&self) {
        let dir = self.dir.clone();
        let forget = move || -> io::Result<()> {
            remove(&dir.join(BRANCH))?;
            for entry in fs::read_dir(dir)? {
                let path = entry?.path();
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                if name.is_some_and(|name| name.starts_with("fast_import_crash_")) {
                    fs::remove_file(path)?;
                }
            }
            Ok(())
        };
        if let Err(error) = runtime::blocking(forget).await.flatten() {
            tracing::debug!(%error, "what fast-import leaves stays");
        }
    }
}

/// The last two lines that fast-import prints: the commit, and its tree.
fn written(printed: &str) -> Option<Written> {
    let mut lines = printed.lines().rev();
    let tree = lines.next()?.strip_prefix("040000 tree ")?.trim_end().to_owned();
    let commit = lines.next()?.to_owned();
    ObjectId::from_hex(&commit).zip(ObjectId::from_hex(&tree))?;
    Some(Written { commit, tree })
}
