//! The texts that the program shows outside its page: in notifications, in the tray and in the title of a
//! hidden window. They are in `ui/messages/en.json` with those of the page, so that there is one
//! catalogue. The file is read at build time, and a change of it builds this crate again. [`Message`]
//! lists the messages that Rust uses and makes their texts. Faults and the output of `mush` are not in
//! the catalogue: they are English, in the code.

mod catalogue;
mod messages;

pub use messages::Message;
