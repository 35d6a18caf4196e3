//! Fetches what a new worktree begins from. It is done only if a person or the configuration asks for it, it asks
//! nobody for a password, and it ends after a minute.

use super::progress::Progress;
use super::{Checkout, Git, Long, reason};
use crate::command::{CommandError, Lane};
use crate::error::{Error, Result};
use protocol::{ErrorCode, JobKind};
use std::time::Duration;

/// How long a fetch may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Variables with which git and the programs that it starts ask nobody: no program that asks for a password, and no
/// window of a credential helper. A terminal they have not, either.
const ASKS_NOBODY: [(&str, &str); 4] = [
    ("GIT_ASKPASS", ""),
    ("SSH_ASKPASS", ""),
    ("SSH_ASKPASS_REQUIRE", "never"),
    ("GCM_INTERACTIVE", "never"),
];

impl Git {
    /// Fetches the branches of a remote.
    ///
    /// # Errors
    /// If it did not answer in time, refused, or wanted a password. Nothing was changed then but what git keeps of
    /// the remote.
    pub(crate) async fn fetch(
        &self,
        project: &Checkout,
        remote: &str,
        progress: &Progress,
    ) -> Result<()> {
        progress.begin(JobKind::Fetch);
        let words = [
            "-c",
            "core.askPass=",
            "fetch",
            "--progress",
            "--no-auto-maintenance",
            "--no-recurse-submodules",
            "--",
            remote,
        ];
        let long = Long { lane: Lane::Fetch, limit: LIMIT, variables: &ASKS_NOBODY, progress };
        match self.at_length(long, &project.root, &words).await? {
            Ok(said) if said.ok => Ok(()),
            Ok(said) => Err(not_fetched(remote, &why(&said.stderr))),
            Err(error @ (CommandError::TimedOut(_) | CommandError::NotRun(_))) => {
                Err(not_fetched(remote, &format!("git {error}")))
            }
        }
    }
}

/// The sentence with the reason: what git says first, unless the program that reached the remote said it better.
fn why(stderr: &str) -> String {
    let of_ssh =
        ["Permission denied", "Host key verification failed", "Could not resolve hostname"];
    let better = stderr.lines().find(|line| of_ssh.iter().any(|words| line.contains(words)));
    better.map_or_else(|| reason(stderr), |line| line.trim().to_owned())
}

fn not_fetched(remote: &str, why: &str) -> Error {
    Error::refused(
        ErrorCode::Fetch,
        format!("the remote {remote} could not be fetched: {why}"),
        "Nothing was made. Try again, or start from what is there, without fetching.",
    )
    .on_terminal("What is there is used without --fetch, or with --no-fetch where config.json says that it is fetched.")
}

/// The error if there is no remote to fetch.
pub(crate) fn no_remote() -> Error {
    Error::refused(
        ErrorCode::Fetch,
        "there is no remote to fetch: the repository has none, or several of which none is named origin",
        "Choose a branch of the remote that is meant, or start from what is there.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_what_a_person_can_act_on() {
        for (stderr, expected) in [
            (
                "ann@host: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure",
                "ann@host: Permission denied (publickey).",
            ),
            (
                "fatal: could not read Username for 'https://host': terminal prompts disabled\n",
                "could not read Username for 'https://host': terminal prompts disabled",
            ),
            (
                "fatal: '/gone' does not appear to be a git repository\n",
                "'/gone' does not appear to be a git repository",
            ),
        ] {
            assert_eq!(why(stderr), expected);
        }
    }
}
