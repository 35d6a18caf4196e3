//! Rules about the repository itself, each one a test that says how to mend what it found.
//!
//! Only rules that neither the compiler nor clippy can hold are here. They read files and ask cargo for
//! the packages; nothing is built or run. A rule that must be broken somewhere has a list with reasons.

mod dependencies;
mod facts;
mod files;
mod fixtures;
mod layers;
mod modules;
mod page;
mod rust;
mod secrecy;
mod size;
mod source;
mod vocabulary;
mod words;

/// Fails with everything found and the way to mend it.
fn refuse(findings: &[String], mend: &str) {
    assert!(findings.is_empty(), "\n\n{}\n\n{mend}\n", findings.join("\n"));
}
