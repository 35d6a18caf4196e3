//! Stories: their state table and what a change tells a person. Pure; the director applies it.

pub mod notify;
pub mod table;
