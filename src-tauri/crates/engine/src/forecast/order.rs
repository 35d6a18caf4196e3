//! In which order stories are merged with the fewest conflicts: first as many as come together without one, then the
//! others. Pure.

/// With more stories the order is only a proposal.
const MOST_EXACT: usize = 14;

/// An order of the stories `0..count`, the oldest of which is 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// The stories.
    pub(super) steps: Vec<usize>,
    /// Whether no other order merges more stories without a conflict.
    pub(super) is_best: bool,
}

/// The order with the fewest conflicts; of several the one with the older stories first. `conflict` says whether two
/// stories conflict, or are not known not to.
pub(super) fn order(count: usize, conflict: impl Fn(usize, usize) -> bool) -> Order {
    let is_best = count <= MOST_EXACT;
    let mut steps = match is_best {
        true => largest(count, &conflict),
        false => greedy(count, &conflict),
    };
    while steps.len() < count {
        let rest = (0..count).filter(|story| !steps.contains(story));
        let conflicts = |story: &usize| steps.iter().filter(|it| conflict(**it, *story)).count();
        let Some(next) = rest.min_by_key(conflicts) else { break };
        steps.push(next);
    }
    Order { steps, is_best }
}

/// The largest set without a conflict, the older first.
fn largest(count: usize, conflict: &impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let against: Vec<u32> = (0..count)
        .map(|one| {
            (0..count).filter(|other| conflict(one, *other)).fold(0, |set, it| set | 1 << it)
        })
        .collect();
    let is_free = |set: &u32| (0..count).all(|one| set >> one & 1 == 0 || set & against[one] == 0);
    // Of two of one size the one that has the first story in which they differ.
    let rank = |set: &u32| (set.count_ones(), set.reverse_bits());
    let best = (0..1_u32 << count).filter(is_free).max_by_key(rank).unwrap_or_default();
    (0..count).filter(|one| best >> one & 1 == 1).collect()
}

/// A set without a conflict to which none can be added: always the story that conflicts with the fewest that are left.
fn greedy(count: usize, conflict: &impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut left: Vec<usize> = (0..count).collect();
    let mut chosen = Vec::new();
    while !left.is_empty() {
        let conflicts = |one: &&usize| left.iter().filter(|it| conflict(**one, **it)).count();
        let Some(next) = left.iter().min_by_key(conflicts).copied() else { break };
        chosen.push(next);
        left.retain(|it| *it != next && !conflict(next, *it));
    }
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(count: usize, pairs: &[(usize, usize)]) -> Order {
        order(count, |a, b| pairs.contains(&(a, b)) || pairs.contains(&(b, a)))
    }

    /// How many stories there are, which of them conflict, and the steps.
    type Case = (usize, &'static [(usize, usize)], &'static [usize]);

    #[test]
    fn as_many_as_possible_come_before_the_first_conflict() {
        let table: [Case; 8] = [
            (0, &[], &[]),
            (1, &[], &[0]),
            (3, &[], &[0, 1, 2]),
            // The older one first.
            (2, &[(0, 1)], &[0, 1]),
            // The one in the middle of a star comes last.
            (4, &[(0, 1), (0, 2), (0, 3)], &[1, 2, 3, 0]),
            // A path of four: the first set of two, then the one with fewer conflicts.
            (4, &[(0, 1), (1, 2), (2, 3)], &[0, 2, 3, 1]),
            // A triangle and one beside it.
            (4, &[(0, 1), (1, 2), (0, 2)], &[0, 3, 1, 2]),
            // Of those that are left the one with fewer conflicts.
            (5, &[(0, 3), (1, 3), (2, 4)], &[0, 1, 2, 4, 3]),
        ];
        for (count, pairs, steps) in table {
            assert_eq!(
                of(count, pairs),
                Order { steps: steps.to_vec(), is_best: true },
                "{pairs:?}"
            );
        }
    }

    #[test]
    fn with_many_stories_it_is_a_proposal_without_a_conflict_before_it_must_be() {
        let star: Vec<_> = (1..20).map(|other| (0, other)).collect();
        let found = of(20, &star);
        assert!(!found.is_best);
        assert_eq!(found.steps, (1..20).chain([0]).collect::<Vec<_>>());
    }
}
