//! Stores conversations between processes: one transcript per session at `<home>/sessions/<working
//! directory with - for other letters>/<session>.jsonl`, where `<home>` is `$MUSHER_DEMO_HOME`,
//! else `$XDG_DATA_HOME/musher-demo`, else `~/.local/share/musher-demo`. Besides messages it has
//! the records `demo-run` (one per process) and `cost-state` (the totals at each result, as Claude
//! Code 2.1.330 saves them). The file is created at the first prompt; several processes may append
//! to it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use thiserror::Error;

use crate::VERSION;
use crate::args::SessionChoice;
use crate::ids::Ids;
use crate::price::Ledger;

/// Why a conversation cannot begin.
#[derive(Debug, Error)]
pub(crate) enum SessionError {
    #[error("Error: Session ID {0} is already in use.")]
    InUse(String),
    #[error("No conversation found with session ID: {0}")]
    Unknown(String),
    #[error("error: the demo's session file cannot be used: {0}")]
    Io(#[from] io::Error),
}

/// A conversation, as this process sees it.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    path: PathBuf,
    file: Option<File>,
    cwd: PathBuf,
    run: u64,
    /// The number of prompts answered by earlier processes and by this one.
    pub(crate) prompts: u64,
    /// Totals since the session began.
    pub(crate) totals: Ledger,
}

impl Session {
    /// Finds the conversation or chooses its id. Writes nothing.
    pub(crate) fn open(
        choice: &SessionChoice,
        home: &Path,
        cwd: &Path,
    ) -> Result<Self, SessionError> {
        let id = match choice {
            SessionChoice::Fresh => fresh_id(),
            SessionChoice::Named(id) | SessionChoice::Resumed(id) => id.clone(),
        };
        let path = home.join("sessions").join(slug(cwd)).join(format!("{}.jsonl", slug_of(&id)));
        let saved = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        match (choice, &saved) {
            (SessionChoice::Named(_), Some(_)) => Err(SessionError::InUse(id)),
            (SessionChoice::Resumed(_), None) => Err(SessionError::Unknown(id)),
            _ => Ok(Self::remember(id, path, cwd, saved.as_deref().unwrap_or(""))),
        }
    }

    fn remember(id: String, path: PathBuf, cwd: &Path, saved: &str) -> Self {
        let mut session = Self {
            id,
            path,
            file: None,
            cwd: cwd.to_path_buf(),
            run: 1,
            prompts: 0,
            totals: Ledger::default(),
        };
        // An incomplete line after a crash is skipped, as are records of other kinds.
        for record in saved.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            match record["type"].as_str() {
                Some("demo-run") => session.run += 1,
                Some("last-prompt") => session.prompts += 1,
                Some("cost-state") => session.totals = Ledger::read(&record["modelUsage"]),
                _ => {}
            }
        }
        session
    }

    /// The ids for this process's part of the conversation.
    pub(crate) fn ids(&self) -> Ids {
        Ids::new(&self.id, self.run)
    }

    /// A file beside the transcript.
    pub(crate) fn beside(&self, extension: &str) -> PathBuf {
        self.path.with_extension(extension)
    }

    /// The output file of the background task `task`.
    pub(crate) fn task_output(&self, task: &str) -> PathBuf {
        self.path.with_extension("").join("tasks").join(format!("{task}.output"))
    }

    /// Behaves like versions up to 2.1.276, whose totals begin at zero in every process.
    pub(crate) fn restart_totals(&mut self) {
        self.totals = Ledger::default();
    }

    /// Appends a record. The first record creates the file.
    pub(crate) fn record(&mut self, record: &Value) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                if let Some(folder) = self.path.parent() {
                    fs::create_dir_all(folder)?;
                }
                let file = OpenOptions::new().create(true).append(true).open(&self.path)?;
                let file = self.file.insert(file);
                append(file, &json!({"type": "demo-run", "sessionId": self.id, "run": self.run}))?;
                file
            }
        };
        append(file, record)
    }

    /// Records a `user` or `assistant` line in the format of the transcript.
    pub(crate) fn record_message(&mut self, line: &Value) -> io::Result<()> {
        let mut record = line.clone();
        if let Some(fields) = record.as_object_mut() {
            fields.remove("session_id");
            fields.insert("sessionId".into(), json!(self.id));
            fields.insert("cwd".into(), json!(self.cwd));
            fields.insert("version".into(), json!(VERSION));
        }
        self.record(&record)
    }

    /// Records a received prompt.
    pub(crate) fn record_prompt(&mut self, prompt: &str) -> io::Result<()> {
        self.prompts += 1;
        let record = json!({"type": "last-prompt", "lastPrompt": prompt, "sessionId": self.id});
        self.record(&record)
    }

    /// Records the totals, so that a resumed process continues them.
    pub(crate) fn record_totals(&mut self) -> io::Result<()> {
        let record = json!({
            "type": "cost-state",
            "sessionId": self.id,
            "totalCostUSD": self.totals.dollars(),
            "modelUsage": self.totals.wire(),
            "hasUnknownModelCost": false,
        });
        self.record(&record)
    }
}

/// One `write` per record, so that the records of two processes do not mix.
fn append(file: &mut File, record: &Value) -> io::Result<()> {
    let mut line = record.to_string();
    line.push('\n');
    file.write_all(line.as_bytes())
}

/// A session id if none was given, from the time and the process id.
fn fresh_id() -> String {
    let now = chrono::Utc::now().timestamp_nanos_opt().unwrap_or_default();
    Ids::new(&format!("{now} {}", std::process::id()), 0).uuid()
}

/// The directory name for a working directory: the last letters of its path.
fn slug(cwd: &Path) -> String {
    slug_of(&cwd.to_string_lossy())
}

fn slug_of(text: &str) -> String {
    let mut slug: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    slug.split_off(slug.len().saturating_sub(120))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::Tokens;

    fn open(choice: SessionChoice, home: &Path) -> Result<Session, SessionError> {
        Session::open(&choice, home, Path::new("/some/where"))
    }

    #[test]
    fn a_named_session_is_new_once_and_can_then_be_resumed() {
        let home = tempfile::tempdir().expect("a directory");
        let named = || SessionChoice::Named("one".into());
        let mut first = open(named(), home.path()).expect("new");
        first.totals.add("m", Tokens { input: 3, ..Tokens::default() });
        first.record_prompt("hello").expect("written");
        first.record_totals().expect("written");
        assert!(matches!(open(named(), home.path()), Err(SessionError::InUse(_))));
        let again = open(SessionChoice::Resumed("one".into()), home.path()).expect("known");
        assert_eq!((again.prompts, again.run), (1, 2));
        assert_eq!(again.totals, first.totals);
    }

    #[test]
    fn a_session_nobody_began_is_unknown_and_leaves_no_file() {
        let home = tempfile::tempdir().expect("a directory");
        let unknown = open(SessionChoice::Resumed("x".into()), home.path());
        assert!(matches!(unknown, Err(SessionError::Unknown(_))));
        open(SessionChoice::Named("x".into()), home.path()).expect("new");
        assert_eq!(fs::read_dir(home.path()).expect("readable").count(), 0);
    }

    #[test]
    fn a_torn_record_is_skipped() {
        let home = tempfile::tempdir().expect("a directory");
        let mut first = open(SessionChoice::Named("one".into()), home.path()).expect("new");
        first.record_prompt("hello").expect("written");
        let path = first.path.clone();
        let mut file = OpenOptions::new().append(true).open(path).expect("there");
        file.write_all(b"{\"type\":\"last-pro").expect("written");
        let again = open(SessionChoice::Resumed("one".into()), home.path()).expect("known");
        assert_eq!(again.prompts, 1);
    }
}
