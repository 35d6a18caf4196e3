//! What an agent program is to the rest of Musher: where to look for it, how to start it, how to speak to it
//! and which decoder reads it. Each implementation has its own folder; the engine picks one by id and does
//! not know which it has. Nothing here starts or reads anything.

use crate::Decoder;
use crate::converse::{Conversation, Input, Say, Unsayable};
use protocol::{AgentId, DecoderId, InputMode, LoginState, Profile, SessionId, UsageTotals};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What is fixed about a program: plain data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// The agent's id: `claude`.
    pub id: &'static str,
    /// Its name for people: `Claude Code`.
    pub name: &'static str,
    /// A shorter name, for columns and sentences: `Claude`.
    pub short_name: &'static str,
    /// Names to look for on PATH, best first; none for the agent that is part of `mush`.
    pub programs: &'static [&'static str],
    /// Places where its installers put it when it is not on PATH; `~` is the home directory.
    pub places: &'static [&'static str],
    /// Where the program itself is, relative to the folder of what was found, if that is a script around it;
    /// best first. If none of them is there, what was found is used.
    pub behind: &'static [&'static str],
    /// The oldest version that can be spoken to; `None` where every version can.
    pub oldest: Option<&'static str>,
    /// How a person gets it, in one or two sentences.
    pub how_to_get: &'static str,
    /// Arguments that make it print its version and leave.
    pub version_args: &'static [&'static str],
    /// Arguments that make it print its login state and leave; `None` when it needs no login.
    pub login_args: Option<&'static [&'static str]>,
}

impl Program {
    /// Why this version cannot be spoken to.
    pub fn too_old(&self, version: &str) -> Option<String> {
        let oldest = self.oldest.filter(|oldest| numbers(version) < numbers(oldest))?;
        let id = self.id;
        Some(format!(
            "This is {id} {version}; Musher needs {id} {oldest} or newer. {}",
            self.how_to_get
        ))
    }
}

/// The numbers of a version; what follows a dash names a preliminary form of it.
fn numbers(version: &str) -> [u64; 3] {
    let plain = version.split('-').next().unwrap_or("");
    let mut parts = plain.split('.').map(|part| part.parse().unwrap_or(0));
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

/// A kind of command-line agent.
pub trait Agent: Send + Sync {
    /// Its program.
    fn program(&self) -> &'static Program;

    /// Its id: `claude`.
    fn id(&self) -> AgentId {
        AgentId::new(self.program().id)
    }

    /// The version in what it printed, without its name.
    fn parse_version(&self, stdout: &str) -> Option<String>;

    /// The login state in what it printed. `exit_ok` is whether its exit code was 0.
    fn parse_login(&self, exit_ok: bool, stdout: &str, stderr: &str) -> LoginState;

    /// Which account a run with this environment spends from. Reads names of variables and the
    /// configuration directory, never the value of a credential.
    fn account(&self, env: &dyn Fn(&str) -> Option<String>) -> AccountIdentity;

    /// The newest decoder of its runs.
    fn decoder(&self) -> DecoderId;

    /// A fresh decoder of this id. Agents that speak alike may share one.
    fn reader(&self) -> Box<dyn Decoder>;

    /// Why a run cannot be started as it is wanted: the program lacks what the profile asks for. Nothing wider is
    /// started instead.
    fn unfit(&self, spec: &LaunchSpec) -> Option<String> {
        let _ = spec;
        None
    }

    /// How to start one run.
    fn launch(&self, spec: &LaunchSpec) -> Launch;

    /// Whether it refused its arguments, by what it printed on standard error. It left with an error before its
    /// first message.
    fn refused_arguments(&self, stderr: &str) -> bool;

    /// What must be written to it now, in order: the next step of the handshake, and replies that need no
    /// person. The same conversation always gives the same inputs; the caller leaves out those that it has
    /// recorded.
    fn owed(&self, spec: &LaunchSpec, with: &Conversation) -> Vec<Input>;

    /// The line, newline included, that carries it.
    ///
    /// # Errors
    /// When it cannot be said now, or not in this run.
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

    /// The total at which a resumed run will begin to count, read from that file. `None`: it begins
    /// at zero. `agent_version` is the version that will run, if known.
    ///
    /// # Errors
    /// Whatever reading `transcript` returns; a total read from half a file would be wrong.
    fn saved_usage(
        &self,
        agent_version: Option<&str>,
        transcript: &mut dyn io::BufRead,
    ) -> io::Result<Option<UsageTotals>> {
        let _ = (agent_version, transcript);
        Ok(None)
    }

    /// The command with which a person goes on with a session without Musher, quoted for a POSIX
    /// shell.
    fn resume_command(&self, dir: &str, session: &SessionId, program: &str) -> String;
}

/// The agents that are part of the program, in the order in which they are offered.
const BUILT_IN: &[&dyn Agent] = &[&crate::claude::Claude, &crate::codex::Codex, &crate::demo::Demo];

/// Every known agent; settled when it is first asked for.
static KNOWN: OnceLock<Vec<&'static dyn Agent>> = OnceLock::new();

/// Every agent, in the order in which they are offered.
pub fn agents() -> &'static [&'static dyn Agent] {
    KNOWN.get_or_init(|| BUILT_IN.to_vec())
}

/// Adds agents behind those that are part of the program. False, and nothing is added, when agents were asked
/// for before: what was decided by then must hold.
pub fn add(more: &[&'static dyn Agent]) -> bool {
    KNOWN.set(BUILT_IN.iter().chain(more).copied().collect()).is_ok()
}

/// The agent with this id.
pub fn agent(id: &AgentId) -> Option<&'static dyn Agent> {
    agents().iter().copied().find(|agent| agent.id() == *id)
}

/// Which account a run spends from. Holds names only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountIdentity {
    /// The configuration directory, when it is not the usual one.
    pub config_dir: Option<String>,
    /// How it signs in, when the environment decides that; `None` is the agent's own login.
    pub method: Option<String>,
    /// The variable that holds the credential.
    pub credential_variable: Option<String>,
}

/// What is to be started.
#[derive(Clone, Debug)]
pub struct LaunchSpec {
    /// The conversation.
    pub session: SessionId,
    /// Whether the conversation exists already.
    pub resume: bool,
    /// Model, permissions, extra arguments.
    pub profile: Profile,
    /// No person answers questions: what the agent's rules do not allow is denied, with any profile.
    pub unattended: bool,
}

/// How to start it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// Arguments after the program.
    pub argv: Vec<String>,
    /// Variables to set in addition to the run's environment.
    pub env: Vec<(String, String)>,
    /// What its streams must be.
    pub transport: Transport,
    /// How its turn is interrupted when no engine is alive.
    pub interrupt: Interrupt,
    /// How it takes prompts.
    pub input: InputMode,
}

/// What an agent's streams must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Lines of JSON both ways; nothing may rewrite them.
    Structured,
    /// A terminal for a person.
    Interactive,
}

/// How a turn is interrupted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// By writing this to standard input.
    Bytes(String),
    /// By SIGINT to the process.
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
