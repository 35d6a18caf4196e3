//! What a run is: the contents of `spec.json`, written by the program that starts the run and never changed.
//! It holds the names of environment variables but never their values, and it decides nothing: the checks
//! before a spawn are in `keep::start`. The engine writes it through
//! [`RunDir::create`](crate::RunDir::create), the keeper and every later reader read it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The format of `spec.json` that this version writes; readers refuse a larger number.
pub const SPEC_FORMAT: u32 = 1;

/// Everything that is known about a run before its process exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// Format version of this file, [`SPEC_FORMAT`].
    pub format: u32,
    /// Identity of the run.
    pub run: String,
    /// Identity of the story the run works for.
    #[serde(default)]
    pub story: Option<String>,
    /// What the process is for.
    pub kind: Kind,
    /// Absolute program path and its arguments.
    pub argv: Vec<String>,
    /// Names of the variables in the process's environment, for the record.
    #[serde(default)]
    pub env_names: Vec<String>,
    /// Absolute working directory.
    #[serde(with = "path_json")]
    pub cwd: PathBuf,
    /// Account the run spends on.
    #[serde(default)]
    pub account: Option<String>,
    /// The agent's own session id, when it is known before the start.
    #[serde(default)]
    pub session: Option<String>,
    /// How bytes travel between keeper and process.
    pub transport: Transport,
    /// The decoder for the run's output, `claude/3`.
    pub decoder: String,
    /// First rung of a stop.
    pub interrupt: Interrupt,
    /// Whether what outlives the process is ended as well when it ends by itself.
    pub end_descendants: bool,
    /// Totals of the session before this run, in the decoder's own shape.
    #[serde(default)]
    pub usage_baseline: serde_json::Value,
    /// Value of `MUSHER_RUN` in the environment of the process and of all it starts.
    pub marker: String,
}

/// What a run's process is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A coding agent.
    Agent,
    /// A check that must pass for the story to be done.
    Gate,
    /// Preparation of a fresh worktree.
    Setup,
    /// A terminal that a person works in.
    Terminal,
}

/// How bytes travel between the keeper and the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// For output that is decoded. Unix: stdin a pipe, stdout a raw terminal of 50 x 200,
    /// stderr a pipe. Windows: three pipes, because a pseudoconsole breaks long lines.
    Structured,
    /// For a person: one terminal for all three streams.
    Interactive,
}

/// The polite first rung of a stop, as the agent understands it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interrupt {
    /// Bytes on its stdin.
    Bytes {
        /// The exact bytes, a protocol line with its newline for instance.
        bytes: String,
        /// Whether stdin is closed behind them.
        then_close_input: bool,
    },
    /// A signal to its process group.
    Signal {
        /// Name as in [`Signal`](crate::Signal), `SIGINT`.
        name: String,
    },
    /// Nothing: a stop begins with SIGTERM.
    None,
}

/// Paths in JSON: a string when the path is Unicode, else the platform's own units.
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
