//! The questions that an agent asks together.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One of the agent's own questions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Choice {
    /// The text of the question.
    pub question: String,
    /// A title of a word or two, if the agent gives one.
    pub header: Option<String>,
    /// Whether several options can be chosen.
    pub several: bool,
    /// The options; may be empty.
    pub options: Vec<Offered>,
}

/// One option of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Offered {
    /// The option's name, by which it is chosen.
    pub label: String,
    /// What the option means, if the agent explains it.
    pub description: Option<String>,
}

impl Choice {
    /// Whether a label is offered, spelled exactly like this.
    pub fn offers(&self, label: &str) -> bool {
        self.options.iter().any(|option| option.label == label)
    }

    /// Finds the label that a person wrote in another case or with spaces around it; `None` unless
    /// exactly one fits.
    pub fn label_like(&self, written: &str) -> Option<&str> {
        let written = written.trim();
        let exact = self.options.iter().find(|option| option.label == written);
        let like = |option: &&Offered| option.label.to_lowercase() == written.to_lowercase();
        let mut alike = self.options.iter().filter(like);
        let one = exact.or_else(|| alike.next().filter(|_| alike.next().is_none()));
        one.map(|option| option.label.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_found_in_any_case_but_not_guessed() {
        let option = |label: &str| Offered { label: label.to_owned(), description: None };
        let options = ["Yes", "No", "no"].map(option).to_vec();
        let one = Choice { options, ..Choice::default() };
        assert_eq!(
            [" yes ", "No", "no", "NO", "Ye"].map(|typed| one.label_like(typed)),
            [Some("Yes"), Some("No"), Some("no"), None, None]
        );
    }
}
