//! The environment that agents are started in. A window opened from the desktop lacks the variables that
//! the login shell sets (above all PATH), so the shell is asked once, for three seconds at most. If this
//! process was started from a terminal, it has them already.

use engine::env::Environment;

/// Returns this process's own environment: this system has no login shell to ask.
#[cfg(not(unix))]
pub(crate) fn environment() -> Environment {
    Environment::of_this_process()
}

#[cfg(unix)]
pub(crate) use unix::environment;

#[cfg(unix)]
mod unix {
    use super::Environment;
    use engine::command::{self, Lane};
    use std::collections::BTreeMap;
    use std::io::IsTerminal;
    use std::process::Command;
    use std::time::Duration;

    /// How long the shell may take.
    const LIMIT: Duration = Duration::from_secs(3);

    /// Printed before and after the variables, because start-up files print text too.
    const MARK: &str = "__musher_environment__";

    /// Variables that a shell sets for itself.
    const OF_THE_SHELL: &[&str] = &["_", "OLDPWD", "PWD", "SHLVL"];

    /// Returns the environment of the login shell, or this process's own if the shell does not answer.
    pub(crate) fn environment() -> Environment {
        if std::io::stdin().is_terminal() {
            return Environment::of_this_process();
        }
        let shell = std::env::var("SHELL").unwrap_or_else(|_| "/bin/sh".to_owned());
        match ask(&shell, LIMIT) {
            Some(variables) => {
                let mut merged: BTreeMap<String, String> = own();
                merged.extend(variables);
                Environment::from_variables(&merged)
            }
            None => {
                tracing::warn!(shell, "the login shell does not say its environment");
                Environment::of_this_process()
            }
        }
    }

    fn own() -> BTreeMap<String, String> {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// Asks the shell for its variables. The shell and everything that it started are ended once both
    /// marks have come, because a program that it started may hold its output open for ever.
    fn ask(shell: &str, limit: Duration) -> Option<BTreeMap<String, String>> {
        let script = format!("printf %s {MARK}; /usr/bin/env -0; printf %s {MARK}");
        let mut command = Command::new(shell);
        command.args(["-l", "-i", "-c", &script]);
        let enough = |said: &[u8]| parse(said).is_some();
        match command::stdout_until(command, Lane::Shell, limit, enough) {
            Ok(said) => parse(&said?),
            Err(error) => {
                tracing::debug!(shell, %error, "the login shell was ended");
                None
            }
        }
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
        fn a_shell_that_hangs_or_says_nothing_is_done_without() {
            let (_dir, hangs) = shell("sleep 600");
            assert_eq!(ask(&hangs, Duration::from_millis(50)), None);
            let (_dir, silent) = shell("exit 3");
            assert_eq!(ask(&silent, Duration::from_secs(20)), None);
            assert_eq!(ask("/no/such/shell", Duration::from_secs(20)), None);
        }

        #[test]
        fn a_pipe_that_stays_open_is_not_waited_for() {
            let (_dir, path) = shell(r#"sleep 600 & eval "$4"; sleep 600"#);
            assert!(ask(&path, Duration::from_secs(20)).is_some());
        }
    }
}
