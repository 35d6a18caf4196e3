//! The smallest program that can be a keeper: what `mush` does for its hidden subcommand `keep`
//! and nothing else. The integration tests start their keepers from it.

use std::process::ExitCode;

fn main() -> ExitCode {
    keeper::keep_main(std::env::args_os().skip(2))
}
