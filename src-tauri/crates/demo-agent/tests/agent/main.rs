//! Tests of the demo agent from outside: its streams, files and processes. A single test binary, so
//! that it is linked once. `talk` has the helpers for a conversation.

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
