//! Removes the logs of a run that is over. The other files stay: what was started, who kept it and how it
//! ended. Whether the logs can be removed is checked first and changes nothing, so that a run that cannot
//! lose all of its logs keeps all of them.

use crate::facts::Phase;
use crate::files;
use crate::index::Stream;
use crate::rundir::{Liveness, RunDir, RunDirError};
use crate::words;
use std::io;
use std::path::{Path, PathBuf};

/// Why the logs of a run cannot be removed.
#[derive(Debug, thiserror::Error)]
pub enum RemovalError {
    /// A process keeps the run.
    #[error("a process still keeps the run in {}", .0.display())]
    Kept(PathBuf),
    /// The run's lock could not be tested, so a process may keep the run.
    #[error("it cannot be found out whether a process keeps the run in {}", .0.display())]
    Unknown(PathBuf),
    /// A log is not there, although a process was started.
    #[error("{} is missing", .0.display())]
    Missing(PathBuf),
    /// The system refuses.
    #[error("cannot remove {}: {}", .path.display(), words(source))]
    Refused {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A fact of the run cannot be read.
    #[error(transparent)]
    Unreadable(#[from] RunDirError),
}

impl RunDir {
    fn log_files(&self) -> [PathBuf; 5] {
        let log = |stream| self.log_path(stream);
        [
            log(Stream::Stdout),
            log(Stream::Stderr),
            log(Stream::Stdin),
            self.inputs_path(),
            self.index_path(),
        ]
    }

    /// The sizes of the run's logs together (bytes); a log that is not there has none.
    pub fn log_bytes(&self) -> u64 {
        let sizes = self.log_files().map(|path| std::fs::metadata(path).map_or(0, |it| it.len()));
        sizes.into_iter().sum()
    }

    /// Checks that all logs are there and can be removed. Returns their sizes together (bytes).
    ///
    /// # Errors
    /// If a process keeps the run or may keep it, a log is missing, or the system would refuse.
    pub fn check_removal(&self) -> Result<u64, RemovalError> {
        if !self.path().exists() {
            // The start was refused before the directory was made.
            return Ok(0);
        }
        match self.liveness() {
            Liveness::Held => return Err(RemovalError::Kept(self.path().to_owned())),
            Liveness::Unknown => return Err(RemovalError::Unknown(self.path().to_owned())),
            Liveness::Free => {}
        }
        // The keeper makes all logs before it starts the process.
        let was_started = self.read_keeper()?.is_some_and(|keeper| keeper.phase != Phase::Starting);
        check_dir(self.path()).map_err(refused(self.path()))?;
        let mut bytes = 0;
        for path in self.log_files() {
            match std::fs::symlink_metadata(&path) {
                Ok(file) => bytes += file.len(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => match was_started {
                    true => return Err(RemovalError::Missing(path)),
                    false => continue,
                },
                Err(source) => return Err(RemovalError::Refused { path, source }),
            }
            check_file(&path).map_err(refused(&path))?;
        }
        Ok(bytes)
    }

    /// Removes the logs; those that are gone already are no error. The removal is durable when this
    /// returns.
    ///
    /// # Errors
    /// If the system refuses to remove a file. Files before it are gone; a later call removes the rest.
    pub fn remove_logs(&self) -> Result<(), RemovalError> {
        if !self.path().exists() {
            return Ok(());
        }
        for path in self.log_files() {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(refused(&path)(error));
                }
                _ => {}
            }
        }
        files::sync_dir(self.path()).map_err(refused(self.path()))
    }
}

fn refused(path: &Path) -> impl FnOnce(io::Error) -> RemovalError {
    let path = path.to_owned();
    move |source| RemovalError::Refused { path, source }
}

/// Checks that files can be removed from a directory.
#[cfg(unix)]
fn check_dir(path: &Path) -> io::Result<()> {
    use rustix::fs::Access;
    Ok(rustix::fs::access(path, Access::WRITE_OK | Access::EXEC_OK)?)
}

/// On Windows each file says by itself whether it can be removed.
#[cfg(windows)]
fn check_dir(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Checks that a file itself can be removed: an immutable one cannot, by whatever directory it is in.
#[cfg(unix)]
fn check_file(path: &Path) -> io::Result<()> {
    let is_immutable =
        |error: &io::Error| error.raw_os_error() == Some(rustix::io::Errno::PERM.raw_os_error());
    match std::fs::OpenOptions::new().append(true).open(path) {
        Err(error) if is_immutable(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Checks that no other process has the file open: Windows refuses to remove it then.
#[cfg(windows)]
fn check_file(path: &Path) -> io::Result<()> {
    use std::os::windows::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).share_mode(0).open(path).map(drop)
}
