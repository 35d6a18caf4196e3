//! The command line of xtask: parses the arguments to a typed command. It reads nothing else.

use crate::failure::Failure;

/// The output of `cargo xtask help`.
pub(crate) const USAGE: &str = "\
cargo xtask COMMAND [--yes]

  setup                            install what the machine lacks for everything below
  run [-- ARGUMENTS]               build Musher and start it
  test [--only STAGE|--from STAGE] everything that the continuous integration runs
  test --only STAGE -- WORD...     the stage's command with these words: names of journeys, of tests
  bench [NAME]...                  run the benchmarks, or those named
  bench [NAME]... --against REV    run them in turn with those of a revision and compare: exits with 0
                                   when nothing is worse, 3 when something is, 4 to be repeated
    --cycles N                     A B B A so often instead of five times, for a figure that varies more
                                   from run to run than it may differ
  check-targets [--only NAME]      build for windows, type-check for macos (on Debian)
  licences                         write the list of what ships, which the settings page shows
  help                             this text

  --yes, -y                        install what is missing without asking
";

/// A whole command line.
#[derive(Debug, PartialEq)]
pub(crate) struct Args {
    pub(crate) command: Command,
    /// Install without asking.
    pub(crate) yes: bool,
}

/// The command to run.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Help,
    Setup,
    Test(Selection),
    Run(Vec<String>),
    Bench(Benchmarks),
    CheckTargets(Option<String>),
    Licences,
}

/// The benchmarks to run (all if none is named), and what to compare them with.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Benchmarks {
    pub(crate) names: Vec<String>,
    pub(crate) against: Option<Against>,
}

/// The revision to compare with, and how often both sides are run in turn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Against {
    pub(crate) revision: String,
    pub(crate) cycles: usize,
}

/// How often both sides of a comparison are run in turn, if nothing else is said.
const CYCLES: usize = 5;

/// The most cycles of a comparison.
const MOST_CYCLES: usize = 100;

/// The stages of `test` to run.
#[derive(Debug, PartialEq)]
pub(crate) enum Selection {
    All,
    /// One stage, with what is added to its last command.
    Only(String, Vec<String>),
    From(String),
}

/// Parses the arguments after `cargo xtask`.
pub(crate) fn parse(words: Vec<String>) -> Result<Args, Failure> {
    let mut words = words.into_iter();
    let name = words.next().unwrap_or_else(|| String::from("help"));
    let mut rest = Options::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--yes" | "-y" => rest.yes = true,
            "--only" => rest.only = Some(value(&word, words.next())?),
            "--from" => rest.from = Some(value(&word, words.next())?),
            "--against" => rest.against = Some(revision(words.next())?),
            "--cycles" => rest.cycles = Some(cycles(words.next())?),
            "--" => rest.passed = words.by_ref().collect(),
            other if other.starts_with('-') => return Err(unknown(other)),
            _ => rest.names.push(word),
        }
    }
    let yes = rest.yes;
    let command = match name.as_str() {
        "setup" => rest.finish(Command::Setup),
        "test" => {
            let selection = rest.selection()?;
            rest.finish(Command::Test(selection))
        }
        "run" => {
            let passed = std::mem::take(&mut rest.passed);
            rest.finish(Command::Run(passed))
        }
        "bench" => {
            let names = std::mem::take(&mut rest.names);
            let against = rest.against();
            rest.finish(Command::Bench(Benchmarks { names, against }))
        }
        "check-targets" => {
            let only = rest.only.take();
            rest.finish(Command::CheckTargets(only))
        }
        "licences" => rest.finish(Command::Licences),
        "help" | "--help" | "-h" => rest.finish(Command::Help),
        other => Err(unknown(other)),
    }?;
    Ok(Args { command, yes })
}

/// The options after the name of the command. Each command takes those that it supports.
#[derive(Default)]
struct Options {
    yes: bool,
    only: Option<String>,
    from: Option<String>,
    against: Option<String>,
    cycles: Option<usize>,
    names: Vec<String>,
    passed: Vec<String>,
}

impl Options {
    fn selection(&mut self) -> Result<Selection, Failure> {
        match (self.only.take(), self.from.take()) {
            (None, None) => Ok(Selection::All),
            (Some(stage), None) => Ok(Selection::Only(stage, std::mem::take(&mut self.passed))),
            (None, Some(stage)) => Ok(Selection::From(stage)),
            (Some(_), Some(_)) => {
                Err(Failure::Usage(String::from("--only and --from exclude each other")))
            }
        }
    }

    /// Cycles without a revision are left, and refused.
    fn against(&mut self) -> Option<Against> {
        let revision = self.against.take()?;
        Some(Against { revision, cycles: self.cycles.take().unwrap_or(CYCLES) })
    }

    /// Fails if an option is left that the command did not take.
    fn finish(self, command: Command) -> Result<Command, Failure> {
        let left = [
            self.only.map(|_| "--only"),
            self.from.map(|_| "--from"),
            self.against.map(|_| "--against"),
            self.cycles.map(|_| "--cycles"),
            self.passed.first().map(|_| "--"),
        ];
        match (left.into_iter().flatten().next(), self.names.first()) {
            (Some(word), _) => Err(unknown(word)),
            (None, Some(word)) => Err(unknown(word)),
            (None, None) => Ok(command),
        }
    }
}

fn value(flag: &str, next: Option<String>) -> Result<String, Failure> {
    next.ok_or_else(|| Failure::Usage(format!("{flag} needs a name")))
}

/// An argument that begins with a dash is refused, because git would take it as an option.
fn revision(next: Option<String>) -> Result<String, Failure> {
    next.filter(|word| !word.is_empty() && !word.starts_with('-')).ok_or_else(|| {
        Failure::Usage(String::from("--against needs a revision, as `--against HEAD~3`"))
    })
}

fn cycles(next: Option<String>) -> Result<usize, Failure> {
    let count = next.and_then(|word| word.parse().ok());
    count
        .filter(|count| (1..=MOST_CYCLES).contains(count))
        .ok_or_else(|| Failure::Usage(format!("--cycles needs a count from 1 to {MOST_CYCLES}")))
}

fn unknown(word: &str) -> Failure {
    Failure::Usage(format!("`{word}` is not known here"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, command: Command, yes: bool) {
        let words = line.split_whitespace().map(String::from).collect();
        assert_eq!(parse(words).unwrap(), Args { command, yes }, "{line}");
    }

    fn refused(line: &str) {
        let parsed = parse(line.split_whitespace().map(String::from).collect());
        assert!(matches!(parsed, Err(Failure::Usage(_))), "{line}: {parsed:?}");
    }

    #[test]
    fn every_command_is_understood() {
        check("", Command::Help, false);
        check("setup -y", Command::Setup, true);
        check("test --yes", Command::Test(Selection::All), true);
        check("test --only fmt", Command::Test(Selection::Only("fmt".into(), vec![])), false);
        let journeys = Selection::Only("e2e".into(), vec!["reading".into(), "--x".into()]);
        check("test -y --only e2e -- reading --x", Command::Test(journeys), true);
        check("test --from clippy", Command::Test(Selection::From("clippy".into())), false);
        check("run -- run --json", Command::Run(vec!["run".into(), "--json".into()]), false);
        let bench = |names: &[&str], against: Option<(&str, usize)>| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let against =
                against.map(|(revision, cycles)| Against { revision: revision.to_owned(), cycles });
            Command::Bench(Benchmarks { names, against })
        };
        check("bench", bench(&[], None), false);
        check("bench ingest", bench(&["ingest"], None), false);
        check("bench --against v1", bench(&[], Some(("v1", 5))), false);
        check("bench --cycles 15 --against v1", bench(&[], Some(("v1", 15))), false);
        check("bench a b --against HEAD~3 -y", bench(&["a", "b"], Some(("HEAD~3", 5))), true);
        check("licences", Command::Licences, false);
        check("check-targets --only macos", Command::CheckTargets(Some("macos".into())), false);
    }

    #[test]
    fn a_word_no_command_takes_is_refused() {
        refused("paint");
        refused("test --only");
        refused("test --only a --from b");
        refused("test fmt");
        refused("test -- fmt");
        refused("test --from fmt -- x");
        refused("setup --only fmt");
        refused("licences a");
        refused("test --against v1");
        refused("bench --against");
        refused("bench --against --force");
        refused("bench --cycles 5");
        refused("bench --against v1 --cycles");
        refused("bench --against v1 --cycles 0");
        refused("bench --against v1 --cycles 101");
        refused("test --cycles 5");
        refused("check-targets -- x");
    }
}
