//! What all journeys need, of the engine and of `mush`: a separate world (data directory, home,
//! repositories), waits with a time limit, and ending everything that was started, by its marker.
//! If `JOURNEY_KEEP` is set, the files of a failed test are kept. The journeys themselves look at
//! the world, through the program or in process.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The longest to wait for anything, on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(90);

/// Calls `look` until it returns a value; fails after [`LONG`].
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LONG;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The output of a git command.
pub(crate) fn git(dir: &Path, args: &[&str]) -> String {
    let mut git = Command::new("git");
    git.arg("-C").arg(dir).args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]);
    let said = git.args(args).output().unwrap();
    assert!(said.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}

/// Calls `each` for all things at the same time and waits for all; a panic in one fails the test
/// with its message.
pub(crate) fn at_once<T: Sync>(things: &[T], each: impl Fn(&T) + Sync) {
    std::thread::scope(|scope| {
        let threads: Vec<_> = things.iter().map(|thing| scope.spawn(|| each(thing))).collect();
        let failed = threads.into_iter().filter_map(|thread| thread.join().err());
        if let Some(words) = failed.last() {
            std::panic::resume_unwind(words);
        }
    });
}

/// The data directory, home and repositories of one test.
pub(crate) struct World {
    root: tempfile::TempDir,
    data: PathBuf,
    variables: Vec<(OsString, OsString)>,
    /// A disk that is mounted for it.
    pub(crate) mounted: Option<PathBuf>,
}

impl World {
    /// A world whose agents work without pauses.
    pub(crate) fn new() -> Self {
        Self::with_data(OsStr::new("data"))
    }

    /// The same with a data directory of this name.
    pub(crate) fn with_data(name: &OsStr) -> Self {
        let root = tempfile::Builder::new().prefix("musher-").tempdir().unwrap();
        let data = root.path().join(name);
        let home = root.path().join("home");
        std::fs::create_dir(&home).unwrap();
        let mut world = Self { root, data, variables: Vec::new(), mounted: None };
        world.set("PATH", std::env::var_os("PATH").unwrap());
        world.set("MUSHER_DEMO_HOME", home.join("demo"));
        world.set("HOME", home);
        world.set("MUSHER_DEMO_SPEED", "0");
        world.set("MUSHER_DEMO", crate::truth::DIRECTIVE);
        world
    }

    /// Sets an environment variable for everything that is started later.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.into(), value.into()));
    }

    /// The environment of everything that is started in this world.
    pub(crate) fn variables(&self) -> Vec<(OsString, OsString)> {
        self.variables.clone()
    }

    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// A path beside the data directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// A repository with a commit.
    pub(crate) fn committed(&self, name: &str) -> PathBuf {
        let repo = self.repo(name);
        git(&repo, &["commit", "-q", "--allow-empty", "-m", "first"]);
        repo
    }

    /// An empty repository of this name.
    pub(crate) fn repo(&self, name: &str) -> PathBuf {
        let dir = self.path(name);
        if !dir.exists() {
            let made = Command::new("git").args(["init", "-q"]).arg(&dir).status().unwrap();
            assert!(made.success());
        }
        dir
    }

    /// Directories of runs.
    pub(crate) fn run_dirs(&self) -> Vec<keeper::RunDir> {
        let Ok(entries) = std::fs::read_dir(self.data.join("runs")) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.into_iter().map(keeper::RunDir::new).collect()
    }

    /// Ends a `mush serve` that was left to look after this world, and waits for its end.
    pub(crate) fn end_server(&self) {
        let Ok(dir) = engine::DataDir::at(&self.data) else { return };
        let deadline = Instant::now() + Duration::from_secs(10);
        while let Ok(Some(owner)) = engine::owner::owner(&dir)
            && let Some(server) = owner.record.filter(|owner| owner.role == "mush serve")
            && Instant::now() < deadline
        {
            end(server.pid);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn markers(&self) -> BTreeSet<String> {
        let specs = self.run_dirs().into_iter().filter_map(|dir| dir.read_spec().ok());
        specs.map(|spec| spec.marker).collect()
    }

    /// Live processes with the marker of any run of this world.
    pub(crate) fn alive(&self) -> Vec<String> {
        let markers = self.markers();
        marked(&markers)
    }

    /// Waits until no process has a marker of this world.
    pub(crate) fn swept(&self) {
        until("no process is left", || self.alive().is_empty().then_some(()));
    }
}

impl Drop for World {
    /// Ends everything that the test started, whether it succeeded or failed.
    fn drop(&mut self) {
        self.end_server();
        for dir in self.run_dirs() {
            if let Ok(mut client) = keeper::Client::connect(&dir, Duration::from_secs(5)) {
                // The second request kills at once. Processes that are left are ended below.
                let _ = client.stop("test", "over").and_then(|()| client.stop("test", "over"));
                let deadline = Instant::now() + Duration::from_secs(10);
                while dir.liveness() == keeper::Liveness::Held && Instant::now() < deadline {
                    std::thread::sleep(Duration::from_millis(10));
                }
            }
        }
        for marker in self.markers() {
            let _ = keeper::sweep::end_marked(&marker);
        }
        if let Some(place) = &self.mounted {
            // A lazy unmount: a process that still uses the disk keeps it until it ends.
            let _ = Command::new("umount").arg("-l").arg(place).status();
        }
        if std::thread::panicking() && std::env::var_os("JOURNEY_KEEP").is_some() {
            eprintln!("kept: {}", self.root.path().display());
            self.root.disable_cleanup(true);
        }
    }
}

/// Processes with one of the markers in their environment.
#[cfg(target_os = "linux")]
fn marked(markers: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let carried = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        let mut variables = carried.split(|&byte| byte == 0);
        let marker = variables.find_map(|it| it.strip_prefix(b"MUSHER_RUN=".as_slice()));
        let marker = marker.map(|it| String::from_utf8_lossy(it).into_owned());
        if marker.is_some_and(|marker| markers.contains(&marker)) && !is_zombie(&entry.path()) {
            let words = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let words = String::from_utf8_lossy(&words).replace('\0', " ");
            found.push(format!("{}: {words}", entry.file_name().to_string_lossy()));
        }
    }
    found
}

/// A zombie has ended; only its parent has not waited for it yet.
#[cfg(target_os = "linux")]
fn is_zombie(process: &Path) -> bool {
    let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'))
}

#[cfg(not(target_os = "linux"))]
fn marked(markers: &BTreeSet<String>) -> Vec<String> {
    let found = markers.iter().flat_map(|marker| keeper::sweep::marked(marker).unwrap());
    found.map(|process| format!("{}: {}", process.pid, process.name)).collect()
}

/// Asks a process to end, if it is still there.
fn end(pid: u32) {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    let _ = pid.map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::TERM));
}

/// Sends a signal to a process that the test or its agents started.
pub(crate) fn signal_to(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}
