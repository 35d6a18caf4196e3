//! The words that the program shows outside its page: in notifications, in the tray and in the title of a hidden
//! window. They stand in `ui/messages/en.json` with those of the page, so that there is one catalogue of words;
//! the file is read at build time, and again for each build after it changed. [`Message`] lists the messages
//! that Rust uses and makes their texts. Faults and what `mush` prints are not in it: they are English, in code.

mod catalogue;
mod messages;

pub use messages::Message;
