//! The directory of one run: the names of its files, its creation, and readers of the facts in it.
//! Readers never need a living keeper. This module writes a new directory and, with
//! [`RunDir::forbid_start`], the end of a run that never began; everything else is written by the keeper.

use crate::words;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::facts::{Exit, KeeperRecord, Outcome, Seen, StartFailure, Stop};
use crate::files;
use crate::index::Stream;
use crate::inputs::{self, InputRecord};
use crate::lock::FileLock;
use crate::spec::{SPEC_FORMAT, Spec};
use crate::sys;

/// Whether a run's keeper lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveness {
    /// A keeper holds the run's lock.
    Held,
    /// No process holds the run's lock.
    Free,
    /// The lock could not be tested. Never treat this as [`Liveness::Free`].
    Unknown,
}

/// Why a run directory could not be made or read.
#[derive(Debug, Error)]
pub enum RunDirError {
    /// A file could not be read or written.
    #[error("cannot use {path}: {}", words(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A file does not have its format.
    #[error("{path} is not in its format")]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong with the file.
        source: serde_json::Error,
    },
    /// The directory was written by a newer version.
    #[error("{path} has format {found}, this version knows up to {SPEC_FORMAT}; update Musher")]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's format version.
        found: u32,
    },
}

/// One run's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunDir {
    path: PathBuf,
}

impl RunDir {
    /// Names a directory without touching it.
    pub fn new(path: PathBuf) -> RunDir {
        RunDir { path }
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `spec.json`: the run's fixed properties.
    pub fn spec_path(&self) -> PathBuf {
        self.path.join("spec.json")
    }

    /// `keeper.json`: the run's keeper.
    pub fn keeper_path(&self) -> PathBuf {
        self.path.join("keeper.json")
    }

    /// The log with the exact bytes of one stream.
    pub fn log_path(&self, stream: Stream) -> PathBuf {
        self.path.join(stream.file_name())
    }

    /// `index`: the order of all chunks in the three logs.
    pub fn index_path(&self) -> PathBuf {
        self.path.join("index")
    }

    /// `inputs`: the range of each input in `input.log`.
    pub fn inputs_path(&self) -> PathBuf {
        self.path.join("inputs")
    }

    /// `stop.json`: who requested a stop.
    pub fn stop_path(&self) -> PathBuf {
        self.path.join("stop.json")
    }

    /// `exit.json`: how the run ended.
    pub fn exit_path(&self) -> PathBuf {
        self.path.join("exit.json")
    }

    /// `lock`: held while the keeper lives.
    pub fn lock_path(&self) -> PathBuf {
        self.path.join("lock")
    }

    /// The keeper's socket; on Windows a file that names the pipe.
    pub fn socket_path(&self) -> PathBuf {
        self.path.join("c")
    }

    /// `paused`: exists while the disk refuses the logs.
    pub fn paused_path(&self) -> PathBuf {
        self.path.join("paused")
    }

    /// `flowing`: exists while the logs are being written; the counterpart of `paused`.
    pub(crate) fn flowing_path(&self) -> PathBuf {
        self.path.join("flowing")
    }

    /// Makes the directory (0700) with `spec` in it (0600); both and the parent's entry are synced. The
    /// directory must not exist. A directory without `spec.json` is left from an interrupted creation.
    pub fn create(&self, spec: &Spec) -> Result<(), RunDirError> {
        let io = |source| self.io(&self.path, source);
        files::create_private_dir(&self.path).map_err(io)?;
        let lock = self.lock_path();
        files::create_private(&lock).map_err(|source| self.io(&lock, source))?;
        self.write(&self.spec_path(), spec)?;
        let parent = self.path.parent().unwrap_or(Path::new("."));
        files::sync_dir(parent).map_err(io)
    }

    /// Records permanently that no process was ever started here, so that a late keeper refuses to start.
    /// Returns false if a keeper already holds the directory.
    pub fn forbid_start(&self, message: &str) -> Result<bool, RunDirError> {
        let lock = self.lock_path();
        let file = File::open(&lock).map_err(|source| self.io(&lock, source))?;
        let locked = FileLock::exclusive(file).map_err(|source| self.io(&lock, source))?;
        let Ok(_lock) = locked else { return Ok(false) };
        if self.keeper_path().exists() || self.exit_path().exists() {
            return Ok(false);
        }
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let at_ms = now.map_or(0, |now| i64::try_from(now.as_millis()).unwrap_or(i64::MAX));
        let outcome =
            Outcome::StartFailed { kind: StartFailure::Abandoned, message: message.to_owned() };
        let exit = Exit {
            outcome,
            seen: Seen::NeverStarted,
            drained: true,
            forced: Vec::new(),
            left: Vec::new(),
            at_ms,
            mono_us: 0,
        };
        self.write(&self.exit_path(), &exit)?;
        Ok(true)
    }

    /// Reads the run's fixed properties.
    pub fn read_spec(&self) -> Result<Spec, RunDirError> {
        let path = self.spec_path();
        let missing = || self.io(&path, io::ErrorKind::NotFound.into());
        let value: serde_json::Value = self.read(&path)?.ok_or_else(missing)?;
        let format = value["format"].as_u64().unwrap_or(0);
        if format > u64::from(SPEC_FORMAT) {
            let found = u32::try_from(format).unwrap_or(u32::MAX);
            return Err(RunDirError::Newer { path, found });
        }
        serde_json::from_value(value).map_err(|source| RunDirError::Json { path, source })
    }

    /// Reads who keeps the run; `None` before a keeper started.
    pub fn read_keeper(&self) -> Result<Option<KeeperRecord>, RunDirError> {
        self.read(&self.keeper_path())
    }

    /// Reads how the run ended; `None` while it has not, or if its keeper was killed.
    pub fn read_exit(&self) -> Result<Option<Exit>, RunDirError> {
        self.read(&self.exit_path())
    }

    /// Reads who requested a stop; `None` if there was no request.
    pub fn read_stop(&self) -> Result<Option<Stop>, RunDirError> {
        self.read(&self.stop_path())
    }

    /// Reads the inputs that the keeper has accepted, in order; an input that is still being written is
    /// left out.
    pub fn read_inputs(&self) -> Result<Vec<InputRecord>, RunDirError> {
        let path = self.inputs_path();
        match std::fs::read(&path) {
            Ok(bytes) => inputs::parse(&bytes).map_err(|source| RunDirError::Json { path, source }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(source) => Err(self.io(&path, source)),
        }
    }

    /// Whether a keeper holds the run's lock. If the recorded keeper lives but does not hold this lock,
    /// this directory is a copy of the one that it keeps, and the result is [`Liveness::Unknown`].
    pub fn liveness(&self) -> Liveness {
        let Ok(file) = File::open(self.lock_path()) else { return Liveness::Unknown };
        match FileLock::shared(file) {
            Ok(Ok(_lock)) if self.keeper_lives() => Liveness::Unknown,
            Ok(Ok(_lock)) => Liveness::Free,
            Ok(Err(_)) => Liveness::Held,
            Err(_) => Liveness::Unknown,
        }
    }

    /// Whether the process that wrote `keeper.json` still lives.
    fn keeper_lives(&self) -> bool {
        let Ok(Some(keeper)) = self.read_keeper() else { return false };
        let now = sys::identity_of(keeper.pid);
        keeper.boot_id == sys::boot_id()
            && now.is_some_and(|now| now.start_time == keeper.start_time)
    }

    /// Whether the disk refuses the logs at present; the keeper's status has the reason.
    pub fn is_paused(&self) -> bool {
        self.paused_path().exists()
    }

    /// Writes one of the JSON files, whole or not at all, and syncs it.
    pub(crate) fn write<T: serde::Serialize>(
        &self,
        path: &Path,
        value: &T,
    ) -> Result<(), RunDirError> {
        let json = |source| RunDirError::Json { path: path.to_owned(), source };
        let mut bytes = serde_json::to_vec_pretty(value).map_err(json)?;
        bytes.push(b'\n');
        files::replace(path, &bytes).map_err(|source| self.io(path, source))
    }

    fn read<T: DeserializeOwned>(&self, path: &Path) -> Result<Option<T>, RunDirError> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(self.io(path, source)),
        };
        let json = |source| RunDirError::Json { path: path.to_owned(), source };
        serde_json::from_slice(&bytes).map(Some).map_err(json)
    }

    fn io(&self, path: &Path, source: io::Error) -> RunDirError {
        RunDirError::Io { path: path.to_owned(), source }
    }
}
