//! Requests to the owner of a data directory, over `engine.sock` or by a command of the page. A reply is
//! "accepted" or "refused, why"; the effects are seen in the store and the feed.

use crate::{
    AgentId, Answer, Checkpoint, CommentAnchor, CommentChange, CommentId, ConfigState, Fault,
    FinishDone, FinishStep, Profile, ProfileChange, QuestionId, Restored, ReviewedComment, RunId,
    SessionId, Slug, StartDefault, StopReason, StoryId, Timestamp, WaitsFor, earlier,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// The prompt that resumes an agent if the person wrote none. It is shown as Musher's.
pub const GO_ON: &str = "Go on where you left off. Look at the state of the work tree first.";

/// What precedes the first prompt after a story went back to a checkpoint, if the conversation of that time
/// cannot go on: it begins a new conversation.
pub fn went_back_words(n: u32, at: Timestamp) -> String {
    format!(
        "A person put the files of this folder back to how they were at {at} (checkpoint {n}), to go on from \
         there in another way. Everything that was done after that is undone, and the conversation in which it \
         was done is not continued here. Look at the files before you rely on anything. What is to be done:"
    )
}

/// The request for a new story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct StartStory {
    /// The id of the story, made by the caller, so that a request whose reply got lost can be repeated
    /// without making a second story.
    pub id: StoryId,
    /// The agent.
    pub agent: AgentId,
    /// The working directory, absolute.
    pub dir: String,
    /// The first prompt.
    pub prompt: String,
    /// The title; `None` takes the first line of the prompt.
    #[serde(default)]
    pub title: Option<String>,
    /// How the agent is started.
    #[serde(default)]
    pub profile: Profile,
    /// The commands that must pass.
    #[serde(default)]
    pub gates: Vec<String>,
    /// The conversation to resume.
    #[serde(default)]
    pub resume: Option<SessionId>,
    /// Whether the story resumes by itself when a limit that holds it resets.
    #[serde(default)]
    pub resume_on_reset: bool,
    /// The branch for a new worktree, to work in that instead of in `dir` itself. A name that is taken is
    /// refused.
    #[serde(default)]
    pub worktree: Option<String>,
    /// Makes a new worktree, if `worktree` names no branch, on a branch that is named after the title,
    /// with a number if the name is taken.
    #[serde(default)]
    pub new_branch: bool,
    /// The branch, tag or commit from which the new worktree begins; `None` takes what is checked out in `dir`.
    #[serde(default)]
    pub base: Option<String>,
    /// Whether the remote of that is fetched before. If that fails, no story is made.
    #[serde(default)]
    pub fetch: bool,
    /// Patterns, as in `.gitignore`, for ignored files that are copied into the new worktree.
    #[serde(default)]
    pub copy: Vec<String>,
    /// The commands that prepare the new worktree before the agent starts, in order.
    #[serde(default)]
    pub set_up: Vec<String>,
    /// The values that the story takes from the configuration; the fields above for them are ignored.
    #[serde(default)]
    pub defaults: BTreeSet<StartDefault>,
    /// The environment to start in; `None` uses the owner's own. It is kept in memory, never on disk.
    #[serde(default)]
    pub env: Option<BTreeMap<String, String>>,
    /// Variables to set in addition to that environment.
    #[serde(default)]
    pub set_env: BTreeMap<String, String>,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Request {
    /// Asks the owner for its version and role.
    Hello {
        /// The caller's version.
        version: String,
    },
    /// Make a story and start it.
    Start(Box<StartStory>),
    /// Send a prompt to a story, now or when its agent is idle, with a new run if none lives.
    Send {
        /// The story.
        story: StoryId,
        /// The id of the prompt, made by the caller, so that a request whose reply got lost can be
        /// repeated without sending a second prompt.
        id: String,
        /// The prompt.
        text: String,
    },
    /// Take back a prompt that was not written to its agent yet.
    Unsend {
        /// The prompt's id.
        prompt: String,
    },
    /// Change a prompt that was not written to its agent yet; it keeps its place.
    EditPrompt {
        /// The prompt's id.
        prompt: String,
        /// The new prompt.
        text: String,
    },
    /// Resume a resting story: with its queued prompts, or, if there are none, with Musher's own prompt.
    /// A story whose account is held resumes when the limit has reset.
    Resume {
        /// The story.
        story: StoryId,
        /// The id of Musher's prompt, made by the caller.
        id: String,
        /// Whether to try now, although the account is held: one run is let through, and its success ends
        /// the hold.
        #[serde(default)]
        now: bool,
        /// With what its next runs are started from now on, if that is to change.
        #[serde(default, skip_serializing_if = "ProfileChange::is_none")]
        #[ts(optional, as = "Option<ProfileChange>")]
        change: ProfileChange,
    },
    /// Start the agent of a story although its set-up did not pass.
    SkipSetUp {
        /// The story.
        story: StoryId,
    },
    /// Run the gates of a story again that rests after they ran. Their result decides how it stands, as it did the
    /// first time.
    RunGates {
        /// The story.
        story: StoryId,
    },
    /// Tell why nothing happens in a story, or what is done for one whose place is being made.
    Why {
        /// The story.
        story: StoryId,
    },
    /// Answer a question.
    Answer {
        /// The question.
        question: QuestionId,
        /// The answer.
        answer: Answer,
    },
    /// End the turn, not the process.
    Interrupt {
        /// The story.
        story: StoryId,
    },
    /// End a story's live run, or the start of its next one.
    Stop {
        /// The story.
        story: StoryId,
        /// Why.
        #[serde(deserialize_with = "earlier::stop_reason")]
        why: StopReason,
        /// Whether to skip the steps in which the agent can end by itself.
        now: bool,
    },
    /// End one run.
    StopRun {
        /// The run.
        run: RunId,
        /// Why.
        #[serde(deserialize_with = "earlier::stop_reason")]
        why: StopReason,
    },
    /// End every live run, and every start of one.
    StopAll {
        /// Why.
        #[serde(deserialize_with = "earlier::stop_reason")]
        why: StopReason,
    },
    /// Archive a story.
    Archive {
        /// The story.
        story: StoryId,
    },
    /// Take a story out of the archive, as it stood before.
    Unarchive {
        /// The story.
        story: StoryId,
    },
    /// Give a story another title.
    Rename {
        /// The story.
        story: StoryId,
        /// The title, one line.
        title: String,
    },
    /// Note that a person looked at a story. What comes after that is what they see as new; it is noted, too, when
    /// they send a prompt. If nothing came since, nothing changes.
    Looked {
        /// The story.
        story: StoryId,
    },
    /// Comment on what a story changed.
    Comment {
        /// The story.
        story: StoryId,
        /// The comment's id, made by the caller; a repeated request makes no second one.
        id: CommentId,
        /// What it is on, as the query for it says.
        anchor: CommentAnchor,
        /// What is to be said.
        text: String,
    },
    /// Change something in a comment.
    ChangeComment {
        /// The story.
        story: StoryId,
        /// The comment.
        id: CommentId,
        /// What.
        change: CommentChange,
    },
    /// Send comments of a story to its agent, as its next prompt.
    Review {
        /// The story.
        story: StoryId,
        /// The id of the prompt, made by the caller.
        id: String,
        /// The comments, as the query for the review says.
        comments: Vec<ReviewedComment>,
    },
    /// Note that a person reviewed a changed file as it is, or take that back. Another change of it opens it again.
    FileReviewed {
        /// The story.
        story: StoryId,
        /// The file's path.
        path: String,
        /// What it is, by [`crate::ChangedFile::content`]; `None` takes it back.
        content: Option<String>,
    },
    /// Make a checkpoint of a story's worktree now.
    Checkpoint {
        /// The story.
        story: StoryId,
    },
    /// Restore files of a story's worktree from a checkpoint. The present state is held by a checkpoint
    /// first.
    Restore {
        /// The story.
        story: StoryId,
        /// The number of the checkpoint.
        n: u32,
        /// Files and folders, relative to the root of the worktree or absolute. Without any everything is
        /// restored, and files that the checkpoint does not have are removed.
        #[serde(default)]
        paths: Vec<String>,
    },
    /// Go back to a checkpoint of a story that rests: its files are restored, after the present ones were held, and
    /// its conversation goes on as it was then. If more was said in it since, its next prompt begins a new
    /// one. Nothing of what came between is lost, and going back to the checkpoint before undoes it.
    Back {
        /// The story.
        story: StoryId,
        /// The number of the checkpoint.
        n: u32,
    },
    /// Do something with the branch of a story: commit, update it from its base, merge it into its base, undo that. Its
    /// files are held by a checkpoint first. Refused, without anything done, if what was shown is not so any more.
    Finish {
        /// The story.
        story: StoryId,
        /// The commit that was shown as checked out; `None` before the first one.
        head: Option<String>,
        /// What.
        step: FinishStep,
    },
    /// End what is being done with the branch of a story.
    CancelFinish {
        /// The story.
        story: StoryId,
    },
    /// Delete the logs of a story that is over. The story itself stays, with its figures, its questions and
    /// their answers; what else its agents printed is gone.
    DeleteLogs {
        /// The story.
        story: StoryId,
    },
    /// Read `config.json` and return what is in force and what waits for a person.
    Config,
    /// Set one value of `config.json`.
    SetConfig {
        /// The value's name, as `agents.claude.model`.
        key: String,
        /// The value as JSON; `null` sets the default.
        value: String,
        /// Whether a person confirmed it. Otherwise a value that gives agents more power waits in the
        /// file.
        confirmed: bool,
    },
    /// Accept the changes that wait in `config.json`.
    AcceptConfig {
        /// Identifies the content that the person saw, by [`crate::ConfigState::file`].
        file: String,
    },
    /// Check the whole store, because the caller met damage in it or did not find it. A damaged store is
    /// recovered.
    CheckStore,
    /// Give up the directory; the caller takes over.
    Yield {
        /// The kind of program that asks: `app`, `mush serve`.
        role: String,
    },
}

/// A run or a story that could not be stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct NotStopped {
    /// Its name for people.
    pub name: Slug,
    /// Why.
    pub fault: Fault,
}

/// The owner's reply to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// The owner is there.
    Hello {
        /// The owner's version.
        version: String,
        /// The kind of program.
        role: String,
        /// The owner's process id.
        pid: u32,
    },
    /// The story was made.
    Started {
        /// The story.
        story: StoryId,
    },
    /// Why nothing happens in the story.
    Why {
        /// What the story waits for.
        waits_for: WaitsFor,
    },
    /// The checkpoint was made.
    Checkpoint {
        /// The checkpoint.
        checkpoint: Box<Checkpoint>,
    },
    /// Files were restored.
    Restored {
        /// The number of the checkpoint that holds the state before that.
        before: u32,
        /// What was done.
        restored: Restored,
    },
    /// The story went back.
    WentBack {
        /// The number of the checkpoint that holds the state before that.
        before: u32,
        /// What was done to its files.
        restored: Restored,
        /// Whether its conversation goes on as it was then; otherwise its next prompt begins a new one.
        goes_on: bool,
    },
    /// Something was done with the story's branch.
    Finished {
        /// What.
        done: Box<FinishDone>,
        /// What git and the repository's hooks printed; its last 16 KiB.
        output: String,
    },
    /// What became of a request to stop everything.
    Stopping {
        /// The runs that are being stopped.
        runs: Vec<Slug>,
        /// How many starts of runs and stories were cancelled.
        starts: u32,
        /// What could not be stopped.
        failed: Vec<NotStopped>,
    },
    /// The configuration, after the request.
    Config {
        /// What is in force, and what waits.
        state: Box<ConfigState>,
    },
    /// Accepted.
    Done,
    /// Accepted and recorded in the journal, so that a crash loses nothing of it. The store could not take it yet,
    /// because its disk is full or another program holds it: it is shown, and what follows from it is done, when
    /// it can.
    Recorded,
    /// Refused; nothing was done.
    Refused {
        /// Why.
        fault: Fault,
    },
}
