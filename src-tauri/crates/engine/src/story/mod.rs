//! Stories: their titles, their state table, the details of a change, and its notification. Pure;
//! the director uses it.

pub(crate) mod change;
pub mod next;
pub mod notify;
pub mod table;
pub(crate) mod title;
