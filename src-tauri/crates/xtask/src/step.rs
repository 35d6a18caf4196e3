//! One command to be run, as a value: it can be printed so that a person can paste it, and it can be
//! run with its output left on the terminal. Nothing here decides what is run.

use crate::failure::Failure;
use crate::workspace;
use std::process::{Command, Stdio};

/// A program with arguments, extra environment and a directory below the root of the repository.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    argv: Vec<String>,
    env: Vec<(String, String)>,
    dir: Option<&'static str>,
}

impl Step {
    /// A command that runs at the root of the repository; the first word is the program.
    pub(crate) fn new<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Self {
        Step { argv: argv.into_iter().map(Into::into).collect(), env: Vec::new(), dir: None }
    }

    /// The words of a line, for commands without quotes.
    pub(crate) fn words(line: &str) -> Self {
        Step::new(line.split_whitespace())
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn dir(mut self, dir: &'static str) -> Self {
        self.dir = Some(dir);
        self
    }

    pub(crate) fn args<S: Into<String>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.argv.extend(args.into_iter().map(Into::into));
        self
    }

    /// Runs it with its output on the terminal; an exit code other than 0 is a failure.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        println!("$ {self}");
        let status = self.command().status().map_err(|source| self.not_started(source))?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::Command { command: self.to_string(), code: status.code() })
    }

    /// Whether it can be started and exits with 0; its output is dropped.
    pub(crate) fn succeeds(&self) -> bool {
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// What it prints on its standard output.
    pub(crate) fn output(&self) -> Result<String, Failure> {
        let output = self
            .command()
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|source| self.not_started(source))?;
        if !output.status.success() {
            return Err(Failure::Command { command: self.to_string(), code: output.status.code() });
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn not_started(&self, source: std::io::Error) -> Failure {
        Failure::Io { doing: format!("cannot start {self}"), source }
    }

    fn command(&self) -> Command {
        let (program, args) = self.argv.split_first().expect("a step names its program");
        let mut command = Command::new(on_this_system(program));
        command.args(args).envs(self.env.iter().map(|(name, value)| (name, value)));
        // Cargo adds its own toolchain's libraries for the programs it runs; other toolchains and
        // programs that we start must not see them.
        command.env_remove("LD_LIBRARY_PATH");
        command.current_dir(workspace::root().join(self.dir.unwrap_or_default()));
        command
    }
}

/// npm is a batch file on Windows, which is only found under its full name.
fn on_this_system(program: &str) -> &str {
    if cfg!(windows) && program == "npm" { "npm.cmd" } else { program }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(dir) = self.dir {
            write!(f, "cd {dir} && ")?;
        }
        for (name, value) in &self.env {
            write!(f, "{name}={} ", quoted(value))?;
        }
        let words: Vec<String> = self.argv.iter().map(|word| quoted(word)).collect();
        f.write_str(&words.join(" "))
    }
}

/// A word as a POSIX shell must read it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_printed_as_a_shell_reads_it() {
        let step = Step::new(["cargo", "doc", "it's", ""]).env("FLAGS", "-D warnings").dir("ui");
        assert_eq!(step.to_string(), r"cd ui && FLAGS='-D warnings' cargo doc 'it'\''s' ''");
    }

    #[test]
    fn a_failing_command_is_told_with_its_code() {
        let missing = Step::new(["cargo", "no-such-subcommand"]);
        assert!(!missing.succeeds());
        assert!(matches!(missing.output(), Err(Failure::Command { code: Some(101), .. })));
        assert!(matches!(Step::new(["no-such-program"]).run(), Err(Failure::Io { .. })));
    }
}
