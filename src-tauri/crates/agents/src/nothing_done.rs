//! Turns that an agent calls complete although nothing was done in its run: no text, no call of a tool, no command of
//! its own. Whether that is so is seen in each decoder; what is said of it is the same.

/// What is said of a turn that ends with neither an answer nor an error.
pub(crate) const NOTHING_DONE: &str = "The agent did nothing and said nothing about it.";
