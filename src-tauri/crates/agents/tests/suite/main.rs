//! Tests of the crate from outside, over recorded runs of the real program.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

mod answers;
mod asks;
mod busy;
mod capture;
mod chunks;
mod codex;
mod elicitation;
mod launch;
mod limits;
mod mutations;
mod owed;
mod saved;
mod show;
mod snapshots;
mod splitter;
mod talk;
mod talks;
mod torn;
mod undone;
mod wire;
