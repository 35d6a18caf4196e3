//! The data directory: all of its paths, and creating it with access for the user only. The
//! journal, the store and the keeper define the contents of the files.

use crate::error::{Error, Result};
use keeper::rundir::RunDir;
use protocol::RunId;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const README: &str = include_str!("data_dir/README.md");

/// The longest path in bytes: SQLite supports paths of 512 bytes, and the names of the store and
/// its side files are appended.
const LONGEST_ROOT: usize = 448;

/// Paths of one data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataDir {
    root: PathBuf,
}

/// The data directory of this user: `MUSHER_DATA_DIR`, or the system's default place.
pub fn data_dir(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf> {
    if let Some(path) = variable("MUSHER_DATA_DIR").filter(|path| !path.is_empty()) {
        return Ok(PathBuf::from(path));
    }
    usual_place(variable).ok_or_else(|| {
        Error::refused(
            protocol::ErrorCode::DataDir,
            "no place for Musher's data: neither HOME nor the system's data directory is set",
            "Name one with the variable MUSHER_DATA_DIR.",
        )
        .on_terminal("Or with --data-dir.")
    })
}

#[cfg(target_os = "macos")]
fn usual_place(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    Some(PathBuf::from(variable("HOME")?).join("Library/Application Support/Musher"))
}

#[cfg(windows)]
fn usual_place(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    Some(PathBuf::from(variable("LOCALAPPDATA")?).join("Musher"))
}

#[cfg(all(unix, not(target_os = "macos")))]
fn usual_place(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let named = variable("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let data = named.or_else(|| Some(PathBuf::from(variable("HOME")?).join(".local/share")))?;
    Some(data.join("musher"))
}

impl DataDir {
    /// Names the directory at `root`, making it absolute; nothing is created.
    pub fn at(root: &Path) -> Result<Self> {
        let root = std::path::absolute(root).map_err(Error::io("use", root))?;
        let length = root.as_os_str().len();
        if length > LONGEST_ROOT {
            return Err(Error::refused(
                protocol::ErrorCode::DataDir,
                format!(
                    "the path of the data directory has {length} bytes; {LONGEST_ROOT} is the most that the store can be reached by"
                ),
                "Name a shorter one with the variable MUSHER_DATA_DIR.",
            )
            .on_terminal("Or with --data-dir."));
        }
        Ok(Self { root })
    }

    /// Makes the directory and its parts if they are missing, with access for this user only.
    pub fn create(&self) -> Result<()> {
        for dir in [self.root.clone(), self.journal(), self.runs(), self.bin(), self.sessions()] {
            create_private(&dir)?;
        }
        let readme = self.root.join("README.md");
        if !readme.exists() {
            write_private(&readme, README.as_bytes()).map_err(Error::io("write", readme))?;
        }
        Ok(())
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The journal's segments.
    pub fn journal(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// The run directories.
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// The directory of one run.
    pub fn run(&self, run: &RunId) -> RunDir {
        RunDir::new(self.runs().join(run.as_str()))
    }

    /// Copies of the program that keepers are started from.
    pub fn bin(&self) -> PathBuf {
        self.root.join("bin")
    }

    /// What is kept of worktrees between their checkpoints.
    pub fn checkpoints(&self) -> PathBuf {
        self.root.join("checkpoints")
    }

    /// What was printed when something was done with the branches of stories.
    pub fn finishing(&self) -> PathBuf {
        self.root.join("finishing")
    }

    /// Locks of the agents' conversations.
    pub fn sessions(&self) -> PathBuf {
        self.root.join("sessions")
    }

    /// The store.
    pub fn store(&self) -> PathBuf {
        self.root.join("store.sqlite")
    }

    /// Musher's own log.
    pub fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    /// The configuration that people write.
    pub fn config(&self) -> PathBuf {
        self.root.join("config.json")
    }

    /// The part of it that was accepted, and is in force.
    pub fn accepted_config(&self) -> PathBuf {
        self.root.join("config.accepted.json")
    }

    /// The lock file of the owner.
    pub fn owner_lock(&self) -> PathBuf {
        self.root.join("owner.lock")
    }

    /// The socket on which the owner listens.
    pub fn socket(&self) -> PathBuf {
        self.root.join("engine.sock")
    }
}

/// Makes `dir` and its missing parents with mode 0700.
pub fn create_private(dir: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(dir).map_err(Error::io("create", dir))
}

/// Options for a file that only this user may read.
pub fn private_file() -> fs::OpenOptions {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "only unix has modes"))]
    let mut options = fs::OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Writes a whole file that only this user may read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    private_file().write(true).create(true).truncate(true).open(path)?.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_wins_over_the_usual_place() {
        let set = |name: &str| (name == "MUSHER_DATA_DIR").then(|| OsString::from("/x y"));
        assert_eq!(data_dir(set).unwrap(), PathBuf::from("/x y"));
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn a_relative_xdg_data_home_is_ignored() {
        let set = |name: &str| match name {
            "XDG_DATA_HOME" => Some(OsString::from("relative")),
            "HOME" => Some(OsString::from("/home/ann")),
            _ => None,
        };
        assert_eq!(data_dir(set).unwrap(), PathBuf::from("/home/ann/.local/share/musher"));
    }

    #[test]
    fn nothing_set_is_an_error_that_says_what_to_do() {
        let fault = protocol::Fault::from(data_dir(|_| None).unwrap_err());
        assert!(fault.on_terminal.contains("--data-dir"), "{fault:?}");
    }
}
