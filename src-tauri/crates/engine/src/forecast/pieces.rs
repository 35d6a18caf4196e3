//! Asks git for the lines that conflict between two stories, at the checkpoints that were compared.

use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::git::{CheckpointPlace, Git};
use crate::store::read::Reader;
use protocol::{ErrorCode, Overlap, OverlapFile, SharedFiles, SharedKind, StoryId};
use std::path::PathBuf;

/// What is to be asked of git.
#[derive(Clone, Debug)]
pub struct PiecesPlan {
    root: PathBuf,
    commits: [String; 2],
    names: [String; 2],
    /// The files that conflict, as they were recorded.
    files: SharedFiles,
}

impl Reader {
    /// What is to be asked of git for the pieces that conflict between two stories.
    ///
    /// # Errors
    /// If the two were not compared, or one of the checkpoints is not kept any more.
    pub fn pieces_plan(&self, one: &StoryId, other: &StoryId) -> Result<PiecesPlan> {
        let found = self.overlaps(one)?;
        let found = found.into_iter().find(|pair| pair.stories.contains(other));
        let found = found.ok_or_else(not_compared)?;
        let side = |at: usize| -> Result<(String, String)> {
            let story = self.story(found.stories[at].as_str())?;
            let checkpoint = self.checkpoint(&story.id, found.checkpoints[at])?;
            Ok((checkpoint.commit, story.slug.as_str().to_owned()))
        };
        // The one that was asked about is the first side.
        let (first, second) = if found.stories[0] == *one { (0, 1) } else { (1, 0) };
        let ((commit, name), (other_commit, other_name)) = (side(first)?, side(second)?);
        let Overlap::Conflicts { files } = found.overlap else { return Err(not_compared()) };
        Ok(PiecesPlan {
            root: self.file_place(one)?.root().to_owned(),
            commits: [commit, other_commit],
            names: [name, other_name],
            files,
        })
    }
}

/// The files that conflict, with their pieces.
///
/// # Errors
/// If git cannot be asked.
pub async fn pieces(git: &Git, dir: &DataDir, plan: &PiecesPlan) -> Result<Vec<OverlapFile>> {
    let place = CheckpointPlace {
        root: plan.root.clone(),
        scratch: dir.checkpoints(),
        own: dir.root().to_owned(),
    };
    let merging = git.merging(&place).await?;
    let [one, other] = [&plan.commits[0], &plan.commits[1]].map(String::as_str);
    let names = [&plan.names[0], &plan.names[1]].map(String::as_str);
    let mut found = merging.pieces([one, other], names).await?;
    // What one of them took over from its base may conflict, too, and is none of theirs.
    if is_each_at_its_path(&plan.files) {
        found.retain(|file| plan.files.some.iter().any(|known| known.path == file.path));
    }
    Ok(found)
}

/// Whether all files are named, each by the path at which git has its pieces: a renamed one may have another.
fn is_each_at_its_path(SharedFiles { some, more }: &SharedFiles) -> bool {
    use SharedKind as K;
    let moves = |kind| matches!(kind, K::Renamed | K::FileAndFolder | K::OtherKind | K::Other);
    *more == 0 && !some.iter().any(|file| moves(file.kind))
}

fn not_compared() -> Error {
    Error::refused(
        ErrorCode::NotFound,
        "these two stories were not compared, or do not conflict any more",
        "Look at the forecast of their project again.",
    )
}
