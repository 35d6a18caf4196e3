//! `cargo xtask bench --against REV`: runs the benchmarks of a revision (A) and of this tree (B) in
//! the order A B B A, five times or as often as asked, and reports whether this tree is worse. This
//! module has the order of the steps; each step is a module of its own.

use super::Benchmark;
use super::build::{self, Program, Side, Stamps};
use super::children::{Children, Ended, Output};
use super::disk;
use super::failure::BenchFailure;
use super::figure;
use super::load::Ticks;
use super::ratio::RUNS_OF_A_SIDE;
use super::verdict::{self, Comparison, Printed};
use super::worktree::{self, Commit};
use crate::args::Against;
use crate::failure::Failure;
use crate::machine;
use crate::need::{DISPLAY, GIT, NODE, Need, WEBVIEW};
use crate::workspace;
use std::fs::{self, File, TryLockError};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The order of the runs in one cycle, as indices into `[revision, this tree]`.
const ORDER: [usize; 4] = [0, 1, 1, 0];

/// The time limit of one run, longer than any benchmark takes on a slow machine.
const LONGEST_RUN: Duration = Duration::from_secs(600);

/// Compares these benchmarks of this tree with those of the revision.
pub(super) fn compare(chosen: &[Benchmark], against: &Against, yes: bool) -> Result<(), Failure> {
    machine::provide(&needs(chosen), yes)?;
    let children = Children::adopt()?;
    let compared = Place::take().and_then(|place| place.compare(chosen, against, &children));
    // Ctrl-C may also have reached a program, which then failed; that failure is not reported.
    if children.is_interrupted() { Err(BenchFailure::Interrupted.into()) } else { compared }
}

fn needs(chosen: &[Benchmark]) -> Vec<&'static Need> {
    let mut needs = vec![&GIT];
    if chosen.iter().any(|benchmark| matches!(benchmark, Benchmark::Window(_))) {
        needs.extend([&NODE, &WEBVIEW, &DISPLAY]);
    }
    needs
}

/// The folder for comparisons; only one comparison can use it at a time.
struct Place {
    folder: PathBuf,
    /// The lock file, which is locked until this is dropped.
    _lock: File,
}

impl Place {
    fn take() -> Result<Self, Failure> {
        let folder = workspace::target_directory()?.join("bench");
        let io = |source| Failure::Io { doing: format!("cannot use {}", folder.display()), source };
        fs::create_dir_all(&folder).map_err(io)?;
        let lock = File::create(folder.join("lock")).map_err(io)?;
        match lock.try_lock() {
            Ok(()) => Ok(Place { folder, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(BenchFailure::Busy { place: folder }.into()),
            Err(TryLockError::Error(source)) => Err(io(source)),
        }
    }

    fn compare(
        &self,
        chosen: &[Benchmark],
        against: &Against,
        children: &Children,
    ) -> Result<(), Failure> {
        let commit = worktree::commit(&against.revision)?;
        announce(&commit)?;
        disk::has_space(&self.folder, disk::WANTED)?;
        disk::has_space(&std::env::temp_dir(), disk::WANTED_OF_A_RUN)?;
        let root = self.folder.join("tree");
        worktree::check_out(&root, &commit, children)?;
        let sides = [
            Side { name: commit.short.clone(), target: Some(self.folder.join("target")), root },
            build::this_tree(),
        ];
        let pairs = pairs(chosen, super::found(&sides[0].root)?);
        let mut stamps = Stamps::default();
        let mut programs = Vec::new();
        for pair in &pairs {
            let messages = self.folder.join("cargo-messages");
            let mut build =
                |side: usize| sides[side].build(&pair[side], children, &messages, &mut stamps);
            programs.push([build(0)?, build(1)?]);
        }
        stamps.set();
        let mut comparisons = Vec::new();
        for (pair, programs) in pairs.iter().zip(&programs) {
            let bench = pair[1].name();
            println!("\n== {bench}");
            let comparison =
                self.measure(bench, &sides, programs, (against.cycles, children), &stamps)?;
            print!("\n{}", comparison.table(names(&sides)));
            comparisons.push(comparison);
        }
        verdict::conclude(&comparisons)?;
        println!("\n{}", done(&commit, comparisons.len()));
        Ok(())
    }

    /// Runs both programs alternately and compares their figures.
    fn measure(
        &self,
        bench: &str,
        sides: &[Side; 2],
        programs: &[Program; 2],
        (cycles, children): (usize, &Children),
        stamps: &Stamps,
    ) -> Result<Comparison, Failure> {
        let before = Ticks::now();
        let began = Instant::now();
        let mut printed: [Vec<Printed>; 2] = Default::default();
        let total = cycles * RUNS_OF_A_SIDE * sides.len();
        for (number, side) in std::iter::repeat_n(ORDER, cycles).flatten().enumerate() {
            let run = Instant::now();
            printed[side].push(self.run(bench, &sides[side], &programs[side], children)?);
            stamps.check()?;
            let left = began.elapsed() * (total - number - 1) as u32 / (number + 1) as u32;
            println!(
                "  {:>2} of {total}: {:12} {:>6.1} s; about {:.0} min to go",
                number + 1,
                sides[side].name,
                run.elapsed().as_secs_f64(),
                (left.as_secs_f64() / 60.0).ceil()
            );
        }
        let others = before.zip(Ticks::now()).and_then(|(before, now)| now.others_since(before));
        Ok(verdict::compared(bench, names(sides), [&printed[0], &printed[1]], others)?)
    }

    fn run(
        &self,
        bench: &str,
        side: &Side,
        program: &Program,
        children: &Children,
    ) -> Result<Printed, Failure> {
        let output = self.folder.join(format!("{bench}, {}.txt", side.name));
        let io = |source| Failure::Io { doing: format!("cannot use {}", output.display()), source };
        let scratch = tempfile::Builder::new().prefix("musher-bench-").tempdir().map_err(io)?;
        let file = File::create(&output).map_err(io)?;
        let files = Output { stderr: Some(file.try_clone().map_err(io)?), stdout: Some(file) };
        let ended = children.run(&program.step(scratch.path()), files, LONGEST_RUN)?;
        let text = String::from_utf8_lossy(&fs::read(&output).map_err(io)?).into_owned();
        let (bench, name) = (bench.to_owned(), side.name.clone());
        let how = match ended {
            Ended::By(status) if status.success() => None,
            Ended::By(status) => Some(match status.code() {
                Some(code) => format!("exited with {code}"),
                None => String::from("was ended by a signal"),
            }),
            Ended::TooLong => {
                let limit = LONGEST_RUN;
                return Err(BenchFailure::TooLong { bench, side: name, limit, output }.into());
            }
        };
        if let Some(how) = how {
            let last = last_lines(&text);
            return Err(BenchFailure::Run { bench, side: name, how, output, last }.into());
        }
        let figures = figure::figures(&bench, &text);
        if figures.is_empty() {
            return Err(BenchFailure::NoFigure { bench, side: name, output }.into());
        }
        Ok(figures)
    }
}

fn names(sides: &[Side; 2]) -> [&str; 2] {
    [&sides[0].name, &sides[1].name]
}

/// Prints what is compared with what.
fn announce(commit: &Commit) -> Result<(), Failure> {
    println!("the revision: {} {}", commit.short, commit.subject);
    let this = worktree::commit("HEAD")?;
    let changed = worktree::changed_files()?;
    let changes = match changed {
        0 => String::new(),
        1 => String::from("\n              with 1 file that is not committed, measured as it is"),
        _ => format!(
            "\n              with {changed} files that are not committed, measured as they are"
        ),
    };
    println!("this tree:    {} {}{changes}", this.short, this.subject);
    Ok(())
}

/// The benchmarks that both sides have, the revision's first. The others are printed.
fn pairs(chosen: &[Benchmark], revision: Vec<Benchmark>) -> Vec<[Benchmark; 2]> {
    let mut pairs = Vec::new();
    for this in chosen {
        match revision.iter().find(|other| other.name() == this.name()) {
            Some(other) => pairs.push([other.clone(), this.clone()]),
            None => println!("new:          {}, not compared", this.name()),
        }
    }
    pairs
}

fn done(commit: &Commit, compared: usize) -> String {
    match compared {
        0 => format!("{} has none of these benchmarks, nothing was compared", commit.short),
        _ => format!("not worse than {}", commit.short),
    }
}

/// The last lines of a program's output.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(12);
    lines[from..].iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Bench;

    #[test]
    fn each_side_has_its_runs_in_every_cycle() {
        for side in [0, 1] {
            let runs = ORDER.iter().filter(|place| **place == side).count();
            assert_eq!(runs, RUNS_OF_A_SIDE);
        }
    }

    #[test]
    fn what_the_revision_lacks_is_not_compared() {
        let target = |name: &str, dir: &str| {
            let package = String::from("tests");
            Benchmark::Target(Bench { package, name: name.to_owned(), dir: dir.into() })
        };
        let window = Benchmark::Window(&super::super::IN_WINDOW[0]);
        let here = [target("ingest", "/here"), target("usage", "/here"), window];
        let there = vec![target("ingest", "/there"), target("removed", "/there")];
        assert_eq!(pairs(&here, there), [[target("ingest", "/there"), target("ingest", "/here")]]);
    }

    #[test]
    fn only_the_end_of_a_long_output_is_shown() {
        let text: String = (0..100).map(|line| format!("line {line}\n")).collect();
        let last = last_lines(&text);
        assert!(last.starts_with("  line 88\n") && last.ends_with("  line 99"), "{last}");
        assert_eq!(last_lines(""), "");
    }
}
