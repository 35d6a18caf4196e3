//! Real keepers with real processes. Each test has a run directory of its own in which everything
//! it started carries the test's marker, and waits for states with a deadline.

#![cfg(target_os = "linux")]
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

mod control;
mod disk;
mod life;
mod start;
mod stop;
mod streams;
mod support;
