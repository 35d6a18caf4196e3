//! Access to a data directory: sends requests to its owner, or owns it for the moment if it has none.
//! Reading needs no owner, but a directory without one is brought up to date first, so that what is
//! printed is true.

use crate::text::announce;
use engine::owner;
use engine::store::read::Reader;
use engine::words;
use engine::{DataDir, Engine, Opening, Options, StoreAtStart};
use protocol::{ErrorCode, Fault, Reply, Request};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long an owner that just began or is about to leave may take.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

/// How long a wait lasts before its reason is printed.
const ANNOUNCE: Duration = Duration::from_secs(3);

/// How often it is looked whether that is over.
const LOOK: Duration = Duration::from_millis(200);

/// Access to a data directory; `program` is this program, which keepers are copies of.
pub(crate) struct Access {
    pub(crate) dir: DataDir,
    pub(crate) program: PathBuf,
}

impl Access {
    pub(crate) fn of(named: Option<&Path>) -> Result<Self, Fault> {
        let root = match named {
            Some(path) => path.to_owned(),
            None => engine::data_dir(|name| std::env::var_os(name))?,
        };
        let program = std::env::current_exe().map_err(|error| {
            Fault::new(
                ErrorCode::Internal,
                format!("this program cannot find itself: {}", words(&error)),
                "Start it by its full path.",
            )
        })?;
        Ok(Self { dir: DataDir::at(&root)?, program })
    }

    pub(crate) fn open(&self, role: &str) -> Result<Opening, Fault> {
        Ok(Engine::open(Options::new(self.dir.clone(), role, self.program.clone()))?)
    }

    fn open_briefly(&self) -> Result<Opening, Fault> {
        self.open_with("mush", StoreAtStart::Used)
    }

    /// Owns the directory for the moment; `store` says what becomes of the store.
    pub(crate) fn open_with(&self, role: &str, store: StoreAtStart) -> Result<Opening, Fault> {
        let mut options = Options::new(self.dir.clone(), role, self.program.clone());
        options.brief = true;
        options.store = store;
        Ok(Engine::open(options)?)
    }

    /// Sends a request to the owner; without one this process owns the directory for the moment.
    pub(crate) fn ask(&self, request: Request) -> Result<Reply, Fault> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            if let Opening::Owner(engine) = self.open_briefly()? {
                engine.catch_up()?;
                let reply = engine.request(request);
                engine.close_as_last("done");
                return Ok(reply?);
            }
            match owner::ask(&self.dir, &request, Duration::from_millis(500)) {
                Ok(Reply::Refused { fault }) => return Err(fault),
                Ok(reply) => return Ok(reply),
                Err(error) if Instant::now() > deadline => return Err(error.into()),
                Err(_) => {}
            }
        }
    }

    /// A reader over a store that is up to date.
    pub(crate) fn reader(&self) -> Result<Reader, Fault> {
        if !self.dir.root().exists() {
            self.dir.create()?;
        }
        if !engine::is_up_to_date(&self.dir) && !owner::is_owned(&self.dir)? {
            self.bring_up_to_date(StoreAtStart::Used)?;
        }
        self.open_store()
    }

    /// Owns the directory until every run was read; says no if another process owns it.
    fn bring_up_to_date(&self, store: StoreAtStart) -> Result<bool, Fault> {
        let Opening::Owner(engine) = self.open_with("mush", store)? else { return Ok(false) };
        match engine.read_all() {
            // Another program asked for the directory, and reads on.
            Ok(_) | Err(engine::Error::Ended) => {}
            Err(error) => return Err(error.into()),
        }
        engine.close("done");
        Ok(true)
    }

    /// Reads from a store that is up to date; one that turns out to be damaged is made again first.
    pub(crate) fn read<T>(&self, read: impl Fn(&Reader) -> engine::Result<T>) -> Result<T, Fault> {
        self.read_whole(&mut self.reader()?, read)
    }

    /// Reads what is printed once; after damage was met and the store made again, waits until its runs were read.
    /// `reader` is another one then.
    pub(crate) fn read_whole<T>(
        &self,
        reader: &mut Reader,
        read: impl Fn(&Reader) -> engine::Result<T>,
    ) -> Result<T, Fault> {
        match read(reader) {
            Err(error) if error.is_damage() => {
                *reader = self.recovered(error)?;
                self.until_read(None)?;
                Ok(read(reader)?)
            }
            result => Ok(result?),
        }
    }

    /// Returns when no run is left that is to be read again. Without an owner this process reads them; one that reads
    /// them is waited for, at most for `limit`, and after a moment that is said.
    pub(crate) fn until_read(&self, limit: Option<Duration>) -> Result<(), Fault> {
        let began = Instant::now();
        let mut is_announced = false;
        loop {
            let left = self.reader()?.count_rereading()?;
            if left == 0 {
                return Ok(());
            }
            let Some(owner) = owner::owner(&self.dir)? else {
                // It is gone; this process reads what it left.
                return self.reader().map(drop);
            };
            let runs = if left == 1 { "1 run".to_owned() } else { format!("{left} runs") };
            if limit.is_some_and(|limit| began.elapsed() >= limit) {
                let message = format!("{owner} has still to read {runs} again");
                let hint = "Wait longer, or try again later.";
                return Err(Fault::new(ErrorCode::Busy, message, hint));
            }
            if !is_announced && began.elapsed() >= ANNOUNCE {
                announce(&format!("Waits until {owner} has read {runs} again."));
                is_announced = true;
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Reads what is looked at again and again; `reader` is another one after damage was met and the store made
    /// again. Runs that are being read again say so.
    pub(crate) fn with_recovery<T>(
        &self,
        reader: &mut Reader,
        read: impl Fn(&Reader) -> engine::Result<T>,
    ) -> Result<T, Fault> {
        match read(reader) {
            Err(error) if error.is_damage() => {
                *reader = self.recovered(error)?;
                Ok(read(reader)?)
            }
            result => Ok(result?),
        }
    }

    /// A reader over a store that was recovered, after `error` reported that it is damaged.
    fn recovered(&self, error: engine::Error) -> Result<Reader, Fault> {
        if !self.bring_up_to_date(StoreAtStart::Damaged(error.to_string()))? {
            tracing::warn!(%error, "the owner is asked to look at its store");
            self.ask(Request::CheckStore)?;
        }
        self.reader()
    }

    /// A reader over the store as it is. An owner that just began may still be making it, and one whose
    /// store was deleted makes it again when it is asked something.
    pub(crate) fn open_store(&self) -> Result<Reader, Fault> {
        let deadline = Instant::now() + TIMEOUT;
        let mut asked = false;
        loop {
            match Reader::open(&self.dir.store()) {
                Ok(reader) => return Ok(reader),
                Err(error) if Instant::now() > deadline || !owner::is_owned(&self.dir)? => {
                    return Err(error.into());
                }
                // Once: a look at the whole store is work for an owner.
                Err(_) if !asked => {
                    asked = owner::ask(&self.dir, &Request::CheckStore, Duration::ZERO).is_ok();
                }
                Err(_) => {}
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
