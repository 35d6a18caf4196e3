//! What a person types at the terminal: whole lines, and none that was typed before something was asked.

use std::io::BufRead;
use std::sync::mpsc::{Receiver, channel};

/// Drops what the terminal holds of a line that is not ended yet.
#[cfg(unix)]
pub(crate) fn forget_typed() {
    use rustix::termios::{QueueSelector, tcflush};
    if let Err(error) = tcflush(std::io::stdin(), QueueSelector::IFlush) {
        tracing::debug!(%error, "the terminal keeps what was typed before");
    }
}

/// Whole lines that were typed before are dropped all the same.
#[cfg(not(unix))]
pub(crate) fn forget_typed() {}

/// Whole lines as they are typed from now on, read on a separate thread.
pub(crate) fn lines() -> Receiver<String> {
    forget_typed();
    let (typed, lines) = channel();
    let read = move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
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
