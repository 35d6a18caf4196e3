//! `cargo xtask bench`: runs every bench target that cargo knows of, and the one that needs the window.
//! The benchmarks own their figures and budgets; here they are only found and started one after the
//! other.

use crate::failure::Failure;
use crate::need::{self, When};
use crate::stage;
use crate::step::Step;
use crate::workspace::{self, Bench};

/// The benchmark in the real window, which is no target of cargo's.
const WINDOW: &str = "paint";

/// Runs all benchmarks, or those of the targets named so.
pub(crate) fn bench(name: Option<&str>) -> Result<(), Failure> {
    let found = workspace::benches()?;
    let is_chosen = |bench: &str| name.is_none_or(|name| bench == name);
    let mut steps: Vec<Step> =
        found.iter().filter(|bench| is_chosen(&bench.name)).map(target).collect();
    if is_chosen(WINDOW) && When::LinuxHas(need::E2E).holds() {
        steps.extend(window());
    }
    if steps.is_empty() {
        let known = found.into_iter().map(|bench| bench.name).chain([WINDOW.to_owned()]).collect();
        return Err(Failure::NoBench { known });
    }
    steps.iter().try_for_each(Step::run)
}

fn target(bench: &Bench) -> Step {
    Step::words("cargo bench --locked --package").args([&bench.package, "--bench", &bench.name])
}

fn window() -> [Step; 3] {
    [
        Step::words("npm run build").dir("ui"),
        Step::words("cargo build --release --locked --package mush --package musher"),
        stage::on_a_display("tests/bench/paint.py"),
    ]
}
