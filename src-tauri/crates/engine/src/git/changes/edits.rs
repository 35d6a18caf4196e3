//! Which lines differ between two contents of a file, as pairs of ranges. Pure, but for the question to git.

use super::hunks::Head;

/// Lines that were replaced by others. A range of no lines begins with the line before which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The first line before, from 1.
    pub(crate) old: u32,
    /// How many lines were replaced.
    pub(crate) old_count: u32,
    /// The first line after.
    pub(crate) new: u32,
    /// How many lines replace them.
    pub(crate) new_count: u32,
}

/// The edits of a patch without unchanged lines, in their order.
pub(super) fn edits(patch: &[u8]) -> Vec<Edit> {
    let mut found = Vec::new();
    let mut lines = patch.split(|byte| *byte == b'\n');
    while let Some(line) = lines.next() {
        let Some(Head { start, old, new, .. }) = Head::of(line) else { continue };
        found.push(Edit { old: start.old, old_count: old, new: start.new, new_count: new });
        let mut left = old.saturating_add(new);
        while left > 0 {
            match lines.next() {
                // It says that the line before has no newline.
                Some([b'\\', ..]) => {}
                Some(_) => left -= 1,
                None => break,
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_and_lines_that_look_like_heads_are_not() {
        let patch = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-@@ -9 +9 @@\n\\ No newline\n+a\n+b\n\
            @@ -5,0 +7,1 @@ fn\n+c\n@@ -7,2 +8,0 @@\n-d\n-e\n";
        let edit = |old, old_count, new, new_count| Edit { old, old_count, new, new_count };
        assert_eq!(edits(patch), [edit(1, 1, 1, 2), edit(6, 0, 7, 1), edit(7, 2, 9, 0)]);
        assert_eq!(edits(b""), []);
    }
}
