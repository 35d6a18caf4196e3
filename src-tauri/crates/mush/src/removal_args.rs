//! The command lines about the worktrees of stories: which there are, and removing one.

use clap::Subcommand;
use clap::builder::NonEmptyStringValueParser;

const REMOVE: &str = "A checkpoint holds the files first, and `mush undo STORY` brings the worktree back with every byte of them.
What git ignores goes, unless checkpoints hold that, too. Nothing is removed in which a process works, or of
which git does not answer every question.

Examples:
  mush remove STORY --dry-run       what would go, and what speaks against it
  mush remove STORY                 after a question
  mush remove STORY --delete-branch --yes";

#[derive(Debug, Subcommand)]
pub(crate) enum RemovalCommand {
    /// List the worktrees that were made for stories: what would go with each, how large it is, and what speaks against
    /// its removal.
    Worktrees,
    /// Remove the worktree of a story.
    #[command(after_help = REMOVE)]
    Remove {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// Delete its branch, too.
        #[arg(long)]
        delete_branch: bool,
        /// Say what would go, and remove nothing.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}
