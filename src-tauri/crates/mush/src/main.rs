//! `mush`: Musher on the command line. It does without a window what the window does, with the same
//! engine and data directory; other programs and tests use it to control Musher. Two hidden
//! subcommands are separate programs: `keep` (a run's keeper) and `demo-agent`.

mod access;
mod act;
mod advice;
mod args;
mod asked;
mod asker;
mod begin;
mod changes;
mod checkpoints;
mod claims;
mod comments;
mod config;
mod delete_logs;
mod doctor;
mod fill;
mod finish;
mod finish_args;
mod finish_live;
mod finish_words;
mod follow;
mod forecast;
mod host;
mod host_args;
mod host_words;
mod lines;
mod place_args;
mod prompts;
mod prove;
mod removal;
mod removal_args;
mod removal_words;
mod review;
mod review_args;
mod run;
mod said;
mod screen;
mod serve;
mod shelf;
mod show;
mod signals;
mod slow;
mod stop;
mod terminal;
mod text;
mod usage;
mod ways;
mod when;
mod whole;
mod why;
mod worktree;
mod written;
mod zone;

use args::{Cli, Command};
use clap::Parser;
use protocol::{Fault, Panicked};
use std::io::{self, Write};
use std::process::ExitCode;

/// The exit code of an error in Musher itself.
const INTERNAL: u8 = 1;

/// The exit code of a request that is invalid or refused.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let _program = words.next();
    match words.next().as_deref().and_then(|word| word.to_str()) {
        Some("keep") => return keeper::keep_main(words),
        Some("demo-agent") => return demo_agent::main(words),
        Some("serve") => keeper::launch::close_inherited(),
        _ => {}
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && wants_json() => {
            return complain(&args::fault(&error), true);
        }
        Err(error) => {
            let code = if error.use_stderr() { BAD_INPUT } else { 0 };
            // Error ignored: if the terminal is closed, the exit code stays the same.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let json = cli.json;
    let done = dispatch(cli).and_then(|code| text::refused().map_or(Ok(code), Err));
    match done {
        Ok(code) => ExitCode::from(code),
        Err(fault) => complain(&fault, json),
    }
}

fn dispatch(cli: Cli) -> Result<u8, Fault> {
    let access = access::Access::of(cli.data_dir.as_deref());
    engine::log::start(access.as_ref().ok().map(|access| &access.dir), "error");
    let access = access?;
    if let Some(panicked) = engine::log::last_panic(&access.dir) {
        text::announce(&failed_before(&panicked, &access.dir.log().display().to_string()));
    }
    let out = text::Out { json: cli.json };
    match cli.command {
        Command::Run(run) => run::run(&access, out, *run),
        Command::Stories { all } => show::stories(&access, out, all),
        Command::Runs => show::runs(&access, out),
        Command::Events { run, after, full } => show::events(&access, out, &run, after, full),
        Command::Questions { all } => show::questions(&access, out, all),
        Command::Usage(args) => usage::usage(&access, out, &args),
        Command::Limits => show::limits(&access, out),
        Command::Attach { story } => run::attach(&access, out, &story),
        Command::Wait { story } => run::wait(&access, out, &story),
        Command::Send { story, text } => act::send(&access, out, &story, &text),
        Command::Prompts { story } => prompts::prompts(&access, out, &story),
        Command::Unsend { prompt } => prompts::unsend(&access, out, prompt),
        Command::Edit { prompt, text } => prompts::edit(&access, out, prompt, &text),
        Command::Answer(answer) => act::answer(&access, out, answer),
        Command::Interrupt { story } => act::interrupt(&access, out, &story),
        Command::Stop(stop) => stop::stop(&access, out, stop),
        Command::Why { story } => why::why(&access, out, &story),
        Command::Resume(resume) => act::resume(&access, out, resume),
        Command::Archive { story } => shelf::archive(&access, out, &story),
        Command::Unarchive { story } => shelf::unarchive(&access, out, &story),
        Command::Forecast(command) => forecast::command(&access, out, &command),
        Command::Finish(command) => finish::command(&access, out, command),
        Command::Removal(command) => removal::command(&access, out, command),
        Command::Host(command) => host::command(&access, out, command),
        Command::Review(command) => review::command(&access, out, command),
        Command::Looked { story } => shelf::looked(&access, out, &story),
        Command::Rename { story, title } => shelf::rename(&access, out, &story, title),
        Command::Checkpoint { story } => checkpoints::checkpoint(&access, out, &story),
        Command::Checkpoints { story } => checkpoints::checkpoints(&access, out, &story),
        Command::Changes(args) => changes::changes(&access, out, &args),
        Command::Claims { story } => claims::claims(&access, out, &story),
        Command::Restore { story, n, paths } => {
            checkpoints::restore(&access, out, &story, n, paths)
        }
        Command::Back { story, n } => checkpoints::back(&access, out, &story, n),
        Command::DeleteLogs { story, yes } => delete_logs::delete_logs(&access, out, &story, yes),
        Command::Doctor(doctor) if doctor.prove => prove::prove(&access.program, out, doctor.seed),
        Command::Doctor(_) => doctor::doctor(&access, out),
        Command::Verify { timeout } => {
            whole::verify(&access, out, timeout.map(std::time::Duration::from_secs))
        }
        Command::Serve { end: true, .. } => serve::end(&access, out),
        Command::Serve { linger, .. } => {
            serve::serve(&access, out, std::time::Duration::from_secs(linger))
        }
        Command::Rebuild => whole::rebuild(&access, out),
        Command::Config(command) => config::config(&access, out, command),
    }
}

/// The message about an earlier panic, which is shown only once.
fn failed_before(panicked: &Panicked, log: &str) -> String {
    let Panicked { at, version, thread, place } = panicked;
    format!(
        "Musher {version} failed at {at} in {place} (thread {thread}). Agents went on, and what they printed is kept. The log is in {log}."
    )
}

/// Whether `--json` is on a command line that could not be parsed.
fn wants_json() -> bool {
    std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json")
}

fn complain(fault: &Fault, json: bool) -> ExitCode {
    let text = match json {
        true => text::json(fault),
        false => format!("mush: {fault}"),
    };
    // Error ignored: standard error may be closed, and the exit code reports the failure, too.
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(match fault.code {
        protocol::ErrorCode::Stopped => run::STOPPED,
        protocol::ErrorCode::Internal | protocol::ErrorCode::Store => INTERNAL,
        _ => BAD_INPUT,
    })
}
