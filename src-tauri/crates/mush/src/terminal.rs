//! Reads whole lines from the terminal, without text that was typed before a question was asked, and asks for
//! a confirmation there.

use crate::text::{Out, announce};
use std::io::{self, BufRead, IsTerminal};
use std::sync::mpsc::{Receiver, channel};

/// Discards the unread input of the terminal, including an unfinished line.
#[cfg(unix)]
pub(crate) fn forget_typed() {
    use rustix::termios::{QueueSelector, tcflush};
    if let Err(error) = tcflush(std::io::stdin(), QueueSelector::IFlush) {
        tracing::debug!(%error, "the terminal keeps what was typed before");
    }
}

/// Not possible here. Whole lines that were typed before are discarded by the caller.
#[cfg(not(unix))]
pub(crate) fn forget_typed() {}

/// Whether there is a person at a terminal to ask.
pub(crate) fn can_ask(out: Out) -> bool {
    !out.json && io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Shows these lines, the last of which asks for "yes", and tells whether it was typed. Enter alone does not
/// confirm.
pub(crate) fn is_confirmed(lines: &[String]) -> bool {
    forget_typed();
    lines.iter().for_each(|line| announce(line));
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).is_ok() && line.trim() == "yes"
}

/// Whole lines that are typed from now on. A separate thread reads them.
pub(crate) fn lines() -> Receiver<String> {
    forget_typed();
    let (typed, lines) = channel();
    let read = move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if typed.send(line).is_err() {
                return;
            }
        }
    };
    if let Err(error) = std::thread::Builder::new().name("terminal".to_owned()).spawn(read) {
        tracing::error!(%error, "nothing can be read from the terminal; answer with `mush answer`");
    }
    lines
}
