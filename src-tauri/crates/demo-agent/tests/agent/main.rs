//! The demo agent from outside: its streams, its files, its processes. One binary, so that it links
//! once; `talk` is how the tests hold a conversation.

mod limits;
mod misbehaviour;
mod money;
#[cfg(unix)]
mod processes;
mod protocol;
mod questions;
mod story;
mod talk;
mod truth;
