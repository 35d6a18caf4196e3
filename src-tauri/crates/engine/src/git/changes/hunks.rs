//! Reads the hunks of a patch that git made, and cuts a piece of it out that is not too long. Lines are counted by
//! the heads of the hunks, so that a line of a file that looks like a head is none. Pure.

use protocol::{Diff, FileDiff, Hunk, HunkStart, Piece, Side};

/// The hunks of one file, as far as they are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hunks {
    pub(super) diff: Diff,
    /// How many lines come before what is to be asked for next; `None` at the end.
    pub(super) next: Option<u32>,
    pub(super) cut_lines: u32,
    pub(super) lossy: bool,
    /// Whether git says that the file is binary.
    pub(super) is_binary: bool,
}

/// Reads a patch, without its first `skip` lines and at most `most` of them.
pub(super) fn read(patch: &[u8], skip: u32, most: usize) -> Hunks {
    let mut reading = Reading {
        hunks: Hunks::default(),
        skip: usize::try_from(skip).unwrap_or(usize::MAX),
        most,
        seen: 0,
    };
    let mut lines = patch.split(|byte| *byte == b'\n');
    while let Some(line) = lines.next() {
        if line.starts_with(b"Binary files ") {
            reading.hunks.is_binary = true;
        }
        if let Some(head) = Head::of(line)
            && !reading.hunk(head, &mut lines)
        {
            break;
        }
    }
    reading.hunks
}

/// The head of a hunk: `@@ -3,2 +4,7 @@ fn main`.
pub(super) struct Head {
    pub(super) start: HunkStart,
    /// How many lines it has before and after the change.
    pub(super) old: u32,
    pub(super) new: u32,
    heading: String,
}

impl Head {
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        let line = String::from_utf8_lossy(line.strip_prefix(b"@@ ")?);
        let (numbers, heading) = line.split_once(" @@")?;
        let (old, new) = numbers.split_once(' ')?;
        let (old_start, old) = range(old.strip_prefix('-')?)?;
        let (new_start, new) = range(new.strip_prefix('+')?)?;
        let start = HunkStart { old: old_start, new: new_start };
        Some(Self { start, old, new, heading: heading.trim().to_owned() })
    }
}

/// A line's number and how many lines there are: `3,2`, or `3` for one. Where there are none git names the line before.
fn range(text: &str) -> Option<(u32, u32)> {
    let (start, count) = text.split_once(',').unwrap_or((text, "1"));
    let (start, count): (u32, u32) = (start.parse().ok()?, count.parse().ok()?);
    Some((start.saturating_add(u32::from(count == 0)), count))
}

struct Reading {
    hunks: Hunks,
    skip: usize,
    most: usize,
    /// How many lines were read so far.
    seen: usize,
}

impl Reading {
    /// Reads the lines of a hunk. Returns whether more may follow.
    fn hunk<'l>(&mut self, head: Head, lines: &mut impl Iterator<Item = &'l [u8]>) -> bool {
        let Head { start, old, new, heading } = head;
        let (mut old_left, mut new_left) = (old, new);
        let mut place = start;
        let mut hunk: Option<Hunk> = None;
        while old_left > 0 || new_left > 0 {
            let Some(line) = lines.next() else { break };
            let (side, text) = match line.split_first() {
                Some((b'+', text)) => (Side::Added, text),
                Some((b'-', text)) => (Side::Removed, text),
                Some((b'\\', _)) => continue,
                Some((_, text)) => (Side::Same, text),
                None => (Side::Same, line),
            };
            let (is_old, is_new) = (side != Side::Added, side != Side::Removed);
            old_left = old_left.saturating_sub(u32::from(is_old));
            new_left = new_left.saturating_sub(u32::from(is_new));
            if self.seen >= self.skip.saturating_add(self.most) {
                self.hunks.next = u32::try_from(self.seen).ok();
                self.hunks.diff.hunks.extend(hunk);
                return false;
            }
            if self.seen >= self.skip {
                let text = self.shown(text);
                let begun = hunk.get_or_insert_with(|| Hunk {
                    start: Some(place),
                    heading: heading.clone(),
                    pieces: Vec::new(),
                });
                push(&mut begun.pieces, side, text);
            }
            self.seen += 1;
            place.old += u32::from(is_old);
            place.new += u32::from(is_new);
        }
        self.hunks.diff.hunks.extend(hunk);
        true
    }

    /// A line as text that is not too long.
    fn shown(&mut self, line: &[u8]) -> String {
        let (text, is_cut, is_lossy) = line_of(line);
        self.hunks.cut_lines += u32::from(is_cut);
        self.hunks.lossy |= is_lossy;
        text
    }
}

fn push(pieces: &mut Vec<Piece>, side: Side, text: String) {
    match pieces.last_mut() {
        Some(last) if last.side == side => {
            last.text.push('\n');
            last.text.push_str(&text);
        }
        _ => pieces.push(Piece { side, text }),
    }
}

/// A line as text, whether its end was cut off, and whether bytes in it were replaced.
pub(super) fn line_of(line: &[u8]) -> (String, bool, bool) {
    let is_cut = line.len() > FileDiff::LONGEST_LINE;
    let mut line = if is_cut { &line[..FileDiff::LONGEST_LINE] } else { line };
    if is_cut
        && let Err(error) = std::str::from_utf8(line)
        && error.error_len().is_none()
    {
        // The cut went through a character.
        line = &line[..error.valid_up_to()];
    }
    let text = String::from_utf8_lossy(line);
    let is_lossy = matches!(text, std::borrow::Cow::Owned(_));
    (text.into_owned(), is_cut, is_lossy)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &[u8] = b"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n\
        @@ -1,4 +1,4 @@\n same\n-@@ -1 +1 @@ no head\n--- old\n+\n+++ new\n last\n\
        @@ -10 +10,2 @@ fn heading()\n-a\xff\n\\ No newline at end of file\n+b\n+c\n";

    fn shown(hunks: &Hunks) -> Vec<String> {
        let hunk = |hunk: &Hunk| {
            let start = hunk.start.expect("a place");
            let pieces = hunk.pieces.iter().map(|it| format!(" {:?} {:?}", it.side, it.text));
            format!("{} {} {}{}", start.old, start.new, hunk.heading, pieces.collect::<String>())
        };
        hunks.diff.hunks.iter().map(hunk).collect()
    }

    #[test]
    fn lines_that_look_like_heads_are_lines() {
        let hunks = read(PATCH, 0, 100);
        assert_eq!(
            shown(&hunks),
            [
                r#"1 1  Same "same" Removed "@@ -1 +1 @@ no head\n-- old" Added "\n++ new" Same "last""#,
                "10 10 fn heading() Removed \"a\u{fffd}\" Added \"b\\nc\"",
            ]
        );
        assert!(hunks.lossy && !hunks.is_binary);
        assert_eq!((hunks.next, hunks.cut_lines), (None, 0));
    }

    #[test]
    fn pieces_of_a_patch_are_the_patch() {
        let all = shown(&read(PATCH, 0, 100)).len();
        for most in 1..10 {
            let (mut skip, mut lines) = (0, Vec::new());
            loop {
                let hunks = read(PATCH, skip, most);
                for hunk in &hunks.diff.hunks {
                    let mut place = hunk.start.unwrap();
                    for piece in &hunk.pieces {
                        for line in piece.text.split('\n') {
                            lines.push((place.old, place.new, piece.side, line.to_owned()));
                            place.old += u32::from(piece.side != Side::Added);
                            place.new += u32::from(piece.side != Side::Removed);
                        }
                    }
                }
                let Some(next) = hunks.next else { break };
                assert_eq!(usize::try_from(next - skip).unwrap(), most);
                skip = next;
            }
            assert_eq!(lines.len(), 9, "{most}");
            assert_eq!(lines[3], (4, 2, Side::Added, String::new()), "{most}");
            assert_eq!(lines[8], (11, 11, Side::Added, "c".to_owned()), "{most}");
        }
        assert_eq!(all, 2);
        assert_eq!(read(PATCH, 9, 5), Hunks::default());
    }

    #[test]
    fn numbers_of_lines_begin_with_1_where_there_are_none() {
        let hunks = read(b"@@ -0,0 +1 @@\n+new\n@@ -7,0 +9,1 @@\n+more\n", 0, 10);
        assert_eq!(shown(&hunks), [r#"1 1  Added "new""#, r#"8 9  Added "more""#]);
    }

    #[test]
    fn a_binary_file_has_no_lines() {
        let hunks = read(b"diff --git a/x b/x\nBinary files a/x and b/x differ\n", 0, 10);
        assert_eq!(hunks, Hunks { is_binary: true, ..Hunks::default() });
    }

    #[test]
    fn a_long_line_is_cut_between_two_characters() {
        let long = "\u{e9}".repeat(FileDiff::LONGEST_LINE);
        let (text, is_cut, is_lossy) = line_of(&[b"x", long.as_bytes()].concat());
        assert!(is_cut && !is_lossy && text.len() == FileDiff::LONGEST_LINE - 1, "{}", text.len());
        assert_eq!(line_of(b"a\r"), ("a\r".to_owned(), false, false));
    }
}
