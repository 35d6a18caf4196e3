//! Becomes the owner of the data directory: at once, or by asking a process that owns it only temporarily
//! (a `mush run`) to yield. Another window is not asked, because a person opened it; the person gets a
//! message.

use crate::app_state::{AppState, Paths};
use engine::env::Environment;
use engine::owner::{self, Owner, OwnerRecord};
use engine::{Engine, Opening, Options};
use protocol::{ErrorCode, Fault, Request};
use std::time::{Duration, Instant};

/// The kind of this program, for other programs.
pub(crate) const ROLE: &str = "app";

/// How long the present owner may take to release the directory.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How long the present owner may take to begin to listen.
const UNTIL_IT_LISTENS: Duration = Duration::from_millis(500);

/// How long until a directory that could not be used is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Tries to become the owner until it succeeds, and shows meanwhile why not. `None` if trying again would change
/// nothing.
pub(crate) fn until_possible(
    app_state: &AppState,
    attempt: impl Fn() -> Result<Engine, Fault>,
) -> Option<Engine> {
    let mut logged = None;
    loop {
        let mut fault = match attempt() {
            Ok(engine) => return Some(engine),
            Err(fault) => fault,
        };
        if fault.code == ErrorCode::DiskFull {
            let dir = app_state.paths.dir.root().display();
            fault.hint =
                format!("Free some space on the disk of {dir}; it is tried again by itself.");
        }
        if logged.as_ref() != Some(&fault) {
            tracing::error!(%fault, "the data directory is not ours");
        }
        let passes = may_pass(&fault);
        app_state.without(fault.clone());
        logged = Some(fault);
        if !passes {
            return None;
        }
        std::thread::sleep(AGAIN);
    }
}

/// Whether the reason may go away while the window is open: room is made, a disk is made writable or mounted.
fn may_pass(fault: &Fault) -> bool {
    matches!(fault.code, ErrorCode::DiskFull | ErrorCode::DataDir | ErrorCode::Store)
}

/// Becomes the owner of the directory, taking it over from a program that owns it temporarily.
pub(crate) fn open(paths: &Paths, environment: &Environment) -> Result<Engine, Fault> {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let owner = match attempt(paths, environment)? {
            Opening::Owner(engine) => return Ok(engine),
            Opening::Follower(owner) => owner,
        };
        if owner.as_ref().is_some_and(|owner| owner.role == ROLE) || Instant::now() > deadline {
            return Err(occupied(paths, owner.as_ref()));
        }
        let request = Request::Yield { role: ROLE.to_owned() };
        if let Err(error) = owner::ask(&paths.dir, &request, UNTIL_IT_LISTENS) {
            tracing::info!(%error, "the owner of the data directory does not answer yet");
        }
    }
}

/// Becomes the owner of the directory if no other process is.
pub(crate) fn attempt(paths: &Paths, environment: &Environment) -> Result<Opening, Fault> {
    let mut options = Options::new(paths.dir.clone(), ROLE, paths.program.clone());
    options.environment = environment.clone();
    Ok(Engine::open(options)?)
}

fn occupied(paths: &Paths, owner: Option<&OwnerRecord>) -> Fault {
    let who = Owner { record: owner.cloned() };
    Fault::new(
        ErrorCode::Busy,
        format!("{who} works in {} and keeps it", paths.dir.root().display()),
        "Use that window, or end that program: its agents go on. Then open Musher again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::DataDir;

    fn paths(root: &std::path::Path) -> Paths {
        Paths { dir: DataDir::at(root).unwrap(), program: root.join("mush") }
    }

    fn owned(paths: &Paths, role: &str) -> Engine {
        let options = Options::new(paths.dir.clone(), role, paths.program.clone());
        match Engine::open(options).unwrap() {
            Opening::Owner(engine) => engine,
            Opening::Follower(owner) => panic!("{owner:?} owns a fresh directory"),
        }
    }

    #[test]
    fn a_program_that_works_there_for_the_moment_gives_the_directory_over() {
        let root = tempfile::tempdir().unwrap();
        let paths = paths(root.path());
        let _before = owned(&paths, "mush run");
        let engine = open(&paths, &Environment::default()).unwrap();
        assert!(engine.is_owner());
        engine.close("tested");
    }

    #[test]
    fn a_directory_that_cannot_be_used_yet_is_tried_again() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("data");
        std::fs::write(&file, "in the way").unwrap();
        let paths = paths(&file);
        let app_state = AppState::new(paths.clone(), Vec::new());
        let tries = std::cell::Cell::new(0);
        let attempt = || {
            tries.set(tries.get() + 1);
            if tries.get() == 2 {
                std::fs::remove_file(&file).unwrap();
            }
            open(&paths, &Environment::default())
        };
        let engine = until_possible(&app_state, attempt).expect("it is ours in the end");
        assert_eq!(tries.get(), 2);
        assert!(engine.is_owner());
        engine.close("tested");
    }

    #[test]
    fn what_another_program_keeps_is_not_tried_again() {
        let root = tempfile::tempdir().unwrap();
        let app_state = AppState::new(paths(root.path()), Vec::new());
        let busy = || Err(occupied(&app_state.paths, None));
        assert!(until_possible(&app_state, busy).is_none());
    }

    #[test]
    fn another_window_is_not_asked_and_is_named() {
        let root = tempfile::tempdir().unwrap();
        let paths = paths(root.path());
        let other = owned(&paths, ROLE);
        let Err(fault) = open(&paths, &Environment::default()) else {
            panic!("the directory was taken from another window")
        };
        assert_eq!(fault.code, ErrorCode::Busy);
        assert!(fault.message.contains(&std::process::id().to_string()), "{fault}");
        assert!(other.is_owner());
        other.close("tested");
    }
}
