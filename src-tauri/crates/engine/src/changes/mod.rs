//! The changes of a story: which two states a scope compares (`scope`), which checkpoints lie around a turn
//! (`turns`), what the agent said that it changed (`said`). What is known comes from the store, what
//! differs from git. It needs no owner, and changes nothing.

mod answer;
mod own;
mod place;
mod plan;
mod said;
mod scope;
mod turns;

pub use answer::{changes, patch};
pub(crate) use answer::{commits, file_change, file_lines, files_place, work};
pub(crate) use own::{OwnPlan, own};
pub use plan::{ChangesPlan, FilePlace};
