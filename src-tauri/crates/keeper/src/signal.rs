//! The signals that a keeper sends on request, by name. Numbers differ between systems, so names are sent
//! and stored; the platform layer has the numbers.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A signal that a keeper sends on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGHUP
    Hup,
    /// SIGINT
    Int,
    /// SIGQUIT
    Quit,
    /// SIGKILL
    Kill,
    /// SIGTERM
    Term,
    /// SIGUSR1
    Usr1,
    /// SIGUSR2
    Usr2,
    /// SIGCONT
    Cont,
    /// SIGSTOP
    Stop,
}

/// The error for a name that is none of these signals.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no signal is called {0:?} here; the names are SIGINT, SIGTERM, SIGHUP and the like")]
pub struct UnknownSignal(pub String);

impl Signal {
    const ALL: [Signal; 9] = [
        Signal::Hup,
        Signal::Int,
        Signal::Quit,
        Signal::Kill,
        Signal::Term,
        Signal::Usr1,
        Signal::Usr2,
        Signal::Cont,
        Signal::Stop,
    ];

    /// The name, with `SIG`.
    pub fn name(self) -> &'static str {
        match self {
            Signal::Hup => "SIGHUP",
            Signal::Int => "SIGINT",
            Signal::Quit => "SIGQUIT",
            Signal::Kill => "SIGKILL",
            Signal::Term => "SIGTERM",
            Signal::Usr1 => "SIGUSR1",
            Signal::Usr2 => "SIGUSR2",
            Signal::Cont => "SIGCONT",
            Signal::Stop => "SIGSTOP",
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Signal {
    type Err = UnknownSignal;

    fn from_str(name: &str) -> Result<Signal, UnknownSignal> {
        Signal::ALL
            .into_iter()
            .find(|signal| signal.name() == name)
            .ok_or_else(|| UnknownSignal(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_no_other() {
        for signal in Signal::ALL {
            assert_eq!(signal.name().parse(), Ok(signal));
        }
        assert_eq!("SIGSEGV".parse::<Signal>(), Err(UnknownSignal("SIGSEGV".into())));
    }
}
