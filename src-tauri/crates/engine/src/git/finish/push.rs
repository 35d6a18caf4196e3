//! Sends the commits of a story's branch to the remote that was shown. Nothing is forced: what the remote has and the
//! branch does not have makes it refuse. The repository's hook `pre-push` runs.

use super::look::Head;
use super::{Acting, LIMIT_OF_ACTS, Moved, Run, refusals};
use crate::command::Output;
use crate::error::{Error, Result};
use crate::git::fetch::{ASKS_NOBODY, why};
use protocol::ErrorCode;

/// The branch to be pushed, and what its remote is known to have of it.
struct Sent {
    /// Its short name.
    branch: String,
    commit: String,
    there: Option<String>,
}

impl Acting<'_> {
    /// Sends the branch to the remote, which does not have it yet.
    pub(super) async fn push(&self, head: &Head, remote: &str) -> Result<Moved> {
        let sent = self.to_send(head, remote).await?;
        match sent.there.as_ref() == Some(&sent.commit) {
            true => Err(refusals::wrong(
                format!("{remote} has everything of the branch already"),
                "There is nothing to push.",
            )),
            false => self.send(&sent, remote).await,
        }
    }

    /// Sends the branch to the remote if that does not have it yet.
    pub(super) async fn push_if_needed(&self, head: &Head, remote: &str) -> Result<Moved> {
        let sent = self.to_send(head, remote).await?;
        match sent.there.as_ref() == Some(&sent.commit) {
            true => Ok(Moved {
                reference: format!("refs/remotes/{remote}/{}", sent.branch),
                from: sent.there.clone(),
                to: sent.there,
                dir: None,
            }),
            false => self.send(&sent, remote).await,
        }
    }

    /// What is to be sent, if the branch still goes to the remote that was shown.
    async fn to_send(&self, head: &Head, remote: &str) -> Result<Sent> {
        let branch = head.branch.as_deref().and_then(|name| name.strip_prefix("refs/heads/"));
        let branch = branch.ok_or_else(refusals::detached)?;
        let commit = head.commit.clone().ok_or_else(|| {
            refusals::wrong("there is no commit yet".to_owned(), "Commit something first.")
        })?;
        let target = self.git.push_target(self.root, branch).await?;
        let target = target.filter(|target| target.remote == remote);
        let target = target.ok_or_else(|| refusals::moved("where the branch is pushed to"))?;
        Ok(Sent { branch: branch.to_owned(), commit, there: target.there })
    }

    async fn send(&self, sent: &Sent, remote: &str) -> Result<Moved> {
        self.check_cancelled()?;
        let Sent { branch, commit, there } = sent;
        // A remote that mirrors the repository would get all of it, by force.
        let no_mirror = format!("remote.{remote}.mirror=false");
        let branches = format!("refs/heads/{branch}:refs/heads/{branch}");
        let words = [
            "-c",
            "core.askPass=",
            "-c",
            &no_mirror,
            "push",
            "--porcelain",
            "--progress",
            "--no-follow-tags",
            "--set-upstream",
            "--",
            remote,
            &branches,
        ];
        let usual = Run::within(self.root, LIMIT_OF_ACTS);
        // Git leaves the standard output of `pre-push` as it is.
        let run = Run { variables: &ASKS_NOBODY, is_all_shown: true, ..usual };
        let said = self.run(run, &words).await.map_err(cut_off)?;
        if !said.ok {
            return Err(not_pushed(remote, &said));
        }
        let reference = format!("refs/remotes/{remote}/{branch}");
        // A remote whose branches are not followed has no such reference.
        let now = self.git.commit_of(self.root, &reference).await?;
        let to = now.or_else(|| Some(commit.clone()));
        Ok(Moved { reference, from: there.clone(), to, dir: None })
    }
}

/// What was ended in the middle may have arrived.
fn cut_off(error: Error) -> Error {
    match error {
        Error::Refused(fault) => Error::refused(
            fault.code,
            fault.message,
            "It is not known whether the remote has the commits. Fetch, or push again: what is there already is not sent twice.",
        ),
        other => other,
    }
}

/// The refusal of git, a hook, or the remote; by what they printed.
fn not_pushed(remote: &str, Output { stdout, stderr, .. }: &Output) -> Error {
    let reason = refused_by_remote(stdout);
    let has = |words: &[&str]| words.iter().any(|word| stderr.contains(word));
    let (what, hint) = match reason {
        Some(reason) if AHEAD.iter().any(|word| reason.contains(word)) => (
            format!("{remote} has commits of the branch that are not here"),
            "Fetch them and update the branch, then push again. Nothing is ever forced.",
        ),
        Some(reason) => (
            format!("{remote} refused the branch: {reason}"),
            "The output has what the remote said. Nothing was changed there.",
        ),
        None if has(&[
            "could not read Username",
            "could not read Password",
            "Authentication failed",
        ]) =>
        {
            (
                format!("{remote} wants a password: {}", why(stderr)),
                "Sign in once with `git push` in a terminal in the worktree, so that git keeps it, or use an SSH key. \
             Nothing is asked for here.",
            )
        }
        None if has(&["Permission denied (", "Host key verification failed"]) => (
            format!("{remote} does not let you in: {}", why(stderr)),
            "Load the SSH key into the agent, or connect once in a terminal to accept the host's key.",
        ),
        None if has(&["Could not resolve host"]) => (
            format!("{remote} is not found: {}", why(stderr)),
            "Look whether there is a network, and what `git remote -v` says.",
        ),
        // Git says no more than that it failed if `pre-push` refused.
        None if !stderr.lines().any(is_reason) && stderr.contains(FAILED) => (
            "the repository's hook pre-push refused".to_owned(),
            "The output has what it printed. Nothing was sent.",
        ),
        None => (
            format!("git could not push to {remote}: {}", why(stderr)),
            "The output says more. `git remote -v` in the worktree shows the address.",
        ),
    };
    Error::refused(ErrorCode::Git, what, hint)
}

/// What git says of every push that failed.
const FAILED: &str = "error: failed to push some refs to";

/// Whether a line of git says why.
fn is_reason(line: &str) -> bool {
    line.starts_with("fatal: ") || line.starts_with("error: ") && !line.starts_with(FAILED)
}

/// What git says where the remote has something that is not here.
const AHEAD: [&str; 4] = ["fetch first", "non-fast-forward", "needs force", "stale info"];

/// Why the remote did not take the branch, by the line of `--porcelain` for it: `!`, the branches, `[why] (more)`.
fn refused_by_remote(stdout: &str) -> Option<String> {
    let line = stdout.lines().rfind(|line| line.starts_with("!\trefs/heads/"))?;
    let said = line.rsplit('\t').next().unwrap_or_default();
    let more = said.split_once('(').map(|(_, more)| more.trim_end_matches(')'));
    Some(more.unwrap_or(said).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Fault;

    #[test]
    fn each_refusal_to_push_says_what_to_do() {
        let line = |why: &str| format!("To /srv/shop\n!\trefs/heads/x:refs/heads/x\t{why}\nDone\n");
        let table = [
            (line("[rejected] (fetch first)"), "", "has commits of the branch", "Fetch them"),
            (line("[rejected] (non-fast-forward)"), "", "has commits of the branch", "ever forced"),
            (
                line("[remote rejected] (pre-receive hook declined)"),
                "remote: no\nerror: failed to push some refs to '/srv/shop'\n",
                "origin refused the branch: pre-receive hook declined",
                "what the remote said",
            ),
            (
                String::new(),
                "fatal: could not read Username for 'https://host': terminal prompts disabled\n",
                "wants a password",
                "Sign in once",
            ),
            (
                String::new(),
                "ann@host: Permission denied (publickey).\nfatal: Could not read from remote repository.\n",
                "does not let you in: ann@host: Permission denied (publickey).",
                "SSH key",
            ),
            (
                String::new(),
                "fatal: unable to access 'https://no.example/': Could not resolve host: no.example\n",
                "is not found",
                "network",
            ),
            (
                String::new(),
                "fatal: '/gone' does not appear to be a git repository\n",
                "'/gone' does not appear to be a git repository",
                "git remote -v",
            ),
            (
                String::new(),
                "tests fail\nerror: failed to push some refs to '/srv/shop'\n",
                "hook pre-push refused",
                "Nothing was sent",
            ),
            (
                String::new(),
                "error: src refspec refs/heads/x does not match any\nerror: failed to push some refs to 'x'\n",
                "git could not push to origin: src refspec refs/heads/x does not match any",
                "git remote -v",
            ),
        ];
        for (stdout, stderr, message, hint) in table {
            let said = Output { ok: false, stdout, stderr: stderr.to_owned() };
            let fault = Fault::from(not_pushed("origin", &said));
            assert!(fault.message.contains(message), "{fault:?}");
            assert!(fault.hint.contains(hint), "{fault:?}");
        }
    }
}
