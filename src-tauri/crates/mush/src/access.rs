//! Access to a data directory for all commands: it sends requests to the process that owns the
//! directory, or makes this process the owner for one request if there is none. Reading needs no
//! owner, but a store without one is brought up to date first, so that the output is complete.

use crate::serve;
use crate::slow;
use crate::text::{self, announce};
use engine::owner;
use engine::store::read::Reader;
use engine::words;
use engine::{DataDir, Engine, Opening, Options, StoreAtStart};
use protocol::{ErrorCode, Fault, Reply, Request};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The longest to wait for an owner that is just starting or leaving.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

/// A wait that takes longer than this is announced, with its reason.
const ANNOUNCE: Duration = Duration::from_secs(3);

/// The interval at which a wait checks whether it is over.
const LOOK: Duration = Duration::from_millis(200);

/// Access to a data directory; `program` is this program, which keepers are copies of.
#[derive(Clone)]
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

    /// Opens the directory as its owner for a single command; `store` says whether the store is
    /// used, replaced or made again.
    pub(crate) fn open_with(&self, role: &str, store: StoreAtStart) -> Result<Opening, Fault> {
        let mut options = Options::new(self.dir.clone(), role, self.program.clone());
        options.brief = true;
        options.store = store;
        Ok(Engine::open(options)?)
    }

    /// Sends a request to the owner. Without an owner this process becomes the owner, answers the
    /// request and closes again.
    pub(crate) fn ask(&self, request: Request) -> Result<Reply, Fault> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            if let Opening::Owner(engine) = self.open_briefly()? {
                engine.catch_up()?;
                let has_effect = has_effect(&request);
                let reply = engine.request(request);
                let wait = || "Waits until the agent has its prompt.".to_owned();
                slow::saying(wait, || match has_effect && reply.is_ok() {
                    true => self.leave(&engine, Engine::close_as_last),
                    false => engine.close_as_last("done"),
                });
                return Ok(reply?);
            }
            let wait = || match owner::owner(&self.dir) {
                Ok(Some(owner)) => format!("Waits for {owner} to answer."),
                _ => "Waits for an answer.".to_owned(),
            };
            let ask = || owner::ask(&self.dir, &request, Duration::from_millis(500));
            match slow::saying(wait, ask) {
                Ok(Reply::Refused { fault }) => return Err(fault),
                Ok(reply) => return Ok(reply),
                Err(error) if Instant::now() > deadline => return Err(error.into()),
                Err(_) => {}
            }
        }
    }

    /// Releases the directory. If something is left to do and no other program goes on with it, `mush serve` does.
    pub(crate) fn leave(&self, engine: &Engine, close: impl FnOnce(&Engine, &str)) {
        // One that gave the directory to another program leaves nothing.
        let goes_on = serve::does_go_on(engine);
        close(engine, "done");
        if goes_on && let Err(fault) = serve::hand_over(self) {
            text::fault(&fault);
            announce("Nobody looks after what goes on now.");
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

    /// Becomes the owner, reads all runs that are to be read again, and closes. Returns `false` if
    /// another process owns the directory.
    fn bring_up_to_date(&self, store: StoreAtStart) -> Result<bool, Fault> {
        let Opening::Owner(engine) = self.open_with("mush", store)? else { return Ok(false) };
        let wait = || "Reads what agents printed since the last time somebody looked.".to_owned();
        match slow::saying(wait, || engine.read_all()) {
            // Another program asked for the directory, and reads on.
            Ok(_) | Err(engine::Error::Ended) => {}
            Err(error) => return Err(error.into()),
        }
        engine.close("done");
        Ok(true)
    }

    /// Reads from a store that is up to date. A store that turns out to be damaged is made again
    /// first.
    pub(crate) fn read<T>(&self, read: impl Fn(&Reader) -> engine::Result<T>) -> Result<T, Fault> {
        self.read_whole(&mut self.reader()?, read)
    }

    /// Reads what is printed only once. If the store is damaged, it is made again, all its runs are
    /// read, `reader` is replaced, and `read` is called a second time.
    pub(crate) fn read_whole<T>(
        &self,
        reader: &mut Reader,
        read: impl Fn(&Reader) -> engine::Result<T>,
    ) -> Result<T, Fault> {
        self.read_again(reader, read, |access| access.until_read(None))
    }

    /// Reads; after damage was met and the store made again, reads once more when `then` is done.
    fn read_again<T>(
        &self,
        reader: &mut Reader,
        read: impl Fn(&Reader) -> engine::Result<T>,
        then: impl FnOnce(&Self) -> Result<(), Fault>,
    ) -> Result<T, Fault> {
        match read(reader) {
            Err(error) if error.is_damage() => {
                *reader = self.recovered(error)?;
                then(self)?;
                Ok(read(reader)?)
            }
            result => Ok(result?),
        }
    }

    /// Returns when no run has to be read again. Without an owner this process reads them. If an
    /// owner reads them, it waits for that: at most for `limit`, and announced after [`ANNOUNCE`].
    pub(crate) fn until_read(&self, limit: Option<Duration>) -> Result<(), Fault> {
        let began = Instant::now();
        let mut is_announced = false;
        loop {
            let left = self.reader()?.count_rereading()?;
            if left == 0 {
                return Ok(());
            }
            let Some(owner) = owner::owner(&self.dir)? else {
                // The owner has ended; this process reads the rest.
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

    /// Reads what is read repeatedly while following a story. If the store is damaged, it is made
    /// again, `reader` is replaced, and `read` is called a second time without waiting: runs that
    /// are still being read again are marked as such in the result.
    pub(crate) fn with_recovery<T>(
        &self,
        reader: &mut Reader,
        read: impl Fn(&Reader) -> engine::Result<T>,
    ) -> Result<T, Fault> {
        self.read_again(reader, read, |_| Ok(()))
    }

    /// Handles `error`, which reported damage: makes the store again, or asks the owner to check
    /// its store. Returns a reader of the store after that.
    fn recovered(&self, error: engine::Error) -> Result<Reader, Fault> {
        if !self.bring_up_to_date(StoreAtStart::Damaged(error.to_string()))? {
            tracing::warn!(%error, "the owner is asked to look at its store");
            self.ask(Request::CheckStore)?;
        }
        self.reader()
    }

    /// A reader of the store as it is. It waits up to [`TIMEOUT`] for the store to exist, because
    /// an owner that is just starting may still be making it. An owner whose store was deleted
    /// makes it again when it is asked to check it.
    pub(crate) fn open_store(&self) -> Result<Reader, Fault> {
        let deadline = Instant::now() + TIMEOUT;
        let mut asked = false;
        loop {
            match Reader::open(&self.dir.store()) {
                Ok(reader) => return Ok(reader),
                Err(error) if Instant::now() > deadline || !owner::is_owned(&self.dir)? => {
                    return Err(error.into());
                }
                // Only once: the check reads the whole store.
                Err(_) if !asked => {
                    asked = owner::ask(&self.dir, &Request::CheckStore, Duration::ZERO).is_ok();
                }
                Err(_) => {}
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Whether an agent can have something to do, or to end, after the request.
fn has_effect(request: &Request) -> bool {
    use Request as R;
    matches!(
        request,
        R::Start(_)
            | R::Send { .. }
            | R::Resume { .. }
            | R::Answer { .. }
            | R::Interrupt { .. }
            | R::Stop { .. }
            | R::StopRun { .. }
            | R::StopAll { .. }
    )
}
