//! The demo agent as a separate program, for the tests of this crate; Musher runs it as `mush
//! demo-agent`.

use std::process::ExitCode;

fn main() -> ExitCode {
    demo_agent::main(std::env::args_os().skip(1))
}
