//! Journeys of the engine: each test has a data directory and repositories of its own, owns the directory in this
//! process, as the window does, lets the demo agent or a script work in real terminals and processes, and looks at
//! what the engine answers, at the files, and at which processes are alive. They need a Unix system. What is
//! seen by a person at a terminal is in the journeys of `mush`.

#![cfg(unix)]
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

mod added;
mod clocks;
mod config;
mod folders;
mod rereading;
mod steps;
mod support;

#[path = "../journeys/truth.rs"]
mod truth;
#[path = "../journeys/world.rs"]
mod world;
