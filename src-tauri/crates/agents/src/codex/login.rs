//! The login of Codex, as `codex login status` reports it, and the account that an environment selects.
//! Codex's credentials are never read.

use crate::agent::AccountIdentity;
use crate::text;
use protocol::LoginState;

/// Reads the login state: the program prints on standard error who is signed in, and exits with 1 if
/// nobody is.
pub(super) fn state(exit_ok: bool, stdout: &str, stderr: &str) -> LoginState {
    let said = format!("{stdout}\n{stderr}");
    let line = |words: &str| {
        said.lines().find_map(|line| line.trim().strip_prefix(words).map(str::to_owned))
    };
    match (exit_ok, line("Logged in using "), line("Not logged in")) {
        (true, Some(method), _) => LoginState::SignedIn { method: method.trim().to_owned() },
        (false, _, Some(_)) => LoginState::SignedOut { how: "codex login".to_owned() },
        _ => LoginState::Unknown { why: format!("it printed: {}", text::quoted(&said)) },
    }
}

/// The account is the configuration directory, because each has its own login.
pub(super) fn account(env: &dyn Fn(&str) -> Option<String>) -> AccountIdentity {
    AccountIdentity {
        config_dir: env("CODEX_HOME").filter(|dir| !dir.is_empty()),
        ..AccountIdentity::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_of_its_login_is_read() {
        let warned = "WARNING: something else\n";
        assert_eq!(
            state(true, "", &format!("{warned}Logged in using ChatGPT\n")),
            LoginState::SignedIn { method: "ChatGPT".to_owned() }
        );
        let signed_out = LoginState::SignedOut { how: "codex login".to_owned() };
        assert_eq!(state(false, "", "Not logged in\n"), signed_out);
        for (ok, said) in
            [(true, ""), (false, "error: unknown command"), (false, "Logged in using X")]
        {
            assert!(matches!(state(ok, "", said), LoginState::Unknown { .. }), "{said}");
        }
    }
}
