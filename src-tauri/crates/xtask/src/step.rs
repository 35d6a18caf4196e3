//! A command as a value: it can be printed so that a person can paste it, and it can be run with
//! its output on the terminal.

use crate::failure::Failure;
use crate::workspace;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program with arguments, additional environment variables and a directory, which is relative to
/// the root of the repository unless it is absolute.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    argv: Vec<String>,
    env: Vec<(String, String)>,
    without: Vec<&'static str>,
    dir: Option<PathBuf>,
}

/// The standard error of a program that failed.
#[derive(Debug, PartialEq)]
pub(crate) struct Refusal(pub(crate) String);

impl Step {
    /// A command in the root of the repository; the first word is the program.
    pub(crate) fn new<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Self {
        let argv = argv.into_iter().map(Into::into).collect();
        Step { argv, env: Vec::new(), without: Vec::new(), dir: None }
    }

    /// A command from a line that is split at spaces, without quoting.
    pub(crate) fn words(line: &str) -> Self {
        Step::new(line.split_whitespace())
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Removes an inherited environment variable.
    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.without.push(name);
        self
    }

    pub(crate) fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = Some(dir.into());
        self
    }

    pub(crate) fn args<S: Into<String>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.argv.extend(args.into_iter().map(Into::into));
        self
    }

    /// Runs it with its output on the terminal. An exit code other than 0 is a failure.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        println!("$ {self}");
        let status = self.command().status().map_err(|source| self.not_started(source))?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::Command { command: self.to_string(), code: status.code() })
    }

    /// Whether it can be started and exits with 0. Its output is discarded.
    pub(crate) fn succeeds(&self) -> bool {
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// Its standard output.
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

    /// Its standard output, or its standard error if it fails.
    pub(crate) fn said(&self) -> Result<Result<String, Refusal>, Failure> {
        let output = self.command().stdin(Stdio::null()).output();
        let output = output.map_err(|source| self.not_started(source))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() {
            return Ok(Ok(text(&output.stdout)));
        }
        Ok(Err(Refusal(text(&output.stderr))))
    }

    pub(crate) fn not_started(&self, source: std::io::Error) -> Failure {
        Failure::Io { doing: format!("cannot start {self}"), source }
    }

    /// The command with its arguments, environment and directory, not started.
    pub(crate) fn command(&self) -> Command {
        let (program, args) = self.argv.split_first().expect("a step names its program");
        let mut command = Command::new(on_this_system(program));
        for name in &self.without {
            command.env_remove(name);
        }
        command.args(args).envs(self.env.iter().map(|(name, value)| (name, value)));
        // Cargo adds the libraries of its toolchain for programs that it runs; other toolchains and
        // programs must not use them.
        command.env_remove("LD_LIBRARY_PATH");
        command.current_dir(workspace::root().join(self.dir.as_deref().unwrap_or(Path::new(""))));
        command
    }
}

/// npm is a batch file on Windows, which is only found by its full name.
fn on_this_system(program: &str) -> &str {
    if cfg!(windows) && program == "npm" { "npm.cmd" } else { program }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(dir) = &self.dir {
            write!(f, "cd {} && ", quoted(&dir.display().to_string()))?;
        }
        for (name, value) in &self.env {
            write!(f, "{name}={} ", quoted(value))?;
        }
        let words: Vec<String> = self.argv.iter().map(|word| quoted(word)).collect();
        f.write_str(&words.join(" "))
    }
}

/// A word, quoted for a POSIX shell if necessary.
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
    fn a_failing_command_is_shown_with_its_code() {
        let missing = Step::new(["cargo", "no-such-subcommand"]);
        assert!(!missing.succeeds());
        assert!(matches!(missing.output(), Err(Failure::Command { code: Some(101), .. })));
        assert!(matches!(Step::new(["no-such-program"]).run(), Err(Failure::Io { .. })));
    }
}
