//! The stages of `cargo xtask test` in order, as a list. A new check is a new entry here; `test`
//! runs the stages and reports the results.

use crate::need::{self, CLIPPY, DISPLAY, GIT, NEXTEST, NODE, Need, RUSTFMT, WEBVIEW, When};
use crate::step::Step;

/// A named part of the whole test.
pub(crate) struct Stage {
    /// Its name for `--only` and `--from`.
    pub(crate) name: &'static str,
    pub(crate) when: When,
    pub(crate) needs: &'static [&'static Need],
    pub(crate) steps: Vec<Step>,
}

/// All stages, including those that do not apply. The page comes before the Rust code because the
/// desktop program contains the built page.
pub(crate) fn stages() -> Vec<Stage> {
    vec![
        rust("fmt", &[&RUSTFMT], Step::words("cargo fmt --all -- --check")),
        page("ui-install", "npm ci"),
        // The first of what compiles the words of the page, as in `cargo xtask run` of a fresh clone.
        page("ui-build", "npm run build"),
        page("ui-format", "npm run format"),
        page("ui-types", "npm run check"),
        page("ui-lint", "npm run lint"),
        page("ui-tests", "npm run test"),
        rust("clippy", &[&CLIPPY, &WEBVIEW], clippy()),
        rust("rustdoc", &[&WEBVIEW], rustdoc()),
        Stage {
            when: When::DocTests,
            ..rust(
                "doc-tests",
                &[&GIT, &WEBVIEW],
                Step::words("cargo test --workspace --doc --locked"),
            )
        },
        rust("tests", &[&GIT, &NEXTEST, &WEBVIEW], tests()),
        rust("benches", &[&GIT], benches()),
        Stage {
            name: "e2e",
            when: When::LinuxHas(need::E2E),
            needs: &[&GIT, &WEBVIEW, &DISPLAY],
            steps: vec![
                Step::words("cargo build --workspace --all-targets --locked"),
                on_a_display("tests/e2e/run.py"),
            ],
        },
    ]
}

fn rust(name: &'static str, needs: &'static [&'static Need], step: Step) -> Stage {
    Stage { name, when: When::Always, needs, steps: vec![step] }
}

fn page(name: &'static str, line: &str) -> Stage {
    let steps = vec![Step::words(line).dir("ui")];
    Stage { name, when: When::Has(need::UI), needs: &[&NODE], steps }
}

fn clippy() -> Step {
    Step::words("cargo clippy --workspace --all-targets --locked -- -D warnings")
}

fn rustdoc() -> Step {
    Step::words("cargo doc --workspace --no-deps --locked").env("RUSTDOCFLAGS", "-D warnings")
}

/// The tidy and contract tests are included, because they are ordinary test targets.
fn tests() -> Step {
    Step::words("cargo nextest run --workspace --locked --profile ci")
}

/// Each benchmark in little, so that it runs when its figures are wanted. The whole workspace is selected, because
/// with a part of it the crates would have fewer features and would be compiled once more. A pattern selects the
/// bench targets alone: `--benches` would run the tests of libraries and programs again.
fn benches() -> Step {
    Step::words("cargo test --workspace --bench * --locked")
}

/// The same tests on a machine without nextest. The examples are built first, because some tests
/// start them and the selection of tests does not build them.
pub(crate) fn tests_without_nextest() -> Vec<Step> {
    vec![
        Step::words("cargo build --workspace --examples --locked"),
        Step::words("cargo test --workspace --lib --bins --tests --locked"),
    ]
}

/// Runs a script on a display and a session bus of its own, with Debian's Python, because that has
/// the D-Bus modules.
pub(crate) fn on_a_display(script: &str) -> Step {
    Step::words("dbus-run-session -- xvfb-run -a -s").args([
        "-screen 0 1280x800x24 +extension RANDR",
        "/usr/bin/python3",
        script,
    ])
}
