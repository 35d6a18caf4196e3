//! Comments of a person on the changes of a story: where each lies now (`carry`, `trace`), how each stands (`stand`),
//! and the words in which they are sent (`words`). What was said comes from the store, what differs from git. It needs
//! no owner, and changes nothing; the director records what a person says.

mod answer;
mod carry;
mod plan;
mod stand;
mod trace;
mod words;

pub use answer::{Commented, anchor, comments, review};
pub use plan::CommentsPlan;
pub(crate) use words::{Written, prompt};
