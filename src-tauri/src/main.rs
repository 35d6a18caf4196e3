//! `musher`: the desktop window over the engine. This file reads the command line, makes the settings
//! that the window system needs before it starts, and calls `app`. The page (`ui/`) decides what is
//! shown, the engine what happens; this program joins the two and talks to the desktop.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod app;
mod app_state;
mod args;
mod clock;
mod commands;
mod disk_use;
mod drop;
mod feed;
mod graphics;
mod login;
mod notify;
mod opening;
mod outside;
mod page;
mod sentences;
mod settings;
mod tray;
mod window;

use args::Args;
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // A closed terminal does not change the exit code.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let paths = app_state::Paths::of(args.data_dir.as_deref());
    engine::log::start(paths.as_ref().ok().map(|paths| &paths.dir), "warn");
    graphics::settle(args.safe_graphics);
    match app::run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window cannot be opened");
            ExitCode::FAILURE
        }
    }
}
