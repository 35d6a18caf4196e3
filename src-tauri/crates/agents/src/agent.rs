//! What an agent program is to the rest of Musher: where to look for it, how to start it, what to
//! write to it and which decoder reads it. The implementations stand in a folder per agent; the
//! engine picks one by id and never knows which it has. Nothing here starts or reads anything.

use crate::choice::Choice;
use protocol::{
    AgentId, Answer, DecoderId, InputKind, LoginState, Profile, QuestionKind, SessionId,
    UsageTotals,
};
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};

/// A kind of command-line agent.
pub trait Agent: Send + Sync {
    /// Its id: `claude`.
    fn id(&self) -> AgentId;

    /// Its name for people: `Claude Code`.
    fn name(&self) -> &'static str;

    /// Program names to look for on PATH, best first; none for the agent that is part of `mush`.
    fn programs(&self) -> &'static [&'static str];

    /// Places where its installers put it when they are not on PATH; `~` is the home directory.
    fn known_places(&self) -> &'static [&'static str];

    /// How a person gets it, in one or two sentences.
    fn how_to_get(&self) -> &'static str;

    /// Arguments that make it print its version and leave.
    fn version_args(&self) -> &'static [&'static str];

    /// The version in what it printed, without its name.
    fn parse_version(&self, stdout: &str) -> Option<String>;

    /// Arguments that make it print its login state and leave; `None` when it needs no login.
    fn login_args(&self) -> Option<&'static [&'static str]>;

    /// The login state in what it printed. `exit_ok` is whether its exit code was 0.
    fn parse_login(&self, exit_ok: bool, stdout: &str) -> LoginState;

    /// Which account a run with this environment spends from. Reads names of variables and the
    /// configuration directory, never the value of a credential.
    fn account(&self, env: &dyn Fn(&str) -> Option<String>) -> AccountFacts;

    /// The decoder for runs started from now on.
    fn decoder(&self) -> DecoderId;

    /// How to start one run.
    fn launch(&self, spec: &LaunchSpec) -> Launch;

    /// Whether it refused its arguments, by what it printed on standard error. It left with an error before its
    /// first message.
    fn refused_arguments(&self, stderr: &str) -> bool;

    /// The line, newline included, that sends a prompt. `id` is the input's id.
    fn prompt(&self, id: &str, text: &str) -> String;

    /// The line, newline included, that interrupts the turn. `id` comes back in the agent's reply.
    fn interrupt(&self, id: &str) -> String;

    /// The questions that a [`QuestionKind::Choice`] asks together, read from the tool's input.
    fn choices(&self, input: &Value) -> Vec<Choice>;

    /// The text of a plan in the input of the tool that asks for its approval; `None` where it is missing or
    /// empty.
    fn plan(&self, input: &Value) -> Option<String>;

    /// The line, newline included, that answers a question. Answers to its own questions stand in
    /// [`Answer::choices`], as [`crate::choice::settled`] gives them.
    fn answer(&self, question: &OpenQuestion, answer: &Answer) -> String;

    /// The file in which the agent saved the session's account, if it keeps one. `cwd` is the
    /// directory the session ran in, resolved as the agent resolves it (symbolic links followed).
    fn saved_usage_path(
        &self,
        env: &dyn Fn(&str) -> Option<String>,
        home: &Path,
        cwd: &str,
        session: &SessionId,
    ) -> Option<PathBuf>;

    /// The total at which a resumed run will begin to count, read from that file. `None`: it begins
    /// at zero. `agent_version` is the version that will run, if known.
    ///
    /// # Errors
    /// Whatever reading `transcript` returns; a total read from half a file would be wrong.
    fn saved_usage(
        &self,
        agent_version: Option<&str>,
        transcript: &mut dyn io::BufRead,
    ) -> io::Result<Option<UsageTotals>>;

    /// The command with which a person goes on with a session without Musher, quoted for a POSIX
    /// shell.
    fn resume_command(&self, dir: &str, session: &SessionId, program: &str) -> String;
}

/// Every agent, in the order in which they are offered.
pub fn agents() -> &'static [&'static dyn Agent] {
    &[&crate::claude::Claude, &crate::demo::Demo]
}

/// The agent with this id.
pub fn agent(id: &AgentId) -> Option<&'static dyn Agent> {
    agents().iter().copied().find(|agent| agent.id() == *id)
}

/// Which account a run spends from. Holds names only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFacts {
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
    /// Nobody can be asked: what the agent's rules do not allow is denied, whatever the profile.
    pub unattended: bool,
    /// The first prompt; without one the process waits for input.
    pub prompt: Option<String>,
}

/// How to start it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// Arguments after the program.
    pub argv: Vec<String>,
    /// Variables to set beside the run's environment.
    pub env: Vec<(String, String)>,
    /// What its streams must be.
    pub transport: Transport,
    /// How its turn is interrupted when no engine is alive.
    pub interrupt: Interrupt,
    /// What to write first, in order.
    pub opening: Vec<Input>,
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

/// Something to write to the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// A name that is unique within one launch; the run's id makes it unique everywhere.
    pub id_hint: String,
    /// What it is.
    pub kind: InputKind,
    /// The bytes as text, newline included.
    pub text: String,
}

/// A question as far as answering needs it.
#[derive(Clone, Debug)]
pub struct OpenQuestion {
    /// The agent's id of the request.
    pub request: String,
    /// What kind of answer is wanted.
    pub kind: QuestionKind,
    /// The tool's whole input.
    pub input: Value,
}
