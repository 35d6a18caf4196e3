//! Stories: their titles, their state table, and the notification of a change. Pure; the director applies it.

pub mod notify;
pub mod table;
pub(crate) mod title;
