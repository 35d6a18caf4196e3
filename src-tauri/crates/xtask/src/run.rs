//! `cargo xtask run`: builds and starts the desktop program; in a tree without it, the command
//! line. `mush` is built too, because the window needs it beside its own program.

use crate::failure::Failure;
use crate::machine;
use crate::need::{self, When};
use crate::step::Step;
use crate::workspace;

/// Builds and starts Musher with these arguments. Returns when it has ended.
pub(crate) fn run(arguments: &[String], yes: bool) -> Result<(), Failure> {
    machine::provide(need::TO_RUN, yes)?;
    for step in build(When::Has(need::UI).holds(), When::Has(need::APP).holds()) {
        step.run()?;
    }
    let name = if When::Has(need::APP).holds() { "musher" } else { "mush" };
    let built = workspace::target_directory()?.join("debug").join(name);
    Step::new([built.with_extension(std::env::consts::EXE_EXTENSION).display().to_string()])
        .args(arguments)
        .run()
}

fn build(has_page: bool, has_app: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    if has_page && has_app {
        steps.push(Step::words("npm run build").dir("ui"));
    }
    let cargo = Step::words("cargo build --package mush");
    steps.push(if has_app { cargo.args(["--package", "musher"]) } else { cargo });
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(has_page: bool, has_app: bool) -> Vec<String> {
        build(has_page, has_app).iter().map(Step::to_string).collect()
    }

    #[test]
    fn the_window_is_built_with_its_page_and_its_command_line() {
        assert_eq!(lines(false, false), ["cargo build --package mush"]);
        assert_eq!(
            lines(true, true),
            ["cd ui && npm run build", "cargo build --package mush --package musher"]
        );
    }
}
