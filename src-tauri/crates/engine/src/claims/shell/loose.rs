//! Finds the commands in a text that is not read as a list, so that it can be said that they may have run. Pure.

use super::lex::Word;
use super::list::Simple;
use crate::claims::has;

/// Words of the shell that stand before commands.
const BEFORE: &str = "if then else elif while until do fi done esac ! time { } [ [[";

/// The most commands that are looked at.
const MOST: usize = 200;

/// The commands, without anything that is known about their status.
pub(super) fn commands(text: &str) -> Vec<Simple> {
    let parts = text.split([';', '|', '&', '\n', '(', ')', '`', '"', '\'']);
    let of_part = |part: &str| {
        let words = part.split_whitespace().skip_while(|word| has(BEFORE, word));
        let word = |text: &str| Word { text: text.to_owned(), is_literal: true, ..Word::default() };
        Simple { words: words.map(word).collect(), ..Simple::default() }
    };
    parts.map(of_part).filter(|simple| !simple.words.is_empty()).take(MOST).collect()
}
