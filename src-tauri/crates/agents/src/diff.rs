//! Makes [`protocol::Diff`]s: from the two texts of an edit, from a whole file, from a unified diff.
//! Pure; the decoders of all agents use it.

use imara_diff::{Algorithm, InternedInput};
use protocol::{Diff, Hunk, HunkStart, Piece, Side};

/// Makes a hunk of replacing `before` by `after` at an unknown place. It has every line of both; `None`
/// if both are empty.
pub(crate) fn of_texts(before: &str, after: &str) -> Option<Hunk> {
    let (old, new) = lines(before, after);
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    let mut diff = imara_diff::Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let mut pieces = Vec::new();
    let mut at = 0;
    for hunk in diff.hunks() {
        let (removed, added) = (range(&hunk.before), range(&hunk.after));
        push(&mut pieces, Side::Same, &old[at..removed.start]);
        at = removed.end;
        push(&mut pieces, Side::Removed, &old[removed]);
        push(&mut pieces, Side::Added, &new[added]);
    }
    push(&mut pieces, Side::Same, &old[at..]);
    (!pieces.is_empty()).then(|| Hunk { pieces, ..Hunk::default() })
}

/// Makes the diff of a new file with this content.
pub(crate) fn of_content(content: &str) -> Diff {
    let hunk = of_texts("", content);
    let start = Some(HunkStart { old: 1, new: 1 });
    Diff { hunks: hunk.into_iter().map(|hunk| Hunk { start, ..hunk }).collect() }
}

/// Makes the diff of a removed file that had this content.
pub(crate) fn of_removed(content: &str) -> Diff {
    let hunk = of_texts(content, "");
    let start = Some(HunkStart { old: 1, new: 1 });
    Diff { hunks: hunk.into_iter().map(|hunk| Hunk { start, ..hunk }).collect() }
}

/// Reads a unified diff of one file, with or without its file headers.
pub(crate) fn unified(text: &str) -> Diff {
    let mut hunks = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    let mut head = None;
    let mut end = |head: Option<&str>, lines: &mut Vec<&str>| {
        let (start, heading) = head.map_or((None, ""), place);
        let lines = std::mem::take(lines);
        if head.is_some() && !lines.is_empty() {
            hunks.push(hunk(start, heading, lines));
        }
    };
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if line.starts_with("@@") {
            end(head.replace(line), &mut lines);
        } else if head.is_some() {
            lines.push(line);
        }
    }
    end(head, &mut lines);
    Diff { hunks }
}

/// Reads where a hunk begins and the heading after it: `@@ -3,2 +4,7 @@ fn main`.
fn place(head: &str) -> (Option<HunkStart>, &str) {
    let mut parts = head.trim_start_matches('@').splitn(2, "@@");
    let (numbers, heading) = (parts.next().unwrap_or(""), parts.next().unwrap_or("").trim());
    let line = |sign: char| {
        let words = numbers.split_whitespace().find_map(|word| word.strip_prefix(sign))?;
        words.split(',').next()?.parse().ok()
    };
    let start = line('-').zip(line('+')).map(|(old, new)| HunkStart { old, new });
    (start, heading)
}

/// Makes a hunk of the lines of one part of a unified diff, each with its sign in front. The line that
/// only says that a newline is missing is left out.
pub(crate) fn hunk<'a>(
    start: Option<HunkStart>,
    heading: &str,
    signed: impl IntoIterator<Item = &'a str>,
) -> Hunk {
    let mut pieces: Vec<Piece> = Vec::new();
    for line in signed {
        let (side, text) = match line.split_at_checked(1) {
            Some(("+", text)) => (Side::Added, text),
            Some(("-", text)) => (Side::Removed, text),
            Some(("\\", _)) => continue,
            Some((" ", text)) => (Side::Same, text),
            // Some programs omit the space of an empty line.
            _ => (Side::Same, line),
        };
        push(&mut pieces, side, &[text]);
    }
    Hunk { start, heading: heading.to_owned(), pieces }
}

fn range(of: &std::ops::Range<u32>) -> std::ops::Range<usize> {
    of.start as usize..of.end as usize
}

/// Splits two texts into lines. A newline at the end of both, or of one if the other is empty, begins no
/// further line.
fn lines<'a>(before: &'a str, after: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let ends = |text: &str| text.is_empty() || text.ends_with('\n');
    let both_end = ends(before) && ends(after);
    let split = |text: &'a str| match text.strip_suffix('\n').filter(|_| both_end) {
        Some(whole) => whole.split('\n').collect(),
        None if text.is_empty() => Vec::new(),
        None => text.split('\n').collect(),
    };
    (split(before), split(after))
}

fn push(pieces: &mut Vec<Piece>, side: Side, lines: &[&str]) {
    if lines.is_empty() {
        return;
    }
    let text = lines.join("\n");
    match pieces.last_mut().filter(|last| last.side == side) {
        Some(last) => {
            last.text.push('\n');
            last.text.push_str(&text);
        }
        None => pieces.push(Piece { side, text }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn printed(hunk: Option<Hunk>) -> Vec<String> {
        let pieces = hunk.map(|hunk| hunk.pieces).unwrap_or_default();
        let sign = |side| match side {
            Side::Same => ' ',
            Side::Removed => '-',
            Side::Added => '+',
        };
        let lines = pieces.iter().flat_map(|piece| {
            piece.text.split('\n').map(move |line| format!("{}{line}", sign(piece.side)))
        });
        lines.collect()
    }

    #[test]
    fn an_edit_shows_what_it_replaces_within_what_stays() {
        let diff = of_texts("a\nb\nc", "a\nB\nB2\nc");
        assert_eq!(printed(diff), [" a", "-b", "+B", "+B2", " c"]);
        let two = of_texts("a\nb\nc\nd\ne\n", "A\nb\nc\nd\nE\n");
        assert_eq!(printed(two), ["-a", "+A", " b", " c", " d", "-e", "+E"], "two edits are two");
    }

    #[test]
    fn a_newline_at_the_end_is_a_line_only_where_it_is_a_change() {
        assert_eq!(printed(of_texts("", "a\nb\n")), ["+a", "+b"]);
        assert_eq!(printed(of_texts("", "\n")), ["+"]);
        assert_eq!(printed(of_texts("a\n", "")), ["-a"]);
        assert_eq!(printed(of_texts("a\n", "a")), [" a", "-"]);
        assert_eq!(printed(of_texts("a\r\n", "a\n")), ["-a\r", "+a"], "so is another line end");
        assert_eq!(of_texts("", ""), None);
    }

    #[test]
    fn a_unified_diff_keeps_its_lines() {
        let lines = [" same", "-old", "+new", "+", "", "\\ No newline at end of file"];
        let start = Some(HunkStart { old: 18, new: 18 });
        let read = hunk(start, "fn normalise", lines);
        assert_eq!((read.start, read.heading.as_str()), (start, "fn normalise"));
        assert_eq!(printed(Some(read)), [" same", "-old", "+new", "+", " "]);
    }

    #[test]
    fn a_unified_diff_is_read_part_by_part() {
        let text =
            "--- a/x\n+++ b/x\n@@ -3,2 +4,2 @@ fn main\n-old\n+new\n same\n@@ -9 +10 @@\n+more\n";
        let parts: Vec<_> = unified(text)
            .hunks
            .into_iter()
            .map(|hunk| {
                (hunk.start.map(|at| (at.old, at.new)), hunk.heading.clone(), printed(Some(hunk)))
            })
            .collect();
        let lines =
            |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let expected = [
            (Some((3, 4)), "fn main".to_owned(), lines(&["-old", "+new", " same"])),
            (Some((9, 10)), String::new(), lines(&["+more"])),
        ];
        assert_eq!(parts, expected);
        for odd in ["", "no diff", "@@", "@@ -x +y @@\n+a"] {
            assert!(unified(odd).hunks.len() < 2, "{odd}");
        }
        assert_eq!(printed(of_removed("a\nb\n").hunks.pop()), ["-a", "-b"]);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_had_from_the_lines(before in "[ab\n]{0,24}", after in "[ab\n]{0,24}") {
            let printed = printed(of_texts(&before, &after));
            let side = |without: char| {
                let lines = printed.iter().filter(|line| !line.starts_with(without));
                lines.map(|line| &line[1..]).collect::<Vec<_>>()
            };
            let (old, new) = lines(&before, &after);
            prop_assert_eq!(side('+'), old);
            prop_assert_eq!(side('-'), new);
        }
    }
}
