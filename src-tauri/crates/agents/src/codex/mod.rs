//! Codex (`codex app-server`). `launch` has its start and restrictions, `encode` the input, `questions`
//! its own questions, `login` its login, `wire` (private) its JSON and `decode` the meaning of that JSON.
//! Formats follow the schema that versions 0.145.0, 0.169.0 and 0.171.0 print of themselves, and
//! recordings of these versions; anything else is tolerated and shown as unrecognised.

mod decode;
mod encode;
mod launch;
mod login;
mod method;
mod questions;
mod wire;

use decode::CodexDecoder;

use crate::Decoder;
use crate::agent::{AccountIdentity, AccountVariables, Agent, Launch, LaunchSpec, Program};
use crate::converse::{Conversation, Input, Say, Unsayable};
use crate::shell::quote;
use protocol::{DecoderId, LoginState, SessionId};

/// The id of the newest decoder of Codex's runs.
const DECODER: &str = "codex/4";

/// Codex's program. npm installs a script around the real program. The real one is started directly, so
/// that signals reach it and its exit is seen.
const PROGRAM: Program = Program {
    id: "codex",
    name: "Codex",
    short_name: "Codex",
    programs: &["codex"],
    places: &[
        "~/.local/bin/codex",
        "/opt/homebrew/bin/codex",
        "/usr/local/bin/codex",
        "/home/linuxbrew/.linuxbrew/bin/codex",
        "~/.npm-global/bin/codex",
        "~/.bun/bin/codex",
        "~/.volta/bin/codex",
        "~/AppData/Roaming/npm/codex.cmd",
    ],
    behind: NATIVE,
    // The oldest version whose schema has every request, value and count that is used here.
    oldest: Some("0.145.0"),
    how_to_get: "Install it with `npm install -g @openai/codex`, or as \
                 https://developers.openai.com/codex/cli says, then run `codex login`.",
    version_args: &["--version"],
    login_args: Some(&["login", "status"]),
};

/// Paths of the real program, relative to the script's folder: in a package next to it, in one inside it,
/// or beside it.
const NATIVE: &[&str] = if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
    &[
        "../../codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex",
        "../node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex",
        "../vendor/x86_64-unknown-linux-musl/bin/codex",
        "../vendor/x86_64-unknown-linux-musl/codex/codex",
    ]
} else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
    &[
        "../../codex-linux-arm64/vendor/aarch64-unknown-linux-musl/bin/codex",
        "../node_modules/@openai/codex-linux-arm64/vendor/aarch64-unknown-linux-musl/bin/codex",
        "../vendor/aarch64-unknown-linux-musl/bin/codex",
        "../vendor/aarch64-unknown-linux-musl/codex/codex",
    ]
} else if cfg!(all(target_os = "macos", target_arch = "aarch64")) {
    &[
        "../../codex-darwin-arm64/vendor/aarch64-apple-darwin/bin/codex",
        "../node_modules/@openai/codex-darwin-arm64/vendor/aarch64-apple-darwin/bin/codex",
        "../vendor/aarch64-apple-darwin/bin/codex",
        "../vendor/aarch64-apple-darwin/codex/codex",
    ]
} else if cfg!(all(target_os = "macos", target_arch = "x86_64")) {
    &[
        "../../codex-darwin-x64/vendor/x86_64-apple-darwin/bin/codex",
        "../node_modules/@openai/codex-darwin-x64/vendor/x86_64-apple-darwin/bin/codex",
        "../vendor/x86_64-apple-darwin/bin/codex",
        "../vendor/x86_64-apple-darwin/codex/codex",
    ]
} else if cfg!(windows) {
    &[
        "node_modules/@openai/codex-win32-x64/vendor/x86_64-pc-windows-msvc/bin/codex.exe",
        "node_modules/@openai/codex/node_modules/@openai/codex-win32-x64/vendor/x86_64-pc-windows-msvc/bin/codex.exe",
    ]
} else {
    &[]
};

/// Codex.
#[derive(Debug)]
pub(crate) struct Codex;

impl Agent for Codex {
    fn program(&self) -> &'static Program {
        &PROGRAM
    }

    fn parse_version(&self, stdout: &str) -> Option<String> {
        launch::version(stdout)
    }

    fn parse_login(&self, exit_ok: bool, stdout: &str, stderr: &str) -> LoginState {
        login::state(exit_ok, stdout, stderr)
    }

    fn account(&self, env: &dyn Fn(&str) -> Option<String>) -> AccountIdentity {
        login::account(env)
    }

    fn decoder(&self) -> DecoderId {
        DecoderId::new(DECODER)
    }

    fn reader(&self) -> Box<dyn Decoder> {
        Box::new(CodexDecoder::new())
    }

    fn unfit(&self, spec: &LaunchSpec) -> Option<String> {
        launch::unfit(spec)
    }

    fn launch(&self, spec: &LaunchSpec) -> Launch {
        launch::launch(spec)
    }

    fn refused_arguments(&self, stderr: &str) -> bool {
        launch::refused_arguments(stderr)
    }

    fn owed(&self, spec: &LaunchSpec, with: &Conversation) -> Vec<Input> {
        encode::owed(spec, with)
    }

    fn say(&self, what: Say<'_>, with: &Conversation) -> Result<String, Unsayable> {
        encode::say(what, with)
    }

    fn account_variables(&self) -> AccountVariables {
        AccountVariables { config_dir: Some("CODEX_HOME"), methods: &[] }
    }

    fn resume_command(&self, dir: &str, session: &SessionId, program: &str) -> String {
        format!("cd {} && {program} resume {}", quote(dir), quote(session.as_str()))
    }
}
