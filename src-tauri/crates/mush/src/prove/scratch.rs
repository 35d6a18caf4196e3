//! The place of a proof: a data directory, a home for the demo agent and repositories, all in one
//! new directory, and the `mush` program that is run in it. When it is dropped, every process of
//! its runs is ended, by keeper and by marker, and the directory is deleted unless it is to be
//! kept.

use super::Done;
use super::compare::Tally;
use demo_agent::scratch_repository;
use engine::DataDir;
use engine::owner;
use engine::store::read::Reader;
use keeper::{Client, Liveness, RunDir};
use protocol::{ErrorCode, Fault, StoryState};
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The longest to wait for anything in a proof.
const LONG: Duration = Duration::from_secs(60);

/// The file in each repository to which its agents write what they print and read. Below `.git`, so
/// that it does not change the worktree.
pub(super) const TRUTH: &str = ".git/truth";

/// The speed factor of the demo agent.
const SPEED: &str = "6";

pub(super) struct Scratch {
    root: PathBuf,
    program: PathBuf,
    kept: bool,
}

impl Scratch {
    pub(super) fn create(program: &Path) -> Result<Self, Fault> {
        let name = format!("musher-proof-{}-{}", std::process::id(), super::dice::seed());
        let root = std::env::temp_dir().join(name);
        std::fs::create_dir(&root).map_err(|error| unusable(&root, &error))?;
        Ok(Self { root, program: program.to_owned(), kept: false })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The directory is not deleted at the end.
    pub(super) fn keep(&mut self) {
        self.kept = true;
    }

    pub(super) fn data(&self) -> Result<DataDir, Fault> {
        Ok(DataDir::at(&self.root.join("data"))?)
    }

    /// The repository of this name. It is made with the demo's scratch project if it does not
    /// exist.
    pub(super) fn repo(&self, name: &str) -> Result<PathBuf, Fault> {
        let dir = self.root.join(name);
        if !dir.exists() {
            scratch_repository(&dir, Path::new("git")).map_err(|error| {
                let hint = "Install git, and check that there is space for temporary files.";
                Fault::new(ErrorCode::Git, error.to_string(), hint)
            })?;
        }
        Ok(dir)
    }

    /// A `mush` command in this place, with JSON output and empty input.
    pub(super) fn command<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--data-dir").arg(self.root.join("data")).arg("--json").args(words);
        command.env("MUSHER_DEMO_HOME", self.root.join("home")).env("MUSHER_DEMO_SPEED", SPEED);
        command.env("MUSHER_DEMO", format!("ground_truth={TRUTH}"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs `mush` until it ends.
    pub(super) fn mush<S: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = S>,
    ) -> Result<Output, Fault> {
        let mut command = self.command(words);
        let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output();
        output.map_err(|error| unusable(&self.program, &error))
    }

    /// Ends a `mush serve` that looks after what goes on here, and waits until nobody owns the directory.
    pub(super) fn end_server(&self) -> Result<(), Fault> {
        let data = self.data()?;
        let ended = until(|| {
            self.mush(["serve", "--end"]).ok()?;
            matches!(owner::is_owned(&data), Ok(false)).then_some(())
        });
        ended.ok_or_else(|| {
            let hint = "Run the proof again.";
            Fault::new(ErrorCode::Busy, "a program keeps the directory of the proof", hint)
        })
    }

    /// Waits until a story needs nothing more, limits included; its state then, if it gets there in time.
    pub(super) fn wait(&self, story: &str) -> Result<Option<StoryState>, Fault> {
        let deadline = Instant::now() + LONG;
        loop {
            let mut waiting = self.command(["attach", story]);
            let mut child = waiting.spawn().map_err(|error| unusable(&self.program, &error))?;
            if until(|| child.try_wait().ok().flatten()).is_none() {
                // Error ignored: it is our own child, so the only one is that it has ended already.
                let _ = child.kill().and_then(|()| child.wait());
                return Ok(None);
            }
            match self.reader()?.story(story)?.state {
                StoryState::Limited if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(200));
                }
                state => return Ok(Some(state)),
            }
        }
    }

    pub(super) fn reader(&self) -> Result<Reader, Fault> {
        Ok(Reader::open(&self.data()?.store())?)
    }

    /// The directories of all runs.
    pub(super) fn runs(&self) -> Vec<RunDir> {
        let Ok(entries) = std::fs::read_dir(self.root.join("data").join("runs")) else {
            return Vec::new();
        };
        entries.flatten().map(|entry| RunDir::new(entry.path())).collect()
    }

    /// Live processes with the marker of one of the runs.
    pub(super) fn marked(&self) -> Result<Vec<String>, Fault> {
        let mut found = Vec::new();
        for marker in self.markers() {
            let marked = keeper::sweep::marked(&marker).map_err(|error| {
                let hint = "Nothing is known about processes then.";
                Fault::new(
                    ErrorCode::Internal,
                    format!("processes cannot be listed: {error}"),
                    hint,
                )
            })?;
            found.extend(marked.iter().map(|process| format!("{} {}", process.pid, process.name)));
        }
        Ok(found)
    }

    fn markers(&self) -> Vec<String> {
        let specs = self.runs().into_iter().filter_map(|dir| dir.read_spec().ok());
        specs.map(|spec| spec.marker).collect()
    }

    /// Waits until there are at least `count` processes, at most [`LONG`]. Returns how many there
    /// are.
    pub(super) fn until_processes(&self, count: usize) -> Result<usize, Fault> {
        let deadline = Instant::now() + LONG;
        loop {
            let found = self.marked()?.len();
            if found >= count || Instant::now() > deadline {
                return Ok(found);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Counts processes and keepers that should have ended.
    pub(super) fn orphans(&self) -> Result<Done<()>, Fault> {
        let left = self.marked()?;
        let keepers = self.runs().iter().filter(|dir| dir.liveness() == Liveness::Held).count();
        let orphans = u64::try_from(left.len() + keepers).unwrap_or(u64::MAX);
        let detail = match left.is_empty() {
            true => format!("{} runs, {keepers} keepers, 0 processes", self.runs().len()),
            false => format!("still there: {}", left.join(", ")),
        };
        Ok(Done::new((), detail, Tally { orphans, ..Tally::default() }))
    }

    /// Ends all processes that are left of the runs.
    fn sweep(&self) {
        for dir in self.runs() {
            if let Ok(mut client) = Client::connect(&dir, Duration::from_secs(2)) {
                // The second stop request kills at once. Processes that are left are ended by their
                // marker below.
                let _ = client.stop("proof", "over").and_then(|()| client.stop("proof", "over"));
                let _ = until(|| (dir.liveness() != Liveness::Held).then_some(()));
            }
        }
        for marker in self.markers() {
            if let Err(error) = keeper::sweep::end_marked(&marker) {
                tracing::warn!(%error, "processes of a proof may be left");
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = self.end_server() {
            tracing::warn!(%error, "a program of a proof may be left");
        }
        self.sweep();
        if !self.kept
            && let Err(error) = std::fs::remove_dir_all(&self.root)
        {
            tracing::warn!(%error, place = %self.root.display(), "a proof's files stay behind");
        }
    }
}

/// Calls `look` until it returns a value, at most for [`LONG`].
fn until<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + LONG;
    loop {
        match look() {
            Some(found) => return Some(found),
            None if Instant::now() > deadline => return None,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// The error for a file or program that the proof cannot use.
pub(super) fn unusable(path: &Path, error: &io::Error) -> Fault {
    Fault::new(
        ErrorCode::DataDir,
        format!("{} cannot be used: {error}", path.display()),
        "Check that temporary files can be written there.",
    )
}
