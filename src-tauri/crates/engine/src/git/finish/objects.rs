//! A repository's objects with a folder for new ones, which is Musher's own and goes afterwards: so git can merge two
//! commits without leaving anything in the repository.

use crate::command::{Lane, RawOutput};
use crate::data_dir::create_private;
use crate::error::{Error, Result};
use crate::git::changes::Aside;
use crate::git::checkpoint::{Place, listed};
use crate::git::{Git, OwnEnvironment, SAFE, one_line};
use crate::runtime;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository's objects, with a folder for new ones.
pub(in crate::git) struct Objects<'a> {
    git: &'a Git,
    root: &'a Path,
    variables: Vec<(&'static str, OsString)>,
    /// Goes with it.
    _aside: Aside,
}

impl<'a> Objects<'a> {
    /// Opens the objects of a worktree's repository.
    ///
    /// # Errors
    /// If git cannot be asked, or the folder cannot be made.
    pub(in crate::git) async fn open(git: &'a Git, place: &'a Place) -> Result<Self> {
        let root = place.root.as_path();
        let words = ["rev-parse", "--path-format=absolute", "--git-path", "objects"];
        let theirs = PathBuf::from(one_line(&git.question(root, &words).await?));
        let aside = Aside::open(&place.scratch).await?;
        let own = aside.path("objects");
        let make = own.clone();
        runtime::blocking(move || create_private(&make)).await.map_err(Error::Thread)??;
        let variables = vec![
            ("GIT_OBJECT_DIRECTORY", own.into_os_string()),
            ("GIT_ALTERNATE_OBJECT_DIRECTORIES", listed(&theirs)),
            // What is not here is not fetched for a look.
            ("GIT_NO_LAZY_FETCH", "1".into()),
        ];
        Ok(Self { git, root, variables, _aside: aside })
    }

    /// Runs git there.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(in crate::git) async fn run<W: AsRef<OsStr>>(&self, words: &[W]) -> Result<RawOutput> {
        let mut command = Command::new(self.git.program(self.root).await?);
        command.arg("-C").arg(self.root).args(SAFE).args(words);
        let own = OwnEnvironment { variables: &self.variables, input: None };
        self.git.call(command, own, Lane::Git, super::LIMIT).await
    }

    /// The text of a file in a tree; `None` if it is none.
    ///
    /// # Errors
    /// If git cannot be asked.
    pub(in crate::git) async fn text(&self, tree: &str, path: &[u8]) -> Result<Option<String>> {
        let Ok(path) = std::str::from_utf8(path) else { return Ok(None) };
        let said = self.run(&["cat-file", "blob", &format!("{tree}:{path}")]).await?;
        let is_text = said.ok && !said.stdout.contains(&0);
        Ok(is_text.then_some(said.stdout).and_then(|bytes| String::from_utf8(bytes).ok()))
    }
}
