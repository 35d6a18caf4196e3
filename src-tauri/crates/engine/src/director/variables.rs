//! The environment of a story's runs. The request for the story gives it, and it stays in memory; a
//! later owner, or the same one after a restart, has only its own environment and the recorded
//! names of variables. It selects the account of the story's last run. If other variables are
//! missing, the run is refused with their names, so that no run uses another account or lacks a
//! variable that the story was started with.

use super::Director;
use crate::env::Environment;
use crate::error::{Error, Result};
use agents::{AccountIdentity, Agent};
use protocol::{ErrorCode, StoryId};

impl Director {
    /// The environment of a story's next run: with `own`, and then with the variables that a person
    /// set.
    ///
    /// # Errors
    /// If something is missing that the story was started with.
    pub(super) fn environment_with(
        &self,
        story: &StoryId,
        own: &[(&str, &str)],
    ) -> Result<Environment> {
        let own = own.iter().copied();
        if let Some(given) = self.environments.get(story) {
            let base = given.environment.as_ref().unwrap_or(&self.environment);
            let set = given.set.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            return Ok(base.for_agent(own.chain(set)));
        }
        let environment = self.environment.for_agent(own);
        let selected = match (self.agent_of_story(story), self.account_of(story)) {
            (Some(agent), Some(account)) => select(agent, account, environment),
            _ => Ok(environment),
        };
        let needed = self.state.stories.get(story).map_or(&[][..], |record| &record.environment);
        let missing: Vec<String> = match &selected {
            Ok(environment) => {
                let is_missing = |name: &&String| !environment.has(name);
                needed.iter().filter(is_missing).cloned().collect()
            }
            Err(missing) => missing.clone(),
        };
        match selected {
            Ok(environment) if missing.is_empty() => Ok(environment),
            _ => Err(not_here(&missing)),
        }
    }

    fn agent_of_story(&self, story: &StoryId) -> Option<&'static dyn Agent> {
        agents::agent(&self.state.stories.get(story)?.agent)
    }

    /// The account of the story's last run.
    fn account_of(&self, story: &StoryId) -> Option<&AccountIdentity> {
        let last = self.state.last_agent_run(story)?;
        self.state.accounts.get(last.spec.account.as_ref()?)
    }
}

/// Changes `environment` so that it selects this account: sets the recorded configuration
/// directory, and removes variables that would select another account.
///
/// # Errors
/// The names of the variables that are missing.
fn select(
    agent: &dyn Agent,
    account: &AccountIdentity,
    mut environment: Environment,
) -> std::result::Result<Environment, Vec<String>> {
    let is_selected =
        |environment: &Environment| agent.account(&|name| environment.text(name)) == *account;
    if is_selected(&environment) {
        return Ok(environment);
    }
    let variables = agent.account_variables();
    if let Some(name) = variables.config_dir {
        environment.put(name, account.config_dir.as_deref());
    }
    let (own, others): (Vec<_>, Vec<_>) =
        variables.methods.iter().partition(|(_, method)| account.method.as_deref() == Some(method));
    for (name, _) in others {
        environment.put(name, None);
    }
    match is_selected(&environment) {
        true => Ok(environment),
        false => Err(own.iter().map(|(name, _)| (*name).to_owned()).collect()),
    }
}

fn not_here(missing: &[String]) -> Error {
    let names = match missing {
        [] => "the login that it was started with".to_owned(),
        names => names.join(", "),
    };
    Error::refused(
        ErrorCode::CannotStart,
        format!("the story was started with {names}, and that is not set here"),
        "Values are kept in memory only. Start Musher where it is set, and resume the story.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::AgentId;
    use std::collections::BTreeMap;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Environment::from_variables(&pairs.collect::<BTreeMap<_, _>>())
    }

    fn selected(
        agent: &str,
        began: &[(&str, &str)],
        here: &[(&str, &str)],
    ) -> std::result::Result<Vec<String>, Vec<String>> {
        let agent = agents::agent(&AgentId::new(agent)).expect("a known agent");
        let began = environment(began);
        let account = agent.account(&|name| began.text(name));
        let selected = select(agent, &account, environment(here))?;
        let names = selected.names();
        let value = |name: &String| format!("{name}={}", selected.text(name).unwrap_or_default());
        Ok(names.iter().map(value).collect())
    }

    #[test]
    fn the_account_is_the_one_that_the_story_began_with() {
        let key = ("ANTHROPIC_API_KEY", "k");
        let dir = ("CLAUDE_CONFIG_DIR", "/w");
        let ok = |pairs: &[&str]| Ok(pairs.iter().map(|pair| (*pair).to_owned()).collect());
        let missing = |names: &[&str]| Err(names.iter().map(|name| (*name).to_owned()).collect());
        for (began, here, expected) in [
            (&[][..], &[][..], ok(&[])),
            (&[dir], &[], ok(&["CLAUDE_CONFIG_DIR=/w"])),
            (&[dir], &[("CLAUDE_CONFIG_DIR", "/x")], ok(&["CLAUDE_CONFIG_DIR=/w"])),
            (&[], &[("CLAUDE_CONFIG_DIR", "/x"), ("A", "b")], ok(&["A=b"])),
            (&[], &[key], ok(&[])),
            (&[key], &[key, dir], ok(&["ANTHROPIC_API_KEY=k"])),
            (&[key], &[("CLAUDE_CODE_USE_BEDROCK", "1"), key], ok(&["ANTHROPIC_API_KEY=k"])),
            (&[key, dir], &[], missing(&["ANTHROPIC_API_KEY"])),
            (&[("CLAUDE_CODE_USE_VERTEX", "1")], &[], missing(&["CLAUDE_CODE_USE_VERTEX"])),
        ] {
            assert_eq!(selected("claude", began, here), expected, "{began:?} {here:?}");
        }
        let home = ("CODEX_HOME", "/c");
        assert_eq!(selected("codex", &[home], &[]), ok(&["CODEX_HOME=/c"]));
        assert_eq!(selected("codex", &[], &[home]), ok(&[]));
    }
}
