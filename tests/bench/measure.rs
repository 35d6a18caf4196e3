//! The CPU time of a piece of work. Each benchmark takes its figures in one process, alternating what is compared,
//! so that other work of the machine falls on both.

use std::time::Duration;

/// Seconds of CPU time that all threads of this process spend while `work` runs; wall time where the
/// system does not tell it.
pub(crate) fn cpu(work: impl FnOnce()) -> f64 {
    let before = spent();
    work();
    (spent() - before).as_secs_f64()
}

#[cfg(unix)]
fn spent() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(spent).expect("time spent is not negative")
}

#[cfg(not(unix))]
fn spent() -> Duration {
    static BEGAN: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    BEGAN.elapsed()
}
