//! Signals of the terminal: Ctrl-C asks for a stop, a second one for a kill; a closed terminal or a
//! request to end only ends this program, the agent goes on.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What the terminal or the system wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Ctrl-C.
    Stop,
    /// The terminal was closed, or somebody asked this program to end.
    Leave,
}

/// Listens for signals from now on.
pub(crate) fn listen() -> std::io::Result<UnboundedReceiver<Wish>> {
    // As many as a person presses; each is taken within a tenth of a second.
    let (wishes, heard) = unbounded_channel();
    engine::runtime::handle()?.spawn(wait(wishes));
    Ok(heard)
}

#[cfg(unix)]
async fn wait(wishes: UnboundedSender<Wish>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut hangup), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
        signal(SignalKind::terminate()),
    ) else {
        tracing::error!("signals cannot be heard; Ctrl-C ends this program and leaves the agent");
        return;
    };
    loop {
        let wish = tokio::select! {
            _ = interrupt.recv() => Wish::Stop,
            _ = hangup.recv() => Wish::Leave,
            _ = terminate.recv() => Wish::Leave,
        };
        if wishes.send(wish).is_err() {
            return;
        }
    }
}

#[cfg(windows)]
async fn wait(wishes: UnboundedSender<Wish>) {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
    let (Ok(mut c), Ok(mut pause), Ok(mut close), Ok(mut logoff), Ok(mut shutdown)) =
        (ctrl_c(), ctrl_break(), ctrl_close(), ctrl_logoff(), ctrl_shutdown())
    else {
        tracing::error!("signals cannot be heard; Ctrl-C ends this program and leaves the agent");
        return;
    };
    loop {
        let wish = tokio::select! {
            _ = c.recv() => Wish::Stop,
            _ = pause.recv() => Wish::Stop,
            _ = close.recv() => Wish::Leave,
            _ = logoff.recv() => Wish::Leave,
            _ = shutdown.recv() => Wish::Leave,
        };
        if wishes.send(wish).is_err() {
            return;
        }
    }
}
