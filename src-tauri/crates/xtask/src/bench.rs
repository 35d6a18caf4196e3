//! `cargo xtask bench`: runs every bench target that cargo knows of. The benchmarks own their figures
//! and budgets; here they are only found and started one after the other.

use crate::failure::Failure;
use crate::step::Step;
use crate::workspace::{self, Bench};

/// Runs all benchmarks, or those of the targets named so.
pub(crate) fn bench(name: Option<&str>) -> Result<(), Failure> {
    let found = workspace::benches()?;
    let chosen: Vec<&Bench> =
        found.iter().filter(|bench| name.is_none_or(|name| bench.name == name)).collect();
    if chosen.is_empty() {
        let known = found.into_iter().map(|bench| bench.name).collect();
        return Err(Failure::NoBench { known });
    }
    for bench in chosen {
        Step::words("cargo bench --locked --package")
            .args([&bench.package, "--bench", &bench.name])
            .run()?;
    }
    Ok(())
}
