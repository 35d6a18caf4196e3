//! A patch of the changes between two states that `git apply` takes, with renames, permissions and binary files.
//! What differs in repositories within the worktree follows, with the paths of the outer one; which commits they have
//! checked out is no change of a file, and is left out.

use super::super::checkpoint::TreePath;
use super::{ChangesPlace, End, Source, State, difference};
use crate::error::{Error, Result};
use crate::git::Git;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::Path;

impl Git {
    /// The patch that leads from one state to another.
    ///
    /// # Errors
    /// If git cannot read them.
    pub(crate) async fn patch(
        &self,
        place: &ChangesPlace,
        from: &End,
        to: &End,
    ) -> Result<Vec<u8>> {
        let source = self.source(place).await?;
        let (from, to) = (source.found(from).await?, source.found(to).await?);
        let mut patch = Vec::new();
        source.add_patch((&from.state, &to.state), Path::new(""), &mut patch).await?;
        Ok(patch)
    }
}

impl Source<'_> {
    async fn add_patch(
        &self,
        (from, to): (&State, &State),
        within: &Path,
        patch: &mut Vec<u8>,
    ) -> Result<()> {
        let prefix = |option: &str, side: &str| {
            let mut prefix = OsString::from(format!("{option}={side}/"));
            if within != Path::new("") {
                prefix.push(within);
                prefix.push("/");
            }
            prefix
        };
        let prefixes = [prefix("--src-prefix", "a"), prefix("--dst-prefix", "b")];
        let options = ["-p", "--binary", "--ignore-submodules=all", "--unified=3"];
        let words = difference(&options, &from.object, &to.object);
        let (command, rest) = words.split_at(1);
        let prefixes: Vec<&OsStr> = prefixes.iter().map(OsString::as_os_str).collect();
        let quiet = ["-c", "diff.suppressBlankEmpty=false"].map(OsStr::new);
        let words = [&quiet[..], command, &prefixes, rest].concat();
        patch.extend(self.bytes(&words, None).await?);
        let (before, after) = tokio::try_join!(self.facts(from), self.facts(to))?;
        let all = before.repositories.iter().chain(&after.repositories);
        let repositories: BTreeSet<TreePath> = all.map(|inner| inner.path.clone()).collect();
        for path in repositories {
            let old = self.state_within(from, &before, &path).await?;
            let new = self.state_within(to, &after, &path).await?;
            let (Some(old), Some(new)) = (old, new) else { continue };
            let source = self.within(&self.repository.within(&path)).await?;
            let folder = within.join(path.at(Path::new("")));
            let added = source.add_patch((&old, &new), &folder, patch);
            match Box::pin(added).await {
                // It is not there any more, or lost the objects.
                Ok(()) | Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
