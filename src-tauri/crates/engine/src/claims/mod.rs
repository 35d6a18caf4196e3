//! Claims against evidence: what an agent says in the last message of its turn (`said`), beside what ran and with
//! which exit status (`shell`, `command`, `steps`), and what git has. `verdict` is a pure table; `plan` reads the
//! store, `answer` asks git. No model is asked, nothing is guessed, and no state of a story depends on it. It needs no
//! owner, and changes nothing. Called by queries and by the command line.

mod answer;
mod command;
mod files;
mod plan;
mod said;
mod shell;
mod steps;
#[cfg(test)]
mod trial;
mod verdict;

pub use answer::claims;
pub use plan::ClaimsPlan;

/// Whether a word is one of those in a list with spaces between them.
fn has(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|it| it == word)
}
