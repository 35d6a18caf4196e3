//! `structuredPatch`: the difference of two texts as one hunk with three lines of context, which is
//! enough for edits in one place. Everything between the common first and last lines counts as
//! changed.

use serde::Serialize;

const CONTEXT: usize = 3;

/// A hunk, with the field names of the wire format.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hunk {
    old_start: usize,
    old_lines: usize,
    new_start: usize,
    new_lines: usize,
    lines: Vec<String>,
}

/// The hunks that turn `before` into `after`: none or one.
pub(crate) fn hunks(before: &str, after: &str) -> Vec<Hunk> {
    if before == after {
        return Vec::new();
    }
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let room = old.len().min(new.len()) - head;
    let tails = old.iter().rev().zip(new.iter().rev());
    let tail = tails.take(room).take_while(|(a, b)| a == b).count();
    let start = head.saturating_sub(CONTEXT);
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let shown_tail = tail.min(CONTEXT);
    let signed = |sign: char, lines: &[&str]| {
        lines.iter().map(|line| format!("{sign}{line}")).collect::<Vec<_>>()
    };
    let lines = [
        signed(' ', &old[start..head]),
        signed('-', &old[head..old_end]),
        signed('+', &new[head..new_end]),
        signed(' ', &old[old_end..old_end + shown_tail]),
    ]
    .concat();
    vec![Hunk {
        old_start: start + 1,
        old_lines: old_end + shown_tail - start,
        new_start: start + 1,
        new_lines: new_end + shown_tail - start,
        lines,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_is_three_lines_on_both_sides() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let after = "1\n2\n3\n4\nfive\n5b\n6\n7\n8\n9\n";
        let hunks = hunks(before, after);
        let [hunk] = hunks.as_slice() else { panic!("one hunk") };
        assert_eq!((hunk.old_start, hunk.old_lines, hunk.new_lines), (2, 7, 8));
        assert_eq!(hunk.lines, [" 2", " 3", " 4", "-5", "+five", "+5b", " 6", " 7", " 8"]);
    }

    #[test]
    fn repeated_lines_at_the_end_are_not_counted_twice() {
        let hunks = hunks("a\n", "a\na\n");
        assert_eq!(hunks[0].lines, [" a", "+a"]);
        assert_eq!((hunks[0].old_lines, hunks[0].new_lines), (1, 2));
    }

    #[test]
    fn equal_texts_have_no_hunk() {
        assert!(hunks("same", "same").is_empty());
    }
}
