//! The contents of `spec.json`: a run's fixed properties, written by the program that starts the run and
//! never changed. The file has the names of environment variables but never their values. `keep::start`
//! checks the properties before a spawn. The engine writes the file through
//! [`RunDir::create`](crate::RunDir::create); the keeper and every later reader read it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The format of `spec.json` that this version writes; readers refuse a larger number.
pub const SPEC_FORMAT: u32 = 1;

/// The properties of a run that are known before its process exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// Format version of this file, [`SPEC_FORMAT`].
    pub format: u32,
    /// The run's id.
    pub run: String,
    /// The id of the story that the run belongs to.
    #[serde(default)]
    pub story: Option<String>,
    /// The purpose of the process.
    pub kind: Kind,
    /// Absolute program path and its arguments.
    pub argv: Vec<String>,
    /// Names of the variables in the process's environment.
    #[serde(default)]
    pub env_names: Vec<String>,
    /// Absolute working directory.
    #[serde(with = "path_json")]
    pub cwd: PathBuf,
    /// The account that the run spends from.
    #[serde(default)]
    pub account: Option<String>,
    /// The agent's own session id, if it is known before the start.
    #[serde(default)]
    pub session: Option<String>,
    /// How bytes travel between the keeper and the process.
    pub transport: Transport,
    /// The decoder for the run's output: `claude/3`.
    pub decoder: String,
    /// The first step of a stop.
    pub interrupt: Interrupt,
    /// Whether the processes that outlive the run's process are ended when it ends by itself.
    pub end_descendants: bool,
    /// Usage totals of the session before this run, as JSON that the keeper does not interpret.
    #[serde(default)]
    pub usage_baseline: serde_json::Value,
    /// Value of `MUSHER_RUN` in the environment of the process and of all its descendants.
    pub marker: String,
}

/// The purpose of a run's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A coding agent.
    Agent,
    /// A gate: a command that must pass for the story to be done.
    Gate,
    /// A command that prepares a new worktree.
    Setup,
    /// A terminal that a person works in.
    Terminal,
}

impl Kind {
    /// Whether the process gets a terminal. A command that nobody watches gets none: it would page its
    /// output and ask for passwords, and wait for keys that nobody presses.
    pub fn has_terminal(self) -> bool {
        matches!(self, Self::Agent | Self::Terminal)
    }
}

/// How bytes travel between the keeper and the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// For output that is decoded. Unix: stdin is a pipe, stdout a raw terminal of 50 x 200, stderr a
    /// pipe; a gate and a set-up get three pipes and no terminal. Windows: three pipes, because a pseudoconsole breaks long lines.
    Structured,
    /// For a person: one terminal for all three streams.
    Interactive,
}

/// The first step of a stop, which asks the agent to interrupt its turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interrupt {
    /// Writes bytes to the process's stdin.
    Bytes {
        /// The exact bytes, for example a line of the agent's protocol with its newline.
        bytes: String,
        /// Whether stdin is closed after them.
        then_close_input: bool,
    },
    /// Sends a signal to the process group.
    Signal {
        /// The name of a [`Signal`](crate::Signal): `SIGINT`.
        name: String,
    },
    /// Does nothing: a stop begins with SIGTERM.
    None,
}

/// Paths in JSON: a string if the path is Unicode, else the platform's own units.
mod path_json {
    use std::path::{Path, PathBuf};

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::PathForm;
    use crate::os;

    pub(super) fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
        let form = match path.to_str() {
            Some(text) => PathForm::Text(text.to_owned()),
            None => PathForm::Raw { raw: os::encode(path.as_os_str()) },
        };
        form.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
        Ok(PathForm::deserialize(from)?.into())
    }
}

/// The two JSON forms of a path.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum PathForm {
    Text(String),
    Raw { raw: Vec<u8> },
}

impl From<PathForm> for PathBuf {
    fn from(form: PathForm) -> Self {
        match form {
            PathForm::Text(text) => PathBuf::from(text),
            PathForm::Raw { raw } => PathBuf::from(crate::os::decode(raw)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Spec {
        Spec {
            format: SPEC_FORMAT,
            run: "r1".into(),
            story: None,
            kind: Kind::Agent,
            argv: vec!["/bin/true".into()],
            env_names: vec!["PATH".into()],
            cwd: "/".into(),
            account: None,
            session: None,
            transport: Transport::Structured,
            decoder: "claude/1".into(),
            interrupt: Interrupt::Signal { name: "SIGINT".into() },
            end_descendants: false,
            usage_baseline: serde_json::Value::Null,
            marker: "m".into(),
        }
    }

    #[test]
    fn words_are_snake_case() {
        let json = serde_json::to_value(sample()).unwrap();
        assert_eq!(json["kind"], "agent");
        assert_eq!(json["transport"], "structured");
        assert_eq!(json["interrupt"]["signal"]["name"], "SIGINT");
        assert_eq!(json["cwd"], "/");
    }

    #[cfg(unix)]
    #[test]
    fn a_path_of_any_bytes_survives() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt;
        let mut spec = sample();
        spec.cwd = PathBuf::from(OsString::from_vec(b"/tmp/\xff\xfe \n\"".to_vec()));
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<Spec>(&text).unwrap(), spec);
    }
}
