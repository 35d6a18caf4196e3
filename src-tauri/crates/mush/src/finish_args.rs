//! The command lines with which a person finishes a story: commits, updates its branch, merges it, undoes that.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};

const MERGE: &str =
    "The base is the branch from which the story's worktree began, or the local one that follows it.
Where it is checked out, its files follow; nothing is touched if files would conflict, if that worktree
is not clean, or if something moved since it was looked at. Nothing is pushed.

Examples:
  mush merge STORY --dry-run        what would be done
  mush merge STORY                  forward if that is possible, otherwise a merge commit
  mush merge STORY --squash -m \"Fix the login\"";

#[derive(Debug, Subcommand)]
pub(crate) enum FinishCommand {
    /// Show how the branch of a story stands against its base, what conflicts, and what can be done next.
    Finish {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// Commit what is not committed in a story's worktree, with the repository's hooks. Their output is shown as it
    /// comes; Ctrl-C cancels.
    Commit {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// Only these files and folders, by their paths in the worktree or absolute.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        paths: Vec<String>,
        /// The message; - reads standard input. Without it the story's title.
        #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
        message: Option<String>,
    },
    /// Update the branch of a story from its base, by a merge. If files would conflict, nothing is touched.
    Update {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// Put the branch's commits on top of the base instead; a conflict takes all of it back.
        #[arg(long)]
        rebase: bool,
        /// If files would conflict, send the agent a prompt with the conflicting pieces.
        #[arg(long, conflicts_with = "rebase")]
        ask_agent: bool,
    },
    /// Merge the branch of a story into its base.
    #[command(after_help = MERGE)]
    Merge(MergeArgs),
    /// Undo what was done last by commit, update or merge, if nothing moved since.
    Undo {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// The story's id or name.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) story: String,
    /// As one commit with all that the branch changed.
    #[arg(long, conflicts_with_all = ["ff", "no_ff"])]
    pub(crate) squash: bool,
    /// Only if the base just has to move forward.
    #[arg(long, conflicts_with = "no_ff")]
    pub(crate) ff: bool,
    /// By a merge commit in any case.
    #[arg(long)]
    pub(crate) no_ff: bool,
    /// The message of the commit; - reads standard input.
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "ff")]
    pub(crate) message: Option<String>,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}
