//! The environment in which agents are started. A window that was opened from the desktop lacks the
//! variables that the login shell sets (above all PATH), so the shell is asked for them. A process
//! that was started from a terminal already has them. The window does not wait long for a slow
//! shell: until it has answered, the environment contains the reason why programs may be missing.

use engine::env::Environment;

#[cfg(not(unix))]
mod other {
    use super::Environment;

    /// This process's environment; on this system no shell is asked.
    pub(crate) fn environment(_later: impl FnOnce(Environment) + Send + 'static) -> Environment {
        Environment::of_this_process()
    }

    /// The same.
    pub(crate) fn again() -> Environment {
        Environment::of_this_process()
    }
}

#[cfg(not(unix))]
pub(crate) use other::{again, environment};

#[cfg(unix)]
pub(crate) use unix::{again, environment};

#[cfg(unix)]
mod unix {
    use super::Environment;
    use engine::command::{self, Lane};
    use std::collections::BTreeMap;
    use std::io::IsTerminal;
    use std::process::Command;
    use std::sync::mpsc::{SendError, sync_channel};
    use std::time::Duration;

    /// How long the shell may take.
    const LIMIT: Duration = Duration::from_secs(60);

    /// How long the window waits for it before it opens.
    const UNTIL_OPEN: Duration = Duration::from_secs(8);

    /// How long the shell may take when a person asks for another attempt.
    const AGAIN: Duration = Duration::from_secs(15);

    /// Options that make a shell read its start-up files, most complete first. tcsh accepts `-l`
    /// only as its sole option; with others it exits.
    const WAYS: [&[&str]; 3] = [&["-l", "-i", "-c"], &["-i", "-c"], &["-l", "-c"]];

    /// Printed before and after the variables, because start-up files print text too.
    const MARK: &str = "__musher_environment__";

    /// Prints the mark. It is not spelled out, because some shells print the commands that they are given.
    const PRINT_MARK: &str = "printf %s%s __musher_ environment__";

    /// Variables that a shell sets for itself.
    const OF_THE_SHELL: &[&str] = &["_", "OLDPWD", "PWD", "SHLVL"];

    /// Returns the environment of the login shell. If the shell does not answer soon, returns this process's own
    /// and calls `later` with what is known in the end.
    pub(crate) fn environment(later: impl FnOnce(Environment) + Send + 'static) -> Environment {
        if std::io::stdin().is_terminal() {
            return Environment::of_this_process();
        }
        soon(shell(), UNTIL_OPEN, LIMIT, later)
    }

    /// The environment of the login shell, asked once more.
    pub(crate) fn again() -> Environment {
        asked(&shell(), AGAIN)
    }

    fn shell() -> String {
        std::env::var("SHELL").unwrap_or_else(|_| "/bin/sh".to_owned())
    }

    fn soon(
        shell: String,
        wait: Duration,
        limit: Duration,
        later: impl FnOnce(Environment) + Send + 'static,
    ) -> Environment {
        // A channel without a buffer: a sent value was received, or it comes back.
        let (sender, answer) = sync_channel(0);
        let late = format!("the login shell {shell} has not said its PATH yet");
        let ask = move || {
            if let Err(SendError(environment)) = sender.send(asked(&shell, limit)) {
                later(environment);
            }
        };
        let spawned = std::thread::Builder::new().name("login-shell".to_owned()).spawn(ask);
        if let Err(error) = &spawned {
            tracing::warn!(%error, "no thread for the login shell");
        }
        let own = Environment::of_this_process;
        answer.recv_timeout(wait).unwrap_or_else(|_| own().incomplete(late))
    }

    /// The environment of this shell; if the shell does not answer, this process's own, with the
    /// reason.
    fn asked(shell: &str, limit: Duration) -> Environment {
        match ask(shell, limit) {
            Some(variables) => {
                let mut merged: BTreeMap<String, String> = own();
                merged.extend(variables);
                Environment::from_variables(&merged)
            }
            None => {
                tracing::warn!(shell, "the login shell does not say its environment");
                let waited = limit.as_secs();
                let why =
                    format!("the login shell {shell} did not say its PATH ({waited} s at most)");
                Environment::of_this_process().incomplete(why)
            }
        }
    }

    fn own() -> BTreeMap<String, String> {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// Asks the shell for its variables. The shell and all its descendants are ended as soon as
    /// both marks have come, because a program that it started may keep its output open for ever.
    /// If a shell ends without an answer, the next of [`WAYS`] is tried.
    fn ask(shell: &str, limit: Duration) -> Option<BTreeMap<String, String>> {
        let script = format!("{PRINT_MARK}; /usr/bin/env -0; {PRINT_MARK}");
        for way in WAYS {
            let mut command = Command::new(shell);
            command.args(way).arg(&script);
            let enough = |said: &[u8]| parse(said).is_some();
            match command::stdout_until(command, Lane::Shell, limit, enough) {
                Ok(Some(said)) => return parse(&said),
                Ok(None) => tracing::info!(shell, ?way, "the login shell ended without an answer"),
                Err(error) => {
                    tracing::debug!(shell, %error, "the login shell was ended");
                    return None;
                }
            }
        }
        None
    }

    /// Reads the variables between two marks; `None` until both have come.
    fn parse(said: &[u8]) -> Option<BTreeMap<String, String>> {
        let text = String::from_utf8_lossy(said);
        let mut parts = text.split(MARK);
        let (_noise, between, _rest) = (parts.next()?, parts.next()?, parts.next()?);
        let pairs = between.split('\0').filter_map(|pair| pair.split_once('='));
        let kept = pairs.filter(|(name, _)| !OF_THE_SHELL.contains(name));
        let variables: BTreeMap<String, String> =
            kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        (!variables.is_empty()).then_some(variables)
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::os::unix::fs::PermissionsExt;

        fn shell(script: &str) -> (tempfile::TempDir, String) {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("sh");
            std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
            (dir, path.display().to_string())
        }

        #[test]
        fn what_start_up_files_print_is_distinguished_from_the_variables() {
            let (_dir, path) =
                shell(r#"echo "Welcome A=1"; export TOOLS="/opt/a b"; eval "$4"; echo bye"#);
            let variables = ask(&path, Duration::from_secs(20)).unwrap();
            assert_eq!(variables["TOOLS"], "/opt/a b");
            assert!(!variables.contains_key("Welcome A") && !variables.contains_key("SHLVL"));
        }

        #[test]
        fn a_shell_that_prints_its_commands_is_understood() {
            let (_dir, path) = shell(r#"export TOOLS=/opt; echo "$4"; eval "$4"; echo "$4""#);
            assert_eq!(ask(&path, Duration::from_secs(20)).unwrap()["TOOLS"], "/opt");
        }

        #[test]
        fn a_shell_that_hangs_or_says_nothing_is_done_without() {
            let (_dir, hangs) = shell("sleep 600");
            assert_eq!(ask(&hangs, Duration::from_millis(50)), None);
            let (_dir, silent) = shell("exit 3");
            assert_eq!(ask(&silent, Duration::from_secs(20)), None);
            assert_eq!(ask("/no/such/shell", Duration::from_secs(20)), None);
        }

        #[test]
        fn a_shell_that_takes_no_option_beside_the_login_one_is_asked_without_it() {
            let (_dir, path) =
                shell(r#"case "$1" in -l) exit 1;; esac; export TOOLS=/opt/tcsh; eval "$3""#);
            let variables = ask(&path, Duration::from_secs(20)).unwrap();
            assert_eq!(variables["TOOLS"], "/opt/tcsh");
        }

        #[test]
        fn a_slow_shell_is_waited_for_while_the_window_opens() {
            let (dir, path) =
                shell(r#"read word <"$(dirname "$0")/fifo"; export TOOLS=/opt; eval "$4""#);
            let fifo = dir.path().join("fifo");
            assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
            let (sender, later) = std::sync::mpsc::channel();
            let send = move |environment| sender.send(environment).unwrap();
            let wait = Duration::from_millis(50);
            let first = soon(path.clone(), wait, Duration::from_secs(60), send);
            let why = first.why_incomplete().unwrap().to_owned();
            assert!(why.contains(&path) && why.contains("has not said its PATH yet"), "{why}");
            std::fs::write(&fifo, "go\n").unwrap();
            let second = later.recv_timeout(Duration::from_secs(60)).unwrap();
            assert_eq!(
                (second.text("TOOLS").as_deref(), second.why_incomplete()),
                (Some("/opt"), None)
            );
        }

        #[test]
        fn a_shell_that_answers_soon_is_all_that_is_known() {
            let (_dir, path) = shell(r#"export TOOLS=/opt; eval "$4""#);
            let limit = Duration::from_secs(60);
            let known = soon(path, limit, limit, |_| panic!("it was there already"));
            assert_eq!(
                (known.text("TOOLS").as_deref(), known.why_incomplete()),
                (Some("/opt"), None)
            );
            let never = asked("/no/such/shell", limit);
            assert!(
                never.why_incomplete().unwrap().contains("/no/such/shell did not say its PATH")
            );
        }

        #[test]
        fn a_pipe_that_stays_open_is_not_waited_for() {
            let (_dir, path) = shell(r#"sleep 600 & eval "$4"; sleep 600"#);
            assert!(ask(&path, Duration::from_secs(20)).is_some());
        }
    }
}
