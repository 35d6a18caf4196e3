//! `cargo xtask`: the commands that developers and the continuous integration run in this
//! repository.
//!
//! It finds out what is missing on a machine, runs all tests, builds and starts the program, runs
//! benchmarks, and checks that the code compiles for other systems. It depends on no crate of
//! Musher, so that it compiles in seconds and works even if the other crates do not compile.

#![allow(clippy::print_stdout, reason = "this program's output is its purpose")]

mod args;
mod bench;
mod cross;
mod failure;
mod licences;
mod machine;
mod need;
mod run;
mod stage;
mod step;
mod test;
mod workspace;

use args::{Args, Command};
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    match perform(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn perform(words: Vec<String>) -> Result<(), Failure> {
    let Args { command, yes } = args::parse(words)?;
    match command {
        Command::Help => {
            print!("{}", args::USAGE);
            Ok(())
        }
        Command::Setup => machine::set_up(yes),
        Command::Test(selection) => test::test(&selection, yes),
        Command::Run(arguments) => run::run(&arguments, yes),
        Command::Bench(wanted) => bench::bench(&wanted, yes),
        Command::Licences => licences::write(),
        Command::CheckTargets(only) => cross::check_targets(only.as_deref(), yes),
    }
}
