//! Measures the CPU time of some work. Each benchmark measures in one process and alternates
//! between the compared sides, so that other load on the machine affects both.

use std::time::Duration;

/// The CPU time in seconds that all threads of this process use while `work` runs; wall time on
/// systems that do not report CPU time.
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
