//! A git directory of Musher's own for one worktree, which shares the objects of the worktree's
//! repository and nothing else: it has its own configuration, its own attributes, which turn every
//! conversion off. So no filter, hook, monitor or signature of the repository has a part in a checkpoint, and
//! what the person's index says about files is not believed. What is known of each file is kept in it
//! ([`Kept`]), so that only files that changed are read. All of it may be deleted.

use super::kept::Kept;
use super::repository::{Repository, refused};
use crate::command::RawOutput;
use crate::data_dir::{create_private, write_private};
use crate::error::{Error, Result};
use crate::git::reason;
use crate::runtime;
use sha2::{Digest, Sha256};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Turns every conversion off. Git reads this file last, so it wins over every `.gitattributes`.
const ATTRIBUTES: &str = "* -text -eol -crlf -ident -filter -working-tree-encoding\n";

/// The file with what is kept between checkpoints.
const KEPT: &str = "kept";

/// Git's directory needs a head, which is never born.
const HEAD: &str = "ref: refs/heads/none\n";

/// The scratch directory of a worktree.
pub(super) struct Scratch<'a> {
    pub(super) repository: &'a Repository<'a>,
    pub(super) dir: PathBuf,
}

impl<'a> Scratch<'a> {
    /// The worktree's scratch directory in `place`, which may not be there.
    pub(super) fn of(repository: &'a Repository<'a>, place: &Path) -> Self {
        Self { repository, dir: place.join(name_of(repository)) }
    }

    /// Opens the worktree's scratch directory in `place`; makes it if it is not there.
    pub(super) async fn open(repository: &'a Repository<'a>, place: &Path) -> Result<Self> {
        let scratch = Self::of(repository, place);
        let made = scratch.dir.clone();
        let is_new = runtime::blocking(move || make(&made)).await.flatten();
        if is_new.map_err(Error::io("make", &scratch.dir))? {
            let sharing = ["config", "--get", "core.sharedRepository"];
            let sharing = repository.run(&sharing, None).await?;
            let sharing = super::text_of(&sharing);
            let text = configuration(&repository.format, &sharing);
            let path = scratch.dir.join("config");
            let write = move || write_private(&path, text.as_bytes());
            let written = runtime::blocking(write).await.flatten();
            written.map_err(Error::io("write", &scratch.dir))?;
        }
        Ok(scratch)
    }

    /// Runs git with this directory and the worktree.
    pub(super) async fn run(&self, words: &[&str], input: Option<File>) -> Result<RawOutput> {
        self.run_with(words, &[], input).await
    }

    /// Runs git as [`Self::run`], with further variables.
    pub(super) async fn run_with(
        &self,
        words: &[&str],
        variables: &[(&str, OsString)],
        input: Option<File>,
    ) -> Result<RawOutput> {
        let dir = || self.dir.clone().into_os_string();
        let mut own = vec![
            ("GIT_DIR", dir()),
            ("GIT_WORK_TREE", self.repository.root.clone().into_os_string()),
            ("GIT_OBJECT_DIRECTORY", self.repository.common.join("objects").into_os_string()),
            ("HOME", dir()),
            ("XDG_CONFIG_HOME", dir()),
            ("GIT_CONFIG_GLOBAL", self.dir.join("none").into_os_string()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_ATTR_NOSYSTEM", "1".into()),
            ("GIT_LITERAL_PATHSPECS", "1".into()),
            ("GIT_NO_REPLACE_OBJECTS", "1".into()),
        ];
        own.extend(variables.iter().cloned());
        self.repository.call(words.iter().map(OsStr::new), &own, input).await
    }

    /// Runs git and returns its output; a failure is an error.
    pub(super) async fn bytes(&self, words: &[&str], input: Option<File>) -> Result<Vec<u8>> {
        let said = self.run(words, input).await?;
        match said.ok {
            true => Ok(said.stdout),
            false => Err(refused(&reason(&said.stderr), &self.repository.root)),
        }
    }

    /// A file with this content, to be read by git. `purpose` is its name.
    pub(super) async fn input(&self, purpose: &str, content: Vec<u8>) -> Result<File> {
        let path = self.dir.join(format!("{purpose}.in"));
        let written = path.clone();
        let file = runtime::blocking(move || {
            write_private(&written, &content)?;
            File::open(&written)
        });
        file.await.flatten().map_err(Error::io("write", path))
    }

    /// What was kept of the worktree; `None` if nothing can be read.
    pub(super) async fn kept(&self) -> Option<Kept> {
        let (path, identity) = (self.dir.join(KEPT), self.repository.identity());
        runtime::blocking(move || Kept::read(&path, &identity)).await.ok().flatten()
    }

    /// Keeps it for the next checkpoint. If that is not possible, every file is read then.
    pub(super) async fn keep(&self, kept: Kept) {
        let (path, identity) = (self.dir.join(KEPT), self.repository.identity());
        let keep = move || {
            let kept = kept.write(&path, &identity);
            kept.inspect_err(|_| drop(remove(&path)))
        };
        if let Err(error) = runtime::blocking(keep).await.flatten() {
            tracing::warn!(%error, "what is known of a worktree is not kept");
        }
    }
}

#[cfg(unix)]
pub(super) fn private(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o600))
}

/// Other systems have no such permissions.
#[cfg(not(unix))]
pub(super) fn private(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Removes a file, if it is there.
pub(super) fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The name of a worktree's scratch directory. A repository that is made anew at the same place with
/// another hash function has another one.
fn name_of(repository: &Repository<'_>) -> String {
    let mut hash = Sha256::new();
    for part in [&repository.root, &repository.common] {
        hash.update(part.as_os_str().as_encoded_bytes());
        hash.update([0]);
    }
    hash.update(&repository.format);
    hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// Makes what git needs, folders that it would make itself too: it would make them for everybody to read. Returns
/// whether there is no configuration yet.
fn make(dir: &Path) -> io::Result<bool> {
    for part in ["refs/heads", "info", "objects"] {
        create_private(&dir.join(part)).map_err(io::Error::other)?;
    }
    for (name, text) in [("HEAD", HEAD), ("info/attributes", ATTRIBUTES)] {
        let path = dir.join(name);
        if fs::read(&path).ok().as_deref() != Some(text.as_bytes()) {
            write_private(&path, text.as_bytes())?;
        }
    }
    Ok(!dir.join("config").exists())
}

/// The configuration of a scratch directory. Permissions and links are held as they are: the repository's own
/// settings for them have no effect here.
fn configuration(format: &str, sharing: &str) -> String {
    let (version, extensions) = match format {
        "sha1" => (0, String::new()),
        other => (1, format!("[extensions]\n\tobjectFormat = {other}\n")),
    };
    let is_word =
        |text: &str| !text.is_empty() && text.chars().all(|it| it.is_ascii_alphanumeric());
    let sharing = match is_word(sharing) {
        true => format!("\tsharedRepository = {sharing}\n"),
        false => String::new(),
    };
    format!(
        "[core]\n\trepositoryFormatVersion = {version}\n\tbare = false\n\tfileMode = true\n\
         \tsymlinks = true\n\tignoreCase = false\n\tprecomposeUnicode = false\n\
         \tprotectNTFS = false\n\tprotectHFS = false\n\tautocrlf = false\n\tsafecrlf = false\n\
         \tfsmonitor = false\n\tuntrackedCache = false\n\tsplitIndex = false\n\
         \tcompression = 1\n{sharing}[index]\n\tsparse = false\n[gc]\n\tauto = 0\n{extensions}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_has_the_repository_s_hash_function_and_sharing() {
        let plain = configuration("sha1", "");
        assert!(plain.contains("repositoryFormatVersion = 0") && !plain.contains("objectFormat"));
        let other = configuration("sha256", "group");
        assert!(other.contains("repositoryFormatVersion = 1\n"));
        assert!(other.ends_with("[extensions]\n\tobjectFormat = sha256\n"));
        assert!(other.contains("\tsharedRepository = group\n"));
        assert!(!configuration("sha1", "x\n[alias]").contains("alias"));
    }
}
