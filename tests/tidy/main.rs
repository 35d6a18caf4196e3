//! Rules about the repository itself. Each is a test whose failure says how to correct what it
//! found.
//!
//! There are only rules here that neither the compiler nor clippy can check. They read files and
//! cargo's metadata; nothing is built or run. Exceptions to a rule are in a list, with reasons.

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

/// Fails with all findings and how to correct them.
fn refuse(findings: &[String], mend: &str) {
    assert!(findings.is_empty(), "\n\n{}\n\n{mend}\n", findings.join("\n"));
}
