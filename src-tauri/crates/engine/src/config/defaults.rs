//! The values that a new story takes from the configuration if its request does not set them. Pure.
//! The result is recorded with the story, so that later changes of the configuration do not affect
//! it.

use protocol::{Config, Profile, ProjectDefaults, StartDefault, StartStory};
use std::collections::BTreeSet;
use std::path::Path;

/// What the configuration says of a repository, by its main folder.
pub(crate) fn project_of(config: &Config, folder: &Path) -> ProjectDefaults {
    let of_folder = config.projects.iter().find(|(path, _)| Path::new(path) == folder);
    of_folder.map(|(_, project)| project.clone()).unwrap_or_default()
}

/// How the agent of a new story is started, and the commands that are run for it.
#[derive(Debug, PartialEq)]
pub(crate) struct Chosen {
    pub(crate) profile: Profile,
    pub(crate) gates: Vec<String>,
    /// The commands that prepare a new worktree.
    pub(crate) set_up: Vec<String>,
}

/// What a new story takes.
pub(crate) fn of_story(start: &StartStory, config: &Config, folder: &Path) -> Chosen {
    let agent = config.agents.get(&start.agent).cloned().unwrap_or_default();
    let project = project_of(config, folder);
    let mut profile = start.profile.clone();
    let (mut gates, mut set_up) = (start.gates.clone(), start.set_up.clone());
    for default in &start.defaults {
        match default {
            StartDefault::Model => profile.model.clone_from(&agent.model),
            StartDefault::Permission => profile.permission = agent.permission,
            StartDefault::Arguments => profile.extra_args.clone_from(&agent.arguments),
            StartDefault::Gates => gates.clone_from(&project.gates),
            StartDefault::SetUp => set_up.clone_from(&project.set_up),
            StartDefault::Copy | StartDefault::Fetch => {}
        }
    }
    Chosen { profile, gates, set_up }
}

/// How the worktree of a new story is made.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct WorktreeChoices {
    /// Whether what it begins from is fetched first.
    pub(crate) fetch: Fetch,
    /// Patterns for ignored files that are copied.
    pub(crate) copy: Vec<String>,
    /// Patterns of the configuration, unless the repository has a file of its own that says what is copied; `None`
    /// if neither counts.
    pub(crate) usual_copy: Option<Vec<String>>,
}

/// Whether to fetch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fetch {
    /// No.
    #[default]
    No,
    /// If there is a remote, because the configuration says so.
    Usual,
    /// Yes, because a person asked for it.
    Asked,
}

/// How the worktree of a new story is made in the repository with this main folder.
pub(crate) fn of_worktree(start: &StartStory, config: &Config, folder: &Path) -> WorktreeChoices {
    let project = project_of(config, folder);
    let is_usual = project.fetch && start.defaults.contains(&StartDefault::Fetch);
    let fetch = match (start.fetch, is_usual) {
        (true, _) => Fetch::Asked,
        (false, true) => Fetch::Usual,
        (false, false) => Fetch::No,
    };
    let takes_usual = start.defaults.contains(&StartDefault::Copy);
    let usual_copy = takes_usual.then_some(project.copy);
    WorktreeChoices { fetch, copy: start.copy.clone(), usual_copy }
}

/// The variables that the configuration names for the story's agent and that are not set.
pub(crate) fn missing_variables(
    start: &StartStory,
    config: &Config,
    is_set: impl Fn(&str) -> bool,
) -> Vec<String> {
    let is_there = |name: &str| start.set_env.contains_key(name) || is_set(name);
    asked_for(start, config).iter().filter(|name| !is_there(name)).cloned().collect()
}

/// The variables that every run of the story needs: those that the request sets, and those that the
/// configuration names for its agent.
pub(crate) fn needed_variables(start: &StartStory, config: &Config) -> Vec<String> {
    let all = start.set_env.keys().chain(asked_for(start, config));
    all.cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

fn asked_for<'a>(start: &StartStory, config: &'a Config) -> &'a [String] {
    config.agents.get(&start.agent).map_or(&[][..], |agent| &agent.environment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{AgentDefaults, AgentId, PermissionChoice, StoryId};
    use std::collections::BTreeMap;

    fn config() -> Config {
        let agent = AgentDefaults {
            model: Some("opus".to_owned()),
            permission: PermissionChoice::AcceptEdits,
            arguments: vec!["--x".to_owned()],
            environment: vec!["A".to_owned(), "B".to_owned(), "C".to_owned()],
        };
        let project = ProjectDefaults {
            gates: vec!["make".to_owned()],
            set_up: vec!["npm ci".to_owned()],
            copy: vec![".env".to_owned()],
            fetch: true,
        };
        Config {
            agents: BTreeMap::from([(AgentId::new("claude"), agent)]),
            projects: BTreeMap::from([("/src/shop/".to_owned(), project)]),
            ..Config::default()
        }
    }

    fn start(defaults: &[StartDefault]) -> StartStory {
        StartStory {
            id: StoryId::new("s"),
            agent: AgentId::new("claude"),
            dir: "/src/shop".to_owned(),
            prompt: "x".to_owned(),
            title: None,
            profile: Profile { model: Some("haiku".to_owned()), ..Profile::default() },
            gates: vec!["true".to_owned()],
            resume: None,
            resume_on_reset: false,
            worktree: None,
            new_branch: false,
            base: None,
            fetch: false,
            copy: Vec::new(),
            set_up: Vec::new(),
            defaults: BTreeSet::from_iter(defaults.iter().copied()),
            env: None,
            set_env: BTreeMap::from([("B".to_owned(), String::new())]),
        }
    }

    #[test]
    fn a_story_takes_what_it_leaves_to_the_configuration() {
        let folder = Path::new("/src/shop");
        let own = of_story(&start(&[]), &config(), folder);
        let (profile, gates) = (start(&[]).profile, vec!["true".to_owned()]);
        assert_eq!(own, Chosen { profile, gates, set_up: Vec::new() });
        use StartDefault as D;
        let all = start(&[D::Model, D::Permission, D::Arguments, D::Gates, D::SetUp]);
        let Chosen { profile, gates, set_up } = of_story(&all, &config(), folder);
        assert_eq!(profile.model.as_deref(), Some("opus"));
        assert_eq!(profile.permission, PermissionChoice::AcceptEdits);
        assert_eq!((profile.extra_args, gates), (vec!["--x".to_owned()], vec!["make".to_owned()]));
        assert_eq!(set_up, ["npm ci"]);
        let elsewhere = of_story(&all, &config(), Path::new("/src/other"));
        assert!(elsewhere.gates.is_empty() && elsewhere.set_up.is_empty());
    }

    #[test]
    fn a_worktree_is_made_as_asked_or_as_configured() {
        use StartDefault as D;
        let folder = Path::new("/src/shop");
        let choices = |start: StartStory| of_worktree(&start, &config(), folder);
        assert_eq!(choices(start(&[])), WorktreeChoices::default());
        let usual = choices(start(&[D::Copy, D::Fetch]));
        assert_eq!((usual.fetch, usual.usual_copy), (Fetch::Usual, Some(vec![".env".to_owned()])));
        let asked =
            StartStory { fetch: true, copy: vec!["*.key".to_owned()], ..start(&[D::Fetch]) };
        let asked = choices(asked);
        assert_eq!((asked.fetch, asked.copy), (Fetch::Asked, vec!["*.key".to_owned()]));
        let elsewhere = of_worktree(&start(&[D::Fetch]), &config(), Path::new("/src/other"));
        assert_eq!(elsewhere.fetch, Fetch::No);
    }

    #[test]
    fn a_variable_that_is_set_for_the_story_is_not_missing() {
        let missing = missing_variables(&start(&[]), &config(), |name| name == "C");
        assert_eq!(missing, ["A"]);
    }
}
