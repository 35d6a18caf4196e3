//! A set of times with bounded size: time is divided into equal intervals, and for each only one
//! bit is stored, whether it contains any of the times. The result does not depend on the order of
//! the times. Runs collect the times of their tool calls in it; a story joins those of its runs.

use protocol::Timestamp;
use serde::{Deserialize, Serialize};

/// The shortest interval (milliseconds).
const SHORTEST: i64 = 2_000;

/// The most intervals from the first time to the last: a strip on screen has no more pixels.
const MOST: i64 = 400;

/// A set of times, reduced to at most one per two seconds and [`MOST`] in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moments {
    /// How often the length of the intervals was doubled.
    doubled: u32,
    /// The number of the first interval with a time, counted from 1970.
    first: i64,
    /// A bit for each interval from `first` on.
    bits: Vec<u64>,
}

impl Moments {
    /// Adds a time.
    pub(crate) fn add(&mut self, at: Timestamp) {
        self.add_stretch(at.millis().div_euclid(SHORTEST), 0);
    }

    /// Adds the times of another set.
    pub(crate) fn join(&mut self, other: &Self) {
        while self.doubled < other.doubled {
            self.double();
        }
        other.stretches().for_each(|stretch| self.add_stretch(stretch, other.doubled));
    }

    /// The beginning of each interval that contains a time, oldest first.
    pub(crate) fn times(&self) -> impl Iterator<Item = Timestamp> {
        let length = SHORTEST << self.doubled;
        self.stretches().map(move |stretch| Timestamp::from_millis(stretch * length))
    }

    fn stretches(&self) -> impl Iterator<Item = i64> {
        let of_word = |word: u64| (0..64_i64).filter(move |bit| word >> bit & 1 == 1);
        let words = (self.first..).step_by(64).zip(self.bits.iter());
        words.flat_map(move |(first, word)| of_word(*word).map(move |bit| first + bit))
    }

    /// Adds an interval, given by its number at a length that was doubled `doubled` times, which is
    /// at most as often as here.
    fn add_stretch(&mut self, stretch: i64, doubled: u32) {
        loop {
            let number = stretch >> (self.doubled - doubled);
            let (first, last) = self.ends().unwrap_or((number, number));
            if number.max(last) - number.min(first) < MOST {
                return self.set(number);
            }
            self.double();
        }
    }

    /// The numbers of the first and the last interval.
    fn ends(&self) -> Option<(i64, i64)> {
        let last = self.bits.last()?;
        let bits = self.bits.len() as i64 * 64 - i64::from(last.leading_zeros());
        Some((self.first, self.first + bits - 1))
    }

    fn set(&mut self, number: i64) {
        if self.bits.is_empty() || number < self.first {
            let later: Vec<i64> = self.stretches().collect();
            self.first = number;
            self.bits = vec![1];
            return later.into_iter().for_each(|number| self.set(number));
        }
        let bit = (number - self.first) as usize;
        if self.bits.len() <= bit / 64 {
            self.bits.resize(bit / 64 + 1, 0);
        }
        self.bits[bit / 64] |= 1 << (bit % 64);
    }

    fn double(&mut self) {
        let halves: Vec<i64> = self.stretches().map(|stretch| stretch >> 1).collect();
        self.doubled += 1;
        self.bits.clear();
        halves.into_iter().for_each(|stretch| self.set(stretch));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(moments: &[i64]) -> Moments {
        let mut set = Moments::default();
        moments.iter().for_each(|at| set.add(Timestamp::from_millis(*at)));
        set
    }

    fn times(set: &Moments) -> Vec<i64> {
        set.times().map(Timestamp::millis).collect()
    }

    #[test]
    fn moments_within_two_seconds_are_one() {
        assert_eq!(times(&of(&[10_000, 11_999, 12_000, 30_500])), [10_000, 12_000, 30_000]);
        assert_eq!(times(&Moments::default()), Vec::<i64>::new());
    }

    #[test]
    fn days_of_moments_are_as_small_as_minutes() {
        let days: Vec<i64> = (0..100_000).map(|n| 1_795_000_000_000 + n * 5_000).collect();
        let set = of(&days);
        let times = times(&set);
        assert!((200..=400).contains(&times.len()), "{}", times.len());
        assert!(times[0] <= days[0] && days[99_999] - times[times.len() - 1] < 4_096_000);
        assert!(serde_json::to_string(&set).unwrap().len() < 250);
    }

    proptest! {
        #[test]
        fn a_set_depends_on_its_moments_alone(
            parts in prop::collection::vec(prop::collection::vec(-5_000_000..50_000_000_i64, 0..40), 1..5),
        ) {
            let mut all = parts.concat();
            let together = of(&all);
            all.reverse();
            prop_assert_eq!(&of(&all), &together);
            all.sort_unstable();
            prop_assert_eq!(&of(&all), &together);
            let mut joined = Moments::default();
            parts.iter().for_each(|part| joined.join(&of(part)));
            prop_assert_eq!(&joined, &together);
            let length = SHORTEST << together.doubled;
            let mut expected: Vec<i64> = all.iter().map(|at| at.div_euclid(length) * length).collect();
            expected.dedup();
            prop_assert_eq!(times(&together), expected);
            prop_assert!(times(&together).len() as i64 <= MOST);
        }
    }
}
