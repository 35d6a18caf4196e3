//! Answers how the worktree of a story stands, before it is removed: what git says (`git::removal`), which processes
//! work in it (`crate::processes`), how large it is, and what speaks against its removal (`keeps`, a table). Nothing is changed
//! here: the removal is a step of finishing (`FinishStep::Remove`), which looks again at the moment when it is done.
//! Called by queries, the command line and that step.

mod keeps;
mod look;

pub use look::{RemovalPlan, worktree};
