//! The configuration of one data directory over time: the file as it was last read, what was accepted, and
//! what is in force. It reads and writes the two files; the director records first what is accepted, because
//! the journal and not the file beside it says what a person accepted.

use super::change;
use super::file::{self, FINISHED, Stamp};
use super::key;
use super::merge::{Merged, merge};
use super::read::{Read, fault, read, usual};
use crate::error::{Error, Result};
use protocol::{Config, ConfigState, ErrorCode, Fault};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The configuration and its files.
pub(crate) struct Configuration {
    path: PathBuf,
    accepted_path: PathBuf,
    /// The accepted configuration, which is in force.
    accepted: Config,
    /// The stamp of the file when it was last read; `None` before that, and if it had changed just
    /// before it was read.
    seen: Option<Stamp>,
    state: watch::Sender<Arc<ConfigState>>,
}

/// The result of checking the file.
#[derive(Debug)]
pub(crate) enum Look {
    /// There is nothing to record.
    Same,
    /// A change to accept: it is recorded first, then passed to [`Configuration::accept`].
    Accept(Box<Acceptance>),
}

/// A configuration that comes into force when it is recorded.
#[derive(Clone, Debug)]
pub(crate) struct Acceptance {
    /// Its text, as it is stored.
    pub(crate) text: String,
    /// SHA-256 of that text, in hexadecimal digits.
    pub(crate) hash: String,
    config: Config,
    /// The state of the configuration after it was accepted.
    state: ConfigState,
    seen: Option<Stamp>,
    /// The file's new text, if it is to be written.
    file: Option<String>,
}

impl Configuration {
    /// The configuration with the files `path` and `accepted_path`; `accepted` is the text in the
    /// journal.
    pub(crate) fn new(path: PathBuf, accepted_path: PathBuf, accepted: Option<&str>) -> Self {
        let known = accepted.map(serde_json::from_str::<Config>);
        let accepted = match known {
            Some(Ok(config)) => with_every_agent(config),
            Some(Err(error)) => {
                tracing::error!(%error, "what was accepted as configuration is not understood");
                usual()
            }
            None => usual(),
        };
        let state = ConfigState {
            config: accepted.clone(),
            path: path.display().to_string(),
            waiting: Vec::new(),
            file: String::new(),
            problem: None,
            notices: Vec::new(),
        };
        let (state, _) = watch::channel(Arc::new(state));
        Self { path, accepted_path, accepted, seen: None, state }
    }

    /// The configuration in force.
    pub(crate) fn in_force(&self) -> &Config {
        &self.accepted
    }

    /// The state now and after every change, for subscribers.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<ConfigState>> {
        self.state.subscribe()
    }

    /// The state as it was last published.
    pub(crate) fn state(&self) -> Arc<ConfigState> {
        Arc::clone(&self.state.borrow())
    }

    /// How soon the file must be checked again, because it may have been read during a change.
    pub(crate) fn until_look(&self) -> Option<Duration> {
        self.seen.is_none().then_some(FINISHED)
    }

    /// Reads the file if it changed since the last call, or if it may have been read during a
    /// change.
    pub(crate) fn look(&mut self) -> Look {
        let stamp = Stamp::of(&self.path);
        if self.seen.as_ref() == Some(&stamp) {
            return Look::Same;
        }
        match file::read(&self.path) {
            Ok((stamp, text)) => self.take(stamp, &text),
            Err(problem) => {
                self.publish(Some(stamp), ConfigState { problem: Some(problem), ..self.unread() });
                Look::Same
            }
        }
    }

    fn take(&mut self, stamp: Stamp, text: &str) -> Look {
        match read(text) {
            Ok(Read { config, notices }) => {
                let Merged { config, waiting } = merge(&self.accepted, &config);
                let state = ConfigState {
                    config: config.clone(),
                    waiting,
                    file: hash(text),
                    problem: None,
                    notices,
                    ..self.unread()
                };
                if config == self.accepted {
                    self.publish(Some(stamp), state);
                    self.keep_accepted();
                    return Look::Same;
                }
                Look::Accept(Box::new(acceptance(config, state, Some(stamp), None)))
            }
            Err(mistakes) => {
                let problem = Some(fault(&self.path, &mistakes));
                self.publish(Some(stamp), ConfigState { problem, ..self.unread() });
                Look::Same
            }
        }
    }

    /// Accepts everything that waits; `None` if nothing does. `file` is the content that the person
    /// saw.
    ///
    /// # Errors
    /// If the file cannot be used, or has changed since.
    pub(crate) fn accept_all(&self, file: &str) -> Result<Option<Acceptance>> {
        let state = self.state();
        if let Some(problem) = &state.problem {
            return Err(Error::Refused(problem.clone()));
        }
        if state.file != file {
            return Err(Error::refused(
                ErrorCode::WrongState,
                "config.json changed since it was shown",
                "Look at what it says now, then accept that.",
            ));
        }
        if state.waiting.is_empty() {
            return Ok(None);
        }
        let (stamp, text) = file::read(&self.path).map_err(Error::Refused)?;
        let Read { config, notices } =
            read(&text).map_err(|mistakes| Error::Refused(fault(&self.path, &mistakes)))?;
        if hash(&text) != file {
            return self.accept_all("");
        }
        let state = ConfigState {
            config: config.clone(),
            waiting: Vec::new(),
            notices,
            ..ConfigState::clone(&state)
        };
        Ok(Some(acceptance(config, state, Some(stamp), None)))
    }

    /// The result of setting one value. A value that gives agents more power is accepted if
    /// `confirmed`; otherwise it waits in the file.
    ///
    /// # Errors
    /// If there is no such setting, if the value is not valid for it, or if the file cannot be
    /// used.
    pub(crate) fn set(&self, name: &str, value: &str, confirmed: bool) -> Result<Acceptance> {
        let (_, before) = file::read(&self.path).map_err(Error::Refused)?;
        read(&before).map_err(|mistakes| Error::Refused(fault(&self.path, &mistakes)))?;
        let path = key::parts(name).ok_or_else(|| no_setting(name))?;
        let value: Value = serde_json::from_str(value).map_err(|error| {
            let hint = "A text stands in quotes: \"opus\". null is the usual value.";
            bad(&format!("the value of {name} is not JSON: {error}"), hint)
        })?;
        let changed = |text: &str| {
            change::set(text, &path, &value).map_err(|malformed| no_such(&malformed.why))
        };
        let text = changed(&before)?;
        let Read { config: wanted, notices } = read(&text).map_err(|mistakes| {
            let Fault { message, .. } = fault(&self.path, &mistakes);
            no_such(&format!("this was not set: {message}"))
        })?;
        let own = path.iter().fold(String::new(), |key, part| key::below(&key, part));
        if notices
            .iter()
            .any(|notice| own == notice.key || own.starts_with(&format!("{}.", notice.key)))
        {
            return Err(no_setting(name));
        }
        // A person who sets one value accepts only that one, not the others that wait.
        let accepted = match confirmed {
            true => read(&changed(&printed(&self.accepted))?)
                .map_or(self.accepted.clone(), |read| read.config),
            false => self.accepted.clone(),
        };
        let Merged { config, waiting } = merge(&accepted, &wanted);
        let state = ConfigState {
            config: config.clone(),
            waiting,
            file: hash(&text),
            problem: None,
            notices,
            ..self.unread()
        };
        Ok(acceptance(config, state, None, Some(text)))
    }

    /// Whether an acceptance changes what is in force, and so has to be recorded first.
    pub(crate) fn is_news(&self, acceptance: &Acceptance) -> bool {
        acceptance.config != self.accepted
    }

    /// Writes `config.json` if the acceptance changes it. Must be called before it is recorded: if
    /// the owner is killed in between, the value waits like a change by hand, and if the file
    /// cannot be written, nothing changes.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn write(&self, acceptance: &Acceptance) -> Result<()> {
        match &acceptance.file {
            Some(text) => file::write(&self.path, text).map_err(Error::io("write", &self.path)),
            None => Ok(()),
        }
    }

    /// Puts a recorded acceptance in force.
    pub(crate) fn accept(&mut self, acceptance: Acceptance) {
        let Acceptance { config, state, seen, .. } = acceptance;
        self.accepted = config;
        self.keep_accepted();
        self.publish(seen, state);
    }

    /// Writes the configuration in force to `config.accepted.json`, if that file differs.
    fn keep_accepted(&self) {
        let text = printed(&self.accepted);
        if fs::read(&self.accepted_path).is_ok_and(|there| there == text.as_bytes()) {
            return;
        }
        // This file is for people; the journal decides.
        if let Err(error) = file::write(&self.accepted_path, &text) {
            tracing::warn!(%error, path = %self.accepted_path.display(), "what is in force is not written beside config.json");
        }
    }

    fn publish(&mut self, seen: Option<Stamp>, state: ConfigState) {
        self.seen = seen.filter(|stamp| !stamp.is_fresh());
        self.state.send_if_modified(|known| {
            let is_news = **known != state;
            if is_news {
                *known = Arc::new(state);
            }
            is_news
        });
    }

    /// The state before the file was read: only the configuration in force is known.
    fn unread(&self) -> ConfigState {
        ConfigState {
            config: self.accepted.clone(),
            path: self.path.display().to_string(),
            waiting: Vec::new(),
            file: String::new(),
            problem: None,
            notices: Vec::new(),
        }
    }
}

fn bad(message: &str, hint: &str) -> Error {
    Error::refused(ErrorCode::BadInput, message, hint)
}

/// A refusal of a setting or a value that does not exist.
fn no_such(message: &str) -> Error {
    bad(message, "Choose one that there is.").on_terminal("`mush config get` shows every setting.")
}

fn no_setting(name: &str) -> Error {
    no_such(&format!("there is no setting \"{name}\""))
}

fn acceptance(
    config: Config,
    state: ConfigState,
    seen: Option<Stamp>,
    file: Option<String>,
) -> Acceptance {
    let text = printed(&config);
    Acceptance { hash: hash(&text), text, config, state, seen, file }
}

/// Adds entries for agents that the older version which recorded the configuration did not know.
fn with_every_agent(mut config: Config) -> Config {
    let known = usual().agents;
    config.agents.retain(|agent, _| known.contains_key(agent));
    for (agent, defaults) in known {
        config.agents.entry(agent).or_insert(defaults);
    }
    config
}

/// The text of a configuration, as it is stored.
fn printed(config: &Config) -> String {
    let mut text = serde_json::to_string_pretty(config).expect("a configuration is always JSON");
    text.push('\n');
    text
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// A data directory's configuration, and the text that the journal would have.
    struct Scene {
        dir: tempfile::TempDir,
        config: Configuration,
        journal: Vec<String>,
    }

    impl Scene {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let config = opened(dir.path(), None);
            Self { dir, config, journal: Vec::new() }
        }

        fn write(&self, text: &str) {
            fs::write(self.dir.path().join("config.json"), text).unwrap();
        }

        fn file(&self, name: &str) -> String {
            fs::read_to_string(self.dir.path().join(name)).unwrap()
        }

        fn record(&mut self, acceptance: Acceptance) {
            self.config.write(&acceptance).unwrap();
            if self.config.is_news(&acceptance) {
                self.journal.push(acceptance.text.clone());
            }
            self.config.accept(acceptance);
        }

        fn look(&mut self) -> Arc<ConfigState> {
            if let Look::Accept(acceptance) = self.config.look() {
                self.record(*acceptance);
            }
            self.config.state()
        }

        fn again(&mut self) {
            self.config = opened(self.dir.path(), self.journal.last().map(String::as_str));
        }
    }

    fn opened(dir: &Path, accepted: Option<&str>) -> Configuration {
        Configuration::new(dir.join("config.json"), dir.join("config.accepted.json"), accepted)
    }

    const POWER: &str =
        r#"{"agents": {"claude": {"model": "opus", "permission": "accept-edits"}}}"#;

    fn claude(state: &ConfigState) -> protocol::AgentDefaults {
        state.config.agents[&protocol::AgentId::new("claude")].clone()
    }

    #[test]
    fn power_waits_for_a_person_over_a_restart() {
        let mut scene = Scene::new();
        scene.write(POWER);
        for _ in 0..2 {
            let state = scene.look();
            assert_eq!(claude(&state).model.as_deref(), Some("opus"));
            assert_eq!(claude(&state).permission, protocol::PermissionChoice::Ask);
            let keys: Vec<_> = state.waiting.iter().map(|each| each.key.as_str()).collect();
            assert_eq!(keys, ["agents.claude.permission"]);
            assert_eq!(scene.journal.len(), 1, "the model alone is recorded, once");
            scene.again();
        }
        let file = scene.look().file.clone();
        let acceptance = scene.config.accept_all(&file).unwrap().unwrap();
        scene.record(acceptance);
        scene.again();
        let state = scene.look();
        assert_eq!(claude(&state).permission, protocol::PermissionChoice::AcceptEdits);
        assert!(state.waiting.is_empty() && scene.journal.len() == 2);
        assert_eq!(scene.file("config.accepted.json"), scene.journal[1]);
        assert_eq!(scene.config.accept_all(&file).unwrap().map(|_| ()), None);
    }

    #[test]
    fn what_was_not_seen_is_not_accepted() {
        let mut scene = Scene::new();
        scene.write(POWER);
        let file = scene.look().file.clone();
        scene.write(&POWER.replace("opus", "haiku"));
        // The file changed and was not read since.
        let refused = Fault::from(scene.config.accept_all(&file).unwrap_err());
        assert_eq!(refused.code, ErrorCode::WrongState);
        scene.look();
        assert!(scene.config.accept_all(&file).is_err());
    }

    #[test]
    fn a_broken_file_leaves_what_was_accepted_in_force() {
        let mut scene = Scene::new();
        scene.write(r#"{"agents": {"claude": {"model": "opus"}}}"#);
        scene.look();
        for broken in ["{", "{\"limits\": {\"stagger_seconds\": -1}}", "{\"version\": 9}", "\u{0}"]
        {
            scene.write(broken);
            for _ in 0..2 {
                let state = scene.look();
                assert_eq!(claude(&state).model.as_deref(), Some("opus"), "{broken:?}");
                let problem = state.problem.as_ref().unwrap();
                assert_eq!(problem.code, ErrorCode::Config);
                assert!(problem.message.contains("config.json") && !problem.hint.is_empty());
                assert!(scene.config.set("agents.claude.model", "null", true).is_err());
                scene.again();
            }
        }
        scene.write("{}");
        let state = scene.look();
        assert_eq!((&state.problem, claude(&state).model), (&None, None));
        assert_eq!(scene.file("config.json"), "{}", "what a person wrote stays");
    }

    #[test]
    fn a_folder_a_long_file_and_one_that_is_no_text_are_refused() {
        let mut scene = Scene::new();
        fs::create_dir(scene.dir.path().join("config.json")).unwrap();
        assert!(scene.look().problem.is_some());
        fs::remove_dir(scene.dir.path().join("config.json")).unwrap();
        scene.write(&" ".repeat((1 << 20) + 1));
        assert!(scene.look().problem.as_ref().unwrap().message.contains("mebibyte"));
        fs::write(scene.dir.path().join("config.json"), b"\xff{}").unwrap();
        assert!(scene.look().problem.is_some());
    }

    #[test]
    fn an_edit_of_what_was_accepted_has_no_effect() {
        let mut scene = Scene::new();
        scene.write(r#"{"agents": {"claude": {"model": "opus"}}}"#);
        scene.look();
        let kept = scene.file("config.accepted.json");
        fs::write(
            scene.dir.path().join("config.accepted.json"),
            kept.replace("ask", "full-access"),
        )
        .unwrap();
        scene.again();
        scene.look();
        assert_eq!(claude(&scene.config.state()).permission, protocol::PermissionChoice::Ask);
        assert_eq!(scene.file("config.accepted.json"), kept);
    }

    #[test]
    fn a_person_sets_one_value_and_accepts_that_one() {
        let mut scene = Scene::new();
        scene.write("{\"mine\": 1,\n\"agents\": {\"codex\": {\"permission\": \"accept-edits\"}}}");
        scene.look();
        let set = |scene: &Scene, confirmed| {
            scene.config.set("agents.claude.arguments", "[\"--x\"]", confirmed).unwrap()
        };
        let unconfirmed = set(&scene, false);
        scene.record(unconfirmed);
        let state = scene.look();
        assert_eq!((claude(&state).arguments.len(), state.waiting.len()), (0, 2));
        let confirmed = set(&scene, true);
        scene.record(confirmed);
        let state = scene.look();
        assert_eq!(claude(&state).arguments, ["--x"]);
        let keys: Vec<_> = state.waiting.iter().map(|each| each.key.as_str()).collect();
        assert_eq!(keys, ["agents.codex.permission"], "what somebody else wrote still waits");
        assert!(scene.file("config.json").contains("\"mine\": 1"));
        assert_eq!(state.notices[0].key, "mine");
    }

    #[test]
    fn what_is_no_setting_is_not_set() {
        let mut scene = Scene::new();
        scene.look();
        for (key, value) in [
            ("", "1"),
            ("colour", "1"),
            ("agents.claude.modell", "\"opus\""),
            ("agents.cloude.model", "\"opus\""),
            ("agents.claude.permission", "\"full-access\""),
            ("agents.claude.model.x", "1"),
            ("agents.claude.model", "opus"),
            ("limits.stagger_seconds", "-1"),
            ("caps.agents", "-3"),
            ("version", "2"),
        ] {
            let fault = Fault::from(scene.config.set(key, value, true).unwrap_err());
            assert!(fault.code == ErrorCode::BadInput && !fault.hint.is_empty(), "{key}: {fault}");
        }
        assert!(!scene.dir.path().join("config.json").exists());
    }

    #[test]
    fn what_cannot_be_written_is_not_in_force() {
        let mut scene = Scene::new();
        scene.write("{}");
        scene.look();
        let path = scene.dir.path().join("config.json");
        let mut rights = fs::metadata(&path).unwrap().permissions();
        rights.set_readonly(true);
        fs::set_permissions(&path, rights).unwrap();
        let set = scene.config.set("agents.claude.arguments", "[\"--x\"]", true).unwrap();
        assert!(scene.config.write(&set).is_err());
        assert!(claude(&scene.look()).arguments.is_empty() && scene.file("config.json") == "{}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let mut scene = Scene::new();
        let target = scene.dir.path().join("dotfile");
        fs::write(&target, "{}").unwrap();
        std::os::unix::fs::symlink(&target, scene.dir.path().join("config.json")).unwrap();
        scene.look();
        let set = scene.config.set("agents.claude.model", "\"opus\"", true).unwrap();
        scene.record(set);
        assert!(fs::read_to_string(&target).unwrap().contains("opus"));
        assert!(scene.dir.path().join("config.json").is_symlink());
    }

    #[test]
    fn a_hash_is_the_one_that_sha256sum_prints() {
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
