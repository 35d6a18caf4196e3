//! Becomes the owner of the data directory: at once, or by asking a process that owns it only temporarily
//! (a `mush run`) to yield. Another window is not asked, because a person opened it; the person gets a
//! message.

use crate::app_state::Paths;
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
