//! The account of Claude Code: the login state that `claude auth status --json` prints, and the account
//! that an environment selects. Of credentials only the names are read, and whether they are set.

use crate::agent::{AccountIdentity, AccountVariables};
use crate::lenient;
use crate::text;
use protocol::LoginState;
use serde::Deserialize;

/// What `claude auth status --json` prints (2.1.197 and 2.1.330; exit code 1 when signed out).
#[derive(Deserialize)]
struct AuthStatus {
    #[serde(default, rename = "loggedIn", deserialize_with = "lenient::flag")]
    logged_in: Option<bool>,
    #[serde(default, rename = "authMethod", deserialize_with = "lenient::owned")]
    method: Option<String>,
}

pub(super) fn state(exit_ok: bool, stdout: &str) -> LoginState {
    let status: Option<AuthStatus> = serde_json::from_str(stdout.trim()).ok();
    match status.and_then(|status| Some((status.logged_in?, status.method))) {
        Some((true, method)) => {
            LoginState::SignedIn { method: method.unwrap_or_else(|| "unknown".to_owned()) }
        }
        Some((false, _)) => LoginState::SignedOut { how: "claude auth login".to_owned() },
        None => LoginState::Unknown { why: unknown(exit_ok, stdout) },
    }
}

fn unknown(exit_ok: bool, stdout: &str) -> String {
    let words = text::quoted(stdout);
    match (exit_ok, words.is_empty()) {
        (true, true) => "it printed nothing".to_owned(),
        (false, true) => "it failed and printed nothing".to_owned(),
        (true, false) => format!("it printed: {words}"),
        (false, false) => format!("it failed and printed: {words}"),
    }
}

/// The variables that select the account. Those of methods stand strongest first, as Claude Code documents
/// their precedence: a cloud provider, a bearer token, an API key, a subscription's token.
pub(super) const VARIABLES: AccountVariables = AccountVariables {
    config_dir: Some("CLAUDE_CONFIG_DIR"),
    methods: &[
        ("CLAUDE_CODE_USE_BEDROCK", "bedrock"),
        ("CLAUDE_CODE_USE_VERTEX", "vertex"),
        ("CLAUDE_CODE_USE_FOUNDRY", "foundry"),
        ("ANTHROPIC_AUTH_TOKEN", "auth_token"),
        ("ANTHROPIC_API_KEY", "api_key"),
        ("CLAUDE_CODE_OAUTH_TOKEN", "oauth_token"),
    ],
};

/// Whether a variable is the switch of a cloud provider, not a credential.
fn is_switch(name: &str) -> bool {
    name.starts_with("CLAUDE_CODE_USE_")
}

pub(super) fn account(env: &dyn Fn(&str) -> Option<String>) -> AccountIdentity {
    let set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    let on =
        |name: &str| env(name).is_some_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    let selects = |name: &str| if is_switch(name) { on(name) } else { set(name) };
    let chosen = VARIABLES.methods.iter().find(|(name, _)| selects(name));
    AccountIdentity {
        config_dir: env("CLAUDE_CONFIG_DIR").filter(|dir| !dir.is_empty()),
        method: chosen.map(|(_, method)| (*method).to_owned()),
        credential_variable: chosen
            .filter(|(name, _)| !is_switch(name))
            .map(|(name, _)| (*name).to_owned()),
    }
}
