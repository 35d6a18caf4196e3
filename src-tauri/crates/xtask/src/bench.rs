//! `cargo xtask bench`: runs every bench target that cargo lists, and the benchmarks that need the
//! window. The figures and goals are in the benchmarks; this module only finds and starts them, one
//! after the other. `against` compares them with those of a revision.

mod against;
mod build;
mod children;
mod disk;
mod failure;
mod figure;
mod load;
mod ratio;
mod text;
mod verdict;
mod worktree;

pub(crate) use failure::BenchFailure;

use crate::args::Benchmarks;
use crate::failure::Failure;
use crate::need;
use crate::stage;
use crate::step::Step;
use crate::workspace::{self, Bench};
use std::path::Path;

/// A benchmark in the real window, which is not a bench target of cargo.
#[derive(Debug, PartialEq)]
struct InWindow {
    name: &'static str,
    /// The path of its script within a tree.
    script: &'static str,
    /// The command that builds the programs that it starts.
    build: &'static str,
    /// Whether a comparison can set for how many seconds it measures.
    is_timed: bool,
}

const BUILD: &str = "cargo build --release --locked --package mush --package musher";

/// With the window that has one static page.
const BUILD_WITH_EMPTY: &str =
    "cargo build --release --locked --package mush --package musher --bins --example empty";

const IN_WINDOW: &[InWindow] = &[
    InWindow { name: "paint", script: "tests/bench/paint.py", build: BUILD, is_timed: true },
    InWindow { name: "filter", script: "tests/bench/filter.py", build: BUILD, is_timed: false },
    InWindow { name: "changes", script: "tests/bench/changes.py", build: BUILD, is_timed: false },
    InWindow {
        name: "window",
        script: "tests/bench/window.py",
        build: BUILD_WITH_EMPTY,
        is_timed: false,
    },
];

/// A benchmark of either kind.
#[derive(Clone, Debug, PartialEq)]
enum Benchmark {
    Target(Bench),
    Window(&'static InWindow),
}

impl Benchmark {
    fn name(&self) -> &str {
        match self {
            Benchmark::Target(bench) => &bench.name,
            Benchmark::Window(page) => page.name,
        }
    }
}

/// Runs all benchmarks or those named, and compares them with a revision if one is given.
pub(crate) fn bench(wanted: &Benchmarks, yes: bool) -> Result<(), Failure> {
    let chosen = choose(found(workspace::root())?, &wanted.names)?;
    if let Some(against) = &wanted.against {
        return against::compare(&chosen, against, yes);
    }
    let steps = chosen.iter().flat_map(|benchmark| match benchmark {
        Benchmark::Target(bench) => vec![target(bench)],
        Benchmark::Window(page) => window(page).to_vec(),
    });
    for step in steps {
        step.run()?;
    }
    Ok(())
}

/// The benchmarks of the tree at `root` that this system can run.
fn found(root: &Path) -> Result<Vec<Benchmark>, Failure> {
    let mut found: Vec<Benchmark> =
        workspace::benches(root)?.into_iter().map(Benchmark::Target).collect();
    if cfg!(target_os = "linux") && root.join(need::E2E).exists() {
        let in_tree = IN_WINDOW.iter().filter(|page| root.join(page.script).exists());
        found.extend(in_tree.map(Benchmark::Window));
    }
    Ok(found)
}

/// The benchmarks with these names; all if there are no names. Fails for a name that no benchmark
/// has.
fn choose(found: Vec<Benchmark>, names: &[String]) -> Result<Vec<Benchmark>, Failure> {
    let known = || found.iter().map(|benchmark| benchmark.name().to_owned()).collect();
    let is_known = |name: &&String| found.iter().any(|benchmark| benchmark.name() == **name);
    if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
        return Err(BenchFailure::NoBench { name: Some(unknown.clone()), known: known() }.into());
    }
    if found.is_empty() {
        return Err(BenchFailure::NoBench { name: None, known: Vec::new() }.into());
    }
    let is_chosen = |benchmark: &Benchmark| {
        names.is_empty() || names.iter().any(|name| name == benchmark.name())
    };
    Ok(found.into_iter().filter(is_chosen).collect())
}

fn target(bench: &Bench) -> Step {
    Step::words("cargo bench --locked --package").args([&bench.package, "--bench", &bench.name])
}

fn window(page: &InWindow) -> [Step; 3] {
    [
        Step::words("npm run build").dir("ui"),
        Step::words(page.build),
        stage::on_a_display(page.script),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Vec<Benchmark> {
        let target = |name: &str| {
            let (package, name) = (String::from("tests"), name.to_owned());
            Benchmark::Target(Bench { package, name, dir: "/x".into() })
        };
        vec![target("flood"), target("ingest"), Benchmark::Window(&IN_WINDOW[0])]
    }

    fn chosen(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let chosen = choose(three(), &names).unwrap();
        chosen.iter().map(|benchmark| benchmark.name().to_owned()).collect()
    }

    #[test]
    fn benchmarks_are_chosen_by_name_each_once() {
        assert_eq!(chosen(&[]), ["flood", "ingest", "paint"]);
        assert_eq!(chosen(&["paint", "flood", "paint"]), ["flood", "paint"]);
    }

    #[test]
    fn a_name_that_nothing_has_is_refused_with_those_there_are() {
        let failure = choose(three(), &["flood".into(), "decode".into()]).unwrap_err();
        let text = failure.to_string();
        assert!(text.contains("decode") && text.contains("flood, ingest, paint"), "{text}");
        assert_eq!(failure.exit_code(), 2);
    }
}
