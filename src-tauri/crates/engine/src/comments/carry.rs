//! Carries the lines of a comment from one content of a file to another, by what git says that differs. Pure.

use crate::git::Edit;
use protocol::LineRange;

/// Lines, or the place between two lines: then `count` is 0, and it lies before the line `first`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: u32,
    pub(super) count: u32,
}

/// Where lines came to, and whether something of them changed on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Carried {
    pub(super) span: Span,
    pub(super) is_touched: bool,
}

impl From<LineRange> for Span {
    fn from(LineRange { first, last }: LineRange) -> Self {
        Self { first, count: last.saturating_sub(first).saturating_add(1) }
    }
}

impl Span {
    /// The lines; `None` if there are none.
    pub(super) fn lines(self) -> Option<LineRange> {
        let Self { first, count } = self;
        (count > 0).then(|| LineRange { first, last: first.saturating_add(count - 1) })
    }

    /// The line after the last one.
    fn end(self) -> u32 {
        self.first.saturating_add(self.count)
    }
}

/// Carries lines along these edits, which are in the order of lines. What is inserted before or after the lines leaves
/// them as they are; of lines that changed, what stands in their place is named. A place between two lines changed if
/// something was inserted there, or a line beside it was replaced.
pub(super) fn carry(span: Span, edits: &[Edit]) -> Carried {
    let mut touching = edits.iter().filter(|edit| is_touching(edit, span));
    let (first, last) = (touching.clone().next(), touching.next_back());
    let (Some(first), Some(last)) = (first, last) else {
        let first = shifted(span.first, edits, |edit| edit_end(edit) <= span.first);
        return Carried { span: Span { first, ..span }, is_touched: false };
    };
    // Lines of its own before the first edit, and after the last one, stay.
    let before = first.old.saturating_sub(span.first);
    let after = span.end().saturating_sub(edit_end(last));
    let start = first.new.saturating_sub(before);
    let end = last.new.saturating_add(last.new_count).saturating_add(after);
    Carried {
        span: Span { first: start.max(1), count: end.saturating_sub(start) },
        is_touched: true,
    }
}

fn is_touching(edit: &Edit, span: Span) -> bool {
    match (span.count, edit.old_count) {
        (0, 0) => edit.old == span.first,
        (0, _) => edit.old <= span.first && span.first <= edit_end(edit),
        (_, 0) => span.first < edit.old && edit.old < span.end(),
        (_, _) => edit.old < span.end() && span.first < edit_end(edit),
    }
}

/// The line after the last one that the edit replaces.
fn edit_end(edit: &Edit) -> u32 {
    edit.old.saturating_add(edit.old_count)
}

/// The number that a line has after the edits that are before it.
fn shifted(line: u32, edits: &[Edit], is_before: impl Fn(&Edit) -> bool) -> u32 {
    let last = edits.iter().take_while(|edit| is_before(edit)).last();
    last.map_or(line, |edit| {
        let end = edit.new.saturating_add(edit.new_count);
        end.saturating_add(line.saturating_sub(edit_end(edit)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(old: u32, old_count: u32, new: u32, new_count: u32) -> Edit {
        Edit { old, old_count, new, new_count }
    }

    /// A name, lines by the first one and their count, edits, the lines after them, whether they were touched.
    type Case<'a> = (&'a str, (u32, u32), &'a [Edit], (u32, u32), bool);

    #[test]
    fn lines_are_found_where_they_came_to() {
        let cases: [Case<'_>; 16] = [
            ("nothing differs", (5, 2), &[], (5, 2), false),
            ("lines before are inserted", (5, 2), &[edit(1, 0, 1, 3)], (8, 2), false),
            ("lines before are removed", (5, 2), &[edit(1, 2, 1, 0)], (3, 2), false),
            ("right before", (5, 2), &[edit(5, 0, 5, 1)], (6, 2), false),
            ("the line before is replaced by two", (5, 2), &[edit(4, 1, 4, 2)], (6, 2), false),
            ("right after", (5, 2), &[edit(7, 0, 7, 4)], (5, 2), false),
            ("the line after is replaced", (5, 2), &[edit(7, 1, 7, 1)], (5, 2), false),
            ("within", (5, 2), &[edit(6, 0, 6, 1)], (5, 3), true),
            ("one is replaced by three", (5, 1), &[edit(5, 1, 5, 3)], (5, 3), true),
            ("a part is replaced", (5, 4), &[edit(6, 1, 6, 2)], (5, 5), true),
            ("more than it is replaced", (5, 2), &[edit(3, 6, 3, 1)], (3, 1), true),
            ("all are removed", (5, 2), &[edit(5, 2, 5, 0)], (5, 0), true),
            ("two parts", (5, 4), &[edit(5, 1, 5, 2), edit(8, 1, 9, 0)], (5, 4), true),
            ("after others", (9, 1), &[edit(2, 0, 2, 2), edit(9, 1, 11, 1)], (11, 1), true),
            ("a place where lines were", (5, 0), &[edit(5, 0, 5, 2)], (5, 2), true),
            ("a place, elsewhere", (5, 0), &[edit(9, 1, 9, 1)], (5, 0), false),
        ];
        for (name, (first, count), edits, (to, to_count), is_touched) in cases {
            let expected = Carried { span: Span { first: to, count: to_count }, is_touched };
            assert_eq!(carry(Span { first, count }, edits), expected, "{name}");
        }
    }

    /// What is done to a text: how many lines stay, how many go, how many come.
    fn steps() -> impl Strategy<Value = Vec<(u32, u32, u32)>> {
        let step = (0_u32..5, 0_u32..4, 0_u32..4);
        proptest::collection::vec(step, 0..8)
    }

    /// The later lines as the number that each had before, and the edits.
    fn edited(of: u32, steps: &[(u32, u32, u32)]) -> (Vec<Option<u32>>, Vec<Edit>) {
        let (mut later, mut edits, mut at) = (Vec::new(), Vec::new(), 1);
        for (stay, go, come) in steps {
            // Without a line between them two edits are one.
            let stay = (*stay).max(u32::from(!edits.is_empty())).min(of + 1 - at);
            later.extend((at..at + stay).map(Some));
            at += stay;
            let go = (*go).min(of + 1 - at);
            let is_one = edits.last().is_some_and(|last: &Edit| edit_end(last) == at);
            if (go == 0 && *come == 0) || is_one {
                continue;
            }
            let new = u32::try_from(later.len()).unwrap() + 1;
            edits.push(edit(at, go, new, *come));
            later.extend(std::iter::repeat_n(None, usize::try_from(*come).unwrap()));
            at += go;
        }
        later.extend((at..=of).map(Some));
        (later, edits)
    }

    proptest! {
        #[test]
        fn a_line_that_was_not_touched_is_found_exactly(steps in steps(), of in 1_u32..30) {
            let (later, edits) = edited(of, &steps);
            for line in 1..=of {
                let Carried { span, is_touched } = carry(Span { first: line, count: 1 }, &edits);
                let place = later.iter().position(|known| *known == Some(line));
                prop_assert_eq!(is_touched, place.is_none(), "line {}", line);
                if let Some(place) = place {
                    let expected = Span { first: u32::try_from(place).unwrap() + 1, count: 1 };
                    prop_assert_eq!(span, expected, "line {}", line);
                }
            }
        }

        #[test]
        fn what_stands_in_the_place_of_lines_has_all_of_them_that_are_left(
            steps in steps(),
            of in 1_u32..30,
            first in 1_u32..30,
            count in 1_u32..10,
        ) {
            let (later, edits) = edited(of, &steps);
            prop_assume!(first + count - 1 <= of);
            let own = first..first + count;
            let Carried { span, is_touched } = carry(Span { first, count }, &edits);
            let there = |at: u32| later[usize::try_from(at - 1).unwrap()];
            let left: Vec<u32> = (span.first..span.end()).filter_map(there).collect();
            let expected: Vec<u32> =
                own.clone().filter(|line| later.contains(&Some(*line))).collect();
            prop_assert_eq!(&left, &expected);
            let is_same = expected.len() == own.len() && span.count == count;
            prop_assert_eq!(is_touched, !is_same);
            prop_assert!(usize::try_from(span.end() - 1).unwrap() <= later.len());
        }
    }
}
