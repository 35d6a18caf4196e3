//! Stories: their titles, their state table, what goes with a change and its notification. Pure; the director
//! applies it.

pub(crate) mod change;
pub mod next;
pub mod notify;
pub mod table;
pub(crate) mod title;
