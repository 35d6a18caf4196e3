//! What Musher knows about each agent program: how to find it, start it and speak to it, and what its
//! output means. This crate is pure: no I/O, no clock, no environment, no threads. The engine passes it
//! bytes and values and gets argument lists, input lines and events back. A vendor's JSON stays in the
//! vendor's folder; this crate's results use the types of `protocol` only.

#![deny(missing_docs)]

mod agent;
pub mod choice;
mod claude;
mod clock_time;
mod codex;
mod converse;
mod decoder;
mod demo;
mod diff;
mod elicitation;
pub mod form;
pub mod joiners;
mod lenient;
mod line;
mod nothing_done;
mod plain;
mod readable;
mod rpc;
pub mod shell;
mod text;
mod torn;
mod unrecognized;

pub use agent::{
    AccountIdentity, AccountVariables, Agent, Interrupt, Launch, LaunchSpec, Program, Transport,
    add, agent, agents,
};
pub use converse::{Conversation, Input, OpenQuestion, ProtocolAsk, Say, Unsayable, too_long};
pub use decoder::{Decoded, Decoder, Line, Oversized, decoder};
pub use line::{MAX_LINE, Split, Splitter};
pub use plain::plain_decoder;
pub use protocol::InputMode;
pub use text::shown as shown_line;
