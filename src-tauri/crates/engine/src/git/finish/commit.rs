//! Commits what is not committed, as `git commit` does for a person: with the repository's hooks, its identity and its
//! signature. If no commit comes of it, the index is put back, so that what was staged is as it was.

use super::look::Head;
use super::{Acting, LIMIT_OF_ACTS, Moved, Run, refusals};
use crate::error::{Error, Result};
use crate::git::checkpoint::{TreePath, named};
use crate::runtime;
use protocol::ErrorCode;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The index of a worktree as it was.
struct Index {
    path: PathBuf,
    copy: Option<PathBuf>,
}

impl Acting<'_> {
    pub(super) async fn commit(
        &self,
        head: &Head,
        message: &str,
        paths: &[String],
    ) -> Result<Moved> {
        let branch = head.branch.clone().ok_or_else(refusals::detached)?;
        let found = self.git.uncommitted(self.root).await?.ok_or_else(unknown)?;
        if found.is_empty() {
            return Err(nothing());
        }
        let chosen = chosen(self.root, paths)?;
        let index = self.index().await?;
        let done = self.add_and_commit(message, &chosen, &found.repositories).await;
        let now = self.git.head_of(self.root).await?;
        let is_made = now.branch.as_ref() == Some(&branch) && now.commit != head.commit;
        if is_made && let Some(made) = now.commit {
            // Also if a hook failed, or it was cancelled, after the commit.
            let (reference, from) = (branch, head.commit.clone());
            return Ok(Moved { reference, from, to: Some(made), dir: None });
        }
        index.put_back().await?;
        done?;
        Err(nothing())
    }

    /// Returns an error if git or a hook refuses; a commit may have been made anyway.
    async fn add_and_commit(
        &self,
        message: &str,
        chosen: &[TreePath],
        repositories: &[TreePath],
    ) -> Result<()> {
        let mut add = words(&["add", "--all", "--"]);
        match chosen {
            [] => {
                add.push(":/".into());
                add.extend(repositories.iter().map(|path| pathspec("top,exclude,literal", path)));
            }
            chosen => add.extend(chosen.iter().map(|path| pathspec("top,literal", path))),
        }
        let run = Run::within(self.root, LIMIT_OF_ACTS);
        let said = self.run(run, &add).await?;
        if !said.ok {
            return Err(refusals::not_committed("git could not add the files", &said.stderr));
        }
        let input = self.aside.input("message", message.as_bytes().to_vec()).await?;
        let mut commit = words(&["commit", "--quiet", "--file=-"]);
        if !chosen.is_empty() {
            commit.extend(words(&["--only", "--"]));
            commit.extend(chosen.iter().map(|path| pathspec("top,literal", path)));
        }
        let run = Run { input: Some(input), ..Run::within(self.root, LIMIT_OF_ACTS) };
        let said = self.run(run, &commit).await?;
        let is_nothing = said.stdout.contains("nothing to commit")
            || said.stdout.contains("nothing added to commit")
            || said.stdout.contains("no changes added to commit");
        match said.ok {
            true => Ok(()),
            false if is_nothing => Err(nothing()),
            false => Err(refusals::not_committed("nothing was committed", &said.stderr)),
        }
    }

    /// Keeps the index as it is.
    async fn index(&self) -> Result<Index> {
        let words = ["rev-parse", "--path-format=absolute", "--git-path", "index"];
        let said = self.git.said(self.root, &words).await?.ok_or_else(unknown)?;
        let (path, copy) = (PathBuf::from(said), self.aside.path("index"));
        let (from, to) = (path.clone(), copy.clone());
        let keep = move || match std::fs::copy(from, to) {
            Ok(_) => Ok(true),
            // Nothing was ever staged.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        };
        let is_there = runtime::blocking(keep).await.flatten().map_err(Error::io("read", &path))?;
        Ok(Index { path, copy: is_there.then_some(copy) })
    }
}

impl Index {
    /// Puts it back as a whole. If another program holds it locked it stays: then that program changes it.
    async fn put_back(self) -> Result<()> {
        let path = self.path.clone();
        let put = move || {
            let lock = with_suffix(&self.path, ".lock");
            let Some(copy) = self.copy else {
                return match std::fs::remove_file(&self.path) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                    _ => Ok(()),
                };
            };
            let held = std::fs::OpenOptions::new().write(true).create_new(true).open(&lock);
            let mut held = match held {
                Ok(held) => held,
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
                Err(error) => return Err(error),
            };
            let copied = std::fs::File::open(copy)
                .and_then(|mut from| std::io::copy(&mut from, &mut held))
                .and_then(|_| std::fs::rename(&lock, &self.path));
            if copied.is_err() {
                // The lock is ours; the error says what matters.
                drop(std::fs::remove_file(&lock));
            }
            copied
        };
        runtime::blocking(put).await.flatten().map_err(Error::io("write", path))
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The paths that a person chose.
fn chosen(root: &Path, paths: &[String]) -> Result<Vec<TreePath>> {
    let path = |path: &String| {
        named(root, path).ok_or_else(|| {
            let message = format!("{} is no path in {}", path.escape_debug(), root.display());
            let hint = "Name a file or a folder by its path in the worktree.";
            Error::refused(ErrorCode::BadInput, message, hint)
        })
    };
    paths.iter().map(path).collect()
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// A path for git that is no pattern.
fn pathspec(magic: &str, path: &TreePath) -> OsString {
    let mut text = OsString::from(format!(":({magic})"));
    text.push(path.at(Path::new("")));
    text
}

fn unknown() -> Error {
    refusals::wrong(
        "git does not say what is not committed".to_owned(),
        "`git status` in the folder says more.",
    )
}

fn nothing() -> Error {
    refusals::wrong(
        "there is nothing to commit".to_owned(),
        "What the agent changed is committed already, or ignored by git.",
    )
}
