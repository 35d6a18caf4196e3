//! Codex's JSON, typed. Unknown fields are skipped, and a field of an unexpected shape never makes a
//! message unreadable. These types stay private to the parent folder; `decode` interprets them.

pub(super) mod account;
pub(super) mod ask;
pub(super) mod item;
pub(super) mod sent;
pub(super) mod thread;
