//! What benchmarks share: the CPU time of a piece of work, medians. Each takes its figures in one
//! process, alternating what is compared, so that the rest of the machine falls on both.

use std::time::Duration;

/// Seconds of CPU time that all threads of this process spend while `work` runs; wall time where the
/// system does not tell it.
#[allow(dead_code, reason = "not every bench target measures CPU time")]
pub(crate) fn cpu(work: impl FnOnce()) -> f64 {
    let before = spent();
    work();
    (spent() - before).as_secs_f64()
}

#[cfg(unix)]
#[allow(dead_code, reason = "not every bench target measures CPU time")]
fn spent() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(spent).expect("time spent is not negative")
}

#[cfg(not(unix))]
#[allow(dead_code, reason = "not every bench target measures CPU time")]
fn spent() -> Duration {
    static BEGAN: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    BEGAN.elapsed()
}

/// The median.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
