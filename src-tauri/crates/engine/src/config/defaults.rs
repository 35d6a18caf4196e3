//! The values that a new story takes from the configuration if its request does not set them. Pure.
//! The result is recorded with the story, so that later changes of the configuration do not affect
//! it.

use protocol::{Config, Profile, StartDefault, StartStory};
use std::collections::BTreeSet;
use std::path::Path;

/// The gates of a repository, by its main folder.
pub(crate) fn gates_of<'a>(config: &'a Config, folder: &Path) -> &'a [String] {
    let of_folder = config.projects.iter().find(|(path, _)| Path::new(path) == folder);
    of_folder.map_or(&[], |(_, project)| &project.gates)
}

/// The profile and the gates of a new story.
pub(crate) fn of_story(
    start: &StartStory,
    config: &Config,
    folder: &Path,
) -> (Profile, Vec<String>) {
    let (mut profile, mut gates) = (start.profile.clone(), start.gates.clone());
    let agent = config.agents.get(&start.agent).cloned().unwrap_or_default();
    for default in &start.defaults {
        match default {
            StartDefault::Model => profile.model.clone_from(&agent.model),
            StartDefault::Permission => profile.permission = agent.permission,
            StartDefault::Arguments => profile.extra_args.clone_from(&agent.arguments),
            StartDefault::Gates => gates = gates_of(config, folder).to_vec(),
        }
    }
    (profile, gates)
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
    use protocol::{AgentDefaults, AgentId, PermissionChoice, ProjectDefaults, StoryId};
    use std::collections::BTreeMap;

    fn config() -> Config {
        let agent = AgentDefaults {
            model: Some("opus".to_owned()),
            permission: PermissionChoice::AcceptEdits,
            arguments: vec!["--x".to_owned()],
            environment: vec!["A".to_owned(), "B".to_owned(), "C".to_owned()],
        };
        let project = ProjectDefaults { gates: vec!["make".to_owned()] };
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
            defaults: BTreeSet::from_iter(defaults.iter().copied()),
            env: None,
            set_env: BTreeMap::from([("B".to_owned(), String::new())]),
        }
    }

    #[test]
    fn a_story_takes_what_it_leaves_to_the_configuration() {
        let folder = Path::new("/src/shop");
        let (own, gates) = of_story(&start(&[]), &config(), folder);
        assert_eq!((own, gates), (start(&[]).profile, vec!["true".to_owned()]));
        use StartDefault as D;
        let all = start(&[D::Model, D::Permission, D::Arguments, D::Gates]);
        let (profile, gates) = of_story(&all, &config(), folder);
        assert_eq!(profile.model.as_deref(), Some("opus"));
        assert_eq!(profile.permission, PermissionChoice::AcceptEdits);
        assert_eq!((profile.extra_args, gates), (vec!["--x".to_owned()], vec!["make".to_owned()]));
        let (_, elsewhere) = of_story(&all, &config(), Path::new("/src/other"));
        assert!(elsewhere.is_empty());
    }

    #[test]
    fn a_variable_that_is_set_for_the_story_is_not_missing() {
        let missing = missing_variables(&start(&[]), &config(), |name| name == "C");
        assert_eq!(missing, ["A"]);
    }
}
