//! The command line: its commands and options as types for clap, with their help texts. The modules
//! of the commands implement them. A command line that cannot be parsed is reported as a [`Fault`],
//! like other errors.

use crate::changes::ChangesArgs;
use crate::finish_args::FinishCommand;
use crate::forecast::ForecastCommand;
use crate::host_args::HostCommand;
use crate::place_args::PlaceArgs;
use crate::removal_args::RemovalCommand;
use crate::review_args::ReviewCommand;
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use protocol::{ErrorCode, Fault, UsageGroup, UsageStep};
use serde::Deserialize;
use std::path::PathBuf;

/// The display order of options that every command has, after those of the command.
const LAST: usize = 900;

/// The exit codes, as listed in the help.
const EXITS: &str = "Exits: 0 done, 10 needs you, 11 limited, 12 stopped, 13 lost, 2 bad input, \
                     1 a fault in Musher, 129 left while the story went on: a closed terminal, or Ctrl-C in \
                     attach and wait.";

const USAGE: &str =
    "Tokens belong to the time of the result that reports them. Cost marked ≥ is at least so \
                     much, ≈ is an estimate; not priced yet: nothing says what it costs.

Examples:
  mush usage --from today                        since midnight
  mush usage --by day,model --from 7d            a week by day and model
  mush usage --by story --from 2026-11-01 --to 2026-11-30 --csv";

const ANSWERS: &str = "Examples:
  mush answer QUESTION allow
  mush answer QUESTION deny --message \"not on a Friday\"
  mush answer QUESTION allow --option ID                  more than this once, if the agent offers it
  mush answer QUESTION choose \"On disk\"                  one question, or labels that differ
  mush answer QUESTION choose 1=Yes 2=No                  each question by its number
  mush answer QUESTION choose 1=Yes \"2=only in tests\"    words of your own for the second
  mush answer QUESTION fill name=sales rows=7             a form of an MCP server, field by field
  mush answer QUESTION cancel                             the form is closed without an answer";

const CHANGES: &str = "A file that no tool call of the agent names is marked; what command lines change is not said by them.

Examples:
  mush changes STORY                       everything since the base
  mush changes STORY --since turn          what the last turn did; --turn N: another one
  mush changes STORY --since head          what no commit has
  mush changes STORY --since 3 --until 5   between two checkpoints
  mush changes STORY --patch | git apply";

const CLAIMS: &str = "Proved is only what a gate or a command's own exit status shows for the files as they are now, or what git has.
What an agent does not say is not listed, and no claim changes the state of a story.";

const CONFIG: &str = "config.json in the data directory can be edited by hand; it is read again by itself. What gives
agents more power (permissions, arguments, gates, set-ups) is in force only after you accepted it.

Examples:
  mush config set agents.claude.model opus
  mush config set 'projects.\"/home/ann/shop\".gates' '[\"cargo test\"]'
  mush config set 'projects.\"/home/ann/shop\".set_up' '[\"npm ci\"]'
  mush config set worktrees.branch ann/{name}
  mush config accept";

const FIRST_STEPS: &str = "First steps:
  mush doctor                                       what this machine has
  mush run --agent demo --dir . --prompt hello      a story without a model
  mush run --agent claude --dir . --prompt TEXT     a story
  mush stories                                      how each stands";

/// Several coding agents at once, nothing lost, nothing untrue.
#[derive(Debug, Parser)]
#[command(name = "mush", version, about, max_term_width = 100, after_help = FIRST_STEPS)]
pub(crate) struct Cli {
    /// Where Musher keeps its data.
    #[arg(long, global = true, value_name = "DIR", display_order = LAST)]
    pub(crate) data_dir: Option<PathBuf>,
    /// Print one JSON object per line.
    #[arg(long, global = true, display_order = LAST)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a story and follow it.
    #[command(after_help = EXITS)]
    Run(Box<RunArgs>),
    /// List stories.
    Stories {
        /// Also those that were put away; with --json they are listed in any case.
        #[arg(long)]
        all: bool,
    },
    /// List runs.
    Runs,
    /// Print a run's events.
    Events {
        /// The run's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        run: String,
        /// Only what comes after this number.
        #[arg(long, default_value_t = 0, value_name = "N")]
        after: u64,
        /// Results to their last line, all that calls work on, thoughts, and what subagents write.
        #[arg(long)]
        full: bool,
    },
    /// Follow a story until it rests.
    #[command(after_help = EXITS)]
    Attach {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// Send a prompt; it waits until the agent is idle.
    Send {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// The prompt, or - for standard input.
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
    /// List the prompts that wait in a story and were not written to its agent yet.
    Prompts {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// Take back a prompt that waits.
    Unsend {
        /// The prompt's id, as `mush prompts` lists it.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        prompt: String,
    },
    /// Change a prompt that waits; it keeps its place.
    Edit {
        /// The prompt's id, as `mush prompts` lists it.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        prompt: String,
        /// The new prompt, or - for standard input.
        #[arg(allow_hyphen_values = true)]
        text: String,
    },
    /// List questions that wait for an answer.
    Questions {
        /// Answered and withdrawn ones too.
        #[arg(long)]
        all: bool,
    },
    /// Answer a question.
    #[command(after_help = ANSWERS)]
    Answer(AnswerArgs),
    /// End an agent's turn, not its process.
    Interrupt {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// Stop a story, a run, or everything.
    Stop(StopArgs),
    /// Have a story that rests go on, with the prompts that wait for it if there are any; with another model,
    /// program or arguments if they are given.
    Resume(ResumeArgs),
    /// Say why nothing happens in a story, or what does.
    Why {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// Put a story away.
    Archive {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// Take a story out of the archive; it stands as it stood before.
    Unarchive {
        /// The story's id or name.
        story: String,
    },
    /// Give a story another title; its name, its branch and its folder stay.
    Rename {
        /// The story's id or name.
        story: String,
        /// The title.
        title: String,
    },
    /// Hold the files of a story's worktree by a commit now, as it is done before each prompt and after each
    /// turn.
    Checkpoint {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// List the checkpoints of a story, and what they do not hold.
    Checkpoints {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// List the files of a story that differ: since its base, in a turn, since you looked, or what no commit has.
    #[command(after_help = CHANGES)]
    Changes(ChangesArgs),
    /// What the agent said at the end of its last turn that it did (tests pass, committed, pushed ...), beside what
    /// ran and what git has.
    #[command(after_help = CLAIMS)]
    Claims {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    #[command(flatten)]
    Forecast(ForecastCommand),
    #[command(flatten)]
    Finish(FinishCommand),
    #[command(flatten)]
    Removal(RemovalCommand),
    #[command(flatten)]
    Host(HostCommand),
    #[command(flatten)]
    Review(ReviewCommand),
    /// Note that you looked at a story: `mush changes --since look` begins here.
    Looked {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// Give back the files of a story's worktree from a checkpoint. The present files are held first, and
    /// restoring that checkpoint undoes it.
    Restore {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// The number of the checkpoint.
        n: u32,
        /// Files and folders, by their paths in the worktree or absolute. Without any all are restored, and
        /// files that the checkpoint does not have are removed.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        paths: Vec<String>,
    },
    /// Go back to a checkpoint of a story that rests: its files are given back as by `restore`, and its
    /// conversation goes on as it was then; if more was said in it since, the next prompt begins a new one, which
    /// is told so. Going back to the checkpoint that this names undoes it.
    Back {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// The number of the checkpoint.
        n: u32,
    },
    /// Delete the logs of a story that is over, to free their space. The story stays, with its prompts, questions
    /// and answers, the result of each turn, and its usage.
    DeleteLogs {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Wait until a story needs nothing more or needs you. While a question waits for its answer, so does this:
    /// `mush answer` gives it from elsewhere.
    #[command(after_help = EXITS)]
    Wait {
        /// The story's id or name.
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        story: String,
    },
    /// List the rate limits of every account.
    Limits,
    /// Sum up what was used: tokens, cost, runs and turns.
    #[command(after_help = USAGE)]
    Usage(UsageArgs),
    /// Look after what goes on without a window: own the data directory, run gates, go on after limits. It gives
    /// the directory to a window that opens, and ends by itself when nothing is left to do.
    Serve {
        /// How long to stay when nothing is left to do.
        #[arg(long, default_value_t = 60, value_name = "SECONDS")]
        linger: u64,
        /// Ask the one that owns the data directory to end.
        #[arg(long, conflicts_with = "linger")]
        end: bool,
    },
    /// Look at this machine: agents, git, the data directory; or prove that nothing is lost on it.
    Doctor(DoctorArgs),
    /// Prove that the store says what journal and logs say. Exits with 1 if it does not, with 2 if it could not be
    /// compared.
    Verify {
        /// The longest to wait, in seconds, while another program reads runs again. Without it there is no limit.
        #[arg(long, value_name = "SECONDS")]
        timeout: Option<u64>,
    },
    /// Make the store again from journal and logs.
    Rebuild,
    /// Show or change how new stories start, their gates, and where worktrees are made.
    #[command(after_help = CONFIG, subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print what is in force.
    Get {
        /// One value, such as agents.claude.model; otherwise everything.
        key: Option<String>,
    },
    /// Set one value.
    Set {
        /// Which, such as agents.claude.model.
        key: String,
        /// The value: a word, or JSON. null is the usual value.
        #[arg(allow_hyphen_values = true)]
        value: String,
        /// Put it in force also if it gives agents more power.
        #[arg(long)]
        yes: bool,
    },
    /// Print where the file is.
    Path,
    /// Put in force what was changed in the file and gives agents more power.
    Accept {
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct UsageArgs {
    /// What to sum by: one stretch of time and any groups, with commas or repeated; without it there
    /// is one sum of everything.
    #[arg(long, value_name = "WORDS", value_parser = by(), value_delimiter = ',')]
    pub(crate) by: Vec<By>,
    /// Where the range begins: a date, a time (2026-11-28T14:30, with Z or +02:00 for another zone),
    /// today, yesterday, or how long ago (30m, 12h, 7d, 2w).
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) from: Option<String>,
    /// Where the range ends; a date is in the range.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) to: Option<String>,
    /// The time zone whose calendar counts, such as Europe/Berlin; otherwise that of this machine.
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<String>,
    /// Print CSV with a line of heads.
    #[arg(long)]
    pub(crate) csv: bool,
}

/// A value of `--by`; the words are those of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum By {
    Step(UsageStep),
    Group(UsageGroup),
}

/// The values of `--by`, in the order of its help.
const BY: [&str; 10] =
    ["hour", "day", "week", "month", "model", "agent", "account", "project", "story", "class"];

fn by() -> impl TypedValueParser<Value = By> {
    PossibleValuesParser::new(BY)
        .try_map(|word| serde_json::from_value::<By>(serde_json::Value::String(word)))
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Kill owners and followers at random over demo agents in a scratch directory, and count what
    /// is lost, twice or left behind; takes about a minute.
    #[arg(long)]
    pub(crate) prove: bool,
    /// Repeat the proof of this seed.
    #[arg(long, value_name = "N", requires = "prove")]
    pub(crate) seed: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The agent: claude, codex, demo.
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) agent: String,
    /// The working directory.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The prompt, or - for standard input.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) prompt: String,
    /// What the story is about; otherwise the prompt's first line.
    #[arg(long, allow_hyphen_values = true, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) title: Option<String>,
    /// The model; otherwise as configured, or what the agent takes by itself.
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) model: Option<String>,
    /// Go on with this conversation of the agent's.
    #[arg(long, value_name = "SESSION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) resume: Option<String>,
    /// A command that must pass for the story to be done; can be given several times.
    #[arg(long = "gate", value_name = "CMD", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) gates: Vec<String>,
    /// No commands, although the configuration names some for this repository.
    #[arg(long, conflicts_with = "gates")]
    pub(crate) no_gates: bool,
    /// What may happen without asking; otherwise as configured, which is `ask` at first.
    #[arg(long, value_enum)]
    pub(crate) permission: Option<Permission>,
    /// A tool that needs no permission, in the agent's own words; can be given several times.
    #[arg(long = "allow-tool", value_name = "RULE")]
    pub(crate) allowed_tools: Vec<String>,
    /// A directory in addition to DIR that the agent may use; can be given several times.
    #[arg(long = "add-dir", value_name = "DIR")]
    pub(crate) add_dirs: Vec<PathBuf>,
    /// The agent's program.
    #[arg(long, value_name = "PATH")]
    pub(crate) bin: Option<PathBuf>,
    /// An argument passed to the agent as it is; can be given several times.
    #[arg(long = "arg", value_name = "X", allow_hyphen_values = true)]
    pub(crate) extra_args: Vec<String>,
    /// A variable for the agent; can be given several times.
    #[arg(long = "env", value_name = "K=V")]
    pub(crate) env: Vec<String>,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Start it and leave; without a window `mush serve` looks after it.
    #[arg(long)]
    pub(crate) detach: bool,
    /// Wait limits out and go on after them.
    #[arg(long)]
    pub(crate) wait: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Permission {
    /// Ask for everything that the agent's own rules do not allow.
    Ask,
    /// Deny everything that the agent's own rules do not allow.
    Deny,
    /// Allow edits in the working directory, ask for the rest.
    AcceptEdits,
    /// Ask for nothing, and switch the agent's own sandbox off.
    FullAccess,
}

#[derive(Debug, Args)]
pub(crate) struct AnswerArgs {
    /// The question's id, its name in `mush questions`, or its story if that has no other open question.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) question: String,
    /// What to answer.
    #[arg(value_enum)]
    pub(crate) verb: AnswerVerb,
    /// For `choose`: a label that one of the agent's questions offers, or N=LABEL for its N-th question,
    /// or N=WORDS for words of your own. Each of the questions needs an answer. For `fill`: NAME=VALUE for each
    /// field, again for each further value where several can be chosen.
    #[arg(value_name = "ANSWER", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) labels: Vec<String>,
    /// With `deny`, why not, for the agent; with `choose`, your own words to its one question.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) message: Option<String>,
    /// With `allow` or `deny`, a decision of the agent's that covers more than this once, by its id;
    /// `mush questions` shows what is offered.
    #[arg(long, value_name = "ID")]
    pub(crate) option: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerVerb {
    /// Yes, this once.
    Allow,
    /// No.
    Deny,
    /// These of the options.
    Choose,
    /// This in the fields of a form.
    Fill,
    /// A form is closed without an answer.
    Cancel,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    /// The story's id or name.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) story: String,
    /// Try now, although a limit holds the account; a success ends the hold.
    #[arg(long)]
    pub(crate) now: bool,
    /// From now on ask for this model.
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) model: Option<String>,
    /// From now on run this program.
    #[arg(long, value_name = "PATH")]
    pub(crate) bin: Option<PathBuf>,
    /// From now on pass these arguments to the agent, in the place of those that there were; can be given several
    /// times.
    #[arg(long = "arg", value_name = "X", allow_hyphen_values = true)]
    pub(crate) extra_args: Vec<String>,
    /// From now on pass no arguments.
    #[arg(long, conflicts_with = "extra_args")]
    pub(crate) no_args: bool,
    /// Start the agent although the set-up of its worktree did not pass; without this it is run again.
    #[arg(long, conflicts_with_all = ["now", "model", "bin", "extra_args", "no_args"])]
    pub(crate) skip_set_up: bool,
    /// Only run the gates again, after they failed, were stopped or passed; the agent is not started.
    #[arg(long, conflicts_with_all = ["now", "model", "bin", "extra_args", "no_args", "skip_set_up"])]
    pub(crate) gates: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StopArgs {
    /// The story's or run's id or name.
    #[arg(required_unless_present = "all", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) what: Option<String>,
    /// Everything that runs.
    #[arg(long, conflicts_with = "what")]
    pub(crate) all: bool,
    /// Skip the polite steps.
    #[arg(long)]
    pub(crate) now: bool,
}

/// The error of a command line that cannot be parsed, for programs: clap's message without the
/// usage.
pub(crate) fn fault(error: &clap::Error) -> Fault {
    let text = error.to_string();
    let sentence = text.lines().take_while(|line| !line.is_empty()).map(str::trim);
    let sentence = sentence.collect::<Vec<_>>().join(" ");
    let message = sentence.strip_prefix("error: ").unwrap_or(&sentence);
    Fault::new(
        ErrorCode::BadInput,
        message,
        "`mush help` and `mush COMMAND --help` say what there is.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(words: &[&str]) -> Fault {
        fault(&Cli::try_parse_from(words).unwrap_err())
    }

    #[test]
    fn what_cannot_be_understood_is_one_sentence() {
        let messages = [
            refused(&["mush", "stop"]).message,
            refused(&["mush", "events", "x", "--after", "many"]).message,
            refused(&["mush", "answer", "q", "maybe"]).message,
        ];
        assert_eq!(
            messages,
            [
                "the following required arguments were not provided: <WHAT>",
                "invalid value 'many' for '--after <N>': invalid digit found in string",
                "invalid value 'maybe' for '<VERB>' [possible values: allow, deny, choose, fill, cancel]",
            ]
        );
    }

    #[test]
    fn a_prompt_may_begin_like_an_option() {
        let run = ["mush", "run", "--agent", "demo", "--dir", "/", "--prompt", "- one\n- two"];
        let Command::Run(run) = Cli::try_parse_from(run).unwrap().command else { panic!("run") };
        assert_eq!(run.prompt, "- one\n- two");
        let send = ["mush", "send", "story", "--do it"];
        let Command::Send { text, .. } = Cli::try_parse_from(send).unwrap().command else {
            panic!("send")
        };
        assert_eq!(text, "--do it");
    }

    #[test]
    fn every_word_of_by_is_one_of_the_protocol() {
        let words = ["mush", "usage", "--by", &BY.join(",")];
        let Command::Usage(args) = Cli::try_parse_from(words).unwrap().command else {
            panic!("usage")
        };
        let word = |by: &By| match by {
            By::Step(step) => crate::text::word(step),
            By::Group(group) => crate::text::word(group),
        };
        assert_eq!(args.by.iter().map(word).collect::<Vec<_>>(), BY);
        let refused = refused(&["mush", "usage", "--by", "day,modell"]).message;
        assert!(refused.contains("possible values: hour, day, week, month, model"), "{refused}");
    }

    #[test]
    fn what_must_say_something_is_not_empty() {
        for option in [
            "--agent",
            "--model",
            "--title",
            "--resume",
            "--gate",
            "--worktree",
            "--base",
            "--copy",
            "--set-up",
        ] {
            let mut words = vec!["mush", "run", "--dir", "/", "--prompt", "x", option, ""];
            if option != "--agent" {
                words.extend(["--agent", "demo"]);
            }
            assert!(refused(&words).message.contains("a value is required"), "{option}");
        }
    }
}
