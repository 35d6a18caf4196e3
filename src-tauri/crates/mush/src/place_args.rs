//! The options of `mush run` for a new worktree: its branch, what it begins from, what is copied into it, and what
//! prepares it.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use protocol::{StartDefault, StartStory};

#[derive(Debug, Args)]
pub(crate) struct PlaceArgs {
    /// Work in a new worktree, on a new branch of this name; without a name, on one that is named after
    /// the title, with a number where that is taken.
    #[arg(long, value_name = "BRANCH", num_args = 0..=1, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) worktree: Option<Option<String>>,
    /// Begin the new worktree from this branch, tag or commit; otherwise from what is checked out in DIR.
    #[arg(long, value_name = "REF", requires = "worktree", allow_hyphen_values = true, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) base: Option<String>,
    /// Fetch that from its remote first; if this fails, nothing is started. Nobody is asked for a password.
    #[arg(long, requires = "worktree")]
    pub(crate) fetch: bool,
    /// Do not fetch, although the configuration says so for this repository.
    #[arg(long, conflicts_with = "fetch")]
    pub(crate) no_fetch: bool,
    /// Copy ignored files of DIR's worktree that this pattern names, as in .gitignore; can be given several times.
    #[arg(long = "copy", value_name = "PATTERN", requires = "worktree", allow_hyphen_values = true, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) copy: Vec<String>,
    /// Copy nothing but that, also if .worktreeinclude or the configuration names more.
    #[arg(long)]
    pub(crate) no_copy: bool,
    /// A command that prepares the new worktree before the agent starts; can be given several times.
    #[arg(long = "set-up", value_name = "CMD", requires = "worktree", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) set_up: Vec<String>,
    /// No such commands, although the configuration names some for this repository.
    #[arg(long, conflicts_with = "set_up")]
    pub(crate) no_set_up: bool,
}

impl PlaceArgs {
    /// Puts the options into a request.
    pub(crate) fn put_into(self, start: StartStory) -> StartStory {
        let left_out = [
            (StartDefault::Fetch, !self.fetch && !self.no_fetch),
            (StartDefault::Copy, !self.no_copy),
            (StartDefault::SetUp, self.set_up.is_empty() && !self.no_set_up),
        ];
        let left_out = left_out.into_iter().filter(|(_, is_left_out)| *is_left_out);
        let defaults = start.defaults.into_iter().chain(left_out.map(|(default, _)| default));
        StartStory {
            new_branch: matches!(self.worktree, Some(None)),
            worktree: self.worktree.flatten(),
            base: self.base,
            fetch: self.fetch,
            copy: self.copy,
            set_up: self.set_up,
            defaults: defaults.collect(),
            ..start
        }
    }
}
