//! The demo agent as a program of its own, for the crate's tests; Musher runs it as
//! `mush demo-agent`.

use std::process::ExitCode;

fn main() -> ExitCode {
    demo_agent::main(std::env::args_os().skip(1))
}
