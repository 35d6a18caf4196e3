//! The state that the commands, the threads and the window share: the engine once it is open, the story
//! on screen, and the paths of the data directory and of `mush`. It decides nothing.

use engine::env::Environment;
use engine::words;
use engine::{DataDir, Engine};
use protocol::{ErrorCode, Fault, Panicked, StoryId};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::watch;

/// A data directory, and the program from whose copies keepers are started.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// The data directory.
    pub(crate) dir: DataDir,
    /// The path of `mush`, beside this program.
    pub(crate) program: PathBuf,
}

impl Paths {
    /// Returns the named directory, or the default one, and `mush` beside this program.
    pub(crate) fn of(named: Option<&Path>) -> Result<Self, Fault> {
        let root = match named {
            Some(path) => path.to_owned(),
            None => engine::data_dir(|name| std::env::var_os(name))?,
        };
        let own = std::env::current_exe().map_err(|error| {
            Fault::new(
                ErrorCode::Internal,
                format!("this program cannot find itself: {}", words(&error)),
                "Start it by its full path.",
            )
        })?;
        let name = format!("mush{}", std::env::consts::EXE_SUFFIX);
        Ok(Self { dir: DataDir::at(&root)?, program: own.with_file_name(name) })
    }

    /// Refuses if `mush`, which keeps agents alive, does not exist; then nothing is started.
    pub(crate) fn needs_program(&self) -> Result<(), Fault> {
        if self.program.is_file() {
            return Ok(());
        }
        Err(Fault::new(
            ErrorCode::CannotStart,
            format!("{} is missing; agents are started through it", self.program.display()),
            "Install Musher again.",
        ))
    }
}

/// Whether this process owns the data directory.
#[derive(Clone)]
enum Ownership {
    Opening,
    Open { engine: Engine, environment: Environment },
    Without(Fault),
}

/// The window's state that is not on disk.
pub(crate) struct AppState {
    /// The paths of the data directory and of `mush`.
    pub(crate) paths: Paths,
    ownership: watch::Sender<Ownership>,
    on_screen: Mutex<Option<StoryId>>,
    handed_in: Mutex<Vec<PathBuf>>,
    panicked: OnceLock<Option<Panicked>>,
}

impl AppState {
    /// Makes the state before the engine is open; `folders` were on the command line.
    pub(crate) fn new(paths: Paths, folders: Vec<PathBuf>) -> Self {
        Self {
            paths,
            ownership: watch::Sender::new(Ownership::Opening),
            on_screen: Mutex::default(),
            handed_in: Mutex::new(folders),
            panicked: OnceLock::new(),
        }
    }

    /// Where Musher failed before this window was opened, if that was not shown yet.
    pub(crate) fn last_panic(&self) -> Option<Panicked> {
        self.panicked.get_or_init(|| engine::log::last_panic(&self.paths.dir)).clone()
    }

    /// Stores the opened engine.
    pub(crate) fn opened(&self, engine: Engine, environment: Environment) {
        self.settle(Ownership::Open { engine, environment });
    }

    /// Stores the reason why the engine could not be opened.
    pub(crate) fn without(&self, fault: Fault) {
        self.settle(Ownership::Without(fault));
    }

    fn settle(&self, ownership: Ownership) {
        self.ownership.send_replace(ownership);
    }

    /// Waits until the engine is open and returns it.
    pub(crate) async fn engine(&self) -> Result<Engine, Fault> {
        Ok(self.settled().await?.0)
    }

    /// Waits until the environment for agents is known and returns it.
    pub(crate) async fn environment(&self) -> Result<Environment, Fault> {
        Ok(self.settled().await?.1)
    }

    /// Starts agents in this environment from now on. Waits until the engine is open.
    pub(crate) async fn use_environment(&self, known: Environment) {
        self.until_open().await.use_environment(known.clone());
        self.ownership.send_modify(|ownership| {
            if let Ownership::Open { environment, .. } = ownership {
                *environment = known;
            }
        });
    }

    async fn settled(&self) -> Result<(Engine, Environment), Fault> {
        let mut changes = self.ownership.subscribe();
        loop {
            match changes.borrow_and_update().clone() {
                Ownership::Open { engine, environment } => return Ok((engine, environment)),
                Ownership::Without(fault) => return Err(fault),
                Ownership::Opening => {}
            }
            changed(&mut changes).await;
        }
    }

    /// Waits until an engine is open, however long that takes.
    pub(crate) async fn until_open(&self) -> Engine {
        let mut changes = self.ownership.subscribe();
        loop {
            if let Ownership::Open { engine, .. } = changes.borrow_and_update().clone() {
                return engine;
            }
            changed(&mut changes).await;
        }
    }

    /// Returns the engine if it is already open.
    pub(crate) fn engine_now(&self) -> Option<Engine> {
        match &*self.ownership.borrow() {
            Ownership::Open { engine, .. } => Some(engine.clone()),
            _ => None,
        }
    }

    /// Stores which story the page shows.
    pub(crate) fn show(&self, story: Option<StoryId>) {
        *lock(&self.on_screen) = story;
    }

    /// Returns the story that the page shows.
    pub(crate) fn on_screen(&self) -> Option<StoryId> {
        lock(&self.on_screen).clone()
    }

    /// Returns the folders from the command line, once, when the page is ready to receive them.
    pub(crate) fn take_handed_in(&self) -> Vec<PathBuf> {
        std::mem::take(&mut lock(&self.handed_in))
    }
}

async fn changed(changes: &mut watch::Receiver<Ownership>) {
    // This cannot fail, because the sender lives as long as this state.
    let _ = changes.changed().await;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app_state(root: &Path) -> AppState {
        let paths = Paths { dir: DataDir::at(root).unwrap(), program: root.join("mush") };
        AppState::new(paths, vec![PathBuf::from("/srv/api")])
    }

    #[test]
    fn commands_wait_until_the_directory_is_open_or_refused() {
        let root = tempfile::tempdir().unwrap();
        let app_state = app_state(root.path());
        assert!(app_state.engine_now().is_none());
        std::thread::scope(|scope| {
            let engine = || tauri::async_runtime::block_on(app_state.engine()).map(drop);
            let waiting = scope.spawn(engine);
            app_state.without(Fault::new(ErrorCode::Busy, "occupied", "wait"));
            assert_eq!(waiting.join().unwrap().unwrap_err().code, ErrorCode::Busy);
        });
    }

    #[test]
    fn folders_from_the_command_line_are_given_once() {
        let root = tempfile::tempdir().unwrap();
        let app_state = app_state(root.path());
        assert_eq!(app_state.take_handed_in(), [Path::new("/srv/api")]);
        assert!(app_state.take_handed_in().is_empty());
    }

    #[test]
    fn a_missing_program_is_named_with_the_way_to_get_it() {
        let root = tempfile::tempdir().unwrap();
        let paths = app_state(root.path()).paths;
        let fault = paths.needs_program().unwrap_err();
        assert!(fault.message.contains("mush") && fault.hint.contains("Install"), "{fault}");
        std::fs::write(&paths.program, "").unwrap();
        assert_eq!(paths.needs_program(), Ok(()));
    }
}
