//! Checks the version of git. One that is too old prints unknown options as if they were an answer,
//! so it is not used.

use super::Git;
use crate::error::{Error, Result};
use crate::programs::{FileState, file_state};
use crate::runtime;
use protocol::ErrorCode;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

/// The first version whose `rev-parse` prints absolute paths.
pub const OLDEST: (u32, u32) = (2, 31);

/// The programs that were new enough, with the state of their files at that time.
static GOOD: LazyLock<Mutex<HashMap<PathBuf, FileState>>> = LazyLock::new(Mutex::default);

impl Git {
    /// The version that git reports.
    ///
    /// # Errors
    /// If there is no git, or it does not answer.
    pub async fn version(&self) -> Result<String> {
        let program = self.found(Path::new("/")).await?;
        self.version_of(&program).await
    }

    async fn version_of(&self, program: &Path) -> Result<String> {
        let said = self.say_version(program).await?;
        Ok(said.stdout.trim().trim_start_matches("git version ").to_owned())
    }

    /// Refuses a git that is too old. A program is checked once, as long as its file stays the
    /// same.
    pub(super) async fn check_version(&self, program: &Path) -> Result<()> {
        let file = program.to_owned();
        let state = runtime::blocking(move || file_state(&file)).await.map_err(Error::Thread)?;
        if state.is_some() && is_good(program, state) {
            return Ok(());
        }
        let version = self.version_of(program).await?;
        match (too_old(&version), state) {
            (Some(refusal), _) => Err(refusal),
            (None, Some(state)) => {
                let mut good = GOOD.lock().unwrap_or_else(PoisonError::into_inner);
                good.insert(program.to_owned(), state);
                Ok(())
            }
            (None, None) => Ok(()),
        }
    }
}

fn is_good(program: &Path, state: Option<FileState>) -> bool {
    GOOD.lock().unwrap_or_else(PoisonError::into_inner).get(program).copied() == state
}

/// Why a git of this version cannot be used; `None` if it can.
pub fn too_old(version: &str) -> Option<Error> {
    let (major, minor) = OLDEST;
    let refused = |what: String| {
        let hint = format!("Install git {major}.{minor} or newer, or put it first in PATH.");
        Some(Error::refused(ErrorCode::Git, what, hint))
    };
    match numbers(version) {
        Some(found) if found >= OLDEST => None,
        Some(_) => {
            refused(format!("git {version} is too old: Musher needs {major}.{minor} or newer"))
        }
        None => refused(format!("git does not say its version, but \"{version}\"")),
    }
}

/// The first two numbers of a version; some builds of git append text.
pub(super) fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(|character: char| !character.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_too_old_by_its_first_two_numbers() {
        for good in ["2.31.0", "2.31.1.windows.1", "2.39.5 (Apple Git-154)", "3.0", "2.100.0-rc1"] {
            assert!(too_old(good).is_none(), "{good}");
        }
        for old in ["2.30.2", "1.8.3.1", "2.9.5", ""] {
            let refused = too_old(old).map(|error| error.to_string()).unwrap_or_default();
            assert!(refused.contains(old) && refused.contains("2.31 or newer"), "{refused}");
        }
    }
}
