//! The two sides of a comparison and their programs: builds only what the benchmarks need, each
//! side in its own target folder, and makes the commands that start what was built.

use super::children::Children;
use super::failure::BenchFailure;
use super::{Benchmark, InWindow};
use crate::failure::Failure;
use crate::stage;
use crate::step::Step;
use crate::workspace::{self, Bench};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The seconds for each of the two rates of a timed benchmark. The benchmark itself takes twenty
/// seconds per rate; in a comparison, which runs each side ten times, there are forty such periods.
const SECONDS_IN_THE_WINDOW: &str = "6";

/// The script that runs a timed benchmark of any tree for a given number of seconds.
const TIMED: &str = "tests/bench/paint_of.py";

/// A tree whose benchmarks are run.
pub(super) struct Side {
    /// Its name in the output.
    pub(super) name: String,
    pub(super) root: PathBuf,
    /// The target folder; `None` for cargo's default.
    pub(super) target: Option<PathBuf>,
}

/// A benchmark that was built.
pub(super) struct Program {
    step: Step,
}

/// The modification times and sizes of the programs, to notice a program that is replaced during
/// the comparison.
#[derive(Default)]
pub(super) struct Stamps(BTreeMap<PathBuf, Option<(SystemTime, u64)>>);

impl Stamps {
    fn watch(&mut self, program: &Path) {
        self.0.insert(program.to_path_buf(), None);
    }

    /// Records the present state of the programs.
    pub(super) fn set(&mut self) {
        for (program, stamp) in &mut self.0 {
            *stamp = stamp_of(program);
        }
    }

    /// Fails if a program was replaced since [`Self::set`].
    pub(super) fn check(&self) -> Result<(), BenchFailure> {
        match self.0.iter().find(|(program, stamp)| stamp_of(program) != **stamp) {
            Some((program, _)) => Err(BenchFailure::Replaced { program: program.clone() }),
            None => Ok(()),
        }
    }
}

fn stamp_of(program: &Path) -> Option<(SystemTime, u64)> {
    let found = fs::metadata(program).ok()?;
    Some((found.modified().ok()?, found.len()))
}

impl Program {
    /// The command that starts it. Files that it leaves behind are in the folder `scratch`.
    pub(super) fn step(&self, scratch: &Path) -> Step {
        let scratch = scratch.display().to_string();
        ["TMPDIR", "TMP", "TEMP"]
            .iter()
            .fold(self.step.clone(), |step, name| step.env(name, scratch.as_str()))
    }
}

impl Side {
    fn cargo(&self, line: &str) -> Step {
        self.in_its_target(Step::words(line).dir(&self.root))
    }

    fn in_its_target(&self, step: Step) -> Step {
        match &self.target {
            Some(target) => step.env("CARGO_TARGET_DIR", target.display().to_string()),
            None => step,
        }
    }

    /// Builds a benchmark; cargo's JSON messages are written to the file `messages`.
    pub(super) fn build(
        &self,
        benchmark: &Benchmark,
        children: &Children,
        messages: &Path,
        stamps: &mut Stamps,
    ) -> Result<Program, Failure> {
        let built = match benchmark {
            Benchmark::Target(bench) => self.build_target(bench, children, messages, stamps),
            Benchmark::Window(page) => self.build_window(page, children, messages, stamps),
        };
        built.map_err(|cause| match cause {
            Failure::Bench(_) | Failure::Io { .. } => cause,
            cause => BenchFailure::Build { side: self.name.clone(), cause: Box::new(cause) }.into(),
        })
    }

    fn build_target(
        &self,
        bench: &Bench,
        children: &Children,
        messages: &Path,
        stamps: &mut Stamps,
    ) -> Result<Program, Failure> {
        let step = self.cargo("cargo bench --no-run --locked --package");
        let step = step.args([&bench.package, "--bench", &bench.name]);
        let mut program = None;
        for built in cargo(step, children, messages)? {
            stamps.watch(&built.program);
            if built.is_bench && built.name == bench.name {
                program = Some(built.program);
            }
        }
        let program = program.ok_or_else(|| {
            Failure::Metadata(format!("cargo built no program for the benchmark {}", bench.name))
        })?;
        // As `cargo bench` starts it.
        let dir = bench.dir.display().to_string();
        let step = Step::new([program.display().to_string()]).args(["--bench"]);
        Ok(Program { step: step.dir(&bench.dir).env("CARGO_MANIFEST_DIR", dir) })
    }

    fn build_window(
        &self,
        bench: &InWindow,
        children: &Children,
        messages: &Path,
        stamps: &mut Stamps,
    ) -> Result<Program, Failure> {
        let page = self.root.join("ui");
        if !has_fresh_packages(&page) {
            let install = Step::words("npm ci --prefer-offline --no-audit --no-fund").dir(&page);
            children.build(&install, None)?;
        }
        children.build(&Step::words("npm run build").dir(&page), None)?;
        let step = self.cargo(bench.build);
        for built in cargo(step, children, messages)? {
            stamps.watch(&built.program);
        }
        let script = self.root.join(bench.script).display().to_string();
        let step = match bench.is_timed {
            true => stage::on_a_display(TIMED).args([script, SECONDS_IN_THE_WINDOW.to_owned()]),
            false => stage::on_a_display(&script),
        };
        Ok(Program { step: self.in_its_target(step) })
    }
}

/// Whether the page's packages were installed after the last change of their lock file.
fn has_fresh_packages(page: &Path) -> bool {
    let at = |path: &str| fs::metadata(page.join(path)).and_then(|found| found.modified()).ok();
    match (at("node_modules/.package-lock.json"), at("package-lock.json")) {
        (Some(installed), Some(listed)) => installed >= listed,
        _ => false,
    }
}

/// A program that cargo built.
#[derive(Debug, PartialEq)]
struct Built {
    name: String,
    is_bench: bool,
    program: PathBuf,
}

/// Runs a cargo build with errors and progress on the terminal. Returns the programs that it built.
fn cargo(step: Step, children: &Children, messages: &Path) -> Result<Vec<Built>, Failure> {
    let io = |source| Failure::Io { doing: format!("cannot use {}", messages.display()), source };
    let step = step.args(["--message-format", "json-render-diagnostics"]);
    children.build(&step, Some(File::create(messages).map_err(io)?))?;
    Ok(built(&fs::read_to_string(messages).map_err(io)?))
}

fn built(messages: &str) -> Vec<Built> {
    let artifact = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        let target = &message["target"];
        let kinds = target["kind"].as_array()?;
        Some(Built {
            name: target["name"].as_str()?.to_owned(),
            is_bench: kinds.iter().any(|kind| kind == "bench"),
            program: PathBuf::from(message["executable"].as_str()?),
        })
    };
    messages.lines().filter_map(artifact).collect()
}

/// This tree, with its uncommitted changes.
pub(super) fn this_tree() -> Side {
    let root = workspace::root().to_path_buf();
    Side { name: String::from("this tree"), root, target: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_read_from_cargos_messages() {
        let messages = r#"
{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"engine"},"executable":null}
{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"mush"},"executable":"/t/mush"}
not JSON
{"reason":"compiler-artifact","target":{"kind":["bench"],"name":"flood"},"executable":"/t/flood-1"}
{"reason":"build-finished","success":true}
"#;
        let of = |name: &str, is_bench, program: &str| Built {
            name: name.to_owned(),
            is_bench,
            program: program.into(),
        };
        assert_eq!(
            built(messages),
            [of("mush", false, "/t/mush"), of("flood", true, "/t/flood-1")]
        );
    }

    #[test]
    fn a_program_that_was_replaced_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        fs::write(&program, "one").unwrap();
        let mut stamps = Stamps::default();
        stamps.watch(&program);
        stamps.set();
        assert!(stamps.check().is_ok());
        fs::write(&program, "another").unwrap();
        assert!(matches!(stamps.check(), Err(BenchFailure::Replaced { .. })));
        fs::remove_file(&program).unwrap();
        assert!(matches!(stamps.check(), Err(BenchFailure::Replaced { .. })));
    }

    #[test]
    fn packages_are_fresh_when_installed_after_their_list() {
        let page = tempfile::tempdir().unwrap();
        assert!(!has_fresh_packages(page.path()));
        fs::write(page.path().join("package-lock.json"), "{}").unwrap();
        assert!(!has_fresh_packages(page.path()));
        fs::create_dir(page.path().join("node_modules")).unwrap();
        fs::write(page.path().join("node_modules/.package-lock.json"), "{}").unwrap();
        assert!(has_fresh_packages(page.path()));
    }
}
