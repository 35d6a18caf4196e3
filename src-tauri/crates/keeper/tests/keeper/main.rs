//! Real keepers with real processes. Each test has a run directory of its own in which everything
//! it started carries the test's marker, and waits for states with a deadline.

// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

#[cfg(target_os = "linux")]
mod control;
#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod life;
#[cfg(target_os = "linux")]
mod removal;
#[cfg(target_os = "linux")]
mod start;
#[cfg(target_os = "linux")]
mod stop;
#[cfg(target_os = "linux")]
mod streams;
#[cfg(any(target_os = "linux", windows))]
mod support;
#[cfg(windows)]
mod windows;
