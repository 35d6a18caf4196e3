//! Titles of stories: made from the prompt if a person gave none, and cut to a length that fits in
//! a list. Pure; called when a story is started and when a branch is named.

use super::notify::plain;

/// Longest title, in characters.
const LONGEST_TITLE: usize = 120;

/// A title that is too long is cut before its last word, unless that part of the word would be
/// longer than this (characters); then it is cut within the word.
const LONGEST_LAST_WORD: usize = 24;

/// The title of a story without a given title: the first line of its prompt.
pub(crate) fn title_from(prompt: &str) -> String {
    shortened(prompt.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default())
}

/// A title that is too long ends with `…`, after a whole word if one ends near.
pub(crate) fn shortened(title: &str) -> String {
    let title = plain(title);
    if title.chars().count() <= LONGEST_TITLE {
        return title;
    }
    let kept: String = title.chars().take(LONGEST_TITLE - 1).collect();
    let whole = match title.chars().nth(LONGEST_TITLE - 1) {
        Some(next) if !next.is_whitespace() => kept.rfind(char::is_whitespace),
        _ => None,
    };
    let near = whole.filter(|at| kept[*at..].chars().count() <= LONGEST_LAST_WORD);
    format!("{}…", kept[..near.unwrap_or(kept.len())].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_that_is_too_long_ends_after_a_word_and_says_that_it_goes_on() {
        let fits = "a".repeat(LONGEST_TITLE);
        assert_eq!(title_from(&fits), fits);
        assert_eq!(title_from(&format!("{fits}b")), format!("{}…", "a".repeat(LONGEST_TITLE - 1)));
        let words = "Move the address validation into a crate of its own ".repeat(4);
        let title = title_from(&words);
        assert!(title.ends_with(" own Move the…"), "{title}");
        assert!(title.chars().count() <= LONGEST_TITLE);
        // The last word ends exactly where the title does.
        let whole = format!("{} {}", "a".repeat(100), "b".repeat(18));
        assert_eq!(title_from(&format!("{whole} c d")), format!("{whole}…"));
        let wide = "ä".repeat(LONGEST_TITLE + 1);
        assert_eq!(title_from(&wide), format!("{}…", "ä".repeat(LONGEST_TITLE - 1)));
    }
}
