//! The types that every part of Musher shares: ids, events, states and reasons, tokens and money,
//! questions, limits, requests to the owner, batches for the page and error codes.
//!
//! This crate owns the meaning of everything that is kept on disk and that crosses a process or IPC
//! border. It does no I/O, reads no clock and knows no agent. All other crates that share these types
//! depend on it; it depends on none of them. Fields are only ever added, with defaults, because journals
//! of every age must still be read. A test generates the page's TypeScript from these types
//! (`ui/src/ipc/protocol.ts`).

#![deny(missing_docs)]

mod actor;
mod busy;
mod change;
mod checkpoint;
mod choice;
mod claim;
mod comment;
mod config;
mod config_field;
mod detail;
mod diff;
mod earlier;
mod envelope;
mod error;
mod event;
mod feed;
mod finish;
mod forecast;
mod form;
mod ids;
mod journal;
mod kept;
mod limit;
mod option;
mod pos;
mod pull_request;
mod query;
mod question;
mod removal;
mod request;
mod run;
mod since;
mod stop;
mod story;
mod subject;
mod time;
mod usage;
mod usage_report;
mod waits;
mod window;
mod worktree;

pub use actor::Actor;
pub use busy::{Busy, CompactTrigger};
pub use change::{
    ChangeEnd, ChangePoint, ChangeScope, ChangeStatus, ChangedFile, Changes, FileDiff, FileImage,
    FileKind, FileLines, FileSide, FoldedWhy, NotShownWhy, StoryCommit, StoryCommits, Work,
};
pub use checkpoint::{
    Checkpoint, CheckpointCause, LeftOut, LeftOutWhy, NotRestored, NotRestoredWhy, Restored,
};
pub use choice::{Choice, Offered};
pub use claim::{Claim, ClaimKind, ClaimWhy, Verdict};
pub use comment::{
    Comment, CommentAnchor, CommentChange, CommentPlace, CommentSide, CommentSpot, CommentState,
    FileReview, LineRange, Review, ReviewedComment,
};
pub use config::{
    AgentDefaults, CONFIG_VERSION, CheckpointSettings, Config, ConfigDifference, ConfigNotice,
    ConfigNoticeWhy, ConfigState, LimitWaits, ProjectDefaults, StartDefault, WorktreePatterns,
};
pub use config_field::{ConfigField, FieldValue};
pub use detail::{Activity, StateDetail};
pub use diff::{Diff, Hunk, HunkStart, Piece, Side};
pub use envelope::{Envelope, RawEnvelope, RawSource, Source};
pub use error::{ErrorCode, Fault};
pub use event::{
    ApiErrorKind, Event, Image, McpServer, NoticeLevel, SessionStarted, TaskKind, TaskStatus,
    ToolKind, ToolOutput, Turn, TurnEnd, UnrecognizedWhy,
};
pub use feed::{
    AgentName, CallTimes, Draft, DraftKind, DraftUpdate, FeedBatch, FeedRequest, FolderSummary,
    HeldDraft, HeldTimeline, Notice, RawPiece, Retrying, RunBatch, Span, StoryView, TextTail,
    TimelineBatch, Topic, TopicBatch, TopicRequest,
};
pub use finish::{
    ConflictKind, ConflictPiece, ConflictedFile, FinishAct, FinishBranch, FinishDone, FinishOffer,
    FinishOutput, FinishRemote, FinishStep, FinishWhyNot, Finishing, MergePreview,
    ProposedPullRequest, ShownBranch, TargetWorktree,
};
pub use forecast::{
    Collision, Forecast, ForecastPair, ForecastStanding, ForecastStands, ForecastStory, MergeOrder,
    MergeStep, Overlap, OverlapFile, OverlapUnknown, PairForecast, SharedFile, SharedFiles,
    SharedKind, StoryForecast,
};
pub use form::{FilledField, FormField, FormOption, Takes};
pub use ids::{
    AccountId, AgentId, CommentId, DecoderId, QuestionId, RunId, Seq, SessionId, Slug, StoryId,
    new_prompt_id,
};
pub use journal::{
    Evidence, InputKind, InputMode, JournalEntry, JournalEvent, PromptQueued, RunSpec,
};
pub use kept::{KeptEvent, KeptRun, KeptTurn, LogsDeleted};
pub use limit::{
    ClockDate, ClockTime, Limit, LimitObservation, LimitStatus, LimitWindow, WindowName,
};
pub use option::{Decision, QuestionOption};
pub use pos::{Pos, Stream};
pub use pull_request::{
    Check, CheckState, FailingCheck, FailingLogs, HostTool, Hosted, PullRequest, PullRequestState,
    ToolState,
};
pub use query::{Query, QueryAnswer};
pub use question::{
    Answer, AnswerBehavior, Chosen, Question, QuestionContent, QuestionKind, QuestionState,
};
pub use removal::{
    KeptBecause, RemovedWorktree, UnknownOf, WorktreeGit, WorktreeLook, WorktreeProcess,
};
pub use request::{GO_ON, NotStopped, Reply, Request, StartStory, went_back_words};
pub use run::{FailedKind, Outcome, OutcomeWord, Run, RunKind, RunState, StartFailedKind};
pub use since::SinceLooked;
pub use stop::{Stop, StopReason};
pub use story::{
    Account, AgentStatus, LoginState, Looked, NotificationKind, PermissionChoice, Profile,
    ProfileChange, Reason, ResetBasis, Story, StoryState, WaitingPrompt,
};
pub use subject::{Field, FileAct, FileChange, Subject, Todo, TodoState};
pub use time::Timestamp;
pub use usage::{ApiUsage, Cost, CostBasis, ModelUsage, Tokens, UsageTotals};
pub use usage_report::{
    ContextUse, HoldSpan, LimitHistory, LimitPoint, ModelShare, PackedUsage, StoryUsage, TurnUsage,
    UsageBasis, UsageCell, UsageColumns, UsageFigures, UsageGroup, UsageKey, UsageQuery,
    UsageReport, UsageRow, UsageStep, UsageSum, UsageTotal, UsageWhole,
};
pub use waits::{JobKind, WaitsFor};
pub use window::{
    AboutProgram, DamagedRun, DataPart, Density, DesktopSupport, DiskUse, NotifierProgram,
    NotifyKinds, Panicked, PartSize, PauseFor, SettingChange, SettingsState, TEXT_PERCENTS,
    ThemeChoice, TrayState, Verification, VerifyProgress, WindowSettings,
};
pub use worktree::{
    Base, BaseSummary, BranchSummary, Branches, CopiedFiles, CopyOffer, FewPaths, NewWorktree,
    NoPlace, NotCopied, NotCopiedWhy, Upstream,
};
