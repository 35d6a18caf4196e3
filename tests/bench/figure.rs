//! The output of a benchmark: lines for people, and for each figure a line `figure less 59.10 NAME`
//! (or `more`, if more is better), which `cargo xtask bench --against` reads. The name of a figure
//! changes only if its meaning does. Used by every bench target.

use std::io::Write;

/// Prints a line of the report.
pub(crate) fn report(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints a figure that is better when it is smaller.
#[allow(dead_code, reason = "not every bench target has such a figure")]
pub(crate) fn less(name: &str, value: f64) {
    report(&format!("figure less {value:.4} {name}"));
}

/// Prints a figure that is better when it is greater.
#[allow(dead_code, reason = "not every bench target has such a figure")]
pub(crate) fn more(name: &str, value: f64) {
    report(&format!("figure more {value:.4} {name}"));
}
