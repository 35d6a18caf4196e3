//! Measures which part of the machine's CPU time other processes used, on Linux: the time of all
//! CPUs minus that of this process and its ended descendants. On other systems it is unknown.

/// Counters at one time, in the kernel's ticks, summed over all CPUs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ticks {
    /// The elapsed time.
    all: u64,
    /// The time in which a CPU was busy, or was taken by the hypervisor.
    busy: u64,
    /// The time of this process and of descendants that were waited for.
    own: u64,
}

impl Ticks {
    /// The present counters; `None` if the system does not have them.
    pub(super) fn now() -> Option<Self> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let read = |path: &str| std::fs::read_to_string(path).ok();
        parse(&read("/proc/stat")?, &read("/proc/self/stat")?)
    }

    /// The part of all CPU time since `before` that neither this process nor its descendants used;
    /// `None` if no time has passed. Descendants count only after they have ended.
    pub(super) fn others_since(self, before: Ticks) -> Option<f64> {
        let all = self.all.checked_sub(before.all).filter(|all| *all > 0)?;
        let busy = self.busy.saturating_sub(before.busy);
        let own = self.own.saturating_sub(before.own);
        // Both are rounded, so the difference can be slightly negative on an otherwise idle
        // machine.
        Some(busy.saturating_sub(own) as f64 / all as f64)
    }
}

/// Parses `/proc/stat` and `/proc/self/stat`, as described in proc(5).
fn parse(stat: &str, own: &str) -> Option<Ticks> {
    let line = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    // user nice system idle iowait irq softirq steal; the fields after these are included in the
    // first two.
    let fields: Vec<u64> =
        line.split_whitespace().take(8).map(|field| field.parse().ok()).collect::<Option<_>>()?;
    let [user, nice, system, idle, iowait, irq, softirq, steal] = fields.try_into().ok()?;
    let busy = user + nice + system + irq + softirq + steal;
    // The program's name is in brackets and may contain anything; the state follows it.
    let after = own.rsplit_once(')')?.1;
    let times = after.split_whitespace().skip(11).take(4);
    let times: Vec<u64> = times.map(|field| field.parse().ok()).collect::<Option<_>>()?;
    (times.len() == 4).then(|| Ticks { all: busy + idle + iowait, busy, own: times.iter().sum() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "77 (a (b) c) S 1 77 77 0 -1 4194560 900 0 0 0 11 12 13 14 20 0 1 0 5000 1 2";

    #[test]
    fn counters_are_read_from_both_files() {
        let stat = "cpu  100 20 30 4000 500 6 7 8 9 10\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 5\n";
        assert_eq!(parse(stat, OWN), Some(Ticks { all: 4671, busy: 171, own: 50 }));
    }

    #[test]
    fn what_cannot_be_read_is_unknown() {
        let stat = "cpu  100 20 30 4000 500 6 7 8 9 10\n";
        for (stat, own) in [
            ("", OWN),
            ("cpu  1 2 3\n", OWN),
            ("cpu  a 20 30 4000 500 6 7 8\n", OWN),
            (stat, ""),
            (stat, "77 (x) S 1 77"),
        ] {
            assert_eq!(parse(stat, own), None, "{stat:?} {own:?}");
        }
    }

    #[test]
    fn others_are_what_is_busy_and_not_ours() {
        let ticks = |all, busy, own| Ticks { all, busy, own };
        let before = ticks(1000, 400, 100);
        for (now, expected) in [
            (ticks(2000, 900, 300), Some(0.3)),
            (ticks(2000, 400, 100), Some(0.0)),
            // Rounded counters.
            (ticks(2000, 600, 301), Some(0.0)),
            (ticks(1000, 400, 100), None),
            // Counters from another boot.
            (ticks(10, 4, 1), None),
        ] {
            assert_eq!(now.others_since(before), expected, "{now:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_system_tells_it() {
        assert!(Ticks::now().is_some());
    }
}
