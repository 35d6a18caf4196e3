//! Codex's JSON, typed. Unknown fields are skipped without being kept, and no field can make a message
//! unreadable by having another shape than expected. These types stay private to this folder's parent;
//! `decode` gives them their meaning.

pub(super) mod account;
pub(super) mod ask;
pub(super) mod item;
pub(super) mod sent;
pub(super) mod thread;
