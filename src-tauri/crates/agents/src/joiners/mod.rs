//! Characters that are drawn as nothing and belong to what stands around them: joiners of scripts and emoji,
//! variations of signs, flags that are spelled out, hyphens of words that may be broken. In words they stay;
//! everywhere else, and in commands and paths, they are named like any hidden character. The page decides
//! the same (`ui/src/domain/joiners.ts`); both read the cases of `tests/fixtures/joiners.json`.

mod ranges;

use ranges::{IDEOGRAPHS, JOINING, PICTOGRAPHS};

/// The longest part of a country's code in a flag.
const REGION: std::ops::RangeInclusive<usize> = 3..=6;

const BLACK_FLAG: char = '\u{1f3f4}';
const END_OF_TAGS: char = '\u{e007f}';

/// Whether the character `c`, with what stands before and after it, is a part of the word or the sign around
/// it.
pub fn belongs(before: &str, c: char, after: &str) -> bool {
    let (last, next) = (before.chars().next_back(), after.chars().next());
    let is = |one: Option<char>, what: fn(char) -> bool| one.is_some_and(what);
    match c {
        '\u{ad}' => is(last, char::is_alphabetic) && is(next, char::is_alphabetic),
        '\u{200c}' => is(last, joins) || is(next, joins),
        '\u{200d}' => {
            is(last, joins) || is(next, joins) || (is(last, is_emoji) && is(next, is_pictograph))
        }
        '\u{fe0e}' | '\u{fe0f}' => is(last, is_varied) || is(last, is_ideograph),
        '\u{fe00}'..='\u{fe0d}' | '\u{e0100}'..='\u{e01ef}' => is(last, is_ideograph),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => is(last, |c| matches!(c, '\u{1800}'..='\u{18aa}')),
        '\u{e0020}'..='\u{e007f}' => is_in_flag(before, c, after),
        _ => false,
    }
}

/// The words of `text`: what belongs to a word or a sign stays, and `hidden` says what becomes of other
/// characters.
pub fn map(text: &str, mut hidden: impl FnMut(char, &mut String)) -> String {
    let mut shown = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match !c.is_ascii() && belongs(&text[..at], c, &text[at + c.len_utf8()..]) {
            true => shown.push(c),
            false => hidden(c, &mut shown),
        }
    }
    shown
}

fn joins(c: char) -> bool {
    is_in(JOINING, c)
}

fn is_pictograph(c: char) -> bool {
    is_in(PICTOGRAPHS, c)
}

fn is_ideograph(c: char) -> bool {
    is_in(IDEOGRAPHS, c)
}

/// What an emoji may be continued behind.
fn is_emoji(c: char) -> bool {
    is_pictograph(c) || matches!(c, '\u{1f3fb}'..='\u{1f3ff}' | '\u{fe0f}')
}

/// What may look like text or like an emoji: digits for keys, too.
fn is_varied(c: char) -> bool {
    is_emoji(c)
        || matches!(c, '#' | '*' | '0'..='9' | '\u{200d}' | '\u{20e3}' | '\u{1f1e6}'..='\u{1f1ff}')
}

/// Whether a tag is part of a flag: a black flag, the letters of a part of a country, and the end.
fn is_in_flag(before: &str, c: char, after: &str) -> bool {
    let is_letter = |c: &char| matches!(c, '\u{e0061}'..='\u{e007a}' | '\u{e0030}'..='\u{e0039}');
    let begun = before.chars().rev().take_while(is_letter).take(*REGION.end() + 1).count();
    let mut earlier = before.chars().rev().skip(begun);
    let goes_on = after.chars().take_while(is_letter).take(*REGION.end() + 1).count();
    let is_flag = earlier.next() == Some(BLACK_FLAG);
    match c {
        END_OF_TAGS => is_flag && REGION.contains(&begun),
        c if is_letter(&c) => {
            let ends = after.chars().nth(goes_on) == Some(END_OF_TAGS);
            is_flag && ends && REGION.contains(&(begun + 1 + goes_on))
        }
        _ => false,
    }
}

fn is_in(ranges: &[(char, char)], c: char) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= c);
    after.checked_sub(1).is_some_and(|at| c <= ranges[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &str = include_str!("../../../../../tests/fixtures/joiners.json");

    #[test]
    fn the_page_and_this_say_the_same_of_every_case() {
        let cases: Vec<(String, String)> = serde_json::from_str(CASES).unwrap();
        assert!(cases.len() > 15);
        for (text, shown) in cases {
            let named = map(&text, |c, shown| match c {
                '\u{ad}'
                | '\u{200c}'
                | '\u{200d}'
                | '\u{180b}'..='\u{180f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{e0000}'..='\u{e01ef}' => shown.push('?'),
                c => shown.push(c),
            });
            assert_eq!(named, shown, "{text:?}");
        }
    }

    #[test]
    fn ranges_are_sorted() {
        for ranges in [JOINING, PICTOGRAPHS, IDEOGRAPHS] {
            assert!(ranges.windows(2).all(|two| two[0].1 < two[1].0));
        }
    }
}
