//! The records of a story and of a run, as the fold in [`super::State`] keeps them. Only the fold changes them; the
//! director and the policies read them.

use super::set_up::SetUp;
use super::{Checkpoints, Comments, Finishes, GatesAgain, Line};
use protocol::{
    AccountId, AgentId, Evidence, InputKind, Outcome, Profile, Reason, ResetBasis, RunId, RunSpec,
    Slug, Stop, StoryId, StoryState, Timestamp, WorktreePatterns,
};
use std::collections::VecDeque;

/// A story, folded from the journal.
#[derive(Clone, Debug)]
pub(crate) struct StoryRecord {
    /// Its name for people.
    pub slug: Slug,
    /// The title.
    pub title: String,
    /// The repository's common directory, or the working directory.
    pub(crate) project: String,
    /// The working directory.
    pub dir: String,
    /// The root of the worktree that it is in, if that was recorded.
    pub root: Option<String>,
    /// The branch, if any.
    pub branch: Option<String>,
    /// The agent.
    pub agent: AgentId,
    /// How the agent is started.
    pub profile: Profile,
    /// The commands that must pass.
    pub gates: Vec<String>,
    /// Whether its gates are to run again.
    pub(crate) gates_again: GatesAgain,
    /// The set-up of its worktree.
    pub(crate) set_up: SetUp,
    /// Whether it resumes by itself after a limit.
    pub resume_on_reset: bool,
    /// The names of the variables that its runs need.
    pub environment: Vec<String>,
    /// Its state.
    pub state: StoryState,
    /// Why.
    pub reason: Option<Reason>,
    /// The state that it had before it was archived, and why.
    pub(super) before_archive: Option<(StoryState, Option<Reason>)>,
    /// When the state is expected to end.
    pub until: Option<Timestamp>,
    /// How that end is known.
    pub(crate) reset: ResetBasis,
    /// Its runs, oldest first.
    pub runs: Vec<RunId>,
    /// Prompts that were not sent yet: id and text.
    pub queue: VecDeque<(String, String)>,
    /// The reset that was claimed last.
    pub(crate) claimed: Option<Option<Timestamp>>,
    /// How many resets in a row were claimed without a success in between.
    pub limits_in_a_row: u32,
    /// The account of its agent, if it is known.
    pub(crate) account: Option<AccountId>,
    /// Whether a person asked to try its next run now, although a limit may hold its account.
    pub(crate) is_to_be_tried: bool,
    /// Whether something was requested of it since its agent last began, with no bad end after
    /// that.
    pub(crate) is_asked: bool,
    /// The prompts that its live run was given: id and text.
    pub(crate) given: Vec<(String, String)>,
    /// Whether a person looked, and nothing was recorded since.
    pub(crate) is_looked_at: bool,
    /// What is held of its worktree.
    pub(crate) checkpoints: Checkpoints,
    /// The lines of its work: another one begins each time it goes back to a checkpoint.
    pub(super) lines: Vec<Line>,
    /// What a person said of its changes.
    pub(crate) comments: Comments,
    /// What was done with its branch.
    pub(crate) finishes: Finishes,
}

impl StoryRecord {
    /// Whether its state depends on a run.
    pub(crate) fn rests_on_a_run(&self) -> bool {
        use StoryState as S;
        matches!(self.state, S::Starting | S::Running | S::Waiting | S::Gating)
    }

    /// Whether it is active or something is requested of it. Stories that only rest are never
    /// visited.
    pub(super) fn is_open(&self) -> bool {
        use StoryState as S;
        match self.state {
            _ if self.rests_on_a_run() => true,
            S::Limited => true,
            S::Draft | S::Queued => self.is_asked,
            // A prompt that its agent took while it worked is no request any more.
            S::Done | S::NeedsYou | S::Stopped => {
                let is_prompted = self.is_asked && !self.queue.is_empty();
                is_prompted || self.gates_again != GatesAgain::No
            }
            _ => false,
        }
    }

    /// The folder in which it works, for the rule that only one agent works in a folder at a time.
    pub(crate) fn place(&self) -> &str {
        self.root.as_deref().unwrap_or(&self.dir)
    }
}

/// A worktree that was to be made for a story.
#[derive(Clone, Debug)]
pub(crate) struct WantedWorktree {
    /// The story's name, which is the worktree's too.
    pub(crate) slug: Slug,
    /// The new branch.
    pub(crate) branch: String,
    /// The patterns that decided its place, if they were recorded.
    pub(crate) patterns: Option<WorktreePatterns>,
}

/// Something that was to be written to an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SentInput {
    /// The id under which the keeper writes it once.
    pub id: String,
    /// The kind of the input.
    pub kind: InputKind,
    /// The bytes as text.
    pub text: String,
    /// When it was recorded.
    pub at: Timestamp,
}

/// The evidence of a run's end, as far as the story's state needs it.
#[derive(Clone, Debug)]
pub(crate) struct RunEnding {
    /// The evidence.
    pub(crate) evidence: Evidence,
    /// A question was closed although no person answered it.
    pub(crate) question_lost: bool,
    /// The time.
    pub(crate) at: Timestamp,
}

/// A run, folded from the journal.
#[derive(Clone, Debug)]
pub(crate) struct RunRecord {
    /// Its story.
    pub story: StoryId,
    /// Its specification at the start.
    pub spec: RunSpec,
    /// Whether its process was started.
    pub started: bool,
    /// When it was to be started.
    pub started_at: Timestamp,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// The evidence of its end.
    pub ending: Option<RunEnding>,
    /// Who requested its end, and why.
    pub stop: Option<Stop>,
    /// The inputs that were sent to it, in order. Cleared when it ends.
    pub inputs: Vec<SentInput>,
    /// Whether its logs were deleted.
    pub(crate) has_no_logs: bool,
    /// How many prompts it was given and did not leave unheard, also when it is over.
    pub(crate) prompted: usize,
}

impl RunRecord {
    /// Whether the end of its input was sent.
    pub(crate) fn is_closed(&self) -> bool {
        self.inputs.iter().any(|input| input.kind == InputKind::Close)
    }

    /// How many prompts were sent to it.
    pub(crate) fn prompts(&self) -> usize {
        self.inputs.iter().filter(|input| input.kind == InputKind::Prompt).count()
    }
}
