//! The command lines about the remote and the host of a story's repository: push, pull request, checks.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};

const PR: &str = "GitHub is asked by `gh`, GitLab by `glab`; one of them must be installed and signed in. Without it the
address of the page on which a pull request is begun is said. Commits that the remote does not have are
pushed first, never by force.

Examples:
  mush pr STORY                     title and text are proposed from the story
  mush pr STORY --draft --title \"Fix the login\" --text - < text.md";

#[derive(Debug, Subcommand)]
pub(crate) enum HostCommand {
    /// Push the branch of a story to its remote, never by force. The repository's hook pre-push runs; Ctrl-C cancels.
    Push {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// Begin a pull request (a merge request on GitLab) of a story's branch. If one is open, its address is printed and
    /// nothing is done.
    #[command(after_help = PR)]
    Pr(PrArgs),
    /// Show the pull request of a story's branch with its checks, as its host has them now.
    Checks {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// Print the ends of the logs of the checks that failed.
        #[arg(long)]
        log: bool,
        /// Send these to the agent as its next prompt.
        #[arg(long, conflicts_with = "log")]
        send: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PrArgs {
    /// The story's id or name.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) story: String,
    /// The title. Without it that of the story.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) title: Option<String>,
    /// The text; - reads standard input. Without it the story's first prompt and the first lines of its commits.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) text: Option<String>,
    /// The branch into which it is to be merged, as the host names it. Without it that from which the story began.
    #[arg(long, value_name = "BRANCH", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) base: Option<String>,
    /// Begin it as a draft.
    #[arg(long)]
    pub(crate) draft: bool,
}
