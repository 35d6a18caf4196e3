//! The interface between Musher and an agent program: where to look for the program, how to start it, how
//! to speak to it and which decoder reads its output. Each implementation has its own folder. The engine
//! picks one by id and does not know which one it has. Nothing here starts a process or reads a file.

use crate::Decoder;
use crate::converse::{Conversation, Input, Say, Unsayable};
use protocol::{
    AgentId, DecoderId, InputMode, LoginState, Profile, SessionId, ToolOutput, UsageTotals,
};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The fixed properties of an agent's program, as plain data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// The agent's id: `claude`.
    pub id: &'static str,
    /// The agent's name for people: `Claude Code`.
    pub name: &'static str,
    /// A shorter name, for columns and sentences: `Claude`.
    pub short_name: &'static str,
    /// Names to look for on PATH, best first; empty for the agent that is part of `mush`.
    pub programs: &'static [&'static str],
    /// Places where installers put the program when it is not on PATH; `~` is the home directory.
    pub places: &'static [&'static str],
    /// Where the real program is if the one that was found is only a script around it: paths relative to
    /// the script's folder, best first. If none of them exists, the script itself is used.
    pub behind: &'static [&'static str],
    /// The oldest version that Musher can speak to; `None` if it can speak to every version.
    pub oldest: Option<&'static str>,
    /// How a person gets the program, in one or two sentences.
    pub how_to_get: &'static str,
    /// Arguments that make the program print its version and exit.
    pub version_args: &'static [&'static str],
    /// Arguments that make the program print its login state and exit; `None` when it needs no login.
    pub login_args: Option<&'static [&'static str]>,
}

impl Program {
    /// Says that this version is too old and what to do; `None` if Musher can speak to it.
    pub fn too_old(&self, version: &str) -> Option<String> {
        let oldest = self.oldest.filter(|oldest| numbers(version) < numbers(oldest))?;
        let id = self.id;
        Some(format!(
            "This is {id} {version}; Musher needs {id} {oldest} or newer. {}",
            self.how_to_get
        ))
    }
}

/// Splits a version into its three numbers. A part after a dash (a pre-release) is ignored.
pub(crate) fn numbers(version: &str) -> [u64; 3] {
    let plain = version.split('-').next().unwrap_or("");
    let mut parts = plain.split('.').map(|part| part.parse().unwrap_or(0));
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

/// A kind of command-line agent.
pub trait Agent: Send + Sync {
    /// The agent's program.
    fn program(&self) -> &'static Program;

    /// The agent's id: `claude`.
    fn id(&self) -> AgentId {
        AgentId::new(self.program().id)
    }

    /// Finds the version in what the program printed for `version_args`, without the program's name.
    fn parse_version(&self, stdout: &str) -> Option<String>;

    /// Reads the login state from what the program printed for `login_args`. `exit_ok` is whether its
    /// exit code was 0.
    fn parse_login(&self, exit_ok: bool, stdout: &str, stderr: &str) -> LoginState;

    /// The account that a run with this environment spends from. Reads names of variables and the
    /// configuration directory, never the value of a credential.
    fn account(&self, env: &dyn Fn(&str) -> Option<String>) -> AccountIdentity;

    /// The id of the newest decoder of this agent's runs.
    fn decoder(&self) -> DecoderId;

    /// Makes a decoder of this id. Agents with the same output format may share one.
    fn reader(&self) -> Box<dyn Decoder>;

    /// Says why a run cannot be started with this profile because the program lacks something that it
    /// asks for; `None` if it can. A run with more permissions is never started instead.
    fn unfit(&self, spec: &LaunchSpec) -> Option<String> {
        let _ = spec;
        None
    }

    /// Makes the arguments and settings that start one run.
    fn launch(&self, spec: &LaunchSpec) -> Launch;

    /// Whether the program refused its arguments, judged by what it printed on standard error. Asked only
    /// when it exited with an error before its first message.
    fn refused_arguments(&self, stderr: &str) -> bool;

    /// What must be written to the agent now, in order: the next step of the handshake, and replies that
    /// need no person. The same conversation always gives the same inputs; the caller leaves out those
    /// that it has already recorded.
    fn owed(&self, spec: &LaunchSpec, with: &Conversation) -> Vec<Input>;

    /// Encodes a message as the line, newline included, that is written to the agent.
    ///
    /// # Errors
    /// If the message cannot be sent yet, or not in this run.
    fn say(&self, what: Say<'_>, with: &Conversation) -> Result<String, Unsayable>;

    /// The file in which the agent saved the session's usage totals; `None` for an agent that saves none (the
    /// default). `cwd` is the directory in which the session ran, resolved as the agent resolves it (symbolic
    /// links followed).
    fn saved_usage_path(
        &self,
        env: &dyn Fn(&str) -> Option<String>,
        home: &Path,
        cwd: &str,
        session: &SessionId,
    ) -> Option<PathBuf> {
        let _ = (env, home, cwd, session);
        None
    }

    /// Reads the total at which a resumed run will begin to count from that file; `None` if it begins at
    /// zero. `agent_version` is the version that will run, if known.
    ///
    /// # Errors
    /// Any error of reading `transcript`; a total from half a file would be wrong.
    fn saved_usage(
        &self,
        agent_version: Option<&str>,
        transcript: &mut dyn io::BufRead,
    ) -> io::Result<Option<UsageTotals>> {
        let _ = (agent_version, transcript);
        Ok(None)
    }

    /// The variables by which an environment selects the account; none by default.
    fn account_variables(&self) -> AccountVariables {
        AccountVariables::default()
    }

    /// The exit status of a command line by the result of its call; `None` if the program does not tell it. By default
    /// that is what the result says. `version` is the program's, if it is known.
    fn exit_status(
        &self,
        version: Option<&str>,
        line: &str,
        is_ok: bool,
        output: Option<&ToolOutput>,
    ) -> Option<i32> {
        let _ = (version, line, is_ok);
        match output? {
            ToolOutput::Command { exit_code, interrupted: false, background: None, .. } => {
                *exit_code
            }
            _ => None,
        }
    }

    /// The command with which a person continues a session without Musher, quoted for a POSIX shell.
    /// `program` is quoted already and may have assignments of variables before it.
    fn resume_command(&self, dir: &str, session: &SessionId, program: &str) -> String;
}

/// The agents that are part of the program, in the order in which they are offered.
const BUILT_IN: &[&dyn Agent] = &[&crate::claude::Claude, &crate::codex::Codex, &crate::demo::Demo];

/// Every known agent; fixed when it is first read.
static KNOWN: OnceLock<Vec<&'static dyn Agent>> = OnceLock::new();

/// Returns every agent, in the order in which they are offered.
pub fn agents() -> &'static [&'static dyn Agent] {
    KNOWN.get_or_init(|| BUILT_IN.to_vec())
}

/// Adds agents after the built-in ones. Returns false and adds nothing if [`agents()`] was called before,
/// because earlier decisions used the shorter list.
pub fn add(more: &[&'static dyn Agent]) -> bool {
    KNOWN.set(BUILT_IN.iter().chain(more).copied().collect()).is_ok()
}

/// Finds the agent with this id.
pub fn agent(id: &AgentId) -> Option<&'static dyn Agent> {
    agents().iter().copied().find(|agent| agent.id() == *id)
}

/// The variables by which an environment selects an agent's account.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccountVariables {
    /// The variable with the configuration directory.
    pub config_dir: Option<&'static str>,
    /// The variables that select how the agent signs in, and the name of each such method.
    pub methods: &'static [(&'static str, &'static str)],
}

/// Identifies the account that a run spends from. Holds names only, no secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountIdentity {
    /// The configuration directory, when it is not the usual one.
    pub config_dir: Option<String>,
    /// How the agent signs in, if the environment decides that; `None` means the agent's own login.
    pub method: Option<String>,
    /// The name of the variable that holds the credential.
    pub credential_variable: Option<String>,
}

/// The run that is to be started.
#[derive(Clone, Debug)]
pub struct LaunchSpec {
    /// The agent's id of the conversation.
    pub session: SessionId,
    /// Whether the conversation exists already.
    pub resume: bool,
    /// Model, permissions, extra arguments.
    pub profile: Profile,
    /// If true, no person answers questions: whatever the agent's rules do not allow is denied, with any
    /// profile.
    pub unattended: bool,
}

/// How to start a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// Arguments after the program.
    pub argv: Vec<String>,
    /// Variables to set in addition to the run's environment.
    pub env: Vec<(String, String)>,
    /// The kind of streams that the agent needs.
    pub transport: Transport,
    /// How a turn is interrupted while no engine runs.
    pub interrupt: Interrupt,
    /// How the agent takes prompts.
    pub input: InputMode,
}

/// The kind of streams that an agent needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Lines of JSON in both directions; no terminal may change them.
    Structured,
    /// A terminal for a person.
    Interactive,
}

/// How a turn is interrupted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// Write this to standard input.
    Bytes(String),
    /// Send SIGINT to the process.
    Signal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_agent_has_two_names() {
        for agent in agents() {
            let Program { id, name, short_name, .. } = agent.program();
            assert!(!short_name.is_empty() && short_name.len() <= name.len(), "{id}");
        }
    }

    #[test]
    fn a_version_that_cannot_be_spoken_to_is_named_with_the_oldest_that_can() {
        let program = Program { oldest: Some("0.145.0"), ..*crate::codex::Codex.program() };
        let words = program.too_old("0.99.7").unwrap();
        assert!(words.starts_with("This is codex 0.99.7; Musher needs codex 0.145.0 or newer."));
        for version in ["0.145.0", "0.145.0-alpha.3", "0.1000.0", "1.0.0"] {
            assert_eq!(program.too_old(version), None, "{version}");
        }
        assert_eq!(Program { oldest: None, ..program }.too_old("0.0.1"), None);
    }
}
