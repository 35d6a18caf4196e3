//! A run in a temporary directory, and waiting for states.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use keeper::{
    Client, Exit, Interrupt, KeeperRecord, Kind, LaunchError, RunDir, SPEC_FORMAT, Spec, Stream,
    Transport,
};

/// Longest that anything in these tests may take on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// The keeper's program, which is built together with the tests.
pub(crate) fn keep_exe() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    tests
        .parent()
        .and_then(Path::parent)
        .unwrap()
        .join("examples")
        .join(format!("keep{}", std::env::consts::EXE_SUFFIX))
}

/// Waits for something to be so.
pub(crate) fn until<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A run that is about to be, or is.
pub(crate) struct Run {
    pub(crate) home: tempfile::TempDir,
    pub(crate) dir: RunDir,
    pub(crate) spec: Spec,
    pub(crate) env: Vec<(OsString, OsString)>,
}

impl Run {
    /// A run of `/bin/sh -c script` in an empty working directory.
    #[cfg(unix)]
    pub(crate) fn shell(script: &str) -> Run {
        Run::of(&["/bin/sh", "-c", script])
    }

    pub(crate) fn of(argv: &[&str]) -> Run {
        let home = tempfile::tempdir().unwrap();
        let dir = RunDir::new(home.path().join("run"));
        Run::at(home, dir, argv)
    }

    pub(crate) fn at(home: tempfile::TempDir, dir: RunDir, argv: &[&str]) -> Run {
        let cwd = home.path().join("work");
        std::fs::create_dir(&cwd).unwrap();
        let spec = Spec {
            format: SPEC_FORMAT,
            run: "test.1".into(),
            story: None,
            kind: Kind::Agent,
            argv: argv.iter().map(|word| word.to_string()).collect(),
            env_names: vec!["PATH".into()],
            cwd,
            account: None,
            session: None,
            transport: Transport::Structured,
            decoder: "none/1".into(),
            interrupt: Interrupt::None,
            end_descendants: false,
            usage_baseline: serde_json::Value::Null,
            marker: format!("test-{}", home.path().file_name().unwrap().display()),
        };
        let passed_on = if cfg!(windows) { &["PATH", "SystemRoot", "ComSpec"][..] } else { &[] };
        let mut env: Vec<(OsString, OsString)> = passed_on
            .iter()
            .filter_map(|name| Some((name.into(), std::env::var_os(name)?)))
            .collect();
        if cfg!(unix) {
            env.push(("PATH".into(), "/usr/bin:/bin".into()));
        }
        Run { home, dir, spec, env }
    }

    pub(crate) fn start(&self) -> KeeperRecord {
        self.try_start().unwrap()
    }

    pub(crate) fn try_start(&self) -> Result<KeeperRecord, LaunchError> {
        self.dir.create(&self.spec).unwrap();
        keeper::launch(&keep_exe(), &self.dir, self.env.clone())
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.dir, LONG).unwrap()
    }

    /// The run's exit, which is read only once the keeper has let go of its lock.
    pub(crate) fn exit(&self, limit: Duration) -> Exit {
        let exit = until("exit.json", limit, || self.dir.read_exit().unwrap());
        until("a free lock", limit, || {
            (self.dir.liveness() == keeper::Liveness::Free).then_some(())
        });
        exit
    }

    pub(crate) fn log(&self, stream: Stream) -> Vec<u8> {
        std::fs::read(self.dir.log_path(stream)).unwrap()
    }

    pub(crate) fn output(&self) -> String {
        String::from_utf8_lossy(&self.log(Stream::Stdout)).into_owned()
    }

    /// Waits until the process has printed this.
    pub(crate) fn until_printed(&self, text: &str) {
        until(text, LONG, || self.output().contains(text).then_some(()));
    }

    /// Sums of the index over each stream, checked for order.
    pub(crate) fn indexed(&self, stream: Stream) -> u64 {
        let mut reader = keeper::IndexReader::open(&self.dir.index_path()).unwrap();
        let (mut sum, mut last) = (0, 0);
        loop {
            let batch = reader.next_batch().unwrap();
            if batch.is_empty() {
                return sum;
            }
            for record in batch {
                assert!(record.mono_us >= last, "the index goes back in time");
                last = record.mono_us;
                sum += if record.stream == stream { u64::from(record.len) } else { 0 };
            }
        }
    }
}

impl Drop for Run {
    /// Nothing of a test outlives it, however it went.
    fn drop(&mut self) {
        if let Ok(mut client) = Client::connect(&self.dir, Duration::from_secs(5)) {
            let _ = client.stop("test", "over").and_then(|()| client.stop("test", "over"));
            let deadline = Instant::now() + Duration::from_secs(10);
            while self.dir.liveness() == keeper::Liveness::Held && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        let _ = keeper::sweep::end_marked(&self.spec.marker);
    }
}
