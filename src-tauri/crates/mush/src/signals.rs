//! Signals: the first Ctrl-C asks for a stop, a second one for a kill. When the terminal is closed
//! or this program is asked to end, only this program ends; the agent continues.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The request that a signal stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignalRequest {
    /// Ctrl-C.
    Stop,
    /// The terminal was closed, or this program was asked to end.
    Leave,
}

/// Starts to listen for signals.
pub(crate) fn listen() -> std::io::Result<UnboundedReceiver<SignalRequest>> {
    // Unbounded: a person presses few keys, and each request is received within a tenth of a
    // second.
    let (requests, heard) = unbounded_channel();
    engine::runtime::handle()?.spawn(wait(requests));
    Ok(heard)
}

#[cfg(unix)]
async fn wait(requests: UnboundedSender<SignalRequest>) {
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
        let request = tokio::select! {
            _ = interrupt.recv() => SignalRequest::Stop,
            _ = hangup.recv() => SignalRequest::Leave,
            _ = terminate.recv() => SignalRequest::Leave,
        };
        if requests.send(request).is_err() {
            return;
        }
    }
}

#[cfg(windows)]
async fn wait(requests: UnboundedSender<SignalRequest>) {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
    let (Ok(mut c), Ok(mut pause), Ok(mut close), Ok(mut logoff), Ok(mut shutdown)) =
        (ctrl_c(), ctrl_break(), ctrl_close(), ctrl_logoff(), ctrl_shutdown())
    else {
        tracing::error!("signals cannot be heard; Ctrl-C ends this program and leaves the agent");
        return;
    };
    loop {
        let request = tokio::select! {
            _ = c.recv() => SignalRequest::Stop,
            _ = pause.recv() => SignalRequest::Stop,
            _ = close.recv() => SignalRequest::Leave,
            _ = logoff.recv() => SignalRequest::Leave,
            _ = shutdown.recv() => SignalRequest::Leave,
        };
        if requests.send(request).is_err() {
            return;
        }
    }
}
