//! What a person can set about how Musher decides, with its defaults. A type and nothing else: no file is read
//! here. Policies get it in their view.

use std::time::Duration;

/// The configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    /// How limits are waited for.
    pub(crate) limits: Limits,
}

/// How limits are waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The first wait when no reset is known; it doubles with each limit in a row.
    pub(crate) first_guess: Duration,
    /// The longest such wait.
    pub(crate) longest_guess: Duration,
    /// Between two stories that go on after a reset, so that they do not all start at once.
    pub(crate) stagger: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_guess: Duration::from_secs(5 * 60),
            longest_guess: Duration::from_secs(6 * 60 * 60),
            stagger: Duration::from_secs(3),
        }
    }
}
