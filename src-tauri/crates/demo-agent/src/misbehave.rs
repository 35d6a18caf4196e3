//! Misbehaviour on request: faults that real agents were seen to have, and worse ones. Each key of
//! a marker (or of `MUSHER_DEMO`) is one fault. This module decides when it happens: at the start
//! of the process, before a turn, in the middle of a text, at a result, or at the end. `lines` has
//! the faults of printed lines, `processes` those that need processes.
//!
//! | key | what happens |
//! |---|---|
//! | `silent` | nothing is printed until stdin is closed, then the process ends |
//! | `stdin_eof_first` | nothing is printed until stdin is closed, then the play begins |
//! | `stdin_slow=S`, `stdin_lose=BYTES` | stdin is not read for S seconds; longer lines are lost |
//! | `stderr=TEXT` | TEXT on stderr |
//! | `children=N`, `tree`, `leftover=N` | processes (`pids=FILE`, `seconds=S`) |
//! | `crash=SIGNAL` | that signal kills the process in the middle of a text |
//! | `stops_stdout` | nothing is printed after the middle of a text; the transcript continues |
//! | `bigline=BYTES`, `no_newline=BYTES` | a line of that size; that much without a line end |
//! | `invalid_utf8`, `nul`, `unknown_events`, `wrong_shapes` | lines no decoder expects |
//! | `noise`, `dup` | warnings, escapes, `^C` and CRLF between lines; each line twice |
//! | `exit_no_result`, `cutoff` | it ends without a result; in the middle of the result's line |
//! | `hang_after_result`, `ignore_term` | the process never ends; signals are ignored |
//! | `no_exit_on_eof`, `exit=CODE` | it continues after the end of stdin; another exit code |
//! | `grandchild=S`, `late` | a grandchild holds stdout for S seconds; prints after the end |
//! | `ground_truth=FILE`, `restart_totals` | see `truth` and `session` |

pub(crate) mod lines;
#[cfg(unix)]
mod processes;

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::markers::{BadWish, Keys};
use crate::stage::{Halt, Play, Stage};
use crate::truth::Truth;
use crate::turn::Turn;
use crate::wire::escape::escape;
use crate::{scenario, signals, tell};

/// All valid keys.
pub(crate) const KEYS: &[&str] = &[
    "silent",
    "stdin_eof_first",
    "stdin_slow",
    "stdin_lose",
    "stderr",
    "children",
    "tree",
    "leftover",
    "pids",
    "seconds",
    "crash",
    "stops_stdout",
    "bigline",
    "no_newline",
    "invalid_utf8",
    "nul",
    "unknown_events",
    "wrong_shapes",
    "noise",
    "dup",
    "exit_no_result",
    "cutoff",
    "hang_after_result",
    "ignore_term",
    "no_exit_on_eof",
    "exit",
    "grandchild",
    "late",
    "ground_truth",
    "restart_totals",
];

/// Keys whose value must be a whole number.
const NUMBERS: &[&str] = &[
    "stdin_slow",
    "stdin_lose",
    "children",
    "leftover",
    "seconds",
    "bigline",
    "no_newline",
    "exit",
    "grandchild",
];

/// Refuses unknown keys and invalid values.
pub(crate) fn check(keys: &Keys) -> Result<(), BadWish> {
    for key in keys.names() {
        if !KEYS.contains(&key) && !scenario::KEYS.contains(&key) {
            return Err(BadWish::Unknown(key.to_owned()));
        }
        let value = keys.text(key).unwrap_or_default();
        let usable = match key {
            "exit" => value.parse::<u8>().is_ok(),
            "crash" => can_crash_by(value),
            _ => !NUMBERS.contains(&key) || value.parse::<u32>().is_ok(),
        };
        if !usable {
            return Err(BadWish::Value { key: key.to_owned(), value: value.to_owned() });
        }
    }
    Ok(())
}

/// Misbehaviours at the start of the process, with the keys of `MUSHER_DEMO`.
pub(crate) fn at_start(stage: &mut Stage, keys: &Keys) -> Play<()> {
    open_truth(stage, keys)?;
    wait_for_stdin(stage, keys)
}

/// Misbehaviours before anything of a turn is printed.
pub(crate) fn before_turn(stage: &mut Stage, keys: &Keys) -> Play<()> {
    open_truth(stage, keys)?;
    stage.mangled.set(keys);
    if keys.has("ignore_term") {
        signals::deaf();
    }
    if let Some(text) = keys.text("stderr") {
        tell(text);
    }
    wait_for_stdin(stage, keys)?;
    start_processes(stage, keys)
}

fn open_truth(stage: &mut Stage, keys: &Keys) -> Play<()> {
    let (Some(path), None) = (keys.text("ground_truth"), &stage.truth) else { return Ok(()) };
    match Truth::open(Path::new(path)) {
        Ok(truth) => stage.truth = Some(truth),
        Err(error) => return Err(give_up(&format!("error: ground truth {path}: {error}"))),
    }
    Ok(())
}

fn wait_for_stdin(stage: &mut Stage, keys: &Keys) -> Play<()> {
    if keys.has("silent") {
        stage.muted = true;
        stage.until_closed()?;
        return Err(Halt::Exit(keys.number("exit").unwrap_or(0)));
    }
    if keys.has("stdin_eof_first") {
        stage.until_closed()?;
    }
    Ok(())
}

/// Misbehaviours in the middle of a turn's first text; once per turn.
pub(crate) fn mid_text(turn: &mut Turn<'_>) -> Play<()> {
    if !turn.pass_mid_text() {
        return Ok(());
    }
    let keys = turn.keys.clone();
    lines::mid_text(turn.stage(), &keys);
    if keys.has("stops_stdout") {
        turn.stage().muted = true;
    }
    match keys.text("crash") {
        Some(signal) => Err(crash(signal)),
        None => Ok(()),
    }
}

/// Misbehaviours in place of a result.
pub(crate) fn before_result(stage: &mut Stage, keys: &Keys, line: &Value) -> Play<()> {
    let code = keys.number("exit").unwrap_or(0);
    if keys.has("cutoff") {
        let text = escape(line.to_string());
        let half = text.floor_char_boundary(text.len() / 2);
        stage.print(&text.as_bytes()[..half]);
        return Err(Halt::Exit(code));
    }
    if keys.has("exit_no_result") {
        return Err(Halt::Exit(code));
    }
    Ok(())
}

/// Misbehaviours after a result was printed.
pub(crate) fn after_result(stage: &mut Stage, keys: &Keys) {
    if keys.has("hang_after_result") {
        // Input stays unread in the channel.
        stage.muted = true;
        forever();
    }
}

/// Misbehaviours after the last turn. Returns the exit code.
pub(crate) fn at_end(stage: &mut Stage, keys: &Keys, code: u8) -> u8 {
    if keys.has("no_exit_on_eof") {
        stage.muted = true;
        forever();
    }
    if let Err(Halt::Exit(refused)) = leave_processes(keys) {
        return refused;
    }
    keys.number("exit").unwrap_or(code)
}

/// Waits until a signal ends the process.
fn forever() {
    loop {
        std::thread::sleep(Duration::from_secs(3600));
    }
}

fn give_up(problem: &str) -> Halt {
    tell(problem);
    Halt::Exit(1)
}

#[cfg(unix)]
use processes::{can_crash_by, crash, leave as leave_processes, start as start_processes};

#[cfg(not(unix))]
use elsewhere::{can_crash_by, crash, leave as leave_processes, start as start_processes};

/// On systems other than Unix, directives that need Unix processes are refused.
#[cfg(not(unix))]
mod elsewhere {
    use super::{Halt, Keys, Play, Stage, give_up};

    const UNIX: &[&str] = &["children", "tree", "leftover", "grandchild", "late"];

    pub(super) fn can_crash_by(_signal: &str) -> bool {
        true
    }

    pub(super) fn crash(signal: &str) -> Halt {
        give_up(&format!("error: demo directive 'crash={signal}' needs a Unix system"))
    }

    pub(super) fn start(_stage: &mut Stage, keys: &Keys) -> Play<()> {
        match UNIX.iter().find(|key| keys.has(key)) {
            Some(key) => {
                Err(give_up(&format!("error: demo directive '{key}' needs a Unix system")))
            }
            None => Ok(()),
        }
    }

    pub(super) fn leave(_keys: &Keys) -> Play<()> {
        Ok(())
    }
}
