//! Estimates when a limit resets, as far as the agent's report is credible.

use protocol::{LimitWaits, Outcome, ResetBasis, Timestamp};
use std::time::Duration;

/// The latest credible reset: a month's window and a day.
const FARTHEST_RESET: Duration = Duration::from_secs(32 * 24 * 60 * 60);

/// A reset that passed less than this long ago is taken as a reset, and not as a sign of a wrong clock.
const JUST_PASSED: Duration = Duration::from_secs(10 * 60);

/// The first wait after a reset that has just passed; it doubles with each limit in a row.
const SOON: Duration = Duration::from_secs(1);

/// When a story whose run was limited is expected to resume. If the reported reset is not credible, the
/// wait is a guess, which doubles with each of the limits `in_a_row` before. Gives also how the time is known.
pub(crate) fn expected(
    limits: &LimitWaits,
    outcome: &Outcome,
    ended: Timestamp,
    in_a_row: u32,
) -> Option<(Timestamp, ResetBasis)> {
    let Outcome::Limited { until, .. } = outcome else { return None };
    let wait = |first: Duration| {
        let doubled = first.saturating_mul(1 << in_a_row.min(16));
        let guess = ended.plus_millis(millis(doubled.min(limits.longest_guess())));
        (guess, ResetBasis::Guessed)
    };
    Some(match until {
        Some(until) if (1..=millis(FARTHEST_RESET)).contains(&until.since(ended)) => {
            (*until, ResetBasis::Reported)
        }
        // The reset passed while the agent was ending.
        Some(until) if (0..millis(JUST_PASSED)).contains(&ended.since(*until)) => wait(SOON),
        _ => wait(limits.first_guess()),
    })
}

/// Converts a duration to the unit of timestamps.
pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    const MINUTE: i64 = 60_000;

    fn limited(until: Option<Timestamp>) -> Outcome {
        Outcome::Limited { window: None, name: None, until, model: None }
    }

    #[test]
    fn a_reset_that_makes_no_sense_is_guessed() {
        let ended = Timestamp::from_seconds(1_000_000);
        let mut table = String::new();
        for (name, resets_in) in [
            ("none is known", None),
            ("in an hour", Some(60 * MINUTE)),
            ("in a moment", Some(1)),
            ("at this instant", Some(0)),
            ("nine minutes ago", Some(-9 * MINUTE)),
            ("ten minutes ago", Some(-10 * MINUTE)),
            ("in 32 days", Some(32 * 24 * 60 * MINUTE)),
            ("in 33 days", Some(33 * 24 * 60 * MINUTE)),
            ("never", Some(i64::MAX)),
            ("at the beginning of time", Some(i64::MIN)),
        ] {
            let outcome = limited(resets_in.map(|millis| ended.plus_millis(millis)));
            let waits = [0, 1, 2, 6, 7, 60].map(|in_a_row| {
                let expected = expected(&LimitWaits::default(), &outcome, ended, in_a_row);
                let (until, basis) = expected.unwrap();
                let mark = if basis.is_reported() { "" } else { "?" };
                format!("{:>14}", format!("{}{mark}", until.since(ended)))
            });
            writeln!(table, "{name:<26}{}", waits.join("")).unwrap();
        }
        insta::assert_snapshot!("resets", table);
        assert_eq!(expected(&LimitWaits::default(), &Outcome::Succeeded, ended, 0), None);
    }
}
