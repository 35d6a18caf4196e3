//! The smallest program that an engine can start runs with: a keeper and the demo agent, as `mush` has them for its
//! hidden subcommands, and nothing else. The engine's journeys give it to the engine.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    match words.next().as_deref().and_then(|word| word.to_str()) {
        Some("keep") => keeper::keep_main(words),
        Some("demo-agent") => demo_agent::main(words),
        _ => ExitCode::FAILURE,
    }
}
