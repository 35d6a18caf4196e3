//! Finds agent programs and reads their version and login state. A program is always an absolute
//! path to an executable file. Relative names, relative entries of PATH, and programs within the
//! story's repository are never run, because a repository could contain a file with the agent's
//! name.

use crate::command::{self, CommandError, Lane, Output};
use crate::env::{Environment, at_home};
use crate::runtime;
use agents::Agent;
use protocol::{AgentId, AgentName, AgentStatus, LoginState};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// How long a program may take to report its version or login state.
const LIMIT: Duration = Duration::from_secs(15);

/// The hint while the environment is incomplete.
const LOOK_AGAIN: &str = "Test again in Settings once it answers, or start Musher from a terminal.";

/// Finds the agent's program; `NotFound` says how many places were searched.
pub fn find(
    agent: &dyn Agent,
    environment: &Environment,
    workspace: Option<&Path>,
) -> Result<PathBuf, NotFound> {
    let found = |name: &&str| on_path(name, environment, workspace);
    if let Some(found) = agent.program().programs.iter().find_map(found) {
        return Ok(itself(agent, found));
    }
    let home = environment.home();
    let places: Vec<PathBuf> =
        agent.program().places.iter().filter_map(|place| at_home(place, home.as_deref())).collect();
    match places.iter().find_map(|place| executable(place)) {
        Some(found) => Ok(itself(agent, found)),
        None => Err(NotFound {
            program: agent.program().programs.first().copied().unwrap_or_default(),
            places: places.len(),
            incomplete: environment.why_incomplete().map(str::to_owned),
        }),
    }
}

/// The program that a script starts, if `found` is such a script.
fn itself(agent: &dyn Agent, found: PathBuf) -> PathBuf {
    let script = real(&found);
    let behind = |place: &&str| executable(&real(&script.parent()?.join(place)));
    agent.program().behind.iter().find_map(behind).unwrap_or(found)
}

/// The error that no program was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{program} was not found in PATH nor in {places} usual places{}", because(incomplete.as_deref()))]
pub struct NotFound {
    /// The name that was searched for.
    pub program: &'static str,
    /// How many places were searched in addition to PATH.
    pub places: usize,
    /// Why the program may exist anyway.
    pub incomplete: Option<String>,
}

fn because(incomplete: Option<&str>) -> String {
    incomplete.map_or_else(String::new, |why| format!(": {why}"))
}

/// The hint for a program that was not found: to install it, unless it may exist.
pub(crate) fn how_to_get(agent: &dyn Agent, environment: &Environment) -> &'static str {
    match environment.why_incomplete() {
        Some(_) => LOOK_AGAIN,
        None => agent.program().how_to_get,
    }
}

/// A program of this name in PATH. Entries that are relative or inside the repository of
/// `workspace` are not searched.
pub fn on_path(name: &str, environment: &Environment, workspace: Option<&Path>) -> Option<PathBuf> {
    let home = environment.home();
    let is_searched =
        |root: &PathBuf| holds_the_system(root) || holds_the_home(root, home.as_deref());
    let repository = workspace.map(repository_of).filter(|root| !is_searched(root));
    let foreign = |dir: &PathBuf| {
        let inside = |root: &PathBuf| real(dir).starts_with(root) || dir.starts_with(root);
        !repository.as_ref().is_some_and(inside)
    };
    let dirs = environment.path().into_iter().filter(foreign);
    dirs.map(|dir| dir.join(name)).find_map(|file| executable(&file))
}

/// The root of the repository that contains a folder, found without git; the folder itself if there
/// is none.
pub(crate) fn repository_of(dir: &Path) -> PathBuf {
    let dir = real(dir);
    let root = dir.ancestors().find(|above| above.join(".git").exists());
    root.unwrap_or(&dir).to_owned()
}

/// Whether a folder contains the folders of the system's programs.
fn holds_the_system(root: &Path) -> bool {
    ["/bin", "/usr/bin", "/usr/local/bin"].iter().any(|dir| Path::new(dir).starts_with(root))
}

/// Whether a folder is or contains the home directory: a person who keeps settings there in a
/// repository has programs in it, too.
fn holds_the_home(root: &Path, home: Option<&Path>) -> bool {
    home.is_some_and(|home| real(home).starts_with(root))
}

/// The path with links resolved; unchanged if nothing exists there.
fn real(dir: &Path) -> PathBuf {
    std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned())
}

fn executable(path: &Path) -> Option<PathBuf> {
    which::which(path).ok().filter(|found| found.is_absolute())
}

/// The status of an agent on this machine. It runs the program, so it can take seconds.
pub fn facts(agent: &dyn Agent, environment: &Environment, chosen: Option<&Path>) -> AgentStatus {
    let mut facts = AgentStatus {
        agent: agent.id(),
        name: agent.program().name.to_owned(),
        path: None,
        version: None,
        login: LoginState::Unknown { why: "the program was not found".to_owned() },
        how_to_get: how_to_get(agent, environment).to_owned(),
        problem: None,
    };
    let found = match chosen {
        Some(path) => Ok(path.to_owned()),
        None => find(agent, environment, None),
    };
    let path = match found {
        Ok(path) => path,
        Err(not_found) => {
            facts.problem = Some(not_found.to_string());
            return facts;
        }
    };
    facts.path = Some(path.display().to_string());
    match ask(&path, agent.program().version_args, environment) {
        Ok(said) => {
            facts.version = agent.parse_version(&said.stdout);
            let version = facts.version.as_deref();
            facts.problem = version.and_then(|version| agent.program().too_old(version));
            facts.login = login(agent, &path, environment);
        }
        Err(error) => facts.problem = Some(format!("{} {error}", path.display())),
    }
    facts
}

/// An agent's name for people; its id if this version does not know the agent.
pub fn name_of(agent: &AgentId) -> String {
    agents::agent(agent).map_or(agent.as_str(), |agent| agent.program().name).to_owned()
}

/// The names of all agents, including those that cannot be installed.
pub(crate) fn names() -> Vec<AgentName> {
    let name = |agent: &&dyn Agent| AgentName {
        agent: agent.id(),
        name: agent.program().name.to_owned(),
        short_name: agent.program().short_name.to_owned(),
    };
    agents::agents().iter().map(name).collect()
}

/// The status of every agent that can be installed.
pub fn all(environment: &Environment) -> Vec<AgentStatus> {
    let installable = agents::agents().iter().filter(|agent| !agent.program().programs.is_empty());
    // All at the same time, so that one that hangs does not delay the others.
    std::thread::scope(|scope| {
        let asked: Vec<_> =
            installable.map(|agent| scope.spawn(|| facts(*agent, environment, None))).collect();
        asked
            .into_iter()
            .map(|facts| facts.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// The versions of programs that were run already. A program whose file changed is run again.
#[derive(Debug, Default)]
pub(crate) struct Versions(Mutex<HashMap<PathBuf, (FileState, String)>>);

/// The size and modification time of a program's file.
pub(crate) type FileState = (u64, SystemTime);

impl Versions {
    /// The version of the program at `path`, if it reports one.
    pub(crate) async fn of(
        &self,
        agent: &dyn Agent,
        path: &Path,
        environment: &Environment,
    ) -> Option<String> {
        let file = path.to_owned();
        let state = runtime::blocking(move || file_state(&file)).await.ok()??;
        if let Some((known, version)) = self.known().get(path)
            && *known == state
        {
            return Some(version.clone());
        }
        let said = said(path, agent.program().version_args, environment).await.ok()?;
        let version = agent.parse_version(&said.stdout)?;
        self.known().insert(path.to_owned(), (state, version.clone()));
        Some(version)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<PathBuf, (FileState, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The size and modification time of a program's file, if they can be read.
pub(crate) fn file_state(path: &Path) -> Option<FileState> {
    let file = std::fs::metadata(path).ok()?;
    Some((file.len(), file.modified().ok()?))
}

/// The version of the program, if it reports one.
pub fn version(agent: &dyn Agent, path: &Path, environment: &Environment) -> Option<String> {
    agent.parse_version(&ask(path, agent.program().version_args, environment).ok()?.stdout)
}

fn login(agent: &dyn Agent, path: &Path, environment: &Environment) -> LoginState {
    let Some(args) = agent.program().login_args else {
        return LoginState::Unknown { why: "the program cannot be asked".to_owned() };
    };
    match ask(path, args, environment) {
        Ok(said) => agent.parse_login(said.ok, &said.stdout, &said.stderr),
        Err(why) => LoginState::Unknown { why: why.to_string() },
    }
}

fn ask(path: &Path, args: &[&str], environment: &Environment) -> Result<Output, CommandError> {
    runtime::wait(said(path, args, environment))?
}

/// The output of the program for these arguments.
async fn said(
    path: &Path,
    args: &[&str],
    environment: &Environment,
) -> Result<Output, CommandError> {
    let mut command = Command::new(path);
    command.args(args).env_clear().envs(environment.for_agent([]).into_pairs());
    command::output(command, Lane::Version, LIMIT).await
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn every_agent_is_named_the_one_of_musher_itself_included() {
        let names = names();
        let of = |agent: &str| names.iter().find(|name| name.agent.as_str() == agent).unwrap();
        assert_eq!(of("claude").short_name, "Claude");
        assert_eq!(
            (of("demo").name.as_str(), of("demo").short_name.as_str()),
            ("Demo agent", "Demo agent")
        );
    }

    #[test]
    fn a_program_that_may_be_there_is_not_to_be_installed() {
        let agent = agents::agent(&AgentId::new("claude")).unwrap();
        let nowhere = [("PATH", "/nonexistent"), ("HOME", "/nonexistent")];
        let nowhere = nowhere.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let known = Environment::from_variables(&nowhere.into());
        let status = facts(agent, &known, None);
        assert!(status.how_to_get.starts_with("Install it"), "{}", status.how_to_get);
        let late = known.incomplete("the login shell /bin/zsh did not say its PATH".to_owned());
        let status = facts(agent, &late.for_agent([]), None);
        assert!(
            status
                .problem
                .unwrap()
                .ends_with("places: the login shell /bin/zsh did not say its PATH")
        );
        assert!(status.how_to_get.starts_with("Test again"), "{}", status.how_to_get);
    }

    #[test]
    fn a_home_that_is_a_repository_hides_no_program() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let (home, shop) = (root.path().join("ann"), root.path().join("ann/shop"));
        for dir in [home.join("bin"), home.join(".git"), shop.join("bin"), shop.join(".git")] {
            std::fs::create_dir_all(&dir).unwrap();
        }
        for dir in [&home, &shop] {
            let file = dir.join("bin/tool");
            std::fs::write(&file, "#!/bin/sh\n").unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let found = |dir: &Path, workspace: &Path| {
            let path = dir.join("bin").display().to_string();
            let variables = [("HOME", home.display().to_string()), ("PATH", path)];
            let variables = variables.map(|(name, value)| (name.to_owned(), value));
            let environment = Environment::from_variables(&variables.into_iter().collect());
            on_path("tool", &environment, Some(workspace)).is_some()
        };
        std::fs::create_dir(home.join("notes")).unwrap();
        assert!(found(&home, &home.join("notes")), "the home's own program");
        assert!(found(&home, &shop), "from a repository in it");
        assert!(!found(&shop, &shop), "a program of that repository");
    }

    #[test]
    fn work_in_the_systems_own_folders_hides_no_program() {
        let environment = Environment::of_this_process();
        for workspace in ["/", "/usr", "/usr/bin"] {
            assert!(on_path("sh", &environment, Some(Path::new(workspace))).is_some());
        }
    }
}
