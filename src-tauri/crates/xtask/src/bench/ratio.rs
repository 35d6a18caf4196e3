//! The arithmetic of a comparison: computes the median ratio, its spread and the verdict from the
//! values of both sides in the order of the runs. Nothing here runs programs or prints.

use super::figure::{Better, Value};

/// In each cycle both sides run twice, in the order A B B A, so that a machine that becomes slower
/// affects both.
pub(super) const RUNS_OF_A_SIDE: usize = 2;

/// How much worse the median may be.
pub(super) const TOLERANCE: f64 = 0.05;

/// The ratio of this tree to the revision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ratio {
    pub(super) median: f64,
    /// The least and the greatest ratio of the cycles, widened by the possible rounding errors.
    pub(super) low: f64,
    pub(super) high: f64,
}

/// The verdict about a ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// The median is within the tolerance.
    NotWorse,
    /// The median is beyond the tolerance, and all cycles are worse.
    Worse,
    /// The median is beyond the tolerance, but not all cycles are worse.
    Unsettled,
}

/// The ratio of `this` to `revision`, each with two values per cycle; `None` if the revision's are
/// zero and this tree's are not.
pub(super) fn ratio(revision: &[Value], this: &[Value]) -> Option<Ratio> {
    let cycles = revision.chunks(RUNS_OF_A_SIDE).zip(this.chunks(RUNS_OF_A_SIDE));
    let cycles: Vec<Ratio> =
        cycles.map(|(revision, this)| of_one_cycle(revision, this)).collect::<Option<_>>()?;
    let all = |pick: fn(&Ratio) -> f64| cycles.iter().map(pick);
    Some(Ratio {
        median: median(all(|cycle| cycle.median).collect())?,
        low: all(|cycle| cycle.low).fold(f64::INFINITY, f64::min),
        high: all(|cycle| cycle.high).fold(0.0, f64::max),
    })
}

fn of_one_cycle(revision: &[Value], this: &[Value]) -> Option<Ratio> {
    let sum = |values: &[Value]| -> f64 { values.iter().map(|value| value.value).sum() };
    let half = |values: &[Value]| -> f64 { values.iter().map(|value| value.half).sum() };
    let (under, over) = (sum(revision), sum(this));
    if under == 0.0 {
        return (over == 0.0).then_some(Ratio { median: 1.0, low: 1.0, high: 1.0 });
    }
    let (least, most) = (over - half(this), over + half(this));
    Some(Ratio {
        median: over / under,
        low: least.max(0.0) / (under + half(revision)),
        high: if under > half(revision) { most / (under - half(revision)) } else { f64::INFINITY },
    })
}

/// The middle value, or the mean of the two middle values; `None` without values.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some((lower + upper) / 2.0)
}

/// The verdict about a ratio of a figure for which `better` is better.
pub(super) fn verdict(better: Better, ratio: Ratio) -> Verdict {
    let (is_within, all_worse) = match better {
        Better::Less => (ratio.median <= 1.0 + TOLERANCE, ratio.low > 1.0),
        Better::More => (ratio.median >= 1.0 - TOLERANCE, ratio.high < 1.0),
    };
    match (is_within, all_worse) {
        (true, _) => Verdict::NotWorse,
        (false, true) => Verdict::Worse,
        (false, false) => Verdict::Unsettled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(values: &[f64]) -> Vec<Value> {
        values.iter().map(|&value| Value { value, half: 0.0 }).collect()
    }

    fn of(revision: &[f64], this: &[f64]) -> Option<(f64, f64, f64)> {
        let ratio = ratio(&exact(revision), &exact(this))?;
        Some((ratio.median, ratio.low, ratio.high))
    }

    #[test]
    fn medians_of_odd_and_even_counts() {
        for (values, expected) in [
            (vec![], None),
            (vec![3.0], Some(3.0)),
            (vec![4.0, 1.0], Some(2.5)),
            (vec![9.0, 1.0, 2.0], Some(2.0)),
            (vec![5.0, 1.0, 4.0, 2.0], Some(3.0)),
        ] {
            assert_eq!(median(values.clone()), expected, "{values:?}");
        }
    }

    #[test]
    fn the_ratio_is_the_median_of_the_cycles_and_the_spread_their_ends() {
        let revision = [10.0; 10];
        let this = [10.0, 10.0, 11.0, 11.0, 12.0, 12.0, 9.0, 9.0, 20.0, 20.0];
        assert_eq!(of(&revision, &this), Some((1.1, 0.9, 2.0)));
    }

    #[test]
    fn a_machine_that_grows_slower_evenly_changes_nothing() {
        // A B B A at the times 0 to 3, 4 to 7 and so on, with a cost that grows with time.
        let cost = |time: f64| 100.0 + 7.0 * time;
        let at = |cycle: i32, place: f64| cost(f64::from(cycle) * 4.0 + place);
        let revision: Vec<f64> =
            (0..5).flat_map(|cycle| [at(cycle, 0.0), at(cycle, 3.0)]).collect();
        let this: Vec<f64> = (0..5).flat_map(|cycle| [at(cycle, 1.0), at(cycle, 2.0)]).collect();
        assert_eq!(of(&revision, &this), Some((1.0, 1.0, 1.0)));
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        assert_eq!(of(&[0.0, 0.0], &[0.0, 0.0]), Some((1.0, 1.0, 1.0)));
        assert_eq!(of(&[0.0, 0.0], &[1.0, 0.0]), None);
        assert_eq!(of(&[4.0, 4.0], &[0.0, 0.0]), Some((0.0, 0.0, 0.0)));
        assert_eq!(of(&[], &[]), None);
    }

    #[test]
    fn rounding_widens_the_spread_and_leaves_the_median() {
        let printed = |text: &str| [Value::parse(text).unwrap(); 2];
        let found = ratio(&printed("0.02"), &printed("0.03")).unwrap();
        assert_eq!(found.median, 0.03 / 0.02);
        assert!((found.low - 0.025 / 0.025).abs() < 1e-12, "{found:?}");
        assert!((found.high - 0.035 / 0.015).abs() < 1e-12, "{found:?}");
        let coarse = ratio(&printed("0"), &printed("0")).unwrap();
        assert_eq!((coarse.low, coarse.high), (1.0, 1.0));
    }

    #[test]
    fn verdicts_of_both_directions() {
        use Verdict::{NotWorse, Unsettled, Worse};
        for (better, (low, median, high), expected) in [
            (Better::Less, (0.98, 1.00, 1.02), NotWorse),
            (Better::Less, (1.01, 1.05, 1.09), NotWorse),
            (Better::Less, (1.01, 1.06, 1.09), Worse),
            (Better::Less, (1.00, 1.06, 1.09), Unsettled),
            (Better::Less, (0.90, 1.30, 2.00), Unsettled),
            (Better::Less, (0.10, 0.20, 0.30), NotWorse),
            (Better::More, (0.98, 1.00, 1.02), NotWorse),
            (Better::More, (0.90, 0.95, 0.99), NotWorse),
            (Better::More, (0.90, 0.94, 0.99), Worse),
            (Better::More, (0.90, 0.94, 1.00), Unsettled),
            (Better::More, (1.10, 1.20, 1.30), NotWorse),
        ] {
            let ratio = Ratio { median, low, high };
            assert_eq!(verdict(better, ratio), expected, "{better:?} {ratio:?}");
        }
    }
}
