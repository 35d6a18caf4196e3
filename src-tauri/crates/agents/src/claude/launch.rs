//! The arguments of a two-way conversation with Claude Code: prompts, questions, answers and interrupts
//! travel on the run's own streams. The engine chooses the environment and the program's path.

use super::encode;
use crate::agent::{Interrupt, Launch, LaunchSpec, Transport};
use protocol::{InputMode, PermissionChoice};

/// The id of an interrupt request that the keeper sends by itself.
const KEEPER_INTERRUPT: &str = "musher-interrupt";

/// Returns how to start one run.
pub(crate) fn launch(spec: &LaunchSpec) -> Launch {
    Launch {
        argv: argv(spec),
        env: Vec::new(),
        transport: Transport::Structured,
        interrupt: Interrupt::Bytes(encode::interrupt(KEEPER_INTERRUPT)),
        input: InputMode::TwoWay,
    }
}

fn argv(spec: &LaunchSpec) -> Vec<String> {
    let mut argv = words(&["-p", "--input-format", "stream-json"]);
    argv.extend(words(&["--output-format", "stream-json", "--verbose"]));
    argv.push("--include-partial-messages".to_owned());
    argv.extend(words(permission(spec)));
    argv.push(if spec.resume { "--resume" } else { "--session-id" }.to_owned());
    argv.push(spec.session.to_string());
    let profile = &spec.profile;
    if let Some(model) = &profile.model {
        argv.extend(["--model".to_owned(), model.clone()]);
    }
    // Both options take all words up to the next option, so each value gets its own option.
    for rule in &profile.allowed_tools {
        argv.extend(["--allowedTools".to_owned(), rule.clone()]);
    }
    for dir in &profile.add_dirs {
        argv.extend(["--add-dir".to_owned(), dir.clone()]);
    }
    argv.extend(profile.extra_args.iter().cloned());
    argv
}

/// The arguments for who decides about permissions. Without a permission tool the program decides alone:
/// it reports each refusal and ends with exit code 0. `dontAsk` tells the model that no person can be
/// asked, which is true; the default mode would tell it that permission was not granted *yet*.
fn permission(spec: &LaunchSpec) -> &'static [&'static str] {
    match (spec.profile.permission, spec.unattended) {
        (PermissionChoice::Deny, _) | (PermissionChoice::Ask, true) => {
            &["--permission-mode", "dontAsk"]
        }
        (PermissionChoice::FullAccess, _) => &["--permission-mode", "bypassPermissions"],
        (PermissionChoice::AcceptEdits, true) => &["--permission-mode", "acceptEdits"],
        (PermissionChoice::Ask, false) => {
            &["--permission-prompt-tool", "stdio", "--permission-mode", "default"]
        }
        (PermissionChoice::AcceptEdits, false) => {
            &["--permission-prompt-tool", "stdio", "--permission-mode", "acceptEdits"]
        }
    }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

/// Finds the version in `2.1.330 (Claude Code)`: the first word that begins with a digit.
pub(crate) fn version(stdout: &str) -> Option<String> {
    let first = stdout.split_whitespace().next()?;
    let number = first.strip_prefix('v').unwrap_or(first);
    let known = number.starts_with(|c: char| c.is_ascii_digit()) && number.contains('.');
    known.then(|| number.to_owned())
}

/// Words in the program's message about arguments that it does not take.
const ABOUT_ARGUMENTS: &[&str] =
    &["option", "argument", "flag", "usage:", "permission-prompt-tool", "session id"];

/// Whether the program refused its arguments, judged by what it printed on standard error before it
/// exited.
pub(crate) fn refused_arguments(stderr: &str) -> bool {
    let words = stderr.to_lowercase();
    ABOUT_ARGUMENTS.iter().any(|word| words.contains(word))
}
