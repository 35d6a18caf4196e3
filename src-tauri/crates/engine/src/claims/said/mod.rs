//! Finds claims in an agent's message, by a small list of forms in several languages (`forms`), and leaves out what is
//! no claim: questions, what is denied, conditional or to come (`hedges`), code and quotations (`plain`). Pure.

mod forms;
mod hedges;
mod paths;
mod plain;

use protocol::ClaimKind;

/// The most claims of one message.
const MOST: usize = 20;

/// Of longer messages only the end is read (bytes).
const LONGEST: usize = 64 * 1024;

/// How much of a sentence is quoted (characters).
const MOST_WORDS: usize = 300;

/// What an agent says that it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) kind: ClaimKind,
    /// The file, if it is about one, as the agent writes it.
    pub(super) path: Option<String>,
    /// The sentence.
    pub(super) words: String,
}

/// The claims of a message: the first of each kind, and of each file.
pub(super) fn said(message: &str) -> Vec<Said> {
    let mut found: Vec<Said> = Vec::new();
    for sentence in plain::sentences(end_of(message)) {
        for (kind, path) in of_sentence(&sentence) {
            let is_new = !found.iter().any(|said| said.kind == kind && said.path == path);
            if is_new && found.len() < MOST {
                let words = sentence.shown.chars().take(MOST_WORDS).collect();
                found.push(Said { kind, path, words });
            }
        }
    }
    found
}

fn of_sentence(sentence: &plain::Sentence) -> Vec<(ClaimKind, Option<String>)> {
    let mut found = Vec::new();
    if sentence.is_question || hedges::denies_all(&sentence.text) {
        return found;
    }
    let mut before = String::new();
    for clause in &sentence.clauses {
        if !hedges::opens_condition(&before) {
            let claims =
                forms::claims(clause, &sentence.codes).into_iter().map(|kind| (kind, None));
            let files = paths::claimed(clause, sentence);
            found.extend(claims.chain(files.into_iter().map(|path| (ClaimKind::File, Some(path)))));
        }
        before.push_str(clause);
        before.push(' ');
    }
    found
}

fn end_of(message: &str) -> &str {
    let from = message.len().saturating_sub(LONGEST);
    let from = (from..=message.len()).find(|at| message.is_char_boundary(*at));
    from.map_or("", |from| &message[from..])
}

#[cfg(test)]
mod tests;
