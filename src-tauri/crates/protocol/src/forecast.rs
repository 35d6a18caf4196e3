//! How the work of the stories of one project would come together, by what their newest checkpoints hold: which two
//! change the same lines or the same file, and in which order to merge them. Git finds all of it out without touching
//! anything; what it could not find out is not known, and never "no conflict".

use crate::{ConflictPiece, Slug, StoryId, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What came of comparing the newest checkpoint of a story with those of the others of its project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StoryForecast {
    /// The story.
    pub story: StoryId,
    /// The number of its checkpoint.
    pub checkpoint: u32,
    /// Whether its work is still to come together with that of others.
    pub standing: ForecastStanding,
    /// The others that it was compared with. Pairs that were compared before at the same checkpoints are not
    /// repeated. If it has nothing that is to come together with others, those of which something was recorded, which
    /// does not count any more.
    pub pairs: Vec<PairForecast>,
}

/// Whether the work of a story is still to come together with that of others, as of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ForecastStanding {
    /// It is, and was compared with the others.
    Compared,
    /// Its base has all that it has: it changed nothing yet, or was merged.
    NothingNew,
    /// Its worktree is not there any more.
    NoWorktree,
    /// That is not known.
    Unknown {
        /// Why not.
        why: OverlapUnknown,
    },
}

/// A pair of stories, as one of them was compared with the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PairForecast {
    /// The other story.
    pub with: StoryId,
    /// The number of the other story's checkpoint.
    pub checkpoint: u32,
    /// What was found; `None` if it is what was recorded of this pair before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub overlap: Option<Overlap>,
}

/// How the work of two stories comes together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Overlap {
    /// No file is changed by both.
    Apart,
    /// Both change a file, and git merges all of them without a conflict.
    SameFile {
        /// The files.
        files: SharedFiles,
    },
    /// Merging both conflicts.
    Conflicts {
        /// The files, those that conflict first.
        files: SharedFiles,
    },
    /// It is not known.
    Unknown {
        /// Why not.
        why: OverlapUnknown,
    },
}

/// Some of the files that two stories change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SharedFiles {
    /// The files, at most [`SharedFiles::MOST`].
    pub some: Vec<SharedFile>,
    /// How many more there are.
    pub more: u32,
}

impl SharedFiles {
    /// The most files that are named.
    pub const MOST: usize = 20;

    /// The first of these files.
    pub fn of(files: Vec<SharedFile>) -> Self {
        let more = files.len().saturating_sub(Self::MOST);
        let mut some = files;
        some.truncate(Self::MOST);
        Self { some, more: u32::try_from(more).unwrap_or(u32::MAX) }
    }
}

/// A file that two stories change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
pub struct SharedFile {
    /// How the changes come together.
    pub kind: SharedKind,
    /// Its path, written as those of checkpoints.
    pub path: String,
}

/// How the changes of two stories to a file come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SharedKind {
    /// Both change the same lines, or lines beside each other.
    Lines,
    /// Both add it, with other content.
    BothAdded,
    /// One removes it, the other changes it.
    Removed,
    /// Both rename it, or rename something to it.
    Renamed,
    /// Both change it, and it is no text.
    Binary,
    /// One makes it a file, the other a folder.
    FileAndFolder,
    /// One makes it another kind of entry, such as a link, than the other.
    OtherKind,
    /// Both move a submodule to other commits.
    Submodule,
    /// They conflict in another way.
    Other,
    /// Both change it, and git merges it.
    Merges,
}

/// Why it is not known how the work of two stories comes together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum OverlapUnknown {
    /// They were not compared yet.
    NotYet,
    /// The worktree of one of them is not there any more.
    NoWorktree,
    /// Git is too old to merge without a worktree, which 2.38 can.
    GitTooOld {
        /// Its version.
        version: String,
    },
    /// The two have no commit in common.
    NothingInCommon,
    /// It took longer than a pair may take.
    TooLong {
        /// How long that is (s).
        seconds: u32,
    },
    /// The project has more stories than are compared with one.
    TooMany,
    /// Git refused.
    Git {
        /// What it said.
        why: String,
    },
}

/// A story with whose work that of another one conflicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Collision {
    /// The other story.
    pub with: StoryId,
    /// The files, those that conflict first.
    pub files: SharedFiles,
}

/// The forecast of a project, as of the newest checkpoints that were compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Forecast {
    /// The repository's common directory.
    pub project: String,
    /// The stories of the project that are not archived, oldest first.
    pub stories: Vec<ForecastStory>,
    /// The pairs of which something is to be said: those that conflict, then those that change the same file, then
    /// those of which it is not known.
    pub pairs: Vec<ForecastPair>,
    /// How many pairs change no file in common.
    pub separate: u32,
    /// The proposed order of merging.
    pub order: MergeOrder,
}

/// A story in a forecast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ForecastStory {
    /// The story.
    pub story: StoryId,
    /// Its name for people.
    pub slug: Slug,
    /// Its title.
    pub title: String,
    /// Its branch, if it has one.
    pub branch: Option<String>,
    /// How it stands.
    pub stands: ForecastStands,
}

/// How a story stands in the forecast of its project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ForecastStands {
    /// It was compared.
    Compared {
        /// The number of its checkpoint.
        checkpoint: u32,
        /// When it was compared.
        at: Timestamp,
        /// Whether a newer checkpoint is there that was not compared yet.
        is_outdated: bool,
    },
    /// Its base has all that it has, as of a checkpoint.
    NothingNew {
        /// The number of the checkpoint.
        checkpoint: u32,
    },
    /// It has no checkpoint.
    NoCheckpoint,
    /// It has one that was not compared yet.
    NotYet,
    /// It works in the same worktree as another one, which stands for both.
    SameWorktree {
        /// The other story.
        with: StoryId,
    },
    /// Its worktree is not there any more.
    NoWorktree,
    /// It is not known whether it has anything that its base does not have.
    Unknown {
        /// Why not.
        why: OverlapUnknown,
    },
}

/// A pair of stories in a forecast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ForecastPair {
    /// The older story.
    pub one: StoryId,
    /// The younger one.
    pub other: StoryId,
    /// The numbers of the checkpoints that were compared; `None` if none were.
    pub checkpoints: Option<[u32; 2]>,
    /// What was found.
    pub overlap: Overlap,
}

/// An order in which the stories of a project can be merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MergeOrder {
    /// The steps.
    pub steps: Vec<MergeStep>,
    /// Whether no other order has fewer conflicts. With many stories it is only a proposal.
    pub is_best: bool,
}

/// A step of an order of merging.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MergeStep {
    /// The story that is merged.
    pub story: StoryId,
    /// The stories before it with which it conflicts.
    pub conflicts_with: Vec<StoryId>,
    /// The stories before it of which that is not known.
    pub unknown_with: Vec<StoryId>,
}

/// The pieces of a file that conflict when the work of two stories comes together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OverlapFile {
    /// Its path.
    pub path: String,
    /// The pieces; none of a file that is no text.
    pub pieces: Vec<ConflictPiece>,
    /// How many more pieces there are.
    pub more_pieces: u32,
}
