//! What the tests of the whole repository share: where it is and which files it has.
//!
//! It knows nothing of Musher itself. The test targets of this package use it; no program does.

#![deny(missing_docs)]

mod repository;

pub use repository::{files, read, root, text};
