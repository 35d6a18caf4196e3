//! Decides what of a changed file may come into force without a person: everything that gives
//! agents no more power than was accepted. This is needed because a program that an agent runs can
//! write the file, too. Pure.

use super::key;
use protocol::{
    AgentDefaults, CheckpointSettings, Config, ConfigDifference, ConfigField, FieldValue,
    LimitWaits, PermissionChoice, ProjectDefaults, WorktreePatterns,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// The result of merging a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Merged {
    /// The configuration that may be in force.
    pub(super) config: Config,
    /// The differences that must be accepted first.
    pub(super) waiting: Vec<ConfigDifference>,
}

/// Merges `file` into `accepted`: takes over everything that gives no more power than `accepted`.
pub(super) fn merge(accepted: &Config, file: &Config) -> Merged {
    let mut accepted = accepted.clone();
    let mut merged = Merged { config: file.clone(), waiting: Vec::new() };
    let waiting = &mut merged.waiting;
    for (agent, wanted) in &mut merged.config.agents {
        let before = accepted.agents.entry(agent.clone()).or_default();
        let section = key::below("agents", agent.as_str());
        keep_section(waiting, &section, AgentDefaults::FIELDS, before, wanted);
    }
    let projects: BTreeSet<String> =
        accepted.projects.keys().chain(file.projects.keys()).cloned().collect();
    for project in projects {
        let section = key::below("projects", &project);
        let before = accepted.projects.entry(project.clone()).or_default();
        let wanted = merged.config.projects.entry(project).or_default();
        keep_section(waiting, &section, ProjectDefaults::FIELDS, before, wanted);
    }
    merged.config.projects.retain(|_, project| *project != Default::default());
    let (before, wanted) = (&mut accepted, &mut merged.config);
    let (before_worktrees, worktrees) = (&mut before.worktrees, &mut wanted.worktrees);
    let fields = WorktreePatterns::FIELDS;
    keep_section(waiting, "worktrees", fields, before_worktrees, worktrees);
    let (before_limits, limits) = (&mut before.limits, &mut wanted.limits);
    keep_section(waiting, "limits", LimitWaits::FIELDS, before_limits, limits);
    let (before_checkpoints, checkpoints) = (&mut before.checkpoints, &mut wanted.checkpoints);
    let fields = CheckpointSettings::FIELDS;
    keep_section(waiting, "checkpoints", fields, before_checkpoints, checkpoints);
    merged
}

/// Puts back the accepted values of a section that have to wait.
fn keep_section<T>(
    waiting: &mut Vec<ConfigDifference>,
    section: &str,
    fields: &[ConfigField<T>],
    before: &mut T,
    wanted: &mut T,
) {
    for field in fields.iter().filter(|field| field.waits) {
        let key = key::below(section, field.name);
        match &field.value {
            FieldValue::Text(at) => keep(waiting, key, at(before), at(wanted)),
            FieldValue::Texts { at, .. } | FieldValue::Variables(at) => {
                keep(waiting, key, at(before), at(wanted));
            }
            FieldValue::Permission(at) => {
                if power(*at(wanted)) > power(*at(before)) {
                    keep(waiting, key, at(before), at(wanted));
                }
            }
            FieldValue::Flag(at) => keep(waiting, key, at(before), at(wanted)),
            FieldValue::Whole { at, .. } => keep(waiting, key, at(before), at(wanted)),
            FieldValue::Place(at) | FieldValue::Branch(at) => {
                keep(waiting, key, at(before), at(wanted));
            }
        }
    }
}

/// Puts back the accepted value, if the file has another one, and notes the difference.
fn keep<T: Clone + PartialEq + Serialize>(
    waiting: &mut Vec<ConfigDifference>,
    key: String,
    accepted: &T,
    wanted: &mut T,
) {
    if accepted != wanted {
        waiting.push(ConfigDifference { key, accepted: json(accepted), wanted: json(wanted) });
        *wanted = accepted.clone();
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain values are always JSON")
}

/// Compares permissions: the greater, the more an agent may do without asking.
fn power(permission: PermissionChoice) -> u8 {
    match permission {
        PermissionChoice::Deny => 0,
        PermissionChoice::Ask => 1,
        PermissionChoice::AcceptEdits => 2,
        PermissionChoice::FullAccess => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::*;
    use std::fmt::Write as _;

    fn config(file: &str) -> Config {
        read(file).unwrap().config
    }

    #[test]
    fn power_waits_and_the_rest_is_in_force() {
        let agent = |fields: &str| format!("{{\"agents\": {{\"claude\": {{{fields}}}}}}}");
        let project = |fields: &str| format!("{{\"projects\": {{\"/s\": {{{fields}}}}}}}");
        let gates = |gates: &str| project(&format!("\"gates\": {gates}"));
        let table = [
            ("nothing", "{}".to_owned(), "{}".to_owned()),
            ("a model", "{}".to_owned(), agent("\"model\": \"opus\"")),
            ("more is allowed", "{}".to_owned(), agent("\"permission\": \"accept-edits\"")),
            (
                "less is allowed",
                agent("\"permission\": \"accept-edits\""),
                agent("\"permission\": \"deny\""),
            ),
            ("an argument comes", "{}".to_owned(), agent("\"arguments\": [\"--x\"]")),
            ("an argument goes", agent("\"arguments\": [\"--safe\"]"), "{}".to_owned()),
            ("a variable is needed", "{}".to_owned(), agent("\"environment\": [\"X\"]")),
            ("a gate comes", "{}".to_owned(), gates("[\"make\"]")),
            ("a gate goes", gates("[\"make\"]"), "{}".to_owned()),
            ("a set-up comes", "{}".to_owned(), project("\"set_up\": [\"npm ci\"]")),
            ("a set-up goes", project("\"set_up\": [\"npm ci\"]"), "{}".to_owned()),
            ("files are copied", "{}".to_owned(), project("\"copy\": [\".env\"]")),
            ("it is fetched first", "{}".to_owned(), project("\"fetch\": true")),
            ("the file is gone", gates("[\"make\"]"), String::new()),
            ("less is kept", "{}".to_owned(), "{\"checkpoints\": {\"keep_days\": 1}}".to_owned()),
            (
                "a pattern",
                "{}".to_owned(),
                "{\"worktrees\": {\"branch\": \"a/{name}\"}}".to_owned(),
            ),
        ];
        let mut shown = String::new();
        for (name, accepted, file) in table {
            let (accepted, file) = (config(&accepted), config(&file));
            let Merged { config, waiting } = merge(&accepted, &file);
            let stands = match (config == accepted, config == file) {
                (true, true) => "nothing changes",
                (false, true) => "is in force at once",
                (true, false) => "waits",
                (false, false) => "in part",
            };
            let _ = writeln!(shown, "{name}: {stands}");
            for ConfigDifference { key, accepted, wanted } in &waiting {
                let _ = writeln!(shown, "    {key}: {accepted} -> {wanted}");
            }
            // If the merged configuration is in force, merging the same file again gives the same
            // differences.
            assert_eq!(merge(&config, &file), Merged { config, waiting });
        }
        insta::assert_snapshot!(shown);
    }
}
