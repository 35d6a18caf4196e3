//! Measures how the work of a story stands at its newest checkpoint.

use crate::changes;
use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::git::Git;
use crate::runtime;
use crate::writer::StoreWriter;
use protocol::{ChangeScope, StoryId, Work};

/// What is to be measured.
pub(crate) struct Measurement {
    pub(crate) git: Git,
    pub(crate) dir: DataDir,
    pub(crate) writer: StoreWriter,
    pub(crate) story: StoryId,
}

impl Measurement {
    /// Asks git.
    ///
    /// # Errors
    /// If git or the store cannot be asked.
    pub(crate) async fn run(self) -> Result<Work> {
        let Self { git, dir, writer, story } = self;
        let store = dir.store();
        let plan = move || {
            writer.read(&store, |reader| reader.changes_plan(story.as_str(), &ChangeScope::Base))
        };
        let plan = runtime::blocking(plan).await.map_err(Error::Thread)??;
        changes::work(&git, &dir, &plan).await
    }
}
