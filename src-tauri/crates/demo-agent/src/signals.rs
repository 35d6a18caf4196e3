//! Handles signals like Claude Code: SIGINT ends the turn with a result and then the process with
//! 0; SIGTERM and SIGHUP kill the running tools and end the process with 143 and 129, without a
//! result. The signals are blocked in all threads except one that waits for them, so no code runs
//! in a signal handler. Windows has no such signals.

use std::sync::mpsc::SyncSender;

use crate::input::Input;
use crate::tools::bash::Running;

#[cfg(unix)]
pub(crate) use unix::{deaf, watch};

/// There are no signals to watch here.
#[cfg(not(unix))]
pub(crate) fn watch(_inputs: SyncSender<Input>, _running: Running) {}

/// There are no signals to ignore here.
#[cfg(not(unix))]
pub(crate) fn deaf() {}

#[cfg(unix)]
mod unix {
    use std::mem::MaybeUninit;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::{Input, Running, SyncSender};

    static DEAF: AtomicBool = AtomicBool::new(false);

    /// From now on signals are received and ignored.
    pub(crate) fn deaf() {
        DEAF.store(true, Ordering::SeqCst);
    }

    /// Starts to handle signals. It must be called before other threads are started, which inherit
    /// the blocked set.
    pub(crate) fn watch(inputs: SyncSender<Input>, running: Running) {
        let set = watched();
        // SAFETY: the set is initialised, and the old mask is not requested.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut()) };
        std::thread::spawn(move || {
            loop {
                let mut signal = 0;
                // SAFETY: both pointers are to live values of this frame.
                if unsafe { libc::sigwait(&raw const set, &raw mut signal) } == 0 {
                    obey(signal, &inputs, &running);
                }
            }
        });
    }

    fn watched() -> libc::sigset_t {
        let mut set = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: sigemptyset initialises the set; sigaddset gets an initialised one.
        unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
                libc::sigaddset(set.as_mut_ptr(), signal);
            }
            set.assume_init()
        }
    }

    fn obey(signal: libc::c_int, inputs: &SyncSender<Input>, running: &Running) {
        if DEAF.load(Ordering::SeqCst) {
            return;
        }
        if signal == libc::SIGINT {
            // Error ignored: if the channel is closed, the process is already ending.
            let _ = inputs.send(Input::SignalInterrupt);
            return;
        }
        running.kill_all();
        std::process::exit(128 + signal);
    }
}
