//! Tests of the engine as a whole. Each test has a separate data directory and repositories, owns
//! the directory in this process like the window, runs the demo agent or a script in real terminals
//! and processes, and checks the engine's answers, the files, and which processes are alive. They
//! need a Unix system. Behaviour at a terminal is tested by the journeys of `mush`.

#![cfg(unix)]
// Helper functions of tests may panic, too.
#![allow(clippy::unwrap_used)]

mod added;
mod clocks;
mod config;
mod deleted;
mod folders;
mod rereading;
mod steps;
mod support;

#[path = "../journeys/truth.rs"]
mod truth;
#[path = "../journeys/world.rs"]
mod world;
