//! The command lines with which a person reviews the changes of a story.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};

const COMMENT: &str = "Examples:
  mush comment STORY src/lib.rs:12 \"Handle an empty line\"
  mush comment STORY src/lib.rs:12-20 \"Split this up\"
  mush comment STORY src/lib.rs:7 --before \"Why is this gone?\"   a line as it was before the change
  mush comment STORY README.md \"Say how to start it\"             the file as a whole";

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// Comment on a changed file of a story, or on lines of it. The agent gets it with `mush review`.
    #[command(after_help = COMMENT)]
    Comment(CommentArgs),
    /// List the comments of a story: where each is now, and whether its lines changed since the agent has it.
    Comments {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// List those that are resolved, too.
        #[arg(long)]
        all: bool,
    },
    /// Change the text of a comment that was not sent.
    EditComment {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// The comment's number.
        n: u32,
        /// The text; - reads standard input.
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
    /// Take comments away.
    RemoveComment(Numbered),
    /// Say that nothing is left to be done about comments.
    Resolve(Numbered),
    /// Open comments again, so that they go with the next review.
    Reopen(Numbered),
    /// Send the open comments of a story to its agent, as its next prompt.
    Review {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// Print the words that would be sent, and send nothing.
        #[arg(long)]
        show: bool,
    },
    /// Say what came in a story since you looked: files, commands, questions, gates, cost.
    Since {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// Note that you reviewed changed files as they are; another change of one opens it again.
    Reviewed {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// The files, as `mush changes` names them.
        #[arg(required = true, value_parser = NonEmptyStringValueParser::new())]
        paths: Vec<String>,
        /// Take it back.
        #[arg(long)]
        undo: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CommentArgs {
    /// The story's id or name.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) story: String,
    /// The file, as `mush changes` names it, and a line or lines of it: PATH, PATH:12, PATH:12-20.
    #[arg(value_name = "PATH[:LINE[-LINE]]", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) place: String,
    /// What is to be said; - reads standard input.
    #[arg(allow_hyphen_values = true)]
    pub(crate) text: String,
    /// The lines are those before the change.
    #[arg(long)]
    pub(crate) before: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Numbered {
    /// The story's id or name.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) story: String,
    /// The numbers of the comments, as `mush comments` shows them.
    #[arg(required = true, value_name = "N")]
    pub(crate) numbers: Vec<u32>,
}
