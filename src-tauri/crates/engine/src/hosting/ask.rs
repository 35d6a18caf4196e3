//! Runs the program of a host. It finds no terminal, asks nobody, and prints no colours.

use crate::command::{self, CommandError, Lane, Output};
use crate::env::Environment;
use crate::error::{Error, Result};
use crate::{programs, runtime};
use forge::{Call, Program};
use protocol::ErrorCode;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long a host may take to answer.
const LIMIT: Duration = Duration::from_secs(60);

/// Variables with which the programs neither ask, nor page, nor look for a newer version of themselves.
/// Source: `gh help environment`, and "Environment variables" in the documentation of `glab`.
const ALWAYS: [(&str, &str); 8] = [
    ("GH_PROMPT_DISABLED", "1"),
    ("GH_NO_UPDATE_NOTIFIER", "1"),
    ("GH_PAGER", "cat"),
    ("NO_PROMPT", "1"),
    ("GLAB_CHECK_UPDATE", "false"),
    ("GLAB_PAGER", "cat"),
    ("NO_COLOR", "1"),
    ("PAGER", "cat"),
];

/// Asks a host by its program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker<'a> {
    /// The environment, in whose PATH the program is, and in which somebody is signed in.
    pub(super) environment: &'a Environment,
    /// The folder of the repository. A program within it is never used.
    pub(super) root: &'a Path,
}

impl Asker<'_> {
    /// Where the program is; `None` if it is not installed.
    pub(super) async fn find(&self, program: Program) -> Result<Option<PathBuf>> {
        let (environment, near) = (self.environment.clone(), self.root.to_owned());
        let find = move || programs::on_path(program.name(), &environment, Some(&near));
        runtime::blocking(find).await.map_err(Error::Thread)
    }

    /// Runs a call.
    ///
    /// # Errors
    /// If the program is not there, or does not answer in time.
    pub(super) async fn run(&self, call: &Call) -> Result<Output> {
        let name = call.program.name();
        let found = self.find(call.program).await?;
        let program = found.ok_or_else(|| no_answer(name, "is not installed"))?;
        let mut command = Command::new(program);
        command.args(&call.args).current_dir(self.root);
        command.env_clear().envs(self.environment.for_agent([]).into_pairs());
        command.envs(ALWAYS);
        let said = command::output(command, Lane::Host, LIMIT).await;
        said.map_err(|error| match error {
            CommandError::TimedOut(_) | CommandError::NotRun(_) => {
                no_answer(name, &error.to_string())
            }
        })
    }

    /// Runs a call and returns what it printed; a failure is an error with the program's words.
    pub(super) async fn text(&self, call: &Call) -> Result<String> {
        let said = self.run(call).await?;
        match said.ok {
            true => Ok(said.stdout),
            false => Err(refused(call.program, &said)),
        }
    }
}

/// The error with the program's own words.
pub(super) fn refused(program: Program, said: &Output) -> Error {
    let text = if said.stderr.trim().is_empty() { &said.stdout } else { &said.stderr };
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let words = lines.first().copied().unwrap_or("it failed, and said nothing");
    let name = program.name();
    let hint = format!("`{name} auth status` says whether you are signed in.");
    Error::refused(ErrorCode::Host, format!("{name} refused: {words}"), hint)
}

/// The error for an answer that is not understood.
pub(super) fn unreadable(program: Program, error: &serde_json::Error) -> Error {
    let name = program.name();
    let message = format!("the answer of {name} is not understood: {error}");
    Error::refused(ErrorCode::Host, message, format!("Install a newer version of {name}."))
}

fn no_answer(name: &str, why: &str) -> Error {
    let hint = format!("Install {name} and sign in with it, or use the page of the host.");
    Error::refused(ErrorCode::Host, format!("{name} {why}"), hint)
}
