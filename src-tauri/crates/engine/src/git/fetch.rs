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
pub(super) const ASKS_NOBODY: [(&str, &str); 4] = [
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
        self.fetch_within(LIMIT, project, remote, progress).await
    }

    async fn fetch_within(
        &self,
        limit: Duration,
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
        let long = Long { lane: Lane::Fetch, limit, variables: &ASKS_NOBODY, progress };
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
pub(super) fn why(stderr: &str) -> String {
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
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::env::Environment;
    use crate::runtime;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;
    use std::sync::Arc;
    use std::time::Instant;

    #[test]
    fn a_fetch_that_hangs_ends_with_all_of_its_programs() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name).display().to_string();
        assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        let script = format!("#!/bin/sh\necho $$ >'{}'\nread word <'{}'\n", at("pid"), at("pipe"));
        fs::write(at("ssh"), script).unwrap();
        fs::set_permissions(at("ssh"), fs::Permissions::from_mode(0o700)).unwrap();
        for words in [
            &["init", "-q"][..],
            &["config", "core.sshCommand", &at("ssh")],
            &["remote", "add", "origin", "ssh://ann@host/shop"],
        ] {
            assert!(
                Command::new("git")
                    .arg("-C")
                    .arg(dir.path())
                    .args(words)
                    .status()
                    .unwrap()
                    .success()
            );
        }
        let git = Git::of(&Environment::of_this_process());
        let (progress, doing) = Progress::new(Arc::new(SystemClock));
        let fetched = runtime::wait(async {
            let project = git.checkout(dir.path()).await.unwrap();
            git.fetch_within(Duration::from_secs(1), &project, "origin", &progress).await
        });
        let refused = fetched.unwrap().unwrap_err().to_string();
        assert!(
            refused.contains("origin could not be fetched: git did not answer within 1 s"),
            "{refused}"
        );
        assert_eq!(doing.borrow().job, JobKind::Fetch);
        let pid = fs::read_to_string(at("pid")).unwrap().trim().parse().unwrap();
        let pid = rustix::process::Pid::from_raw(pid).unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        while rustix::process::test_kill_process(pid).is_ok() {
            assert!(Instant::now() < deadline, "the program that hangs is left");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

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
