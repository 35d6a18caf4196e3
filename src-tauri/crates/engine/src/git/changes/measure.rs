//! How the work of a story stands, for its row on the board: how much differs from its base, and how many commits it
//! is ahead and behind and not pushed. A number that git cannot say is not known, and the others are.

use super::{ChangesPlace, End, Source};
use crate::error::{Error, Result};
use crate::git::Git;
use protocol::{Checkpoint, Work};

impl Git {
    /// How the work stands at a checkpoint, since this state.
    ///
    /// # Errors
    /// If git cannot be asked at all.
    pub(crate) async fn work(
        &self,
        place: &ChangesPlace,
        from: &End,
        at: &Checkpoint,
    ) -> Result<Work> {
        let mut work = Work { checkpoint: at.n, ..Work::default() };
        if let Some(found) = known(self.changes(place, from, &End::Checkpoint(at.clone())).await)? {
            let listed = u32::try_from(found.files.len()).unwrap_or(u32::MAX);
            work.files = Some(listed.saturating_add(found.more));
            (work.added, work.removed) = (Some(found.added), Some(found.removed));
        }
        let source = self.source(place).await?;
        let Some(facts) = known(source.facts_at(at).await)? else { return Ok(work) };
        let Some(head) = facts.head else { return Ok(work) };
        (work.ahead, work.behind) = match from {
            End::Base(base, _) => source.ahead_and_behind(base, &head).await?,
            from => match known(source.found(from).await)? {
                Some(from) => {
                    (source.count(&[&format!("{}..{head}", from.end.object)]).await?, None)
                }
                None => (None, None),
            },
        };
        work.unpushed = source.unpushed(facts.branch.as_deref(), &head).await?;
        Ok(work)
    }
}

impl Source<'_> {
    /// How many commits a head has that its base does not have, and the other way round.
    async fn ahead_and_behind(
        &self,
        base: &protocol::Base,
        head: &str,
    ) -> Result<(Option<u32>, Option<u32>)> {
        let newest = self.newest(base).await?.unwrap_or_else(|| base.commit.clone());
        let range = format!("{newest}...{head}");
        let words = ["rev-list", "--left-right", "--count", "--end-of-options", &range, "--"];
        let counts = self.text(&words).await?.unwrap_or_default();
        let (behind, ahead) = counts.split_once('\t').unwrap_or_default();
        Ok((ahead.parse().ok(), behind.parse().ok()))
    }

    /// How many commits a head has that its branch's own remote one does not have, or without such a one, no branch
    /// of any remote.
    pub(super) async fn unpushed(&self, branch: Option<&str>, head: &str) -> Result<Option<u32>> {
        if let Some(branch) = branch {
            let words = ["for-each-ref", "--format=%(upstream)", branch];
            let upstream = self.text(&words).await?.unwrap_or_default();
            let upstream = upstream.lines().next().unwrap_or_default();
            let is_remote = upstream.starts_with("refs/remotes/");
            let found = if is_remote { self.commit(upstream).await? } else { None };
            if let Some(found) = found {
                return self.count(&[&format!("{found}..{head}")]).await;
            }
        }
        let words = ["for-each-ref", "--count=1", "--format=%(refname)", "refs/remotes/"];
        match self.text(&words).await?.unwrap_or_default().is_empty() {
            true => Ok(None),
            false => self.count(&[head, "--not", "--remotes"]).await,
        }
    }

    async fn count(&self, what: &[&str]) -> Result<Option<u32>> {
        let words = [&["rev-list", "--count"][..], what, &["--"]].concat();
        Ok(self.text(&words).await?.and_then(|count| count.parse().ok()))
    }
}

/// What git said; `None` if it refused, because something is not there.
pub(super) fn known<T>(said: Result<T>) -> Result<Option<T>> {
    match said {
        Ok(said) => Ok(Some(said)),
        Err(Error::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::super::checkpoint::world::{World, git, write};
    use super::super::asked::{Asked, checkpoint};
    use super::*;
    use protocol::Base;

    #[test]
    fn each_number_is_known_or_not() {
        let world = World::new();
        let origin = world.repository("origin", &["-b", "main"]);
        let root = world.path("clone");
        git(&origin, &["clone", "-q", ".", root.to_str().unwrap()]);
        for (key, value) in [("user.name", "Ann"), ("user.email", "ann@example.com")] {
            git(&root, &["config", key, value]);
        }
        let began = git(&root, &["rev-parse", "HEAD"]).trim().to_owned();
        git(&root, &["checkout", "-q", "-b", "work", "--no-track"]);
        let base =
            Base { name: "origin/main".to_owned(), commit: began, upstream: None, fetched: false };
        let asked = Asked::of(&world, &root);
        let measured = |from: &dyn Fn(Checkpoint) -> End| {
            let made = checkpoint(&world.checkpoint(&root));
            let from = from(made.clone());
            let work = world.git.work(&asked.place, &from, &made);
            let work = crate::runtime::wait(work).unwrap().unwrap();
            assert_eq!(work.checkpoint, made.n);
            let lines = (work.files, work.added, work.removed);
            (lines, (work.ahead, work.behind, work.unpushed))
        };
        let of_base = |made| End::Base(base.clone(), made);
        let commit = |root: &std::path::Path, name: &str| {
            write(root, name, b"1\n2\n");
            git(root, &["add", "-A"]);
            git(root, &["commit", "-q", "-m", name]);
        };
        let some = |one: u32, two, three| (Some(one), Some(two), Some(three));
        assert_eq!(measured(&of_base), (some(0, 0, 0), some(0, 0, 0)));
        commit(&root, "a");
        write(&root, "first.txt", b"");
        assert_eq!(measured(&of_base), (some(2, 2, 1), some(1, 0, 1)));
        git(&root, &["push", "-q", "-u", "origin", "work"]);
        commit(&root, "b");
        commit(&origin, "theirs");
        git(&root, &["fetch", "-q"]);
        assert_eq!(measured(&of_base), (some(3, 4, 1), some(2, 1, 1)));
        // Without a base, and without a remote.
        let beginning = |made: Checkpoint| End::Beginning(made);
        assert_eq!(measured(&beginning).1, (Some(0), None, Some(1)));
        git(&root, &["remote", "remove", "origin"]);
        let (lines, commits) = measured(&of_base);
        assert_eq!((lines, commits), (some(3, 4, 1), (Some(2), Some(0), None)));
    }
}
