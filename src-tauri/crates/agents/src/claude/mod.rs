//! Claude Code (`claude`). `launch` has the arguments, `encode` the input, `choices` its own questions,
//! `login` its login and account, `status` what its results tell of commands, `transcript` what it saves about a session, `wire` (private) its JSON
//! and `decode` the meaning of that JSON. Formats follow versions 2.1.197 and 2.1.330 and the published
//! types of the agent SDK 0.3.330; anything else is tolerated and shown as unrecognised.

mod choices;
mod decode;
pub(crate) mod encode;
pub(crate) mod launch;
mod login;
pub(crate) mod status;
mod transcript;
mod wire;

pub(crate) use decode::ClaudeDecoder;
pub(crate) use transcript::usage as saved_usage;

use crate::Decoder;
use crate::agent::{
    AccountIdentity, AccountVariables, Agent, Launch, LaunchSpec, Program, numbers,
};
use crate::converse::{Conversation, Input, Say, Unsayable};
use crate::shell::quote;
use protocol::{DecoderId, LoginState, SessionId, ToolOutput, UsageTotals};
use std::io;
use std::path::{Path, PathBuf};

/// The id of the newest decoder of Claude Code's runs.
pub(crate) const DECODER: &str = "claude/5";

/// Claude Code's program.
const PROGRAM: Program = Program {
    id: "claude",
    name: "Claude Code",
    short_name: "Claude",
    programs: &["claude"],
    places: &[
        "~/.local/bin/claude",
        "~/.local/bin/claude.exe",
        "~/.claude/local/claude",
        "/opt/homebrew/bin/claude",
        "/usr/local/bin/claude",
        "/home/linuxbrew/.linuxbrew/bin/claude",
        "~/.npm-global/bin/claude",
        "~/.bun/bin/claude",
        "~/.volta/bin/claude",
        "~/AppData/Roaming/npm/claude.cmd",
    ],
    behind: &[],
    oldest: None,
    how_to_get: "Install it with `npm install -g @anthropic-ai/claude-code`, or as \
                 https://code.claude.com/docs/en/setup says, then run `claude` once to sign in.",
    version_args: &["--version"],
    login_args: Some(&["auth", "status", "--json"]),
};

/// Claude Code.
#[derive(Debug)]
pub(crate) struct Claude;

impl Agent for Claude {
    fn program(&self) -> &'static Program {
        &PROGRAM
    }

    fn parse_version(&self, stdout: &str) -> Option<String> {
        launch::version(stdout)
    }

    fn parse_login(&self, exit_ok: bool, stdout: &str, _stderr: &str) -> LoginState {
        login::state(exit_ok, stdout)
    }

    fn account(&self, env: &dyn Fn(&str) -> Option<String>) -> AccountIdentity {
        login::account(env)
    }

    fn decoder(&self) -> DecoderId {
        DecoderId::new(DECODER)
    }

    fn reader(&self) -> Box<dyn Decoder> {
        Box::new(ClaudeDecoder::new())
    }

    fn launch(&self, spec: &LaunchSpec) -> Launch {
        launch::launch(spec)
    }

    fn refused_arguments(&self, stderr: &str) -> bool {
        launch::refused_arguments(stderr)
    }

    fn owed(&self, _spec: &LaunchSpec, with: &Conversation) -> Vec<Input> {
        encode::owed(with)
    }

    fn say(&self, what: Say<'_>, _with: &Conversation) -> Result<String, Unsayable> {
        Ok(encode::say(what))
    }

    fn saved_usage_path(
        &self,
        env: &dyn Fn(&str) -> Option<String>,
        home: &Path,
        cwd: &str,
        session: &SessionId,
    ) -> Option<PathBuf> {
        Some(transcript::transcript(env, home, cwd, session))
    }

    fn saved_usage(
        &self,
        agent_version: Option<&str>,
        transcript: &mut dyn io::BufRead,
    ) -> io::Result<Option<UsageTotals>> {
        transcript::usage(agent_version, transcript)
    }

    fn account_variables(&self) -> AccountVariables {
        login::VARIABLES
    }

    fn exit_status(
        &self,
        version: Option<&str>,
        line: &str,
        is_ok: bool,
        output: Option<&ToolOutput>,
    ) -> Option<i32> {
        status::exit_status(numbers(version.unwrap_or_default()), line, is_ok, output)
    }

    fn resume_command(&self, dir: &str, session: &SessionId, program: &str) -> String {
        format!("cd {} && {program} --resume {}", quote(dir), quote(session.as_str()))
    }
}
