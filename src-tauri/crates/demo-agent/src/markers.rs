//! Directives in a prompt: `[[demo:NAME key=value key="two words" flag]]`, several per prompt, and
//! the same words without brackets in the variable `MUSHER_DEMO` for directives that apply from the
//! start of the process. This module only parses them; `scenario` and `misbehave` implement them.
//! An unknown word is an error, so that a test with a typing error does not pass by accident.

use std::collections::BTreeMap;
use std::str::FromStr;

use thiserror::Error;

/// The directives of a prompt or of `MUSHER_DEMO`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Directives {
    /// The scenes in the order in which they are played within one turn.
    pub(crate) scenes: Vec<String>,
    pub(crate) keys: Keys,
}

/// Keys with their values; a key without a value has the value `1`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Keys(BTreeMap<String, String>);

/// An error in a marker.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum BadWish {
    #[error("error: unknown demo directive '{0}'")]
    Unknown(String),
    #[error("error: demo directive '{key}' has the value '{value}', which cannot be used")]
    Value { key: String, value: String },
}

impl Keys {
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|value| value != "0")
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The value as a number; `None` if the key is missing or its value is not a number.
    pub(crate) fn number<T: FromStr>(&self, key: &str) -> Option<T> {
        self.text(key).and_then(|value| value.parse().ok())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// These keys, overridden by those of `later`.
    pub(crate) fn and(&self, later: &Self) -> Self {
        let mut both = self.clone();
        both.0.extend(later.0.clone());
        both
    }
}

/// Parses all markers in a prompt.
pub(crate) fn in_prompt(prompt: &str, scenes: &[&str]) -> Directives {
    let mut directives = Directives::default();
    let mut rest = prompt;
    while let Some(start) = rest.find("[[demo:") {
        let inside = &rest[start + "[[demo:".len()..];
        let Some(end) = inside.find("]]") else { break };
        directives.take(&inside[..end], scenes);
        rest = &inside[end + 2..];
    }
    directives
}

/// Parses the words of `MUSHER_DEMO`.
pub(crate) fn in_variable(words: &str, scenes: &[&str]) -> Directives {
    let mut directives = Directives::default();
    directives.take(words, scenes);
    directives
}

impl Directives {
    fn take(&mut self, inside: &str, scenes: &[&str]) {
        for word in words(inside) {
            if scenes.contains(&word.as_str()) {
                self.scenes.push(word);
                continue;
            }
            let (key, value) = word.split_once('=').unwrap_or((&word, "1"));
            self.keys.0.insert(key.to_owned(), value.to_owned());
        }
    }
}

/// Splits at spaces outside of double quotes, and removes the quotes.
fn words(inside: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in inside.chars() {
        match letter {
            '"' => quoted = !quoted,
            _ if letter.is_whitespace() && !quoted => words.push(String::new()),
            _ => {
                if let Some(word) = words.last_mut() {
                    word.push(letter);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_name_scenes_and_keys() {
        let prompt = "Do [[demo:slow n=3]] and [[demo:ask stderr=\"two words\" ignore_term]] now";
        let directives = in_prompt(prompt, &["slow", "ask"]);
        assert_eq!(directives.scenes, ["slow", "ask"]);
        assert_eq!(directives.keys.number::<u32>("n"), Some(3));
        assert_eq!(directives.keys.text("stderr"), Some("two words"));
        assert!(directives.keys.has("ignore_term"));
    }

    #[test]
    fn an_open_marker_is_text() {
        assert_eq!(in_prompt("see [[demo:slow", &["slow"]), Directives::default());
    }

    #[test]
    fn later_keys_win_and_nought_is_off() {
        let base = in_variable("dup exit=3", &[]).keys;
        let both = base.and(&in_variable("dup=0", &[]).keys);
        assert!(!both.has("dup"));
        assert_eq!(both.number::<u8>("exit"), Some(3));
    }
}
