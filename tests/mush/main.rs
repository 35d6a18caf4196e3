//! Journeys of `mush`: the engine proved from outside. Each test has a data directory and repositories of its
//! own, drives the `mush` program as a person would, lets the demo agent work or misbehave in real
//! terminals and processes, and looks at what was printed, at the files, and at which processes are
//! alive. They need a Unix system: signals and terminals are what they are about.

#![cfg(unix)]
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

mod accounts;
mod alone;
mod app_server;
mod asks;
mod branches;
mod config;
mod damage;
mod earlier;
mod ending;
mod held;
mod jobs;
mod kills;
mod late_shell;
mod limits;
mod log;
mod output;
mod owners;
mod places;
mod prompts;
mod proof;
mod repositories;
mod rereading;
mod shelf;
mod starts;
mod states;
mod store;
mod support;
mod taken_away;
mod talk;
mod terminal;
mod upgrades;
mod usage;
mod worktrees;

#[path = "../journeys/truth.rs"]
mod truth;
#[path = "../journeys/world.rs"]
mod world;
