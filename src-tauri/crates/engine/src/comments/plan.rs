//! Reads from the store what must be known before git is asked where comments lie.

use crate::changes::FilePlace;
use crate::error::Result;
use crate::store::comments::KnownComment;
use crate::store::read::Reader;
use protocol::{Checkpoint, StoryId};

/// The comments of a story, and the states in which they are looked for.
#[derive(Clone, Debug)]
pub struct CommentsPlan {
    pub(super) story: StoryId,
    pub(super) files: FilePlace,
    /// The checkpoints that are kept, oldest first.
    pub(super) checkpoints: Vec<Checkpoint>,
    pub(super) comments: Vec<KnownComment>,
}

impl Reader {
    /// The comments of a story, which is named by its id or name, and what must be known to find them.
    ///
    /// # Errors
    /// If there is no such story.
    pub fn comments_plan(&self, story: &str) -> Result<CommentsPlan> {
        let _same = self.db().unchecked_transaction()?;
        let story = self.story(story)?.id;
        Ok(CommentsPlan {
            files: self.file_place(&story)?,
            checkpoints: self.checkpoints(&story)?,
            comments: self.known_comments(&story)?,
            story,
        })
    }
}
