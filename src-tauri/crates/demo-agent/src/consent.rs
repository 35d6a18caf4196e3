//! Decides whether a tool may run: by the permission mode, by a rule, or only after a question. The
//! rules come from `--allowedTools` and from answers of a person. Edits within the working
//! directory never cause a question, whatever the mode is: the demo story asks only about its
//! commit.

use serde_json::{Value, json};

use crate::args::PermissionMode;
use crate::tools::Tool;

/// The decision about a tool.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// It may run; the value is the `reason_type`.
    Granted(&'static str),
    /// A person must decide.
    Ask,
    /// It must not run, and no question is asked; `decision_reason_type` and the message.
    Refused(&'static str, String),
}

/// The rules of this process.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) mode: PermissionMode,
    pub(crate) allowed: Vec<String>,
    /// Whether questions can be asked.
    pub(crate) asks: bool,
}

impl Rules {
    /// Whether `tool` may run. Only called for tools that change more than files of the project.
    pub(crate) fn consent(&self, tool: &Tool) -> Consent {
        let name = tool.name();
        let interactive = matches!(tool, Tool::Other { .. });
        if !interactive && self.mode == PermissionMode::Bypass {
            return Consent::Granted("mode");
        }
        if self.allowed.iter().any(|rule| covers(rule, tool)) {
            return Consent::Granted("rule");
        }
        if !interactive && self.mode == PermissionMode::DontAsk {
            let message = format!(
                "Permission to use {name} has been denied because Claude Code is running in don't ask mode."
            );
            return Consent::Refused("mode", message);
        }
        if self.asks {
            return Consent::Ask;
        }
        Consent::Refused("other", format!("This {name} command requires approval"))
    }

    /// Adds the rules in an answer's `updatedPermissions`.
    pub(crate) fn learn(&mut self, updates: &Value) {
        let updates = updates.as_array().into_iter().flatten();
        for update in updates.filter(|update| update["behavior"] == "allow") {
            for rule in update["rules"].as_array().into_iter().flatten() {
                let Some(tool) = rule["toolName"].as_str() else { continue };
                self.allowed.push(match rule["ruleContent"].as_str() {
                    Some(content) => format!("{tool}({content})"),
                    None => tool.to_owned(),
                });
            }
        }
    }
}

/// The `permission_suggestions` of a question about `tool`: always allow this command.
pub(crate) fn suggestions(tool: &Tool) -> Option<Value> {
    let Tool::Bash { command, .. } = tool else { return None };
    Some(json!([{
        "type": "addRules",
        "rules": [{"toolName": "Bash", "ruleContent": command}],
        "behavior": "allow",
        "destination": "localSettings",
    }]))
}

/// Whether a rule like `Bash`, `Bash(git commit:*)` or `Bash(exact command)` covers `tool`.
fn covers(rule: &str, tool: &Tool) -> bool {
    let Some((name, content)) = rule.split_once('(') else { return rule == tool.name() };
    let Tool::Bash { command, .. } = tool else { return false };
    let content = content.strip_suffix(')').unwrap_or(content);
    name == "Bash"
        && match content.strip_suffix(":*").or_else(|| content.strip_suffix(" *")) {
            Some(start) => command.starts_with(start),
            None => command == content,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(mode: PermissionMode, allowed: &[&str], asks: bool) -> Rules {
        Rules { mode, allowed: allowed.iter().map(|rule| (*rule).to_owned()).collect(), asks }
    }

    #[test]
    fn rules_cover_by_name_by_prefix_and_exactly() {
        let commit = Tool::bash("git commit -am x", "Commit");
        for rule in ["Bash", "Bash(git commit:*)", "Bash(git commit *)", "Bash(git commit -am x)"] {
            assert_eq!(
                rules(PermissionMode::Default, &[rule], true).consent(&commit),
                Consent::Granted("rule"),
                "{rule}"
            );
        }
        for rule in ["Edit", "Bash(git push:*)", "Bash(git commit)"] {
            let asked = rules(PermissionMode::Default, &[rule], true).consent(&commit);
            assert_eq!(asked, Consent::Ask, "{rule}");
        }
    }

    #[test]
    fn without_anybody_to_ask_the_answer_is_no() {
        let commit = Tool::bash("git commit", "Commit");
        let refused = |mode, asks| match rules(mode, &[], asks).consent(&commit) {
            Consent::Refused(reason, _) => reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(PermissionMode::Default, false), "other");
        assert_eq!(refused(PermissionMode::DontAsk, true), "mode");
    }

    #[test]
    fn an_answer_can_bring_a_rule() {
        let mut rules = rules(PermissionMode::Default, &[], true);
        let commit = Tool::bash("git commit -am x", "Commit");
        rules.learn(&suggestions(&commit).expect("for commands"));
        assert_eq!(rules.consent(&commit), Consent::Granted("rule"));
    }
}
