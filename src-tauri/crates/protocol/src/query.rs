//! Reads from the owner of a data directory: [`Query`] is for reads what [`Request`](crate::Request) is for
//! writes. Queries change nothing; changes reach the page through the feed.

use crate::{
    BaseSummary, Branches, ChangeScope, Changes, Checkpoint, Claim, Comment, CommentAnchor,
    CommentSide, Envelope, Evidence, FailingLogs, FileDiff, FileLines, FinishOutput, Finishing,
    FolderSummary, Forecast, Hosted, LimitHistory, LineRange, OverlapFile, PackedUsage,
    RawEnvelope, RawPiece, Review, RunId, Seq, SinceLooked, StoryCommits, StoryId, StoryUsage,
    Stream, Timestamp, UsageQuery, WorktreeLook,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Query {
    /// Events of a run, for paging through a long one.
    Events {
        /// The run.
        run: RunId,
        /// Events after this number.
        after: Seq,
        /// The most events to return; the engine returns 5,000 at most.
        most: u32,
    },
    /// What is known of a folder before a story is started in it.
    Folder {
        /// The folder's path.
        path: String,
    },
    /// The branch that a new story with a goal would get. It is free now; the start makes sure of that
    /// again.
    NewBranch {
        /// The folder in which it would start.
        dir: String,
        /// The goal.
        goal: String,
    },
    /// The branches from which a new worktree of a folder's repository can begin.
    Branches {
        /// The folder.
        dir: String,
    },
    /// What a new worktree would begin from.
    Base {
        /// The folder.
        dir: String,
        /// The branch, tag or commit; `None` for what is checked out there.
        name: Option<String>,
    },
    /// The checkpoints of a story.
    Checkpoints {
        /// The story.
        story: StoryId,
    },
    /// The files of a story's worktree that differ.
    Changes {
        /// The story.
        story: StoryId,
        /// Which changes.
        scope: ChangeScope,
    },
    /// The changes of one file.
    FileChange {
        /// The story.
        story: StoryId,
        /// The object of the earlier state ([`crate::ChangeEnd::object`]).
        from: String,
        /// The object of the later state.
        to: String,
        /// The file's path.
        path: String,
        /// Its path in the earlier state, if that is another one.
        old_path: Option<String>,
        /// Whether changes of white space alone are shown, too.
        white_space: bool,
        /// How many unchanged lines are shown around each change.
        context: u32,
        /// How many lines of the answer are left out, because they were in the answers before: see
        /// [`FileDiff::next`]. 0 at first.
        skip: u32,
    },
    /// Lines of a file in one state, to open what is between two changes.
    FileLines {
        /// The story.
        story: StoryId,
        /// The object of the state ([`crate::ChangeEnd::object`]).
        object: String,
        /// The file's path in that state.
        path: String,
        /// The number of the first line, from 1.
        first: u32,
        /// The most lines to return; the engine returns [`FileDiff::MOST_LINES`] at most.
        most: u32,
    },
    /// The commits of a story's branch.
    Commits {
        /// The story.
        story: StoryId,
    },
    /// What the agent claimed at the end of its last turn, beside what shows whether it is so.
    Claims {
        /// The story.
        story: StoryId,
    },
    /// What a comment on a file, or on lines of it, would be on.
    CommentAnchor {
        /// The story.
        story: StoryId,
        /// The object of the state ([`crate::ChangeEnd::object`]) in which the lines are.
        object: String,
        /// Whether that is the earlier state, or the later one.
        side: CommentSide,
        /// The file's path in that state.
        path: String,
        /// The lines; `None` for the whole file.
        lines: Option<LineRange>,
    },
    /// The comments of a story, in the order in which they were made.
    Comments {
        /// The story.
        story: StoryId,
        /// The objects of the earlier and of the later state that are shown ([`crate::ChangeEnd::object`]), to know
        /// where each comment is in them.
        shown: Option<[String; 2]>,
    },
    /// The open comments of a story as they would be sent.
    Review {
        /// The story.
        story: StoryId,
    },
    /// What came in a story since a person looked.
    SinceLooked {
        /// The story.
        story: StoryId,
    },
    /// How the branch of a story stands against its base, and what can be done with it next.
    Finishing {
        /// The story.
        story: StoryId,
    },
    /// The stories for which worktrees were made, one for each worktree, the oldest first.
    Worktrees {},
    /// The worktree of a story: what would go with it if it was removed, and what speaks against that.
    Worktree {
        /// The story.
        story: StoryId,
    },
    /// What was printed by what is being done with the branch of a story, or was done last.
    FinishOutput {
        /// The story.
        story: StoryId,
    },
    /// The pull request of a story's branch on the host of its repository, with its checks. The host is asked.
    Hosted {
        /// The story.
        story: StoryId,
    },
    /// What the failed checks of that pull request printed. The host is asked.
    FailingLogs {
        /// The story.
        story: StoryId,
    },
    /// How the work of the stories of a project would come together. Git is not asked.
    Forecast {
        /// The repository's common directory.
        project: String,
    },
    /// The pieces that conflict between the work of two stories, at the checkpoints that were compared. Git is asked.
    OverlapPieces {
        /// One story.
        one: StoryId,
        /// The other one.
        other: StoryId,
    },
    /// The evidence of a story's state.
    Evidence {
        /// The story.
        story: StoryId,
    },
    /// A piece of a run's log, at most 64 KiB.
    Raw {
        /// The run.
        run: RunId,
        /// The log.
        stream: Stream,
        /// Where the piece begins (bytes).
        offset: u64,
        /// The length of the piece (bytes).
        len: u64,
    },
    /// How large the logs of a story are that can be deleted.
    LogSize {
        /// The story.
        story: StoryId,
    },
    /// The command that resumes a story's conversation without Musher.
    ResumeCommand {
        /// The story.
        story: StoryId,
    },
    /// Sums of usage, by time and group.
    Usage(UsageQuery),
    /// A story's usage by turn, and how full its conversation was.
    StoryUsage {
        /// The story.
        story: StoryId,
    },
    /// The reports of every limit window in a range, and the holds of accounts.
    LimitHistory {
        /// The beginning of the range.
        from: Timestamp,
        /// The end of the range.
        to: Timestamp,
    },
}

/// The answer to a [`Query`], with the variant of the same name.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "of", content = "is", rename_all = "snake_case")]
pub enum QueryAnswer {
    /// The events, oldest first.
    Events(#[ts(as = "Vec<Envelope>")] Vec<RawEnvelope>),
    /// The folder.
    Folder(FolderSummary),
    /// The branch's name.
    NewBranch(String),
    /// The branches.
    Branches(Branches),
    /// The base.
    Base(BaseSummary),
    /// The checkpoints, oldest first.
    Checkpoints(Vec<Checkpoint>),
    /// The two states, and the files that differ.
    Changes(Changes),
    /// The changes of the file.
    FileChange(FileDiff),
    /// The lines.
    FileLines(FileLines),
    /// The commits.
    Commits(StoryCommits),
    /// The claims, in the order in which they were said; none if there are none.
    Claims(Vec<Claim>),
    /// What the comment would be on.
    CommentAnchor(CommentAnchor),
    /// The comments.
    Comments(Vec<Comment>),
    /// The review.
    Review(Review),
    /// What came since.
    SinceLooked(SinceLooked),
    /// How the branch stands.
    Finishing(Box<Finishing>),
    /// The stories.
    Worktrees(Vec<StoryId>),
    /// How the worktree stands.
    Worktree(Box<WorktreeLook>),
    /// What was printed.
    FinishOutput(FinishOutput),
    /// What the host has of the branch.
    Hosted(Box<Hosted>),
    /// What failed checks printed.
    FailingLogs(FailingLogs),
    /// The forecast.
    Forecast(Forecast),
    /// The files that conflict.
    OverlapPieces(Vec<OverlapFile>),
    /// The evidence.
    Evidence(Evidence),
    /// The piece.
    Raw(RawPiece),
    /// The size (bytes).
    LogSize(u64),
    /// The command; `None` if the story has no conversation yet.
    ResumeCommand(Option<String>),
    /// The sums, column by column.
    Usage(PackedUsage),
    /// The turns, and how full the conversation was.
    StoryUsage(StoryUsage),
    /// The histories, one per limit window.
    LimitHistory(Vec<LimitHistory>),
}
