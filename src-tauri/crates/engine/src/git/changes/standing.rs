//! Which commit was checked out at a checkpoint, whether it is new, whether files differ from it, and whether a remote
//! is known to have it, by its remote-tracking branches.

use super::measure::known;
use super::{ChangesPlace, End};
use crate::error::Result;
use crate::git::Git;
use protocol::Checkpoint;

/// How the commit that is checked out stands. What git cannot say is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The commit that was checked out at the newest checkpoint.
    pub(crate) head: Option<String>,
    /// Whether that is another one than at the first checkpoint.
    pub(crate) is_new: bool,
    /// How many files differ from it.
    pub(crate) differing: Option<u32>,
    /// How many of its commits no remote is known to have; see [`protocol::Work::unpushed`].
    pub(crate) unpushed: Option<u32>,
    /// Whether a remote-tracking branch is there.
    pub(crate) has_remote: bool,
}

impl Git {
    /// How the commit stands that was checked out at the newest checkpoint; `None` if the checkpoints are gone.
    ///
    /// # Errors
    /// If git cannot be asked at all.
    pub(crate) async fn standing(
        &self,
        place: &ChangesPlace,
        first: &Checkpoint,
        newest: &Checkpoint,
    ) -> Result<Option<Standing>> {
        let Some(source) = known(self.source(place).await)? else { return Ok(None) };
        let facts = [known(source.facts_at(first).await)?, known(source.facts_at(newest).await)?];
        let [Some(began), Some(now)] = facts else { return Ok(None) };
        let Some(head) = now.head else { return Ok(Some(Standing::default())) };
        let to = End::Checkpoint(newest.clone());
        let compared = known(self.changes(place, &End::Head(newest.clone()), &to).await)?;
        let count =
            |listed: usize, more| u32::try_from(listed).unwrap_or(u32::MAX).saturating_add(more);
        let remotes = ["for-each-ref", "--count=1", "--format=%(refname)", "refs/remotes/"];
        Ok(Some(Standing {
            is_new: began.head.as_ref() != Some(&head),
            differing: compared.map(|found| count(found.files.len(), found.more)),
            unpushed: source.unpushed(now.branch.as_deref(), &head).await?,
            has_remote: !source.text(&remotes).await?.unwrap_or_default().is_empty(),
            head: Some(head),
        }))
    }
}
