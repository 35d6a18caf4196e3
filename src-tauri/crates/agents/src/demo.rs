//! The built-in demo agent: `mush demo-agent` plays recorded scenarios for people who have no agent
//! installed. It speaks exactly Claude Code's protocol, so its input, decoder and arguments are Claude's,
//! behind the one word `demo-agent`. It has no login; it saves sessions in a folder of its own, with their totals in
//! Claude's form.

use crate::Decoder;
use crate::agent::{AccountIdentity, AccountVariables, Agent, Launch, LaunchSpec, Program};
use crate::claude::{ClaudeDecoder, DECODER, encode, launch, saved_usage, status};
use crate::converse::{Conversation, Input, Say, Unsayable};
use crate::shell::quote;
use protocol::{DecoderId, LoginState, SessionId, ToolOutput, UsageTotals};
use std::io;
use std::path::{Path, PathBuf};

/// The demo agent.
#[derive(Debug)]
pub(crate) struct Demo;

const WORD: &str = "demo-agent";

/// The longest name of a folder of sessions (letters).
const SLUG: usize = 120;

/// The demo agent's program, which is `mush` itself.
const PROGRAM: Program = Program {
    id: "demo",
    name: "Demo agent",
    short_name: "Demo agent",
    programs: &[],
    places: &[],
    behind: &[],
    oldest: None,
    how_to_get: "It is part of Musher: install Musher again.",
    version_args: &[WORD, "--version"],
    login_args: None,
};

impl Agent for Demo {
    fn program(&self) -> &'static Program {
        &PROGRAM
    }

    fn parse_version(&self, stdout: &str) -> Option<String> {
        launch::version(stdout)
    }

    fn parse_login(&self, _exit_ok: bool, _stdout: &str, _stderr: &str) -> LoginState {
        LoginState::SignedIn { method: "demo".to_owned() }
    }

    fn account(&self, env: &dyn Fn(&str) -> Option<String>) -> AccountIdentity {
        let config_dir = env("MUSHER_DEMO_ACCOUNT");
        AccountIdentity {
            config_dir,
            method: Some("demo".to_owned()),
            ..AccountIdentity::default()
        }
    }

    fn decoder(&self) -> DecoderId {
        DecoderId::new(DECODER)
    }

    fn reader(&self) -> Box<dyn Decoder> {
        Box::new(ClaudeDecoder::new())
    }

    fn launch(&self, spec: &LaunchSpec) -> Launch {
        let mut launch = launch::launch(spec);
        launch.argv.insert(0, WORD.to_owned());
        launch
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
        let sessions = own_folder(env, home).join("sessions");
        Some(sessions.join(slug(cwd)).join(format!("{session}.jsonl")))
    }

    fn saved_usage(
        &self,
        agent_version: Option<&str>,
        transcript: &mut dyn io::BufRead,
    ) -> io::Result<Option<UsageTotals>> {
        saved_usage(agent_version, transcript)
    }

    fn account_variables(&self) -> AccountVariables {
        AccountVariables { config_dir: Some("MUSHER_DEMO_ACCOUNT"), methods: &[] }
    }

    fn exit_status(
        &self,
        _version: Option<&str>,
        line: &str,
        is_ok: bool,
        output: Option<&ToolOutput>,
    ) -> Option<i32> {
        status::exit_status([u64::MAX; 3], line, is_ok, output)
    }

    fn resume_command(&self, dir: &str, session: &SessionId, program: &str) -> String {
        format!("cd {} && {program} {WORD} --resume {}", quote(dir), quote(session.as_str()))
    }
}

/// The folder in which the demo agent keeps its files.
fn own_folder(env: &dyn Fn(&str) -> Option<String>, home: &Path) -> PathBuf {
    let set = |name| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(own) = set("MUSHER_DEMO_HOME") {
        return own;
    }
    let data = if cfg!(windows) { set("LOCALAPPDATA") } else { set("XDG_DATA_HOME") };
    data.unwrap_or_else(|| home.join(".local").join("share")).join("musher-demo")
}

/// The last letters of a directory's path, in which every character but ASCII letters and digits is a dash.
fn slug(cwd: &str) -> String {
    let dashed: Vec<char> =
        cwd.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    dashed[dashed.len().saturating_sub(SLUG)..].iter().collect()
}
