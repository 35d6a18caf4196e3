//! Tests of the engine through `mush`. Each test has a separate data directory and repositories,
//! runs the `mush` program like a person, with the demo agent working or misbehaving in real
//! terminals and processes, and checks the output, the files, and which processes are alive. They
//! need a Unix system, because they are about signals and terminals.

#![cfg(unix)]
// Helper functions of tests may panic, too.
#![allow(clippy::unwrap_used)]

mod accounts;
mod alone;
mod app_server;
mod asks;
mod bases;
mod branches;
mod changes;
mod checkpoints;
mod claims;
mod config;
mod copies;
mod damage;
mod delete_logs;
mod doctor;
mod earlier;
mod ending;
mod finish;
mod forecast;
mod gates;
mod held;
mod hosted;
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
mod removal;
mod repositories;
mod rereading;
mod resumed;
mod review;
mod served;
mod set_up;
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
