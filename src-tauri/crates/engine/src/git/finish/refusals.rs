//! The refusals of what is to be done with a branch, each with what a person can do.

use crate::error::Error;
use crate::git::checkpoint::Operation;
use crate::git::reason;
use protocol::ErrorCode;
use std::path::Path;
use std::time::Duration;

/// What to do where git does not know who commits.
pub(super) const NAMELESS: &str = "Tell git who you are, then try again: git config user.name \"NAME\" and git config user.email ADDRESS.";

/// What to do where a commit could not be signed.
pub(super) const UNSIGNED: &str = "The repository is configured to sign commits, so nothing was committed without a signature. Unlock the key in \
         a terminal, or correct user.signingKey and gpg.program, and try again.";

pub(in crate::git) fn moved(what: &str) -> Error {
    Error::refused(
        ErrorCode::Moved,
        format!("{what} is not as it was shown any more"),
        "Nothing was done. Look at what is so now, and try again.",
    )
    .on_terminal("`mush finish STORY` shows it.")
}

pub(super) fn operation(operation: Operation, dir: &Path) -> Error {
    wrong(
        format!("git has a {} in {} that is not finished", operation.word(), dir.display()),
        "Finish or abort it first.",
    )
}

pub(super) fn detached() -> Error {
    wrong(
        "no branch is checked out in the story's worktree".to_owned(),
        "Check out a branch there first: `git switch -c NAME` keeps the commits on a new one.",
    )
}

pub(super) fn cancelled() -> Error {
    Error::refused(
        ErrorCode::Stopped,
        "it was cancelled",
        "No branch moved. Files that a hook changed are as it left them.",
    )
}

pub(super) fn too_long(limit: Duration) -> Error {
    let took = match limit.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds => format!("{} minutes", seconds / 60),
    };
    Error::refused(
        ErrorCode::Git,
        format!("git, a hook or the program that signs took longer than {took}, and was ended"),
        "Nothing was done. If a passphrase is wanted, unlock the key in a terminal first; the output says what was \
         waited for.",
    )
}

pub(in crate::git) fn wrong(message: String, hint: &str) -> Error {
    Error::refused(ErrorCode::WrongState, message, hint)
}

/// The refusal of git, a hook or a program that signs to make a commit; by what they printed.
pub(super) fn not_committed(what: &str, stderr: &str) -> Error {
    let has = |words: &[&str]| words.iter().any(|word| stderr.contains(word));
    let why = last_words(stderr);
    let hint = if has(&["tell me who you are", "auto-detect email", "empty ident name"]) {
        NAMELESS
    } else if has(&[
        "failed to sign",
        "signing failed",
        "Couldn't sign",
        "Couldn't load",
        "No private key",
    ]) {
        UNSIGNED
    } else if has(&["index.lock"]) {
        "Another git works in the folder, or one was killed there. Wait for it; if there is none, remove index.lock."
    } else {
        "The output says why. No branch moved, and what was staged is as it was."
    };
    Error::refused(ErrorCode::Git, format!("{what}: {why}"), hint)
}

/// The refusal of git to move a reference or files.
pub(super) fn refused(what: &str, stderr: &str) -> Error {
    Error::refused(
        ErrorCode::Git,
        format!("{what}: {}", last_words(stderr)),
        "No branch moved. The output says more.",
    )
}

/// What git said at last, or the last line of a hook.
fn last_words(stderr: &str) -> String {
    let of_git =
        stderr.lines().any(|line| line.starts_with("fatal: ") || line.starts_with("error: "));
    let last = stderr.lines().rev().map(str::trim).find(|line| !line.is_empty());
    match (of_git, last) {
        (true, _) => reason(stderr),
        (false, Some(last)) => last.chars().take(300).collect(),
        (false, None) => "a hook of the repository refused and printed nothing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Fault;

    #[test]
    fn each_refusal_to_commit_says_what_to_do() {
        for (stderr, message, hint) in [
            (
                "Author identity unknown\n\n*** Please tell me who you are.\n\nfatal: unable to auto-detect email address (got 'a@b.(none)')\n",
                "unable to auto-detect email address (got 'a@b.(none)')",
                "user.email",
            ),
            (
                "error: gpg failed to sign the data:\n[no key]\nfatal: failed to write commit object\n",
                "gpg failed to sign the data:",
                "without a signature",
            ),
            ("lint: 3 errors\nsee above\n\n", "see above", "as it was"),
            ("", "a hook of the repository refused and printed nothing", "as it was"),
            (
                "fatal: Unable to create '/x/.git/index.lock': File exists.\n",
                "Unable to create '/x/.git/index.lock': File exists.",
                "Another git",
            ),
        ] {
            let fault = Fault::from(not_committed("nothing was committed", stderr));
            assert_eq!(fault.message, format!("nothing was committed: {message}"));
            assert!(fault.hint.contains(hint), "{fault:?}");
        }
    }
}
