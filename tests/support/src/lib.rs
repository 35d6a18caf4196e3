//! Helpers that the tests of the whole repository share: its root and its files.
//!
//! It does not depend on Musher. Only the test targets of this package use it.

#![deny(missing_docs)]

mod repository;

pub use repository::{files, read, root, text};
